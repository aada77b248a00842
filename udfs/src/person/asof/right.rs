//! The right side as it is read: the batches that rows may still be taken from.

use std::collections::VecDeque;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;

use super::group::Group;
use super::keys::Keys;
use super::matched::narrow;

/// What there is of a person on the right side.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The next rows are the person's.
    Here,
    /// The person has none; the next person is this one.
    Later(i64),
    /// The next batch must say.
    Unknown,
    /// Nobody comes any more.
    End,
}

/// The batches of the right side.
pub(super) struct Right {
    schema: SchemaRef,
    batches: VecDeque<RecordBatch>,
    /// The number of the first of them.
    first: u32,
    /// The keys of the last of them, and the row that is next there.
    keys: Option<Keys>,
    position: usize,
    is_at_end: bool,
}

impl Right {
    /// Nothing was read yet.
    pub(super) fn new(schema: SchemaRef) -> Self {
        Self { schema, batches: VecDeque::new(), first: 0, keys: None, position: 0, is_at_end: false }
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The batch of a number.
    pub(super) fn batch(&self, number: u32) -> Option<&RecordBatch> {
        number.checked_sub(self.first).and_then(|index| self.batches.get(index as usize))
    }

    /// The number of the batch that was read last.
    fn last(&self) -> u32 {
        self.first + narrow(self.batches.len()).saturating_sub(1)
    }

    /// How many batches are kept.
    pub(super) fn kept(&self) -> usize {
        self.batches.len()
    }

    /// Takes the next batch.
    pub(super) fn open(&mut self, batch: RecordBatch, keys: Keys) {
        self.position = keys.known;
        self.keys = Some(keys);
        self.batches.push_back(batch);
    }

    /// There are no more batches.
    pub(super) fn end(&mut self) {
        self.is_at_end = true;
    }

    /// Whether no row is left.
    pub(super) fn is_used_up(&self) -> bool {
        self.is_at_end && self.keys.as_ref().is_none_or(|keys| self.position >= keys.persons.len())
    }

    /// Goes on to a person.
    pub(super) fn find(&mut self, person: i64) -> Found {
        if let Some(keys) = &self.keys {
            self.position = keys.first_from(self.position, person);
            match keys.persons.get(self.position) {
                Some(next) if *next == person => return Found::Here,
                Some(next) => return Found::Later(*next),
                None => {}
            }
        }
        if self.is_at_end { Found::End } else { Found::Unknown }
    }

    /// Adds the next rows to the group if they are its person's; the group is complete, or the next batch must say.
    pub(super) fn collect(&mut self, group: &mut Group) {
        let Some(keys) = &self.keys else { return };
        let start = self.position;
        if keys.persons.get(start).copied() == group.person && start < keys.persons.len() {
            self.position = keys.end_of(start);
            group.add(keys, self.last(), narrow(start)..narrow(self.position));
        }
        if self.position < keys.persons.len() || self.is_at_end {
            group.complete();
        }
    }

    /// Drops the batches before the group's rows and the ones not read yet.
    pub(super) fn release(&mut self, group: &Group) {
        let last = self.last();
        let needed = group.first_batch().unwrap_or(last).min(last);
        while self.first < needed && self.batches.pop_front().is_some() {
            self.first += 1;
        }
    }
}
