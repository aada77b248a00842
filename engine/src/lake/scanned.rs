//! What a scan reads, as a plan says it: the table and its version, and how many files instead of their names.

use std::collections::BTreeSet;

use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::ExecutionPlan;

use super::table::TableVersion;

/// How the planner begins and ends its list of files.
const FILES: (&str, &str) = ("file_groups={", "]}");

/// The table that a file of a scan belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scanned {
    table: String,
    version: u64,
}

impl Scanned {
    /// A version of a table.
    pub(super) fn new(table: &TableVersion) -> Self {
        Self { table: table.shape.name.clone(), version: table.delta_version }
    }
}

/// The parameters of an operator without the paths of a lake's files. Files that a statement names itself stay named.
pub(crate) fn without_paths(plan: &dyn ExecutionPlan, detail: &str) -> String {
    match scanned(plan) {
        Some(files) => replaced(detail, &files),
        None => detail.to_owned(),
    }
}

/// `table diploma, version 3, 2 files`; `None` where the operator reads no file of a lake.
fn scanned(plan: &dyn ExecutionPlan) -> Option<String> {
    let source = plan.downcast_ref::<DataSourceExec>()?.data_source();
    let config = source.downcast_ref::<FileScanConfig>()?;
    let files = || config.file_groups.iter().flat_map(FileGroup::files);
    let Scanned { table, version } = files().find_map(|file| file.extensions.get::<Scanned>())?;
    // A large file is read in parts by several threads.
    let names: BTreeSet<&str> = files().map(|file| file.object_meta.location.as_ref()).collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    Some(format!("table {table}, version {version}, {} file{plural}", names.len()))
}

fn replaced(detail: &str, files: &str) -> String {
    let (begin, end) = FILES;
    let list = detail.find(begin).and_then(|start| {
        let length = detail[start..].find(end)? + end.len();
        Some(start..start + length)
    });
    list.map_or_else(
        || detail.to_owned(),
        |list| format!("{}{files}{}", &detail[..list.start], &detail[list.end..]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_files_is_replaced() {
        let detail =
            "file_groups={2 groups: [[a/b.parquet, c.parquet], [d.parquet:0..7]]}, projection=[n], limit=3";
        assert_eq!(
            replaced(detail, "table t, version 1, 3 files"),
            "table t, version 1, 3 files, projection=[n], limit=3"
        );
        assert_eq!(replaced("expr=[a@0]", "table t"), "expr=[a@0]");
    }
}
