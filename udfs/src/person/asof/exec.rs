//! The operator of an ASOF JOIN.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::BatchCoalescer;
use datafusion::arrow::datatypes::Schema;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{ColumnStatistics, JoinType, Statistics, internal_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::equivalence::{ProjectionMapping, join_equivalence_properties};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    Distribution, LexOrdering, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::metrics::{
    BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, RecordOutput,
};
use datafusion::physical_plan::projection::{EmbeddedProjection, ProjectionExec, try_embed_projection};
use datafusion::physical_plan::{
    ChildStats, DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, PlanProperties, SendableRecordBatchStream, StatisticsArgs,
};
use futures::StreamExt;

use super::super::batches::{Batches, stream_of};
use super::super::exec::ORDER;
use super::keys::Side;
use super::matched::Source;
use super::merge::{Merge, Rules, Step};

/// Joins two inputs that are cut into the same ranges of persons and sorted by person.
#[derive(Debug, Clone)]
pub(crate) struct AsofExec {
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    pub(super) rules: Rules,
    /// The columns of both sides that are given.
    pub(super) columns: Vec<usize>,
    pub(super) is_projected: bool,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl AsofExec {
    /// A join that gives all columns of both sides.
    pub(super) fn try_new(
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        rules: Rules,
    ) -> Result<Self> {
        let columns = (0..left.schema().fields().len() + right.schema().fields().len()).collect();
        Self::with_columns(left, right, rules, (columns, false))
    }

    pub(super) fn with_columns(
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        rules: Rules,
        (columns, is_projected): (Vec<usize>, bool),
    ) -> Result<Self> {
        let properties = Arc::new(properties(&left, &right, &rules, &columns)?);
        let metrics = ExecutionPlanMetricsSet::new();
        Ok(Self { left, right, rules, columns, is_projected, properties, metrics })
    }

    fn persons(&self) -> [Arc<dyn PhysicalExpr>; 2] {
        persons([&self.left, &self.right], &self.rules)
    }

    fn sources(&self) -> Vec<Source> {
        let width = self.left.schema().fields().len();
        let source = |column: &usize| match column.checked_sub(width) {
            None => Source::Left(*column),
            Some(column) => Source::Right(column),
        };
        self.columns.iter().map(source).collect()
    }
}

fn persons(inputs: [&Arc<dyn ExecutionPlan>; 2], rules: &Rules) -> [Arc<dyn PhysicalExpr>; 2] {
    let column = |input: &Arc<dyn ExecutionPlan>, side: &Side| {
        let schema = input.schema();
        Arc::new(Column::new(schema.field(side.person).name(), side.person)) as Arc<dyn PhysicalExpr>
    };
    [column(inputs[0], &rules.left), column(inputs[1], &rules.right)]
}

/// All columns of both sides; those of the right side may be NULL where rows without a partner stay.
fn joined(left: &Schema, right: &Schema, keeps_alone: bool) -> Schema {
    let right = right.fields().iter().map(|field| {
        let is_nullable = field.is_nullable() || keeps_alone;
        Arc::new(field.as_ref().clone().with_nullable(is_nullable))
    });
    let metadata = left.metadata().clone();
    Schema::new_with_metadata(left.fields().iter().map(Arc::clone).chain(right).collect::<Vec<_>>(), metadata)
}

/// The order and the ranges of the left side.
fn properties(
    left: &Arc<dyn ExecutionPlan>,
    right: &Arc<dyn ExecutionPlan>,
    rules: &Rules,
    columns: &[usize],
) -> Result<PlanProperties> {
    let schema = Arc::new(joined(&left.schema(), &right.schema(), rules.keeps_alone));
    let join_type = if rules.keeps_alone { JoinType::Left } else { JoinType::Inner };
    let [left_person, right_person] = persons([left, right], rules);
    let all = join_equivalence_properties(
        left.equivalence_properties().clone(),
        right.equivalence_properties().clone(),
        &join_type,
        Arc::clone(&schema),
        &[true, false],
        None,
        &[(left_person, right_person)],
    )?;
    let mapping = ProjectionMapping::from_indices(columns, &schema)?;
    let given = Arc::new(schema.project(columns)?);
    let partitioning = left.output_partitioning().project(&mapping, &all);
    let equivalences = all.project(&mapping, given);
    Ok(PlanProperties::new(equivalences, partitioning, EmissionType::Incremental, Boundedness::Bounded))
}

impl EmbeddedProjection for AsofExec {
    fn with_projection(&self, projection: Option<Vec<usize>>) -> Result<Self> {
        let Some(projection) = projection else { return Ok(self.clone()) };
        let columns = projection.iter().map(|column| self.columns[*column]).collect();
        let sides = (Arc::clone(&self.left), Arc::clone(&self.right));
        Self::with_columns(sides.0, sides.1, self.rules.clone(), (columns, true))
    }
}

impl DisplayAs for AsofExec {
    fn fmt_as(&self, style: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        if matches!(style, DisplayFormatType::TreeRender) {
            return write!(formatter, "{}", self.rules.kind());
        }
        let [left, right] = self.persons();
        write!(formatter, "AsofExec: {}, on=[{left} = {right}, {}]", self.rules.kind(), self.rules)?;
        if self.is_projected {
            let names: Vec<String> =
                self.schema().fields().iter().map(|field| field.name().clone()).collect();
            write!(formatter, ", projection=[{}]", names.join(", "))?;
        }
        Ok(())
    }
}

impl ExecutionPlan for AsofExec {
    fn name(&self) -> &'static str {
        "AsofExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.left, &self.right]
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let by_person = self.persons().map(|person| Distribution::KeyPartitioned(vec![person]));
        InputDistributionRequirements::co_partitioned(by_person.into())
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        let order = |person| LexOrdering::new([PhysicalSortExpr::new(person, ORDER)]);
        self.persons().map(|person| order(person).map(OrderingRequirements::from)).into()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true, false]
    }

    /// The ranges of the lake are balanced; more partitions would only be sorted again.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false, false]
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for side in [&self.rules.left, &self.rules.right] {
            for expression in std::iter::once(&side.time).chain(&side.equal) {
                if visit(expression)? == TreeNodeRecursion::Stop {
                    return Ok(TreeNodeRecursion::Stop);
                }
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(right), Some(left), true) = (children.pop(), children.pop(), children.is_empty()) else {
            return internal_err!("AsofExec has two inputs");
        };
        let columns = (self.columns.clone(), self.is_projected);
        Ok(Arc::new(Self::with_columns(left, right, self.rules.clone(), columns)?))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let schemas = (&self.left.schema(), &self.right.schema());
        let merge = Merge::new(&self.rules, schemas, (self.sources(), self.schema()))?;
        let size = context.session_config().batch_size();
        let walk = Walk {
            left: self.left.execute(partition, Arc::clone(&context))?,
            right: self.right.execute(partition, context)?,
            merge,
            small: BatchCoalescer::new(self.schema(), size).with_biggest_coalesce_batch_size(Some(size / 2)),
            is_at_end: false,
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        Ok(stream_of(self.schema(), walk))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition), ChildStats::Skip]
    }

    /// As many rows as the left side has, or fewer.
    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let Some(left) = inputs.first() else { return internal_err!("AsofExec has two inputs") };
        let rows = if self.rules.keeps_alone { left.num_rows } else { left.num_rows.to_inexact() };
        let column = |source: Source| match source {
            Source::Left(column) => {
                left.column_statistics.get(column).cloned().map(ColumnStatistics::to_inexact)
            }
            Source::Right(_) => None,
        };
        let columns = self.sources().into_iter().map(|source| column(source).unwrap_or_default()).collect();
        let statistics =
            Statistics { num_rows: rows, total_byte_size: Precision::Absent, column_statistics: columns };
        Ok(Arc::new(statistics))
    }

    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if self.is_projected { Ok(None) } else { try_embed_projection(projection, self) }
    }
}

/// A partition on its way.
struct Walk {
    left: SendableRecordBatchStream,
    right: SendableRecordBatchStream,
    merge: Merge,
    /// Puts small batches together; large ones pass.
    small: BatchCoalescer,
    is_at_end: bool,
    metrics: BaselineMetrics,
}

impl Batches for Walk {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.small.next_completed_batch() {
                return Ok(Some(batch.record_output(&self.metrics)));
            }
            if self.is_at_end {
                self.metrics.done();
                return Ok(None);
            }
            self.advance().await?;
        }
    }
}

impl Walk {
    async fn advance(&mut self) -> Result<()> {
        let step = {
            let _timer = self.metrics.elapsed_compute().timer();
            self.merge.step()?
        };
        match step {
            Step::NeedLeft => {
                let Some(batch) = next(&mut self.left).await? else { return self.finish() };
                let _timer = self.metrics.elapsed_compute().timer();
                self.merge.open_left(batch)
            }
            Step::NeedRight => {
                let batch = next(&mut self.right).await?;
                let _timer = self.metrics.elapsed_compute().timer();
                self.merge.open_right(batch)
            }
            Step::Rows(batch) => Ok(self.small.push_batch(batch)?),
            Step::Done => self.finish(),
        }
    }

    fn finish(&mut self) -> Result<()> {
        self.is_at_end = true;
        Ok(self.small.finish_buffered_batch()?)
    }
}

/// The next batch that has rows.
async fn next(stream: &mut SendableRecordBatchStream) -> Result<Option<RecordBatch>> {
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        if batch.num_rows() > 0 {
            return Ok(Some(batch));
        }
    }
    Ok(None)
}
