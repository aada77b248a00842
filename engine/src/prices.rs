//! Gives `real_dollars` the price index of the lake's present version, for a statement that calls it.

use std::ops::ControlFlow;

use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::SchemaProvider;
use datafusion::error::Result;
use datafusion::logical_expr::{LogicalPlanBuilder, cast, col};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Expr, visit_expressions};
use lifetracks_udfs::{Prices, real_dollars};

use crate::dialect;
use crate::run::Runner;

const FUNCTION: &str = "real_dollars";

/// What a panel's definition calls the price index.
const REFERENCE: &str = "prices";

/// Reads the price index when a statement needs it.
pub(crate) async fn prepare(statement: &Statement, runner: &Runner) -> Result<()> {
    if !calls(statement) {
        return Ok(());
    }
    runner.context.register_udf(real_dollars(read(runner).await?));
    Ok(())
}

fn calls(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => visit_expressions(statement.as_ref(), |expr| match expr {
            Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case(FUNCTION) => {
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        })
        .is_break(),
        Statement::Explain(explain) => calls(&explain.statement),
        _ => false,
    }
}

/// The index by the query of the panels' definitions; `None` where its table is not loaded.
async fn read(runner: &Runner) -> Result<Option<Prices>> {
    let reference = runner.definitions.panels().iter().find_map(|panel| panel.reference(REFERENCE));
    let Some(reference) = reference else { return Ok(None) };
    if runner.main.table(&reference.table).await?.is_none() {
        return Ok(None);
    }
    let state = runner.context.state();
    let plan = state.statement_to_plan(dialect::parse(&reference.sql)?).await?;
    let number = |name: &str| cast(col(name), DataType::Int32).alias(name);
    let columns = [number("year"), number("month"), col("value")];
    let plan = LogicalPlanBuilder::from(plan).project(columns)?.build()?;
    let batches = runner.context.execute_logical_plan(plan).await?.collect().await?;
    let mut prices = Prices::default();
    batches.iter().try_for_each(|batch| prices.batch(batch))?;
    Ok(Some(prices))
}
