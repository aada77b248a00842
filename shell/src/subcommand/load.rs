//! `lifetracks load`

use std::time::{Duration, Instant};

use lifetracks_engine::{Engine, LoadReport, LoadRequest};

use super::rejects::{Reason, list};
use super::{Around, DEFAULT_LAKE, named_lake, write_result};
use crate::args::LoadArgs;
use crate::exit::Exit;
use crate::failure::Result;
use crate::text::{counted, seconds};

/// Loads the files, then says how many rows came in and why others did not.
pub(super) fn run(args: &LoadArgs, around: &Around<'_>) -> Result<Exit> {
    let started = Instant::now();
    let lake = named_lake(args.target.lake.as_ref()).unwrap_or_else(|| DEFAULT_LAKE.to_owned());
    let engine = Engine::create(&around.engine.options(Some(lake)))?;
    let report = engine.load(&LoadRequest {
        table: Some(args.table.clone()),
        files: args.files.clone(),
        layout: args.layout.clone(),
        max_reject_share: args.max_reject_share,
    })?;
    write_result(&summary(&report, Some(started.elapsed())))?;
    Ok(Exit::SUCCESS)
}

/// What a load did: every row that was read is either loaded or rejected.
fn summary(report: &LoadReport, elapsed: Option<Duration>) -> String {
    let mut text = format!(
        "{}: {} in {} read, {} loaded, {} rejected",
        report.table,
        counted(report.rows_in, "row"),
        counted(report.files.len() as u64, "file"),
        counted(report.loaded, "row"),
        counted(report.rejected, "row"),
    );
    if report.replaced > 0 {
        text.push_str(&format!(", {} replaced", counted(report.replaced, "earlier row")));
    }
    text.push_str(&format!(" (lake version {}", report.lake_version));
    if let Some(elapsed) = elapsed {
        text.push_str(&format!(", {}", seconds(elapsed)));
    }
    text.push_str(")\n");
    if report.new_persons > 0 {
        text.push_str(&format!("  {} met for the first time\n", counted(report.new_persons, "person")));
    }
    if !report.skipped_files.is_empty() {
        let skipped = counted(report.skipped_files.len() as u64, "file");
        text.push_str(&format!("  {skipped} passed over: loaded before, byte for byte\n"));
    }
    text.push_str(&list(report.rejects.iter().map(|reject| Reason {
        file: Some(&reject.file),
        column: reject.column.as_deref(),
        rule: &reject.rule,
        first_line: reject.first_line,
        rows: reject.rows,
    })));
    if report.rejected > 0 {
        text.push_str("  every one of them: SELECT * FROM lifetracks.rejects\n");
    }
    text
}
