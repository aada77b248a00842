//! From a value of a function of a date back to the dates that have it, so that a filter prunes files.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::preimage::PreimageResult;
use datafusion::logical_expr::simplify::SimplifyContext;

const SECONDS_PER_DAY: i64 = 86_400;

/// The half-open interval of dates on which a function of one date has the value `literal`.
///
/// `bounds` gives, for a value, its first day and the first day after it, in days since 1970-01-01. There is no
/// interval for text, for a timestamp with a time zone (its days depend on the zone), and for an argument that
/// gives another date each time it is asked.
pub(super) fn dates_of(
    arguments: &[Expr],
    literal: &Expr,
    context: &SimplifyContext,
    bounds: impl Fn(i32) -> (i64, i64),
) -> Result<PreimageResult> {
    let (Some(ScalarValue::Int32(Some(value))), [argument]) = (literal.as_literal(), arguments) else {
        return Ok(PreimageResult::None);
    };
    if argument.is_volatile() {
        return Ok(PreimageResult::None);
    }
    let (first, after) = bounds(*value);
    let data_type = context.get_data_type(argument)?;
    let (Some(lower), Some(upper)) = (midnight(first, &data_type), midnight(after, &data_type)) else {
        return Ok(PreimageResult::None);
    };
    Ok(PreimageResult::Range { expr: argument.clone(), interval: Box::new(Interval::try_new(lower, upper)?) })
}

/// The start of a day as a value of this type; `None` when the type has no such value.
fn midnight(day: i64, data_type: &DataType) -> Option<ScalarValue> {
    let ticks = |per_second: i64| day.checked_mul(SECONDS_PER_DAY)?.checked_mul(per_second);
    match data_type {
        DataType::Date32 => Some(ScalarValue::Date32(Some(i32::try_from(day).ok()?))),
        DataType::Timestamp(TimeUnit::Second, None) => {
            Some(ScalarValue::TimestampSecond(Some(ticks(1)?), None))
        }
        DataType::Timestamp(TimeUnit::Millisecond, None) => {
            Some(ScalarValue::TimestampMillisecond(Some(ticks(1_000)?), None))
        }
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            Some(ScalarValue::TimestampMicrosecond(Some(ticks(1_000_000)?), None))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, None) => {
            Some(ScalarValue::TimestampNanosecond(Some(ticks(1_000_000_000)?), None))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_at_midnight_in_every_unit() {
        assert_eq!(midnight(2, &DataType::Date32), Some(ScalarValue::Date32(Some(2))));
        for (unit, expected) in [
            (TimeUnit::Second, "172800"),
            (TimeUnit::Millisecond, "172800000"),
            (TimeUnit::Microsecond, "172800000000"),
            (TimeUnit::Nanosecond, "172800000000000"),
        ] {
            let value = midnight(2, &DataType::Timestamp(unit, None)).unwrap();
            assert_eq!(value.data_type(), DataType::Timestamp(unit, None));
            assert_eq!(value.cast_to(&DataType::Int64).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_the_type_cannot_hold_has_no_interval() {
        assert_eq!(midnight(i64::from(i32::MAX) + 1, &DataType::Date32), None);
        let nanoseconds = DataType::Timestamp(TimeUnit::Nanosecond, None);
        assert_eq!(midnight(200_000, &nanoseconds), None);
        let zoned = DataType::Timestamp(TimeUnit::Second, Some("UTC".into()));
        assert_eq!(midnight(2, &zoned), None);
        assert_eq!(midnight(2, &DataType::Utf8), None);
    }
}
