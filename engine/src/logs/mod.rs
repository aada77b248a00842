//! What the program around the engine keeps of its use: the query log, and the history of its prompt.
//!
//! The query log is a file of JSON lines, one for each statement that ran. It never holds the text of a statement, a
//! value of a row or the words of an error: a literal may be confidential, and logs are read by others.

mod entry;
mod file;
mod key;
mod notice;

use std::io;
use std::path::PathBuf;

pub use self::entry::{QueryEntry, QueryStatus};
pub(crate) use self::file::{append, read};
pub(crate) use self::notice::{UNREAD, notices};

/// The function, and the table of facts behind it, that shows the query log.
pub(crate) const QUERY_LOG: &str = "query_log";
/// The function that shows the prompt's history.
pub(crate) const SHELL_HISTORY: &str = "shell_history";

/// The functions whose rows are what the program around the engine keeps of its use, and none of the lake's.
pub const LOG_FUNCTIONS: [&str; 2] = [QUERY_LOG, SHELL_HISTORY];

/// Whether FROM knows one of the functions here by this name.
pub(crate) fn is_function(name: &str) -> bool {
    LOG_FUNCTIONS.contains(&name)
}

/// Where `query_log()` and `shell_history()` find what they show; what is not named has no rows.
#[derive(Debug, Clone, Default)]
pub struct Logs {
    /// The file of the query log. Its folder must be there before something is logged.
    pub queries: Option<PathBuf>,
    /// Reads the entries of the prompt's history, the oldest first.
    pub history: Option<fn() -> io::Result<Vec<String>>>,
}
