//! A lake in a temporary folder, and what a user does with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::StreamExt;
use lifetracks_engine::arrow::array::RecordBatch;
use lifetracks_engine::arrow::util::pretty::pretty_format_batches;
use lifetracks_engine::{Engine, Error, LoadReport, LoadRequest, Options, Outcome};
use tempfile::TempDir;

/// An engine on a lake of its own.
pub(crate) struct Lake {
    pub(crate) folder: TempDir,
    pub(crate) engine: Engine,
}

impl Lake {
    /// A new lake with two threads and four ranges.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::create(&options(folder.path())).unwrap();
        Self { folder, engine }
    }

    /// Writes a file beside the lake.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Loads files that are written first.
    pub(crate) fn load(&self, layout: &str, files: &[(&str, &str)]) -> Result<LoadReport, Error> {
        let files = files.iter().map(|(name, text)| self.file(name, text)).collect();
        self.engine.load(&LoadRequest {
            files,
            layout: layout.to_owned(),
            max_reject_share: Some(0.5),
            ..LoadRequest::default()
        })
    }

    /// The result of one statement as a table.
    pub(crate) fn query(&self, sql: &str) -> String {
        table(&self.engine, sql).unwrap_or_else(|error| panic!("{sql}\n{error:?}"))
    }

    /// The only cell of a result.
    pub(crate) fn value(&self, sql: &str) -> String {
        let table = self.query(sql);
        let row = table.lines().nth(3).unwrap_or_else(|| panic!("{sql}\n{table}"));
        row.trim_matches(['|', ' ']).to_owned()
    }

    /// The error of a statement.
    pub(crate) fn error(&self, sql: &str) -> Error {
        table(&self.engine, sql).expect_err(sql)
    }
}

/// How the tests open a lake in a folder.
pub(crate) fn options(folder: &Path) -> Options {
    Options {
        lake: Some(folder.join("lake").display().to_string()),
        threads: Some(2),
        ranges: Some(4),
        allowed_folders: vec![folder.to_owned()],
        author: Some("tester".to_owned()),
        ..Options::default()
    }
}

/// Runs a text; the last statement's rows as a table, or its sentence.
pub(crate) fn table(engine: &Engine, sql: &str) -> Result<String, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut run = engine.run(sql)?;
        let mut last = String::new();
        while let Some(outcome) = run.next().await {
            last = match outcome? {
                Outcome::Done(sentence) => sentence,
                Outcome::Notice(_) | Outcome::Running(_) => continue,
                Outcome::Rows(mut rows) => {
                    let mut batches = vec![RecordBatch::new_empty(Arc::clone(&rows.schema))];
                    while let Some(batch) = rows.next().await {
                        batches.push(batch?);
                    }
                    pretty_format_batches(&batches).unwrap().to_string()
                }
            };
        }
        Ok(last)
    })
}

/// The notices of a text.
pub(crate) fn notices(engine: &Engine, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut run = engine.run(sql).unwrap();
        let mut notices = Vec::new();
        while let Some(outcome) = run.next().await {
            match outcome.unwrap() {
                Outcome::Notice(notice) => notices.push(notice),
                Outcome::Rows(mut rows) => while rows.next().await.is_some() {},
                Outcome::Done(_) | Outcome::Running(_) => {}
            }
        }
        notices
    })
}

/// The fixtures' folder; says that the test is skipped when there is none.
pub(crate) fn fixtures(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("LIFETRACKS_FIXTURES").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: {test} (LIFETRACKS_FIXTURES is not set)");
    }
    folder
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
