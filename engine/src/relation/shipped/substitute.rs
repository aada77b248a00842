//! Puts arguments in the place of a query's parameters, and a version behind its tables.

use std::ops::ControlFlow;

use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, Ident, ObjectName, Query, TableFactor,
    TableFunctionArgs, TableVersion, TypedString, Value, VisitMut, VisitorMut,
};

use super::EMPTY;
use crate::catalog::MAIN;
use crate::relation::call::AS_OF;
use crate::relation::version::VersionSpec;

/// Replaces `$name` by its value.
pub(super) fn parameters(query: &mut Query, values: &[(&str, ScalarValue)]) {
    // A visitor that never breaks.
    let _: ControlFlow<()> = query.visit(&mut Parameters { values });
}

/// What is written behind or in the place of the tables of a shipped query.
pub(super) struct Tables<'a> {
    /// The version that is asked for, and how the call wrote it.
    pub(super) version: Option<(VersionSpec, &'a Expr)>,
    /// Tables that are not there in that version; they are read as empty ones.
    pub(super) missing: &'a [&'a str],
    /// Whether a function in FROM takes a version.
    pub(super) is_versioned: &'a dyn Fn(&str) -> bool,
}

/// Reads the lake's tables, and what other functions make of them, as they were at a version; and those that are not
/// there as empty ones.
pub(super) fn tables(query: &mut Query, tables: &Tables<'_>) {
    let _: ControlFlow<()> = query.visit(&mut Versions { tables });
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

struct Versions<'a> {
    tables: &'a Tables<'a>,
}

impl Versions<'_> {
    /// `main.x` of the query: marked as empty, or with its version.
    fn table(&self, name: &mut ObjectName, version: &mut Option<TableVersion>) {
        let parts: Vec<&Ident> = name.0.iter().filter_map(|part| part.as_ident()).collect();
        let [schema, table] = parts[..] else { return };
        if schema.value != MAIN {
            return;
        }
        if self.tables.missing.contains(&table.value.as_str()) {
            *name = ObjectName::from(vec![Ident::with_quote('"', EMPTY), table.clone()]);
            return;
        }
        *version = self.tables.version.map(|(spec, written)| match spec {
            VersionSpec::Version(_) => TableVersion::VersionAsOf(written.clone()),
            VersionSpec::Timestamp(_) => TableVersion::ForSystemTimeAsOf(written.clone()),
        });
    }

    /// A call inside the query takes the version over.
    fn call(&self, name: &ObjectName, call: &mut TableFunctionArgs) {
        let Some((_, written)) = self.tables.version else { return };
        let Some(ident) = name.0.last().and_then(|part| part.as_ident()) else { return };
        if (self.tables.is_versioned)(&ident.value) {
            call.args.push(FunctionArg::Named {
                name: Ident::new(AS_OF),
                arg: FunctionArgExpr::Expr(written.clone()),
                operator: FunctionArgOperator::RightArrow,
            });
        }
    }
}

impl VisitorMut for Versions<'_> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, version, args, .. } = factor {
            match args {
                None => self.table(name, version),
                Some(call) => self.call(name, call),
            }
        }
        ControlFlow::Continue(())
    }
}
