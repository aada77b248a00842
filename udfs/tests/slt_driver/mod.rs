//! What the drivers of `.slt` files share: finding the files, and batches as rows of text.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use libtest_mimic::{Arguments, Failed, Trial};
use sqllogictest::{DBOutput, DefaultColumnType};

/// Runs every `.slt` file below `root` as one test.
pub(crate) fn run_all(
    root: &Path,
    check: fn(&Path) -> Result<(), Failed>,
) -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let mut files = Vec::new();
    find(root, &mut files)?;
    if files.is_empty() {
        return Err(format!("there is no .slt file below {}.", root.display()).into());
    }
    files.sort();
    let trials = files.into_iter().map(|file| {
        let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        Trial::test(name, move || check(&file))
    });
    Ok(libtest_mimic::run(&arguments, trials.collect()).exit_code())
}

/// The rows of a result; none at all for a statement that gives no batch.
pub(crate) fn output(batches: &[RecordBatch]) -> Result<DBOutput<DefaultColumnType>, ArrowError> {
    let Some(first) = batches.first() else {
        return Ok(DBOutput::StatementComplete(0));
    };
    let types = first.schema().fields().iter().map(|field| column_type(field.data_type())).collect();
    let mut rows = Vec::new();
    for batch in batches {
        rows.extend(cells(batch)?);
    }
    Ok(DBOutput::Rows { types, rows })
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "slt") {
            files.push(path);
        }
    }
    Ok(())
}

fn column_type(data_type: &DataType) -> DefaultColumnType {
    match data_type {
        integer if integer.is_integer() => DefaultColumnType::Integer,
        number if number.is_numeric() => DefaultColumnType::FloatingPoint,
        _ => DefaultColumnType::Text,
    }
}

fn cells(batch: &RecordBatch) -> Result<Vec<Vec<String>>, ArrowError> {
    let options = FormatOptions::default().with_null("NULL");
    let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let cell = |row: usize, column: &ArrayFormatter| match column.value(row).to_string() {
        empty if empty.is_empty() => "(empty)".to_owned(),
        text => text,
    };
    Ok((0..batch.num_rows()).map(|row| columns.iter().map(|column| cell(row, column)).collect()).collect())
}
