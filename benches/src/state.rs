//! A synthetic state in a temporary folder: its extracts, and a lake made of some of them.

use std::path::{Path, PathBuf};

use futures::StreamExt;
use lifetracks_engine::twin::{TwinOptions, generate};
use lifetracks_engine::{Engine, LoadRequest, Options, Outcome};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Why a bench could not be set up or run.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A hundredth of a state: about 100,000 enrollment spells and a million wage records in twenty years.
const SCALE: f64 = 0.01;

/// The extracts of a small synthetic state, in a folder that goes away with it.
#[derive(Debug)]
pub struct State {
    folder: TempDir,
}

impl State {
    /// Simulates the state that all benches share; the same on every machine.
    ///
    /// Errors: the temporary folder cannot be written.
    pub fn simulate() -> Result<Self, Failure> {
        Self::of_scale(SCALE)
    }

    fn of_scale(scale: f64) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        generate(&TwinOptions { scale, ..TwinOptions::default() }, &extracts(folder.path()))?;
        Ok(Self { folder })
    }

    /// The wage extracts of all years as one CSV file in memory, under one header.
    ///
    /// Errors: an extract cannot be read.
    pub fn wages(&self) -> Result<Vec<u8>, Failure> {
        let mut text = Vec::new();
        for path in self.files("mdes", "wage_")? {
            let bytes = std::fs::read(path)?;
            let header = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
            let from = if text.is_empty() { 0 } else { header };
            text.extend_from_slice(&bytes[from..]);
        }
        Ok(text)
    }

    /// A lake of the school enrollments, opened on `threads` threads.
    ///
    /// Errors: the lake or its vault cannot be written, an extract does not fit its layout.
    pub fn lake(&self, threads: usize) -> Result<Engine, Failure> {
        let lake = self.folder.path().join(format!("lake{threads}"));
        let options =
            Options { lake: Some(lake.display().to_string()), threads: Some(threads), ..Options::default() };
        let engine = Engine::create(&options)?;
        engine.load(&LoadRequest {
            files: self.files("mde", "enrollment_")?,
            layout: "ms_mde_enrollment".to_owned(),
            ..LoadRequest::default()
        })?;
        Ok(engine)
    }

    /// The extracts of an agency whose name begins with `prefix`, in order of name.
    fn files(&self, agency: &str, prefix: &str) -> Result<Vec<PathBuf>, Failure> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(extracts(self.folder.path()).join(agency))? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(prefix) {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Runs a text to its end; how many rows its statements gave.
///
/// Errors: the first statement that fails.
pub fn count_rows(engine: &Engine, runtime: &Runtime, sql: &str) -> Result<usize, Failure> {
    runtime.block_on(async {
        let mut count = 0;
        let mut run = engine.run(sql)?;
        while let Some(outcome) = run.next().await {
            let Outcome::Rows(mut rows) = outcome? else { continue };
            while let Some(batch) = rows.next().await {
                count += batch?.num_rows();
            }
        }
        Ok(count)
    })
}

fn extracts(folder: &Path) -> PathBuf {
    folder.join("extracts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_one_header_and_a_lake() {
        let state = State::of_scale(0.0005).unwrap();
        let text = String::from_utf8(state.wages().unwrap()).unwrap();
        assert_eq!(text.lines().filter(|line| line.starts_with("SSN,")).count(), 1);
        let engine = state.lake(1).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert_eq!(count_rows(&engine, &runtime, "select person_id from k12_enrollment limit 7").unwrap(), 7);
    }
}
