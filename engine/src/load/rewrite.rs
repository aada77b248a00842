//! Rewrites the ranges of a table that a load touches: copy on write, one sorted run per range, always.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, RecordBatch};
use datafusion::arrow::compute::{cast, filter_record_batch, not};
use datafusion::arrow::datatypes::{Int64Type, SchemaRef};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use futures::{StreamExt, TryStreamExt, stream};
use lifetracks_datasets::Period;

use super::checks::{self, Found, TableChecks};
use super::merge::{Duplicate, Rules, merge};
use super::stage::{Stage, Staged};
use super::{PRESENT_FILE, staged_schema};
use crate::error::{Error, LakeContext, Result};
use crate::lake::{
    Contents, DataFile, EncodedFile, Kind, Location, Ranges, Shape, TableVersion, encode, measure, put,
    read_data,
};

/// Rows that are decoded at a time.
const READ_ROWS: usize = 64 * 1024;

/// A table's new files and what happened to its rows.
#[derive(Debug, Default)]
pub(crate) struct Rewritten {
    pub(crate) files: Vec<DataFile>,
    pub(crate) duplicates: Vec<Duplicate>,
    pub(crate) replaced: u64,
    pub(crate) unchanged: u64,
    /// What the table's checks found in the rows of this load.
    pub(crate) found: Found,
}

/// A table about to be rewritten: what it is, what it holds now, and the persons that have a new number.
#[derive(Debug)]
pub(crate) struct Rewrite {
    /// Where the table's files are; `None` where there is no lake.
    pub(crate) location: Option<Location>,
    /// New files are put into the store; otherwise nothing is written, and they have facts but no name.
    pub(crate) writes: bool,
    pub(crate) ranges: Ranges,
    pub(crate) shape: Shape,
    pub(crate) key: Vec<String>,
    pub(crate) period: Option<Period>,
    pub(crate) present: Option<TableVersion>,
    pub(crate) renamed: Arc<BTreeMap<i64, i64>>,
    /// The delivery of each file of the load.
    pub(crate) deliveries: Arc<[i32]>,
    pub(crate) checks: Arc<TableChecks>,
    pub(crate) threads: usize,
}

impl Rewrite {
    /// Merges the staged rows into the table and puts the new files into the store; commits nothing.
    ///
    /// `refuse` is told of the rows that are not kept, range by range.
    pub(crate) async fn run(
        self,
        mut stage: Stage,
        refuse: &mut (dyn FnMut(Duplicate) -> Result<()> + Send),
    ) -> Result<Rewritten> {
        let mut stay: BTreeMap<usize, Vec<RecordBatch>> = BTreeMap::new();
        for range in self.renamed_ranges() {
            let rows = self.read_range(range).await?;
            stay.insert(range, self.move_renamed(&rows, &mut stage)?);
        }
        let mut touched: BTreeMap<usize, Option<Staged>> =
            stage.finish()?.into_iter().map(|(range, staged)| (range, Some(staged))).collect();
        for range in stay.keys() {
            touched.entry(*range).or_insert(None);
        }
        let untouched =
            self.present_files().iter().filter(|file| !touched.contains_key(&file.range)).cloned();
        let mut result = Rewritten { files: untouched.collect(), ..Rewritten::default() };
        let threads = self.threads.max(1);
        let rewrite = Arc::new(self);
        let jobs = touched.into_iter().map(|(range, staged)| {
            let stays = stay.remove(&range);
            Arc::clone(&rewrite).rewrite_range(range, staged, stays)
        });
        let jobs: Vec<_> = jobs.collect();
        let mut ranges = stream::iter(jobs).buffered(threads);
        while let Some(range) = ranges.try_next().await? {
            result.files.extend(range.files);
            range.duplicates.into_iter().try_for_each(&mut *refuse)?;
            result.replaced += range.replaced;
            result.unchanged += range.unchanged;
            checks::add(&mut result.found, range.found);
        }
        Ok(result)
    }

    fn present_files(&self) -> &[DataFile] {
        self.present.as_ref().map_or(&[], |table| &table.files)
    }

    /// The ranges that hold a person who has a new number.
    fn renamed_ranges(&self) -> Vec<usize> {
        if self.shape.kind != Kind::Person {
            return Vec::new();
        }
        let mut ranges: Vec<usize> = self.renamed.keys().map(|person| self.ranges.of(*person)).collect();
        ranges.sort_unstable();
        ranges.dedup();
        ranges.retain(|range| self.present_files().iter().any(|file| file.range == *range));
        ranges
    }

    /// Takes the rows of renamed persons out of a range and stages them under their new number.
    fn move_renamed(&self, rows: &[RecordBatch], stage: &mut Stage) -> Result<Vec<RecordBatch>> {
        let doing = || "move rows of linked persons".to_owned();
        let mut stay = Vec::new();
        for batch in rows {
            let persons = person_ids(batch)?;
            let moves: BooleanArray =
                persons.values().iter().map(|id| Some(self.renamed.contains_key(id))).collect();
            if moves.true_count() == 0 {
                stay.push(batch.clone());
                continue;
            }
            stay.push(filter_record_batch(batch, &not(&moves).lake_context(doing)?).lake_context(doing)?);
            let moved = filter_record_batch(batch, &moves).lake_context(doing)?;
            let renamed = person_ids(&moved)?.unary(|id| self.renamed.get(&id).copied().unwrap_or(id));
            let mut columns = moved.columns().to_vec();
            columns[0] = Arc::new(renamed.clone());
            let moved = RecordBatch::try_new(moved.schema(), columns).lake_context(doing)?;
            stage.push_by_person(&moved, &renamed)?;
        }
        Ok(stay)
    }

    async fn rewrite_range(
        self: Arc<Self>,
        range: usize,
        staged: Option<Staged>,
        stays: Option<Vec<RecordBatch>>,
    ) -> Result<Rewritten> {
        let renamed = stays.is_some();
        let present = match stays {
            Some(rows) => rows,
            None => self.read_range(range).await?,
        };
        let rewrite = Arc::clone(&self);
        let work = move || rewrite.merge_range(range, &present, staged, renamed);
        let (mut merged, encoded) = tokio::task::spawn_blocking(work)
            .await
            .lake_context(|| format!("merge rows into table {}", self.shape.name))??;
        match (encoded, &self.location) {
            (Encoded::Unchanged, _) => {
                merged.files =
                    self.present_files().iter().filter(|file| file.range == range).cloned().collect();
            }
            (Encoded::Empty, _) | (Encoded::File(_), None) => {}
            (Encoded::Measured(file), _) => merged.files.push(file),
            (Encoded::File(encoded), Some(location)) => {
                merged.files.push(put(location, &self.shape.name, range, &encoded).await?);
            }
        }
        Ok(merged)
    }

    fn merge_range(
        &self,
        range: usize,
        present: &[RecordBatch],
        staged: Option<Staged>,
        renamed: bool,
    ) -> Result<(Rewritten, Encoded)> {
        let staged = staged.map(Staged::read).transpose()?.unwrap_or_default();
        let schema = staged_schema(&self.shape.schema);
        let rules =
            Rules { schema: &schema, order: &self.shape.order, key: &self.key, deliveries: &self.deliveries };
        let merged = merge(rules, present, &staged)?;
        let (rows, keep) = merged.kept();
        let found = self.checks.look(rows, keep)?;
        let contents =
            Contents { person_sorted: self.shape.kind == Kind::Person, period: self.period.as_ref() };
        let batches = || merged.batches(self.shape.schema.fields().len());
        let encoded = if !merged.changed && !renamed {
            Encoded::Unchanged
        } else if merged.len() == 0 {
            Encoded::Empty
        } else if self.writes {
            Encoded::File(encode(&self.shape.schema, batches(), contents)?)
        } else {
            let coverage = measure(&self.shape.schema, batches(), contents)?;
            Encoded::Measured(DataFile::unwritten(range, coverage))
        };
        let rewritten = Rewritten {
            files: Vec::new(),
            replaced: merged.replaced,
            unchanged: merged.unchanged,
            duplicates: merged.duplicates,
            found,
        };
        Ok((rewritten, encoded))
    }

    /// Reads what the table holds in a range, marked as present rows.
    async fn read_range(&self, range: usize) -> Result<Vec<RecordBatch>> {
        let mut rows = Vec::new();
        let Some(location) = &self.location else {
            return Ok(rows);
        };
        for file in self.present_files().iter().filter(|file| file.range == range) {
            let bytes = read_data(location, &self.shape.name, file).await?;
            rows.extend(decode(&file.path, bytes, &self.shape.schema)?);
        }
        Ok(rows)
    }
}

enum Encoded {
    Unchanged,
    Empty,
    File(EncodedFile),
    /// What the file would be, had it been written.
    Measured(DataFile),
}

fn person_ids(batch: &RecordBatch) -> Result<&Int64Array> {
    let ids = batch.column(0).as_primitive_opt::<Int64Type>();
    ids.ok_or_else(|| Error::lake("person_id must be a 64-bit integer"))
}

fn decode(path: &str, bytes: Vec<u8>, schema: &SchemaRef) -> Result<Vec<RecordBatch>> {
    let doing = || format!("read the data file {path}");
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).lake_context(doing)?;
    let reader = builder.with_batch_size(READ_ROWS).build().lake_context(doing)?;
    reader.map(|batch| as_present(&batch.lake_context(doing)?, schema)).collect()
}

/// Fits stored rows to the table's columns (one that was added later is NULL) and marks them as present.
fn as_present(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let doing = || "read the rows of a data file".to_owned();
    let rows = batch.num_rows();
    let column = |name: &str, data_type: &_| -> Result<ArrayRef> {
        match batch.column_by_name(name) {
            Some(column) => cast(column, data_type).lake_context(doing),
            None => Ok(datafusion::arrow::array::new_null_array(data_type, rows)),
        }
    };
    let mut columns = schema
        .fields()
        .iter()
        .map(|field| column(field.name(), field.data_type()))
        .collect::<Result<Vec<_>>>()?;
    columns.push(Arc::new(Int32Array::from_value(PRESENT_FILE, rows)));
    columns.push(Arc::new(Int64Array::from_value(0, rows)));
    RecordBatch::try_new(staged_schema(schema), columns).lake_context(doing)
}
