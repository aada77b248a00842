//! A trial conversion: what a load of the file would count and reject, and which codes no code set knows. Nothing is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::num::NonZero;
use std::thread::available_parallelism;

use arrow::array::AsArray;
use arrow::datatypes::DataType;

use super::error::ConvertError;
use super::{Chunk, Counts, convert};
use crate::{CodeSet, Definitions, Layout, Privacy};

/// The most unknown codes that are listed for one column.
const MOST_LISTED: usize = 20;

/// What is known about a file without loading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// How many rows would be loaded and rejected.
    pub counts: Counts,
    /// The rejects by column and rule.
    pub rejects: Vec<RejectCount>,
    /// The canonical columns that hold codes which their code set does not have; such rows are loaded all the same.
    pub unknown_codes: Vec<UnknownCodes>,
}

/// How many rows one rule rejects in one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectCount {
    /// The column's name in the file's header; `None` when the row as a whole is at fault.
    pub column: Option<String>,
    /// The rule.
    pub rule: &'static str,
    /// The line on which the first such row starts.
    pub first_line: u64,
    /// The number of rows.
    pub rows: u64,
}

/// The codes of one canonical column that its code set does not have, on any day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCodes {
    /// The canonical column.
    pub column: String,
    /// The code set.
    pub code_set: String,
    /// The number of rows with such a code.
    pub rows: u64,
    /// The line on which the first of them starts.
    pub first_line: u64,
    /// Up to 20 of the codes, sorted; always empty for a column that is not public.
    pub codes: Vec<String>,
}

/// Reads a whole file as [`convert`] does, and reports instead of delivering rows.
///
/// Errors: those of [`convert`].
pub fn check(
    reader: impl Read + Send,
    file_name: &str,
    layout: &Layout,
    definitions: &Definitions,
) -> Result<CheckReport, ConvertError> {
    let mut rejects: BTreeMap<(Option<String>, &'static str), RejectCount> = BTreeMap::new();
    let mut columns = coded_columns(layout, definitions);
    let threads = available_parallelism().map_or(1, NonZero::get);
    let counts = convert(reader, file_name, layout, definitions, threads, &mut |chunk| {
        for column in &mut columns {
            column.count(&chunk);
        }
        for reject in chunk.rejects {
            let key = (reject.column.clone(), reject.rule);
            let first =
                || RejectCount { column: reject.column, rule: reject.rule, first_line: reject.line, rows: 0 };
            rejects.entry(key).or_insert_with(first).rows += 1;
        }
        Ok(())
    })?;
    let unknown_codes =
        columns.into_iter().filter(|column| column.found.rows > 0).map(CodedColumn::finish).collect();
    Ok(CheckReport { counts, rejects: rejects.into_values().collect(), unknown_codes })
}

/// One column of codes, and the unknown ones found so far.
struct CodedColumn<'a> {
    set: &'a CodeSet,
    position: usize,
    is_public: bool,
    listed: BTreeSet<String>,
    found: UnknownCodes,
}

fn coded_columns<'a>(layout: &Layout, definitions: &'a Definitions) -> Vec<CodedColumn<'a>> {
    let table = definitions.table(&layout.table).filter(|_| !layout.is_link());
    let columns = table.iter().flat_map(|table| table.columns.iter().enumerate());
    let coded = columns.filter(|(_, column)| column.data_type == DataType::Utf8);
    let coded = coded.filter_map(|(position, column)| {
        let set = definitions.code_set(column.code_set.as_deref()?)?;
        let (column_name, code_set) = (column.name.clone(), set.name.clone());
        let found = UnknownCodes { column: column_name, code_set, rows: 0, first_line: 0, codes: Vec::new() };
        Some(CodedColumn {
            set,
            position,
            is_public: column.privacy == Privacy::Public,
            listed: BTreeSet::new(),
            found,
        })
    });
    coded.collect()
}

impl CodedColumn<'_> {
    fn count(&mut self, chunk: &Chunk) {
        let codes = chunk.batch.column(self.position).as_string::<i32>();
        let mut last_known = None;
        for (code, line) in codes.iter().zip(&chunk.lines) {
            let Some(code) = code.filter(|code| last_known != Some(*code)) else {
                continue;
            };
            if self.set.contains(code) {
                last_known = Some(code);
                continue;
            }
            if self.found.rows == 0 {
                self.found.first_line = *line;
            }
            self.found.rows += 1;
            if self.is_public && self.listed.len() < MOST_LISTED && !self.listed.contains(code) {
                self.listed.insert(code.to_owned());
            }
        }
    }

    fn finish(self) -> UnknownCodes {
        UnknownCodes { codes: self.listed.into_iter().collect(), ..self.found }
    }
}
