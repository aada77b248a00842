//! The operator that goes through persons.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::SortOptions;
use datafusion::common::internal_err;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    Distribution, EquivalenceProperties, LexOrdering, OrderingRequirements, Partitioning, PhysicalExpr,
    PhysicalSortExpr, RangePartitioning,
};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, InputDistributionRequirements,
    PlanProperties, SendableRecordBatchStream,
};
use futures::stream;

use super::cursor::Cursor;
use super::{Program, Run};

/// The column that every input is sorted by.
pub(super) const PERSON: &str = "person_id";

/// How the lake's files are sorted, so that nothing needs to be sorted again.
pub(super) const ORDER: SortOptions = SortOptions { descending: false, nulls_first: true };

/// Runs a program over inputs that are cut into the same ranges of persons and sorted by person.
#[derive(Debug)]
pub(crate) struct PersonMergeExec {
    program: Arc<dyn Program>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    reference: Arc<[RecordBatch]>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl PersonMergeExec {
    pub(super) fn try_new(
        program: Arc<dyn Program>,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        reference: Arc<[RecordBatch]>,
    ) -> Result<Self> {
        let properties = Arc::new(properties(program.as_ref(), &inputs)?);
        Ok(Self { program, inputs, reference, properties, metrics: ExecutionPlanMetricsSet::new() })
    }
}

/// One partition for each of the inputs', in the order of persons.
fn properties(program: &dyn Program, inputs: &[Arc<dyn ExecutionPlan>]) -> Result<PlanProperties> {
    let schema = program.schema();
    let person = || Arc::new(Column::new(PERSON, 0)) as Arc<dyn PhysicalExpr>;
    let order = || PhysicalSortExpr::new(person(), ORDER);
    let Some(first) = inputs.first() else {
        return internal_err!("{} has no input", program.name());
    };
    let partitioning = match first.output_partitioning() {
        Partitioning::Range(range) => {
            let key = LexOrdering::new([order()]).filter(|_| range.ordering().len() == 1);
            let range = key.map(|key| RangePartitioning::try_new(key, range.split_points().to_vec()));
            match range {
                Some(range) => Partitioning::Range(range?),
                None => Partitioning::UnknownPartitioning(first.output_partitioning().partition_count()),
            }
        }
        Partitioning::Hash(_, count) => Partitioning::Hash(vec![person()], *count),
        other => Partitioning::UnknownPartitioning(other.partition_count()),
    };
    let sorted = EquivalenceProperties::new_with_orderings(schema, [[order()]]);
    Ok(PlanProperties::new(sorted, partitioning, EmissionType::Incremental, Boundedness::Bounded))
}

impl DisplayAs for PersonMergeExec {
    fn fmt_as(&self, style: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        match style {
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                write!(formatter, "{}Exec: {}", self.program.name(), self.program.description())
            }
            DisplayFormatType::TreeRender => write!(formatter, "{}", self.program.description()),
        }
    }
}

impl ExecutionPlan for PersonMergeExec {
    fn name(&self) -> &str {
        self.program.name()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let by_person = |_| Distribution::KeyPartitioned(vec![Arc::new(Column::new(PERSON, 0)) as _]);
        let requirements: Vec<Distribution> = self.inputs.iter().map(by_person).collect();
        match requirements.len() {
            0 | 1 => InputDistributionRequirements::new(requirements),
            _ => InputDistributionRequirements::co_partitioned(requirements),
        }
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        let by_person = || PhysicalSortExpr::new(Arc::new(Column::new(PERSON, 0)), ORDER);
        let order = || LexOrdering::new([by_person()]).map(OrderingRequirements::from);
        self.inputs.iter().map(|_| order()).collect()
    }

    /// The ranges of the lake are balanced; more partitions would only be sorted again.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if children.len() != self.inputs.len() {
            return internal_err!("{} has {} inputs", self.program.name(), self.inputs.len());
        }
        let exec = Self::try_new(Arc::clone(&self.program), children, Arc::clone(&self.reference))?;
        Ok(Arc::new(exec))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = ReplaceChildrenOptions::new(
            datafusion::physical_plan::execution_plan::ChildrenPropertiesMode::Recompute,
        );
        self.replace_children(children, options)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let open =
            |input: &Arc<dyn ExecutionPlan>| Ok(Cursor::new(input.execute(partition, Arc::clone(&context))?));
        let walk = Walk {
            cursors: self.inputs.iter().map(open).collect::<Result<_>>()?,
            run: self.program.start(&self.reference)?,
            batch_size: context.session_config().batch_size(),
            begun: false,
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        let batches = stream::try_unfold(walk, |mut walk| async move {
            let batch = walk.next().await?;
            Ok(batch.map(|batch| (batch, walk)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// A run of a program over the cursors of one partition.
struct Walk {
    cursors: Vec<Cursor>,
    run: Box<dyn Run>,
    batch_size: usize,
    begun: bool,
    metrics: BaselineMetrics,
}

impl Walk {
    /// The next batch of results; `None` when all persons were seen.
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        if !self.begun {
            self.begun = true;
            for input in 0..self.cursors.len() {
                self.advance(input).await?;
            }
        }
        while self.run.waiting() < self.batch_size {
            let Some(person) = self.cursors.iter().filter_map(Cursor::person).min() else { break };
            for input in 0..self.cursors.len() {
                self.feed(input, person).await?;
            }
            let _timer = self.metrics.elapsed_compute().timer();
            self.run.close(person)?;
        }
        if self.run.waiting() == 0 {
            self.metrics.done();
            return Ok(None);
        }
        let batch = self.run.take()?;
        self.metrics.output_rows().add(batch.num_rows());
        Ok(Some(batch))
    }

    /// Hands all rows that an input has of a person to the program.
    async fn feed(&mut self, input: usize, person: i64) -> Result<()> {
        while self.cursors[input].person() == Some(person) {
            let rows = self.cursors[input].take()?;
            self.run.rows(input, rows)?;
            if self.cursors[input].person().is_none() && !self.advance(input).await? {
                break;
            }
        }
        Ok(())
    }

    /// Opens the next batch of an input; false at its end.
    async fn advance(&mut self, input: usize) -> Result<bool> {
        let Some(batch) = self.cursors[input].next().await? else {
            return Ok(false);
        };
        self.run.open(input, &batch)?;
        Ok(true)
    }
}
