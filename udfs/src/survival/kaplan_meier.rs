//! `kaplan_meier`: the share to whom it has not happened yet, over time.

use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, PrimitiveArray, StructArray};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, Field, FieldRef, Fields};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::arguments::{event_type, time_type};
use super::curve::{Curve, Ends, Summary, at_risk};
use super::time::{Time, is_real};
use crate::adaptors::Adaptors;
use crate::distinct::refuse_distinct;
use crate::double::Double;
use crate::lists::{list, list_of};
use crate::native::Real;
use crate::rate::standard_errors;

#[user_doc(
    doc_section(label = "Survival"),
    description = "Kaplan and Meier's estimate of the share to whom an event has not happened yet, when not everyone is watched to the end (E. L. Kaplan, P. Meier, Journal of the American Statistical Association 53, 1958).

The result is a list of structs, one for each distinct time in ascending order: `t` (BIGINT for whole numbers, otherwise DOUBLE), `at_risk` (persons whose time is not before `t`), `events` and `censored` at `t`, `survival` (the share to whom nothing has happened up to and with `t`), and `low` and `high`, its interval of confidence. Who is censored at a time is at risk of the events at that time. `unnest` makes rows of the list.

The variance is Greenwood's (M. Greenwood, Reports on Public Health and Medical Subjects 33, 1926), the interval is that of log(-log(survival)) (J. D. Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data, 1980), which stays inside 0 to 1. It is not defined where `survival` is 1 or 0: `low` and `high` are NULL there. (lifelines gives 1 and 1, and 0 and 0; but that nothing has happened yet does not make it certain that nothing can.)

A row whose `time` is NULL was never watched and does not count; the result is NULL when no row counts. A row with a time whose `event` is NULL is an error, because an unknown outcome is neither an event nor a censoring. So is a time that is negative or not finite.",
    syntax_example = "kaplan_meier(time, event [, level])",
    argument(
        name = "time",
        description = "A number: how long from a person's start to the event, or to the last day of watch. NULL: the person does not count."
    ),
    argument(
        name = "event",
        description = "A condition: true when it happened at that time, false when the person was watched until then and it had not happened."
    ),
    argument(
        name = "level",
        description = "The level of confidence, a constant between 0 and 1; 0.95 without it."
    ),
    sql_example = "SELECT step.t, step.at_risk, step.events, step.censored, round(step.survival, 4) AS survival, round(step.low, 4) AS low, round(step.high, 4) AS high FROM (SELECT unnest(kaplan_meier(years, left_teaching)) AS step FROM (VALUES (1, true), (2, true), (2, false), (3, true), (5, false)) AS teacher(years, left_teaching)) ORDER BY step.t;",
    related_udf(name = "km_median"),
    related_udf(name = "life_table")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct KaplanMeier {
    signature: Signature,
}

impl KaplanMeier {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// The states for times of this kind.
fn adaptors(arguments: &[FieldRef]) -> Adaptors<f64> {
    if is_real(arguments) {
        Adaptors::of::<Curve<Steps<Real>>>()
    } else {
        Adaptors::of::<Curve<Steps<i64>>>()
    }
}

impl AggregateUDFImpl for KaplanMeier {
    fn name(&self) -> &'static str {
        Steps::<i64>::FUNCTION
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let ([time, event] | [time, event, _]) = types else {
            return plan_err!(
                "kaplan_meier() takes (time, event) or (time, event, level), but it was given {} arguments.",
                types.len()
            );
        };
        let mut coerced = vec![time_type(self.name(), time)?, event_type(self.name(), event)?];
        coerced.extend(types.get(2).map(|_| DataType::Float64));
        Ok(coerced)
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let time = arguments.first().cloned().unwrap_or(DataType::Int64);
        Ok(list_of(DataType::Struct(fields(time))))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok((adaptors(arguments.input_fields).fields)(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        let width = standard_errors(self.name(), arguments.exprs.get(2))?;
        Ok((adaptors(arguments.expr_fields).single)(width))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let width = standard_errors(self.name(), arguments.exprs.get(2))?;
        Ok((adaptors(arguments.expr_fields).grouped)(width))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn fields(time: DataType) -> Fields {
    let count = |name| Field::new(name, DataType::Int64, true);
    let share = |name| Field::new(name, DataType::Float64, true);
    let counts = ["at_risk", "events", "censored"].map(count);
    let shares = ["survival", "low", "high"].map(share);
    [Field::new("t", time, true)].into_iter().chain(counts).chain(shares).collect()
}

/// One time of the estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step<T> {
    pub(super) time: T,
    at_risk: i64,
    ends: Ends,
    pub(super) survival: f64,
    interval: Option<(f64, f64)>,
}

/// The estimate at the distinct times in ascending order, with an interval of this many standard errors.
pub(super) fn steps<T: Time>(times: &[(T, Ends)], width: f64) -> impl Iterator<Item = Step<T>> {
    let (mut survival, mut variance) = (Double::from(1.0), 0.0);
    at_risk(times).map(move |(time, at_risk, ends)| {
        let left = at_risk - ends.events;
        survival = survival * Double::count(left) / Double::count(at_risk);
        variance += ends.events as f64 / (at_risk as f64 * left as f64);
        let share = survival.value();
        Step { time, at_risk, ends, survival: share, interval: interval(share, width * variance.sqrt()) }
    })
}

/// The interval from log(-log(survival)), for the half width of log(survival).
fn interval(survival: f64, half: f64) -> Option<(f64, f64)> {
    let logarithm = survival.ln();
    let power = (half / logarithm.abs()).exp();
    (survival > 0.0 && survival < 1.0).then(|| ((logarithm * power).exp(), (logarithm / power).exp()))
}

/// The estimate as a list.
#[derive(Debug, Clone)]
struct Steps<T> {
    times: PhantomData<T>,
}

impl<T: Time> Summary for Steps<T> {
    const FUNCTION: &'static str = "kaplan_meier";

    type Time = T;
    type Setting = f64;
    type Answer = Option<Vec<Step<T>>>;

    fn of(times: &[(T, Ends)], width: &f64) -> Result<Self::Answer> {
        Ok((!times.is_empty()).then(|| steps(times, *width).collect()))
    }

    fn column(answers: Vec<Self::Answer>) -> Result<ArrayRef> {
        let lengths: Vec<_> = answers.iter().map(|steps| steps.as_ref().map(Vec::len)).collect();
        let steps: Vec<Step<T>> = answers.into_iter().flatten().flatten().collect();
        let count = |part: fn(&Step<T>) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(steps.iter().map(part)))
        };
        let share = |part: fn(&Step<T>) -> Option<f64>| -> ArrayRef {
            Arc::new(steps.iter().map(part).collect::<Float64Array>())
        };
        let times = steps.iter().map(|step| step.time.value());
        let columns: Vec<ArrayRef> = vec![
            Arc::new(PrimitiveArray::<T::Arrow>::from_iter_values(times)),
            count(|step| step.at_risk),
            count(|step| step.ends.events),
            count(|step| step.ends.censored),
            share(|step| Some(step.survival)),
            share(|step| step.interval.map(|(low, _)| low)),
            share(|step| step.interval.map(|(_, high)| high)),
        ];
        let fields = fields(<T::Arrow as ArrowPrimitiveType>::DATA_TYPE);
        list(&lengths, Arc::new(StructArray::try_new(fields, columns, None)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use crate::native::Native;
    use crate::survival::time::Person;
    use proptest::prelude::*;

    const WIDTH: f64 = 1.959_963_984_540_054;

    fn person<T>(time: T, event: bool) -> Person<T> {
        Person { time: Some(time), event: Some(event) }
    }

    fn estimate(rows: impl IntoIterator<Item = Person<i64>>) -> Vec<Step<i64>> {
        laws::answer::<Curve<Steps<i64>>>(rows, &WIDTH).unwrap().unwrap_or_default()
    }

    #[test]
    fn remission_under_6_mp() {
        // E. J. Freireich et al., Blood 21 (1963), 699-716, as in D. R. Cox and D. Oakes, Analysis of Survival Data
        // (1984), table 1.1: weeks of remission under 6-MP, + censored.
        let events = [6, 6, 6, 7, 10, 13, 16, 22, 23].map(|week| person(week, true));
        let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(|week| person(week, false));
        let found = estimate(events.into_iter().chain(censored));
        let of = |week| found.iter().find(|step| step.time == week).unwrap();
        for (week, at_risk, survival) in [
            (6, 21, 0.8571),
            (7, 17, 0.8067),
            (10, 15, 0.7529),
            (13, 12, 0.6902),
            (16, 11, 0.6275),
            (23, 6, 0.4482),
        ] {
            assert_eq!(of(week).at_risk, at_risk);
            assert!((of(week).survival - survival).abs() < 5e-5, "{week}");
        }
        // R's survfit(conf.type = "log-log") at 6 weeks.
        let (low, high) = of(6).interval.unwrap();
        assert!((low - 0.6197).abs() < 5e-5 && (high - 0.9516).abs() < 5e-5, "{low} {high}");
    }

    #[test]
    fn there_is_no_interval_at_one_and_at_zero() {
        let found = estimate([person(1, false), person(2, true), person(3, true)]);
        let shares: Vec<_> = found.iter().map(|step| (step.survival, step.interval.is_some())).collect();
        assert_eq!(shares, [(1.0, false), (0.5, true), (0.0, false)]);
    }

    #[test]
    fn who_was_never_watched_does_not_count() {
        let nobody = Person { time: None, event: None };
        assert_eq!(estimate([nobody, person(1, true)]), estimate([person(1, true)]));
        assert_eq!(laws::answer::<Curve<Steps<i64>>>([nobody], &WIDTH).unwrap(), None);
    }

    #[test]
    fn what_is_no_duration_and_what_is_no_outcome_is_refused() {
        let error = |time: f64| {
            let row = person(Real::of(time), true);
            laws::answer::<Curve<Steps<Real>>>([row], &WIDTH).unwrap_err().to_string()
        };
        for time in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(error(time).contains("negative or not finite"));
        }
        let unknown = Person { time: Some(1), event: None };
        let error = laws::answer::<Curve<Steps<i64>>>([unknown], &WIDTH).unwrap_err().to_string();
        assert!(error.contains("coalesce(event, false)"), "{error}");
    }

    fn row() -> impl Strategy<Value = Person<i64>> {
        (prop::option::of(0_i64..12), any::<bool>())
            .prop_map(|(time, event)| Person { time, event: Some(event) })
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(row())) {
            laws::hold::<Curve<Steps<i64>>>(case, &WIDTH)?;
        }

        #[test]
        fn states_survive_their_columns(rows in prop::collection::vec(row(), 0..60)) {
            let mut state = Curve::<Steps<i64>>::default();
            rows.into_iter().try_for_each(|row| crate::fold::State::update(&mut state, row)).unwrap();
            let columns = crate::fold::Columns::write(&[Curve::default(), state.clone()]);
            let back: Vec<Curve<Steps<i64>>> = crate::fold::Columns::read(&columns).unwrap();
            let answer = |state| crate::fold::State::finish(state, &WIDTH).unwrap();
            prop_assert_eq!(answer(&back[0]), None);
            prop_assert_eq!(answer(&back[1]), answer(&state));
        }

        #[test]
        fn without_censoring_it_is_the_share_that_is_left(times in prop::collection::vec(0_i64..20, 1..100)) {
            for step in estimate(times.iter().map(|time| person(*time, true))) {
                let left = times.iter().filter(|time| **time > step.time).count();
                prop_assert_eq!(step.survival.to_bits(), (left as f64 / times.len() as f64).to_bits());
            }
        }
    }
}
