//! Which results may not leave as they are: those that come from the records of persons or employers.
//!
//! The mark stands in the metadata of the result's schema, so that kept results and exported files carry it on.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::datasource::{MemTable, source_as_provider};
use datafusion::logical_expr::{LogicalPlan, TableScan};

use crate::catalog::METADATA;
use crate::lake::LakeTable;
use crate::scans::each_scan;

/// The key of the mark, in schemas and in files.
const KEY: &str = "lifetracks.classification";

/// What a restricted result says of itself.
pub const RESTRICTED: &str = "restricted: not for release";

/// What the rows of this schema say of themselves; `None` where nothing is known against a release.
pub fn classification(schema: &Schema) -> Option<&str> {
    schema.metadata().get(KEY).map(String::as_str)
}

/// The schema of a plan's rows, marked where the plan reads what is confidential.
pub(crate) fn marked(schema: SchemaRef, plan: &LogicalPlan) -> SchemaRef {
    if classification(&schema).is_some() || !reads_confidential(plan) {
        return schema;
    }
    let mut metadata = schema.metadata().clone();
    metadata.insert(KEY.to_owned(), RESTRICTED.to_owned());
    Arc::new(Schema::new_with_metadata(schema.fields().clone(), metadata))
}

fn reads_confidential(plan: &LogicalPlan) -> bool {
    let mut found = false;
    each_scan(plan, &mut |scan| found |= is_confidential(scan));
    found
}

/// Whether a scan reads what may not leave as it is.
pub(crate) fn is_confidential(scan: &TableScan) -> bool {
    let Ok(provider) = source_as_provider(&scan.source) else { return true };
    if let Some(table) = provider.downcast_ref::<LakeTable>() {
        return table.is_confidential();
    }
    // A table of the session holds what some query gave; nobody knows any more which.
    let is_of_the_session = provider.is::<MemTable>() && scan.table_name.schema() != Some(METADATA);
    is_of_the_session || classification(&provider.schema()).is_some()
}
