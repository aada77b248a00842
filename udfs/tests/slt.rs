//! Runs every `slt/<family>/<function>.slt` as one test, each in a session of its own.

#[path = "functions/session.rs"]
mod session;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use libtest_mimic::{Arguments, Failed, Trial};
use sqllogictest::{DB, DBOutput, DefaultColumnType, Runner, strict_column_validator};
use tokio::runtime::Runtime;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("slt");
    let mut files = Vec::new();
    find(&root, &mut files)?;
    if files.is_empty() {
        return Err(format!("there is no .slt file below {}.", root.display()).into());
    }
    files.sort();
    let trials = files.into_iter().map(|file| {
        let name = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
        Trial::test(name, move || check(&file))
    });
    Ok(libtest_mimic::run(&arguments, trials.collect()).exit_code())
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

fn check(file: &Path) -> Result<(), Failed> {
    let mut runner = Runner::new(|| async { Database::new() });
    runner.with_column_validator(strict_column_validator);
    runner.run_file(file).map_err(|error| Failed::from(error.display(false).to_string()))
}

struct Database {
    runtime: Runtime,
    context: SessionContext,
}

impl Database {
    fn new() -> Result<Self, DataFusionError> {
        let config = SessionConfig::new().with_target_partitions(3);
        Ok(Self { runtime: Runtime::new()?, context: session::session(config)? })
    }
}

impl DB for Database {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    fn run(&mut self, statement: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        let batches = self.runtime.block_on(session::run(&self.context, statement))?;
        let Some(first) = batches.first() else {
            return Ok(DBOutput::StatementComplete(0));
        };
        let types = first.schema().fields().iter().map(|field| column_type(field.data_type())).collect();
        let mut rows = Vec::new();
        for batch in &batches {
            rows.extend(cells(batch)?);
        }
        Ok(DBOutput::Rows { types, rows })
    }

    fn engine_name(&self) -> &'static str {
        "lifetracks"
    }
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
