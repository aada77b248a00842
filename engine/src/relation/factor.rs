//! Takes every kind of FROM item apart, to the last field, so that a new one in the parser does not compile
//! until somebody has decided what it means here.

use std::ops::ControlFlow;

use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, Spanned, TableAlias, TableFactor, TableFunctionArgs, TableSampleKind, visit_expressions,
};

use super::refusal::{refuse, refuse_if};

/// Refuses a FROM item, or a part of one, that `DataFusion` does not run as it is written.
#[expect(clippy::too_many_lines, reason = "one arm for each kind of FROM item, with all its fields")]
pub(super) fn check(factor: &TableFactor) -> Result<()> {
    match factor {
        TableFactor::Table {
            name,
            alias,
            args,
            with_hints,
            version,
            with_ordinality,
            partitions,
            json_path,
            sample,
            index_hints,
        } => {
            let span = name.span();
            check_alias(alias.as_ref())?;
            refuse_if(!with_hints.is_empty(), "WITH (..) hints", "leave them out", span)?;
            refuse_if(!index_hints.is_empty(), "index hints", "leave them out: there are no indexes", span)?;
            refuse_if(*with_ordinality, "WITH ORDINALITY", "number the rows with row_number()", span)?;
            refuse_if(!partitions.is_empty(), "PARTITION (..)", "filter with WHERE", span)?;
            refuse_if(json_path.is_some(), "a path after a table's name", "use get_field in SELECT", span)?;
            check_sample(sample.as_ref(), name)?;
            match (args, version) {
                (Some(_), Some(_)) => refuse("AS OF after a table function", "name a lake table", span),
                (Some(call), None) => check_call(name, call),
                (None, _) => Ok(()),
            }
        }
        TableFactor::Derived { lateral, subquery, alias, sample } => {
            check_alias(alias.as_ref())?;
            if *lateral {
                // A HAVING in it would be forgotten.
                return refuse(
                    "LATERAL before a sub-query",
                    "write a join, or a window function",
                    subquery.span(),
                );
            }
            check_sample(sample.as_ref(), subquery.as_ref())
        }
        TableFactor::NestedJoin { table_with_joins, alias } => {
            check_alias(alias.as_ref())?;
            match alias {
                Some(alias) if alias.columns.is_empty() => refuse(
                    &format!("the alias {} of a join in parentheses", alias.name),
                    "both sides may have a column of the same name: name every column, as in AS j (a, b)",
                    table_with_joins.span(),
                ),
                _ => Ok(()),
            }
        }
        TableFactor::UNNEST { alias, array_exprs, with_offset, with_offset_alias, with_ordinality } => {
            check_alias(alias.as_ref())?;
            let numbered = *with_offset || with_offset_alias.is_some() || *with_ordinality;
            if numbered {
                let instead = "number the values with row_number()";
                return refuse("UNNEST with OFFSET or ORDINALITY", instead, factor.span());
            }
            if array_exprs.iter().any(names_a_column) {
                let instead = "write SELECT unnest(the_list) FROM the_table";
                return refuse("UNNEST of another table's column in FROM", instead, factor.span());
            }
            Ok(())
        }
        TableFactor::Function { lateral: _, name, args: _, with_ordinality: _, alias: _ } => refuse(
            "LATERAL before a table function",
            "call the function without it, with constant arguments",
            name.span(),
        ),
        TableFactor::TableFunction { expr, alias: _ } => {
            refuse("TABLE (..)", "call the table function by its name", expr.span())
        }
        TableFactor::JsonTable { json_expr, json_path: _, columns: _, alias: _ } => {
            refuse("JSON_TABLE", CONVERT_FIRST, json_expr.span())
        }
        TableFactor::OpenJsonTable { json_expr, json_path: _, columns: _, alias: _ } => {
            refuse("OPENJSON", CONVERT_FIRST, json_expr.span())
        }
        TableFactor::XmlTable { namespaces: _, row_expression, passing: _, columns: _, alias: _ } => {
            refuse("XMLTABLE", CONVERT_FIRST, row_expression.span())
        }
        TableFactor::Pivot {
            table,
            aggregate_functions: _,
            value_column: _,
            value_source: _,
            default_on_null: _,
            alias: _,
        } => refuse(
            "PIVOT",
            "write one aggregate per column, as in sum(x) FILTER (WHERE year = 2024)",
            table.span(),
        ),
        TableFactor::Unpivot { table, value: _, name: _, columns: _, null_inclusion: _, alias: _ } => {
            refuse("UNPIVOT", "write one SELECT per column, with UNION ALL", table.span())
        }
        TableFactor::MatchRecognize {
            table,
            partition_by: _,
            order_by: _,
            measures: _,
            rows_per_match: _,
            after_match_skip: _,
            pattern: _,
            symbols: _,
            alias: _,
        } => refuse("MATCH_RECOGNIZE", "write a window function", table.span()),
        TableFactor::SemanticView {
            name,
            dimensions: _,
            metrics: _,
            facts: _,
            where_clause: _,
            alias: _,
        } => refuse("SEMANTIC_VIEW", "write SELECT with GROUP BY", name.span()),
    }
}

const CONVERT_FIRST: &str = "turn the document into a CSV or Parquet file and read that";

pub(super) fn check_alias(alias: Option<&TableAlias>) -> Result<()> {
    let Some(alias) = alias else { return Ok(()) };
    let TableAlias { explicit: _, name, columns, at } = alias;
    refuse_if(at.is_some(), "AT after an alias", "leave it out", name.span)?;
    match columns.iter().find(|column| column.data_type.is_some()) {
        None => Ok(()),
        Some(column) => refuse(
            &format!("the type of {} in the alias", column.name),
            "name the column only, and CAST it in SELECT",
            column.name.span,
        ),
    }
}

fn check_call(name: &ObjectName, call: &TableFunctionArgs) -> Result<()> {
    let TableFunctionArgs { args: _, settings } = call;
    let instead = "use named arguments, as in delimiter => ';'";
    refuse_if(settings.is_some(), "SETTINGS in a table function", instead, name.span())?;
    // Only the first part would be looked at.
    refuse_if(
        name.0.len() != 1,
        &format!("the table function name {name}"),
        "functions have no schema: write the last part alone",
        name.span(),
    )
}

fn check_sample(sample: Option<&TableSampleKind>, sampled: &impl Spanned) -> Result<()> {
    match sample {
        None => Ok(()),
        Some(_) => refuse(
            "TABLESAMPLE",
            "filter with WHERE, as in person_id % 100 = 0, which gives the same rows every time",
            sampled.span(),
        ),
    }
}

fn names_a_column(expr: &Expr) -> bool {
    visit_expressions(expr, |part| match part {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}
