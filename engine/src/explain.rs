//! A statement's plan without running it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::error::{Error, ErrorKind, Result};
use crate::progress::Progress;
use crate::run::{Outcome, Run, Runner};

impl Runner {
    /// Plans one statement on `runtime`; the only outcome is a plan that stands still.
    pub(crate) fn start_explaining(self, text: String, runtime: &Handle, cancelled: Arc<AtomicBool>) -> Run {
        let (sender, outcomes) = mpsc::channel(1);
        let tables = Arc::clone(&self.tables);
        let task = runtime.spawn(async move {
            let planned = self.planned(&text).await.map(Outcome::Running);
            // Nobody listens any more when the run was dropped.
            drop(sender.send(planned).await);
        });
        Run::new(outcomes, task.abort_handle(), cancelled, tables)
    }

    async fn planned(&self, text: &str) -> Result<Progress> {
        Ok(Progress::new(self.operators(text).await?, self.context.runtime_env()))
    }

    /// The operators that one query would run.
    async fn operators(&self, text: &str) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = self.plan(text).await?;
        self.tables.note(&plan);
        if matches!(plan, LogicalPlan::Ddl(_) | LogicalPlan::Statement(_) | LogicalPlan::Dml(_)) {
            return Err(Error::new(ErrorKind::Usage, "only a query has a plan"));
        }
        let state = self.context.state();
        match state.create_physical_plan(&plan).await {
            Ok(operators) => Ok(operators),
            Err(error) => Err(crate::damage::explain(error, text, &plan).await),
        }
    }
}

#[cfg(test)]
mod tests;
