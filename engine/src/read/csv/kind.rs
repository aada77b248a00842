//! The type of a column of text, from all its values. It never loses a character that a value was written
//! with: what does not come back as it was written stays text.

use std::sync::Arc;

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use datafusion::arrow::datatypes::{DataType, TimeUnit};

/// Whole numbers up to this are exact as `float64`.
const EXACT: u64 = 1 << 53;

/// The types a column can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Integer,
    Float,
    Date,
    /// Without a zone, in microseconds.
    Timestamp,
    /// With a zone in every value; kept in UTC.
    Instant,
    Text,
}

impl Kind {
    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::Integer => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC"))),
            Self::Text => DataType::Utf8,
        }
    }
}

/// What the values of a column seen so far still allow.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    any: bool,
    all: Vec<Kind>,
    /// A whole number that `float64` would round.
    wide: bool,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            any: false,
            all: vec![Kind::Boolean, Kind::Integer, Kind::Float, Kind::Date, Kind::Timestamp, Kind::Instant],
            wide: false,
        }
    }
}

impl Evidence {
    /// Takes one value into account. An empty value is NULL and says nothing.
    pub(super) fn see(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        self.any = true;
        let wide = &mut self.wide;
        self.all.retain(|kind| match kind {
            Kind::Boolean => boolean(value).is_some(),
            Kind::Integer => integer(value).is_some(),
            Kind::Float => {
                *wide |= integer(value).is_some_and(|number| number.unsigned_abs() > EXACT);
                float(value).is_some()
            }
            Kind::Date => date(value).is_some(),
            Kind::Timestamp => timestamp(value).is_some(),
            Kind::Instant => instant(value).is_some(),
            Kind::Text => true,
        });
    }

    /// The narrowest type that all values have; text when there was none.
    pub(super) fn kind(&self) -> Kind {
        match self.all.first() {
            Some(Kind::Float) if self.wide => Kind::Text,
            Some(&kind) if self.any => kind,
            _ => Kind::Text,
        }
    }
}

/// `true` or `false`, in any case; not 0 and 1, nor Y and N.
pub(super) fn boolean(value: &str) -> Option<bool> {
    if value.eq_ignore_ascii_case("true") {
        Some(true)
    } else if value.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A whole number as one writes it: `0100`, `+1` and `-0` are codes.
pub(super) fn integer(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let plain = match digits.as_bytes() {
        [b'0'] => digits.len() == value.len(),
        [b'1'..=b'9', ..] => true,
        _ => false,
    };
    if plain { value.parse().ok() } else { None }
}

/// A number with a decimal point, or with an exponent that has a sign: `1E5` is a code, `1e-05` is not.
/// A plain whole number counts too.
pub(super) fn float(value: &str) -> Option<f64> {
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let has_digits = !whole.is_empty() || fraction.is_some_and(|digits| !digits.is_empty());
    if leading_zero || !has_digits || !is_digits(whole) || !fraction.is_none_or(is_digits) {
        return None;
    }
    match exponent {
        None if fraction.is_none() && integer(value).is_none() => return None,
        Some(exponent) if !has_exponent(exponent, fraction.is_some()) => return None,
        _ => {}
    }
    value.parse().ok().filter(|number: &f64| number.is_finite())
}

fn has_exponent(exponent: &str, after_fraction: bool) -> bool {
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let signed = digits.len() < exponent.len();
    !digits.is_empty() && is_digits(digits) && (signed || after_fraction)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `2024-02-29`; other orders are ambiguous and stay text.
pub(super) fn date(value: &str) -> Option<NaiveDate> {
    let bytes = value.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = two_or_four(&bytes[..4])?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two_or_four(&bytes[5..7])?, two_or_four(&bytes[8..])?)
}

/// `2024-02-29 08:30:00`, with up to six decimals, or `T` between date and time; in microseconds.
pub(super) fn timestamp(value: &str) -> Option<i64> {
    Some(date_time(value)?.and_utc().timestamp_micros())
}

/// A timestamp with `Z` or an offset such as `-06:00` after it; in microseconds of UTC.
pub(super) fn instant(value: &str) -> Option<i64> {
    if let Some(local) = value.strip_suffix('Z') {
        return timestamp(local);
    }
    let split = value.len().checked_sub(6).filter(|&at| value.is_char_boundary(at))?;
    let (local, offset) = value.split_at(split);
    let local = date_time(local)?;
    let micros = local.and_local_timezone(zone(offset)?).single()?.timestamp_micros();
    Some(micros)
}

fn zone(offset: &str) -> Option<FixedOffset> {
    let bytes = offset.as_bytes();
    if bytes[3] != b':' {
        return None;
    }
    let hours = i32::try_from(two_or_four(&bytes[1..3])?).ok()?;
    let minutes = i32::try_from(two_or_four(&bytes[4..])?).ok()?;
    if minutes > 59 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60;
    match bytes[0] {
        b'+' => FixedOffset::east_opt(seconds),
        b'-' => FixedOffset::west_opt(seconds),
        _ => None,
    }
}

fn date_time(value: &str) -> Option<NaiveDateTime> {
    let day = date(value.get(..10)?)?;
    let time = value.get(11..)?;
    if !matches!(value.as_bytes()[10], b' ' | b'T') {
        return None;
    }
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let bytes = clock.as_bytes();
    if bytes.len() != 8 || bytes[2] != b':' || bytes[5] != b':' {
        return None;
    }
    if fraction.is_empty() || fraction.len() > 6 || !is_digits(fraction) {
        return None;
    }
    let micros: u32 = format!("{fraction:0<6}").parse().ok()?;
    let time = NaiveTime::from_hms_micro_opt(
        two_or_four(&bytes[..2])?,
        two_or_four(&bytes[3..5])?,
        two_or_four(&bytes[6..])?,
        micros,
    )?;
    Some(day.and_time(time))
}

/// A number of exactly these digits.
fn two_or_four(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kind_of(values: &[&str]) -> Kind {
        let mut evidence = Evidence::default();
        for value in values {
            evidence.see(value);
        }
        evidence.kind()
    }

    #[test]
    fn a_column_has_the_narrowest_type_of_all_its_values() {
        assert_eq!(kind_of(&["1", "", "-20", "0"]), Kind::Integer);
        assert_eq!(kind_of(&["1", "2.5", ".5", "1e-05", "-0.0"]), Kind::Float);
        assert_eq!(kind_of(&["TRUE", "false"]), Kind::Boolean);
        assert_eq!(kind_of(&["2024-02-29", "1999-01-01"]), Kind::Date);
        assert_eq!(kind_of(&["2024-02-29 08:30:00", "2024-02-29T08:30:00.123456"]), Kind::Timestamp);
        assert_eq!(kind_of(&["2024-02-29T08:30:00Z", "2024-02-29 08:30:00-06:00"]), Kind::Instant);
        assert_eq!(kind_of(&["a"]), Kind::Text);
    }

    #[test]
    fn one_value_of_another_type_makes_the_column_text() {
        for odd in ["x", "2024-02-30", "true", "0100", " 1", "+1", "-0", "1E5", "NaN", "1,5", "0x1F", "1_0"] {
            assert_eq!(kind_of(&["1", "2", odd]), Kind::Text, "{odd}");
        }
        assert_eq!(kind_of(&["2024-02-28", "2024-02-29 08:30:00"]), Kind::Text);
        assert_eq!(kind_of(&["2024-02-29 08:30:00", "2024-02-29 08:30:00Z"]), Kind::Text);
    }

    #[test]
    fn nothing_but_empty_values_is_text() {
        assert_eq!(kind_of(&[]), Kind::Text);
        assert_eq!(kind_of(&["", ""]), Kind::Text);
    }

    #[test]
    fn numbers_that_would_be_rounded_are_text() {
        assert_eq!(kind_of(&["9223372036854775807"]), Kind::Integer);
        assert_eq!(kind_of(&["9223372036854775808"]), Kind::Text);
        assert_eq!(kind_of(&["9007199254740993", "0.5"]), Kind::Text);
        assert_eq!(kind_of(&["0.5", "9007199254740993"]), Kind::Text);
        assert_eq!(kind_of(&["9007199254740992", "0.5"]), Kind::Float);
        assert_eq!(kind_of(&["1.0e999"]), Kind::Text);
    }

    #[test]
    fn odd_dates_and_times_are_text() {
        for value in [
            "2024-2-9",
            "02/29/2024",
            "2024-02-29 24:00:00",
            "2024-02-29 08:30",
            "2024-02-29 08:30:00.",
            "2024-02-29 08:30:00.1234567",
            "2024-02-29 08:30:00+6:00",
            "2024-02-29 08:30:00+06:60",
            "2024-02-29x08:30:00",
            "20☂-02-29",
            "2024-02-29☂8:30:0",
            "☂☂☂☂☂☂☂☂",
        ] {
            assert_eq!(kind_of(&[value]), Kind::Text, "{value}");
        }
    }

    #[test]
    fn times_are_microseconds() {
        assert_eq!(timestamp("1970-01-01 00:00:01.5"), Some(1_500_000));
        assert_eq!(instant("1970-01-01T00:00:00-06:00"), Some(21_600_000_000));
    }

    proptest! {
        #[test]
        fn a_whole_number_comes_back_as_it_was_written(value in "[-+]?[0-9]{1,20}") {
            if let Some(number) = integer(&value) {
                prop_assert_eq!(number.to_string(), value);
            }
        }

        #[test]
        fn no_value_is_too_odd(value in "[0-9 T:.Z+☂eE-]{0,30}", other in any::<String>()) {
            kind_of(&[&value, &other]);
            kind_of(&[&format!("2024-01-01{value}")]);
        }
    }
}
