//! `rate`: a numerator divided by its denominator, and nothing that could be averaged by mistake.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::number::{Number, Total, read_totals, total_types, write_totals};
use super::pair::{Pair, Pairs, coerce, has_floats};
use crate::distinct::{refuse_distinct, refuse_distinct_early};
use crate::fold::{Columns, Grouped, Single, State, state_fields};

#[user_doc(
    doc_section(label = "Rates"),
    description = "A rate as a fraction from 0 to 1: of the rows where `den` is true, the share where `num` is true; or, of two numbers, sum(num) / sum(den). A weight multiplies both.

A row whose `den` is NULL is not part of the denominator. The result is NULL when the denominator is 0. A row of the denominator whose `num` or weight is NULL is an error: an unknown outcome is neither a success nor a failure, and `rate_bounds` shows what it could change.

Whole numbers, decimals and conditions are added exactly. Floating-point numbers are added with twice their digits, so that the order of the rows practically never shows in the result.",
    syntax_example = "rate(num, den [, weight])",
    argument(name = "num", description = "A condition, or a number; what counts as a success."),
    argument(name = "den", description = "A condition, or a number; what could have been a success."),
    argument(name = "weight", description = "A number by which the row counts; 1 without it."),
    sql_example = "SELECT rate(graduated, in_cohort) AS rate FROM (VALUES (true, true), (false, true), (true, false)) AS student(graduated, in_cohort);",
    related_udf(name = "rate_bounds"),
    related_udf(name = "rate_ci")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Rate {
    signature: Signature,
}

impl Rate {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Rate {
    fn name(&self) -> &'static str {
        "rate"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        coerce(self.name(), types, true)
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(refuse_distinct_early())
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(if has_floats(arguments.input_fields) {
            state_fields::<RateState<f64>>(&arguments)
        } else {
            state_fields::<RateState<i128>>(&arguments)
        })
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        Ok(if has_floats(arguments.expr_fields) {
            Box::new(Single::<RateState<f64>>::new(()))
        } else {
            Box::new(Single::<RateState<i128>>::new(()))
        })
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(if has_floats(arguments.expr_fields) {
            Box::new(Grouped::<RateState<f64>>::new(()))
        } else {
            Box::new(Grouped::<RateState<i128>>::new(()))
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// The sums of both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
struct RateState<N: Number> {
    num: N::Total,
    den: N::Total,
}

impl<N: Number> Default for RateState<N> {
    fn default() -> Self {
        Self { num: N::Total::default(), den: N::Total::default() }
    }
}

impl<N: Number> State for RateState<N> {
    type Row = Pair<N>;
    type Setting = ();
    type Answer = Option<f64>;

    fn update(&mut self, row: Pair<N>) -> Result<()> {
        let Some(den) = row.den else { return Ok(()) };
        let Some(num) = row.num else {
            return exec_err!(
                "rate() met a row of the denominator whose numerator is NULL; an unknown outcome is neither a success \
                 nor a failure: use rate_bounds(num, den) to see what it could change, or decide with coalesce(num, false)."
            );
        };
        self.num.add(num)?;
        self.den.add(den)
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.num.merge(&other.num)?;
        self.den.merge(&other.den)
    }

    fn finish(&self, (): &()) -> Result<Option<f64>> {
        Ok(super::ratio(self.num.value(), self.den.value()))
    }
}

impl<N: Number> Columns for RateState<N> {
    type Reader = Pairs<N>;

    fn reader(arguments: &[ArrayRef], (): &()) -> Result<Pairs<N>> {
        Pairs::new(arguments)
    }

    fn row(reader: &Pairs<N>, index: usize) -> Result<Pair<N>> {
        reader.at(index)
    }

    fn state_types() -> Vec<(String, DataType)> {
        total_types::<N>(&["num", "den"])
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        let totals: Vec<_> = states.iter().map(|state| [state.num, state.den]).collect();
        write_totals::<N, 2>(&totals)
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let totals = read_totals::<N, 2>(columns);
        Ok(totals.into_iter().map(|[num, den]| Self { num, den }).collect())
    }

    fn answers(answers: Vec<Option<f64>>, (): &()) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::from(answers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use proptest::prelude::*;

    fn known(num: i128, den: i128) -> Pair<i128> {
        Pair { num: Some(num), den: Some(den) }
    }

    #[test]
    fn six_of_thirteen() {
        let rows = (0..13).map(|row| known(i128::from(row < 6), 1));
        let rate = laws::answer::<RateState<i128>>(rows, &()).unwrap();
        assert_eq!(rate.map(f64::to_bits), Some((6.0_f64 / 13.0).to_bits()));
    }

    #[test]
    fn an_empty_denominator_has_no_rate() {
        assert_eq!(laws::answer::<RateState<i128>>([], &()).unwrap(), None);
        let outside = Pair { num: Some(1), den: None };
        assert_eq!(laws::answer::<RateState<i128>>([outside, known(0, 0)], &()).unwrap(), None);
    }

    #[test]
    fn an_unknown_numerator_counts_only_inside_the_denominator() {
        let outside = Pair::<i128> { num: None, den: None };
        assert_eq!(laws::answer::<RateState<i128>>([outside, known(1, 1)], &()).unwrap(), Some(1.0));
        let inside = Pair { num: None, den: Some(1) };
        let error = laws::answer::<RateState<i128>>([inside], &()).unwrap_err().to_string();
        assert!(error.contains("whose numerator is NULL") && error.contains("rate_bounds"), "{error}");
    }

    fn exact() -> impl Strategy<Value = Pair<i128>> {
        let side = || prop::option::of((-1000..1000).prop_map(i128::from));
        (-1000..1000, side()).prop_map(|(num, den)| Pair { num: Some(i128::from(num)), den })
    }

    fn float() -> impl Strategy<Value = Pair<f64>> {
        (0.0..1.0, prop::option::of(0.5..2.0)).prop_map(|(num, den)| Pair { num: Some(num), den })
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(exact())) {
            laws::hold::<RateState<i128>>(case, &())?;
        }

        #[test]
        fn nor_do_they_with_floats(case in laws::split(float())) {
            laws::hold::<RateState<f64>>(case, &())?;
        }
    }
}
