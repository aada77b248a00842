//! `quarter_index`: calendar quarters as consecutive numbers, so that "two quarters later" is `+ 2`.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Date32Array, Int32Array, Int64Array};
use datafusion::arrow::compute::try_binary;
use datafusion::arrow::datatypes::{DataType, Int32Type, Int64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::common::{exec_err, plan_err};
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::preimage::PreimageResult;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::calendar::{CivilDate, first_of_month};
use super::preimage::dates_of;

#[user_doc(
    doc_section(label = "Dates"),
    description = "The number of a calendar quarter, 4 * year + quarter - 1: consecutive quarters have consecutive numbers, so that the second quarter after an exit is `quarter_index(exit_date) + 2`.

It is the `quarter_index` of wage records. A comparison with a constant, such as `quarter_index(exit_date) >= 8091`, becomes an interval of dates and passes over the parts of a file that have none of them.

NULL when an argument is NULL. A quarter outside 1 to 4 is an error.",
    syntax_example = "quarter_index(date)",
    alternative_syntax = "quarter_index(year, quarter)",
    argument(name = "date", description = "A date or a timestamp."),
    argument(name = "year", description = "A calendar year, a whole number."),
    argument(name = "quarter", description = "The quarter of the year, 1 to 4."),
    sql_example = "SELECT quarter_index(2022, 4) AS number, quarter_label(quarter_index(DATE '2017-06-01') + 2) AS second_quarter_after_exit;",
    related_udf(name = "quarter_label")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct QuarterIndex {
    signature: Signature,
}

impl QuarterIndex {
    pub(super) fn new() -> Self {
        let number = &*super::WHOLE_NUMBER;
        let accepted = vec![
            TypeSignature::Coercible(vec![super::DATE.clone()]),
            TypeSignature::Coercible(vec![number.clone(), number.clone()]),
        ];
        Self { signature: Signature::one_of(accepted, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for QuarterIndex {
    fn name(&self) -> &'static str {
        "quarter_index"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int32)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn preimage(
        &self,
        arguments: &[Expr],
        literal: &Expr,
        context: &SimplifyContext,
    ) -> Result<PreimageResult> {
        dates_of(arguments, literal, context, bounds)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        make_scalar_function(quarter_indexes, vec![])(&arguments.args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn quarter_indexes(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    match arrays {
        [date] => Ok(Arc::new(of_dates(&super::dates(date)?))),
        [year, quarter] => {
            let (years, quarters) = (year.as_primitive::<Int64Type>(), quarter.as_primitive::<Int64Type>());
            Ok(Arc::new(of_numbers(years, quarters)?))
        }
        _ => plan_err!("quarter_index() takes a date, or a year and a quarter."),
    }
}

fn of_dates(dates: &Date32Array) -> Int32Array {
    dates.unary(|day| {
        let date = CivilDate::from_days(day);
        4 * date.year + i32::from(date.month - 1) / 3
    })
}

fn of_numbers(years: &Int64Array, quarters: &Int64Array) -> Result<Int32Array> {
    let outside = "quarter_index(year, quarter) met";
    let indexes = try_binary::<_, _, _, Int32Type>(years, quarters, |year, quarter| {
        if !(1..=4).contains(&quarter) {
            return Err(ArrowError::InvalidArgumentError(format!(
                "{outside} a quarter outside 1 to 4; filter or correct such rows first."
            )));
        }
        let index = year.checked_mul(4).and_then(|first| i32::try_from(first + quarter - 1).ok());
        index.ok_or_else(|| {
            ArrowError::InvalidArgumentError(format!(
                "{outside} a year that is too far away; give the year with four digits."
            ))
        })
    });
    match indexes {
        Ok(indexes) => Ok(indexes),
        Err(ArrowError::InvalidArgumentError(sentence)) => exec_err!("{sentence}"),
        Err(error) => Err(error.into()),
    }
}

/// The first day of a quarter and the first day after it.
fn bounds(index: i32) -> (i64, i64) {
    (first_day(i64::from(index)), first_day(i64::from(index) + 1))
}

fn first_day(index: i64) -> i64 {
    let month = match index.rem_euclid(4) {
        0 => 1,
        1 => 4,
        2 => 7,
        _ => 10,
    };
    first_of_month(index.div_euclid(4), month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_quarter_outside_the_year_is_refused() {
        for (year, quarter) in [(2022, 0), (2022, 5), (600_000_000, 1), (i64::MAX, 4)] {
            let error = of_numbers(&vec![year].into(), &vec![quarter].into()).unwrap_err().to_string();
            assert!(error.contains("quarter_index(year, quarter) met a"), "{error}");
        }
    }

    #[test]
    fn a_null_year_needs_no_quarter() {
        let indexes = of_numbers(&vec![None, Some(2022)].into(), &vec![Some(9), None].into()).unwrap();
        assert_eq!(indexes, Int32Array::from(vec![None, None]));
    }

    proptest! {
        #[test]
        fn a_date_lies_inside_the_bounds_of_its_quarter(day in any::<i32>()) {
            let index = of_dates(&Date32Array::from(vec![day])).value(0);
            let (first, after) = bounds(index);
            prop_assert!(first <= i64::from(day) && i64::from(day) < after);
            prop_assert!((90..=92).contains(&(after - first)));
        }
    }
}
