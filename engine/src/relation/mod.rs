//! What may stand in FROM.
//!
//! `DataFusion` reads more SQL than it runs, and drops some of what it does not run without a word. Three
//! gates close that: [`refuse_ignored`] looks at a parsed statement, [`planner`] at every item of FROM while
//! it is planned, and [`refuse_misplanned`] at the plan.

mod constant;
mod expression;
mod ignored;
mod join;
mod misplanned;
mod query;
mod refusal;
mod select;
mod version;

use std::sync::Arc;

use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::error::Result;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, JsonPath, ObjectName, Spanned, TableAlias, TableFactor, TableFunctionArgs, TableIndexHints,
    TableSampleKind, TableVersion, visit_expressions,
};
use datafusion::sql::sqlparser::tokenizer::Span;

pub(crate) use constant::constant;
pub(crate) use ignored::refuse_ignored;
pub(crate) use misplanned::refuse_misplanned;
pub(crate) use version::{VersionSpec, VersionedTables};

use crate::read::{self, AllowedFolders};
use refusal::{refuse, refuse_if};

/// The planner of every item of FROM. It must be registered last: `DataFusion` asks the planner that was
/// registered last first, and this one passes on what it does not refuse.
pub(crate) fn planner(
    versions: Arc<dyn VersionedTables>,
    folders: Arc<AllowedFolders>,
) -> Arc<dyn RelationPlanner> {
    Arc::new(FailClosed { versions, folders })
}

/// Takes every kind of FROM item apart, to the last field, so that a new one in the parser does not
/// compile until somebody has decided what it means here.
#[derive(Debug)]
struct FailClosed {
    versions: Arc<dyn VersionedTables>,
    folders: Arc<AllowedFolders>,
}

impl RelationPlanner for FailClosed {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let planned = match &relation {
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
                check_alias(alias.as_ref())?;
                check_table(
                    name,
                    with_hints,
                    *with_ordinality,
                    partitions,
                    json_path.as_ref(),
                    sample.as_ref(),
                    index_hints,
                )?;
                match (args, version) {
                    (None, None) => None,
                    (None, Some(version)) => Some(self.version(name, version, context)?),
                    (Some(args), None) => self.function(name, args, context)?,
                    (Some(_), Some(_)) => {
                        return refuse("AS OF after a table function", "name a lake table", name.span());
                    }
                }
                .map(|plan| PlannedRelation::new(plan, alias.clone()))
            }
            TableFactor::Derived { lateral, subquery, alias, sample } => {
                check_alias(alias.as_ref())?;
                refuse_if(
                    *lateral,
                    "LATERAL before a sub-query",
                    "write a join, or a window function",
                    subquery.span(),
                )?;
                check_sample(sample.as_ref(), subquery.span())?;
                None
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                check_alias(alias.as_ref())?;
                if let Some(alias) = alias {
                    refuse_if(
                        alias.columns.is_empty(),
                        &format!("the alias {} of a join in parentheses", alias.name),
                        "columns of both sides can have the same name: name every column, as in AS j (a, b), or use a sub-query",
                        table_with_joins.span(),
                    )?;
                }
                None
            }
            TableFactor::UNNEST { alias, array_exprs, with_offset, with_offset_alias, with_ordinality } => {
                check_alias(alias.as_ref())?;
                let span = relation.span();
                refuse_if(
                    *with_offset || with_offset_alias.is_some() || *with_ordinality,
                    "UNNEST with OFFSET or ORDINALITY",
                    "number the values with row_number()",
                    span,
                )?;
                refuse_if(
                    array_exprs.iter().any(names_a_column),
                    "UNNEST of another table's column in FROM",
                    "write SELECT unnest(the_list) FROM the_table",
                    span,
                )?;
                None
            }
            TableFactor::Function { lateral: _, name, args: _, with_ordinality: _, alias: _ } => {
                return refuse(
                    "LATERAL before a table function",
                    "call the function without it, with constant arguments",
                    name.span(),
                );
            }
            TableFactor::TableFunction { expr, alias: _ } => {
                return refuse("TABLE (..)", "call the table function by its name", expr.span());
            }
            TableFactor::JsonTable { json_expr, json_path: _, columns: _, alias: _ } => {
                return refuse("JSON_TABLE", CONVERT_FIRST, json_expr.span());
            }
            TableFactor::OpenJsonTable { json_expr, json_path: _, columns: _, alias: _ } => {
                return refuse("OPENJSON", CONVERT_FIRST, json_expr.span());
            }
            TableFactor::XmlTable { namespaces: _, row_expression, passing: _, columns: _, alias: _ } => {
                return refuse("XMLTABLE", CONVERT_FIRST, row_expression.span());
            }
            TableFactor::Pivot {
                table,
                aggregate_functions: _,
                value_column: _,
                value_source: _,
                default_on_null: _,
                alias: _,
            } => {
                return refuse(
                    "PIVOT",
                    "write one aggregate per column, as in sum(x) FILTER (WHERE year = 2024)",
                    table.span(),
                );
            }
            TableFactor::Unpivot { table, value: _, name: _, columns: _, null_inclusion: _, alias: _ } => {
                return refuse("UNPIVOT", "write one SELECT per column, with UNION ALL", table.span());
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
            } => {
                return refuse(
                    "MATCH_RECOGNIZE",
                    "use window_funnel, sequence_match or a window function",
                    table.span(),
                );
            }
            TableFactor::SemanticView {
                name,
                dimensions: _,
                metrics: _,
                facts: _,
                where_clause: _,
                alias: _,
            } => {
                return refuse("SEMANTIC_VIEW", "write SELECT with GROUP BY", name.span());
            }
        };
        Ok(match planned {
            Some(planned) => RelationPlanning::Planned(Box::new(planned)),
            None => RelationPlanning::Original(Box::new(relation)),
        })
    }
}

const CONVERT_FIRST: &str = "turn the document into a CSV or Parquet file and read that";

impl FailClosed {
    /// A lake table as it was.
    fn version(
        &self,
        name: &ObjectName,
        version: &TableVersion,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<LogicalPlan> {
        let table = context.object_name_to_table_reference(name.clone())?;
        let spec = version::spec(version, name.span(), context)?;
        let Some(provider) = self.versions.at_version(&table, spec)? else {
            return refuse(
                &format!("AS OF for {table}, which is not a table of the lake,"),
                "only lake tables have versions",
                name.span(),
            );
        };
        LogicalPlanBuilder::scan(table, provider_as_source(provider), None)?.build()
    }

    /// One of our own functions that read files; any other function is left to the planners after us.
    fn function(
        &self,
        name: &ObjectName,
        call: &TableFunctionArgs,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<Option<LogicalPlan>> {
        let TableFunctionArgs { args, settings } = call;
        refuse_if(
            settings.is_some(),
            "SETTINGS in a table function",
            "use named arguments, as in delimiter => ';'",
            name.span(),
        )?;
        let [part] = name.0.as_slice() else {
            return refuse(
                &format!("the table function name {name}"),
                "functions have no schema: write the last part alone",
                name.span(),
            );
        };
        let Some(ident) = part.as_ident() else {
            return Ok(None);
        };
        let function = context.normalize_ident(ident.clone());
        read::plan(&function, args, &self.folders, context)
    }
}

fn check_alias(alias: Option<&TableAlias>) -> Result<()> {
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

fn check_table(
    name: &ObjectName,
    with_hints: &[Expr],
    with_ordinality: bool,
    partitions: &[Ident],
    json_path: Option<&JsonPath>,
    sample: Option<&TableSampleKind>,
    index_hints: &[TableIndexHints],
) -> Result<()> {
    let span = name.span();
    refuse_if(!with_hints.is_empty(), "WITH (..) hints", "leave them out", span)?;
    refuse_if(!index_hints.is_empty(), "index hints", "leave them out: there are no indexes", span)?;
    refuse_if(with_ordinality, "WITH ORDINALITY", "number the rows with row_number()", span)?;
    refuse_if(!partitions.is_empty(), "PARTITION (..)", "filter with WHERE", span)?;
    refuse_if(json_path.is_some(), "a path after a table's name", "use get_field in SELECT", span)?;
    check_sample(sample, span)
}

fn check_sample(sample: Option<&TableSampleKind>, span: Span) -> Result<()> {
    refuse_if(
        sample.is_some(),
        "TABLESAMPLE",
        "filter with WHERE, as in person_id % 100 = 0, which also gives the same rows every time",
        span,
    )
}

fn names_a_column(expr: &Expr) -> bool {
    visit_expressions(expr, |part| match part {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => std::ops::ControlFlow::Break(()),
        _ => std::ops::ControlFlow::Continue(()),
    })
    .is_break()
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
