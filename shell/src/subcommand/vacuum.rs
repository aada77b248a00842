//! `lifetracks vacuum`

use lifetracks_engine::{Engine, VacuumReport, VacuumRequest};

use super::{Around, DEFAULT_LAKE, named_lake, write_result};
use crate::args::VacuumArgs;
use crate::exit::Exit;
use crate::failure::Result;
use crate::text::counted;

/// Removes what no kept version of the lake needs.
pub(super) fn run(args: &VacuumArgs, around: &Around<'_>) -> Result<Exit> {
    let named = args.folder.as_ref().or(args.target.lake.as_ref());
    let lake = named_lake(named).unwrap_or_else(|| DEFAULT_LAKE.to_owned());
    let engine = Engine::open(&around.engine.options(Some(lake)))?;
    let request = VacuumRequest { keep: args.keep, older_than_days: args.older_than, dry_run: args.dry_run };
    let report = engine.vacuum(&request)?;
    write_result(&summary(&report, args.dry_run))?;
    Ok(Exit::SUCCESS)
}

fn summary(report: &VacuumReport, dry_run: bool) -> String {
    let verb = if dry_run { "would be removed" } else { "removed" };
    format!(
        "{}, {} {verb}; lake versions {} to {} stay\n",
        counted(report.files, "file"),
        counted(report.bytes, "byte"),
        report.oldest,
        report.newest
    )
}
