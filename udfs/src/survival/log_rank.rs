//! `log_rank`: whether it happens at the same pace in several groups.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, Int32Array, StringArray, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::arguments::{Persons, event_type, time_type};
use super::curve::Ends;
use super::mantel::{Comparison, compare};
use super::time::{Person, Time, is_real};
use crate::adaptors::Adaptors;
use crate::distinct::refuse_distinct;
use crate::fold::{Columns, State};
use crate::labels::Labels;
use crate::lists::{full_list, list_of, numbers, numbers_type, places, values};
use crate::native::Real;
use crate::tally::Tally;

const FUNCTION: &str = "log_rank";

/// More groups than this are no groups but persons: the covariances of all with all would fill the memory.
const MOST_GROUPS: usize = 1_000;

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let field = |(name, data_type)| Field::new(name, data_type, true);
    let parts = [("chi2", DataType::Float64), ("df", DataType::Int32), ("p", DataType::Float64)];
    parts.into_iter().map(field).collect()
});

#[user_doc(
    doc_section(label = "Survival"),
    description = "The log-rank test of whether an event happens at the same pace in two or more groups, when not everyone is watched to the end (N. Mantel, Cancer Chemotherapy Reports 50, 1966).

The result is a struct: `chi2`, the statistic without a correction for continuity; `df`, its degrees of freedom, one less than the groups that take part; and `p`, the probability of a `chi2` at least as great when all groups have the same pace. A group takes part when someone of it was still at risk at the first event of all. The result is NULL when fewer than two groups take part, and when the first event takes everyone at risk at once: then there is nothing to compare, which is not the same as no difference.

Rows count as in `kaplan_meier`: a row whose `time` is NULL does not count, a row with a time whose `event` is NULL is an error. A row with a time whose `group` is NULL is an error too: left out silently, it would no longer be at risk in the comparison of the others; name such a group with coalesce, or filter it out.",
    syntax_example = "log_rank(time, event, group)",
    argument(
        name = "time",
        description = "A number: how long from a person's start to the event, or to the last day of watch. NULL: the person does not count."
    ),
    argument(
        name = "event",
        description = "A condition: true when it happened at that time, false when the person was watched until then and it had not happened."
    ),
    argument(
        name = "group",
        description = "The person's group: text, a whole number or a condition; at most 1000 groups."
    ),
    sql_example = "SELECT round(test.chi2, 4) AS chi2, test.df, round(test.p, 4) AS p FROM (SELECT log_rank(weeks, relapse, arm) AS test FROM (VALUES (6, true, 'drug'), (7, true, 'drug'), (9, false, 'drug'), (13, true, 'drug'), (1, true, 'placebo'), (2, true, 'placebo'), (5, true, 'placebo'), (8, true, 'placebo')) AS patient(weeks, relapse, arm));",
    related_udf(name = "kaplan_meier")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct LogRank {
    signature: Signature,
}

impl LogRank {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// The states for times of this kind.
fn adaptors(arguments: &[FieldRef]) -> Adaptors<()> {
    if is_real(arguments) { Adaptors::of::<Groups<Real>>() } else { Adaptors::of::<Groups<i64>>() }
}

impl AggregateUDFImpl for LogRank {
    fn name(&self) -> &'static str {
        FUNCTION
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [time, event, group] = types else {
            return plan_err!(
                "log_rank() takes (time, event, group), but it was given {} arguments.",
                types.len()
            );
        };
        let simple = group.is_string() || group.is_integer();
        if !simple && !matches!(group, DataType::Boolean | DataType::Null) {
            return plan_err!(
                "log_rank() takes text, a whole number or a condition as group, but it was given {group}; \
                 cast it, or write CASE WHEN .. THEN 'name' .. END."
            );
        }
        Ok(vec![time_type(FUNCTION, time)?, event_type(FUNCTION, event)?, DataType::Utf8])
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(FIELDS.clone()))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok((adaptors(arguments.input_fields).fields)(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(FUNCTION, &arguments)?;
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

/// The ends at each time in each group.
#[derive(Debug, Clone)]
struct Groups<T: Time> {
    ends: Tally<(Arc<str>, T), Ends>,
}

impl<T: Time> Default for Groups<T> {
    fn default() -> Self {
        Self { ends: Tally::default() }
    }
}

impl<T: Time> State for Groups<T> {
    type Row = (Person<T>, Option<Arc<str>>);
    type Setting = ();
    type Answer = Option<Comparison>;

    fn update(&mut self, (person, group): Self::Row) -> Result<()> {
        let Some((time, event)) = person.known(FUNCTION)? else { return Ok(()) };
        let Some(group) = group else {
            return exec_err!(
                "log_rank() met a row with a time whose group is NULL; \
                 name such a group with coalesce(group, 'unknown'), or filter such rows out."
            );
        };
        self.ends.add((group, time), Ends::of(event));
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.ends.merge(&other.ends);
        Ok(())
    }

    fn finish(&self, (): &()) -> Result<Option<Comparison>> {
        let ends = self.ends.sorted();
        let groups: Vec<_> = ends.chunk_by(|((left, _), _), ((right, _), _)| left == right).collect();
        if groups.len() > MOST_GROUPS {
            return exec_err!(
                "log_rank() compares at most {MOST_GROUPS} groups, but it met {}; \
                 group persons by something that many of them share.",
                groups.len()
            );
        }
        let mut times: Vec<T> = ends.iter().map(|((_, time), _)| *time).collect();
        times.sort();
        times.dedup();
        let groups: Vec<_> = groups.into_iter().map(|ends| at_times(ends, &times)).collect();
        Ok(compare(&groups))
    }

    fn heap_size(&self) -> usize {
        self.ends.heap_size()
    }
}

/// The ends of one group at each of these times.
fn at_times<T: Time>(ends: &[((Arc<str>, T), Ends)], times: &[T]) -> Vec<Ends> {
    let mut rest = ends.iter().peekable();
    let here = |time: &T| rest.next_if(|((_, known), _)| known == time).map(|(_, ends)| *ends);
    times.iter().map(here).map(Option::unwrap_or_default).collect()
}

/// The columns of persons and groups.
struct Rows<T: Time> {
    persons: Persons<T>,
    groups: Labels,
}

impl<T: Time> Columns for Groups<T> {
    type Reader = Rows<T>;

    fn reader(arguments: &[ArrayRef], (): &()) -> Result<Rows<T>> {
        let groups = Labels::new(arguments[2].as_string::<i32>());
        Ok(Rows { persons: Persons::new(arguments)?, groups })
    }

    fn row(reader: &Rows<T>, index: usize) -> Result<Self::Row> {
        Ok((reader.persons.at(index), reader.groups.at(index)))
    }

    fn state_types() -> Vec<(String, DataType)> {
        vec![
            ("groups".to_owned(), list_of(DataType::Utf8)),
            ("times".to_owned(), numbers_type::<T>()),
            ("events".to_owned(), numbers_type::<i64>()),
            ("censored".to_owned(), numbers_type::<i64>()),
        ]
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        let states: Vec<_> = states.iter().map(|state| state.ends.sorted()).collect();
        let lengths = || states.iter().map(|ends| ends.len());
        let entries = || states.iter().flat_map(|ends| ends.iter());
        let groups: StringArray = entries().map(|((group, _), _)| Some(group)).collect();
        vec![
            full_list(lengths(), Arc::new(groups)),
            numbers(lengths(), entries().map(|((_, time), _)| *time)),
            numbers(lengths(), entries().map(|(_, ends)| ends.events)),
            numbers(lengths(), entries().map(|(_, ends)| ends.censored)),
        ]
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let groups = Labels::new(columns[0].as_list::<i32>().values().as_string::<i32>());
        let times = values::<T>(&columns[1]);
        let (events, censored) = (values::<i64>(&columns[2]), values::<i64>(&columns[3]));
        let entry = |place: usize| {
            let ends = Ends { events: events[place], censored: censored[place] };
            Some(((groups.at(place)?, times[place]), ends))
        };
        let state = |places: std::ops::Range<usize>| Self { ends: places.filter_map(entry).collect() };
        Ok(places(&columns[0]).into_iter().map(state).collect())
    }

    fn answers(answers: Vec<Option<Comparison>>, (): &()) -> Result<ArrayRef> {
        let number = |part: fn(&Comparison) -> f64| -> ArrayRef {
            Arc::new(answers.iter().map(|found| found.as_ref().map(part)).collect::<Float64Array>())
        };
        let degrees = answers.iter().map(|found| found.and_then(|found| i32::try_from(found.degrees).ok()));
        let degrees: ArrayRef = Arc::new(degrees.collect::<Int32Array>());
        let present: NullBuffer = answers.iter().map(Option::is_some).collect();
        let columns = vec![number(|found| found.chi2), degrees, number(|found| found.p)];
        Ok(Arc::new(StructArray::try_new(FIELDS.clone(), columns, Some(present))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use proptest::prelude::*;

    fn person(group: Option<&str>) -> (Person<i64>, Option<Arc<str>>) {
        (Person { time: Some(1), event: Some(true) }, group.map(Arc::from))
    }

    #[test]
    fn a_group_that_is_not_known_is_refused() {
        let error = laws::answer::<Groups<i64>>([person(None)], &()).unwrap_err().to_string();
        assert!(error.contains("coalesce(group, 'unknown')"), "{error}");
        let nobody = Person { time: None, event: None };
        assert_eq!(laws::answer::<Groups<i64>>([(nobody, None)], &()).unwrap(), None);
    }

    #[test]
    fn persons_are_no_groups() {
        let rows = (0..=MOST_GROUPS).map(|number| person(Some(&number.to_string())));
        let error = laws::answer::<Groups<i64>>(rows, &()).unwrap_err().to_string();
        assert!(error.contains("at most 1000 groups, but it met 1001"), "{error}");
    }

    fn row() -> impl Strategy<Value = (Person<i64>, Option<Arc<str>>)> {
        (prop::option::of(0_i64..12), any::<bool>(), 0_u8..4).prop_map(|(time, event, group)| {
            (Person { time, event: Some(event) }, Some(group.to_string().into()))
        })
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(row())) {
            laws::hold::<Groups<i64>>(case, &())?;
        }
    }
}
