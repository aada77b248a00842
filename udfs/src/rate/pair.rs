//! The rows of a rate: a numerator and a denominator, from two conditions or from two numbers.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{exec_err, plan_err};
use datafusion::error::Result;

use super::number::Number;

/// One row of a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair<N> {
    /// What the row adds to the numerator; `None` when that is not known.
    pub(crate) num: Option<N>,
    /// What the row adds to the denominator; `None` when the row is not part of it.
    pub(crate) den: Option<N>,
}

/// The argument columns of a rate: numerator, denominator and perhaps a weight.
pub(crate) struct Pairs<N: Number> {
    sides: Sides<N>,
    weight: Option<N::Column>,
}

enum Sides<N: Number> {
    Conditions { num: BooleanArray, den: BooleanArray },
    Numbers { num: N::Column, den: N::Column },
}

impl<N: Number> Pairs<N> {
    /// Takes two or three columns of the types that [`coerce`] gives.
    pub(crate) fn new(columns: &[ArrayRef]) -> Result<Self> {
        let [num, den, weight @ ..] = columns else {
            return plan_err!("a rate needs a numerator and a denominator.");
        };
        let sides = if num.data_type() == &DataType::Boolean {
            Sides::Conditions { num: num.as_boolean().clone(), den: den.as_boolean().clone() }
        } else {
            Sides::Numbers { num: N::column(num)?, den: N::column(den)? }
        };
        let weight = weight.first().map(N::column).transpose()?;
        Ok(Self { sides, weight })
    }

    /// The pair in a row, multiplied by its weight.
    pub(crate) fn at(&self, row: usize) -> Result<Pair<N>> {
        let pair = self.sides.at(row);
        let (Some(weights), Some(den)) = (&self.weight, pair.den) else {
            return Ok(pair);
        };
        let Some(weight) = N::at(weights, row) else {
            return exec_err!(
                "rate() met a row of the denominator whose weight is NULL; \
                 give it a weight, or filter it out with FILTER (WHERE weight IS NOT NULL)."
            );
        };
        let num = pair.num.map(|num| num.times(weight)).transpose()?;
        Ok(Pair { num, den: Some(den.times(weight)?) })
    }
}

impl<N: Number> Sides<N> {
    fn at(&self, row: usize) -> Pair<N> {
        match self {
            Self::Conditions { num, den } => {
                let counted = den.is_valid(row) && den.value(row);
                let holds = num.is_valid(row).then(|| num.value(row));
                let num = holds.map(|holds| if holds { N::ONE } else { N::ZERO });
                Pair { num, den: counted.then_some(N::ONE) }
            }
            Self::Numbers { num, den } => Pair { num: N::at(num, row), den: N::at(den, row) },
        }
    }
}

/// The types to which the arguments of a rate function are cast: two conditions, or two numbers of one type, and a
/// number as weight when the function takes one.
pub(crate) fn coerce(function: &str, types: &[DataType], with_weight: bool) -> Result<Vec<DataType>> {
    let (num, den, weight) = match types {
        [num, den] => (num, den, None),
        [num, den, weight] if with_weight => (num, den, Some(weight)),
        _ => {
            let arguments = if with_weight { "(num, den) or (num, den, weight)" } else { "(num, den)" };
            return plan_err!("{function}() takes {arguments}, but it was given {} arguments.", types.len());
        }
    };
    let Some(side) = common_type(num, den) else {
        return plan_err!(
            "{function}() takes two conditions or two numbers, but it was given {num} and {den}; \
             write a condition such as value > 0 on both sides, or cast both to one type."
        );
    };
    let Some(weight) = weight else {
        return Ok(vec![side.clone(), side]);
    };
    let Some(weight) = common_type(weight, weight).filter(|weight| weight != &DataType::Boolean) else {
        return plan_err!(
            "{function}() takes a number as weight, but it was given {weight}; cast it to a number."
        );
    };
    let floats = side == DataType::Float64 || weight == DataType::Float64;
    let float =
        |data_type| if floats && data_type != DataType::Boolean { DataType::Float64 } else { data_type };
    let (side, weight) = (float(side), float(weight));
    Ok(vec![side.clone(), side, weight])
}

/// Whether coerced arguments are added up as floating-point numbers.
pub(crate) fn has_floats(arguments: &[FieldRef]) -> bool {
    arguments.iter().any(|field| field.data_type() == &DataType::Float64)
}

/// The type of both sides: Boolean, Int64, Decimal128(38, s) or Float64.
fn common_type(left: &DataType, right: &DataType) -> Option<DataType> {
    use DataType::{Boolean, Decimal128, Float64, Int64, Null};
    match (simple(left)?, simple(right)?) {
        (Null, Null) | (Boolean, Boolean) => Some(Boolean),
        (Null, other) | (other, Null) => Some(other),
        (Boolean, _) | (_, Boolean) => None,
        (Float64, _) | (_, Float64) => Some(Float64),
        (Decimal128(_, left), Decimal128(_, right)) => Some(Decimal128(38, left.max(right))),
        (decimal @ Decimal128(..), _) | (_, decimal @ Decimal128(..)) => Some(decimal),
        _ => Some(Int64),
    }
}

/// The widest type of the same kind; `None` for what is neither a condition nor a number.
fn simple(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Boolean | DataType::Null => Some(data_type.clone()),
        DataType::UInt64 => Some(DataType::Decimal128(38, 0)),
        integer if integer.is_integer() => Some(DataType::Int64),
        float if float.is_floating() => Some(DataType::Float64),
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale) => {
            Some(DataType::Decimal128(38, (*scale).max(0)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DataType::{Boolean, Decimal128, Float64, Int32, Int64, Null, UInt64, Utf8};

    #[test]
    fn arguments_become_one_type() {
        let pair = |num, den| coerce("rate", &[num, den], true).unwrap()[0].clone();
        assert_eq!(pair(Boolean, Boolean), Boolean);
        assert_eq!(pair(Null, Boolean), Boolean);
        assert_eq!(pair(Int32, Int64), Int64);
        assert_eq!(pair(Int32, UInt64), Decimal128(38, 0));
        assert_eq!(pair(Decimal128(12, 2), Int64), Decimal128(38, 2));
        assert_eq!(pair(Decimal128(12, 2), Decimal128(6, 4)), Decimal128(38, 4));
        assert_eq!(pair(Decimal128(12, 2), Float64), Float64);
        let weighted = |num, weight| coerce("rate", &[num, Null, weight], true).unwrap();
        assert_eq!(weighted(Boolean, Int32), [Boolean, Boolean, Int64]);
        assert_eq!(weighted(Boolean, Float64), [Boolean, Boolean, Float64]);
        assert_eq!(weighted(Int32, Float64), [Float64, Float64, Float64]);
        assert_eq!(weighted(Float64, Int32), [Float64, Float64, Float64]);
    }

    #[test]
    fn other_arguments_are_refused_with_a_sentence() {
        let sentence = |types: &[DataType]| coerce("rate", types, true).unwrap_err().to_string();
        assert!(
            sentence(&[Boolean, Int64])
                .contains("two conditions or two numbers, but it was given Boolean and Int64")
        );
        assert!(sentence(&[Utf8, Utf8]).contains("two conditions or two numbers"));
        assert!(sentence(&[Boolean]).contains("takes (num, den) or (num, den, weight), but it was given 1"));
        assert!(
            sentence(&[Boolean, Boolean, Boolean]).contains("a number as weight, but it was given Boolean")
        );
        assert!(coerce("rate_bounds", &[Boolean, Boolean, Int64], false).is_err());
    }
}
