//! `lifetracks check`

use std::path::Path;

use lifetracks_engine::{CheckReport, CheckRequest, Engine};

use super::findings::{change_lines, lines, note_lines};
use super::rejects::{Reason, list};
use super::{Around, DEFAULT_LAKE, named_lake, write_result};
use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::failure::Result;
use crate::text::{counted, visible};

/// Reads the file as a load would, and says what a load would reject, replace and find.
pub(super) fn run(args: &CheckArgs, around: &Around<'_>) -> Result<Exit> {
    let lake = named_lake(args.target.lake.as_ref())
        .or_else(|| Path::new(DEFAULT_LAKE).is_dir().then(|| DEFAULT_LAKE.to_owned()));
    let engine = Engine::open(&around.engine.options(lake))?;
    let report = engine.check(&CheckRequest {
        file: args.file.clone(),
        layout: args.layout.clone(),
        max_reject_share: args.max_reject_share,
        year: args.year,
    })?;
    write_result(&summary(&args.file.display().to_string(), &report))?;
    if report.failed() {
        return Ok(Exit::CHECK);
    }
    Ok(Exit::SUCCESS)
}

fn summary(file: &str, report: &CheckReport) -> String {
    let counts = &report.counts;
    let mut text = vec![format!(
        "{}: {} read, {} fit, {} rejected",
        visible(file),
        counted(counts.rows_in, "row"),
        counted(counts.loaded, "row"),
        counted(counts.rejected, "row"),
    )];
    let several = report.files.len() > 1;
    text.extend(list(report.rejects.iter().map(|reject| Reason {
        file: several.then_some(reject.file.as_str()),
        column: reject.column.as_deref(),
        rule: &reject.rule,
        first_line: reject.first_line,
        rows: reject.rows,
    })));
    text.extend(lines(&report.findings, several));
    text.extend(against_lake(report));
    text.extend(change_lines(&report.gaps, &report.alarms));
    text.extend(note_lines(&report.notices));
    text.extend(verdict(report));
    text.join("\n") + "\n"
}

/// What the rows would do to the lake.
fn against_lake(report: &CheckReport) -> Option<String> {
    let version = report.lake_version?;
    let joined = match report.joined_persons {
        0 => String::new(),
        joined => format!(", {} joined with another", counted(joined, "person")),
    };
    Some(format!(
        "  against lake version {version}: {} would be replaced, {} unchanged, {} new{joined}",
        counted(report.replaced, "row"),
        counted(report.unchanged, "row"),
        counted(report.new_persons, "person"),
    ))
}

/// Why the check fails, if it does.
fn verdict(report: &CheckReport) -> Option<String> {
    if report.reject_share > report.max_reject_share {
        return Some(format!(
            "failed: {:.2} % of the rows are rejected where {:.2} % is the limit; a load would load nothing",
            report.reject_share * 100.0,
            report.max_reject_share * 100.0
        ));
    }
    let rows: u64 = report.errors().map(|finding| finding.rows).sum();
    (rows > 0).then(|| format!("failed: {} with errors that a load would let in", counted(rows, "row")))
}

#[cfg(test)]
mod tests {
    use lifetracks_engine::{Counts, Finding, Severity};

    use super::*;

    #[test]
    fn a_check_says_what_a_load_would_do() {
        let report = CheckReport {
            table: "k12_enrollment".to_owned(),
            files: vec!["enrollment.csv".to_owned()],
            lake_version: Some(3),
            counts: Counts { rows_in: 100, loaded: 100, rejected: 0 },
            findings: vec![Finding {
                severity: Severity::Error,
                rule: "school_in_directory".to_owned(),
                column: Some("school_id".to_owned()),
                file: "enrollment.csv".to_owned(),
                first_line: 7,
                rows: 2,
                detail: Some("no such row in school_directory (school_id)".to_owned()),
            }],
            notices: vec!["MIGRANT is not in this year's file: migrant is NULL".to_owned()],
            replaced: 4,
            unchanged: 90,
            new_persons: 6,
            max_reject_share: 0.01,
            ..CheckReport::default()
        };
        insta::assert_snapshot!(summary("in/enrollment.csv", &report), @r#"
in/enrollment.csv: 100 rows read, 100 rows fit, 0 rows rejected
  error: 2 rows, first at line 7, column school_id: school_in_directory (no such row in school_directory (school_id))
  against lake version 3: 4 rows would be replaced, 90 rows unchanged, 6 persons new
  note: MIGRANT is not in this year's file: migrant is NULL
failed: 2 rows with errors that a load would let in
"#);
    }
}
