//! Runs every `slt/<family>/<function>.slt` as one test, each in a session of its own.

#[path = "functions/session.rs"]
mod session;
mod slt_driver;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use libtest_mimic::Failed;
use sqllogictest::{DB, DBOutput, DefaultColumnType, Runner, strict_column_validator};
use tokio::runtime::Runtime;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    slt_driver::run_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("slt"), check)
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
        Ok(slt_driver::output(&batches)?)
    }

    fn engine_name(&self) -> &'static str {
        "lifetracks"
    }
}
