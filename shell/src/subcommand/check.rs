//! `lifetracks check`

use lifetracks_engine::{CheckReport, Engine};

use super::rejects::{Reason, list};
use super::{Around, write_result};
use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::failure::Result;
use crate::text::{counted, visible};

/// Reads the file as a load would, and says what a load would reject.
pub(super) fn run(args: &CheckArgs, around: &Around<'_>) -> Result<Exit> {
    let engine = Engine::open(&around.engine.options(None))?;
    let report = engine.check(&args.file, &args.layout)?;
    write_result(&summary(&args.file.display().to_string(), &report))?;
    if report.counts.rejected > 0 {
        return Ok(Exit::CHECK);
    }
    Ok(Exit::SUCCESS)
}

fn summary(file: &str, report: &CheckReport) -> String {
    let counts = &report.counts;
    let mut lines = vec![format!(
        "{}: {} read, {} fit, {} rejected",
        visible(file),
        counted(counts.rows_in, "row"),
        counted(counts.loaded, "row"),
        counted(counts.rejected, "row"),
    )];
    lines.extend(list(report.rejects.iter().map(|reject| Reason {
        file: None,
        column: reject.column.as_deref(),
        rule: reject.rule,
        first_line: reject.first_line,
        rows: reject.rows,
    })));
    lines.extend(report.unknown_codes.iter().map(|unknown| {
        let codes: Vec<_> = unknown.codes.iter().map(|code| visible(code)).collect();
        let named = if codes.is_empty() { String::new() } else { format!(": {}", codes.join(", ")) };
        format!(
            "  {} with a code that is not in {}, first at line {}, column {}{named}",
            counted(unknown.rows, "row"),
            unknown.code_set,
            unknown.first_line,
            unknown.column
        )
    }));
    lines.join("\n") + "\n"
}
