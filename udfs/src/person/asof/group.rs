//! The right side's rows of one person in the order of time, and which of them each row of the left side gets.

use std::ops::Range;

use super::keys::Keys;
use super::matched::{Matched, Place};

/// Rows of the right side. Of rows with the same time the last one counts.
#[derive(Default)]
pub(super) struct Group {
    /// The person they are of.
    pub(super) person: Option<i64>,
    /// All of the person's rows were seen.
    pub(super) is_complete: bool,
    times: Vec<i64>,
    places: Vec<Place>,
    /// What else must be equal, of each row.
    equal: Vec<Box<[u8]>>,
}

impl Group {
    /// Starts on a person.
    pub(super) fn start(&mut self, person: i64) {
        self.clear();
        self.person = Some(person);
    }

    /// Forgets the person.
    pub(super) fn clear(&mut self) {
        self.person = None;
        self.is_complete = false;
        self.times.clear();
        self.places.clear();
        self.equal.clear();
    }

    /// Adds rows of a batch that can match.
    pub(super) fn add(&mut self, keys: &Keys, batch: u32, rows: Range<u32>) {
        for row in rows {
            let index = row as usize;
            if !keys.is_valid(index) {
                continue;
            }
            self.times.push(keys.times[index]);
            self.places.push(Place { batch, row });
            if let Some(equal) = &keys.equal {
                self.equal.push(equal.row(index).data().into());
            }
        }
    }

    /// All rows were added: they are put in the order of time.
    pub(super) fn complete(&mut self) {
        self.is_complete = true;
        if self.times.is_sorted() {
            return;
        }
        let mut order: Vec<usize> = (0..self.times.len()).collect();
        order.sort_by_key(|row| self.times[*row]);
        self.times = order.iter().map(|row| self.times[*row]).collect();
        self.places = order.iter().map(|row| self.places[*row]).collect();
        if !self.equal.is_empty() {
            self.equal = order.iter().map(|row| std::mem::take(&mut self.equal[*row])).collect();
        }
    }

    /// The first batch that rows are in.
    pub(super) fn first_batch(&self) -> Option<u32> {
        self.places.iter().map(|place| place.batch).min()
    }

    /// Finds the partner of each of the person's rows on the left side.
    pub(super) fn find(&self, left: &Keys, rows: Range<u32>, is_strict: bool, matched: &mut Matched) {
        if self.times.is_empty() {
            return matched.add_alone(rows.len());
        }
        matched.note_batches(&self.places);
        match (self.times.as_slice(), &left.valid, &left.equal) {
            ([time], None, None) => {
                // The usual case: one row on the right side.
                let earliest = if is_strict { time.saturating_add(1) } else { *time };
                let is_never = is_strict && *time == i64::MAX;
                for row in rows {
                    let is_after = left.times[row as usize] >= earliest && !is_never;
                    matched.add(row, self.place(is_after, 0));
                }
            }
            (_, _, None) => {
                let mut count = 0;
                for row in rows {
                    let index = row as usize;
                    count = self.count_until(left.times[index], count, is_strict);
                    let is_matched = count > 0 && left.is_valid(index);
                    matched.add(row, self.place(is_matched, count.wrapping_sub(1)));
                }
            }
            (_, _, Some(equal)) => {
                let mut count = 0;
                for row in rows {
                    let index = row as usize;
                    count = self.count_until(left.times[index], count, is_strict);
                    let wanted = equal.row(index);
                    let same = self.equal[..count].iter().rposition(|key| **key == *wanted.data());
                    let same = same.filter(|_| left.is_valid(index));
                    matched.add(row, same.map(|same| self.places[same]));
                }
            }
        }
    }

    fn place(&self, is_matched: bool, index: usize) -> Option<Place> {
        if is_matched { self.places.get(index).copied() } else { None }
    }

    /// How many rows are not after `time`, or are before it; `hint` is the answer for the row before.
    fn count_until(&self, time: i64, hint: usize, is_strict: bool) -> usize {
        let counts = |other: i64| if is_strict { other < time } else { other <= time };
        if hint > 0 && !counts(self.times[hint - 1]) {
            return self.times[..hint].partition_point(|other| counts(*other));
        }
        let more = self.times[hint..].iter().take_while(|other| counts(**other)).count();
        hint + more
    }
}
