//! A decimal number held exactly, as a mantissa and a power of ten. No float takes part, so no digit is lost or invented.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::rule::Rule;

/// The longest text read as a number; as many digits always fit into the mantissa.
const LONGEST: usize = 38;

/// `mantissa` times ten to the power of `exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExactNumber {
    mantissa: i128,
    exponent: i32,
}

impl ExactNumber {
    /// Reads digits with an optional sign, decimal point and thousands separator; no exponent.
    ///
    /// A separator must leave groups of three digits: with a comma, `1,23` is no number.
    pub(crate) fn read(text: &str, thousands: Option<u8>) -> Result<Self, Rule> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            all => (false, all),
        };
        if digits.len() > LONGEST {
            return Err(if digits.iter().all(u8::is_ascii_digit) {
                Rule::OutOfRange
            } else {
                Rule::NotANumber
            });
        }
        let (mut mantissa, mut exponent) = (0_i128, 0);
        let (mut found, mut group, mut grouped, mut fraction) = (false, 0, false, false);
        for byte in digits {
            match byte {
                b'0'..=b'9' => {
                    mantissa = mantissa * 10 + i128::from(byte - b'0');
                    found = true;
                    exponent -= i32::from(fraction);
                    group += i32::from(!fraction);
                }
                b'.' if !fraction => fraction = true,
                separator if Some(*separator) == thousands && !fraction => {
                    if !is_group(group, grouped) {
                        return Err(Rule::NotANumber);
                    }
                    (grouped, group) = (true, 0);
                }
                _ => return Err(Rule::NotANumber),
            }
        }
        if !found || (grouped && group != 3) {
            return Err(Rule::NotANumber);
        }
        Ok(Self { mantissa: if negative { -mantissa } else { mantissa }, exponent })
    }

    /// Reads a number that may end in a power of ten, such as `1.5e-3`.
    pub(crate) fn read_scientific(text: &str, thousands: Option<u8>) -> Result<Self, Rule> {
        let Some((digits, power)) = text.split_once(['e', 'E']) else {
            return Self::read(text, thousands);
        };
        let number = Self::read(digits, thousands)?;
        let power: i16 = power.parse().map_err(|_| Rule::NotANumber)?;
        Ok(Self { exponent: number.exponent + i32::from(power), ..number })
    }

    /// The product, exactly.
    pub(crate) fn times(self, other: Self) -> Result<Self, Rule> {
        let mantissa = self.mantissa.checked_mul(other.mantissa).ok_or(Rule::OutOfRange)?;
        Ok(Self { mantissa, exponent: self.exponent + other.exponent })
    }

    /// The sum, exactly.
    pub(crate) fn plus(self, other: Self) -> Result<Self, Rule> {
        let (left, right, exponent) = align(self, other)?;
        Ok(Self { mantissa: left.checked_add(right).ok_or(Rule::OutOfRange)?, exponent })
    }

    /// The number with its sign turned.
    pub(crate) fn negated(self) -> Self {
        Self { mantissa: -self.mantissa, ..self }
    }

    /// Which of two numbers is larger.
    pub(crate) fn order(self, other: Self) -> Result<Ordering, Rule> {
        let (left, right, _) = align(self, other)?;
        Ok(left.cmp(&right))
    }

    /// The number as a whole count of units of ten to the power of `-scale`; an error when a digit would be lost.
    pub(crate) fn at_scale(self, scale: i32) -> Result<i128, Rule> {
        let power = self.exponent + scale;
        if self.mantissa == 0 || power == 0 {
            return Ok(self.mantissa);
        }
        let factor = ten_to(power.unsigned_abs())?;
        if power > 0 {
            return self.mantissa.checked_mul(factor).ok_or(Rule::OutOfRange);
        }
        if self.mantissa % factor == 0 { Ok(self.mantissa / factor) } else { Err(Rule::OutOfRange) }
    }

    /// The nearest float; an error when it would be infinite.
    pub(crate) fn to_f64(self) -> Result<f64, Rule> {
        // Both parts are exact in a float here, so the one division or product rounds once, to the nearest.
        const EXACT_MANTISSA: u128 = 1 << 53;
        const EXACT_POWER: u32 = 22;
        if self.mantissa.unsigned_abs() <= EXACT_MANTISSA && self.exponent.unsigned_abs() <= EXACT_POWER {
            let power = 10_f64.powi(self.exponent.abs());
            let mantissa = self.mantissa as f64;
            return Ok(if self.exponent < 0 { mantissa / power } else { mantissa * power });
        }
        let nearest: f64 =
            format!("{}e{}", self.mantissa, self.exponent).parse().map_err(|_| Rule::NotANumber)?;
        if nearest.is_finite() { Ok(nearest) } else { Err(Rule::OutOfRange) }
    }
}

/// Whether a separator may follow `digits` digits; only the first group may have fewer than three.
fn is_group(digits: i32, grouped: bool) -> bool {
    if grouped { digits == 3 } else { (1..=3).contains(&digits) }
}

fn ten_to(power: u32) -> Result<i128, Rule> {
    10_i128.checked_pow(power).ok_or(Rule::OutOfRange)
}

/// Both mantissas at the smaller exponent, and that exponent.
fn align(left: ExactNumber, right: ExactNumber) -> Result<(i128, i128, i32), Rule> {
    let exponent = left.exponent.min(right.exponent);
    Ok((left.at_scale(-exponent)?, right.at_scale(-exponent)?, exponent))
}

impl<'de> Deserialize<'de> for ExactNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = ExactNumber;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a decimal number such as 0.01")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<ExactNumber, E> {
                Ok(ExactNumber { mantissa: i128::from(number), exponent: 0 })
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<ExactNumber, E> {
                // The shortest digits that name the float are the digits that were written.
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ExactNumber, E> {
                ExactNumber::read(text, None)
                    .map_err(|_| E::custom("the number is not a decimal number such as 0.01"))
            }
        }
        deserializer.deserialize_any(Written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> ExactNumber {
        ExactNumber::read(text, None).unwrap()
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(number("12345.67").at_scale(2), Ok(1_234_567));
        assert_eq!(number("-0.1").at_scale(2), Ok(-10));
        assert_eq!(number("+7").at_scale(2), Ok(700));
        assert_eq!(number("12.0").at_scale(0), Ok(12));
        assert_eq!(number("12.345").at_scale(2), Err(Rule::OutOfRange));
        assert_eq!(number("1234567").times(number("0.01")).unwrap().at_scale(2), Ok(1_234_567));
        assert_eq!(number("5").plus(number("-0.5")).unwrap().at_scale(1), Ok(45));
    }

    #[test]
    fn separators_must_stand_between_groups_of_three() {
        let read = |text| ExactNumber::read(text, Some(b',')).and_then(|number| number.at_scale(2));
        assert_eq!(read("1,234,567.89"), Ok(123_456_789));
        assert_eq!(read("123"), Ok(12_300));
        for text in ["1,23", "1,2345", ",123", "1234,567", "1,,234", "1,234,", "1.234,5"] {
            assert_eq!(read(text), Err(Rule::NotANumber), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in ["", "-", ".", "1-", "1 2", "0x1", "1e5", "NaN", "1.2.3", "--1", "1,000"] {
            assert_eq!(ExactNumber::read(text, None), Err(Rule::NotANumber), "{text}");
        }
        assert_eq!(ExactNumber::read(&"9".repeat(39), None), Err(Rule::OutOfRange));
    }

    #[test]
    fn floats_are_the_nearest() {
        for text in ["0.1", "0.825", "1e-5", "123456789012345678901234567890", "1.7976931348623157e308"] {
            let read = ExactNumber::read_scientific(text, None).unwrap().to_f64().unwrap();
            assert_eq!(read.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
        assert_eq!(ExactNumber::read_scientific("1e999", None).unwrap().to_f64(), Err(Rule::OutOfRange));
    }
}
