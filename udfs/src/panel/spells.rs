//! Stretches of days of persons in the periods of a panel: enrollment, benefits, stays, and events of one day.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanBuilder, Date32Array, Int32Builder, RecordBatch, StringViewBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::cast::as_date32_array;
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;
use lifetracks_datasets::{Carry, NOT_OBSERVED, OpenEnd, STATE};
use serde::{Deserialize, Serialize};

use super::chunks::{Chunks, Place};
use super::run::Follow;
use super::timeline::Period;

/// The first day of a spell.
const START: &str = "start_date";
/// Its last day; NULL where none was reported.
const END: &str = "end_date";

/// What is told of the spells of one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpellSource {
    /// The state of a person who is found in it.
    pub state: String,
    /// What a spell without an end is.
    pub open_ends: OpenEnd,
    /// Column that says whether a day of the period lies in a spell.
    pub flag: Option<String>,
    /// Column of the days of the period that lie in a spell.
    pub days: Option<String>,
    /// Column of the number of spells of the period.
    pub count: Option<String>,
    /// Columns that are carried from the spell that `carry` names.
    #[serde(with = "crate::travel::fields")]
    pub carried: Vec<Field>,
    /// The spell whose columns are carried.
    pub carry: Carry,
}

/// The columns of spells, in the order of the panel's definition.
pub(super) fn fields(sources: &[SpellSource], has_state: bool) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    if has_state {
        fields.push(Field::new(STATE, DataType::Utf8View, false));
    }
    for source in sources {
        let told = [
            (&source.flag, DataType::Boolean),
            (&source.days, DataType::Int32),
            (&source.count, DataType::Int32),
        ];
        fields.extend(
            told.into_iter().filter_map(|(name, of)| name.as_ref().map(|name| Field::new(name, of, true))),
        );
        fields.extend(source.carried.iter().map(|field| field.clone().with_nullable(true)));
    }
    fields
}

/// A stretch of days, both ends counted.
#[derive(Debug, Clone, Copy)]
struct Spell {
    start: i32,
    end: i32,
    place: Place,
}

/// One source of a run.
#[derive(Debug)]
struct Source {
    told: SpellSource,
    days: Option<(Date32Array, Date32Array)>,
    /// The last day that is loaded.
    loaded_to: i32,
    chunks: Chunks,
    /// The spells of the present person, by their first day.
    spells: Vec<Spell>,
    /// Whether the present person has a row.
    found: bool,
    flag: BooleanBuilder,
    overlap: Int32Builder,
    count: Int32Builder,
}

/// Spells of one person after the other.
pub(super) struct Spells {
    sources: Vec<Source>,
    /// What a person is doing who is found nowhere.
    idle: Option<String>,
    state: StringViewBuilder,
}

impl Spells {
    /// Sources, each with the last day on which it is loaded.
    pub(super) fn new(sources: Vec<(SpellSource, i32)>, idle: Option<String>) -> Self {
        let source = |(told, loaded_to): (SpellSource, i32)| Source {
            chunks: Chunks::new(told.carried.clone()),
            told,
            days: None,
            loaded_to,
            spells: Vec::new(),
            found: false,
            flag: BooleanBuilder::new(),
            overlap: Int32Builder::new(),
            count: Int32Builder::new(),
        };
        let state = StringViewBuilder::new().with_deduplicate_strings();
        Self { sources: sources.into_iter().map(source).collect(), idle, state }
    }
}

/// What the spells of a source are in a period.
#[derive(Debug, Default)]
struct Found {
    days: i32,
    count: i32,
    carried: Option<Place>,
}

impl Source {
    fn rows(&mut self, rows: Range<usize>) {
        let Some((starts, ends)) = &self.days else { return };
        for row in rows {
            self.found = true;
            if starts.is_null(row) {
                continue;
            }
            let start = starts.value(row);
            let end = match (ends.is_valid(row), self.told.open_ends) {
                (true, _) => ends.value(row),
                (false, OpenEnd::GoesOn) => self.loaded_to,
                (false, OpenEnd::OneDay) => start,
            };
            if start <= end {
                self.spells.push(Spell { start, end, place: self.chunks.place(row) });
            }
        }
    }

    fn found(&self, period: &Period) -> Found {
        let mut found = Found::default();
        let mut best = None;
        // The last day that is counted; days of several spells count once.
        let mut counted = period.first_day - 1;
        for spell in &self.spells {
            let (from, to) = (spell.start.max(period.first_day), spell.end.min(period.last_day));
            if from > to {
                continue;
            }
            found.count += 1;
            found.days += (to - from.max(counted + 1) + 1).max(0);
            counted = counted.max(to);
            let rank = match self.told.carry {
                Carry::MostDays => to - from,
                Carry::Last => 0,
            };
            // Spells come by their first day, so that of equals the later one is taken.
            if best.is_none_or(|best| rank >= best) {
                best = Some(rank);
                found.carried = Some(spell.place);
            }
        }
        found
    }

    /// Writes a period; hands back whether the person is found there.
    fn write(&mut self, period: &Period, observed: bool) -> bool {
        let found = self.found(period);
        let known = found.count > 0 || observed;
        self.flag.append_option(known.then_some(found.count > 0));
        self.overlap.append_option(known.then_some(found.days));
        self.count.append_option(known.then_some(found.count));
        self.chunks.pick(found.carried);
        found.count > 0
    }

    fn take(&mut self) -> Result<Vec<ArrayRef>> {
        let told: [(bool, ArrayRef); 3] = [
            (self.told.flag.is_some(), Arc::new(self.flag.finish())),
            (self.told.days.is_some(), Arc::new(self.overlap.finish())),
            (self.told.count.is_some(), Arc::new(self.count.finish())),
        ];
        let mut columns: Vec<ArrayRef> =
            told.into_iter().filter(|(is_told, _)| *is_told).map(|(_, column)| column).collect();
        columns.extend(self.chunks.take()?);
        Ok(columns)
    }
}

impl Follow for Spells {
    fn open(&mut self, source: usize, batch: &RecordBatch) -> Result<()> {
        let Some(source) = self.sources.get_mut(source) else { return Ok(()) };
        let missing = |name| exec_datafusion_err!("the rows of a panel have the column {name}");
        let day = |name| -> Result<Date32Array> {
            Ok(as_date32_array(batch.column_by_name(name).ok_or_else(|| missing(name))?)?.clone())
        };
        source.days = Some((day(START)?, day(END)?));
        let present = source.spells.iter_mut().map(|spell| &mut spell.place);
        source.chunks.open(batch, present)
    }

    fn rows(&mut self, source: usize, rows: Range<usize>) -> Result<()> {
        if let Some(source) = self.sources.get_mut(source) {
            source.rows(rows);
        }
        Ok(())
    }

    fn arrange(&mut self) {
        for source in &mut self.sources {
            source.spells.sort_by_key(|spell| spell.start);
        }
    }

    fn found(&self, source: usize) -> bool {
        self.sources.get(source).is_some_and(|source| source.found)
    }

    fn write(&mut self, period: &Period, observed: &[bool]) {
        let mut state = None;
        for (source, observed) in self.sources.iter_mut().zip(observed) {
            let found = source.write(period, *observed);
            if found && state.is_none() {
                state = Some(source.told.state.as_str());
            }
        }
        if let Some(idle) = &self.idle {
            let nowhere = if observed.contains(&false) { NOT_OBSERVED } else { idle };
            self.state.append_value(state.unwrap_or(nowhere));
        }
    }

    fn clear(&mut self) {
        for source in &mut self.sources {
            source.spells.clear();
            source.found = false;
        }
    }

    fn take(&mut self) -> Result<Vec<Option<ArrayRef>>> {
        let mut columns: Vec<Option<ArrayRef>> = Vec::new();
        if self.idle.is_some() {
            columns.push(Some(Arc::new(self.state.finish())));
        }
        for source in &mut self.sources {
            columns.extend(source.take()?.into_iter().map(Some));
        }
        Ok(columns)
    }
}
