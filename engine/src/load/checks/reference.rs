//! Rows that name a row of another table which is not there: a school that the directory does not have.

use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::hash_utils::{QualityRandomState, create_hashes};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use lifetracks_datasets::Table;

use crate::error::{Error, LakeContext, Result};
use crate::hashed::Hashed;
use crate::lake::{Lake, TableVersion, read_data};

/// Different keys of a table past which references to it are not checked: more would fill over half a gigabyte.
const MOST_KEYS: usize = 32_000_000;
const PERSON: &str = "person_id";
/// Rows that are decoded at a time.
const READ_ROWS: usize = 64 * 1024;
/// Any seed will do, as long as both sides have the same.
const HASH: QualityRandomState = QualityRandomState::with_seed(0x1f1e);

/// Columns whose values must stand in another table.
///
/// Of the other table's keys 64-bit hashes are kept: among ten million of them, one wrong reference in a million million
/// is taken for a right one.
#[derive(Debug)]
pub(super) struct Reference {
    columns: Vec<String>,
    types: Vec<DataType>,
    known: HashSet<u64, BuildHasherDefault<Hashed>>,
    /// The columns of the same table that are referred to, where it refers to itself.
    own: Option<Vec<String>>,
}

impl Reference {
    /// Reads the keys of the table that is referred to; the inner error says why the reference cannot be checked.
    pub(super) async fn read(
        columns: &[String],
        other: &str,
        to: &[String],
        table: &Table,
        lake: Option<&Lake>,
        renamed: &BTreeMap<i64, i64>,
    ) -> Result<Result<Self, String>> {
        let own = (other == table.name).then(|| to.to_vec());
        let types = columns
            .iter()
            .map(|name| {
                let column = table.column(name).map(|column| column.data_type.clone());
                column
                    .ok_or_else(|| Error::lake(format!("table {} has no column {name} to check", table.name)))
            })
            .collect::<Result<Vec<_>>>()?;
        let mut reference = Self { columns: columns.to_vec(), types, known: HashSet::default(), own };
        let version = match lake {
            Some(lake) => lake.table(other, lake.version()).await?,
            None => None,
        };
        match (version, lake) {
            (Some(version), Some(lake)) => reference.learn(lake, &version, to, renamed).await?,
            _ if reference.own.is_none() => return Ok(Err(format!("table {other} is not in the lake"))),
            _ => {}
        }
        if reference.known.len() > MOST_KEYS {
            return Ok(Err(format!("table {other} has more than {MOST_KEYS} different keys")));
        }
        Ok(Ok(reference))
    }

    async fn learn(
        &mut self,
        lake: &Lake,
        version: &TableVersion,
        to: &[String],
        renamed: &BTreeMap<i64, i64>,
    ) -> Result<()> {
        for file in &version.files {
            let doing = || format!("read the keys of the data file {}", file.path);
            let bytes = read_data(lake.location(), &version.shape.name, file).await?;
            let builder =
                ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).lake_context(doing)?;
            let mask = ProjectionMask::columns(builder.parquet_schema(), to.iter().map(String::as_str));
            let reader =
                builder.with_projection(mask).with_batch_size(READ_ROWS).build().lake_context(doing)?;
            for batch in reader {
                let batch = with_new_numbers(batch.lake_context(doing)?, renamed)?;
                self.add(&batch, to)?;
                if self.known.len() > MOST_KEYS {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Adds keys that are about to come into the table, where it refers to itself.
    pub(super) fn observe(&mut self, rows: &RecordBatch) -> Result<()> {
        match self.own.clone() {
            Some(to) => self.add(rows, &to),
            None => Ok(()),
        }
    }

    fn add(&mut self, rows: &RecordBatch, names: &[String]) -> Result<()> {
        let hashes = self.hashes(rows, names, None)?;
        self.known.extend(hashes.into_iter().flatten());
        Ok(())
    }

    /// Tells of every row among `loaded` whose values stand nowhere.
    pub(super) fn look(&self, rows: &RecordBatch, loaded: &[u32], tell: &mut impl FnMut(u32)) -> Result<()> {
        let positions = UInt32Array::from(loaded.to_vec());
        let hashes = self.hashes(rows, &self.columns, Some(&positions))?;
        for (row, hash) in loaded.iter().zip(hashes) {
            if hash.is_some_and(|hash| !self.known.contains(&hash)) {
                tell(*row);
            }
        }
        Ok(())
    }

    /// A hash of each row's values; `None` where one of them is NULL.
    fn hashes(
        &self,
        rows: &RecordBatch,
        names: &[String],
        only: Option<&UInt32Array>,
    ) -> Result<Vec<Option<u64>>> {
        let doing = || "compare the keys of two tables".to_owned();
        let column = |(name, data_type): (&String, &DataType)| -> Result<ArrayRef> {
            let column = rows
                .column_by_name(name)
                .ok_or_else(|| Error::lake(format!("there is no column {name} to compare")))?;
            let column = match only {
                Some(only) => take(column, only, None).lake_context(doing)?,
                None => ArrayRef::clone(column),
            };
            cast(&column, data_type).lake_context(doing)
        };
        let columns = names.iter().zip(&self.types).map(column).collect::<Result<Vec<_>>>()?;
        let count = columns.first().map_or(0, Array::len);
        let mut hashes = vec![0; count];
        create_hashes(&columns, &HASH, &mut hashes).lake_context(doing)?;
        let whole = |row: usize| columns.iter().all(|column| column.is_valid(row));
        Ok(hashes.into_iter().enumerate().map(|(row, hash)| whole(row).then_some(hash)).collect())
    }
}

/// Gives persons who turned out to be others the numbers that the rows of this load have already.
fn with_new_numbers(batch: RecordBatch, renamed: &BTreeMap<i64, i64>) -> Result<RecordBatch> {
    let Ok(position) = batch.schema().index_of(PERSON) else {
        return Ok(batch);
    };
    let Some(persons) =
        batch.column(position).as_primitive_opt::<Int64Type>().filter(|_| !renamed.is_empty())
    else {
        return Ok(batch);
    };
    let mut columns = batch.columns().to_vec();
    columns[position] = Arc::new(persons.unary::<_, Int64Type>(|id| renamed.get(&id).copied().unwrap_or(id)));
    RecordBatch::try_new(batch.schema(), columns).lake_context(|| "compare the keys of two tables".to_owned())
}
