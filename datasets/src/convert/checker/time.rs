//! When a row is of: the day, or the days of the period, on which its codes must be valid.

use arrow::array::{ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{DataType, Date32Type, Int32Type};
use chrono::{Datelike, NaiveDate};

use super::super::date::school_year;
use super::super::request::Chunk;
use crate::{PeriodUnit, Table};

/// The days that any code is valid on.
const EVER: (i32, i32) = (i32::MIN, i32::MAX);

/// Where a table keeps the time of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowTime {
    /// Nowhere.
    Never,
    /// In a column of days; the unit by which its years are counted.
    Day { position: usize, unit: PeriodUnit },
    /// In a column of whole numbers.
    Period { position: usize, unit: PeriodUnit },
}

impl RowTime {
    /// The period of the table: a table without one says nothing of when its rows are.
    pub(super) fn of(table: &Table) -> Self {
        let position = |name: &str| table.columns.iter().position(|column| column.name == name);
        if let Some(period) = &table.period
            && let Some(position) = position(&period.column)
        {
            return match table.columns[position].data_type {
                DataType::Date32 => Self::Day { position, unit: period.unit },
                DataType::Int32 => Self::Period { position, unit: period.unit },
                _ => Self::Never,
            };
        }
        Self::Never
    }

    /// The first and the last day of each row; a row without a time is of every day.
    pub(super) fn days(self, chunk: &Chunk) -> Vec<(i32, i32)> {
        match self {
            Self::Never => vec![EVER; chunk.lines.len()],
            Self::Day { position, .. } => {
                numbers::<Date32Type>(chunk, position).map(|day| day.map_or(EVER, |day| (day, day))).collect()
            }
            Self::Period { position, unit } => {
                let mut last = (None, EVER);
                let of = |period: Option<i32>| {
                    if last.0 != period {
                        last = (period, period.and_then(|period| days_of(period, unit)).unwrap_or(EVER));
                    }
                    last.1
                };
                numbers::<Int32Type>(chunk, position).map(of).collect()
            }
        }
    }

    /// The year of each row.
    pub(super) fn years(self, chunk: &Chunk) -> Vec<Option<i32>> {
        match self {
            Self::Never => vec![None; chunk.lines.len()],
            Self::Day { position, unit } => {
                let year = |day: Option<i32>| {
                    let date = Date32Type::to_naive_date_opt(day?)?;
                    Some(if unit == PeriodUnit::SchoolYear { school_year(date) } else { date.year() })
                };
                numbers::<Date32Type>(chunk, position).map(year).collect()
            }
            Self::Period { position, unit } => {
                let year =
                    |period: i32| if unit == PeriodUnit::Quarter { period.div_euclid(4) } else { period };
                numbers::<Int32Type>(chunk, position).map(|period| period.map(year)).collect()
            }
        }
    }
}

/// The values of a column of whole numbers or days.
fn numbers<T: ArrowPrimitiveType<Native = i32>>(
    chunk: &Chunk,
    position: usize,
) -> impl Iterator<Item = Option<i32>> {
    let column = chunk.batch.column(position).as_primitive_opt::<T>();
    column.into_iter().flat_map(PrimitiveArray::iter)
}

/// The first and the last day of a period; `None` beyond the calendar.
fn days_of(period: i32, unit: PeriodUnit) -> Option<(i32, i32)> {
    let first = match unit {
        PeriodUnit::SchoolYear => NaiveDate::from_ymd_opt(period.checked_sub(1)?, 7, 1)?,
        PeriodUnit::CalendarYear => NaiveDate::from_ymd_opt(period, 1, 1)?,
        PeriodUnit::Quarter => {
            let month = u32::try_from(period.rem_euclid(4)).ok()? * 3 + 1;
            NaiveDate::from_ymd_opt(period.div_euclid(4), month, 1)?
        }
    };
    let months = if unit == PeriodUnit::Quarter { 3 } else { 12 };
    let after = first.checked_add_months(chrono::Months::new(months))?;
    Some((Date32Type::from_naive_date(first), Date32Type::from_naive_date(after.pred_opt()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_their_days() {
        let days = |period, unit| {
            let (first, last) = days_of(period, unit).unwrap();
            let text = |day| Date32Type::to_naive_date_opt(day).unwrap().to_string();
            (text(first), text(last))
        };
        let both = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(days(2021, PeriodUnit::SchoolYear), both("2020-07-01", "2021-06-30"));
        assert_eq!(days(2020, PeriodUnit::CalendarYear), both("2020-01-01", "2020-12-31"));
        assert_eq!(days(4 * 2021 + 3, PeriodUnit::Quarter), both("2021-10-01", "2021-12-31"));
        assert_eq!(days_of(i32::MAX, PeriodUnit::SchoolYear), None);
    }
}
