//! What is known of panels and jobs before they are made, so that joins with them are planned by their size.

use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};

use super::jobs::Jobs;
use super::program::Panel;
use super::work::QUARTER;
use super::{INDEX_DATE, PERSON};
use crate::person::{Known, Program, least, numbers};

/// Every row of the cohort in every period.
pub(super) fn panel(panel: &Panel, inputs: &[Known]) -> Statistics {
    let schema = panel.schema();
    let mut statistics = Statistics::new_unknown(&schema);
    let Some(cohort) = inputs.first() else { return statistics };
    let (from, to) = panel.relative;
    let periods = usize::try_from(i64::from(to) - i64::from(from) + 1).unwrap_or(0);
    statistics.num_rows = cohort.rows().multiply(&Precision::Inexact(periods));
    // Bounds are reached where there is a row.
    let has_rows = periods > 0 && matches!(cohort.rows(), Precision::Exact(rows) if rows > 0);
    let carried = panel.cohort.fields().iter().map(|field| repeated(cohort.column(field.name()), periods));
    let carried = carried.map(|column| if has_rows { column } else { column.to_inexact() });
    let frame = [numbers(from, to, has_rows), period(panel, &cohort.column(INDEX_DATE))];
    for (column, known) in statistics.column_statistics.iter_mut().zip(carried.chain(frame)) {
        *column = known;
    }
    statistics
}

/// A column whose rows are repeated so many times.
fn repeated(column: ColumnStatistics, times: usize) -> ColumnStatistics {
    let times = Precision::Exact(times);
    ColumnStatistics {
        null_count: column.null_count.multiply(&times),
        byte_size: column.byte_size.multiply(&times),
        sum_value: Precision::Absent,
        ..column
    }
}

/// The periods between the first one of the earliest index date and the last one of the latest.
fn period(panel: &Panel, index_date: &ColumnStatistics) -> ColumnStatistics {
    let (Some(ScalarValue::Date32(Some(first))), Some(ScalarValue::Date32(Some(last)))) =
        (index_date.min_value.get_value(), index_date.max_value.get_value())
    else {
        return ColumnStatistics::new_unknown();
    };
    let (from, to) = panel.relative;
    let number = |day: i32, by: i32| panel.unit.number(day).saturating_add(by);
    numbers(number(*first, from), number(*last, to), false)
}

/// At most as many rows as there are wage records; of a cohort, its share of their persons.
pub(super) fn jobs(jobs: &Jobs, inputs: &[Known]) -> Statistics {
    let mut statistics = Statistics::new_unknown(&jobs.schema());
    let cohort = if jobs.has_cohort { inputs.first() } else { None };
    let Some(wages) = inputs.get(usize::from(jobs.has_cohort)) else { return statistics };
    statistics.num_rows = match cohort {
        Some(cohort) => of_persons(wages, cohort),
        None => wages.rows().to_inexact(),
    };
    let persons = cohort.unwrap_or(wages).bounds(PERSON);
    for (column, known) in statistics.column_statistics.iter_mut().zip([persons, wages.bounds(QUARTER)]) {
        *column = known;
    }
    statistics
}

/// The rows of an input that are of the persons of another, when these have as many as all have in the middle; all where
/// it is not known how many persons those rows are of.
fn of_persons(input: &Known, persons: &Known) -> Precision<usize> {
    let rows = input.rows().to_inexact();
    let all = input.column(PERSON).distinct_count;
    let (Some(total), Some(all), Some(some)) =
        (rows.get_value(), all.get_value(), persons.persons().get_value().copied())
    else {
        return rows;
    };
    let each = total.div_ceil((*all).max(1));
    least(Precision::Inexact(some).multiply(&Precision::Inexact(each)), rows)
}
