//! `lifetracks info`

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{Around, DEFAULT_LAKE, named_lake, statements};
use crate::args::{Args, LakeArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::history::history_path;
use crate::log::logs;

/// Shows what a report of a fault should hold: the build, the limits and the places, and nothing of the data.
pub(super) fn run(args: &LakeArgs, around: &Around<'_>) -> Result<Exit> {
    let lake = named_lake(args.lake.as_ref())
        .or_else(|| Path::new(DEFAULT_LAKE).is_dir().then(|| DEFAULT_LAKE.to_owned()));
    let sql = facts(lake.as_deref());
    let words = ["lifetracks", "-c", &sql].map(OsString::from);
    let parsed = Args::parse_from(words);
    let (mut asked, scripts) = parsed.map_err(|error| Failure::usage(error.to_string()))?;
    asked.lake = lake;
    statements::run(&asked, scripts, around)
}

/// SQL with a row for each fact.
fn facts(lake: Option<&str>) -> String {
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    let machine = format!("{build}, {} {}", std::env::consts::OS, std::env::consts::ARCH);
    let shown = |file: Option<PathBuf>| file.map(|file| file.display().to_string()).unwrap_or_default();
    let (history, log) = (shown(history_path()), shown(logs().queries));
    let told = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("build", &machine),
        ("lake", lake.unwrap_or("none")),
        ("history", &history),
        ("query log", &log),
    ];
    let mut rows: Vec<String> =
        told.iter().map(|(name, value)| format!("'{name}', '{}'", value.replace('\'', "''"))).collect();
    let asked = [
        ("lake version", "(SELECT max(lake_version) FROM lifetracks.versions)"),
        ("tables loaded", "(SELECT count(rows) FROM lifetracks.tables)"),
        ("tables defined", "(SELECT count(*) FROM lifetracks.tables)"),
        ("layouts", "(SELECT count(*) FROM lifetracks.layouts)"),
        ("methods", "(SELECT count(*) FROM lifetracks.methods)"),
        ("functions", "(SELECT count(*) FROM lifetracks.functions)"),
        (
            "functions of SQL",
            "(SELECT count(DISTINCT function) FROM lifetracks.manual WHERE function NOT IN (SELECT name FROM lifetracks.functions))",
        ),
        (
            "threads",
            "(SELECT value FROM information_schema.df_settings WHERE name = 'datafusion.execution.target_partitions')",
        ),
        (
            "memory limit",
            "(SELECT value FROM information_schema.df_settings WHERE name = 'datafusion.runtime.memory_limit')",
        ),
    ];
    rows.extend(asked.iter().map(|(name, query)| format!("'{name}', CAST({query} AS VARCHAR)")));
    let rows: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(place, row)| {
            format!("SELECT {place} AS place, {}", row.replacen(", ", " AS name, ", 1) + " AS value")
        })
        .collect();
    format!("SELECT name, value FROM ({}) ORDER BY place", rows.join(" UNION ALL "))
}
