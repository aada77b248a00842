//! Windows over persons: rows come in the order of persons, so that a person's rows are computed as soon as they end.
//!
//! `DataFusion`'s operator keeps a table of open partitions and a small batch for each, which costs more than the
//! functions do when partitions have a handful of rows. Here a batch is cut where persons end, the functions see each
//! person's rows once, and only the rows of the last person wait for the next batch.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::{SortColumn, concat_batches};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::utils::evaluate_partition_ranges;
use datafusion::common::{Statistics, internal_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::window::WindowExpr;
use datafusion::physical_expr::{OrderingRequirements, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::metrics::{
    BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, RecordOutput,
};
use datafusion::physical_plan::{
    ChildStats, DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, PlanProperties,
    SendableRecordBatchStream, StatisticsArgs,
};
use futures::StreamExt;

use super::batches::{Batches, stream_of};
use super::segment_column::Way;

/// The windows of one `PARTITION BY` over input in its order.
#[derive(Debug)]
pub(super) struct SegmentWindowExec {
    /// The operator that this one stands for: it knows the requirements and properties.
    pub(super) original: Arc<dyn ExecutionPlan>,
    pub(super) input: Arc<dyn ExecutionPlan>,
    windows: Vec<Arc<dyn WindowExpr>>,
    metrics: ExecutionPlanMetricsSet,
}

impl SegmentWindowExec {
    /// Stands for `original`, whose only child is `input` and whose windows all have the same partitions.
    pub(super) fn new(
        original: Arc<dyn ExecutionPlan>,
        windows: Vec<Arc<dyn WindowExpr>>,
        input: Arc<dyn ExecutionPlan>,
    ) -> Self {
        Self { original, input, windows, metrics: ExecutionPlanMetricsSet::new() }
    }
}

impl DisplayAs for SegmentWindowExec {
    fn fmt_as(&self, style: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        match style {
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                let names: Vec<&str> = self.windows.iter().map(|window| window.name()).collect();
                write!(formatter, "SegmentWindowExec: wdw=[{}]", names.join(", "))
            }
            DisplayFormatType::TreeRender => Ok(()),
        }
    }
}

impl ExecutionPlan for SegmentWindowExec {
    fn name(&self) -> &'static str {
        "SegmentWindowExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.original.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        self.original.input_distribution_requirements()
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        self.original.required_input_ordering()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.original.apply_expressions(visit)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), true) = (children.pop(), children.is_empty()) else {
            return internal_err!("SegmentWindowExec has one input");
        };
        let original = Arc::clone(&self.original).replace_children(vec![Arc::clone(&input)], options)?;
        Ok(Arc::new(Self::new(original, self.windows.clone(), input)))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let segments = Segments {
            input: self.input.execute(partition, context)?,
            windows: self.windows.clone(),
            ways: self.windows.iter().map(|window| Way::of(window.as_ref())).collect::<Result<_>>()?,
            schema: self.schema(),
            open: Vec::new(),
            ready: Vec::new(),
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        Ok(stream_of(self.schema(), segments))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        self.original.child_stats_requests(partition)
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        arguments: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        self.original.statistics_from_inputs(inputs, arguments)
    }
}

/// A partition's rows on their way through the windows.
struct Segments {
    input: SendableRecordBatchStream,
    windows: Vec<Arc<dyn WindowExpr>>,
    ways: Vec<Way>,
    schema: SchemaRef,
    /// Rows of the last person, whose end has not been seen.
    open: Vec<RecordBatch>,
    /// Whole persons and the rows of each, the last ones first.
    ready: Vec<(RecordBatch, Vec<Range<usize>>)>,
    metrics: BaselineMetrics,
}

impl Batches for Segments {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some((batch, segments)) = self.ready.pop() {
                let _timer = self.metrics.elapsed_compute().timer();
                let batch = self.compute(&batch, &segments)?;
                return Ok(Some(batch.record_output(&self.metrics)));
            }
            match self.input.next().await {
                Some(batch) => self.take(&batch?)?,
                None if self.open.is_empty() => return Ok(None),
                None => {
                    let open = std::mem::take(&mut self.open);
                    self.ready.push(one_person(&open)?);
                }
            }
        }
    }
}

impl Segments {
    /// Cuts a batch: rows that end the open person, whole persons, and rows of a person that stays open.
    fn take(&mut self, batch: &RecordBatch) -> Result<()> {
        let segments = self.segments(batch)?;
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else { return Ok(()) };
        let mut start = 0;
        if let Some(open) = self.open.last() {
            let edge =
                concat_batches(&batch.schema(), [&open.slice(open.num_rows() - 1, 1), &batch.slice(0, 1)])?;
            if self.segments(&edge)?.len() == 1 {
                self.open.push(batch.slice(0, first.end));
                if first.end == batch.num_rows() {
                    return Ok(());
                }
                start = first.end;
            }
        }
        let ended = std::mem::replace(&mut self.open, vec![batch.slice(last.start, last.len())]);
        if start < last.start {
            let whole = segments.iter().filter(|rows| rows.start >= start && rows.start < last.start);
            let whole = whole.map(|rows| rows.start - start..rows.end - start).collect();
            self.ready.push((batch.slice(start, last.start - start), whole));
        }
        if !ended.is_empty() {
            self.ready.push(one_person(&ended)?);
        }
        Ok(())
    }

    /// The rows of each person.
    fn segments(&self, batch: &RecordBatch) -> Result<Vec<Range<usize>>> {
        let keys = self.windows.first().map(|window| window.partition_by()).unwrap_or_default();
        let columns: Result<Vec<SortColumn>> = keys
            .iter()
            .map(|key| {
                Ok(SortColumn { values: key.evaluate(batch)?.into_array(batch.num_rows())?, options: None })
            })
            .collect();
        evaluate_partition_ranges(batch.num_rows(), &columns?)
    }

    fn compute(&self, batch: &RecordBatch, segments: &[Range<usize>]) -> Result<RecordBatch> {
        let mut columns = batch.columns().to_vec();
        for (window, way) in self.windows.iter().zip(&self.ways) {
            columns.push(way.column(window.as_ref(), batch, segments)?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}

/// The rows of one person, in one batch.
fn one_person(parts: &[RecordBatch]) -> Result<(RecordBatch, Vec<Range<usize>>)> {
    let Some(first) = parts.first() else { return internal_err!("a person without rows") };
    let rows = concat_batches(&first.schema(), parts)?;
    let all = 0..rows.num_rows();
    Ok((rows, vec![all]))
}
