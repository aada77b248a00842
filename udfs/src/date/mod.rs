//! Functions of dates: school years, quarters, ages and overlaps.

mod age_on;
pub(crate) mod calendar;
mod days_overlap;
mod preimage;
mod quarter_index;
mod quarter_label;
mod school_year;

use std::sync::LazyLock;

use datafusion::arrow::array::{ArrayRef, AsArray, Date32Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type};
use datafusion::common::types::{NativeType, logical_date, logical_int64};
use datafusion::error::Result;
use datafusion::logical_expr::{Coercion, ScalarUDF, TypeSignatureClass};

pub(crate) use age_on::age;
pub(crate) use calendar::CivilDate;

/// The functions of this family.
pub(crate) fn functions() -> Vec<ScalarUDF> {
    vec![
        age_on::AgeOn::new().into(),
        days_overlap::DaysOverlap::new().into(),
        quarter_index::QuarterIndex::new().into(),
        quarter_label::QuarterLabel::new().into(),
        school_year::SchoolYear::new().into(),
    ]
}

/// A date, or a timestamp of which the date counts. Text is refused: its conversion would name a row's value when
/// it fails.
pub(crate) static DATE: LazyLock<Coercion> = LazyLock::new(|| {
    let date = TypeSignatureClass::Native(logical_date());
    Coercion::new_implicit(date, vec![TypeSignatureClass::Timestamp], NativeType::Date)
});

/// A whole number of any width.
pub(crate) static WHOLE_NUMBER: LazyLock<Coercion> = LazyLock::new(|| {
    let number = TypeSignatureClass::Native(logical_int64());
    Coercion::new_implicit(number, vec![TypeSignatureClass::Integer], NativeType::Int64)
});

/// The days of an array of dates or timestamps.
pub(crate) fn dates(array: &ArrayRef) -> Result<Date32Array> {
    let days = cast(array, &DataType::Date32)?;
    Ok(days.as_primitive::<Date32Type>().clone())
}
