//! `mode_latest`: the value that was met most often, and of several the one met last.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::value::{Day, Value};
use crate::adaptors::Adaptors;
use crate::distinct::{refuse_distinct, refuse_distinct_early};
use crate::fold::{Columns, State};
use crate::lists::{full_list, list_of, numbers, numbers_type, places, values};
use crate::tally::{Count, Tally};

#[user_doc(
    doc_section(label = "Statistics"),
    description = "The value that was reported most often; of several reported equally often the one reported last, by `ts`. This is how states settle an attribute on which agencies or years disagree, such as race or date of birth.

When also the last times are equal, the smallest value is taken, so that the order of rows never shows; false is smaller than true, and text is compared letter by letter. NULL values are left out; NULL when nothing is left. A value whose `ts` is NULL counts, but loses against one of a known time that was reported as often. The result is BIGINT for whole numbers and otherwise of the value's kind.",
    syntax_example = "mode_latest(value, ts)",
    argument(name = "value", description = "Text, a whole number, a condition or a date."),
    argument(
        name = "ts",
        description = "When the value was reported: a date, a timestamp or a whole number such as a school year. NULL: not known."
    ),
    sql_example = "SELECT student, mode_latest(race, school_year) AS race FROM (VALUES ('S01', 'ASIAN', 2021), ('S01', 'WHITE', 2022), ('S01', 'ASIAN', 2023), ('S02', 'BLACK', 2022), ('S02', 'MULTI', 2023)) AS report(student, race, school_year) GROUP BY student ORDER BY student;"
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct ModeLatest {
    signature: Signature,
}

impl ModeLatest {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// The states for values of this type, which is one of [`value_type`].
fn adaptors(arguments: &[FieldRef]) -> Adaptors<()> {
    match arguments.first().map(|value| value.data_type()) {
        Some(DataType::Int64) => Adaptors::of::<Values<i64>>(),
        Some(DataType::Boolean) => Adaptors::of::<Values<bool>>(),
        Some(DataType::Date32) => Adaptors::of::<Values<Day>>(),
        _ => Adaptors::of::<Values<Arc<str>>>(),
    }
}

/// The type a value is cast to.
fn value_type(given: &DataType) -> Result<DataType> {
    match given {
        DataType::Boolean => Ok(DataType::Boolean),
        DataType::Date32 | DataType::Date64 => Ok(DataType::Date32),
        DataType::Null => Ok(DataType::Utf8),
        text if text.is_string() => Ok(DataType::Utf8),
        whole if whole.is_integer() && whole != &DataType::UInt64 => Ok(DataType::Int64),
        other => plan_err!(
            "mode_latest() takes text, a whole number, a condition or a date as value, but it was given {other}; \
             cast it to one of these."
        ),
    }
}

/// The type a time is cast to; all of them are whole numbers inside.
fn ts_type(given: &DataType) -> Result<DataType> {
    match given {
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => Ok(given.clone()),
        DataType::Null => Ok(DataType::Int64),
        whole if whole.is_integer() && whole != &DataType::UInt64 => Ok(DataType::Int64),
        other => plan_err!(
            "mode_latest() takes a date, a timestamp or a whole number as ts, but it was given {other}; \
             cast it to DATE or BIGINT."
        ),
    }
}

impl AggregateUDFImpl for ModeLatest {
    fn name(&self) -> &'static str {
        "mode_latest"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [value, ts] = types else {
            return plan_err!("mode_latest() takes (value, ts), but it was given {} arguments.", types.len());
        };
        Ok(vec![value_type(value)?, ts_type(ts)?])
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        value_type(arguments.first().unwrap_or(&DataType::Null))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(refuse_distinct_early())
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok((adaptors(arguments.input_fields).fields)(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        Ok((adaptors(arguments.expr_fields).single)(()))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok((adaptors(arguments.expr_fields).grouped)(()))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// How often a value was met, and when last; in this order one outdoes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    times: i64,
    /// `None`, which is before all, when no time is known.
    latest: Option<i64>,
}

impl Count for Seen {
    fn add(&mut self, other: &Self) {
        self.times += other.times;
        self.latest = self.latest.max(other.latest);
    }
}

/// What was seen of each value.
#[derive(Debug, Clone)]
struct Values<V> {
    seen: Tally<V, Seen>,
}

impl<V> Default for Values<V> {
    fn default() -> Self {
        Self { seen: Tally::default() }
    }
}

impl<V: Value> State for Values<V> {
    type Row = (Option<V>, Option<i64>);
    type Setting = ();
    type Answer = Option<V>;

    fn update(&mut self, (value, latest): Self::Row) -> Result<()> {
        if let Some(value) = value {
            self.seen.add(value, Seen { times: 1, latest });
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.seen.merge(&other.seen);
        Ok(())
    }

    fn finish(&self, (): &()) -> Result<Option<V>> {
        let seen = self.seen.sorted();
        // The last of equal ones, backwards: the smallest value.
        let best = seen.iter().rev().max_by_key(|(_, seen)| *seen);
        Ok(best.map(|(value, _)| value.clone()))
    }

    fn heap_size(&self) -> usize {
        self.seen.heap_size()
    }
}

impl<V: Value> Columns for Values<V> {
    type Reader = (Vec<Option<V>>, Int64Array);

    fn reader(arguments: &[ArrayRef], (): &()) -> Result<Self::Reader> {
        let ts = cast(&arguments[1], &DataType::Int64)?;
        Ok((V::column(&arguments[0]), ts.as_primitive::<Int64Type>().clone()))
    }

    fn row((values, ts): &Self::Reader, index: usize) -> Result<Self::Row> {
        Ok((values[index].clone(), ts.is_valid(index).then(|| ts.value(index))))
    }

    fn state_types() -> Vec<(String, DataType)> {
        vec![
            ("values".to_owned(), list_of(V::TYPE)),
            ("times".to_owned(), numbers_type::<i64>()),
            ("latest".to_owned(), numbers_type::<i64>()),
        ]
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        let states: Vec<_> = states.iter().map(|state| state.seen.sorted()).collect();
        let lengths = || states.iter().map(|seen| seen.len());
        let entries = || states.iter().flat_map(|seen| seen.iter());
        let latest: Int64Array = entries().map(|(_, seen)| seen.latest).collect();
        vec![
            full_list(lengths(), V::array(entries().map(|(value, _)| Some(value.clone())).collect())),
            numbers(lengths(), entries().map(|(_, seen)| seen.times)),
            full_list(lengths(), Arc::new(latest)),
        ]
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let kinds = V::column(columns[0].as_list::<i32>().values());
        let times = values::<i64>(&columns[1]);
        let latest = columns[2].as_list::<i32>().values().as_primitive::<Int64Type>();
        let entry = |place: usize| {
            let latest = latest.is_valid(place).then(|| latest.value(place));
            Some((kinds[place].clone()?, Seen { times: times[place], latest }))
        };
        let state = |places: std::ops::Range<usize>| Self { seen: places.filter_map(entry).collect() };
        Ok(places(&columns[0]).into_iter().map(state).collect())
    }

    fn answers(answers: Vec<Option<V>>, (): &()) -> Result<ArrayRef> {
        Ok(V::array(answers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use proptest::prelude::*;

    fn mode(rows: &[(Option<i64>, Option<i64>)]) -> Option<i64> {
        laws::answer::<Values<i64>>(rows.iter().copied(), &()).unwrap()
    }

    #[test]
    fn most_often_then_last_then_smallest() {
        assert_eq!(mode(&[(Some(7), Some(1)), (Some(5), Some(9)), (Some(7), Some(2))]), Some(7));
        assert_eq!(mode(&[(Some(7), Some(1)), (Some(5), Some(0))]), Some(7));
        assert_eq!(mode(&[(Some(7), Some(1)), (Some(5), Some(1))]), Some(5));
    }

    #[test]
    fn null_values_are_none_and_null_times_are_before_all() {
        assert_eq!(mode(&[(None, Some(1)), (None, Some(2)), (Some(5), None)]), Some(5));
        assert_eq!(mode(&[(Some(5), None), (Some(7), Some(i64::MIN))]), Some(7));
        assert_eq!(mode(&[(Some(5), None), (Some(5), None), (Some(7), Some(1))]), Some(5));
        assert_eq!(mode(&[(None, Some(1))]), None);
    }

    fn row() -> impl Strategy<Value = (Option<i64>, Option<i64>)> {
        (prop::option::of(0_i64..6), prop::option::of(0_i64..6))
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(row())) {
            laws::hold::<Values<i64>>(case, &())?;
        }

        #[test]
        fn states_survive_their_columns(rows in prop::collection::vec(row(), 0..40)) {
            let mut state = Values::<Arc<str>>::default();
            let text = |value: i64| -> Arc<str> { value.to_string().into() };
            rows.into_iter().try_for_each(|(value, ts)| state.update((value.map(text), ts))).unwrap();
            let back = Values::<Arc<str>>::read(&Values::write(&[Values::default(), state.clone()])).unwrap();
            prop_assert_eq!(back[0].finish(&()).unwrap(), None);
            prop_assert_eq!(back[1].finish(&()).unwrap(), state.finish(&()).unwrap());
        }
    }
}
