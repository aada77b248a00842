//! `rate_bounds`: what a rate could be, whatever the unknown outcomes are.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, Float64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::number::{Number, Total, read_totals, total_types, write_totals};
use super::pair::{Pair, Pairs, coerce, has_floats};
use super::ratio;
use crate::distinct::{refuse_distinct, refuse_distinct_early};
use crate::fold::{Columns, Grouped, Single, State, state_fields};

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let field = |name| Field::new(name, DataType::Float64, true);
    ["low", "point", "high"].map(field).into_iter().collect()
});

#[user_doc(
    doc_section(label = "Rates"),
    description = "What `rate(num, den)` could be when some outcomes are unknown: a row of the denominator whose `num` is NULL is a failure in `low`, a success in `high`, and left out of `point`.

The result is a struct of three fractions. All three are NULL when the denominator is 0; `point` alone is NULL when every outcome is unknown. A row whose `den` is NULL is not part of the denominator.",
    syntax_example = "rate_bounds(num, den)",
    argument(
        name = "num",
        description = "A condition, or a number; what counts as a success. NULL: not known."
    ),
    argument(name = "den", description = "A condition, or a number; what could have been a success."),
    sql_example = "SELECT bounds.low, bounds.point, bounds.high FROM (SELECT rate_bounds(employed, true) AS bounds FROM (VALUES (true), (false), (NULL)) AS leaver(employed));",
    related_udf(name = "rate")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct RateBounds {
    signature: Signature,
}

impl RateBounds {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for RateBounds {
    fn name(&self) -> &'static str {
        "rate_bounds"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        coerce(self.name(), types, false)
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(FIELDS.clone()))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(refuse_distinct_early())
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(if has_floats(arguments.input_fields) {
            state_fields::<BoundsState<f64>>(&arguments)
        } else {
            state_fields::<BoundsState<i128>>(&arguments)
        })
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        Ok(if has_floats(arguments.expr_fields) {
            Box::new(Single::<BoundsState<f64>>::new(()))
        } else {
            Box::new(Single::<BoundsState<i128>>::new(()))
        })
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(if has_floats(arguments.expr_fields) {
            Box::new(Grouped::<BoundsState<f64>>::new(()))
        } else {
            Box::new(Grouped::<BoundsState<i128>>::new(()))
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// What a rate lies between, as fractions.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bounds {
    low: Option<f64>,
    point: Option<f64>,
    high: Option<f64>,
}

/// The sums of both sides where the outcome is known, and of the denominator where it is not.
#[derive(Debug, Clone, Copy, PartialEq)]
struct BoundsState<N: Number> {
    num: N::Total,
    den: N::Total,
    unknown: N::Total,
}

impl<N: Number> Default for BoundsState<N> {
    fn default() -> Self {
        Self { num: N::Total::default(), den: N::Total::default(), unknown: N::Total::default() }
    }
}

impl<N: Number> State for BoundsState<N> {
    type Row = Pair<N>;
    type Setting = ();
    type Answer = Bounds;

    fn update(&mut self, row: Pair<N>) -> Result<()> {
        match (row.num, row.den) {
            (_, None) => Ok(()),
            (None, Some(den)) => self.unknown.add(den),
            (Some(num), Some(den)) => {
                self.num.add(num)?;
                self.den.add(den)
            }
        }
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.num.merge(&other.num)?;
        self.den.merge(&other.den)?;
        self.unknown.merge(&other.unknown)
    }

    fn finish(&self, (): &()) -> Result<Bounds> {
        let (mut all, mut most) = (self.den, self.num);
        all.merge(&self.unknown)?;
        most.merge(&self.unknown)?;
        Ok(Bounds {
            low: ratio(self.num.value(), all.value()),
            point: ratio(self.num.value(), self.den.value()),
            high: ratio(most.value(), all.value()),
        })
    }
}

impl<N: Number> Columns for BoundsState<N> {
    type Reader = Pairs<N>;

    fn reader(arguments: &[ArrayRef], (): &()) -> Result<Pairs<N>> {
        Pairs::new(arguments)
    }

    fn row(reader: &Pairs<N>, index: usize) -> Result<Pair<N>> {
        reader.at(index)
    }

    fn state_types() -> Vec<(String, DataType)> {
        total_types::<N>(&["num", "den", "unknown"])
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        let totals: Vec<_> = states.iter().map(|state| [state.num, state.den, state.unknown]).collect();
        write_totals::<N, 3>(&totals)
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let totals = read_totals::<N, 3>(columns);
        Ok(totals.into_iter().map(|[num, den, unknown]| Self { num, den, unknown }).collect())
    }

    fn answers(answers: Vec<Bounds>, (): &()) -> Result<ArrayRef> {
        let column = |part: fn(&Bounds) -> Option<f64>| -> ArrayRef {
            Arc::new(answers.iter().map(part).collect::<Float64Array>())
        };
        let columns =
            vec![column(|bounds| bounds.low), column(|bounds| bounds.point), column(|bounds| bounds.high)];
        Ok(Arc::new(StructArray::try_new(FIELDS.clone(), columns, None)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use proptest::prelude::*;

    fn bounds(rows: &[(Option<i128>, Option<i128>)]) -> Bounds {
        let rows = rows.iter().map(|(num, den)| Pair { num: *num, den: *den });
        laws::answer::<BoundsState<i128>>(rows, &()).unwrap()
    }

    #[test]
    fn the_unknown_fail_or_succeed_or_are_left_out() {
        let found =
            bounds(&[(Some(1), Some(1)), (Some(0), Some(1)), (None, Some(1)), (None, Some(1)), (None, None)]);
        assert_eq!(found, Bounds { low: Some(0.25), point: Some(0.5), high: Some(0.75) });
    }

    #[test]
    fn nothing_known_still_has_bounds() {
        let found = bounds(&[(None, Some(1))]);
        assert_eq!(found, Bounds { low: Some(0.0), point: None, high: Some(1.0) });
        assert_eq!(bounds(&[]), Bounds { low: None, point: None, high: None });
        assert_eq!(bounds(&[(Some(1), None)]), Bounds { low: None, point: None, high: None });
    }

    fn row() -> impl Strategy<Value = Pair<i128>> {
        let side = || prop::option::of((0..9).prop_map(i128::from));
        (side(), side()).prop_map(|(num, den)| Pair { num, den })
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(row())) {
            laws::hold::<BoundsState<i128>>(case, &())?;
        }

        #[test]
        fn the_point_lies_between(rows in prop::collection::vec(prop::option::of(any::<bool>()), 1..40)) {
            let rows: Vec<_> = rows.into_iter().map(|num| (num.map(i128::from), Some(1))).collect();
            let found = bounds(&rows);
            prop_assert!(found.low <= found.high);
            prop_assert!(found.point.is_none_or(|point| found.low <= Some(point) && Some(point) <= found.high));
        }
    }
}
