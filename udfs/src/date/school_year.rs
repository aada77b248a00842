//! `school_year`: the school year of a date or of its usual notations, named by the year it ends in.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Date32Array, Int32Array, StringViewArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{exec_datafusion_err, exec_err, utils::take_function_args};
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::preimage::PreimageResult;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    TypeSignature, Volatility,
};
use datafusion_macros::user_doc;

use super::calendar::{CivilDate, first_of_month};
use super::preimage::dates_of;
use crate::code::TEXT;
use crate::settings::school_year_start;

#[user_doc(
    doc_section(label = "Dates"),
    description = "The school year of a date, named by the year it ends in: 2021 is the school year 2020-21.

A school year starts on 1 July unless `lifetracks.school_year_start` names another month; with 1 (January) it is the calendar year. The month is fixed when a statement is planned or prepared. A comparison with a constant, such as `school_year(entry_date) = 2021`, becomes an interval of dates and passes over the parts of a file that have none of them.

NULL when the argument is NULL. A text in another notation is an error.",
    syntax_example = "school_year(date)",
    alternative_syntax = "school_year(text)",
    argument(name = "date", description = "A date or a timestamp."),
    argument(
        name = "text",
        description = "A school year as '2016-17', '2016-2017' or '2017'; all three give 2017."
    ),
    sql_example = "SELECT school_year(DATE '2020-06-30') AS june, school_year(DATE '2020-07-01') AS july, school_year('2016-17') AS text;"
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct SchoolYear {
    signature: Signature,
    /// The first month of a school year once the plan has fixed it: what a filter pruned by and what a row is
    /// labelled with must be the same month, also when a prepared statement runs after a SET.
    start: Option<u8>,
}

impl SchoolYear {
    pub(super) fn new() -> Self {
        let accepted = vec![
            TypeSignature::Coercible(vec![super::DATE.clone()]),
            TypeSignature::Coercible(vec![TEXT.clone()]),
        ];
        Self { signature: Signature::one_of(accepted, Volatility::Immutable), start: None }
    }

    fn starting_in(month: u8) -> Self {
        Self { start: Some(month), ..Self::new() }
    }
}

impl ScalarUDFImpl for SchoolYear {
    fn name(&self) -> &'static str {
        "school_year"
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

    fn simplify(&self, arguments: Vec<Expr>, context: &SimplifyContext) -> Result<ExprSimplifyResult> {
        match (self.start, school_year_start(context.config_options())) {
            (None, Some(month)) => {
                let fixed = ScalarUDF::new_from_impl(Self::starting_in(month));
                Ok(ExprSimplifyResult::Simplified(fixed.call(arguments)))
            }
            _ => Ok(ExprSimplifyResult::Original(arguments)),
        }
    }

    fn preimage(
        &self,
        arguments: &[Expr],
        literal: &Expr,
        context: &SimplifyContext,
    ) -> Result<PreimageResult> {
        match self.start.or_else(|| school_year_start(context.config_options())) {
            Some(month) => dates_of(arguments, literal, context, |year| bounds(year, month)),
            None => Ok(PreimageResult::None),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let start = self.start.or_else(|| school_year_start(&arguments.config_options));
        let Some(month) = start else {
            return exec_err!(
                "school_year() does not know the month a school year starts in, because this session has no \
                 lifetracks settings; add lifetracks_udfs::settings() to its configuration."
            );
        };
        make_scalar_function(|arrays| school_years(arrays, month), vec![])(&arguments.args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn school_years(arrays: &[ArrayRef], start: u8) -> Result<ArrayRef> {
    let [argument] = take_function_args("school_year", arrays)?;
    match argument.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            let texts = cast(argument, &DataType::Utf8View)?;
            Ok(Arc::new(of_texts(texts.as_string_view())?))
        }
        _ => Ok(Arc::new(of_dates(&super::dates(argument)?, start))),
    }
}

fn of_dates(dates: &Date32Array, start: u8) -> Int32Array {
    dates.unary(|day| {
        let date = CivilDate::from_days(day);
        date.year + i32::from(start > 1 && date.month >= start)
    })
}

fn of_texts(texts: &StringViewArray) -> Result<Int32Array> {
    texts.iter().map(|text| text.map(ending_year).transpose()).collect()
}

/// The first day of a school year and the first day after it.
fn bounds(year: i32, start: u8) -> (i64, i64) {
    let first_year = i64::from(year) - i64::from(start > 1);
    (first_of_month(first_year, start), first_of_month(first_year + 1, start))
}

/// The ending year of '2016-17', '2016-2017' or '2017'.
fn ending_year(text: &str) -> Result<i32> {
    let found = match text.trim().split_once('-') {
        None => digits(text.trim(), 4),
        Some((first, last)) => digits(first, 4).map(|year| year + 1).filter(|ending| {
            digits(last, 4) == Some(*ending) || digits(last, 2) == Some(ending.rem_euclid(100))
        }),
    };
    found.ok_or_else(|| {
        exec_datafusion_err!(
            "school_year() met a text that is no school year; write it as '2016-17', '2016-2017' or '2017' \
             (two years must follow each other), and cast a text that holds a date to DATE first."
        )
    })
}

fn digits(text: &str, count: usize) -> Option<i32> {
    let all = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn notations() {
        for (text, year) in [
            ("2016-17", 2017),
            ("2016-2017", 2017),
            ("2017", 2017),
            (" 2017 ", 2017),
            ("1999-00", 2000),
            ("1999-2000", 2000),
        ] {
            assert_eq!(ending_year(text).unwrap(), year, "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused_without_showing_them() {
        for text in ["2016-18", "2016-2018", "16-17", "2017-07-01", "", "20-17", "2016-", "+017", "2016/17"] {
            let error = ending_year(text).unwrap_err().to_string();
            assert!(error.contains("is no school year; write it as"), "{text}: {error}");
            assert!(text.is_empty() || !error.contains(&format!("\"{text}\"")));
        }
    }

    proptest! {
        #[test]
        fn a_date_lies_inside_the_bounds_of_its_school_year(day in any::<i32>(), start in 1_u8..=12) {
            let years = of_dates(&Date32Array::from(vec![day]), start);
            let (first, after) = bounds(years.value(0), start);
            prop_assert!(first <= i64::from(day) && i64::from(day) < after);
            prop_assert!((365..=366).contains(&(after - first)));
        }
    }
}
