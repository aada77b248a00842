//! Keeps a cohort: members, registry and lake log, which appear as one lake version or not at all.

use std::collections::HashMap;

use super::compute::Made;
use super::definition::Definition;
use super::files;
use super::registry::{CohortVersion, REGISTRY, Registry, members_table, shape};
use crate::clock;
use crate::error::{Error, Result};
use crate::lake::{Appended, Contents, DataFile, Entry, Lake, Shape, commit, encode, put};
use crate::load::doubt;

/// The operation in the lake log.
pub(super) const OPERATION: &str = "cohort";

/// What a statement about cohorts says when it is done.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) sentence: String,
    /// What else there is to say.
    pub(crate) notices: Vec<String>,
    pub(super) kept: Option<CohortVersion>,
}

impl Told {
    pub(super) fn sentence(&self, verb: &str, made: &Made) -> String {
        let Some(kept) = &self.kept else { return String::new() };
        let of = made.steps.first().map_or(0, |step| step.n_in);
        format!(
            "Cohort {} {verb}: {} of {of} (version {}, lake version {}).",
            kept.name,
            if kept.members == 1 { "1 member".to_owned() } else { format!("{} members", kept.members) },
            kept.version,
            kept.kept_in
        )
    }
}

/// The error of the second of two.
pub(super) fn at_the_same_time(name: &str) -> Error {
    Error::lake(format!("someone else created or changed cohort {name} at the same time"))
        .with_help("SHOW COHORTS shows it; nothing of this statement is kept")
}

/// Keeps a cohort as the lake version after `lake`'s. An error means that nothing is kept, unless it says otherwise.
pub(super) async fn keep(
    lake: &Lake,
    registry: &Registry,
    definition: &Definition<'_>,
    made: &Made,
    author: &str,
) -> Result<Told> {
    let name = &definition.create.name.text;
    let kept = CohortVersion {
        name: name.clone(),
        version: registry.newest(name).map_or(1, |row| row.version + 1),
        made_by: definition.made_by.to_owned(),
        index_column: definition.create.index.text.clone(),
        sql: definition.sql(),
        steps: made.steps.clone(),
        parameters: definition.parameters(),
        reads: made.reads.clone(),
        lake_version: lake.version(),
        kept_in: lake.version() + 1,
        members: made.members.num_rows() as u64,
        checksum: made.checksum.clone(),
        author: author.to_owned(),
        created_at: clock::now(),
        dropped_at: None,
    };
    let shape = files::shape(name, made.members.schema());
    let members = files::write(lake, &shape, &made.members).await?;
    let mut rows = registry.clone();
    rows.rows.push(kept.clone());
    let appended = append(lake, (&shape, &members), &rows).await?;
    told(appended, kept)
}

fn told(appended: Appended, kept: CohortVersion) -> Result<Told> {
    let mut notices = Vec::new();
    match doubt(kept.kept_in, appended, &mut notices) {
        Some(error) => Err(error),
        None => Ok(Told { kept: Some(kept), notices, ..Told::default() }),
    }
}

/// Commits the members of a cohort, the registry, and the lake log.
pub(super) async fn append(
    lake: &Lake,
    (shape, files): (&Shape, &[DataFile]),
    registry: &Registry,
) -> Result<Appended> {
    let version = lake.version() + 1;
    let members = commit(lake.location(), shape, files, HashMap::new()).await?;
    let file = put_registry(lake, registry).await?;
    let registry = commit(lake.location(), &self::shape(), &[file], HashMap::new()).await?;
    let rows = files.iter().filter_map(DataFile::rows).sum();
    let entries = vec![
        Entry { loaded: rows, ..Entry::new(version, &shape.name, members, OPERATION) },
        Entry::new(version, REGISTRY, registry, OPERATION),
    ];
    lake.log().append(lake.location(), entries).await
}

/// Puts the registry into its file; nothing is committed.
pub(super) async fn put_registry(lake: &Lake, registry: &Registry) -> Result<DataFile> {
    let encoded = encode(&shape().schema, [registry.batch()], Contents::default())?;
    put(lake.location(), REGISTRY, 0, &encoded).await
}

/// The table of a cohort's members without any.
pub(super) async fn emptied(lake: &Lake, name: &str) -> Result<Option<Shape>> {
    let table = lake.table(&members_table(name), lake.version()).await?;
    Ok(table.map(|table| table.shape))
}
