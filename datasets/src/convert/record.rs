//! One record of a text as a row: its fields found by marks or by their places, and the type of the record told.

use std::ops::Range;

use super::dialect::{Dialect, Field};
use super::rows::{Record, Rows};
use super::rule::Rule;
use super::shape::{ABSENT, Arrangement, Cut, FixedWidth, Grammar, RecordKind, Shape};

impl Rows {
    /// Adds a record of delimited text as a row, or as a reject when its shape is wrong.
    pub(super) fn add_delimited(&mut self, dialect: Dialect, record: &Record<'_>, shape: &Shape) {
        let Grammar::Delimited { count, .. } = shape.grammar else {
            return;
        };
        let records = shape.records.as_ref();
        let before = self.fields.places.len();
        let most = records.map_or(count, |records| records.most_fields(count));
        let split = dialect.split(record.text, record.offset, record.total, most, &mut self.fields);
        let places = &self.fields.places[before..];
        let kind = records.map(|records| {
            let text = places.get(records.column).and_then(|place| self.text_of(record, place));
            records.kind(text.unwrap_or_default())
        });
        let own_columns = match kind.flatten() {
            Some(RecordKind::Ignored) => {
                self.fields.places.truncate(before);
                return;
            }
            Some(RecordKind::Row(at)) => match records.and_then(|records| records.arrangement(at)) {
                Some(Arrangement::Fields(columns)) => Some(columns.as_slice()),
                _ => None,
            },
            None => None,
        };
        let whole = split.is_ok() && places.len() == own_columns.map_or(count, <[usize]>::len);
        let column_of = |field: usize| own_columns.map_or(Some(field), |columns| columns.get(field).copied());
        let (column, rule) = match (record.bad, split) {
            (Some((position, rule)), _) => {
                let holds = |place: &Field| (place.start..place.start + place.length).contains(&position);
                let field = if whole { places.iter().position(holds) } else { None };
                (field.and_then(column_of), rule)
            }
            (None, Err(rule)) => (None, rule),
            (None, Ok(())) if !whole => (None, Rule::RaggedRow),
            (None, Ok(()))
                if shape.has_header && self.repeats_header(shape, |place| self.text_of(record, place)) =>
            {
                (None, Rule::RepeatedHeader)
            }
            (None, Ok(())) if kind == Some(None) => {
                (records.map(|records| records.column), Rule::UnknownRecordType)
            }
            (None, Ok(())) => {
                if let Some(columns) = own_columns {
                    let found: Vec<Field> = self.fields.places.drain(before..).collect();
                    self.fields.places.resize(before + self.width, ABSENT);
                    columns.iter().zip(found).for_each(|(column, place)| {
                        self.fields.places[before + column] = place;
                    });
                }
                self.add_line(record.line, kind.flatten());
                return;
            }
        };
        self.fields.places.truncate(before);
        self.reject(record.line, column, rule);
    }

    /// Adds a record of fixed width as a row, or as a reject when its shape is wrong.
    pub(super) fn add_fixed(&mut self, fixed: &FixedWidth, record: &Record<'_>, shape: &Shape) {
        let characters = Characters::new(record.text);
        let records = shape.records.as_ref();
        let kind = records.map(|records| {
            let cut = fixed.cuts.iter().find(|cut| cut.column == records.column);
            records.kind(cut.map_or("", |cut| &record.text[characters.range(*cut)]))
        });
        let own_cuts = match kind.flatten() {
            Some(RecordKind::Ignored) => return,
            Some(RecordKind::Row(at)) => match records.and_then(|records| records.arrangement(at)) {
                Some(Arrangement::Cuts(cuts)) => Some(cuts),
                _ => None,
            },
            None => None,
        };
        let cuts = own_cuts.unwrap_or(&fixed.cuts);
        let whole = (fixed.fewest..=fixed.most).contains(&characters.length);
        let (column, rule) = match record.bad {
            Some((position, rule)) => {
                let holds = |cut: &&Cut| characters.range(**cut).contains(&(position - record.offset));
                (cuts.iter().find(|cut| whole && holds(cut)).map(|cut| cut.column), rule)
            }
            None if !whole => (None, Rule::WrongLength),
            None if kind == Some(None) => (records.map(|records| records.column), Rule::UnknownRecordType),
            None => {
                self.cut(fixed, cuts, record, &characters);
                self.add_line(record.line, kind.flatten());
                return;
            }
        };
        self.reject(record.line, column, rule);
    }

    /// Adds the places of the fields; a record that is too short is copied and filled with blanks.
    fn cut(&mut self, fixed: &FixedWidth, cuts: &[Cut], record: &Record<'_>, characters: &Characters<'_>) {
        let before = self.fields.places.len();
        self.fields.places.resize(before + self.width, ABSENT);
        let mut put = |offset: usize, characters: &Characters<'_>| {
            for cut in cuts {
                let range = characters.range(*cut);
                let place = Field { start: offset + range.start, length: range.len() };
                self.fields.places[before + cut.column] = place;
            }
        };
        if characters.length == fixed.most {
            put(record.offset, characters);
            return;
        }
        let filled = format!("{}{}", record.text, " ".repeat(fixed.most - characters.length));
        put(record.total + self.fields.unescaped.len(), &Characters::new(&filled));
        self.fields.unescaped.push_str(&filled);
    }

    pub(super) fn add_line(&mut self, line: u64, kind: Option<RecordKind>) {
        self.lines.push(line);
        if let Some(RecordKind::Row(record_type)) = kind {
            self.types.push(record_type);
        }
    }

    /// The text at a place of a record that is being added.
    fn text_of<'a>(&'a self, record: &Record<'a>, place: &Field) -> Option<&'a str> {
        let (text, start) = match place.start.checked_sub(record.total) {
            Some(start) => (self.fields.unescaped.as_str(), start),
            None => (record.text, place.start - record.offset),
        };
        text.get(start..start + place.length)
    }
}

/// The characters of a record, which are its bytes when all of them are ASCII.
struct Characters<'a> {
    text: &'a str,
    length: usize,
    /// Where each character starts; none when that is its number.
    starts: Option<Vec<usize>>,
}

impl<'a> Characters<'a> {
    fn new(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self { text, length: text.len(), starts: None };
        }
        let starts: Vec<usize> = text.char_indices().map(|(start, _)| start).collect();
        Self { text, length: starts.len(), starts: Some(starts) }
    }

    /// The bytes of a field, as far as the record reaches.
    fn range(&self, cut: Cut) -> Range<usize> {
        self.start(cut.start)..self.start(cut.start + cut.width)
    }

    fn start(&self, character: usize) -> usize {
        match &self.starts {
            None => character.min(self.text.len()),
            Some(starts) => starts.get(character).copied().unwrap_or(self.text.len()),
        }
    }
}
