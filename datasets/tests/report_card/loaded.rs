//! Reads bytes under a layout.

use std::sync::OnceLock;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::Float64Type;
use lifetracks_datasets::{Counts, Definitions, Part, Reject, Request, convert};

use crate::card::Card;
use crate::records::Record;
use crate::workbook::workbook;

/// What was read.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) rows: RecordBatch,
    /// For each row the line of the file.
    pub(crate) lines: Vec<u64>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) counts: Counts,
}

/// The built-in definitions.
pub(crate) fn definitions() -> &'static Definitions {
    static DEFINITIONS: OnceLock<Definitions> = OnceLock::new();
    DEFINITIONS.get_or_init(Definitions::builtin)
}

/// Reads a file of these bytes under a built-in layout.
pub(crate) fn load(layout: &str, bytes: impl Into<Vec<u8>>) -> Loaded {
    load_with(definitions(), layout, bytes)
}

/// Reads a file of these bytes.
pub(crate) fn load_with(definitions: &Definitions, layout: &str, bytes: impl Into<Vec<u8>>) -> Loaded {
    let layout = definitions.layout(layout).unwrap();
    let part = Part::from_bytes("report_card", bytes.into());
    let request = Request { part: &part, layout, definitions, year: None, threads: 2 };
    let (mut batches, mut lines, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
    let conversion = convert(&request, &mut |chunk| {
        batches.push(chunk.batch);
        lines.extend(chunk.lines);
        rejects.extend(chunk.rejects);
        Ok(())
    });
    let counts = conversion.unwrap().counts;
    let schema = definitions.table("published_measure").unwrap().schema();
    let rows = concat_batches(&schema, &batches).unwrap();
    Loaded { rows, lines, rejects, counts }
}

/// The text of a file of these records.
pub(crate) fn text(card: &Card, records: &[Record]) -> String {
    records.iter().map(|record| record.line(card)).collect()
}

/// The spreadsheet of these records.
pub(crate) fn spreadsheet(card: &Card, records: &[Record]) -> Vec<u8> {
    let rows: Vec<_> = records.iter().map(|record| record.cells(card)).collect();
    workbook(card.file, &rows)
}

/// The three ways to read a file of these records: what is read, and under which layout.
pub(crate) fn three_ways(card: &Card, records: &[Record]) -> [(String, Vec<u8>); 3] {
    let text = text(card, records).into_bytes();
    [
        (card.layout.to_owned(), text.clone()),
        (format!("{}_fixed", card.layout), text),
        (format!("{}_xls", card.layout), spreadsheet(card, records)),
    ]
}

impl Loaded {
    /// A text column; `None` is NULL.
    pub(crate) fn texts(&self, column: &str) -> Vec<Option<&str>> {
        self.rows.column_by_name(column).unwrap().as_string::<i32>().iter().collect()
    }

    /// A column of floats; `None` is NULL.
    pub(crate) fn numbers(&self, column: &str) -> Vec<Option<f64>> {
        self.rows.column_by_name(column).unwrap().as_primitive::<Float64Type>().iter().collect()
    }

    /// The rejects as line, column and rule.
    pub(crate) fn faults(&self) -> Vec<(u64, Option<&str>, &str)> {
        self.rejects.iter().map(|reject| (reject.line, reject.column.as_deref(), reject.rule)).collect()
    }
}
