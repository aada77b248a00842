//! `lifetracks verify`

use lifetracks_engine::{Engine, VerifyReport};

use super::{Around, DEFAULT_LAKE, named_lake, write_result};
use crate::args::LakeArgs;
use crate::exit::Exit;
use crate::failure::Result;
use crate::text::{counted, visible};

/// Reads every file of the lake's newest version and compares it with its checksum.
pub(super) fn run(args: &LakeArgs, around: &Around<'_>) -> Result<Exit> {
    let lake = named_lake(args.lake.as_ref()).unwrap_or_else(|| DEFAULT_LAKE.to_owned());
    let engine = Engine::open(&around.engine.options(Some(lake)))?;
    let report = engine.verify()?;
    write_result(&summary(&report))?;
    if report.defects.is_empty() {
        return Ok(Exit::SUCCESS);
    }
    Ok(Exit::CHECK)
}

fn summary(report: &VerifyReport) -> String {
    let mut lines = vec![format!(
        "lake version {}: {} of {} read, {}, {}",
        report.lake_version,
        counted(report.files as u64, "file"),
        counted(report.tables as u64, "table"),
        counted(report.bytes, "byte"),
        counted(report.defects.len() as u64, "defect"),
    )];
    let defects = report.defects.iter();
    lines.extend(defects.map(|defect| format!("  {}: {}", visible(&defect.file), visible(&defect.what))));
    lines.join("\n") + "\n"
}
