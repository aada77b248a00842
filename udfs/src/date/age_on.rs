//! `age_on`: completed years of age on a day.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Int32Array};
use datafusion::arrow::compute::binary;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::utils::take_function_args;
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use datafusion_macros::user_doc;

use super::calendar::CivilDate;

#[user_doc(
    doc_section(label = "Dates"),
    description = "Completed years of age on a day. Who was born on 29 February has a birthday on 1 March in common years.

A day before the birth gives a negative age (-1 in the last year before it), so that an audit finds it. NULL when an argument is NULL.",
    syntax_example = "age_on(birth, date)",
    argument(name = "birth", description = "The day of birth, a date or a timestamp."),
    argument(name = "date", description = "The day on which the age is asked for, a date or a timestamp."),
    sql_example = "SELECT age_on(DATE '2004-02-29', DATE '2022-02-28') AS eve, age_on(DATE '2004-02-29', DATE '2022-03-01') AS birthday;"
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct AgeOn {
    signature: Signature,
}

impl AgeOn {
    pub(super) fn new() -> Self {
        let accepted = TypeSignature::Coercible(vec![super::DATE.clone(); 2]);
        Self { signature: Signature::new(accepted, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for AgeOn {
    fn name(&self) -> &'static str {
        "age_on"
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

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let kernel = |arrays: &[ArrayRef]| -> Result<ArrayRef> {
            let [births, days] = take_function_args("age_on", arrays)?;
            Ok(Arc::new(ages(&super::dates(births)?, &super::dates(days)?)?))
        };
        make_scalar_function(kernel, vec![])(&arguments.args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn ages(births: &Date32Array, days: &Date32Array) -> Result<Int32Array> {
    Ok(binary(births, days, age)?)
}

/// Completed years of age on a day; both are days since 1 January 1970.
pub(crate) fn age(birth: i32, day: i32) -> i32 {
    let (birth, on) = (CivilDate::from_days(birth), CivilDate::from_days(day));
    let before_birthday = (on.month, on.day) < (birth.month, birth.day);
    on.year - birth.year - i32::from(before_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_birthday_completes_the_year() {
        // Born 1970-01-02; asked on the eve, on the birthday, and before the birth.
        let births = Date32Array::from(vec![Some(1), Some(1), Some(1), None, Some(1)]);
        let days = Date32Array::from(vec![Some(365), Some(366), Some(0), Some(366), None]);
        let expected = Int32Array::from(vec![Some(0), Some(1), Some(-1), None, None]);
        assert_eq!(ages(&births, &days).unwrap(), expected);
    }
}
