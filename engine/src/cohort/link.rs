//! Link extracts join persons: members get their new numbers in the lake version of the load, as the next version of their
//! cohort. The version before stays what it was, checksum and all.

use std::collections::BTreeMap;

use super::files;
use super::flow::Step;
use super::members;
use super::registry::{CohortVersion, Registry, members_table, shape};
use super::{REGISTRY, store};
use crate::clock;
use crate::error::Result;
use crate::lake::{DataFile, Lake, Shape};

/// The tables in which persons get their new numbers, and their files from now on; nothing is committed.
pub(crate) async fn rename(lake: &Lake, renamed: &BTreeMap<i64, i64>) -> Result<Vec<(Shape, Vec<DataFile>)>> {
    let mut tables = Vec::new();
    let Some(table) = lake.table(REGISTRY, lake.version()).await? else {
        return Ok(tables);
    };
    let mut registry = Registry::of(lake.location(), &table).await?;
    let live: Vec<CohortVersion> = registry.all_live().into_iter().cloned().collect();
    for cohort in live {
        let Some(table) = lake.table(&members_table(&cohort.name), lake.version()).await? else { continue };
        let before = files::read(lake, &table).await?;
        if !members::persons(&before)?.iter().any(|person| renamed.contains_key(person)) {
            continue;
        }
        let after = files::rename(&before, renamed)?;
        let (n_in, n_out) = (before.num_rows() as u64, after.num_rows() as u64);
        let mut next = CohortVersion {
            version: cohort.version + 1,
            made_by: "link".to_owned(),
            kept_in: lake.version() + 1,
            members: n_out,
            checksum: members::checksum(&after)?,
            created_at: clock::now(),
            ..cohort
        };
        if n_out < n_in {
            let rule = "persons who are one, by a link extract".to_owned();
            next.steps.push(Step { kind: "link".to_owned(), rule, n_in, n_out, n_unknown: 0 });
        }
        registry.rows.push(next);
        let files = files::write(lake, &table.shape, &after).await?;
        tables.push((table.shape, files));
    }
    if !tables.is_empty() {
        tables.push((shape(), vec![store::put_registry(lake, &registry).await?]));
    }
    Ok(tables)
}
