//! Intake: converted chunks become staged rows of the lake's table, or links between two agencies' ids.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, new_null_array,
};
use datafusion::arrow::datatypes::{Field, Int64Type};
use lifetracks_datasets::{Chunk, Layout, Reject};

use super::checks::TableChecks;
use super::findings::Finding;
use super::identify::{CONFLICTING_LINK, Link, Linked, keys, link, persons};
use super::rejects::Rejects;
use super::stage::Stage;
use super::{FILE_COLUMN, LINE_COLUMN, LOAD_COLUMN, staged_schema};
use crate::error::{Error, ErrorKind, LakeContext, Result};
use crate::lake::{Kind, Ranges, Shape, SourceFile};
use crate::vault::{IdKey, Vault};

/// The column of a link extract that holds the second id.
const LINKED: &str = "linked_id";
const PERSON: &str = "person_id";
/// Links that become rows at a time.
const LINK_ROWS: usize = 64 * 1024;

/// What the files of a load gave so far.
pub(super) struct Intake<'a> {
    layout: &'a Layout,
    shape: &'a Shape,
    load_id: i64,
    threads: usize,
    pub(super) stage: Stage,
    pub(super) checks: TableChecks,
    links: Vec<Link>,
    /// The files, or members of archives, by number; and the delivery that each came in.
    pub(super) parts: Vec<String>,
    pub(super) deliveries: Vec<i32>,
    pub(super) rejects: Rejects,
    pub(super) findings: Vec<Finding>,
    pub(super) notices: Vec<String>,
    pub(super) sources: Vec<SourceFile>,
    pub(super) rows_in: u64,
}

impl<'a> Intake<'a> {
    /// An empty intake; `staging` is a folder for rows, refused ones too, that do not fit into memory.
    pub(super) fn new(
        layout: &'a Layout,
        shape: &'a Shape,
        ranges: Ranges,
        load_id: i64,
        staging: &Path,
        checks: TableChecks,
        threads: usize,
    ) -> Self {
        let ranges = if shape.kind == Kind::Person { ranges } else { Ranges::new(1) };
        Self {
            layout,
            shape,
            load_id,
            threads,
            stage: Stage::new(staged_schema(&shape.schema), ranges, staging.to_owned()),
            notices: checks.notices.clone(),
            checks,
            links: Vec::new(),
            parts: Vec::new(),
            deliveries: Vec::new(),
            rejects: Rejects::new(staging),
            findings: Vec::new(),
            sources: Vec::new(),
            rows_in: 0,
        }
    }

    /// The agency whose ids fill a column.
    fn namespace(&self, column: &str) -> Result<&'a str> {
        let found = self.layout.identities().into_iter().find(|(filled, _)| *filled == column);
        found.map(|(_, namespace)| namespace).ok_or_else(|| {
            Error::usage(format!("layout {} does not say which agency's id fills {column}", self.layout.name))
                .with_help("add `identity = \"..\"` to that column of the layout")
        })
    }

    /// Begins a file, or a member of an archive that is delivery number `delivery`; returns its number.
    pub(super) fn begin(&mut self, name: &str, delivery: usize) -> usize {
        self.parts.push(name.to_owned());
        self.deliveries.push(i32::try_from(delivery).unwrap_or(i32::MAX));
        self.parts.len() - 1
    }

    /// Takes the next rows of file number `file`.
    pub(super) fn take(&mut self, chunk: Chunk, file: usize, vault: Option<&mut Vault>) -> Result<()> {
        let Chunk { batch, lines, rejects } = chunk;
        for reject in rejects {
            self.rejects.push(file, reject)?;
        }
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let file = i32::try_from(file).unwrap_or(i32::MAX);
        let lines: Vec<i64> = lines.iter().map(|line| i64::try_from(*line).unwrap_or(i64::MAX)).collect();
        if self.layout.is_link() {
            return self.take_links(&batch, &lines, file, opened(vault)?);
        }
        let person_ids = match self.shape.kind {
            Kind::Person => {
                Some(persons(&batch, PERSON, self.namespace(PERSON)?, opened(vault)?, self.threads)?)
            }
            Kind::Reference | Kind::Journal => None,
        };
        let staged = self.staged(&batch, person_ids.as_ref(), lines, file)?;
        self.checks.observe(&staged)?;
        match &person_ids {
            Some(ids) => self.stage.push_by_person(&staged, ids),
            None => self.stage.push(0, staged),
        }
    }

    fn staged(
        &self,
        batch: &RecordBatch,
        ids: Option<&Int64Array>,
        lines: Vec<i64>,
        file: i32,
    ) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
        if let Some(ids) = ids {
            columns[0] = Arc::new(ids.clone());
        }
        columns.push(Arc::new(Int64Array::from_value(self.load_id, rows)));
        columns.push(Arc::new(Int32Array::from_value(file, rows)));
        columns.push(Arc::new(Int64Array::from(lines)));
        RecordBatch::try_new(staged_schema(&self.shape.schema), columns)
            .lake_context(|| format!("stage rows of table {}", self.shape.name))
    }

    fn take_links(&mut self, batch: &RecordBatch, lines: &[i64], file: i32, vault: &Vault) -> Result<()> {
        let keys = |column: &str| keys(batch, column, self.namespace(column)?, vault, self.threads);
        let pairs = keys(PERSON)?.into_iter().zip(keys(LINKED)?);
        let links: Vec<Link> =
            pairs.zip(lines).map(|((id, linked), line)| Link { file, line: *line, id, linked }).collect();
        self.links.extend(links);
        Ok(())
    }

    /// Joins persons by the links taken and stages what the lake says of them.
    pub(super) fn apply_links(&mut self, vault: &mut Vault) -> Result<()> {
        if !self.layout.is_link() {
            return Ok(());
        }
        let namespaces = [self.namespace(PERSON)?, self.namespace(LINKED)?];
        let Linked { links, conflicts } =
            link(std::mem::take(&mut self.links), namespaces[0], namespaces[1], vault);
        for link in conflicts {
            let reject = Reject { line: link.line.unsigned_abs(), column: None, rule: CONFLICTING_LINK };
            self.rejects.push(usize::try_from(link.file).unwrap_or(0), reject)?;
        }
        for links in links.chunks(LINK_ROWS) {
            let rows = self.link_rows(links, namespaces, vault)?;
            self.stage.push_by_person(&rows, rows.column(0).as_primitive::<Int64Type>())?;
        }
        Ok(())
    }

    /// The rows of `person_xwalk` for links: one for each of the two ids.
    fn link_rows(&self, links: &[Link], namespaces: [&str; 2], vault: &Vault) -> Result<RecordBatch> {
        let sides: Vec<(IdKey, &str, &Link)> = links
            .iter()
            .flat_map(|link| [(link.id, namespaces[0], link), (link.linked, namespaces[1], link)])
            .collect();
        let person = |id| vault.person(id).ok_or_else(|| Error::lake("a linked id has no person"));
        let persons = sides.iter().map(|(id, _, _)| person(*id)).collect::<Result<Vec<i64>>>()?;
        let column = |field: &Field| -> ArrayRef {
            match field.name().as_str() {
                PERSON => Arc::new(Int64Array::from(persons.clone())),
                "agency" => {
                    Arc::new(StringArray::from_iter_values(sides.iter().map(|(_, agency, _)| *agency)))
                }
                "agency_key" => {
                    Arc::new(Int64Array::from_iter_values(sides.iter().map(|(id, _, _)| shown(*id))))
                }
                "method" => Arc::new(StringArray::from(vec!["extract"; sides.len()])),
                "score" => Arc::new(Float64Array::from_value(1.0, sides.len())),
                LOAD_COLUMN => Arc::new(Int64Array::from_value(self.load_id, sides.len())),
                FILE_COLUMN => {
                    Arc::new(Int32Array::from_iter_values(sides.iter().map(|(_, _, link)| link.file)))
                }
                LINE_COLUMN => {
                    Arc::new(Int64Array::from_iter_values(sides.iter().map(|(_, _, link)| link.line)))
                }
                _ => new_null_array(field.data_type(), sides.len()),
            }
        };
        let schema = staged_schema(&self.shape.schema);
        let columns = schema.fields().iter().map(|field| column(field)).collect();
        RecordBatch::try_new(schema, columns).lake_context(|| "stage links".to_owned())
    }
}

/// The vault, which whoever loads ids of persons has opened.
fn opened(vault: Option<&mut Vault>) -> Result<&mut Vault> {
    vault.ok_or_else(|| Error::new(ErrorKind::Internal, "the vault is closed although persons are loaded"))
}

/// The part of an id's keyed hash that the lake shows: never negative.
fn shown(id: IdKey) -> i64 {
    let low = u64::try_from(id & u128::from(u64::MAX)).unwrap_or(0);
    i64::from_le_bytes(low.to_le_bytes()) & i64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_key_is_never_negative() {
        assert!(shown(u128::MAX) >= 0);
    }
}
