//! `lifetracks load`

use std::path::Path;
use std::time::{Duration, Instant};

use lifetracks_engine::{Engine, LoadReport, LoadRequest, closest_name};

use super::findings::{change_lines, lines as finding_lines, note_lines};
use super::rejects::{Reason, list};
use super::{Around, DEFAULT_LAKE, named_lake, write_result};
use crate::args::LoadArgs;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::text::{counted, seconds};

/// Loads the files, then says how many rows came in and why others did not.
pub(super) fn run(args: &LoadArgs, around: &Around<'_>) -> Result<Exit> {
    let started = Instant::now();
    let lake = named_lake(args.target.lake.as_ref()).unwrap_or_else(|| DEFAULT_LAKE.to_owned());
    if !Path::new(&lake).exists() {
        refuse_what_cannot_load(args, around)?;
    }
    let engine = Engine::create(&around.engine.options(Some(lake)))?;
    let report = engine.load(&LoadRequest {
        table: Some(args.table.clone()),
        files: args.files.clone(),
        layout: args.layout.clone(),
        max_reject_share: args.max_reject_share,
        year: args.year,
    })?;
    write_result(&summary(&report, started.elapsed()))?;
    Ok(Exit::SUCCESS)
}

/// Finds a wrong name before a lake is made for it.
fn refuse_what_cannot_load(args: &LoadArgs, around: &Around<'_>) -> Result<()> {
    let engine = Engine::open(&around.engine.options(None))?;
    let layouts = engine.definitions().layouts();
    let Some(layout) = layouts.iter().find(|layout| layout.name == args.layout) else {
        let names = layouts.iter().map(|layout| layout.name.as_str());
        let help = match closest_name(&args.layout, names) {
            Some(name) => format!("did you mean {name}?"),
            None => "`lifetracks -c .layouts` lists the layouts".to_owned(),
        };
        return Err(Failure::usage(format!("there is no layout {}", args.layout)).with_help(help));
    };
    if layout.table != args.table {
        let message = format!("layout {} fills table {}, not {}", layout.name, layout.table, args.table);
        return Err(Failure::usage(message));
    }
    match args.files.iter().find(|file| !file.is_file()) {
        Some(file) => Err(Failure::usage(format!("there is no file {}", file.display()))),
        None => Ok(()),
    }
}

/// What a load did: every row that was read is either loaded or rejected.
fn summary(report: &LoadReport, elapsed: Duration) -> String {
    let mut lines = vec![format!(
        "{}: {} in {} read, {} loaded, {} rejected (lake version {}, {})",
        report.table,
        counted(report.rows_in, "row"),
        counted(report.files.len() as u64, "file"),
        counted(report.loaded, "row"),
        counted(report.rejected, "row"),
        report.lake_version,
        seconds(elapsed),
    )];
    let mut remark = |count: u64, noun: &str, what: &str| {
        if count > 0 {
            lines.push(format!("  {} {what}", counted(count, noun)));
        }
    };
    remark(report.replaced, "row", "took the place of an earlier delivery");
    remark(report.unchanged, "row", "said what an earlier delivery said");
    remark(report.new_persons, "person", "met for the first time");
    remark(report.joined_persons, "person", "joined with another of the same identifier");
    remark(report.skipped_files.len() as u64, "file", "passed over: loaded before, byte for byte");
    lines.extend(list(report.rejects.iter().map(|reject| Reason {
        file: Some(&reject.file),
        column: reject.column.as_deref(),
        rule: &reject.rule,
        first_line: reject.first_line,
        rows: reject.rows,
    })));
    if report.rejected > 0 {
        lines.push("  every one of them: SELECT * FROM lifetracks.rejects".to_owned());
    }
    lines.extend(finding_lines(&report.findings, true));
    if !report.findings.is_empty() {
        lines.push("  of every load: SELECT * FROM lifetracks.findings".to_owned());
    }
    lines.extend(change_lines(&report.gaps, &report.alarms));
    lines.extend(note_lines(&report.notices));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifetracks_engine::RejectCount;

    #[test]
    fn the_summary_adds_up_and_names_the_reasons() {
        let report = LoadReport {
            table: "diploma".to_owned(),
            files: vec!["diploma_2023.csv".to_owned()],
            skipped_files: vec!["diploma_2022.csv".to_owned()],
            rows_in: 1235,
            loaded: 1232,
            rejected: 3,
            new_persons: 1200,
            rejects: vec![RejectCount {
                file: "diploma_2023.csv".to_owned(),
                column: Some("AWARD_DATE".to_owned()),
                rule: "date".to_owned(),
                first_line: 17,
                rows: 3,
            }],
            lake_version: 4,
            ..LoadReport::default()
        };
        insta::assert_snapshot!(summary(&report, Duration::from_millis(420)), @r#"
diploma: 1,235 rows in 1 file read, 1,232 rows loaded, 3 rows rejected (lake version 4, 0.42 s)
  1,200 persons met for the first time
  1 file passed over: loaded before, byte for byte
  3 rows rejected, first at diploma_2023.csv:17, column AWARD_DATE: date
  every one of them: SELECT * FROM lifetracks.rejects
"#);
    }
}
