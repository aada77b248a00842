//! DESCRIBE: columns with their types as they are written in SQL, not as the engine calls them inside.

use std::sync::Arc;

use datafusion::common::DFSchema;
use datafusion::error::Result;
use datafusion::logical_expr::{DescribeTable, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{col, lit};
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{DescribeAlias, Statement};

use crate::heading;
use crate::sql_type::sql_type;

/// What DESCRIBE gives of each column.
const COLUMNS: [&str; 3] = ["column_name", "data_type", "is_nullable"];

/// The query that a statement describes; `None` where it does another thing.
pub(crate) fn query_of(statement: &Parsed) -> Option<Parsed> {
    let Parsed::Statement(statement) = statement else { return None };
    match statement.as_ref() {
        Statement::Explain {
            describe_alias: DescribeAlias::Describe | DescribeAlias::Desc,
            statement,
            ..
        } if matches!(statement.as_ref(), Statement::Query(_)) => Some(Parsed::Statement(statement.clone())),
        _ => None,
    }
}

/// A plan that describes what a query gives, with the names that its result has.
pub(crate) fn of_query(query: &LogicalPlan) -> Result<LogicalPlan> {
    let schema = heading::in_sql(query.schema().as_arrow(), query);
    let output_schema = Arc::new(DFSchema::try_from(LogicalPlan::describe_schema())?);
    Ok(LogicalPlan::DescribeTable(DescribeTable { schema, output_schema }))
}

/// A plan that describes, as the rows that it gives; any other plan as it is.
pub(crate) fn with_sql_types(plan: LogicalPlan) -> Result<LogicalPlan> {
    let LogicalPlan::DescribeTable(described) = &plan else {
        return Ok(plan);
    };
    let fields = described.schema.fields().iter();
    let rows: Vec<_> = fields
        .map(|field| {
            let nullable = if field.is_nullable() { "YES" } else { "NO" };
            vec![lit(field.name().as_str()), lit(sql_type(field.data_type())), lit(nullable)]
        })
        .collect();
    if rows.is_empty() {
        return Ok(plan);
    }
    let columns = (1..).zip(COLUMNS).map(|(number, name)| col(format!("column{number}")).alias(name));
    LogicalPlanBuilder::values(rows)?.project(columns)?.build()
}
