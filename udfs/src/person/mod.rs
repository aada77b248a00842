//! Going through persons one after the other: tables sorted by `person_id` are read side by side, and a program sees
//! all rows of a person at once.
//!
//! A [`Program`] says what it reads and gives; it [gathers](Gather) tables that are about no person, and a [`Run`] of it
//! works on one range of persons. [`PersonMerge`] is the
//! node of a logical plan, [`exec::PersonMergeExec`] the operator. Nothing is sorted or repartitioned where the inputs
//! are ranges of `person_id` in order, and memory holds a batch of each input and one person.

mod asof;
mod batches;
mod blank;
mod cursor;
mod exec;
mod gather;
mod intern;
mod known;
mod merge;
pub(crate) mod merge_message;
mod planner;
mod range_rule;
mod segment;
mod segment_column;
pub(crate) mod segment_message;
mod segment_rule;
mod walk;

use std::fmt::Debug;
use std::ops::Range;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{DFSchema, Statistics};
use datafusion::error::Result;
use serde_json::Value;

pub(crate) use asof::{AsofFilters, AsofJoins, message as asof_message};
pub use asof::{asof_match, is_comparable};
pub(crate) use blank::Blanks;
pub(crate) use gather::Collected;
pub(crate) use intern::{Code, Codes, Name, Names};
pub use known::Known;
pub(crate) use known::{least, numbers};
pub use merge::PersonMerge;
pub(crate) use planner::PersonQueryPlanner;
pub(crate) use range_rule::PersonRanges;
pub(crate) use segment_rule::SegmentWindows;

/// What is done with the rows of each person.
pub trait Program: Debug + Send + Sync {
    /// The name of the operator in EXPLAIN.
    fn name(&self) -> &'static str;

    /// All parameters, for EXPLAIN. Two programs with the same name and description do the same.
    fn description(&self) -> String;

    /// All parameters as they are written, of which it is made again on another machine (`crate::travel`).
    fn parameters(&self) -> Result<Value>;

    /// The columns it gives; the first one is `person_id`.
    fn schema(&self) -> SchemaRef;

    /// The columns of each input, references last, that it reads when `asked` are the columns of its result that somebody
    /// reads. Columns that are left out do not come, and what is made of them may be NULL. All, unless it says otherwise.
    fn reads(&self, _asked: &[usize], inputs: &[&DFSchema]) -> Vec<Vec<usize>> {
        inputs.iter().map(|input| (0..input.fields().len()).collect()).collect()
    }

    /// Whether only persons of the first input have rows in the result, so that others are passed over.
    fn follows_first(&self) -> bool {
        false
    }

    /// Whether it follows persons through time, so that periods of which a table has nothing matter.
    fn follows_through_time(&self) -> bool {
        false
    }

    /// What can be told of its result from what is known of the person inputs. Nothing, unless it says otherwise. A number
    /// of rows is never exact: that of a result is counted by whoever makes it.
    fn estimate(&self, _inputs: &[Known]) -> Statistics {
        Statistics::new_unknown(&self.schema())
    }

    /// Begins to gather the reference inputs.
    fn gather(&self) -> Box<dyn Gather>;
}

/// Reads inputs that are about no person, once for all ranges of persons.
pub trait Gather: Send {
    /// The next batch of a reference input, numbered from 0.
    fn batch(&mut self, reference: usize, batch: &RecordBatch) -> Result<()>;

    /// All were read.
    fn finish(self: Box<Self>) -> Result<Box<dyn Start>>;
}

/// A program that has its references.
pub trait Start: Send + Sync {
    /// Starts on a range of persons. `asked` are the columns of the result that somebody reads; the others may be anything,
    /// such as NULL.
    fn start(&self, asked: &[usize]) -> Result<Box<dyn Run>>;
}

/// A program at work on a range of persons: batches are opened, rows of the present person named, persons closed.
pub trait Run: Send {
    /// The next batch of an input, of which [`Run::rows`] will speak. Nothing of the batch before may be kept but
    /// values.
    fn open(&mut self, input: usize, batch: &RecordBatch) -> Result<()>;

    /// Rows of the open batch that belong to the present person; called again when a person goes on in the next batch.
    fn rows(&mut self, input: usize, rows: Range<usize>) -> Result<()>;

    /// All rows of the person were named: the person's rows of the result are made.
    fn close(&mut self, person: i64) -> Result<()>;

    /// Rows of the result that wait.
    fn waiting(&self) -> usize;

    /// The rows that wait, as a batch.
    fn take(&mut self) -> Result<RecordBatch>;
}
