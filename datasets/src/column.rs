//! Columns of canonical tables: what each holds, how it is typed, who may see it and where it comes from.

use arrow::datatypes::DataType;
use serde::{Deserialize, Deserializer, de};

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Names one person, school, employer or institution; never to be summed.
    Identifier,
    /// Splits rows into groups.
    Dimension,
    /// A quantity that may be summed or averaged.
    Measure,
    /// A day, or a period of days.
    Date,
    /// A value of a code set.
    Code,
}

/// Who may see a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// A random or keyed number that stands for a person.
    Pseudonym,
    /// A fact about one person or one employer: never in an error, a log or a published cell.
    Confidential,
    /// Published by its owner.
    Public,
}

/// One column of a canonical table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The SQL name, in `snake_case`.
    pub name: String,
    /// The Arrow type.
    #[serde(rename = "type", deserialize_with = "data_type")]
    pub data_type: DataType,
    /// Whether NULL may stand in the column; its meaning is in `description`.
    pub nullable: bool,
    /// What the column is for.
    pub role: Role,
    /// Who may see it.
    pub privacy: Privacy,
    /// The code set of its values, when they are codes.
    pub code_set: Option<String>,
    /// What the column holds, in which unit, and what NULL means.
    pub description: String,
    /// The name of the element in the Common Education Data Standards, when there is one.
    pub ceds: Option<String>,
    /// Who delivers the value, or which document defines it.
    pub source: String,
    /// The first year, in the unit of the table's period, in which the agency collects the column; `None` means
    /// always. In other years the column is NULL.
    pub valid_from: Option<i32>,
    /// The last year in which the agency collects the column; `None` means it still does.
    pub valid_to: Option<i32>,
}

/// Reads a type name of a table file.
fn data_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DataType, D::Error> {
    let name = String::deserialize(deserializer)?;
    parse_type(&name).ok_or_else(|| {
        de::Error::custom(format!(
            "the type is {name:?}; write int8, int16, int32, int64, float64, utf8, bool, date or decimal(precision,scale)."
        ))
    })
}

fn parse_type(name: &str) -> Option<DataType> {
    match name {
        "int8" => Some(DataType::Int8),
        "int16" => Some(DataType::Int16),
        "int32" => Some(DataType::Int32),
        "int64" => Some(DataType::Int64),
        "float64" => Some(DataType::Float64),
        "utf8" => Some(DataType::Utf8),
        "bool" => Some(DataType::Boolean),
        "date" => Some(DataType::Date32),
        _ => parse_decimal(name),
    }
}

fn parse_decimal(name: &str) -> Option<DataType> {
    let (precision, scale) = name.strip_prefix("decimal(")?.strip_suffix(')')?.split_once(',')?;
    let precision: u8 = precision.trim().parse().ok()?;
    let scale: i8 = scale.trim().parse().ok()?;
    let fits = (1..=38).contains(&precision) && scale >= 0 && scale.unsigned_abs() <= precision;
    fits.then_some(DataType::Decimal128(precision, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_a_precision_and_a_scale() {
        assert_eq!(parse_type("decimal(12,2)"), Some(DataType::Decimal128(12, 2)));
        assert_eq!(parse_type("decimal(6, 2)"), Some(DataType::Decimal128(6, 2)));
        for wrong in ["decimal", "decimal(39,2)", "decimal(2,3)", "decimal(0,0)", "decimal(x,2)", "text"] {
            assert_eq!(parse_type(wrong), None, "{wrong}");
        }
    }
}
