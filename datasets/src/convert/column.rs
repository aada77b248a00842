//! Fills canonical columns from the rows of a piece, one column after the other.

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use chrono::NaiveDate;
use regex::CaptureLocations;

use super::builder::ColumnBuilder;
use super::date::DateFormat;
use super::header::Positions;
use super::rows::Rows;
use super::rule::Rule;
use crate::layout::{Combine, Fill, How, Source, TokenMatch, ValueRule};

/// The leftmost fault of each row, as a column of the file and a rule.
#[derive(Debug)]
pub(crate) struct Faults {
    first: Vec<Option<(usize, Rule)>>,
}

impl Faults {
    pub(crate) fn new(rows: usize) -> Self {
        Self { first: vec![None; rows] }
    }

    /// Notes a fault; of several in one row the leftmost stays, and of several in one column the first noted.
    pub(crate) fn note(&mut self, row: usize, column: usize, rule: Rule) {
        if let Some(first) = self.first.get_mut(row)
            && first.is_none_or(|(leftmost, _)| column < leftmost)
        {
            *first = Some((column, rule));
        }
    }

    /// The fault of each row.
    pub(crate) fn all(&self) -> &[Option<(usize, Rule)>] {
        &self.first
    }
}

/// One fill of the layout, for the rows of one piece.
pub(crate) struct Filling<'a> {
    pub(crate) rows: &'a Rows,
    pub(crate) fill: &'a Fill,
    pub(crate) positions: &'a Positions,
    pub(crate) schema: &'a SchemaRef,
}

impl Filling<'_> {
    /// The columns of the fill's targets, one value for each row and produced row.
    pub(crate) fn columns(&self, faults: &mut Faults) -> Result<Vec<ArrayRef>, ArrowError> {
        match &self.fill.how {
            How::Constant(values) | How::Unpivoted(values) => {
                Ok(vec![repeat(values, self.rows.len() * self.positions.len())?])
            }
            How::ByRecord(values) => {
                let per_row = self.positions.len();
                let types = self.rows.types.iter();
                let indices = types.flat_map(|record_type| std::iter::repeat_n(*record_type, per_row));
                let indices: UInt32Array = indices.collect::<Vec<_>>().into();
                Ok(vec![take(values, &indices, None)?])
            }
            How::Value(rule) => {
                let mut builders = self.builders()?;
                if let [builder] = builders.as_mut_slice() {
                    self.values(rule, builder, faults);
                }
                Ok(builders.into_iter().map(ColumnBuilder::finish).collect())
            }
            How::Tokens(rules) => {
                let mut builders = self.builders()?;
                self.tokens(rules, &mut builders, faults);
                Ok(builders.into_iter().map(ColumnBuilder::finish).collect())
            }
        }
    }

    /// The column of the file that leaves the value of a produced row NULL; `None` when it is not the text but a fault
    /// in it, which has been noted before.
    pub(crate) fn null_column(&self, row: usize, produced: usize) -> Option<usize> {
        let columns = self.positions.get(produced)?.as_ref()?;
        match &self.fill.how {
            How::Value(rule) => {
                columns.iter().copied().find(|column| rule.part(self.rows, row, *column).is_none())
            }
            How::Tokens(_) => columns.last().copied(),
            _ => columns.first().copied(),
        }
    }

    fn builders(&self) -> Result<Vec<ColumnBuilder>, ArrowError> {
        let length = self.rows.len() * self.positions.len();
        let builder = |target: &usize| {
            let data_type = self.schema.field(*target).data_type();
            let unknown = || ArrowError::NotYetImplemented(format!("a column of type {data_type}"));
            ColumnBuilder::new(data_type, length).ok_or_else(unknown)
        };
        self.fill.targets.iter().map(builder).collect()
    }

    fn values(&self, rule: &ValueRule, builder: &mut ColumnBuilder, faults: &mut Faults) {
        let mut joined = String::new();
        let is_sheet = self.rows.is_sheet();
        for row in 0..self.rows.len() {
            for columns in self.positions {
                let Some(columns) = columns else {
                    builder.append_null();
                    continue;
                };
                let is_error = |column: &&usize| {
                    self.rows.is_error(row, **column) && rule.part(self.rows, row, **column).is_some()
                };
                if let Some(column) = columns.iter().find(|column| is_sheet && is_error(column)) {
                    builder.append_null();
                    faults.note(row, *column, Rule::ErrorCell);
                    continue;
                }
                if let Err((column, fault)) = rule.append(self, row, columns, &mut joined, builder) {
                    faults.note(row, column, fault);
                }
            }
        }
    }

    fn tokens(&self, rules: &[TokenMatch], builders: &mut [ColumnBuilder], faults: &mut Faults) {
        let mut groups: Vec<_> = rules.iter().map(|rule| rule.pattern.capture_locations()).collect();
        let (mut joined, mut expanded) = (String::new(), String::new());
        for row in 0..self.rows.len() {
            for columns in self.positions {
                let columns = columns.as_deref().unwrap_or_default();
                // The columns before the last say what the text of the last one means, so that one is at fault.
                let (Some(column), Some(text)) =
                    (columns.last().copied(), self.token(row, columns, &mut joined))
                else {
                    builders.iter_mut().for_each(ColumnBuilder::append_null);
                    continue;
                };
                let mut candidates = rules.iter().zip(&mut groups);
                let found = candidates.find_map(|(rule, groups)| {
                    rule.pattern.captures_read(groups, text).map(|_| (rule, &*groups))
                });
                let appended = if let Some((rule, groups)) = found {
                    rule.append(text, groups, &mut expanded, builders)
                } else {
                    builders.iter_mut().for_each(ColumnBuilder::append_null);
                    let is_error = columns.iter().any(|column| self.rows.is_error(row, *column));
                    Err(if is_error { Rule::ErrorCell } else { Rule::NotInTokens })
                };
                if let Err(fault) = appended {
                    faults.note(row, column, fault);
                }
            }
        }
    }
}

impl Filling<'_> {
    /// The texts of the columns without white space around them, filled up and one after the other; `None` when the row
    /// has none of such a column.
    fn token<'a>(&'a self, row: usize, columns: &[usize], joined: &'a mut String) -> Option<&'a str> {
        let sources = &self.fill.sources;
        if let ([Source { pad: None, .. }], [column]) = (sources.as_slice(), columns) {
            return self.rows.field(row, *column).map(trim);
        }
        joined.clear();
        for (source, column) in sources.iter().zip(columns) {
            source.fill_up(trim(self.rows.field(row, *column)?), joined);
        }
        Some(joined)
    }
}

impl Source {
    /// Appends a text, with the zeros in front that a spreadsheet took from its digits.
    fn fill_up(&self, text: &str, joined: &mut String) {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let lost = self.pad.filter(|_| is_number);
        let zeros = lost.map_or(0, |width| width.saturating_sub(text.len()));
        joined.extend(std::iter::repeat_n('0', zeros));
        joined.push_str(text);
    }
}

impl TokenMatch {
    /// Appends one value to each builder; the error is that of the first text that is no value of its column.
    fn append(
        &self,
        text: &str,
        groups: &CaptureLocations,
        expanded: &mut String,
        builders: &mut [ColumnBuilder],
    ) -> Result<(), Rule> {
        let mut appended = Ok(());
        for (value, builder) in self.values.iter().zip(builders) {
            let Some((template, reading)) = value else {
                builder.append_null();
                continue;
            };
            expanded.clear();
            template.expand(text, groups, expanded);
            let filled = Some(expanded.as_str()).filter(|text| !text.is_empty());
            let value = builder.append(filled, reading);
            appended = appended.and(value);
        }
        appended
    }
}

impl ValueRule {
    /// Appends the value of one produced row; an error names the column of the file.
    fn append(
        &self,
        filling: &Filling<'_>,
        row: usize,
        columns: &[usize],
        joined: &mut String,
        builder: &mut ColumnBuilder,
    ) -> Result<(), (usize, Rule)> {
        let first = columns.first().copied().unwrap_or(0);
        let part = |column: &usize| self.part(filling.rows, row, *column);
        match (self.combine, columns) {
            (Combine::Quarter, [year, quarter]) => {
                let (Some(year_text), Some(quarter_text)) = (part(year), part(quarter)) else {
                    builder.append_null();
                    return Ok(());
                };
                let year_number = self.reading.integer(year_text).and_then(|value| within(value, 1, 9999));
                let quarter_number = self.reading.integer(quarter_text).and_then(|value| within(value, 1, 4));
                let at_fault = if year_number.is_err() { *year } else { *quarter };
                let index = year_number.and_then(|year| Ok(4 * year + quarter_number? - 1));
                builder.append_integer(index).map_err(|rule| (at_fault, rule))
            }
            (Combine::SchoolYear, _) => {
                let Some(text) = part(&first) else {
                    builder.append_null();
                    return Ok(());
                };
                let date = self.date(filling.rows, row, first, text);
                let year = date.map(|date| i64::from(super::date::school_year(date)));
                builder.append_integer(year).map_err(|rule| (first, rule))
            }
            _ => {
                let text = self.mapped(self.text(filling, row, columns, joined));
                match text {
                    Ok(Some(text)) if filling.rows.is_date(row, first) && builder.is_date() => {
                        builder.append_date(self.date(filling.rows, row, first, text))
                    }
                    Ok(text) => builder.append(text, &self.reading),
                    Err(rule) => {
                        builder.append_null();
                        Err(rule)
                    }
                }
                .map_err(|rule| (first, rule))
            }
        }
    }

    /// A date in the layout's format, or as ISO 8601 has it when the sheet says that it is one.
    fn date(&self, rows: &Rows, row: usize, column: usize, text: &str) -> Result<NaiveDate, Rule> {
        let is_date = rows.is_date(row, column);
        if is_date { DateFormat::iso().date(text) } else { self.reading.date.date(text) }
    }

    /// The text of one column of the file; `None` when it means NULL, or the row has no such column.
    fn part<'a>(&self, rows: &'a Rows, row: usize, column: usize) -> Option<&'a str> {
        let field = rows.field(row, column)?;
        let text = if self.trim { trim(field) } else { field };
        if self.null_tokens.iter().any(|token| token == text) { None } else { Some(text) }
    }

    /// The texts of all sources, filled up and joined; NULL when one of them is.
    fn text<'a>(
        &self,
        filling: &Filling<'a>,
        row: usize,
        columns: &[usize],
        joined: &'a mut String,
    ) -> Option<&'a str> {
        let sources = &filling.fill.sources;
        if self.combine == Combine::First {
            return columns.iter().find_map(|column| self.part(filling.rows, row, *column));
        }
        if let ([Source { pad: None, .. }], [column], "") = (sources.as_slice(), columns, self.strip.as_str())
        {
            return self.part(filling.rows, row, *column);
        }
        joined.clear();
        for (source, column) in sources.iter().zip(columns) {
            let whole = self.part(filling.rows, row, *column)?;
            let bare: String;
            let part = if whole.contains(|c| self.strip.contains(c)) {
                bare = whole.chars().filter(|c| !self.strip.contains(*c)).collect();
                &bare
            } else {
                whole
            };
            source.fill_up(part, joined);
        }
        Some(joined)
    }

    fn mapped<'a>(&'a self, text: Option<&'a str>) -> Result<Option<&'a str>, Rule> {
        match (&self.map, text) {
            (Some(map), Some(code)) => {
                map.get(code).map(|target| Some(target.as_str())).ok_or(Rule::NotInMap)
            }
            _ => Ok(text),
        }
    }
}

/// The text without white space around it; the usual text has none, which is cheap to see.
fn trim(text: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if is_plain(bytes.first()) && is_plain(bytes.last()) { text } else { text.trim() }
}

fn within(value: i64, least: i64, most: i64) -> Result<i64, Rule> {
    if (least..=most).contains(&value) { Ok(value) } else { Err(Rule::OutOfRange) }
}

/// The values over and over, `length` in all.
fn repeat(values: &ArrayRef, length: usize) -> Result<ArrayRef, ArrowError> {
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX).max(1);
    let indices: UInt32Array = (0..count).cycle().take(length).collect::<Vec<_>>().into();
    take(values, &indices, None)
}
