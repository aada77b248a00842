//! Where the fields of fixed-width records stand, from what each position holds in all records.

use chrono::Datelike;

use super::read::Form;
use crate::convert::DateFormat;

/// The longest record whose positions are looked at, in characters.
pub(super) const MOST_POSITIONS: usize = 20_000;

/// The formats of dates without a mark between their parts, and their length.
const DATES: [&str; 2] = ["%Y%m%d", "%m%d%Y"];
const DATE: usize = 8;

/// Years of which agencies have dates.
const YEARS: std::ops::RangeInclusive<i32> = 1850..=2150;

/// How much more often a position must be filled than the one before it to start a field.
const JUMP: f64 = 0.25;

/// One field: its first character, counted from 0, and its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) width: usize,
}

impl Span {
    /// The part of a line in this field; less, or nothing, when the line is shorter.
    pub(super) fn of(self, line: &str) -> &str {
        if line.is_ascii() {
            let end = line.len().min(self.start + self.width);
            return line.get(self.start..end).unwrap_or_default();
        }
        let mut places = line.char_indices().map(|(place, _)| place).chain([line.len()]);
        let Some(start) = places.nth(self.start) else {
            return "";
        };
        let end = places.take(self.width).last().unwrap_or(start);
        line.get(start..end).unwrap_or_default()
    }
}

/// What one position holds.
#[derive(Debug, Clone, Copy)]
struct Position {
    digits: u64,
    letters: u64,
    others: u64,
    /// Which formats fit the eight characters that start here, in every record so far, and whether some record had a date.
    dates: [bool; DATES.len()],
    dated: bool,
}

/// What a position holds in all records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Number,
    Letter,
    Mixed,
}

/// The positions of all records of one length.
#[derive(Debug)]
pub(super) struct Positions {
    length: usize,
    formats: Vec<DateFormat>,
    places: Vec<Position>,
    records: u64,
    /// The first record and its line: it may name the fields.
    first: Option<(u64, String)>,
}

/// Lines that are one field.
pub(super) fn lines(length: usize) -> Form {
    let spans = vec![Span { start: 0, width: length }];
    Form::Fixed { names: vec![String::new()], spans, length, before: 0 }
}

impl Positions {
    pub(super) fn new(length: usize) -> Self {
        let formats = DATES.iter().filter_map(|format| DateFormat::read(format).ok()).collect();
        Self { length, formats, places: Vec::new(), records: 0, first: None }
    }

    /// Takes the record on a line.
    pub(super) fn take(&mut self, line: u64, text: &str) {
        if self.first.is_none() {
            self.first = Some((line, text.to_owned()));
        } else {
            self.add(text);
        }
    }

    /// The lines before the first record: those of another length, and one that has letters where all others
    /// have numbers.
    pub(super) fn lines_before(&mut self) -> u64 {
        let Some((line, text)) = self.first.take() else {
            return 0;
        };
        let is_odd = |(place, character): (usize, char)| {
            character.is_alphabetic() && place < self.places.len() && self.class(place) == Class::Number
        };
        let names = self.records > 1 && text.chars().enumerate().any(is_odd);
        if names {
            return line;
        }
        self.add(&text);
        line - 1
    }

    fn add(&mut self, line: &str) {
        self.records += 1;
        for (place, character) in line.chars().take(self.length).enumerate() {
            if place == self.places.len() {
                let dates = [true; DATES.len()];
                self.places.push(Position { digits: 0, letters: 0, others: 0, dates, dated: false });
            }
            let position = &mut self.places[place];
            match character {
                ' ' | '\t' => {}
                '0'..='9' => position.digits += 1,
                _ if character.is_alphabetic() => position.letters += 1,
                _ => position.others += 1,
            }
        }
        self.take_dates(line);
    }

    fn take_dates(&mut self, line: &str) {
        for (start, position) in self.places.iter_mut().enumerate() {
            if !position.dates.contains(&true) {
                continue;
            }
            let text = Span { start, width: DATE }.of(line);
            let stands_for_none = text.bytes().all(|byte| byte == b' ' || byte == b'0' || byte == b'9');
            if text.len() == DATE && stands_for_none {
                continue;
            }
            position.dated = true;
            for (fits, format) in position.dates.iter_mut().zip(&self.formats) {
                *fits = *fits && format.date(text).is_ok_and(|day| YEARS.contains(&day.year()));
            }
        }
    }

    /// The fields: runs of positions that are not blank in every record, cut where dates stand, where the kind of
    /// character changes, and where text that was cut to length ends.
    pub(super) fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut start = 0;
        while start < self.places.len() {
            if self.class(start) == Class::Blank {
                start += 1;
                continue;
            }
            let end = (start..self.places.len()).find(|place| self.class(*place) == Class::Blank);
            let end = end.unwrap_or(self.places.len());
            self.cut(start, end, &mut spans);
            start = end;
        }
        spans
    }

    /// Cuts a run of positions into fields.
    fn cut(&self, start: usize, end: usize, spans: &mut Vec<Span>) {
        let mut first = start;
        let mut place = start;
        while place < end {
            if place + DATE <= end && self.is_date(place) {
                push(spans, first, place);
                push(spans, place, place + DATE);
                place += DATE;
                first = place;
                continue;
            }
            if place > first && self.starts_field(first, place) {
                push(spans, first, place);
                first = place;
            }
            place += 1;
        }
        push(spans, first, end);
    }

    fn is_date(&self, place: usize) -> bool {
        let position = &self.places[place];
        position.dated && position.dates.contains(&true)
    }

    /// Whether a field that began at `first` ends before `place`.
    fn starts_field(&self, first: usize, place: usize) -> bool {
        let (before, here) = (self.class(place - 1), self.class(place));
        let (filled_before, filled_here) = (self.filled(place - 1), self.filled(place));
        match (before, here) {
            (Class::Number, Class::Letter) | (Class::Letter, Class::Number) => true,
            // Numbers set to the right are filled more and more; where the filling drops, another number starts.
            (Class::Number, Class::Number) => {
                self.filled(first) < filled_before && filled_before - filled_here >= JUMP
            }
            (Class::Number, _) => self.is_always_filled(place - 1) && self.is_always_filled(first),
            _ => filled_here - filled_before >= JUMP,
        }
    }

    fn class(&self, place: usize) -> Class {
        let position = &self.places[place];
        match (position.digits, position.letters, position.others) {
            (0, 0, 0) => Class::Blank,
            (_, 0, 0) => Class::Number,
            (0, _, 0) => Class::Letter,
            // A decimal point, a sign or a dash at one place of every number is part of it.
            (0, 0, _) if self.is_amid_numbers(place) => Class::Number,
            _ => Class::Mixed,
        }
    }

    fn is_amid_numbers(&self, place: usize) -> bool {
        let is_number = |place: Option<usize>| {
            let position = place.and_then(|place| self.places.get(place));
            position.is_some_and(|position| position.digits > 0 && position.letters + position.others == 0)
        };
        is_number(place.checked_sub(1)) && is_number(Some(place + 1))
    }

    /// The share of records in which a position is not blank.
    fn filled(&self, place: usize) -> f64 {
        let position = &self.places[place];
        (position.digits + position.letters + position.others) as f64 / self.records as f64
    }

    fn is_always_filled(&self, place: usize) -> bool {
        let position = &self.places[place];
        position.digits + position.letters + position.others == self.records
    }
}

fn push(spans: &mut Vec<Span>, start: usize, end: usize) {
    if end > start {
        spans.push(Span { start, width: end - start });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(lines: &[&str]) -> Vec<(usize, usize)> {
        let mut positions = Positions::new(lines.first().map_or(0, |line| line.chars().count()));
        for (number, line) in lines.iter().enumerate() {
            positions.take(number as u64 + 1, line);
        }
        assert_eq!(positions.lines_before(), 0);
        positions.spans().iter().map(|span| (span.start, span.width)).collect()
    }

    #[test]
    fn fields_are_told_apart() {
        let found = spans(&[
            "12345678920190131LEE       ANN    00012.50 Y#",
            "23456789020200229RODRIGUEZ BOBBY  00112.75 N#",
            "34567890119991231O         CHARLIE01234.00  #",
        ]);
        assert_eq!(found, [(0, 9), (9, 8), (17, 9), (27, 7), (34, 8), (43, 1), (44, 1)]);
    }

    #[test]
    fn numbers_set_to_the_right_end_where_the_filling_drops() {
        assert_eq!(spans(&["  12   5", " 1231077", "1234 888", "   5   6"]), [(0, 4), (4, 4)]);
    }

    #[test]
    fn characters_count_not_bytes() {
        assert_eq!(Span { start: 1, width: 2 }.of("\u{f1}a\u{e9}b"), "a\u{e9}");
        assert_eq!(Span { start: 3, width: 9 }.of("\u{f1}a\u{e9}b"), "b");
        assert_eq!(Span { start: 4, width: 1 }.of("\u{f1}a\u{e9}b"), "");
        assert_eq!(Span { start: 9, width: 1 }.of("\u{f1}"), "");
        assert_eq!(Span { start: 2, width: 3 }.of("abcd"), "cd");
        assert_eq!(spans(&[]), []);
    }
}
