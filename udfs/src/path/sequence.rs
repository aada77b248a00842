//! `sequence_match`, `sequence_count` and `sequence_events`: whether, how often and when a pattern of events is found.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, ListArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::Documentation;
use datafusion_macros::user_doc;

use super::events::Event;
use super::moment::Scale;
use super::pattern::Pattern;
use super::question::Question;

#[user_doc(
    doc_section(label = "Paths"),
    description = "Whether a pattern of events is found in a group, at whatever place. The parts of a pattern:

- `(?1)`: an event in which the first condition holds; `(?2)` the second, and so on;
- `.`: any one event; `.*`: any number of events;
- `(?t<=P90D)`: at most 90 days after the event before; other events may lie between. Also `<`, `>`, `>=` and `==`. The length is one of ISO 8601, with calendar months (`P6M`, `P1Y`, `P2W`, `PT36H`), or a whole number: days beside dates, seconds beside timestamps, and otherwise what `ts` counts.

Without anything between them, events must follow each other: `(?1)(?2)`. Only rows in which some condition holds are events. To look for `(?2)` within 90 days after `(?1)` write `(?1)(?t<=P90D)(?2)`; a time after `.*` counts from the last event that `.*` passed over, so that `.*(?t<=P90D)` asks for nothing.

A condition that is NULL does not hold; a row whose `ts` is NULL has no place in time and is left out. Events at one moment come in the order of their conditions. A search of more than 1,000,000 steps in one group is an error.

Source: ClickHouse, `sequenceMatch`.",
    syntax_example = "sequence_match(pattern, ts, condition_1, .., condition_32)",
    argument(name = "pattern", description = "A constant text."),
    argument(
        name = "ts",
        description = "A date, a timestamp or a whole number: when the row happened. NULL: the row is left out."
    ),
    argument(name = "condition_1, ..", description = "Conditions. NULL: does not hold."),
    sql_example = "SELECT sequence_match('(?1)(?t<=P90D)(?1).*(?2)', d, e = 'suspension', e = 'exit') AS pattern FROM (VALUES (DATE '2022-01-10', 'suspension'), (DATE '2022-03-01', 'suspension'), (DATE '2022-05-02', 'exit')) AS event(d, e);",
    related_udf(name = "sequence_count"),
    related_udf(name = "sequence_events"),
    related_udf(name = "window_funnel")
)]
struct SequenceMatch;

#[user_doc(
    doc_section(label = "Paths"),
    description = "How often a pattern of events is found in a group, each time after the last event of the time before: 0, never NULL, when it is not found. The pattern is that of `sequence_match`.

Source: ClickHouse, `sequenceCount`.",
    syntax_example = "sequence_count(pattern, ts, condition_1, .., condition_32)",
    argument(name = "pattern", description = "A constant text; see `sequence_match`."),
    argument(
        name = "ts",
        description = "A date, a timestamp or a whole number: when the row happened. NULL: the row is left out."
    ),
    argument(name = "condition_1, ..", description = "Conditions. NULL: does not hold."),
    sql_example = "SELECT sequence_count('(?1)(?2)', d, e = 'exit', e = 'entry') AS returns FROM (VALUES (1, 'exit'), (2, 'entry'), (3, 'exit'), (4, 'entry')) AS event(d, e);",
    related_udf(name = "sequence_match")
)]
struct SequenceCount;

#[user_doc(
    doc_section(label = "Paths"),
    description = "When the events happened that a pattern finds first in a group: a list with one moment for each `(?1)`, `(?2)`, .. of the pattern, in its order; NULL when the pattern is not found. The pattern is that of `sequence_match`.",
    syntax_example = "sequence_events(pattern, ts, condition_1, .., condition_32)",
    argument(name = "pattern", description = "A constant text; see `sequence_match`."),
    argument(
        name = "ts",
        description = "A date, a timestamp or a whole number: when the row happened. NULL: the row is left out."
    ),
    argument(name = "condition_1, ..", description = "Conditions. NULL: does not hold."),
    sql_example = "SELECT sequence_events('(?1)(?t<=P90D)(?1)', d, e = 'suspension') AS days FROM (VALUES (DATE '2021-09-01', 'suspension'), (DATE '2022-01-10', 'suspension'), (DATE '2022-03-01', 'suspension')) AS event(d, e);",
    related_udf(name = "sequence_match")
)]
struct SequenceEvents;

fn pattern_type(types: &[DataType], usage: &str) -> Result<Vec<DataType>> {
    let Some(DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) = types.first() else {
        return plan_err!("a pattern is a text in single quotes; write {usage}.");
    };
    Ok(vec![DataType::Utf8])
}

fn pattern(constants: &[ScalarValue], scale: Scale, conditions: usize, usage: &str) -> Result<Pattern> {
    let Some(ScalarValue::Utf8(Some(text))) = constants.first() else {
        return plan_err!("a pattern is a text, and NULL is none; write {usage}.");
    };
    Pattern::parse(text, scale, conditions)
}

/// The question of `sequence_match`.
#[derive(Debug, Clone)]
pub(super) struct IsFound(Pattern);

impl Question for IsFound {
    const NAME: &'static str = "sequence_match";
    const USAGE: &'static str = "sequence_match('(?1)(?t<=P90D)(?2)', d, e = 'exit', e = 'entry')";
    type Answer = bool;

    fn constants(types: &[DataType]) -> Result<Vec<DataType>> {
        pattern_type(types, Self::USAGE)
    }

    fn new(constants: &[ScalarValue], scale: Scale, conditions: usize) -> Result<Self> {
        pattern(constants, scale, conditions, Self::USAGE).map(Self)
    }

    fn answer(&self, events: &[Event]) -> Result<bool> {
        self.0.is_found(events)
    }

    fn data_type(_: &DataType) -> DataType {
        DataType::Boolean
    }

    fn column(answers: Vec<bool>, _: &DataType) -> Result<ArrayRef> {
        Ok(Arc::new(BooleanArray::from(answers)))
    }

    fn documentation() -> Option<&'static Documentation> {
        static FUNCTION: SequenceMatch = SequenceMatch;
        FUNCTION.doc()
    }
}

/// The question of `sequence_count`.
#[derive(Debug, Clone)]
pub(super) struct Count(Pattern);

impl Question for Count {
    const NAME: &'static str = "sequence_count";
    const USAGE: &'static str = "sequence_count('(?1)(?2)', d, e = 'exit', e = 'entry')";
    type Answer = i64;

    fn constants(types: &[DataType]) -> Result<Vec<DataType>> {
        pattern_type(types, Self::USAGE)
    }

    fn new(constants: &[ScalarValue], scale: Scale, conditions: usize) -> Result<Self> {
        pattern(constants, scale, conditions, Self::USAGE).map(Self)
    }

    fn answer(&self, events: &[Event]) -> Result<i64> {
        self.0.count(events)
    }

    fn data_type(_: &DataType) -> DataType {
        DataType::Int64
    }

    fn column(answers: Vec<i64>, _: &DataType) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from(answers)))
    }

    fn documentation() -> Option<&'static Documentation> {
        static FUNCTION: SequenceCount = SequenceCount;
        FUNCTION.doc()
    }
}

/// The question of `sequence_events`.
#[derive(Debug, Clone)]
pub(super) struct First(Pattern);

impl Question for First {
    const NAME: &'static str = "sequence_events";
    const USAGE: &'static str = "sequence_events('(?1)(?t<=P90D)(?2)', d, e = 'exit', e = 'entry')";
    type Answer = Option<Vec<i64>>;

    fn constants(types: &[DataType]) -> Result<Vec<DataType>> {
        pattern_type(types, Self::USAGE)
    }

    fn new(constants: &[ScalarValue], scale: Scale, conditions: usize) -> Result<Self> {
        pattern(constants, scale, conditions, Self::USAGE).map(Self)
    }

    fn answer(&self, events: &[Event]) -> Result<Option<Vec<i64>>> {
        let found = self.0.first(events)?;
        Ok(found.map(|found| found.taken.into_iter().map(|place| events[place].moment).collect()))
    }

    fn data_type(moment: &DataType) -> DataType {
        DataType::List(Arc::new(Field::new_list_field(moment.clone(), true)))
    }

    fn column(answers: Vec<Option<Vec<i64>>>, moment: &DataType) -> Result<ArrayRef> {
        let lengths = answers.iter().map(|moments| moments.as_ref().map_or(0, Vec::len));
        let offsets = OffsetBuffer::<i32>::from_lengths(lengths);
        let found: NullBuffer = answers.iter().map(Option::is_some).collect();
        let moments: ArrayRef = Arc::new(answers.into_iter().flatten().flatten().collect::<Int64Array>());
        // Days are 32 bits wide; whole numbers become timestamps as they are.
        let moments = match moment {
            DataType::Date32 => cast(&cast(&moments, &DataType::Int32)?, moment)?,
            moment => cast(&moments, moment)?,
        };
        let item = Arc::new(Field::new_list_field(moment.clone(), true));
        Ok(Arc::new(ListArray::try_new(item, offsets, moments, Some(found))?))
    }

    fn documentation() -> Option<&'static Documentation> {
        static FUNCTION: SequenceEvents = SequenceEvents;
        FUNCTION.doc()
    }
}
