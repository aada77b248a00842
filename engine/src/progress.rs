//! How far a running statement is, and afterwards where its time went.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan};

use crate::heading::spelled;
use crate::lake::without_paths;

/// A statement's plan while it runs and after it. Asking costs a walk over the plan's operators.
#[derive(Clone)]
pub struct Progress {
    plan: Arc<dyn ExecutionPlan>,
    runtime: Arc<RuntimeEnv>,
    /// Rows that its scans will read, as far as that is known.
    total: Option<u64>,
}

/// What a statement has done and holds at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// Rows that the scans have read or passed over.
    pub rows: u64,
    /// Rows that there are to read; `None` where a scan does not know.
    pub total_rows: Option<u64>,
    /// Bytes that the scans have read.
    pub bytes: u64,
    /// Bytes that operators of the whole session hold.
    pub memory: u64,
    /// Bytes that they may hold; `None` without a limit.
    pub memory_limit: Option<u64>,
    /// Bytes that the statement has spilled to disk.
    pub spilled: u64,
}

/// What a session holds at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Bytes of memory.
    pub held: u64,
    /// Bytes of memory that it may hold; `None` without a limit.
    pub limit: Option<u64>,
    /// Bytes in spill files.
    pub spilled: u64,
}

/// An operator of a plan with what it was expected to do and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanNode {
    /// The operator's name.
    pub name: String,
    /// Its parameters, as far as they are not in the name.
    pub detail: String,
    /// Rows that it was expected to give; `None` where nothing was known.
    pub expected_rows: Option<u64>,
    /// Rows that it gave; `None` before it has run, or where it does not count.
    pub rows: Option<u64>,
    /// Time of all threads in it, without its inputs'; `None` where it does not measure.
    pub time: Option<Duration>,
    /// Bytes that it read from files.
    pub bytes_read: Option<u64>,
    /// Bytes that it spilled to disk.
    pub spilled: Option<u64>,
    /// Its inputs.
    pub inputs: Vec<Self>,
}

impl fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Progress").field("now", &self.now()).finish_non_exhaustive()
    }
}

impl Progress {
    pub(crate) fn new(plan: Arc<dyn ExecutionPlan>, runtime: Arc<RuntimeEnv>) -> Self {
        let totals: Option<Vec<u64>> =
            leaves(&plan).iter().map(|leaf| expected_rows(leaf.as_ref())).collect();
        let total = totals.map(|totals| totals.iter().sum());
        Self { plan, runtime, total }
    }

    /// What the statement has done until now.
    pub fn now(&self) -> Snapshot {
        let leaves = leaves(&self.plan);
        let metrics = || leaves.iter().filter_map(|leaf| leaf.metrics());
        let rows: u64 = metrics().map(|metrics| rows_seen(&metrics)).sum();
        let pool = &self.runtime.memory_pool;
        Snapshot {
            rows: self.total.map_or(rows, |total| rows.min(total)),
            total_rows: self.total,
            bytes: metrics().map(|metrics| counted(&metrics, "bytes_scanned")).sum(),
            memory: pool.reserved() as u64,
            memory_limit: limit(pool.as_ref()),
            spilled: spilled(&self.plan),
        }
    }

    /// The operators with their figures until now.
    pub fn profile(&self) -> PlanNode {
        node(&self.plan)
    }
}

/// Bytes that a pool may give away; `None` without a limit.
pub(crate) fn limit(pool: &dyn MemoryPool) -> Option<u64> {
    match pool.memory_limit() {
        MemoryLimit::Finite(bytes) => Some(bytes as u64),
        MemoryLimit::Infinite | MemoryLimit::Unknown => None,
    }
}

/// The operators that read.
fn leaves(plan: &Arc<dyn ExecutionPlan>) -> Vec<Arc<dyn ExecutionPlan>> {
    let inputs = plan.children();
    if inputs.is_empty() {
        return vec![Arc::clone(plan)];
    }
    inputs.into_iter().flat_map(leaves).collect()
}

fn expected_rows(plan: &dyn ExecutionPlan) -> Option<u64> {
    let statistics = StatisticsContext::new().compute(plan, &StatisticsArgs::new()).ok()?;
    statistics.num_rows.get_value().map(|rows| *rows as u64)
}

/// Rows that were given, and those that filters inside the scan took out.
fn rows_seen(metrics: &MetricsSet) -> u64 {
    let passed_over = counted(metrics, "pushdown_rows_pruned");
    metrics.output_rows().unwrap_or_default() as u64 + passed_over
}

fn counted(metrics: &MetricsSet, name: &str) -> u64 {
    metrics.sum_by_name(name).map_or(0, |value| value.as_usize() as u64)
}

fn spilled(plan: &Arc<dyn ExecutionPlan>) -> u64 {
    let own = plan.metrics().and_then(|metrics| metrics.spilled_bytes()).unwrap_or_default() as u64;
    own + plan.children().into_iter().map(spilled).sum::<u64>()
}

fn node(plan: &Arc<dyn ExecutionPlan>) -> PlanNode {
    let metrics = plan.metrics();
    let some = |value: Option<usize>| value.map(|value| value as u64).filter(|value| *value > 0);
    let detail = OneLine(plan.as_ref()).to_string();
    let name = plan.name().to_owned();
    let detail =
        detail.strip_prefix(&name).map_or(detail.as_str(), |rest| rest.trim_start_matches(':').trim());
    PlanNode {
        detail: spelled(&without_paths(plan.as_ref(), detail)),
        expected_rows: expected_rows(plan.as_ref()),
        rows: metrics.as_ref().and_then(MetricsSet::output_rows).map(|rows| rows as u64),
        time: metrics.as_ref().and_then(time),
        bytes_read: metrics
            .as_ref()
            .and_then(|metrics| metrics.sum_by_name("bytes_scanned").map(|value| value.as_usize() as u64)),
        spilled: some(metrics.as_ref().and_then(MetricsSet::spilled_bytes)),
        inputs: plan.children().into_iter().map(node).collect(),
        name,
    }
}

/// A scan measures its own kind of time.
fn time(metrics: &MetricsSet) -> Option<Duration> {
    let scanning = metrics.sum_by_name("time_elapsed_processing").map(|value| value.as_usize());
    let nanoseconds = scanning.or_else(|| metrics.elapsed_compute())?;
    Some(Duration::from_nanos(nanoseconds as u64))
}

/// An operator as EXPLAIN shows it.
struct OneLine<'a>(&'a dyn ExecutionPlan);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        DisplayAs::fmt_as(self.0, DisplayFormatType::Default, formatter)
    }
}
