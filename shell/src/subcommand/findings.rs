//! What checks say of files, as lines of a report: findings, absent periods, unusual changes, remarks.

use lifetracks_engine::{Alarm, Finding, Gap, Severity};

use crate::text::{counted, visible};

/// How a severity is written in front of a line.
pub(super) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// One line for each finding; `several` says that the file is to be named.
pub(super) fn lines(findings: &[Finding], several: bool) -> impl Iterator<Item = String> {
    findings.iter().map(move |finding| {
        let place = if several {
            format!("{}:{}", visible(&finding.file), finding.first_line)
        } else {
            format!("line {}", finding.first_line)
        };
        let column =
            finding.column.as_deref().map_or(String::new(), |column| format!(", column {}", visible(column)));
        let detail =
            finding.detail.as_deref().map_or(String::new(), |detail| format!(" ({})", visible(detail)));
        format!(
            "  {}: {}, first at {place}{column}: {}{detail}",
            severity_name(finding.severity),
            counted(finding.rows, "row"),
            visible(&finding.rule)
        )
    })
}

/// Absent periods and unusual changes that are written out; more are counted.
const MOST_SHOWN: usize = 8;

/// One line for each absent period and each unusual change.
pub(super) fn change_lines(gaps: &[Gap], alarms: &[Alarm]) -> Vec<String> {
    let gap = |gap: &Gap| format!("  {}: {}", severity_name(gap.severity), visible(&gap.sentence()));
    let alarm =
        |alarm: &Alarm| format!("  {}: {}", severity_name(alarm.severity), visible(&alarm.sentence()));
    let mut lines: Vec<String> = gaps.iter().take(MOST_SHOWN).map(gap).collect();
    lines.extend(more(gaps.len(), "absent period", "lifetracks.coverage_gaps"));
    lines.extend(alarms.iter().take(MOST_SHOWN).map(alarm));
    lines.extend(more(alarms.len(), "unusual change", "lifetracks.alarms"));
    lines
}

fn more(count: usize, noun: &str, table: &str) -> Option<String> {
    let more = count.checked_sub(MOST_SHOWN).filter(|more| *more > 0)?;
    Some(format!("  and {} more: SELECT * FROM {table}", counted(more as u64, noun)))
}

/// One line for each remark.
pub(super) fn note_lines(notices: &[String]) -> impl Iterator<Item = String> {
    notices.iter().map(|notice| format!("  note: {}", visible(notice)))
}
