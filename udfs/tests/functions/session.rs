//! Sessions for the tests: the functions, the built-in definitions, and nothing else.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use lifetracks_datasets::Definitions;

/// A session with our functions.
pub(crate) fn session(config: SessionConfig) -> Result<SessionContext> {
    let config = config.with_information_schema(true);
    let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
    let context = SessionContext::new_with_state(state);
    lifetracks_udfs::register(&context, &Arc::new(Definitions::builtin()))?;
    Ok(context)
}

/// The result of one statement.
pub(crate) async fn run(context: &SessionContext, statement: &str) -> Result<Vec<RecordBatch>> {
    let plan = context.state().create_logical_plan(statement).await?;
    context.execute_logical_plan(plan).await?.collect().await
}
