//! How an engine is opened, and what holds where an option is not given.

use std::path::PathBuf;

use crate::logs::Logs;

/// How an engine is opened.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The lake's folder; `None` for a session without a lake.
    pub lake: Option<String>,
    /// The vault's folder; `<lake>-vault` beside the lake if `None`.
    pub vault: Option<PathBuf>,
    /// Bytes that queries may hold in memory; six tenths of the machine's if `None`.
    pub memory_limit: Option<u64>,
    /// Threads; as many as the machine has cores if `None`.
    pub threads: Option<usize>,
    /// Compares every byte of the lake that an answer depends on with its hash, as `SET lifetracks.checked_reads = true`
    /// does.
    pub checked_reads: bool,
    /// Folders that `read_csv` and its kind may read.
    pub allowed_folders: Vec<PathBuf>,
    /// Folders with further tables, layouts, codes and maps; a later one wins.
    pub definitions: Vec<PathBuf>,
    /// Ranges of `person_id` of a lake that is created; ignored for one that exists.
    pub ranges: Option<usize>,
    /// Who makes cohorts; the user's name in the operating system if `None`. It is kept as a label and proves nothing.
    pub author: Option<String>,
    /// What is kept of the program's use.
    pub logs: Logs,
}

/// Threads of a session: those that are asked for, or one for each core.
pub(crate) fn threads(options: &Options) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    options.threads.unwrap_or_else(cores).max(1)
}

/// Options with paths that stay the same when the program moves to another folder.
pub(crate) fn absolute(options: &Options) -> Options {
    let fixed = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let lake = options.lake.as_ref().map(|lake| fixed(&PathBuf::from(lake)).display().to_string());
    Options {
        lake,
        vault: options.vault.as_ref().map(fixed),
        allowed_folders: options.allowed_folders.iter().map(fixed).collect(),
        definitions: options.definitions.iter().map(fixed).collect(),
        ..options.clone()
    }
}

/// The vault's folder: the one that is named, or the one beside the lake.
pub(crate) fn vault_of(options: &Options) -> Option<PathBuf> {
    options.vault.clone().or_else(|| beside(options.lake.as_deref()?))
}

/// The vault's folder for a lake that names none: beside the lake, never inside it.
fn beside(lake: &str) -> Option<PathBuf> {
    let absolute = std::path::absolute(lake).ok()?;
    let name = absolute.file_name()?.to_string_lossy().into_owned();
    Some(absolute.with_file_name(format!("{name}-vault")))
}

/// Six tenths of the machine's memory, or 4 GiB where it cannot be asked.
pub(crate) fn default_memory() -> u64 {
    const FALLBACK: u64 = 4 << 30;
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.map_or(FALLBACK, |kibibytes| kibibytes * 1024 / 10 * 6)
}
