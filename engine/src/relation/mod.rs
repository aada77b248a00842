//! What may stand in FROM.
//!
//! `DataFusion` reads more SQL than it runs, and drops some of what it does not run without a word. Three
//! gates close that: [`refuse_ignored`] looks at a parsed statement, [`planner`] at every item of FROM while
//! it is planned, and [`refuse_misplanned`] at the plan.

mod asof;
mod call;
mod cohorts;
mod constant;
mod expression;
mod factor;
mod ignored;
mod inputs;
mod join;
mod logs;
mod misplanned;
mod panel;
mod query;
mod refusal;
mod scalar;
mod select;
mod shipped;
mod students;
mod version;

use std::sync::Arc;

use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::error::Result;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{FunctionArg, ObjectName, Spanned, TableFactor, TableVersion};
use lifetracks_datasets::Definitions;

pub(crate) use cohorts::live_cohort;
pub(crate) use constant::constant;
pub(crate) use ignored::refuse_ignored;
pub(crate) use misplanned::refuse_misplanned;
pub(crate) use panel::notices as panel_notices;
pub(crate) use refusal::located;
pub(crate) use scalar::refuse_scalar_clauses;
pub(crate) use shipped::{call_bare_relations, names_in_with};
pub(crate) use version::{VersionSpec, VersionedTables};

use crate::logs::Logs;
use crate::read::{self, AllowedFolders};
use refusal::refuse;

/// Whether FROM knows a function of this name.
pub(crate) fn is_function(name: &str, definitions: &Definitions) -> bool {
    students::is_function(name)
        || cohorts::is_function(name)
        || panel::is_function(name)
        || crate::logs::is_function(name)
        || read::is_function(name)
        || definitions.relation(name).is_some()
}

/// The planner of every item of FROM. It must be registered last: `DataFusion` asks the planner that was
/// registered last first, and this one passes on what it does not refuse.
pub(crate) fn planner(
    versions: Arc<dyn VersionedTables>,
    folders: Arc<AllowedFolders>,
    definitions: Arc<Definitions>,
    logs: Logs,
) -> Arc<dyn RelationPlanner> {
    Arc::new(FailClosed { versions, folders, definitions, logs })
}

/// Refuses what is not run as written, plans `AS OF`, `ASOF JOIN`, the functions about students and those that read files,
/// and leaves the rest.
#[derive(Debug)]
struct FailClosed {
    versions: Arc<dyn VersionedTables>,
    folders: Arc<AllowedFolders>,
    definitions: Arc<Definitions>,
    logs: Logs,
}

impl RelationPlanner for FailClosed {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        factor::check(&relation)?;
        if let TableFactor::NestedJoin { table_with_joins, alias } = &relation
            && let Some(plan) = asof::plan(table_with_joins, context)?
        {
            return Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))));
        }
        let TableFactor::Table { name, alias, args, version, .. } = &relation else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let planned = match (args, version) {
            (_, Some(version)) => Some(self.version(name, version, context)?),
            (Some(call), None) => self.function(name, &call.args, context)?,
            (None, None) => self.named_in_a_shipped_query(name, context)?,
        };
        Ok(match planned {
            Some(plan) => RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))),
            None => RelationPlanning::Original(Box::new(relation)),
        })
    }
}

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

    /// A table that only a shipped relation names, which the engine has not looked up before planning. Its name has a
    /// schema, so that no WITH can have it.
    fn named_in_a_shipped_query(
        &self,
        name: &ObjectName,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<Option<LogicalPlan>> {
        if name.0.len() != 2 {
            return Ok(None);
        }
        let table = context.object_name_to_table_reference(name.clone())?;
        let provider = context.context_provider();
        if provider.get_table_source(table.clone()).is_ok() {
            return Ok(None);
        }
        if table.schema() == Some(shipped::EMPTY) {
            return shipped::empty(&self.definitions, table.table());
        }
        let found = self.versions.now(&table)?;
        found
            .map(|found| LogicalPlanBuilder::scan(table, provider_as_source(found), None)?.build())
            .transpose()
    }

    /// One of our own functions; any other is left to the planners after us.
    fn function(
        &self,
        name: &ObjectName,
        arguments: &[FunctionArg],
        context: &mut dyn RelationPlannerContext,
    ) -> Result<Option<LogicalPlan>> {
        let Some(ident) = name.0.first().and_then(|part| part.as_ident()) else {
            return Ok(None);
        };
        let function = context.normalize_ident(ident.clone());
        let sources = (self.versions.as_ref(), self.definitions.as_ref());
        let named = (function.as_str(), name.span());
        let mut planned = students::plan(named, arguments, sources, context)?;
        if planned.is_none() {
            planned = cohorts::plan(named, arguments, self.versions.as_ref(), context)?;
        }
        if planned.is_none() {
            planned = panel::plan(named, arguments, sources, context)?;
        }
        if planned.is_none() {
            planned = shipped::plan(named, arguments, sources, context)?;
        }
        if planned.is_none() {
            planned = logs::plan(named, arguments, &self.logs)?;
        }
        match planned {
            // Its columns have the function's name, so that USING finds one on each side.
            Some(plan) => LogicalPlanBuilder::from(plan).alias(function.as_str())?.build().map(Some),
            None => read::plan(&function, arguments, &self.folders, context),
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
