//! What is known of a result about students before it is made.

use datafusion::arrow::datatypes::Schema;
use datafusion::common::Statistics;
use datafusion::common::stats::Precision;

use crate::person::{Known, least, numbers};

/// The statistics of a result that has the persons of the first input, each in at most `most` of the years from `first` to
/// `last`, which stand in the second column, under so many methods.
///
/// Enrollment has a row for each of a person's years or more, so that its rows are a bound too.
pub(super) fn of_students(
    schema: &Schema,
    inputs: &[Known],
    ((first, last), most): ((i32, i32), usize),
    methods: usize,
) -> Statistics {
    let mut statistics = Statistics::new_unknown(schema);
    let Some(enrollment) = inputs.first() else { return statistics };
    let years = enrollment.persons().multiply(&Precision::Inexact(most));
    let rows = least(years, enrollment.rows().to_inexact());
    statistics.num_rows = rows.multiply(&Precision::Inexact(methods));
    let told = [enrollment.bounds("person_id"), numbers(first, last, false)];
    for (column, known) in statistics.column_statistics.iter_mut().zip(told) {
        *column = known;
    }
    statistics
}
