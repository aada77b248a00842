//! `rate_ci`: a rate with Wilson's interval of confidence.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{exec_datafusion_err, exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::level::standard_errors;
use super::number::{ExactTotal, Total, read_totals, total_types, write_totals};
use super::pair::{Pair, Pairs, coerce};
use crate::distinct::{refuse_distinct, refuse_distinct_early};
use crate::fold::{Columns, Grouped, Single, State, state_fields};

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let fraction = |name| Field::new(name, DataType::Float64, true);
    let n = Field::new("n", DataType::Int64, false);
    [fraction("rate"), fraction("low"), fraction("high"), n].into_iter().collect()
});

#[user_doc(
    doc_section(label = "Rates"),
    description = "A rate with its interval of confidence: a struct of `rate`, `low`, `high` (fractions from 0 to 1) and `n`, the denominator. The interval is Wilson's score interval, which stays inside 0 to 1 and holds for small denominators too (E. B. Wilson, Journal of the American Statistical Association 22, 1927).

The fractions are NULL and `n` is 0 when the denominator is 0. A row whose `den` is NULL is not part of the denominator; a row of the denominator whose `num` is NULL is an error, as in `rate`.",
    syntax_example = "rate_ci(num, den [, level])",
    argument(name = "num", description = "A condition, or a whole number of successes."),
    argument(
        name = "den",
        description = "A condition, or a whole number of trials; not less than the successes."
    ),
    argument(
        name = "level",
        description = "The level of confidence, a constant between 0 and 1; 0.95 without it."
    ),
    sql_example = "SELECT round(ci.rate, 4) AS rate, round(ci.low, 4) AS low, round(ci.high, 4) AS high, ci.n FROM (SELECT rate_ci(graduates, cohort) AS ci FROM (VALUES (6, 13)) AS school(graduates, cohort));",
    related_udf(name = "rate")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct RateCi {
    signature: Signature,
}

impl RateCi {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for RateCi {
    fn name(&self) -> &'static str {
        "rate_ci"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let (sides, level) = match types {
            [num, den] => ([num.clone(), den.clone()], None),
            [num, den, level] => ([num.clone(), den.clone()], Some(level)),
            _ => {
                return plan_err!(
                    "rate_ci() takes (num, den) or (num, den, level), but it was given {} arguments.",
                    types.len()
                );
            }
        };
        let mut coerced = coerce(self.name(), &sides, false)?;
        if !matches!(coerced[0], DataType::Boolean | DataType::Int64) {
            return plan_err!(
                "rate_ci() takes two conditions or two whole numbers, but it was given {} and {}; \
                 an interval needs successes and trials that can be counted.",
                sides[0],
                sides[1]
            );
        }
        coerced.extend(level.map(|_| DataType::Float64));
        Ok(coerced)
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
        Ok(state_fields::<CiState>(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        Ok(Box::new(Single::<CiState>::new(standard_errors(self.name(), arguments.exprs.get(2))?)))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped::<CiState>::new(standard_errors(self.name(), arguments.exprs.get(2))?)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// A rate with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Interval {
    rate: f64,
    low: f64,
    high: f64,
}

/// Successes and trials.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct CiState {
    num: ExactTotal,
    den: ExactTotal,
}

impl State for CiState {
    type Row = Pair<i128>;
    type Setting = f64;
    type Answer = (Option<Interval>, i64);

    fn update(&mut self, row: Pair<i128>) -> Result<()> {
        let Some(den) = row.den else { return Ok(()) };
        let Some(num) = row.num else {
            return exec_err!(
                "rate_ci() met a row of the denominator whose numerator is NULL; an unknown outcome is neither a success \
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

    fn finish(&self, width: &f64) -> Result<(Option<Interval>, i64)> {
        let (ExactTotal(num), ExactTotal(den)) = (self.num, self.den);
        if num < 0 || num > den {
            return exec_err!(
                "rate_ci() met a group with fewer than no successes or more successes than trials; \
                 check that num counts a part of den, or use rate(num, den)."
            );
        }
        let n = i64::try_from(den).map_err(|_| {
            exec_datafusion_err!("rate_ci() met more trials than a BIGINT holds; check that den is a count.")
        })?;
        Ok(((den > 0).then(|| wilson(num, den, *width)), n))
    }
}

/// Wilson's score interval for `num` successes in `den` trials.
fn wilson(num: i128, den: i128, width: f64) -> Interval {
    let (successes, n) = (num as f64, den as f64);
    let rate = successes / n;
    let square = width * width;
    let centre = (successes + square / 2.0) / (n + square);
    let half = width / (n + square) * (rate * (n - successes) + square / 4.0).sqrt();
    Interval {
        rate,
        low: if num == 0 { 0.0 } else { (centre - half).max(0.0) },
        high: if num == den { 1.0 } else { (centre + half).min(1.0) },
    }
}

impl Columns for CiState {
    type Reader = Pairs<i128>;

    fn reader(arguments: &[ArrayRef], _: &f64) -> Result<Pairs<i128>> {
        // The third argument, the level, is the same in every row and was read when the plan was made.
        Pairs::new(arguments.get(..2).unwrap_or(arguments))
    }

    fn row(reader: &Pairs<i128>, index: usize) -> Result<Pair<i128>> {
        reader.at(index)
    }

    fn state_types() -> Vec<(String, DataType)> {
        total_types::<i128>(&["num", "den"])
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        let totals: Vec<_> = states.iter().map(|state| [state.num, state.den]).collect();
        write_totals::<i128, 2>(&totals)
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let totals = read_totals::<i128, 2>(columns);
        Ok(totals.into_iter().map(|[num, den]| Self { num, den }).collect())
    }

    fn answers(answers: Vec<(Option<Interval>, i64)>, _: &f64) -> Result<ArrayRef> {
        let column = |part: fn(&Interval) -> f64| -> ArrayRef {
            let values = answers.iter().map(|(interval, _)| interval.as_ref().map(part));
            Arc::new(values.collect::<Float64Array>())
        };
        let n = Int64Array::from_iter_values(answers.iter().map(|(_, n)| *n));
        let fractions = [column(|found| found.rate), column(|found| found.low), column(|found| found.high)];
        let columns = fractions.into_iter().chain([Arc::new(n) as ArrayRef]).collect();
        Ok(Arc::new(StructArray::try_new(FIELDS.clone(), columns, None)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use crate::rate::level::{LEVEL, width_of};
    use proptest::prelude::*;

    fn answer(num: i128, den: i128) -> Result<(Option<Interval>, i64)> {
        let row = Pair { num: Some(num), den: Some(den) };
        laws::answer::<CiState>([row], &width_of(LEVEL))
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 5e-5, "{found} is not {expected}");
    }

    #[test]
    fn the_intervals_of_newcombe() {
        // R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
        for (num, den, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let (interval, n) = answer(num, den).unwrap();
            let interval = interval.unwrap();
            near(interval.low, low);
            near(interval.high, high);
            assert_eq!(i128::from(n), den);
        }
    }

    #[test]
    fn no_trials_have_no_interval_and_all_successes_reach_one() {
        assert_eq!(answer(0, 0).unwrap(), (None, 0));
        assert_eq!(laws::answer::<CiState>([], &1.0).unwrap(), (None, 0));
        let (Some(all), 7) = answer(7, 7).unwrap() else { panic!("seven trials") };
        assert_eq!(all.high.to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn what_cannot_be_counted_is_refused() {
        assert!(answer(-1, 5).unwrap_err().to_string().contains("fewer than no successes"));
        assert!(answer(6, 5).is_err());
        let unknown = Pair { num: None, den: Some(1) };
        let error = laws::answer::<CiState>([unknown], &1.0).unwrap_err().to_string();
        assert!(error.contains("rate_bounds"), "{error}");
    }

    fn row() -> impl Strategy<Value = Pair<i128>> {
        (any::<bool>(), prop::option::of(Just(1)))
            .prop_map(|(num, den)| Pair { num: Some(i128::from(num)), den })
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(row())) {
            laws::hold::<CiState>(case, &width_of(LEVEL))?;
        }

        #[test]
        fn the_interval_holds_the_rate(num in 0_i128..1000, rest in 0_i128..1000) {
            prop_assume!(num + rest > 0);
            let Interval { rate, low, high } = wilson(num, num + rest, width_of(LEVEL));
            prop_assert!(0.0 <= low && low <= rate && rate <= high && high <= 1.0);
        }
    }
}
