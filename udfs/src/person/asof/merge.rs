//! Goes through both sides person by person: no I/O, only batches in and batches out.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;

use super::group::Group;
use super::keys::{Keys, Reader, Side};
use super::matched::{Matched, Source, narrow};
use super::right::{Found, Right};

/// How many batches of the right side may wait for the end of a left batch.
const MOST_BATCHES: usize = 16;

/// What the join does.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) left: Side,
    pub(super) right: Side,
    /// The partner is the first row after the moment, not the last one before it.
    pub(super) is_reversed: bool,
    /// A row of the same moment is no partner.
    pub(super) is_strict: bool,
    /// Rows of the left side without a partner stay.
    pub(super) keeps_alone: bool,
}

impl Rules {
    /// What the join is called.
    pub(super) fn kind(&self) -> &'static str {
        if self.keeps_alone { "Left" } else { "Inner" }
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let comparison = match (self.is_reversed, self.is_strict) {
            (false, false) => ">=",
            (false, true) => ">",
            (true, false) => "<=",
            (true, true) => "<",
        };
        write!(formatter, "{} {comparison} {}", self.left.time, self.right.time)?;
        let equal = self.left.equal.iter().zip(&self.right.equal);
        equal.into_iter().try_for_each(|(left, right)| write!(formatter, ", {left} = {right}"))
    }
}

/// What the merge needs to go on.
#[derive(Debug)]
pub(super) enum Step {
    NeedLeft,
    NeedRight,
    Rows(RecordBatch),
    Done,
}

/// The merge of two inputs in the order of persons.
pub(super) struct Merge {
    left_reader: Reader,
    right_reader: Reader,
    left: Option<(RecordBatch, Keys)>,
    /// The rows of the left batch before this one have left.
    sent: usize,
    /// The next row of the left batch.
    position: usize,
    right: Right,
    group: Group,
    matched: Matched,
    is_strict: bool,
    keeps_alone: bool,
    sources: Vec<Source>,
    schema: SchemaRef,
}

impl Merge {
    /// A merge that gives the columns of `sources`.
    pub(super) fn new(
        rules: &Rules,
        (left, right): (&SchemaRef, &SchemaRef),
        (sources, schema): (Vec<Source>, SchemaRef),
    ) -> Result<Self> {
        Ok(Self {
            left_reader: Reader::new(rules.left.clone(), rules.is_reversed, left)?,
            right_reader: Reader::new(rules.right.clone(), rules.is_reversed, right)?,
            left: None,
            sent: 0,
            position: 0,
            right: Right::new(Arc::clone(right)),
            group: Group::default(),
            matched: Matched::new(rules.keeps_alone),
            is_strict: rules.is_strict,
            keeps_alone: rules.keeps_alone,
            sources,
            schema,
        })
    }

    /// Takes the next batch of the left side, which must have been asked for.
    pub(super) fn open_left(&mut self, batch: RecordBatch) -> Result<()> {
        let keys = self.left_reader.read(&batch)?;
        self.sent = 0;
        self.position = keys.known;
        self.matched.add_alone(keys.known);
        if keys.persons.get(keys.known).copied() != self.group.person {
            self.group.clear();
        }
        self.right.release(&self.group);
        self.left = Some((batch, keys));
        Ok(())
    }

    /// Takes the next batch of the right side, or its end.
    pub(super) fn open_right(&mut self, batch: Option<RecordBatch>) -> Result<()> {
        match batch {
            Some(batch) => {
                let keys = self.right_reader.read(&batch)?;
                self.right.open(batch, keys);
            }
            None => self.right.end(),
        }
        Ok(())
    }

    /// How many batches of the right side are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.right.kept()
    }

    /// Goes on until a batch is ready or another one is needed.
    pub(super) fn step(&mut self) -> Result<Step> {
        loop {
            while self.advance() {}
            let Some((batch, _)) = &self.left else { break };
            let (rows, is_used_up) = (self.sent..self.position, self.position >= batch.num_rows());
            let is_waiting = !is_used_up && self.right.kept() < MOST_BATCHES;
            if is_waiting {
                return Ok(Step::NeedRight);
            }
            if rows.is_empty() && !is_used_up {
                self.right.release(&self.group);
                return Ok(Step::NeedRight);
            }
            let result = (self.sources.as_slice(), &self.schema);
            let ready = self.matched.take(batch, rows, &self.right, result)?;
            self.sent = self.position;
            if is_used_up {
                self.left = None;
            } else {
                self.right.release(&self.group);
            }
            if let Some(ready) = ready {
                return Ok(Step::Rows(ready));
            }
        }
        let is_done = !self.keeps_alone && self.right.is_used_up() && self.group.person.is_none();
        Ok(if is_done { Step::Done } else { Step::NeedLeft })
    }

    /// Goes on by one person; false at the end of the left batch, and when the right side must be read first.
    fn advance(&mut self) -> bool {
        let Some((_, keys)) = &self.left else { return false };
        let Some(person) = keys.persons.get(self.position).copied() else { return false };
        if self.group.person != Some(person) {
            self.group.clear();
            let next = match self.right.find(person) {
                Found::Here => None,
                Found::Later(next) => Some(keys.first_from(self.position, next)),
                Found::End => Some(keys.persons.len()),
                Found::Unknown => return false,
            };
            if let Some(next) = next {
                self.matched.add_alone(next - self.position);
                self.position = next;
                return true;
            }
            self.group.start(person);
        }
        if !self.group.is_complete {
            self.right.collect(&mut self.group);
        }
        if !self.group.is_complete {
            return false;
        }
        let end = keys.end_of(self.position);
        self.group.find(keys, narrow(self.position)..narrow(end), self.is_strict, &mut self.matched);
        self.position = end;
        true
    }
}
