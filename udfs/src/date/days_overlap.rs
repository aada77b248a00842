//! `days_overlap`: how many days two spells share.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Date32Array, Int32Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::exec_datafusion_err;
use datafusion::common::utils::take_function_args;
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use datafusion_macros::user_doc;

#[user_doc(
    doc_section(label = "Dates"),
    description = "The number of days that a spell shares with a window; the first and the last day of each count. 0 when they share none, also when one of them ends before it starts.

A NULL end means that the spell or the window is still open. The result is NULL when a start is NULL, and when both ends are NULL, because the number of shared days is then not known yet.",
    syntax_example = "days_overlap(start, end, window_start, window_end)",
    argument(name = "start", description = "First day of the spell, a date or a timestamp."),
    argument(name = "end", description = "Last day of the spell; NULL while it is open."),
    argument(name = "window_start", description = "First day of the window."),
    argument(name = "window_end", description = "Last day of the window; NULL while it is open."),
    sql_example = "SELECT days_overlap(DATE '2021-08-06', NULL, DATE '2021-07-01', DATE '2022-06-30') AS days;"
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct DaysOverlap {
    signature: Signature,
}

impl DaysOverlap {
    pub(super) fn new() -> Self {
        let accepted = TypeSignature::Coercible(vec![super::DATE.clone(); 4]);
        Self { signature: Signature::new(accepted, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for DaysOverlap {
    fn name(&self) -> &'static str {
        "days_overlap"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int32)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let kernel = |arrays: &[ArrayRef]| -> Result<ArrayRef> {
            let [start, end, window_start, window_end] = take_function_args("days_overlap", arrays)?;
            let spell = (super::dates(start)?, super::dates(end)?);
            let window = (super::dates(window_start)?, super::dates(window_end)?);
            Ok(Arc::new(overlaps(&spell, &window)?))
        };
        make_scalar_function(kernel, vec![])(&arguments.args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// First and last days, row by row.
type Spells = (Date32Array, Date32Array);

fn overlaps(spells: &Spells, windows: &Spells) -> Result<Int32Array> {
    let at = |days: &Date32Array, row: usize| days.is_valid(row).then(|| i64::from(days.value(row)));
    (0..spells.0.len())
        .map(|row| {
            let (Some(start), Some(window_start)) = (at(&spells.0, row), at(&windows.0, row)) else {
                return Ok(None);
            };
            shared_days(start.max(window_start), at(&spells.1, row), at(&windows.1, row)).transpose()
        })
        .collect()
}

/// The days from `first` to the earlier of two ends; `None` when both are open.
fn shared_days(first: i64, end: Option<i64>, window_end: Option<i64>) -> Option<Result<i32>> {
    let last = match (end, window_end) {
        (Some(end), Some(window_end)) => end.min(window_end),
        (Some(last), None) | (None, Some(last)) => last,
        (None, None) => return None,
    };
    let days = i32::try_from((last - first + 1).max(0));
    Some(days.map_err(|_| {
        exec_datafusion_err!(
            "days_overlap() met an overlap of more than two thousand million days; check the dates."
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(dates: [Option<i32>; 4]) -> Option<i32> {
        let [start, end, window_start, window_end] = dates.map(|day| Date32Array::from(vec![day]));
        let days = overlaps(&(start, end), &(window_start, window_end)).unwrap();
        days.is_valid(0).then(|| days.value(0))
    }

    #[test]
    fn both_ends_count() {
        assert_eq!(one([Some(1), Some(10), Some(5), Some(20)]), Some(6));
        assert_eq!(one([Some(5), Some(20), Some(1), Some(10)]), Some(6));
        assert_eq!(one([Some(1), Some(5), Some(5), Some(9)]), Some(1));
        assert_eq!(one([Some(1), Some(4), Some(5), Some(9)]), Some(0));
        assert_eq!(one([Some(9), Some(1), Some(0), Some(20)]), Some(0));
    }

    #[test]
    fn an_end_may_be_open_and_a_start_must_be_known() {
        assert_eq!(one([Some(1), None, Some(5), Some(9)]), Some(5));
        assert_eq!(one([Some(1), Some(6), Some(5), None]), Some(2));
        assert_eq!(one([Some(1), None, Some(5), None]), None);
        assert_eq!(one([None, Some(6), Some(5), Some(9)]), None);
        assert_eq!(one([Some(1), Some(6), None, Some(9)]), None);
    }

    #[test]
    fn a_number_too_big_is_an_error() {
        let (early, late) = (Date32Array::from(vec![i32::MIN]), Date32Array::from(vec![i32::MAX]));
        let error = overlaps(&(early.clone(), late.clone()), &(early, late)).unwrap_err();
        assert!(error.to_string().contains("check the dates"));
    }
}
