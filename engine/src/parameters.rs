//! Values for the `$name` of a statement. A value takes the place of its name in the parsed statement, as one literal:
//! whatever it holds, it is never read as SQL.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use datafusion::common::{Diagnostic, Span};
use datafusion::error::DataFusionError;
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Statement, TypedString, UnaryOperator, Value, VisitMut, VisitorMut,
};

use crate::catalog::external;
use crate::dialect;
use crate::error::{Error, ErrorKind};

/// The values that statements may ask for, by name without `$`.
pub type Parameters = BTreeMap<String, Parameter>;

/// A value that stands for `$name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// NULL.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it was written.
    Number(String),
    /// A day.
    Date(NaiveDate),
    /// Text.
    Text(String),
}

impl Parameter {
    /// Reads a value as people write it: a number, a day such as 2022-05-31, `true`, `false`, `null`, text in single
    /// quotes; anything else is text as it stands.
    pub fn read(written: &str) -> Self {
        let written = written.trim();
        if let Some(text) = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Self::Text(text.replace("''", "'"));
        }
        if let Some(day) = day(written) {
            return Self::Date(day);
        }
        match written.to_ascii_lowercase().as_str() {
            "null" => Self::Null,
            "true" => Self::Boolean(true),
            "false" => Self::Boolean(false),
            _ if is_number(written) => Self::Number(written.to_owned()),
            _ => Self::Text(written.to_owned()),
        }
    }

    /// The name of the value's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Number(_) => "number",
            Self::Date(_) => "date",
            Self::Text(_) => "text",
        }
    }

    fn expression(&self) -> Expr {
        let value = match self {
            Self::Null => Value::Null,
            Self::Boolean(value) => Value::Boolean(*value),
            Self::Number(number) => return signed(number),
            Self::Date(day) => return typed_date(day.to_string()),
            Self::Text(text) => Value::SingleQuotedString(text.clone()),
        };
        Expr::Value(value.into())
    }
}

/// As [`Parameter::read`] reads it.
impl fmt::Display for Parameter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(day) => write!(formatter, "{day}"),
            other => write!(formatter, "{}", other.expression()),
        }
    }
}

/// A day as SQL writes it.
pub(crate) fn typed_date(day: String) -> Expr {
    Expr::TypedString(TypedString {
        data_type: DataType::Date,
        value: Value::SingleQuotedString(day).into(),
        uses_odbc_syntax: false,
    })
}

fn signed(number: &str) -> Expr {
    let plain = |digits: &str| Expr::Value(Value::Number(digits.to_owned(), false).into());
    match number.strip_prefix('-') {
        Some(digits) => Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(plain(digits)) },
        None => plain(number.trim_start_matches('+')),
    }
}

fn day(written: &str) -> Option<NaiveDate> {
    const LENGTH: usize = "2022-05-31".len();
    (written.len() == LENGTH).then(|| NaiveDate::parse_from_str(written, "%Y-%m-%d").ok()).flatten()
}

/// Digits with a sign and a point, as far as they go; `1e5` and `nan` are text, and so is `0100`, which is a code.
fn is_number(written: &str) -> bool {
    let digits = written.strip_prefix(['-', '+']).unwrap_or(written);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_code = whole.len() > 1 && whole.starts_with('0');
    is_digits(whole) && is_digits(part) && !is_code
}

/// Puts a literal in the place of every `$name` that has one.
pub(crate) fn bind(parsed: &mut impl VisitMut, literal: &dyn Fn(&str) -> Option<Expr>) {
    // Nothing is refused, so it never breaks.
    let _: ControlFlow<()> =
        parsed.visit(&mut Places { replace: |name: &str, _| ControlFlow::Continue(literal(name)) });
}

/// Puts the values in the place of their names in a statement.
///
/// Errors: a name has no value. A function that is made has parameters of its own, which stay.
pub(crate) fn prepare(statement: &mut Parsed, parameters: &Parameters) -> Result<(), DataFusionError> {
    if matches!(statement, Parsed::Statement(statement) if matches!(**statement, Statement::CreateFunction(_)))
    {
        return Ok(());
    }
    let replace = |name: &str, span| match parameters.get(name) {
        Some(value) => ControlFlow::Continue(Some(value.expression())),
        None => ControlFlow::Break(without_value(name, span, parameters)),
    };
    match dialect::visit(statement, &mut Places { replace }) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

fn without_value(
    name: &str,
    span: datafusion::sql::sqlparser::tokenizer::Span,
    parameters: &Parameters,
) -> DataFusionError {
    let message = format!("${name} has no value");
    let known: Vec<String> = parameters.keys().map(|known| format!("${known}")).collect();
    let known = if known.is_empty() { String::new() } else { format!(" (known: {})", known.join(", ")) };
    let help = format!("give it one with `.param set {name} VALUE` or --param {name}=VALUE{known}");
    let diagnostic = Diagnostic::new_error(message.clone(), Span::try_from_sqlparser_span(span));
    external(Error::new(ErrorKind::Query, message).with_help(help)).with_diagnostic(diagnostic)
}

/// Visits every `$name`.
struct Places<F> {
    replace: F,
}

impl<B, F> VisitorMut for Places<F>
where
    F: Fn(&str, datafusion::sql::sqlparser::tokenizer::Span) -> ControlFlow<B, Option<Expr>>,
{
    type Break = B;

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<B> {
        let Expr::Value(found) = expr else { return ControlFlow::Continue(()) };
        let Value::Placeholder(name) = &found.value else { return ControlFlow::Continue(()) };
        if let Some(value) = (self.replace)(name.trim_start_matches('$'), found.span)? {
            *expr = value;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(sql: &str, parameters: &[(&str, &str)]) -> String {
        let values = parameters.iter().map(|(name, value)| ((*name).to_owned(), Parameter::read(value)));
        let mut statement = dialect::parse(sql).unwrap();
        match prepare(&mut statement, &values.collect()) {
            Ok(()) => statement.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        let kinds = [
            ("2022", "number"),
            ("-1.5", "number"),
            ("2022-05-31", "date"),
            ("2022-13-31", "text"),
            ("'2022'", "text"),
            ("null", "null"),
            ("TRUE", "boolean"),
            ("Jackson Public", "text"),
            ("1e5", "text"),
            ("1.", "text"),
            ("0100", "text"),
            ("0.5", "number"),
            ("", "text"),
        ];
        for (written, kind) in kinds {
            let value = Parameter::read(written);
            assert_eq!(value.kind(), kind, "{written}");
            assert_eq!(Parameter::read(&value.to_string()), value, "{written}");
        }
    }

    #[test]
    fn a_value_is_one_literal_whatever_it_holds() {
        let hostile = "x'; DROP VIEW v; --";
        assert_eq!(
            bound(
                "SELECT $a, $b, -$c FROM f($a, m => $b) WHERE d > $d LIMIT $c",
                &[("a", hostile), ("b", "null"), ("c", "-3"), ("d", "2020-01-02"),]
            ),
            "SELECT 'x''; DROP VIEW v; --', NULL, --3 FROM f('x''; DROP VIEW v; --', m => NULL) \
             WHERE d > DATE '2020-01-02' LIMIT -3"
        );
    }

    #[test]
    fn a_name_without_a_value_is_refused() {
        let error = bound("SELECT $year, $years", &[("year", "2022")]);
        assert!(error.contains("$years has no value"), "{error}");
    }

    #[test]
    fn a_functions_own_parameters_stay() {
        let sql = "CREATE FUNCTION f(BIGINT) RETURNS BIGINT RETURN $1 + 1";
        assert_eq!(bound(sql, &[("1", "7")]), sql);
    }
}
