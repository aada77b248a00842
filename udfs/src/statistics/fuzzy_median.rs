//! `fuzzy_median`: a median that is nobody's number.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, PrimitiveArray};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::interpolate::{Measure, ranks};
use crate::adaptors::Adaptors;
use crate::distinct::{refuse_distinct, refuse_distinct_early};
use crate::fold::{Columns, State};
use crate::lists::{numbers, numbers_type, places, values};
use crate::native::Real;
use crate::tally::Tally;

#[user_doc(
    doc_section(label = "Statistics"),
    description = "The mean of the 45th and the 55th percentile, both interpolated as by `percentile_cont`: a median for publication, which is not the number of any one person (the \"fuzzy median\" of publications from wage records and tax data).

It does not replace suppression: over a few persons it still tells nearly everything, so publish it with `suppress`. Of whole numbers and decimals it is computed exactly and rounded once to a DOUBLE. NULLs are left out; NULL when nothing is left. A floating-point number that is not finite is an error.",
    syntax_example = "fuzzy_median(x)",
    argument(name = "x", description = "A number. NULL: the row does not count."),
    sql_example = "SELECT fuzzy_median(wages) AS fuzzy, median(wages) AS median FROM (VALUES (5200), (6100), (7400), (9900), (31000)) AS worker(wages);",
    related_udf(name = "suppress")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct FuzzyMedian {
    signature: Signature,
}

impl FuzzyMedian {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// The states for numbers of this type.
fn adaptors(arguments: &[FieldRef]) -> Adaptors<i8> {
    if scale(arguments).is_some() { Adaptors::of::<Numbers<i128>>() } else { Adaptors::of::<Numbers<Real>>() }
}

/// The digits of a decimal behind its point; `None` for a floating-point number.
fn scale(arguments: &[FieldRef]) -> Option<i8> {
    match arguments.first()?.data_type() {
        DataType::Decimal128(_, scale) => Some(*scale),
        _ => None,
    }
}

impl AggregateUDFImpl for FuzzyMedian {
    fn name(&self) -> &'static str {
        "fuzzy_median"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [x] = types else {
            return plan_err!("fuzzy_median() takes (x), but it was given {} arguments.", types.len());
        };
        match x {
            DataType::Null => Ok(vec![DataType::Float64]),
            whole if whole.is_integer() => Ok(vec![DataType::Decimal128(38, 0)]),
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale)
                if *scale >= 0 =>
            {
                Ok(vec![DataType::Decimal128(38, *scale)])
            }
            number if number.is_numeric() => Ok(vec![DataType::Float64]),
            other => {
                plan_err!("fuzzy_median() takes a number, but it was given {other}; cast it to a number.")
            }
        }
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
        Ok((adaptors(arguments.input_fields).fields)(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        let scale = scale(arguments.expr_fields).unwrap_or(0);
        Ok((adaptors(arguments.expr_fields).single)(scale))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let scale = scale(arguments.expr_fields).unwrap_or(0);
        Ok((adaptors(arguments.expr_fields).grouped)(scale))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// How often there is each number.
#[derive(Debug, Clone)]
struct Numbers<M> {
    counts: Tally<M, i64>,
}

impl<M> Default for Numbers<M> {
    fn default() -> Self {
        Self { counts: Tally::default() }
    }
}

impl<M: Measure> State for Numbers<M> {
    type Row = Option<M>;
    /// The digits behind the point.
    type Setting = i8;
    type Answer = Option<f64>;

    fn update(&mut self, row: Option<M>) -> Result<()> {
        let Some(number) = row else { return Ok(()) };
        number.check()?;
        self.counts.add(number, 1);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.counts.merge(&other.counts);
        Ok(())
    }

    fn finish(&self, scale: &i8) -> Result<Option<f64>> {
        let numbers = self.counts.sorted();
        let count: i64 = numbers.iter().map(|(_, count)| count).sum();
        let [low, high] = ranks(count);
        let at = |place| number_at(&numbers, place);
        let percentiles = [low, high].map(|rank| Some((at(rank.below)?, at(rank.above)?, rank.twentieths)));
        let [Some(low), Some(high)] = percentiles else { return Ok(None) };
        M::mean([low, high], *scale).map(Some)
    }

    fn heap_size(&self) -> usize {
        self.counts.heap_size()
    }
}

/// The number at a place, counted from 0, when each stands as often as it was met.
fn number_at<M: Copy>(numbers: &[(M, i64)], place: i64) -> Option<M> {
    let mut passed = 0;
    let found = numbers.iter().find(|(_, count)| {
        passed += count;
        place < passed
    });
    found.map(|(number, _)| *number)
}

impl<M: Measure> Columns for Numbers<M> {
    type Reader = PrimitiveArray<M::Arrow>;

    fn reader(arguments: &[ArrayRef], _: &Self::Setting) -> Result<Self::Reader> {
        Ok(arguments[0].as_primitive::<M::Arrow>().clone())
    }

    fn row(reader: &Self::Reader, index: usize) -> Result<Option<M>> {
        Ok(reader.is_valid(index).then(|| M::of(reader.value(index))))
    }

    fn state_types() -> Vec<(String, DataType)> {
        vec![("numbers".to_owned(), numbers_type::<M>()), ("counts".to_owned(), numbers_type::<i64>())]
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        let states: Vec<_> = states.iter().map(|state| state.counts.sorted()).collect();
        let lengths = || states.iter().map(|counts| counts.len());
        let entries = || states.iter().flat_map(|counts| counts.iter());
        vec![
            numbers(lengths(), entries().map(|(number, _)| *number)),
            numbers(lengths(), entries().map(|(_, count)| *count)),
        ]
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let (numbers, counts) = (values::<M>(&columns[0]), values::<i64>(&columns[1]));
        let entry = |place: usize| (numbers[place], counts[place]);
        let states =
            places(&columns[0]).into_iter().map(|places| Self { counts: places.map(entry).collect() });
        Ok(states.collect())
    }

    fn answers(answers: Vec<Option<f64>>, _: &Self::Setting) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::from(answers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::{Grouped, laws};
    use crate::native::Native;
    use datafusion::arrow::array::Decimal128Array;
    use datafusion::logical_expr::EmitTo;
    use proptest::prelude::*;

    fn whole(numbers: impl IntoIterator<Item = i128>) -> Option<f64> {
        laws::answer::<Numbers<i128>>(numbers.into_iter().map(Some), &0).unwrap()
    }

    #[test]
    fn the_middle_of_two_percentiles() {
        // Places 9 and 11 of 0..=20.
        assert_eq!(whole((0..=20).map(|number| number * number)), Some(f64::midpoint(81.0, 121.0)));
        assert_eq!(whole([7]), Some(7.0));
        assert_eq!(whole([]), None);
        assert_eq!(laws::answer::<Numbers<i128>>([None, Some(3), None], &0).unwrap(), Some(3.0));
    }

    #[test]
    fn memory_is_counted_and_given_back() {
        let mut groups = Grouped::<Numbers<i128>>::new(0);
        let column: ArrayRef = Arc::new(Decimal128Array::from_iter_values(0..1000));
        let of: Vec<usize> = (0..1000).map(|row| row % 2).collect();
        groups.update_batch(&[column], &of, None, 2).unwrap();
        assert!(groups.size() >= 1000 * size_of::<(i128, i64)>(), "{}", groups.size());
        assert_eq!(groups.evaluate(EmitTo::All).unwrap().len(), 2);
        assert_eq!(groups.size(), 0);
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(prop::option::of(-99_i128..99))) {
            laws::hold::<Numbers<i128>>(case, &2)?;
        }

        #[test]
        fn decimals_and_floats_agree(numbers in prop::collection::vec(-999_i32..999, 1..60)) {
            let floats = numbers.iter().map(|number| Some(Real::of(f64::from(*number))));
            let float = laws::answer::<Numbers<Real>>(floats, &0).unwrap().unwrap();
            let exact = whole(numbers.into_iter().map(i128::from)).unwrap();
            prop_assert!((float - exact).abs() < 1e-9, "{} {}", float, exact);
        }
    }
}
