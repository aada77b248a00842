//! A check as a table file writes it: one key of four says what must hold.

use serde::Deserialize;

use super::{Check, CheckRule, Severity};

/// A check as a table file writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenCheck {
    name: String,
    severity: Severity,
    description: String,
    source: String,
    order: Option<[String; 2]>,
    range: Option<WrittenRange>,
    reference: Option<WrittenReference>,
    overlap: Option<WrittenOverlap>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRange {
    column: String,
    minimum: Option<Bound>,
    maximum: Option<Bound>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReference {
    columns: Vec<String>,
    table: String,
    to: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOverlap {
    start: String,
    end: String,
    within: Vec<String>,
}

/// A bound of a range: a number, or a text such as a date.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Bound {
    Integer(i64),
    Float(f64),
    Text(String),
}

impl TryFrom<WrittenCheck> for Check {
    type Error = String;

    fn try_from(written: WrittenCheck) -> Result<Self, String> {
        let WrittenCheck { name, severity, description, source, order, range, reference, overlap } = written;
        let rule = match (order, range, reference, overlap) {
            (Some([first, second]), None, None, None) => CheckRule::Order { first, second },
            (None, Some(WrittenRange { column, minimum, maximum }), None, None) => {
                let [minimum, maximum] = [minimum, maximum].map(|bound| bound.map(Bound::text));
                CheckRule::Range { column, minimum, maximum }
            }
            (None, None, Some(WrittenReference { columns, table, to }), None) => {
                CheckRule::Reference { columns, table, to }
            }
            (None, None, None, Some(WrittenOverlap { start, end, within })) => {
                CheckRule::Overlap { start, end, within }
            }
            _ => {
                let sentence =
                    "must have exactly one of order, range, reference and overlap; split it or complete it.";
                return Err(format!("check {name:?} {sentence}"));
            }
        };
        Ok(Self { name, severity, description, source, rule })
    }
}

impl Bound {
    /// The bound as a file would hold it.
    fn text(self) -> String {
        match self {
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(value) => value,
        }
    }
}
