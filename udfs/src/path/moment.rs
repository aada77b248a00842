//! When something happened, on one of three scales, and spans of time that are added to it.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Int64Type, IntervalMonthDayNanoType, IntervalUnit, TimeUnit,
    TimestampMicrosecondType,
};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;

use crate::date::calendar::{CivilDate, first_of_month};

const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;
const MICROSECONDS_PER_SECOND: i64 = 1_000_000;
const NANOSECONDS_PER_MICROSECOND: i64 = 1_000;

/// What a moment counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Whatever the user's whole numbers count.
    Number,
    /// Days since 1970-01-01.
    Day,
    /// Microseconds since 1970-01-01.
    Microsecond,
}

impl Scale {
    /// The scale of moments of a coerced type.
    pub(super) fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Date32 => Self::Day,
            DataType::Timestamp(..) => Self::Microsecond,
            _ => Self::Number,
        }
    }

    /// The type to which moments are cast; `None` for what is no moment.
    pub(super) fn coerced(data_type: &DataType) -> Option<DataType> {
        match data_type {
            DataType::Date32 | DataType::Date64 => Some(DataType::Date32),
            DataType::Timestamp(_, zone) => Some(DataType::Timestamp(TimeUnit::Microsecond, zone.clone())),
            DataType::Null => Some(DataType::Int64),
            integer if integer.is_integer() => Some(DataType::Int64),
            _ => None,
        }
    }
}

/// A column of moments.
pub(super) enum Moments {
    Numbers(Int64Array),
    Days(Date32Array),
}

impl Moments {
    /// A column of a type that [`Scale::coerced`] gives.
    pub(super) fn new(array: &ArrayRef) -> Self {
        match array.data_type() {
            DataType::Date32 => Self::Days(array.as_primitive::<Date32Type>().clone()),
            DataType::Timestamp(..) => {
                Self::Numbers(array.as_primitive::<TimestampMicrosecondType>().reinterpret_cast())
            }
            _ => Self::Numbers(array.as_primitive::<Int64Type>().clone()),
        }
    }

    /// The moment in a row; `None` for NULL.
    pub(super) fn at(&self, row: usize) -> Option<i64> {
        match self {
            Self::Numbers(numbers) => numbers.is_valid(row).then(|| numbers.value(row)),
            Self::Days(days) => days.is_valid(row).then(|| i64::from(days.value(row))),
        }
    }
}

/// A length of time on a scale; months are those of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    scale: Scale,
    months: i32,
    units: i64,
}

impl Span {
    /// The type to which a constant span is cast; `None` for what is no span.
    pub(super) fn coerced(data_type: &DataType) -> Option<DataType> {
        match data_type {
            DataType::Interval(_) | DataType::Duration(_) => {
                Some(DataType::Interval(IntervalUnit::MonthDayNano))
            }
            integer if integer.is_integer() => Some(DataType::Int64),
            _ => None,
        }
    }

    /// A span from a constant: an interval; or a whole number, which counts days beside dates, seconds beside
    /// timestamps, and otherwise what the moments count.
    pub(super) fn from_constant(value: &ScalarValue, scale: Scale) -> Result<Self> {
        let span = match value {
            ScalarValue::Int64(Some(number)) => Self::from_number(*number, scale),
            ScalarValue::IntervalMonthDayNano(Some(interval)) => {
                let (months, days, nanoseconds) = IntervalMonthDayNanoType::to_parts(*interval);
                Self::from_parts(
                    months,
                    i64::from(days),
                    nanoseconds / NANOSECONDS_PER_MICROSECOND,
                    value,
                    scale,
                )?
            }
            _ => {
                return plan_err!(
                    "a length of time was expected, but {value} was found; write INTERVAL '6' MONTH."
                );
            }
        };
        if span.months < 0 || span.units < 0 {
            return plan_err!("a length of time was expected, but {value} is negative.");
        }
        Ok(span)
    }

    /// A number of days, of seconds, or of what the moments count.
    pub(super) fn from_number(number: i64, scale: Scale) -> Self {
        let size = if scale == Scale::Microsecond { MICROSECONDS_PER_SECOND } else { 1 };
        Self { scale, months: 0, units: number.saturating_mul(size) }
    }

    /// Months, days and microseconds; `written` is how the user put it.
    pub(super) fn from_parts(
        months: i32,
        days: i64,
        microseconds: i64,
        written: impl std::fmt::Display,
        scale: Scale,
    ) -> Result<Self> {
        let units = match scale {
            Scale::Number => {
                return plan_err!(
                    "{written} is a length of calendar time, and the moments are whole numbers; write a number, or cast the moments to DATE or TIMESTAMP."
                );
            }
            Scale::Day if microseconds % MICROSECONDS_PER_DAY != 0 => {
                return plan_err!(
                    "{written} is no whole number of days, and the moments are dates; cast them to TIMESTAMP."
                );
            }
            Scale::Day => days + microseconds / MICROSECONDS_PER_DAY,
            Scale::Microsecond => days.saturating_mul(MICROSECONDS_PER_DAY).saturating_add(microseconds),
        };
        Ok(Self { scale, months, units })
    }

    /// Whether it is no time at all.
    pub(super) fn is_zero(self) -> bool {
        self.months == 0 && self.units == 0
    }

    /// The moment that lies this span after another one. A day that its month does not have is the month's last.
    pub(super) fn after(self, moment: i64) -> i64 {
        let moved = match (self.months, self.scale) {
            (0, _) | (_, Scale::Number) => moment,
            (months, Scale::Day) => add_months(moment, months),
            (months, Scale::Microsecond) => {
                let (day, time) =
                    (moment.div_euclid(MICROSECONDS_PER_DAY), moment.rem_euclid(MICROSECONDS_PER_DAY));
                add_months(day, months).saturating_mul(MICROSECONDS_PER_DAY).saturating_add(time)
            }
        };
        moved.saturating_add(self.units)
    }
}

/// The day some months later; the last of the month where the month is too short.
fn add_months(day: i64, months: i32) -> i64 {
    let Ok(days) = i32::try_from(day) else {
        return day;
    };
    let date = CivilDate::from_days(days);
    let month = i64::from(date.year) * 12 + i64::from(date.month) - 1 + i64::from(months);
    let first = |month: i64| {
        let of_year = u8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
        first_of_month(month.div_euclid(12), of_year)
    };
    let (first, next) = (first(month), first(month + 1));
    (first + i64::from(date.day) - 1).min(next - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Months, NaiveDate};
    use proptest::prelude::*;

    #[test]
    fn spans_have_the_unit_of_their_moments() {
        let span = |value, scale| Span::from_constant(&value, scale).unwrap();
        assert_eq!(span(ScalarValue::from(3_i64), Scale::Number).after(4), 7);
        assert_eq!(span(ScalarValue::from(3_i64), Scale::Day).after(4), 7);
        assert_eq!(span(ScalarValue::from(3_i64), Scale::Microsecond).after(4), 3_000_004);
        let month = || ScalarValue::new_interval_mdn(1, 1, 0);
        // 31 January and a month is 28 February; a day more is 1 March.
        assert_eq!(span(month(), Scale::Day).after(30), 59);
        assert_eq!(
            span(month(), Scale::Microsecond).after(30 * MICROSECONDS_PER_DAY + 5),
            59 * MICROSECONDS_PER_DAY + 5
        );
        assert_eq!(span(ScalarValue::from(9_i64), Scale::Number).after(i64::MAX), i64::MAX);
    }

    #[test]
    fn spans_that_make_no_sense_are_refused() {
        let refused = |value, scale| Span::from_constant(&value, scale).unwrap_err().to_string();
        assert!(refused(ScalarValue::new_interval_mdn(1, 0, 0), Scale::Number).contains("whole numbers"));
        assert!(
            refused(ScalarValue::new_interval_mdn(0, 0, 3_600_000_000_000), Scale::Day)
                .contains("no whole number of days")
        );
        assert!(refused(ScalarValue::from(-1_i64), Scale::Day).contains("negative"));
        assert!(refused(ScalarValue::Int64(None), Scale::Day).contains("length of time"));
    }

    proptest! {
        #[test]
        fn months_are_those_of_the_calendar(day in -100_000..100_000_i32, months in 0..600_u32) {
            let span = Span { scale: Scale::Day, months: i32::try_from(months).unwrap(), units: 0 };
            let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap().num_days_from_ce();
            let date = NaiveDate::from_num_days_from_ce_opt(day + epoch).unwrap();
            let later = date.checked_add_months(Months::new(months)).unwrap();
            prop_assert_eq!(span.after(i64::from(day)), i64::from(later.num_days_from_ce() - epoch));
        }
    }
}
