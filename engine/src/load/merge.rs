//! Merges staged rows into what a range already holds: sorted, one row per natural key, the newest delivery wins.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{
    AsArray, DynComparator, Int32Array, Int64Array, RecordBatch, UInt32Array, make_comparator,
};
use datafusion::arrow::compute::{SortOptions, concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{Int32Type, Int64Type, SchemaRef};
use datafusion::arrow::row::{RowConverter, Rows, SortField};

use super::{FILE_COLUMN, LINE_COLUMN, PRESENT_FILE};
use crate::error::{Error, LakeContext, Result};

/// Rows that are written at a time.
const OUTPUT_ROWS: usize = 64 * 1024;

/// A row of this load that is not kept, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Duplicate {
    /// Index of the file in the load.
    pub(crate) file: i32,
    pub(crate) line: i64,
    pub(crate) rule: &'static str,
}

/// What the merge of one range gave.
#[derive(Debug)]
pub(crate) struct Merged {
    /// All rows of the range (the present ones and the new), unsorted.
    rows: RecordBatch,
    /// Rows to keep, in the table's order.
    keep: Vec<u32>,
    pub(crate) duplicates: Vec<Duplicate>,
    /// Rows of a later delivery that say what was there already.
    pub(crate) unchanged: u64,
    /// Rows of earlier loads, or of an earlier file of this one, that a later delivery replaced.
    pub(crate) replaced: u64,
    /// Whether the range differs from what it held.
    pub(crate) changed: bool,
}

/// The same row of a file is delivered twice.
pub(crate) const DUPLICATE_ROW: &str = "duplicate_row";
/// Two rows of a file have the same natural key and different values.
pub(crate) const DUPLICATE_KEY: &str = "duplicate_key";

/// How rows are merged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'a> {
    /// The table's columns and then the columns that say where a row came from.
    pub(crate) schema: &'a SchemaRef,
    /// The columns to sort by.
    pub(crate) order: &'a [String],
    /// The natural key, unique afterwards.
    pub(crate) key: &'a [String],
    /// The delivery of each file of the load: what came in one archive came at once.
    pub(crate) deliveries: &'a [i32],
}

/// Merges the batches of a range: `present` rows (file -1) first, then the new ones in the order of delivery.
pub(crate) fn merge(rules: Rules<'_>, present: &[RecordBatch], staged: &[RecordBatch]) -> Result<Merged> {
    let Rules { schema, order, key, deliveries } = rules;
    let doing = || "merge rows".to_owned();
    let rows = concat_batches(schema, present.iter().chain(staged)).lake_context(doing)?;
    let count = u32::try_from(rows.num_rows()).map_err(|_| {
        Error::lake("one range holds more than 4 billion rows").with_help("create the lake with more ranges")
    })?;
    let mut columns: Vec<&String> = order.iter().collect();
    columns.extend(key.iter().filter(|name| !order.contains(name)));
    let sort_rows = encode_rows(&rows, &columns)?;
    let mut indices: Vec<u32> = (0..count).collect();
    let origin = Origin::of(&rows, deliveries)?;
    // Rows of one key in the order of delivery; persons that were joined bring rows of earlier loads behind the new ones.
    indices.sort_by(|left, right| {
        let keys = sort_rows.row(*left as usize).cmp(&sort_rows.row(*right as usize));
        keys.then_with(|| origin.file(*left).cmp(&origin.file(*right)))
    });
    let mut merged = Merged {
        keep: Vec::with_capacity(indices.len()),
        duplicates: Vec::new(),
        replaced: 0,
        unchanged: 0,
        changed: false,
        rows,
    };
    if key.is_empty() {
        merged.keep = indices;
        merged.changed = !staged.is_empty();
        return Ok(merged);
    }
    let present_rows: usize = present.iter().map(RecordBatch::num_rows).sum();
    let same_key = |left: &u32, right: &u32| sort_rows.row(*left as usize) == sort_rows.row(*right as usize);
    let mut settled = Settled::default();
    let mut equality = None;
    for group in indices.chunk_by(same_key) {
        let kept = match group {
            [only] => *only,
            several => {
                if equality.is_none() {
                    equality = Some(RowEquality::of(&merged.rows)?);
                }
                let Some(equal) = &equality else { continue };
                settle(several, &origin, equal, &mut settled)
            }
        };
        merged.changed |= kept as usize >= present_rows;
        merged.keep.push(kept);
    }
    Ok(Merged {
        duplicates: settled.duplicates,
        replaced: settled.replaced,
        unchanged: settled.unchanged,
        ..merged
    })
}

/// What became of rows whose key others have.
#[derive(Debug, Default)]
struct Settled {
    duplicates: Vec<Duplicate>,
    replaced: u64,
    unchanged: u64,
}

/// Chooses the row that stays of several with one key; they are in the order of delivery.
fn settle(group: &[u32], origin: &Origin, equal: &RowEquality, settled: &mut Settled) -> u32 {
    let mut kept = group[0];
    let mut last = kept;
    for &next in &group[1..] {
        // A row that repeats what was there stands in the place of it: what follows in its file is its duplicate.
        let same_delivery = origin.delivery(next) == origin.delivery(last);
        let same_values = equal.rows(kept, next);
        match (same_delivery, same_values) {
            // Two records of persons who turned out to be one: neither is a row of this load.
            (true, _) if origin.file(next) == PRESENT_FILE => {}
            (true, _) => settled.duplicates.push(Duplicate {
                file: origin.file(next),
                line: origin.line(next),
                rule: if same_values { DUPLICATE_ROW } else { DUPLICATE_KEY },
            }),
            (false, true) => settled.unchanged += 1,
            (false, false) => {
                settled.replaced += 1;
                kept = next;
            }
        }
        last = next;
    }
    kept
}

impl Merged {
    /// The rows to write, in order, without the columns that say where they came from.
    pub(crate) fn batches(&self, columns: usize) -> impl Iterator<Item = Result<RecordBatch>> + '_ {
        let projection: Vec<usize> = (0..columns).collect();
        self.keep.chunks(OUTPUT_ROWS).map(move |rows| {
            let data = self.rows.project(&projection).lake_context(|| "merge rows".to_owned())?;
            take_record_batch(&data, &UInt32Array::from(rows.to_vec()))
                .lake_context(|| "merge rows".to_owned())
        })
    }

    /// How many rows stay.
    pub(crate) fn len(&self) -> usize {
        self.keep.len()
    }

    /// All rows, and those of them that stay, in the table's order.
    pub(crate) fn kept(&self) -> (&RecordBatch, &[u32]) {
        (&self.rows, &self.keep)
    }
}

fn encode_rows(rows: &RecordBatch, names: &[&String]) -> Result<Rows> {
    let columns = names.iter().map(|name| {
        let column = rows.column_by_name(name).map(Arc::clone);
        column.ok_or_else(|| Error::lake(format!("the table has no column {name} to sort by")))
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
    let converter = RowConverter::new(fields).lake_context(|| "sort rows".to_owned())?;
    converter.convert_columns(&columns).lake_context(|| "sort rows".to_owned())
}

/// Where each row came from.
struct Origin<'a> {
    files: Int32Array,
    lines: Int64Array,
    deliveries: &'a [i32],
}

impl<'a> Origin<'a> {
    fn of(rows: &RecordBatch, deliveries: &'a [i32]) -> Result<Self> {
        let missing = || Error::lake("staged rows do not say where they came from");
        let files =
            rows.column_by_name(FILE_COLUMN).and_then(|column| column.as_primitive_opt::<Int32Type>());
        let lines =
            rows.column_by_name(LINE_COLUMN).and_then(|column| column.as_primitive_opt::<Int64Type>());
        let (files, lines) = (files.ok_or_else(missing)?, lines.ok_or_else(missing)?);
        Ok(Self { files: files.clone(), lines: lines.clone(), deliveries })
    }

    fn delivery(&self, row: u32) -> i32 {
        let file = usize::try_from(self.file(row)).ok();
        file.and_then(|file| self.deliveries.get(file).copied()).unwrap_or(PRESENT_FILE)
    }

    fn file(&self, row: u32) -> i32 {
        self.files.value(row as usize)
    }

    fn line(&self, row: u32) -> i64 {
        self.lines.value(row as usize)
    }
}

/// Compares two rows in every column an agency delivered.
struct RowEquality {
    columns: Vec<DynComparator>,
}

impl RowEquality {
    fn of(rows: &RecordBatch) -> Result<Self> {
        let schema = rows.schema();
        let delivered = schema.fields().iter().zip(rows.columns()).filter(|(field, _)| {
            ![FILE_COLUMN, LINE_COLUMN, super::LOAD_COLUMN].contains(&field.name().as_str())
        });
        let columns = delivered
            .map(|(_, column)| make_comparator(column, column, SortOptions::default()))
            .collect::<std::result::Result<Vec<_>, _>>()
            .lake_context(|| "compare rows".to_owned())?;
        Ok(Self { columns })
    }

    fn rows(&self, left: u32, right: u32) -> bool {
        self.columns.iter().all(|compare| compare(left as usize, right as usize) == Ordering::Equal)
    }
}
