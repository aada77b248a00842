//! A program at work on one partition: it gathers its references, once for all partitions, and walks through persons.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::internal_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::metrics::{BaselineMetrics, RecordOutput};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::StreamExt;
use tokio::sync::OnceCell;

use super::batches::Batches;
use super::cursor::Cursor;
use super::{Program, Run, Start};

/// What the references gave: once, whether it was an answer or an error, because a plan runs only once.
pub(super) type Gathered = Arc<OnceCell<Result<Box<dyn Start>, Arc<DataFusionError>>>>;

/// What it takes to walk through the persons of one partition.
pub(super) struct Beginning {
    pub(super) cursors: Vec<Cursor>,
    pub(super) program: Arc<dyn Program>,
    pub(super) references: Arc<[Arc<dyn ExecutionPlan>]>,
    pub(super) gathered: Gathered,
    pub(super) asked: Vec<usize>,
    pub(super) batch_size: usize,
    pub(super) metrics: BaselineMetrics,
    pub(super) context: Arc<TaskContext>,
}

/// Before the first batch, and after it.
pub(super) struct Stage {
    beginning: Option<Box<Beginning>>,
    walk: Option<Box<Walk>>,
}

impl Stage {
    pub(super) fn new(beginning: Beginning) -> Self {
        Self { beginning: Some(Box::new(beginning)), walk: None }
    }
}

impl Batches for Stage {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(beginning) = self.beginning.take() {
            self.walk = Some(Box::new(beginning.walk().await?));
        }
        let Some(walk) = &mut self.walk else {
            return internal_err!("a walk through persons goes on after it failed");
        };
        walk.next().await
    }
}

impl Beginning {
    /// Gathers the references, unless another partition has, and opens every input.
    async fn walk(self) -> Result<Walk> {
        let Self { cursors, program, references, gathered, asked, batch_size, metrics, context } = self;
        let gather = async || gather(program.as_ref(), &references, &context).await.map_err(Arc::new);
        let run = match gathered.get_or_init(gather).await {
            Ok(start) => start.start(&asked)?,
            Err(error) => return Err(DataFusionError::Shared(Arc::clone(error))),
        };
        let mut walk =
            Walk { cursors, run, asked, batch_size, follows_first: program.follows_first(), metrics };
        for input in 0..walk.cursors.len() {
            walk.advance(input).await?;
        }
        Ok(walk)
    }
}

/// Reads the references.
async fn gather(
    program: &dyn Program,
    references: &[Arc<dyn ExecutionPlan>],
    context: &Arc<TaskContext>,
) -> Result<Box<dyn Start>> {
    let mut gathering = program.gather();
    for (number, plan) in references.iter().enumerate() {
        let mut batches = execute_stream(Arc::clone(plan), Arc::clone(context))?;
        while let Some(batch) = batches.next().await {
            gathering.batch(number, &batch?)?;
        }
    }
    gathering.finish()
}

/// A run of a program over the cursors of one partition.
struct Walk {
    cursors: Vec<Cursor>,
    run: Box<dyn Run>,
    asked: Vec<usize>,
    batch_size: usize,
    follows_first: bool,
    metrics: BaselineMetrics,
}

impl Walk {
    /// The next batch of results; `None` when all persons were seen.
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        while self.run.waiting() < self.batch_size {
            let Some(person) = self.person() else { break };
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
        let batch = self.run.take()?.project(&self.asked)?;
        Ok(Some(batch.record_output(&self.metrics)))
    }

    /// The person who comes next.
    fn person(&self) -> Option<i64> {
        if self.follows_first {
            return self.cursors.first().and_then(Cursor::person);
        }
        self.cursors.iter().filter_map(Cursor::person).min()
    }

    /// Hands all rows that an input has of a person to the program, and passes over those of persons before.
    async fn feed(&mut self, input: usize, person: i64) -> Result<()> {
        while self.cursors[input].pass_to(person).is_none() {
            if !self.advance(input).await? {
                return Ok(());
            }
        }
        while self.cursors[input].person() == Some(person) {
            let rows = self.cursors[input].take();
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
