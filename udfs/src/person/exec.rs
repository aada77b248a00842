//! The operator that goes through persons.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::compute::SortOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Statistics, internal_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::equivalence::ProjectionMapping;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    Distribution, EquivalenceProperties, LexOrdering, OrderingRequirements, Partitioning, PhysicalExpr,
    PhysicalSortExpr, RangePartitioning,
};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::{EmbeddedProjection, ProjectionExec, try_embed_projection};
use datafusion::physical_plan::{
    ChildStats, DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, PlanProperties, SendableRecordBatchStream, StatisticsArgs,
};

use super::batches::stream_of;
use super::cursor::Cursor;
use super::walk::{Beginning, Gathered, Stage};
use super::{Known, Program};

/// The column that every input is sorted by.
pub(super) const PERSON: &str = "person_id";

/// How the lake's files are sorted, so that nothing needs to be sorted again.
pub(super) const ORDER: SortOptions = SortOptions { descending: false, nulls_first: true };

/// Runs a program over inputs that are cut into the same ranges of persons and sorted by person.
pub(crate) struct PersonMergeExec {
    pub(super) program: Arc<dyn Program>,
    pub(super) inputs: Vec<Arc<dyn ExecutionPlan>>,
    /// Plans of tables about no person; they run once, when the first range of persons begins.
    pub(super) references: Arc<[Arc<dyn ExecutionPlan>]>,
    gathered: Gathered,
    /// The columns of the program that are given; `None` for all.
    pub(super) projection: Option<Arc<[usize]>>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl fmt::Debug for PersonMergeExec {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("PersonMergeExec").field("program", &self.program).finish_non_exhaustive()
    }
}

impl PersonMergeExec {
    pub(super) fn try_new(
        program: Arc<dyn Program>,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        references: Arc<[Arc<dyn ExecutionPlan>]>,
    ) -> Result<Self> {
        Self::with_columns(program, inputs, references, None)
    }

    pub(super) fn with_columns(
        program: Arc<dyn Program>,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        references: Arc<[Arc<dyn ExecutionPlan>]>,
        projection: Option<Arc<[usize]>>,
    ) -> Result<Self> {
        let properties = Arc::new(properties(program.as_ref(), &inputs, projection.as_deref())?);
        let metrics = ExecutionPlanMetricsSet::new();
        Ok(Self { program, inputs, references, gathered: Arc::default(), projection, properties, metrics })
    }

    /// The columns of the program that are given.
    fn asked(&self) -> Vec<usize> {
        let all = || (0..self.program.schema().fields().len()).collect();
        self.projection.as_deref().map_or_else(all, <[usize]>::to_vec)
    }
}

/// One partition for each of the inputs', in the order of persons.
fn properties(
    program: &dyn Program,
    inputs: &[Arc<dyn ExecutionPlan>],
    projection: Option<&[usize]>,
) -> Result<PlanProperties> {
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
    let mut sorted = EquivalenceProperties::new_with_orderings(Arc::clone(&schema), [[order()]]);
    let mut partitioning = partitioning;
    if let Some(columns) = projection {
        let mapping = ProjectionMapping::from_indices(columns, &schema)?;
        partitioning = partitioning.project(&mapping, &sorted);
        sorted = sorted.project(&mapping, Arc::new(schema.project(columns)?));
    }
    Ok(PlanProperties::new(sorted, partitioning, EmissionType::Incremental, Boundedness::Bounded))
}

impl EmbeddedProjection for PersonMergeExec {
    fn with_projection(&self, projection: Option<Vec<usize>>) -> Result<Self> {
        let asked = self.asked();
        let columns = projection.map(|columns| columns.iter().map(|column| asked[*column]).collect());
        let columns = columns.or_else(|| self.projection.clone());
        let (program, references) = (Arc::clone(&self.program), Arc::clone(&self.references));
        Self::with_columns(program, self.inputs.clone(), references, columns)
    }
}

impl DisplayAs for PersonMergeExec {
    fn fmt_as(&self, style: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        match style {
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                write!(formatter, "{}Exec: {}", self.program.name(), self.program.description())?;
                if !self.references.is_empty() {
                    write!(formatter, ", references={}", self.references.len())?;
                }
                if self.projection.is_some() {
                    let schema = self.schema();
                    let names: Vec<&str> =
                        schema.fields().iter().map(|field| field.name().as_str()).collect();
                    write!(formatter, ", projection=[{}]", names.join(", "))?;
                }
                Ok(())
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
        let (program, references) = (Arc::clone(&self.program), Arc::clone(&self.references));
        Ok(Arc::new(Self::with_columns(program, children, references, self.projection.clone())?))
    }

    /// Takes a projection of columns in, once, so that those nobody reads are not made.
    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if self.projection.is_some() { Ok(None) } else { try_embed_projection(projection, self) }
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
        let beginning = Beginning {
            cursors: self.inputs.iter().map(open).collect::<Result<_>>()?,
            program: Arc::clone(&self.program),
            references: Arc::clone(&self.references),
            gathered: Arc::clone(&self.gathered),
            asked: self.asked(),
            batch_size: context.session_config().batch_size(),
            metrics: BaselineMetrics::new(&self.metrics, partition),
            context,
        };
        Ok(stream_of(self.schema(), Stage::new(beginning)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition); self.inputs.len()]
    }

    /// What the program can tell, and that columns that are never NULL are not.
    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let known = self.inputs.iter().zip(inputs);
        let known: Vec<Known> =
            known.map(|(input, known)| Known::new(input.schema(), Arc::clone(known))).collect();
        let mut statistics = self.program.estimate(&known).project(Some(&self.asked()));
        let schema = self.schema();
        for (column, field) in statistics.column_statistics.iter_mut().zip(schema.fields()) {
            if !field.is_nullable() {
                column.null_count = Precision::Exact(0);
            }
        }
        statistics.calculate_total_byte_size(&schema);
        Ok(Arc::new(statistics))
    }
}
