//! Statements that change the session and give no rows: views, tables and functions of its own, settings.

use datafusion::common::TableReference;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{DdlStatement, DropFunction, LogicalPlan, Statement};

use crate::run::Runner;

impl Runner {
    /// Carries out a statement that changes the session and gives no rows; `None` for any other.
    pub(crate) async fn define(&self, plan: &LogicalPlan) -> Result<Option<String>, DataFusionError> {
        if let LogicalPlan::Ddl(ddl) = plan
            && let Some(sentence) = self.nothing_to_do(ddl)
        {
            return Ok(Some(sentence));
        }
        let sentence = match plan {
            LogicalPlan::Ddl(DdlStatement::CreateView(view)) => {
                format!("View {} created for this session.", view.name)
            }
            LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(table)) => {
                format!("Table {} created for this session.", table.name)
            }
            LogicalPlan::Ddl(DdlStatement::DropView(view)) => format!("View {} dropped.", view.name),
            LogicalPlan::Ddl(DdlStatement::DropTable(table)) => format!("Table {} dropped.", table.name),
            LogicalPlan::Ddl(DdlStatement::CreateFunction(function)) => {
                format!("Function {} created for this session.", function.name.to_lowercase())
            }
            LogicalPlan::Ddl(DdlStatement::DropFunction(function)) => {
                return self.drop_function(function).map(Some);
            }
            LogicalPlan::Statement(Statement::SetVariable(variable)) => {
                format!("{} is set.", variable.variable)
            }
            LogicalPlan::Statement(Statement::ResetVariable(variable)) => {
                format!("{} is reset.", variable.variable)
            }
            _ => return Ok(None),
        };
        self.context.execute_logical_plan(plan.clone()).await?;
        Ok(Some(sentence))
    }

    /// What there is to say of IF EXISTS and IF NOT EXISTS where nothing is to be changed; `None` where something is.
    fn nothing_to_do(&self, ddl: &DdlStatement) -> Option<String> {
        let is_there = |name: &TableReference| self.main.is_of_the_session(name.table());
        match ddl {
            DdlStatement::CreateMemoryTable(table)
                if table.if_not_exists && !table.or_replace && is_there(&table.name) =>
            {
                Some(format!("{} is there already, and stays as it is.", table.name))
            }
            DdlStatement::DropView(view) if !is_there(&view.name) => {
                Some(format!("There is no view {} of this session.", view.name))
            }
            DdlStatement::DropTable(table) if !is_there(&table.name) => {
                Some(format!("There is no table {} of this session.", table.name))
            }
            _ => None,
        }
    }

    /// Drops a function that the session has made; those of the program stay.
    fn drop_function(&self, function: &DropFunction) -> Result<String, DataFusionError> {
        let name = function.name.to_lowercase();
        let macros = self.main.macros();
        macros.check_drop(&name, function.if_exists)?;
        if !macros.has(&name) {
            return Ok(format!("There is no function {name} of this session."));
        }
        self.context.deregister_udf(&name);
        macros.forget(&name);
        Ok(format!("Function {name} dropped."))
    }
}
