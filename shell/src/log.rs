//! The query log as the shell writes it: an entry for each statement that ran, unless it is turned off.
//!
//! A log that cannot be written keeps nobody from working: that is said once.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lifetracks_engine::{Logs, QueryEntry, QueryStatus};

use crate::exit::Exit;
use crate::failure::Result;
use crate::history::{history_path, load, private_folder, state_folder};
use crate::shell::Shell;

/// The file of the query log in the folder of what the shell remembers.
const FILE: &str = "queries.jsonl";

/// Whether statements are logged.
#[derive(Debug)]
pub(crate) struct QueryLog {
    /// Whether the next statement is.
    pub(crate) is_on: bool,
    /// Whether it was said that the log cannot be written.
    is_told: bool,
}

impl Default for QueryLog {
    fn default() -> Self {
        Self { is_on: true, is_told: false }
    }
}

/// What is known of a statement besides its text, as far as it has come.
#[derive(Debug)]
pub(crate) struct Account {
    started: Instant,
    /// The tables that it reads.
    pub(crate) tables: Vec<String>,
    /// Rows that it gave; `None` where it gives none.
    pub(crate) rows: Option<u64>,
    /// The file that takes its rows.
    pub(crate) file: Option<PathBuf>,
    /// How long it took until its last row was written; what comes then is a pager and the person who reads.
    took: Option<Duration>,
}

impl Account {
    /// The account of a statement that begins now.
    pub(crate) fn begin() -> Self {
        Self { started: Instant::now(), tables: Vec::new(), rows: None, file: None, took: None }
    }

    /// The last row was written.
    pub(crate) fn end(&mut self) {
        self.took = Some(self.started.elapsed());
    }
}

/// Where the engine finds the query log and the history of the prompt; nowhere without a home.
pub(crate) fn logs() -> Logs {
    Logs { queries: state_folder().map(|folder| folder.join(FILE)), history: Some(history) }
}

/// The entries of the prompt's history.
fn history() -> std::io::Result<Vec<String>> {
    history_path().map_or_else(|| Ok(Vec::new()), |path| load(&path).map(Vec::from))
}

impl Shell {
    /// Adds a statement that has ended to the query log.
    pub(crate) fn log<T>(&mut self, mut entry: QueryEntry, account: Account, ended: &Result<T>) {
        let Some(path) = self.engine.query_log().filter(|_| self.log.is_on).map(Path::to_owned) else {
            return;
        };
        let took = account.took.unwrap_or_else(|| account.started.elapsed());
        entry.command = self.command.map(str::to_owned);
        entry.tables = account.tables;
        entry.rows = account.rows;
        entry.milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        entry.status = status(ended);
        entry.output_file = account.file.map(|file| absolute(&file).display().to_string());
        let folder = path.parent().map_or(Ok(()), private_folder);
        if let Err(error) = folder.and_then(|()| self.engine.log(entry))
            && !std::mem::replace(&mut self.log.is_told, true)
        {
            let dim = self.terminal.errors.dim;
            let note = format!(
                "{dim}note: the query log {} cannot be written ({error}); .log off leaves it alone{dim:#}",
                path.display()
            );
            // Nothing is left to do for a note that cannot be written.
            let _ = self.tell(&note);
        }
    }
}

/// A path that means the same in every folder.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn status<T>(ended: &Result<T>) -> QueryStatus {
    match ended {
        Ok(_) => QueryStatus::Ok,
        Err(failure) if failure.is_output_closed() => QueryStatus::Ok,
        Err(failure) if failure.is_cancelled() => QueryStatus::Cancelled,
        Err(failure) if failure.exit == Exit::TIMEOUT => QueryStatus::Timeout,
        Err(failure) if failure.exit == Exit::REFUSED => QueryStatus::Refused,
        Err(_) => QueryStatus::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_statement_ends_in_one_of_five_ways() {
        let of = |failure: Failure| status::<()>(&Err(failure));
        assert_eq!(status(&Ok(())), QueryStatus::Ok);
        let closed = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        assert_eq!(of(closed.into()), QueryStatus::Ok);
        assert_eq!(of(Failure::cancelled(Duration::ZERO, None)), QueryStatus::Cancelled);
        assert_eq!(of(Failure::new(Exit::TIMEOUT, "late")), QueryStatus::Timeout);
        assert_eq!(of(Failure::new(Exit::REFUSED, "no")), QueryStatus::Refused);
        assert_eq!(of(Failure::usage("wrong")), QueryStatus::Error);
    }
}
