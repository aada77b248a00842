//! `km_median`: the time by which it has happened to half of the persons.

use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::arguments::{event_type, time_type};
use super::curve::{Curve, Ends, Summary};
use super::kaplan_meier::steps;
use super::time::{Time, is_real};
use crate::adaptors::Adaptors;
use crate::distinct::refuse_distinct;
use crate::native::Real;

#[user_doc(
    doc_section(label = "Survival"),
    description = "The median time to an event by Kaplan and Meier's estimate: the first time at which the share to whom it has not happened is one half or less.

It is a time at which something happened, not the interpolated median that Singer and Willett (2003) give for years. NULL when the share never falls to one half, which is not the same as a long time, and when no row counts. Rows count as in `kaplan_meier`: a row whose `time` is NULL does not, a row with a time whose `event` is NULL is an error.",
    syntax_example = "km_median(time, event)",
    argument(
        name = "time",
        description = "A number: how long from a person's start to the event, or to the last day of watch. NULL: the person does not count."
    ),
    argument(
        name = "event",
        description = "A condition: true when it happened at that time, false when the person was watched until then and it had not happened."
    ),
    sql_example = "SELECT km_median(terms, dropped_out) AS median FROM (VALUES (2, true), (3, false), (4, true), (8, false)) AS student(terms, dropped_out);",
    related_udf(name = "kaplan_meier")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct KmMedian {
    signature: Signature,
}

impl KmMedian {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// The states for times of this kind.
fn adaptors(arguments: &[FieldRef]) -> Adaptors<()> {
    if is_real(arguments) {
        Adaptors::of::<Curve<Median<Real>>>()
    } else {
        Adaptors::of::<Curve<Median<i64>>>()
    }
}

impl AggregateUDFImpl for KmMedian {
    fn name(&self) -> &'static str {
        Median::<i64>::FUNCTION
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [time, event] = types else {
            return plan_err!("km_median() takes (time, event), but it was given {} arguments.", types.len());
        };
        Ok(vec![time_type(self.name(), time)?, event_type(self.name(), event)?])
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
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

/// The first time at which half are left, or fewer.
#[derive(Debug, Clone)]
struct Median<T> {
    times: PhantomData<T>,
}

impl<T: Time> Summary for Median<T> {
    const FUNCTION: &'static str = "km_median";

    type Time = T;
    type Setting = ();
    type Answer = Option<f64>;

    fn of(times: &[(T, Ends)], (): &()) -> Result<Option<f64>> {
        let median = steps(times, 0.0).find(|step| step.survival <= 0.5);
        Ok(median.map(|step| step.time.number()))
    }

    fn column(answers: Vec<Option<f64>>) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::from(answers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use crate::survival::time::Person;
    use proptest::prelude::*;

    fn median(rows: &[(i64, bool)]) -> Option<f64> {
        let rows = rows.iter().map(|(time, event)| Person { time: Some(*time), event: Some(*event) });
        laws::answer::<Curve<Median<i64>>>(rows, &()).unwrap()
    }

    #[test]
    fn the_first_time_with_half_or_fewer_left() {
        assert_eq!(median(&[(1, true), (2, true), (3, true), (4, true)]), Some(2.0));
        assert_eq!(median(&[(1, true), (2, true), (3, true)]), Some(2.0));
        assert_eq!(median(&[(1, false), (5, true)]), Some(5.0));
    }

    #[test]
    fn a_share_of_exactly_one_half_is_found_behind_a_censoring() {
        // 8 at risk at 1: 6/8; 3 at risk at 2: 2/3; exactly 1/2.
        let mut rows = vec![(1, true), (1, true), (2, true), (3, false), (3, false)];
        rows.extend([(1, false); 3]);
        assert_eq!(median(&rows), Some(2.0));
    }

    #[test]
    fn never_reached_is_null() {
        assert_eq!(median(&[(1, true), (2, false), (3, false)]), None);
        assert_eq!(median(&[]), None);
    }

    fn row() -> impl Strategy<Value = Person<i64>> {
        (prop::option::of(0_i64..12), any::<bool>())
            .prop_map(|(time, event)| Person { time, event: Some(event) })
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(row())) {
            laws::hold::<Curve<Median<i64>>>(case, &())?;
        }
    }
}
