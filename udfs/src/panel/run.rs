//! A panel at work: the persons of a cohort one after the other, each with all periods.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Int32Builder, RecordBatch, StringViewArray,
};
use datafusion::arrow::datatypes::{Field, SchemaRef};
use datafusion::common::cast::as_string_view_array;
use datafusion::error::Result;

use super::members::Members;
use super::timeline::{Period, Timeline};
use crate::person::{Blanks, Run};

/// What is followed: it sees the rows of one person and writes a row for each period.
pub(super) trait Follow: Send {
    /// The next batch of a source.
    fn open(&mut self, source: usize, batch: &RecordBatch) -> Result<()>;

    /// Rows of the open batch that belong to the present person.
    fn rows(&mut self, source: usize, rows: Range<usize>) -> Result<()>;

    /// All rows of the person were named.
    fn arrange(&mut self);

    /// Whether the person has a row in a source, whenever it was.
    fn found(&self, source: usize) -> bool;

    /// Writes the columns of a period; `observed` tells of each source whether what is not found there did not happen.
    fn write(&mut self, period: &Period, observed: &[bool]);

    /// The person is done.
    fn clear(&mut self);

    /// The columns written since the last time; `None` for one that nobody reads.
    fn take(&mut self) -> Result<Vec<Option<ArrayRef>>>;
}

/// Who can be found in each source: name spaces of `person_xwalk`.
#[derive(Debug)]
pub(super) struct Links {
    /// Name spaces of each source.
    agencies: Vec<Vec<String>>,
    /// The first source of the table of each source.
    tables: Vec<usize>,
    column: Option<StringViewArray>,
    /// Whether the present person has an identifier of each source.
    linked: Vec<bool>,
    /// Whether the links are there at all.
    known: bool,
}

impl Links {
    pub(super) fn new(agencies: Vec<Vec<String>>, tables: Vec<usize>, known: bool) -> Self {
        let linked = vec![false; agencies.len()];
        Self { agencies, tables, column: None, linked, known }
    }

    fn open(&mut self, batch: &RecordBatch) -> Result<()> {
        self.column = Some(as_string_view_array(batch.column(1))?.clone());
        Ok(())
    }

    fn rows(&mut self, rows: Range<usize>) {
        let Some(column) = &self.column else { return };
        for row in rows {
            let agency = column.value(row);
            for (linked, agencies) in self.linked.iter_mut().zip(&self.agencies) {
                *linked |= agencies.iter().any(|known| known == agency);
            }
        }
    }

    /// Whether the present person can be found in a source; `None` when nobody knows. `found` tells of each source whether
    /// they have a row.
    fn matched(&self, source: usize, found: impl Fn(usize) -> bool) -> Option<bool> {
        let same = |other: &usize| self.tables.get(*other) == self.tables.get(source);
        let found = (0..self.tables.len()).filter(same).any(found);
        let linked = self.linked.get(source).copied().unwrap_or(false);
        (found || self.known).then_some(found || linked)
    }
}

/// The columns that every panel has, those that somebody reads.
#[derive(Debug, Default)]
struct Frame {
    relative: Option<Int32Builder>,
    number: Option<Int32Builder>,
    first_day: Option<Date32Builder>,
    last_day: Option<Date32Builder>,
    covered: Option<BooleanBuilder>,
    matched: Option<BooleanBuilder>,
    observed: Option<BooleanBuilder>,
}

impl Frame {
    /// `asks` tells of each column in its order whether somebody reads it.
    fn new(asks: impl Fn(usize) -> bool) -> Self {
        Self {
            relative: asks(0).then(Int32Builder::new),
            number: asks(1).then(Int32Builder::new),
            first_day: asks(2).then(Date32Builder::new),
            last_day: asks(3).then(Date32Builder::new),
            covered: asks(4).then(BooleanBuilder::new),
            matched: asks(5).then(BooleanBuilder::new),
            observed: asks(6).then(BooleanBuilder::new),
        }
    }

    fn push(&mut self, period: &Period, index: i32, matched: Option<bool>, observed: &[bool]) {
        if let Some(column) = &mut self.relative {
            column.append_value(period.number.saturating_sub(index));
        }
        if let Some(column) = &mut self.number {
            column.append_value(period.number);
        }
        if let Some(column) = &mut self.first_day {
            column.append_value(period.first_day);
        }
        if let Some(column) = &mut self.last_day {
            column.append_value(period.last_day);
        }
        if let Some(column) = &mut self.covered {
            column.append_value(period.covered.iter().all(|covered| *covered));
        }
        if let Some(column) = &mut self.matched {
            column.append_option(matched);
        }
        if let Some(column) = &mut self.observed {
            column.append_value(observed.iter().all(|observed| *observed));
        }
    }

    /// The columns since the last time; `None` for those that nobody reads.
    fn take(&mut self) -> [Option<ArrayRef>; 7] {
        [
            self.relative.as_mut().map(|column| Arc::new(column.finish()) as ArrayRef),
            self.number.as_mut().map(|column| Arc::new(column.finish()) as ArrayRef),
            self.first_day.as_mut().map(|column| Arc::new(column.finish()) as ArrayRef),
            self.last_day.as_mut().map(|column| Arc::new(column.finish()) as ArrayRef),
            self.covered.as_mut().map(|column| Arc::new(column.finish()) as ArrayRef),
            self.matched.as_mut().map(|column| Arc::new(column.finish()) as ArrayRef),
            self.observed.as_mut().map(|column| Arc::new(column.finish()) as ArrayRef),
        ]
    }
}

/// A panel at work on a range of persons.
pub(super) struct PanelRun<F> {
    schema: SchemaRef,
    /// How many of the columns are the cohort's.
    carried: usize,
    /// The columns that somebody reads.
    asked: Vec<usize>,
    blanks: Blanks,
    relative: (i32, i32),
    members: Members,
    timeline: Timeline,
    links: Links,
    follow: F,
    frame: Frame,
    observed: Vec<bool>,
}

impl<F: Follow> PanelRun<F> {
    pub(super) fn new(
        (schema, carried, asked): (SchemaRef, usize, &[usize]),
        relative: (i32, i32),
        timeline: Timeline,
        links: Links,
        follow: F,
    ) -> Self {
        let frame = Frame::new(|place| asked.contains(&(carried + place)));
        Self {
            schema,
            carried,
            asked: asked.to_vec(),
            blanks: Blanks::default(),
            relative,
            members: Members::default(),
            timeline,
            links,
            follow,
            frame,
            observed: Vec::new(),
        }
    }

    fn sources(&self) -> usize {
        self.links.agencies.len()
    }

    /// The rows of one row of the cohort.
    fn write(&mut self, member: usize, matched: &[Option<bool>]) {
        let Self { members, timeline, frame, follow, observed, .. } = self;
        let (from, to) = self.relative;
        let index = timeline.number(members.day(member));
        let (first, last) = (index.saturating_add(from), index.saturating_add(to));
        timeline.reach(first, last);
        let all_matched = overall(matched);
        let periods = timeline.periods(first, last);
        members.repeat(member, periods.len());
        for period in periods {
            observed.clear();
            let sources = period.covered.iter().zip(matched);
            observed.extend(sources.map(|(covered, matched)| *covered && *matched != Some(false)));
            frame.push(period, index, all_matched, observed);
            follow.write(period, observed);
        }
    }
}

/// Whether a person can be found in every source.
fn overall(matched: &[Option<bool>]) -> Option<bool> {
    if matched.contains(&Some(false)) {
        return Some(false);
    }
    matched.iter().all(Option::is_some).then_some(true)
}

impl<F: Follow> Run for PanelRun<F> {
    fn open(&mut self, input: usize, batch: &RecordBatch) -> Result<()> {
        match input.checked_sub(1) {
            None => self.members.open(batch),
            Some(source) if source < self.sources() => self.follow.open(source, batch),
            Some(_) => self.links.open(batch),
        }
    }

    fn rows(&mut self, input: usize, rows: Range<usize>) -> Result<()> {
        match input.checked_sub(1) {
            None => self.members.rows(rows)?,
            Some(source) if source < self.sources() => self.follow.rows(source, rows)?,
            Some(_) => self.links.rows(rows),
        }
        Ok(())
    }

    fn close(&mut self, _person: i64) -> Result<()> {
        self.follow.arrange();
        let matched: Vec<Option<bool>> = (0..self.sources())
            .map(|source| self.links.matched(source, |source| self.follow.found(source)))
            .collect();
        for member in 0..self.members.present() {
            self.write(member, &matched);
        }
        self.members.clear();
        self.follow.clear();
        self.links.linked.fill(false);
        Ok(())
    }

    fn waiting(&self) -> usize {
        self.members.repeated()
    }

    fn take(&mut self) -> Result<RecordBatch> {
        let rows = self.members.repeated();
        let fields: Vec<&Field> = self.schema.fields().iter().map(AsRef::as_ref).collect();
        let (carried, own) = fields.split_at(self.carried);
        let is_asked = |place: usize| self.asked.contains(&place);
        let mut columns = self.members.take(carried, is_asked)?;
        columns.extend(self.frame.take());
        columns.extend(self.follow.take()?);
        let fields = carried.iter().chain(own).zip(columns);
        let blanks = &mut self.blanks;
        let columns = fields.map(|(field, column)| match column {
            Some(column) => Ok(column),
            None => blanks.column(field, rows),
        });
        let columns = columns.collect::<Result<_>>()?;
        Ok(RecordBatch::try_new(SchemaRef::clone(&self.schema), columns)?)
    }
}
