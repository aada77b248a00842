//! `life_table`: period by period, who was there, to whom it happened, and what is left.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{ScalarValue, exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr::expressions::Literal;
use datafusion_macros::user_doc;

use super::arguments::{event_type, time_type};
use super::curve::{Curve, Ends, Summary, at_risk};
use crate::distinct::refuse_distinct;
use crate::double::Double;
use crate::fold::{Grouped, Single, state_fields};
use crate::lists::{list, list_of};

/// A table of more periods than this is a mistake in the unit of time.
const MOST_PERIODS: i64 = 100_000;

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let count = |name| Field::new(name, DataType::Int64, true);
    let number = |name| Field::new(name, DataType::Float64, true);
    let counts = ["period", "at_risk", "events", "censored"].map(count);
    let numbers = ["effective", "hazard", "survival", "standard_error"].map(number);
    counts.into_iter().chain(numbers).collect()
});

#[user_doc(
    doc_section(label = "Survival"),
    description = "The life table of events that are known by whole periods, such as school years or terms (J. D. Singer, J. B. Willett, Applied Longitudinal Data Analysis, 2003, chapter 10).

The result is a list of structs, one for every period from the first to the last, also for those in which nothing happened: `period`, `at_risk` (who was watched in the period), `events`, `censored`, `effective`, `hazard` (of those at risk, the share to whom it happens in the period: `events / effective`), `survival` (the share to whom it has not happened by the end of the period) and `standard_error` of `survival` (Greenwood 1926; NULL where `survival` is 0). `unnest` makes rows of the list.

With the method 'discrete' a person who is censored in a period was at risk for all of it: `effective` is `at_risk`, and `survival` is that of `kaplan_meier` at whole times. With 'actuarial' the censored leave halfway on average: `effective` is `at_risk - censored / 2` (S. J. Cutler, F. Ederer, Journal of Chronic Diseases 8, 1958).

A row whose `time` is NULL was never watched and does not count; the result is NULL when no row counts. A row with a time whose `event` is NULL is an error, because an unknown outcome is neither an event nor a censoring. So is a negative time.",
    syntax_example = "life_table(time, event [, method])",
    argument(
        name = "time",
        description = "A whole number: the period in which it happened, or the last period in which the person was watched. NULL: the person does not count."
    ),
    argument(
        name = "event",
        description = "A condition: true when it happened in that period, false when the person was watched through it and it had not happened."
    ),
    argument(name = "method", description = "A constant: 'discrete' (the default) or 'actuarial'."),
    sql_example = "SELECT row.period, row.at_risk, row.events, row.censored, row.hazard, round(row.survival, 4) AS survival, round(row.standard_error, 4) AS standard_error FROM (SELECT unnest(life_table(years, left_teaching)) AS row FROM (VALUES (1, true), (3, true), (3, false), (4, true), (4, false)) AS teacher(years, left_teaching)) ORDER BY row.period;",
    related_udf(name = "kaplan_meier")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct LifeTable {
    signature: Signature,
}

impl LifeTable {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for LifeTable {
    fn name(&self) -> &'static str {
        Table::FUNCTION
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let ([time, event] | [time, event, _]) = types else {
            return plan_err!(
                "life_table() takes (time, event) or (time, event, method), but it was given {} arguments.",
                types.len()
            );
        };
        if time_type(self.name(), time)? != DataType::Int64 {
            return plan_err!(
                "life_table() takes whole periods as time, but it was given {time}; write floor(time)::BIGINT, \
                 divided by the width of a period, or use kaplan_meier(time, event), which takes any number."
            );
        }
        let mut coerced = vec![DataType::Int64, event_type(self.name(), event)?];
        coerced.extend(types.get(2).map(|_| DataType::Utf8));
        Ok(coerced)
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(list_of(DataType::Struct(FIELDS.clone())))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(state_fields::<Curve<Table>>(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        Ok(Box::new(Single::<Curve<Table>>::new(Censoring::of(&arguments)?)))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped::<Curve<Table>>::new(Censoring::of(&arguments)?)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// When in a period the censored leave.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Censoring {
    /// At its end.
    Discrete,
    /// In its middle, on average.
    Actuarial,
}

impl Censoring {
    fn of(arguments: &AccumulatorArgs) -> Result<Self> {
        let Some(argument) = arguments.exprs.get(2) else {
            return Ok(Self::Discrete);
        };
        let name = match argument.downcast_ref::<Literal>().map(Literal::value) {
            Some(ScalarValue::Utf8(name)) => name.as_deref(),
            _ => None,
        };
        match name {
            Some("discrete") => Ok(Self::Discrete),
            Some("actuarial") => Ok(Self::Actuarial),
            _ => plan_err!("life_table() takes the constant 'discrete' or 'actuarial' as method."),
        }
    }

    /// Twice the number at risk in the mean of a period.
    fn twice_effective(self, at_risk: i64, ends: Ends) -> i64 {
        match self {
            Self::Discrete => 2 * at_risk,
            Self::Actuarial => 2 * at_risk - ends.censored,
        }
    }
}

/// One period of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Period {
    number: i64,
    at_risk: i64,
    ends: Ends,
    effective: f64,
    hazard: f64,
    survival: f64,
    standard_error: Option<f64>,
}

/// The table from periods in which someone left, in ascending order.
fn table(times: &[(i64, Ends)], censoring: Censoring) -> Result<Vec<Period>> {
    let (Some((first, _)), Some((last, _))) = (times.first(), times.last()) else {
        return Ok(Vec::new());
    };
    if last - first >= MOST_PERIODS {
        return exec_err!(
            "life_table() met more than {MOST_PERIODS} periods between the first and the last; \
             divide the times by the width of a period, or use kaplan_meier(time, event)."
        );
    }
    let mut ends = vec![Ends::default(); usize::try_from(last - first + 1).unwrap_or(0)];
    for (time, here) in times {
        ends[usize::try_from(time - first).unwrap_or(0)] = *here;
    }
    let periods: Vec<_> = (*first..=*last).zip(ends).collect();
    let (mut survival, mut variance) = (Double::from(1.0), 0.0);
    let rows = at_risk(&periods).map(|(number, at_risk, ends)| {
        let (twice, events) = (censoring.twice_effective(at_risk, ends), 2 * ends.events);
        survival = survival * Double::count(twice - events) / Double::count(twice);
        let effective = twice as f64 / 2.0;
        variance += ends.events as f64 / (effective * (effective - ends.events as f64));
        let share = survival.value();
        Period {
            number,
            at_risk,
            ends,
            effective,
            hazard: ends.events as f64 / effective,
            survival: share,
            standard_error: (share > 0.0).then(|| share * variance.sqrt()),
        }
    });
    Ok(rows.collect())
}

/// The table as a list.
#[derive(Debug, Clone)]
struct Table;

impl Summary for Table {
    const FUNCTION: &'static str = "life_table";

    type Time = i64;
    type Setting = Censoring;
    type Answer = Option<Vec<Period>>;

    fn of(times: &[(i64, Ends)], censoring: &Censoring) -> Result<Self::Answer> {
        Ok(Some(table(times, *censoring)?).filter(|periods| !periods.is_empty()))
    }

    fn column(answers: Vec<Self::Answer>) -> Result<ArrayRef> {
        let lengths: Vec<_> = answers.iter().map(|periods| periods.as_ref().map(Vec::len)).collect();
        let periods: Vec<Period> = answers.into_iter().flatten().flatten().collect();
        let count = |part: fn(&Period) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(periods.iter().map(part)))
        };
        let number = |part: fn(&Period) -> Option<f64>| -> ArrayRef {
            Arc::new(periods.iter().map(part).collect::<Float64Array>())
        };
        let columns = vec![
            count(|row| row.number),
            count(|row| row.at_risk),
            count(|row| row.ends.events),
            count(|row| row.ends.censored),
            number(|row| Some(row.effective)),
            number(|row| Some(row.hazard)),
            number(|row| Some(row.survival)),
            number(|row| row.standard_error),
        ];
        list(&lengths, Arc::new(StructArray::try_new(FIELDS.clone(), columns, None)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use crate::survival::kaplan_meier::steps;
    use crate::survival::time::Person;
    use proptest::prelude::*;

    fn rows(counts: &[(i64, i64, i64)]) -> Vec<(i64, Ends)> {
        counts
            .iter()
            .map(|(time, events, censored)| (*time, Ends { events: *events, censored: *censored }))
            .collect()
    }

    #[test]
    fn the_special_educators_of_singer_and_willett() {
        // Applied Longitudinal Data Analysis, table 10.1.
        let found = table(
            &rows(&[
                (1, 456, 0),
                (2, 384, 0),
                (3, 359, 0),
                (4, 295, 0),
                (5, 218, 0),
                (6, 184, 0),
                (7, 123, 280),
                (8, 79, 307),
                (9, 53, 255),
                (10, 35, 265),
                (11, 16, 241),
                (12, 5, 386),
            ]),
            Censoring::Discrete,
        )
        .unwrap();
        let shown: Vec<_> =
            found.iter().map(|row| format!("{:.4} {:.4}", row.hazard, row.survival)).collect();
        assert_eq!(shown[0], "0.1157 0.8843");
        assert_eq!(shown[6], "0.0601 0.4877");
        assert_eq!(shown[11], "0.0128 0.4123");
        assert_eq!(found[11].at_risk, 391);
    }

    #[test]
    fn censored_halfway_are_half_at_risk() {
        let found = table(&rows(&[(0, 5, 10), (1, 3, 2)]), Censoring::Actuarial).unwrap();
        let first = found[0];
        assert_eq!((first.at_risk, first.effective.to_bits()), (20, 15.0_f64.to_bits()));
        assert!((first.survival - 2.0 / 3.0).abs() < 1e-15);
        let error = (2.0_f64 / 3.0) * (5.0_f64 / (15.0 * 10.0)).sqrt();
        assert!((first.standard_error.unwrap() - error).abs() < 1e-15);
        assert!((found[1].survival - 2.0 / 3.0 * 0.25).abs() < 1e-15);
    }

    #[test]
    fn a_quiet_period_has_a_row_and_an_end_has_no_error() {
        let found = table(&rows(&[(2, 1, 0), (4, 1, 0)]), Censoring::Discrete).unwrap();
        let periods: Vec<_> = found.iter().map(|row| (row.number, row.at_risk, row.ends.events)).collect();
        assert_eq!(periods, [(2, 2, 1), (3, 1, 0), (4, 1, 1)]);
        assert_eq!(found[2].standard_error, None);
        let error =
            table(&rows(&[(0, 1, 0), (MOST_PERIODS, 1, 0)]), Censoring::Discrete).unwrap_err().to_string();
        assert!(error.contains("more than 100000 periods"), "{error}");
    }

    fn row() -> impl Strategy<Value = Person<i64>> {
        (prop::option::of(0_i64..12), any::<bool>())
            .prop_map(|(time, event)| Person { time, event: Some(event) })
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(row())) {
            laws::hold::<Curve<Table>>(case, &Censoring::Actuarial)?;
        }

        #[test]
        fn discrete_survival_is_kaplan_and_meiers(counts in prop::collection::btree_map(0_i64..30, (0_i64..5, 1_i64..5), 1..12)) {
            let times: Vec<_> = counts.into_iter().map(|(time, (events, censored))| (time, Ends { events, censored })).collect();
            let table = table(&times, Censoring::Discrete).unwrap();
            for step in steps(&times, 1.0) {
                let row = table.iter().find(|row| row.number == step.time).unwrap();
                prop_assert_eq!(row.survival.to_bits(), step.survival.to_bits());
            }
        }
    }
}
