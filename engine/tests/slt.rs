//! Runs every `slt/<family>/<case>.slt` as one test, each in a session of its own without a lake.

#[path = "../../udfs/tests/slt_driver/mod.rs"]
mod slt_driver;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use async_trait::async_trait;
use futures::StreamExt;
use libtest_mimic::Failed;
use lifetracks_engine::{Engine, Options, Outcome};
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner, strict_column_validator};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    slt_driver::run_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("slt"), check)
}

fn check(file: &Path) -> Result<(), Failed> {
    let mut runner = Runner::new(|| async {
        Engine::open(&Options { threads: Some(3), ..Options::default() }).map(|engine| Database { engine })
    });
    runner.with_column_validator(strict_column_validator);
    runner.run_file(file).map_err(|error| Failed::from(error.display(false).to_string()))
}

struct Database {
    engine: Engine,
}

#[async_trait]
impl AsyncDB for Database {
    type Error = lifetracks_engine::Error;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, statement: &str) -> Result<DBOutput<DefaultColumnType>, Self::Error> {
        let mut run = self.engine.run(statement)?;
        let mut output = DBOutput::StatementComplete(0);
        while let Some(outcome) = run.next().await {
            if let Outcome::Rows(mut rows) = outcome? {
                let mut batches = Vec::new();
                while let Some(batch) = rows.next().await {
                    batches.push(batch?);
                }
                // A result that cannot be written down is no result; the next line of the file says what was expected.
                output = slt_driver::output(&batches).unwrap_or(DBOutput::StatementComplete(0));
            }
        }
        Ok(output)
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &'static str {
        "lifetracks"
    }
}
