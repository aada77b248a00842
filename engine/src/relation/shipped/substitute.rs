//! Puts arguments in the place of a query's parameters, and a version behind its tables.

use std::ops::ControlFlow;

use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Query, TableFactor, TableVersion, TypedString, Value, VisitMut, VisitorMut,
};

use crate::catalog::MAIN;
use crate::relation::version::VersionSpec;

/// Replaces `$name` by its value.
pub(super) fn parameters(query: &mut Query, values: &[(&str, ScalarValue)]) {
    // A visitor that never breaks.
    let _: ControlFlow<()> = query.visit(&mut Parameters { values });
}

/// Reads the lake's tables as they were at a version.
pub(super) fn version(query: &mut Query, version: Option<VersionSpec>, as_of: &Expr) {
    let version = match version {
        Some(VersionSpec::Version(_)) => TableVersion::VersionAsOf(as_of.clone()),
        _ => TableVersion::ForSystemTimeAsOf(as_of.clone()),
    };
    let _: ControlFlow<()> = query.visit(&mut Versions { version });
}

struct Parameters<'a> {
    values: &'a [(&'a str, ScalarValue)],
}

impl VisitorMut for Parameters<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let Expr::Value(found) = expr else { return ControlFlow::Continue(()) };
        let Value::Placeholder(name) = &found.value else { return ControlFlow::Continue(()) };
        let name = name.trim_start_matches('$');
        if let Some((_, value)) = self.values.iter().find(|(known, _)| *known == name) {
            *expr = literal(value);
        }
        ControlFlow::Continue(())
    }
}

/// A value as it is written in SQL.
fn literal(value: &ScalarValue) -> Expr {
    match value {
        ScalarValue::Int32(Some(number)) => Expr::Value(Value::Number(number.to_string(), false).into()),
        ScalarValue::Date32(_) => Expr::TypedString(TypedString {
            data_type: DataType::Date,
            value: Value::SingleQuotedString(value.to_string()).into(),
            uses_odbc_syntax: false,
        }),
        other => Expr::Value(Value::SingleQuotedString(other.to_string()).into()),
    }
}

struct Versions {
    version: TableVersion,
}

impl VisitorMut for Versions {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, version, args: None, .. } = factor
            && name.0.len() == 2
            && name.0.first().and_then(|part| part.as_ident()).is_some_and(|part| part.value == MAIN)
        {
            *version = Some(self.version.clone());
        }
        ControlFlow::Continue(())
    }
}
