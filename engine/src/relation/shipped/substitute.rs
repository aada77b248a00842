//! Puts arguments in the place of a query's parameters, and a version behind its tables.

use std::ops::ControlFlow;

use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, Ident, ObjectName, Query, TableFactor,
    TableFunctionArgs, TableVersion, Value, VisitMut, VisitorMut,
};

use super::EMPTY;
use crate::catalog::MAIN;
use crate::parameters::{bind, typed_date};
use crate::relation::call::AS_OF;
use crate::relation::version::VersionSpec;

/// Replaces `$name` by its value.
pub(super) fn parameters(query: &mut Query, values: &[(&str, ScalarValue)]) {
    bind(query, &|name| values.iter().find(|(known, _)| *known == name).map(|(_, value)| literal(value)));
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

/// A value as it is written in SQL.
fn literal(value: &ScalarValue) -> Expr {
    match value {
        ScalarValue::Int32(Some(number)) => Expr::Value(Value::Number(number.to_string(), false).into()),
        ScalarValue::Date32(_) => typed_date(value.to_string()),
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
