//! Tells who asks for the query log that some of its lines cannot be read.

use datafusion::logical_expr::LogicalPlan;

use super::QUERY_LOG;
use crate::catalog::METADATA;
use crate::scans::each_scan;

/// The key, in the schema of the query log, of the number of lines that cannot be read.
pub(crate) const UNREAD: &str = "lifetracks.unread_lines";

/// What there is to say about the query log that a plan reads.
pub(crate) fn notices(plan: &LogicalPlan) -> Option<String> {
    let mut unread = None;
    each_scan(plan, &mut |scan| {
        if scan.table_name.schema() == Some(METADATA) && scan.table_name.table() == QUERY_LOG {
            unread = scan.source.schema().metadata().get(UNREAD).cloned();
        }
    });
    let unread = unread?;
    let lines = if unread == "1" {
        "line of the query log cannot be read and is"
    } else {
        "lines of the query log cannot be read and are"
    };
    Some(format!("{unread} {lines} left out."))
}
