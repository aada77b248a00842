//! Shipped relations: their query is planned in the place of their name, with the arguments in the place of its
//! parameters.

mod bare;
mod substitute;

use std::sync::Arc;

use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{EmptyRelation, LogicalPlan};
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{FunctionArg, Statement, TableFactor};
use datafusion::sql::sqlparser::tokenizer::Span;
use lifetracks_datasets::{Definitions, ParameterKind, Relation, RelationParameter};
use lifetracks_udfs::LifetracksOptions;

use super::call::{Call, Signature, of_kind, usage, wrong};
use super::inputs::{bounds, not_there, scanned_schema};
use super::refusal::located;
use super::version::VersionedTables;
use super::{panel, students};
use crate::dialect;
use crate::error::{Error, ErrorKind};

pub(crate) use bare::{call_bare_relations, names_in_with};
use substitute::Tables;

/// The schema, in a shipped query, of tables that are not there.
pub(super) const EMPTY: &str = "lifetracks: not loaded";

/// Plans a shipped relation; `None` when there is none of this name.
pub(super) fn plan(
    (name, span): (&str, Span),
    arguments: &[FunctionArg],
    (tables, definitions): (&dyn VersionedTables, &Definitions),
    context: &mut dyn RelationPlannerContext,
) -> Result<Option<LogicalPlan>> {
    let Some(relation) = definitions.relation(name) else {
        return Ok(None);
    };
    let kinds: Vec<(&str, ParameterKind)> =
        relation.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.kind)).collect();
    let signature =
        Signature { function: name, example: &relation.example, parameters: &kinds, positions: kinds.len() };
    let call = Call::parse(signature, span, arguments, context)?;
    let mut values: Vec<(&str, ScalarValue)> = Vec::new();
    for parameter in &relation.parameters {
        let value = value(relation, parameter, &call, &values, context)?;
        let value =
            value.ok_or_else(|| usage(signature, format!("{name} needs {}", parameter.name), span))?;
        allowed(relation, parameter, &value).map_err(|error| located(error, span))?;
        values.push((&parameter.name, value));
    }
    check_tables(relation, &call, tables)?;
    check_span(relation, &values, &call, tables)?;
    let mut missing = Vec::new();
    for table in &relation.optional {
        if tables.main(table, call.version)?.is_none() {
            missing.push(table.as_str());
        }
    }
    let written = Written { of: name, text: &relation.sql, values: &values, missing: &missing };
    planned(&written, &call, definitions, context).map(Some)
}

/// A query of a data file.
pub(super) struct Written<'a> {
    /// What it belongs to, for an error.
    pub(super) of: &'a str,
    pub(super) text: &'a str,
    pub(super) values: &'a [(&'a str, ScalarValue)],
    /// Tables that it can do without and that are not there.
    pub(super) missing: &'a [&'a str],
}

/// Plans a query of a data file: with its parameters, and at the version that the call asks for.
pub(super) fn planned(
    written: &Written<'_>,
    call: &Call,
    definitions: &Definitions,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let mut query = query(written)?;
    substitute::parameters(&mut query, written.values);
    let is_versioned = |name: &str| {
        definitions.relation(name).is_some() || students::is_function(name) || panel::is_function(name)
    };
    let version = call.version.zip(call.as_of.as_ref());
    let tables = Tables { version, missing: written.missing, is_versioned: &is_versioned };
    substitute::tables(&mut query, &tables);
    let derived = TableFactor::Derived { lateral: false, subquery: query, alias: None, sample: None };
    context.plan(derived)
}

/// The value of a parameter: from the call, from the session, or the default.
fn value(
    relation: &Relation,
    parameter: &RelationParameter,
    call: &Call,
    earlier: &[(&str, ScalarValue)],
    context: &dyn RelationPlannerContext,
) -> Result<Option<ScalarValue>> {
    if let Some(value) = call.value(&parameter.name) {
        return Ok(Some(value.clone()));
    }
    if let Some(setting) = &parameter.setting {
        let options = context.context_provider().options();
        let text = options.extensions.get::<LifetracksOptions>().and_then(|options| options.text(setting));
        return Ok(text.map(ScalarValue::from));
    }
    let Some(default) = &parameter.default else {
        return Ok(None);
    };
    if let Some(name) = default.strip_prefix('$') {
        return Ok(earlier.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()));
    }
    let value = of_kind(ScalarValue::from(default.as_str()), parameter.kind);
    value.map(Some).ok_or_else(|| {
        let message = format!("the default of {} of {} is of another type", parameter.name, relation.name);
        crate::catalog::external(Error::new(ErrorKind::Internal, message))
    })
}

fn allowed(relation: &Relation, parameter: &RelationParameter, value: &ScalarValue) -> crate::Result<()> {
    let ScalarValue::Utf8(Some(text)) = value else { return Ok(()) };
    if parameter.values.is_empty() || parameter.values.contains(text) {
        return Ok(());
    }
    let near = lifetracks_datasets::closest_name(text, parameter.values.iter().map(String::as_str));
    let list = parameter.values.join(", ");
    let help = near.map_or_else(
        || format!("it is one of {list}"),
        |near| format!("did you mean '{near}'? It is one of {list}"),
    );
    Err(wrong(format!("'{text}' is no {} of {}", parameter.name, relation.name)).with_help(help))
}

/// Every table that the relation cannot do without must be there.
fn check_tables(relation: &Relation, call: &Call, tables: &dyn VersionedTables) -> Result<()> {
    for table in &relation.tables {
        if tables.main(table, call.version)?.is_none() {
            let error = not_there(&relation.name, table, call.version);
            return Err(located(error, call.span));
        }
    }
    Ok(())
}

/// The years that are asked for must be loaded, where the table knows its years.
fn check_span(
    relation: &Relation,
    values: &[(&str, ScalarValue)],
    call: &Call,
    tables: &dyn VersionedTables,
) -> Result<()> {
    let Some(span) = &relation.span else { return Ok(()) };
    let year = |name: &str| {
        values.iter().find(|(known, _)| *known == name).and_then(|(_, value)| match value {
            ScalarValue::Int32(year) => *year,
            _ => None,
        })
    };
    let loaded = tables.main(&span.table, call.version)?;
    let loaded = loaded.and_then(|table| bounds(table.as_ref(), &span.column, span.closes));
    let (Some(first), Some(last), Some(loaded)) = (year(&span.first), year(&span.last), loaded) else {
        return Ok(());
    };
    let (earliest, latest) = (loaded.0 + span.before, loaded.1 - span.after);
    let table = &span.table;
    let message = if last < first {
        format!("{} is asked for {first} to {last}, and {last} comes first", relation.name)
    } else if first < earliest || last > latest {
        let wanted = if first == last { first.to_string() } else { format!("{first} to {last}") };
        let more = match (span.before > 0 && first < earliest, span.after > 0 && last > latest) {
            (true, _) => ", and the years before are needed too",
            (_, true) => ", and the years after are needed too",
            _ => "",
        };
        format!(
            "{} has no answer for {wanted}: {table} is loaded from {} to {}{more}",
            relation.name, loaded.0, loaded.1
        )
    } else {
        return Ok(());
    };
    let help = if earliest <= latest {
        format!("ask for years from {earliest} to {latest}")
    } else {
        "load more years".to_owned()
    };
    Err(located(wrong(message).with_help(help), call.span))
}

/// A query, parsed.
fn query(written: &Written<'_>) -> Result<Box<datafusion::sql::sqlparser::ast::Query>> {
    let Parsed::Statement(statement) = dialect::parse(written.text)? else {
        return not_a_query(written);
    };
    match *statement {
        Statement::Query(query) => Ok(query),
        _ => not_a_query(written),
    }
}

fn not_a_query<T>(written: &Written<'_>) -> Result<T> {
    let message = format!("the sql of {} is no query", written.of);
    Err(crate::catalog::external(Error::new(ErrorKind::Query, message)))
}

/// A table that a shipped relation can do without and that is not loaded: without rows, under its own name.
pub(super) fn empty(definitions: &Definitions, name: &str) -> Result<Option<LogicalPlan>> {
    let Some(table) = definitions.table(name) else {
        return Ok(None);
    };
    let schema = DFSchema::try_from_qualified_schema(name, &scanned_schema(table))?;
    let empty = EmptyRelation { produce_one_row: false, schema: Arc::new(schema) };
    Ok(Some(LogicalPlan::EmptyRelation(empty)))
}
