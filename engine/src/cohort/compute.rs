//! Carries a definition out: the query, then one rule after the other on those who are left.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::catalog::SchemaProvider;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::LogicalPlan;
use futures::TryStreamExt;

use super::definition::{Definition, Part};
use super::flow::Step;
use super::members;
use super::parse::{Rule, RuleKind};
use super::reads::{Read, Reads, Source};
use super::registry::Registry;
use super::sources;
use crate::catalog::Catalog;
use crate::damage::explain;
use crate::diagnose::diagnose;
use crate::dialect;
use crate::error::{Error, ErrorKind, LakeContext, Result};
use crate::lake::Lake;
use crate::logs::Logs;
use crate::read::AllowedFolders;
use crate::relation;
use crate::run::Runner;
use crate::session;
use crate::versions::LakeVersions;

/// A cohort that is made and not yet kept.
pub(super) struct Made {
    /// `person_id`, `index_date` and the other columns, in the order of persons.
    pub(super) members: RecordBatch,
    pub(super) steps: Vec<Step>,
    pub(super) reads: Vec<Read>,
    pub(super) checksum: String,
}

impl Made {
    /// Whether it would come out the same in a lake version.
    pub(super) fn holds(&self, lake: &Lake, registry: &Registry) -> bool {
        let pins = lake.pins(lake.version());
        self.reads.iter().filter(|read| !read.fixed).all(|read| {
            let now = match read.source {
                Source::Table => pins.get(&read.name).copied(),
                Source::Cohort => registry.live(&read.name).map(|cohort| cohort.version),
            };
            now == read.version
        })
    }
}

/// A session for one definition: one lake version, nothing of the user's session, and the members as they get fewer.
struct Apart<'a> {
    user: &'a Runner,
    runner: Runner,
    reads: Arc<Reads>,
}

/// Makes a cohort from a lake version.
///
/// Errors keep their place in the definition's text.
pub(super) async fn compute(user: &Runner, definition: &Definition<'_>, lake: &Lake) -> Result<Made> {
    let apart = Apart::open(user, definition, lake)?;
    let index = &definition.create.index;
    let query = definition.query();
    let plan = apart.plan(&query).await.map_err(|error| mend(error, definition))?;
    let schema = members::kept_schema(plan.schema().as_arrow(), index)?;
    let batches = apart.run(&plan, &query).await?;
    let mut rows = members::arrange(&schema, index, &batches)?;
    let mut steps = vec![Step {
        kind: "select".to_owned(),
        rule: "the query".to_owned(),
        n_in: rows.num_rows() as u64,
        n_out: rows.num_rows() as u64,
        n_unknown: 0,
    }];
    for rule in &definition.create.rules {
        let (left, step) = apart.apply(definition, rule, &rows).await?;
        rows = left;
        steps.push(step);
    }
    let members = members::finish(&rows, index)?;
    let checksum = members::checksum(&members)?;
    let reads = apart.reads.all();
    user.tables.add(reads.iter().filter(|read| read.version.is_some()).map(Read::shown));
    Ok(Made { members, steps, reads, checksum })
}

/// A rule without its reason ends up in the query, where the parser finds it odd.
fn mend(error: Error, definition: &Definition<'_>) -> Error {
    let query = definition.text[definition.create.query.clone()].to_lowercase();
    let mut words = query.split(|c: char| !c.is_alphanumeric() && c != '_');
    if error.help().is_none() && words.any(|word| word == "require" || word == "exclude") {
        return error.with_help("a rule has a reason: write REQUIRE 'why' AS condition");
    }
    error
}

impl<'a> Apart<'a> {
    fn open(user: &'a Runner, definition: &Definition<'_>, lake: &Lake) -> Result<Self> {
        let reads = Arc::new(Reads::default());
        let definitions = Arc::clone(&user.definitions);
        let thresholds = Arc::clone(&user.thresholds);
        let catalog =
            Arc::new(Catalog::noting(lake.clone(), Arc::clone(&definitions), thresholds, Arc::clone(&reads)));
        let context = session::beside(&user.context, &catalog, &definitions, definition.settings.clone())?;
        let folders = AllowedFolders::new(&[]).lake_context(|| "set up the session".to_owned())?;
        let versions = Arc::new(LakeVersions::new(Arc::clone(&catalog)));
        context
            .register_relation_planner(relation::planner(
                versions,
                Arc::new(folders),
                definitions,
                Logs::default(),
            ))
            .lake_context(|| "set up the session".to_owned())?;
        let main = Arc::clone(catalog.main());
        let runner = Runner { context, main, parameters: Arc::default(), ..user.clone() };
        Ok(Self { user, runner, reads })
    }

    async fn plan(&self, part: &Part<'_>) -> Result<LogicalPlan> {
        let explain = |error| part.place(diagnose(&error, &self.runner.scope(&part.sql)));
        let statement = dialect::parse(&part.sql).map_err(explain)?;
        sources::refuse(&statement, self.user).map_err(explain)?;
        let plan = self.runner.plan_parsed(statement).await.map_err(explain)?;
        sources::refuse_changing(&plan).map_err(explain)?;
        Ok(plan)
    }

    async fn run(&self, plan: &LogicalPlan, part: &Part<'_>) -> Result<Vec<RecordBatch>> {
        let rows = match self.runner.execute(plan, None).await {
            Ok(stream) => stream.try_collect::<Vec<_>>().await,
            Err(error) => Err(error),
        };
        match rows {
            Ok(rows) => Ok(rows),
            Err(error) => Err(part.place(explain(error, &part.sql, plan).await)),
        }
    }

    /// Applies a rule to those who are left.
    async fn apply(
        &self,
        definition: &Definition<'_>,
        rule: &Rule,
        rows: &RecordBatch,
    ) -> Result<(RecordBatch, Step)> {
        let name = &definition.create.name.text;
        let doing = || format!("apply the rules of cohort {name}");
        let table = MemTable::try_new(rows.schema(), vec![vec![rows.clone()]]).lake_context(doing)?;
        self.runner.main.register_table(name.clone(), Arc::new(table)).lake_context(doing)?;
        let all = members::persons(rows)?;
        let held = self.persons(&definition.condition(rule, true)).await?;
        let broken = if held.len() == all.len() {
            Vec::new()
        } else {
            self.persons(&definition.condition(rule, false)).await?
        };
        self.runner.main.deregister_table(name).lake_context(doing)?;
        let left = match rule.kind {
            RuleKind::Require => members::only(rows, &held)?,
            RuleKind::Exclude => {
                let stay = all.iter().filter(|person| held.binary_search(person).is_err()).copied();
                members::only(rows, &stay.collect::<Vec<_>>())?
            }
        };
        let step = Step {
            kind: rule.kind.name().to_owned(),
            rule: rule.why.clone(),
            n_in: all.len() as u64,
            n_out: left.num_rows() as u64,
            n_unknown: all.len().saturating_sub(held.len() + broken.len()) as u64,
        };
        Ok((left, step))
    }

    /// The persons that a query gives, in order.
    async fn persons(&self, part: &Part<'_>) -> Result<Vec<i64>> {
        let plan = self.plan(part).await?;
        let mut persons = Vec::new();
        for batch in self.run(&plan, part).await? {
            let ids = batch.column(0).as_primitive_opt::<Int64Type>();
            let ids = ids.ok_or_else(|| Error::new(ErrorKind::Internal, "a rule gave no persons"))?;
            persons.extend(ids.values());
        }
        persons.sort_unstable();
        Ok(persons)
    }
}
