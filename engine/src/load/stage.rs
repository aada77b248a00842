//! Where converted rows wait for their merge: one queue per range of `person_id`, spilled to files past a budget.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use datafusion::arrow::array::{Int64Array, RecordBatch, UInt32Array};
use datafusion::arrow::compute::take_record_batch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;

use crate::error::{LakeContext, Result};
use crate::lake::Ranges;

/// Bytes of rows that may wait in memory over all ranges.
const BUDGET_BYTES: usize = 512 * 1024 * 1024;

/// Rows on their way into one table.
pub(crate) struct Stage {
    schema: SchemaRef,
    ranges: Ranges,
    queues: Vec<Queue>,
    folder: PathBuf,
    bytes: usize,
    budget: usize,
}

#[derive(Default)]
struct Queue {
    batches: Vec<RecordBatch>,
    spilled: Option<PathBuf>,
    writer: Option<StreamWriter<File>>,
}

impl Stage {
    /// An empty stage; spilled rows go to files in `folder`, which its owner removes.
    pub(crate) fn new(schema: SchemaRef, ranges: Ranges, folder: PathBuf) -> Self {
        let queues = (0..ranges.count()).map(|_| Queue::default()).collect();
        Self { schema, ranges, queues, folder, bytes: 0, budget: BUDGET_BYTES }
    }

    /// Adds rows of a person table, each to its person's range.
    pub(crate) fn push_by_person(&mut self, batch: &RecordBatch, persons: &Int64Array) -> Result<()> {
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); self.ranges.count()];
        for (row, person) in (0..).zip(persons.values()) {
            rows[self.ranges.of(*person)].push(row);
        }
        for (range, rows) in rows.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            let part = take_record_batch(batch, &UInt32Array::from(rows))
                .lake_context(|| "sort rows into ranges".to_owned())?;
            self.push(range, part)?;
        }
        Ok(())
    }

    /// Adds rows to one range.
    pub(crate) fn push(&mut self, range: usize, batch: RecordBatch) -> Result<()> {
        self.bytes += batch.get_array_memory_size();
        self.queues[range].batches.push(batch);
        if self.bytes > self.budget {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        let doing = || "write staged rows to the disk".to_owned();
        for (range, queue) in self.queues.iter_mut().enumerate() {
            if queue.batches.is_empty() {
                continue;
            }
            let writer = match &mut queue.writer {
                Some(writer) => writer,
                empty => {
                    let path = self.folder.join(format!("range-{range:04}.arrows"));
                    let file = File::create(&path).lake_context(doing)?;
                    queue.spilled = Some(path);
                    empty.insert(StreamWriter::try_new(file, &self.schema).lake_context(doing)?)
                }
            };
            for batch in queue.batches.drain(..) {
                writer.write(&batch).lake_context(doing)?;
            }
        }
        self.bytes = 0;
        Ok(())
    }

    /// Ends the staging and hands out the rows of every range that has some.
    pub(crate) fn finish(mut self) -> Result<Vec<(usize, Staged)>> {
        let mut staged = Vec::new();
        for (range, queue) in self.queues.iter_mut().enumerate() {
            if let Some(mut writer) = queue.writer.take() {
                writer.finish().lake_context(|| "write staged rows to the disk".to_owned())?;
            }
            if queue.spilled.is_some() || !queue.batches.is_empty() {
                let queue = std::mem::take(queue);
                staged.push((range, Staged { batches: queue.batches, spilled: queue.spilled }));
            }
        }
        Ok(staged)
    }
}

/// The staged rows of one range, in the order they were delivered.
#[derive(Debug)]
pub(crate) struct Staged {
    batches: Vec<RecordBatch>,
    spilled: Option<PathBuf>,
}

impl Staged {
    /// Reads everything into memory.
    pub(crate) fn read(self) -> Result<Vec<RecordBatch>> {
        let Some(path) = self.spilled else {
            return Ok(self.batches);
        };
        let doing = || "read staged rows back".to_owned();
        let file = BufReader::new(File::open(&path).lake_context(doing)?);
        let reader = StreamReader::try_new(file, None).lake_context(doing)?;
        let mut batches = reader.collect::<std::result::Result<Vec<_>, _>>().lake_context(doing)?;
        std::fs::remove_file(&path).lake_context(doing)?;
        batches.extend(self.batches);
        Ok(batches)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    #[test]
    fn spilled_rows_come_back_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let schema = Arc::new(Schema::new(vec![Field::new("person_id", DataType::Int64, false)]));
        let mut stage = Stage::new(Arc::clone(&schema), Ranges::new(2), folder.path().to_owned());
        stage.budget = 1;
        for ids in [vec![1, i64::MAX], vec![2, i64::MAX - 1]] {
            let persons = Int64Array::from(ids);
            let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(persons.clone())]).unwrap();
            stage.push_by_person(&batch, &persons).unwrap();
        }
        let ids: Vec<Vec<i64>> = stage
            .finish()
            .unwrap()
            .into_iter()
            .map(|(_, staged)| {
                let batches = staged.read().unwrap();
                let ids = |batch: &RecordBatch| {
                    batch.column(0).as_any().downcast_ref::<Int64Array>().unwrap().values().to_vec()
                };
                batches.iter().flat_map(ids).collect()
            })
            .collect();
        assert_eq!(ids, vec![vec![1, 2], vec![i64::MAX, i64::MAX - 1]]);
    }
}
