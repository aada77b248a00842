//! Coverage facts: how many rows, persons and NULLs a data file holds of every source and period.
//!
//! They are counted while the file is written and travel in its log entry, so that nobody opens a file to know them.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use datafusion::arrow::array::{Array, AsArray, Int32Array, Int64Array, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type, Schema};
use lifetracks_datasets::{Period, PeriodUnit};
use serde::{Deserialize, Serialize};

use crate::error::{Error, LakeContext, Result};
use crate::roles::period_unit_name;

/// Sources and periods of one file past which they are not counted: a column of that many values is no period.
const MOST_GROUPS: usize = 4096;

/// The month on whose first day a school year starts.
const JULY: u32 = 7;

/// A source and a period of a table; `None` where a table has no such column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    pub(crate) source: Option<String>,
    pub(crate) period: Option<i32>,
}

/// What there is of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) rows: u64,
    /// Distinct persons; 0 in a table that is about nobody.
    pub(crate) persons: u64,
    /// NULLs of each of the coverage's columns.
    pub(crate) nulls: Vec<u64>,
}

/// Rows, persons and NULLs by group: of one file, or of a table's files added up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// The columns that may be NULL.
    pub(crate) columns: Vec<String>,
    pub(crate) groups: BTreeMap<Group, Tally>,
}

/// A coverage as it stands in the log.
#[derive(Debug, Serialize, Deserialize)]
struct Tag {
    /// Column, unit and source column of the period, because a definition may change.
    period: (String, String, Option<String>),
    columns: Vec<String>,
    groups: Vec<TagGroup>,
}

/// Source, period, rows, persons, NULLs.
type TagGroup = (Option<String>, Option<i32>, u64, u64, Vec<u64>);

impl Coverage {
    /// Nothing yet, of a table with these nullable columns.
    pub(crate) fn empty(columns: Vec<String>) -> Self {
        Self { columns, groups: BTreeMap::new() }
    }

    /// Adds a file's. Persons add up, because the files of a table hold different ones; a column that the file does not
    /// have yet is NULL in all its rows.
    pub(crate) fn absorb(&mut self, file: &Self) {
        let positions: Vec<Option<usize>> =
            self.columns.iter().map(|name| file.columns.iter().position(|other| other == name)).collect();
        for (group, tally) in &file.groups {
            let sum = self.groups.entry(group.clone()).or_default();
            sum.rows += tally.rows;
            sum.persons += tally.persons;
            sum.nulls.resize(self.columns.len(), 0);
            for (nulls, position) in sum.nulls.iter_mut().zip(&positions) {
                *nulls +=
                    position.map_or(tally.rows, |position| tally.nulls.get(position).copied().unwrap_or(0));
            }
        }
    }

    /// The text for a file's log entry.
    pub(crate) fn to_tag(&self, period: &Period) -> Result<String> {
        let groups = self.groups.iter().map(|(group, tally)| {
            (group.source.clone(), group.period, tally.rows, tally.persons, tally.nulls.clone())
        });
        let tag = Tag { period: identity(period), columns: self.columns.clone(), groups: groups.collect() };
        serde_json::to_string(&tag).lake_context(|| "write the coverage of a data file".to_owned())
    }

    /// Reads a log entry's text; `None` if it was counted by another period or cannot be read.
    pub(crate) fn from_tag(text: &str, period: &Period) -> Option<Self> {
        let tag: Tag = serde_json::from_str(text).ok()?;
        if tag.period != identity(period) {
            return None;
        }
        let groups = tag.groups.into_iter().map(|(source, period, rows, persons, nulls)| {
            (Group { source, period }, Tally { rows, persons, nulls })
        });
        Some(Self { columns: tag.columns, groups: groups.collect() })
    }
}

fn identity(period: &Period) -> (String, String, Option<String>) {
    (period.column.clone(), period_unit_name(period.unit).to_owned(), period.source.clone())
}

/// Counts the groups of rows that come in the table's order.
#[derive(Debug)]
pub(crate) struct CoverageCounter {
    period: (usize, PeriodUnit),
    source: Option<usize>,
    person: Option<usize>,
    /// Columns that may be NULL.
    columns: Vec<usize>,
    names: Vec<String>,
    sources: BTreeMap<Option<String>, usize>,
    numbers: BTreeMap<(usize, Option<i32>), usize>,
    counts: Vec<Count>,
}

#[derive(Debug, Default)]
struct Count {
    rows: u64,
    persons: u64,
    last_person: Option<i64>,
    nulls: Vec<u64>,
}

impl CoverageCounter {
    /// A counter for rows of `schema`; `person_sorted` says that the first column is `person_id` and sorts them.
    pub(crate) fn new(schema: &Schema, period: &Period, person_sorted: bool) -> Result<Self> {
        let position = |name: &str| {
            let missing = |_| Error::lake(format!("the table has no column {name} to tell its periods by"));
            schema.index_of(name).map_err(missing)
        };
        let nullable = schema.fields().iter().enumerate().filter(|(_, field)| field.is_nullable());
        let (columns, names) = nullable.map(|(position, field)| (position, field.name().clone())).unzip();
        Ok(Self {
            period: (position(&period.column)?, period.unit),
            source: period.source.as_deref().map(position).transpose()?,
            person: person_sorted.then_some(0),
            columns,
            names,
            sources: BTreeMap::new(),
            numbers: BTreeMap::new(),
            counts: Vec::new(),
        })
    }

    /// Counts the next rows.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        if self.counts.len() > MOST_GROUPS {
            return Ok(());
        }
        let periods = periods_of(batch.column(self.period.0), self.period.1)?;
        let sources = match self.source {
            Some(source) => Some(
                cast(batch.column(source), &DataType::Utf8)
                    .lake_context(|| "count the rows of each source".to_owned())?,
            ),
            None => None,
        };
        let sources = sources.as_ref().map(AsArray::as_string::<i32>);
        let persons = self.person.and_then(|person| batch.column(person).as_primitive_opt::<Int64Type>());
        let mut groups = Vec::with_capacity(batch.num_rows());
        // Neighbours are often of one group.
        let mut last: (Option<&str>, Option<i32>) = (None, None);
        let mut group = None;
        for row in 0..batch.num_rows() {
            let source = sources.filter(|names| names.is_valid(row)).map(|names| names.value(row));
            let period = periods.is_valid(row).then(|| periods.value(row));
            let number = match group {
                Some(same) if last == (source, period) => same,
                _ => self.number(source, period),
            };
            last = (source, period);
            group = Some(number);
            self.count_row(number, persons.map(|persons: &Int64Array| persons.value(row)));
            groups.push(number);
        }
        self.count_nulls(batch, &groups);
        Ok(())
    }

    fn number(&mut self, source: Option<&str>, period: Option<i32>) -> usize {
        let next = self.sources.len();
        let source = *self.sources.entry(source.map(str::to_owned)).or_insert(next);
        let next = self.counts.len();
        let group = *self.numbers.entry((source, period)).or_insert(next);
        if group == next {
            self.counts.push(Count { nulls: vec![0; self.columns.len()], ..Count::default() });
        }
        group
    }

    fn count_row(&mut self, group: usize, person: Option<i64>) {
        let count = &mut self.counts[group];
        count.rows += 1;
        // A person's rows are neighbours, so one that differs from the last of its group is new there.
        if person.is_some() && count.last_person != person {
            count.persons += 1;
            count.last_person = person;
        }
    }

    fn count_nulls(&mut self, batch: &RecordBatch, groups: &[usize]) {
        for (position, column) in self.columns.iter().enumerate() {
            let Some(nulls) = batch.column(*column).nulls().filter(|nulls| nulls.null_count() > 0) else {
                continue;
            };
            let missing = !nulls.inner();
            for row in missing.set_indices() {
                self.counts[groups[row]].nulls[position] += 1;
            }
        }
    }

    /// What was counted; `None` if there were too many groups.
    pub(crate) fn finish(self) -> Option<Coverage> {
        if self.counts.len() > MOST_GROUPS {
            return None;
        }
        let names: BTreeMap<usize, Option<String>> =
            self.sources.into_iter().map(|(name, number)| (number, name)).collect();
        let mut coverage = Coverage::empty(self.names);
        for ((source, period), number) in self.numbers {
            let Some(count) = self.counts.get(number) else { continue };
            let source = names.get(&source).cloned().flatten();
            let tally = Tally { rows: count.rows, persons: count.persons, nulls: count.nulls.clone() };
            coverage.groups.insert(Group { source, period }, tally);
        }
        Some(coverage)
    }
}

/// The period of every row.
fn periods_of(column: &dyn Array, unit: PeriodUnit) -> Result<Int32Array> {
    if let Some(days) = column.as_primitive_opt::<Date32Type>() {
        return Ok(days.unary(|day| period_of_day(day, unit)));
    }
    let numbers = cast(column, &DataType::Int32)
        .lake_context(|| "tell the periods of a data file's rows".to_owned())?;
    Ok(numbers.as_primitive::<Int32Type>().clone())
}

/// The period in which a day lies, given in days since 1970.
fn period_of_day(day: i32, unit: PeriodUnit) -> i32 {
    let date = NaiveDate::default().checked_add_signed(TimeDelta::days(i64::from(day))).unwrap_or_default();
    match unit {
        PeriodUnit::CalendarYear => date.year(),
        PeriodUnit::SchoolYear => date.year() + i32::from(date.month() >= JULY),
        PeriodUnit::Quarter => date.year() * 4 + i32::try_from(date.month0() / 3).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{Date32Array, StringArray};
    use datafusion::arrow::datatypes::{Field, Schema};

    use super::*;

    fn day(text: &str) -> i32 {
        let date: NaiveDate = text.parse().unwrap();
        i32::try_from(date.signed_duration_since(NaiveDate::default()).num_days()).unwrap()
    }

    #[test]
    fn a_day_lies_in_its_period() {
        let periods = |text: &str| {
            [PeriodUnit::SchoolYear, PeriodUnit::CalendarYear, PeriodUnit::Quarter]
                .map(|unit| period_of_day(day(text), unit))
        };
        assert_eq!(periods("2019-06-30"), [2019, 2019, 8077]);
        assert_eq!(periods("2019-07-01"), [2020, 2019, 8078]);
        assert_eq!(periods("1969-12-31"), [1970, 1969, 7879]);
    }

    fn batch(rows: &[(i64, &str, Option<&str>)]) -> RecordBatch {
        let schema = Schema::new(vec![
            Field::new("person_id", DataType::Int64, false),
            Field::new("first", DataType::Date32, false),
            Field::new("school", DataType::Utf8, true),
        ]);
        let columns: Vec<Arc<dyn Array>> = vec![
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.0))),
            Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| day(row.1)))),
            Arc::new(rows.iter().map(|row| row.2).collect::<StringArray>()),
        ];
        RecordBatch::try_new(Arc::new(schema), columns).unwrap()
    }

    fn period(source: Option<&str>) -> Period {
        Period {
            column: "first".to_owned(),
            unit: PeriodUnit::CalendarYear,
            source: source.map(str::to_owned),
        }
    }

    fn counted(period: &Period, batches: &[RecordBatch]) -> Coverage {
        let mut counter = CoverageCounter::new(&batches[0].schema(), period, true).unwrap();
        for batch in batches {
            counter.push(batch).unwrap();
        }
        counter.finish().unwrap()
    }

    #[test]
    fn rows_persons_and_nulls_are_counted_over_batches() {
        let first = batch(&[(1, "2019-01-01", Some("a")), (1, "2020-01-01", None), (2, "2019-05-01", None)]);
        let second = batch(&[(2, "2019-06-01", Some("b")), (3, "2020-01-01", Some("a"))]);
        let coverage = counted(&period(None), &[first, second]);
        let found: Vec<_> = coverage
            .groups
            .iter()
            .map(|(group, tally)| (group.period.unwrap(), tally.rows, tally.persons, tally.nulls[0]))
            .collect();
        assert_eq!(found, [(2019, 3, 2, 1), (2020, 2, 2, 1)]);
    }

    #[test]
    fn sources_are_told_apart_and_files_add_up() {
        let rows =
            batch(&[(1, "2019-01-01", Some("a")), (1, "2019-02-01", Some("b")), (2, "2019-05-01", None)]);
        let period = period(Some("school"));
        let file = counted(&period, &[rows]);
        let mut sum = Coverage::empty(vec!["school".to_owned(), "later".to_owned()]);
        sum.absorb(&file);
        sum.absorb(&file);
        let found: Vec<_> = sum
            .groups
            .iter()
            .map(|(group, tally)| (group.source.as_deref(), tally.rows, &tally.nulls[..]))
            .collect();
        assert_eq!(found, [(None, 2, &[2, 2][..]), (Some("a"), 2, &[0, 2]), (Some("b"), 2, &[0, 2])]);
    }

    #[test]
    fn a_tag_is_read_back_by_the_period_it_was_counted_by() {
        let period = period(None);
        let coverage = counted(&period, &[batch(&[(1, "2019-01-01", None)])]);
        let tag = coverage.to_tag(&period).unwrap();
        assert_eq!(Coverage::from_tag(&tag, &period), Some(coverage));
        assert_eq!(Coverage::from_tag(&tag, &Period { unit: PeriodUnit::Quarter, ..period }), None);
        assert_eq!(
            Coverage::from_tag(
                "{",
                &Period { unit: PeriodUnit::Quarter, column: "x".to_owned(), source: None }
            ),
            None
        );
    }
}
