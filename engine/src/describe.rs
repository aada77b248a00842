//! DESCRIBE: columns with their types as they are written in SQL, not as the engine calls them inside.

use datafusion::error::Result;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{col, lit};

use crate::sql_type::sql_type;

/// What DESCRIBE gives of each column.
const COLUMNS: [&str; 3] = ["column_name", "data_type", "is_nullable"];

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
