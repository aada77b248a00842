//! Text into typed Arrow columns: one builder per canonical column, and how its text is to be read.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int8Builder, Int16Builder,
    Int32Builder, Int64Builder, StringBuilder,
};
use arrow::datatypes::{DataType, Date32Type};

use chrono::NaiveDate;

use super::date::DateFormat;
use super::number::ExactNumber;
use super::rule::Rule;

/// The spellings of a boolean, whatever their letter case. `T` and `F` are not among them: `F` also means full-time.
const YES: [&str; 4] = ["Y", "YES", "TRUE", "1"];
const NO: [&str; 4] = ["N", "NO", "FALSE", "0"];

/// How the text of one column is read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    /// How a date is written.
    pub(crate) date: DateFormat,
    /// The separator between groups of three digits.
    pub(crate) thousands: Option<u8>,
    /// Added to the number as it is written.
    pub(crate) shift: Option<ExactNumber>,
    /// The smallest and the largest number, before the scale; what the shift carries past them is cut off.
    pub(crate) minimum: Option<ExactNumber>,
    pub(crate) maximum: Option<ExactNumber>,
    /// The factor from the unit of the file to the unit of the column.
    pub(crate) scale: Option<ExactNumber>,
}

impl Reading {
    /// ISO dates, numbers in the unit of the column.
    pub(crate) fn plain() -> Self {
        Self {
            date: DateFormat::iso(),
            thousands: None,
            shift: None,
            minimum: None,
            maximum: None,
            scale: None,
        }
    }

    /// The whole number that the text stands for.
    pub(crate) fn integer(&self, text: &str) -> Result<i64, Rule> {
        if let Some(value) = short_integer(text)
            && self.shift.is_none()
            && self.scale.is_none()
        {
            return Ok(value);
        }
        let number = self.adjust(ExactNumber::read(text, self.thousands)?)?;
        i64::try_from(number.at_scale(0)?).map_err(|_| Rule::OutOfRange)
    }

    fn decimal(&self, text: &str, precision: u8, scale: i8) -> Result<i128, Rule> {
        let value = self.adjust(ExactNumber::read(text, self.thousands)?)?.at_scale(i32::from(scale))?;
        let fits = 10_u128.checked_pow(u32::from(precision)).is_none_or(|limit| value.unsigned_abs() < limit);
        if fits { Ok(value) } else { Err(Rule::OutOfRange) }
    }

    fn float(&self, text: &str) -> Result<f64, Rule> {
        self.adjust(ExactNumber::read_scientific(text, self.thousands)?)?.to_f64()
    }

    /// Shift, then the bounds, then the scale.
    fn adjust(&self, written: ExactNumber) -> Result<ExactNumber, Rule> {
        let mut number = self.shift.map_or(Ok(written), |shift| written.plus(shift))?;
        if let Some(minimum) = self.minimum
            && number.order(minimum)? == Ordering::Less
        {
            number = minimum;
        }
        if let Some(maximum) = self.maximum
            && number.order(maximum)? == Ordering::Greater
        {
            number = maximum;
        }
        self.scale.map_or(Ok(number), |scale| number.times(scale))
    }
}

/// Digits with an optional minus sign that cannot overflow; `None` for anything else.
fn short_integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    Some(if negative { -value } else { value })
}

fn boolean(text: &str) -> Result<bool, Rule> {
    let is_one_of = |spellings: &[&str]| spellings.iter().any(|spelling| spelling.eq_ignore_ascii_case(text));
    if is_one_of(&YES) {
        Ok(true)
    } else if is_one_of(&NO) {
        Ok(false)
    } else {
        Err(Rule::NotABoolean)
    }
}

/// A growing column of one canonical type.
pub(crate) enum ColumnBuilder {
    Text(StringBuilder),
    Boolean(BooleanBuilder),
    Int8(Int8Builder),
    Int16(Int16Builder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    Float(Float64Builder),
    Date(Date32Builder),
    Decimal { values: Decimal128Builder, precision: u8, scale: i8 },
}

impl ColumnBuilder {
    /// A builder for `rows` values; `None` for a type that no canonical column has.
    pub(crate) fn new(data_type: &DataType, rows: usize) -> Option<Self> {
        Some(match data_type {
            DataType::Utf8 => Self::Text(StringBuilder::with_capacity(rows, rows * 8)),
            DataType::Boolean => Self::Boolean(BooleanBuilder::with_capacity(rows)),
            DataType::Int8 => Self::Int8(Int8Builder::with_capacity(rows)),
            DataType::Int16 => Self::Int16(Int16Builder::with_capacity(rows)),
            DataType::Int32 => Self::Int32(Int32Builder::with_capacity(rows)),
            DataType::Int64 => Self::Int64(Int64Builder::with_capacity(rows)),
            DataType::Float64 => Self::Float(Float64Builder::with_capacity(rows)),
            DataType::Date32 => Self::Date(Date32Builder::with_capacity(rows)),
            DataType::Decimal128(precision, scale) => Self::Decimal {
                values: Decimal128Builder::with_capacity(rows).with_data_type(data_type.clone()),
                precision: *precision,
                scale: *scale,
            },
            _ => return None,
        })
    }

    /// Appends the value that the text stands for, NULL for `None`. An error appends NULL as well.
    pub(crate) fn append(&mut self, text: Option<&str>, reading: &Reading) -> Result<(), Rule> {
        let Some(text) = text else {
            self.append_null();
            return Ok(());
        };
        let appended = self.try_append(text, reading);
        if appended.is_err() {
            self.append_null();
        }
        appended
    }

    /// Appends a whole number to a number column; `Err` when it does not fit or the column holds none.
    pub(crate) fn append_integer(&mut self, value: Result<i64, Rule>) -> Result<(), Rule> {
        let appended = value.and_then(|value| self.try_append_integer(value));
        if appended.is_err() {
            self.append_null();
        }
        appended
    }

    /// Whether the column holds days.
    pub(crate) fn is_date(&self) -> bool {
        matches!(self, Self::Date(_))
    }

    /// Appends a day to a column of days; `Err` when there is none, which appends NULL as well.
    pub(crate) fn append_date(&mut self, date: Result<NaiveDate, Rule>) -> Result<(), Rule> {
        match (self, date) {
            (Self::Date(values), Ok(date)) => {
                values.append_value(Date32Type::from_naive_date(date));
                Ok(())
            }
            (builder, date) => {
                builder.append_null();
                Err(date.err().unwrap_or(Rule::NotADate))
            }
        }
    }

    fn try_append(&mut self, text: &str, reading: &Reading) -> Result<(), Rule> {
        match self {
            Self::Text(values) => values.append_value(text),
            Self::Boolean(values) => values.append_value(boolean(text)?),
            Self::Float(values) => values.append_value(reading.float(text)?),
            Self::Date(values) => values.append_value(Date32Type::from_naive_date(reading.date.date(text)?)),
            Self::Decimal { values, precision, scale } => {
                values.append_value(reading.decimal(text, *precision, *scale)?);
            }
            _ => self.try_append_integer(reading.integer(text)?)?,
        }
        Ok(())
    }

    fn try_append_integer(&mut self, value: i64) -> Result<(), Rule> {
        match self {
            Self::Int8(values) => values.append_value(i8::try_from(value).map_err(|_| Rule::OutOfRange)?),
            Self::Int16(values) => values.append_value(i16::try_from(value).map_err(|_| Rule::OutOfRange)?),
            Self::Int32(values) => values.append_value(i32::try_from(value).map_err(|_| Rule::OutOfRange)?),
            Self::Int64(values) => values.append_value(value),
            _ => return Err(Rule::OutOfRange),
        }
        Ok(())
    }

    pub(crate) fn append_null(&mut self) {
        match self {
            Self::Text(values) => values.append_null(),
            Self::Boolean(values) => values.append_null(),
            Self::Int8(values) => values.append_null(),
            Self::Int16(values) => values.append_null(),
            Self::Int32(values) => values.append_null(),
            Self::Int64(values) => values.append_null(),
            Self::Float(values) => values.append_null(),
            Self::Date(values) => values.append_null(),
            Self::Decimal { values, .. } => values.append_null(),
        }
    }

    /// The column.
    pub(crate) fn finish(mut self) -> ArrayRef {
        match &mut self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::Boolean(values) => Arc::new(values.finish()),
            Self::Int8(values) => Arc::new(values.finish()),
            Self::Int16(values) => Arc::new(values.finish()),
            Self::Int32(values) => Arc::new(values.finish()),
            Self::Int64(values) => Arc::new(values.finish()),
            Self::Float(values) => Arc::new(values.finish()),
            Self::Date(values) => Arc::new(values.finish()),
            Self::Decimal { values, .. } => Arc::new(values.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::Decimal128Type;

    use super::*;

    #[test]
    fn a_decimal_column_keeps_every_digit() {
        let mut builder = ColumnBuilder::new(&DataType::Decimal128(12, 2), 4).unwrap();
        let reading = Reading { thousands: Some(b','), ..Reading::plain() };
        assert_eq!(builder.append(Some("9,999,999,999.99"), &reading), Ok(()));
        assert_eq!(builder.append(Some("10000000000"), &reading), Err(Rule::OutOfRange));
        assert_eq!(builder.append(Some("0.001"), &reading), Err(Rule::OutOfRange));
        assert_eq!(builder.append(None, &reading), Ok(()));
        let column = builder.finish();
        assert_eq!(column.as_primitive::<Decimal128Type>().value(0), 999_999_999_999);
        assert_eq!((column.len(), column.null_count()), (4, 3));
    }

    #[test]
    fn whole_numbers_are_checked_against_their_type() {
        let mut builder = ColumnBuilder::new(&DataType::Int8, 4).unwrap();
        let reading = Reading::plain();
        assert_eq!(builder.append(Some("-128"), &reading), Ok(()));
        assert_eq!(builder.append(Some("128"), &reading), Err(Rule::OutOfRange));
        assert_eq!(builder.append(Some("2.0"), &reading), Ok(()));
        assert_eq!(builder.append(Some("2.5"), &reading), Err(Rule::OutOfRange));
        assert_eq!(builder.append(Some("2x"), &reading), Err(Rule::NotANumber));
        assert_eq!(builder.finish().null_count(), 3);
    }

    #[test]
    fn a_shift_stops_at_the_bounds_and_then_scales() {
        let exact = |text| ExactNumber::read(text, None).ok();
        let reading = Reading {
            shift: exact("0.5"),
            minimum: exact("0"),
            maximum: exact("100"),
            scale: exact("0.01"),
            ..Reading::plain()
        };
        assert_eq!(reading.float("83"), Ok(0.835));
        assert_eq!(reading.float("100"), Ok(1.0));
    }

    #[test]
    fn a_boolean_has_few_spellings() {
        assert_eq!(boolean("y"), Ok(true));
        assert_eq!(boolean("False"), Ok(false));
        assert_eq!(boolean("F"), Err(Rule::NotABoolean));
    }
}
