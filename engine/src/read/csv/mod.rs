//! `read_csv('path')`: types from every row of every file, then a scan that holds one batch at a time.

mod column;
mod kind;
mod records;
mod scan;

use std::io::BufReader;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::catalog::TableProvider;

use super::arguments::Arguments;
use super::folders::SourceFile;
use super::{column_names, numbered_name, ordinal, wrong};
use crate::Result;
use crate::error::Error;
use kind::Evidence;
use records::{Record, Records};
use scan::CsvTable;

/// `delimiter`: one character, default a comma. `header`: whether the first row names the columns, default
/// true. `all_text`: whether every column is text, default false.
pub(super) const OPTIONS: &[&str] = &["delimiter", "header", "all_text"];

/// How a file is written.
#[derive(Debug, Clone, Copy)]
struct Format {
    delimiter: u8,
    header: bool,
    all_text: bool,
}

/// Reads every file once to find its columns and their types; all must have the header of the first.
pub(super) fn open(files: &[SourceFile], arguments: &Arguments) -> Result<Arc<dyn TableProvider>> {
    let format = Format {
        delimiter: delimiter(arguments)?,
        header: arguments.boolean("header", true)?,
        all_text: arguments.boolean("all_text", false)?,
    };
    let mut columns: Option<Columns> = None;
    for file in files {
        match &mut columns {
            None => columns = Some(Columns::of(file, format)?),
            Some(columns) => columns.add(file, &files[0], format)?,
        }
    }
    let Some(columns) = columns else {
        return Err(wrong("there is no file to read"));
    };
    Ok(Arc::new(CsvTable::new(Arc::new(columns.schema(format)), files.to_vec(), format)))
}

fn delimiter(arguments: &Arguments) -> Result<u8> {
    match arguments.text("delimiter")?.map(str::as_bytes) {
        None => Ok(b','),
        Some(b"\\t") => Ok(b'\t'),
        Some(&[byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | 0) => Ok(byte),
        Some(_) => {
            Err(Error::usage("the option delimiter is one ASCII character other than a quote or a line end")
                .with_help("write ';', or '\\t' for a tab"))
        }
    }
}

/// The columns of the files read so far.
struct Columns {
    names: Vec<String>,
    evidence: Vec<Evidence>,
}

impl Columns {
    fn of(file: &SourceFile, format: Format) -> Result<Self> {
        let mut records = records(file, format)?;
        let Some(first) = records.next_row(None)? else {
            return Err(wrong(format!("{file} is empty, so its columns are unknown")));
        };
        let names = names(first, file, format)?;
        let mut columns = Self { evidence: vec![Evidence::default(); names.len()], names };
        if !format.header {
            columns.see(first);
        }
        columns.see_rest(&mut records, format)?;
        Ok(columns)
    }

    fn add(&mut self, file: &SourceFile, first_file: &SourceFile, format: Format) -> Result<()> {
        let mut records = records(file, format)?;
        if format.header {
            let Some(header) = records.next_row(None)? else {
                return Err(wrong(format!("{file} is empty, and has not even a header")));
            };
            let names = names(header, file, format)?;
            if names != self.names {
                // Names are not shown: in a file without a header they are a person's values.
                let differs = self.names.iter().zip(&names).position(|(first, other)| first != other);
                let what = match differs {
                    Some(column) => format!("the {} column has another name", ordinal(column + 1)),
                    None => format!("it has {} columns instead of {}", names.len(), self.names.len()),
                };
                let message = format!("{file} does not have the header of {first_file}: {what}");
                return Err(wrong(message).with_help("read the files apart"));
            }
        }
        self.see_rest(&mut records, format)
    }

    fn see_rest(&mut self, records: &mut Records, format: Format) -> Result<()> {
        while let Some(record) = records.next_row(Some(self.names.len()))? {
            if !format.all_text {
                self.see(record);
            }
        }
        Ok(())
    }

    fn see(&mut self, record: &Record) {
        for (evidence, field) in self.evidence.iter_mut().zip(record.fields()) {
            evidence.see(field);
        }
    }

    fn schema(&self, format: Format) -> Schema {
        let fields: Vec<Field> = self
            .names
            .iter()
            .zip(&self.evidence)
            .map(|(name, evidence)| {
                let kind = if format.all_text { kind::Kind::Text } else { evidence.kind() };
                Field::new(name, kind.data_type(), true)
            })
            .collect();
        Schema::new(fields)
    }
}

fn names(first: &Record, file: &SourceFile, format: Format) -> Result<Vec<String>> {
    if format.header {
        column_names(first.fields(), file)
    } else {
        Ok((0..first.len()).map(numbered_name).collect())
    }
}

fn records(file: &SourceFile, format: Format) -> Result<Records> {
    let reader = BufReader::with_capacity(256 << 10, file.open()?);
    Ok(Records::new(Box::new(reader), file.to_string(), format.delimiter))
}
