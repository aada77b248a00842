//! Load: convert, check, stage, merge, then one lake version. A crash at any point leaves the last version, whole.

mod identify;
mod merge;
mod report;
mod rewrite;
mod source;
mod stage;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, new_null_array};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use lifetracks_datasets::{Chunk, ConvertError, Definitions, Layout, Reject, Table, TableKind, closest_name, convert};
use serde_json::json;
use tokio::runtime::Handle;

use self::identify::{CONFLICTING_LINK, Link, Linked, link, persons};
use self::report::{FileReject, count_rejects};
pub use self::report::{LoadReport, RejectCount};
use self::rewrite::{Rewrite, Rewritten};
use self::source::{Opened, open, staging_folder};
use self::stage::Stage;
use crate::clock;
use crate::error::{Error, ErrorKind, LakeContext, Result};
use crate::lake::{Entry, Kind, Lake, Shape, SourceFile, TableVersion, commit, encode, put};
use crate::vault::Vault;

/// Which load a row came from, as the lake version that the load made.
pub(crate) const LOAD_COLUMN: &str = "load_id";
const FILE_COLUMN: &str = "__file";
const LINE_COLUMN: &str = "__line";
/// The file number of rows that the table holds already.
const PRESENT_FILE: i32 = -1;
/// The table of refused rows.
pub(crate) const REJECTS: &str = "_rejects";
/// The column of a link extract that holds the second id.
const LINKED: &str = "linked_id";
/// Times a load is begun again when someone else commits meanwhile.
const ATTEMPTS: usize = 3;

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct LoadRequest {
    /// The table that is expected; checked against the layout's.
    pub table: Option<String>,
    /// The files, in the order of delivery: a later one corrects an earlier one.
    pub files: Vec<PathBuf>,
    /// The layout's name.
    pub layout: String,
    /// The largest share of refused rows; the layout's own if `None`.
    pub max_reject_share: Option<f64>,
}

/// Where a load runs.
pub(crate) struct Loader<'a> {
    pub(crate) lake: Lake,
    pub(crate) definitions: &'a Definitions,
    pub(crate) vault: &'a Path,
    pub(crate) threads: usize,
    pub(crate) runtime: &'a Handle,
}

/// The columns of rows on their way: the table's, and where each row came from.
fn staged_schema(schema: &SchemaRef) -> SchemaRef {
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(FILE_COLUMN, DataType::Int32, false)));
    fields.push(Arc::new(Field::new(LINE_COLUMN, DataType::Int64, false)));
    Arc::new(Schema::new(fields))
}

/// A canonical table as the lake keeps it: with the number of the load.
fn shape_of(table: &Table) -> Shape {
    let mut fields: Vec<_> = table.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(LOAD_COLUMN, DataType::Int64, false)));
    Shape {
        name: table.name.clone(),
        kind: match table.kind {
            TableKind::Person => Kind::Person,
            TableKind::Reference => Kind::Reference,
        },
        schema: Arc::new(Schema::new(fields)),
        order: table.order.clone(),
    }
}

/// What the conversion of all files gave.
struct Converted {
    stage: Stage,
    links: Vec<Link>,
    rejects: Vec<FileReject>,
    sources: Vec<SourceFile>,
    rows_in: u64,
}

impl Loader<'_> {
    /// Loads files; begins again when someone else commits a lake version meanwhile.
    pub(crate) fn load(&mut self, request: &LoadRequest) -> Result<LoadReport> {
        let mut attempt = 1;
        loop {
            let base = self.lake.version();
            let error = match self.attempt(request) {
                Ok(report) => return Ok(report),
                Err(error) => error,
            };
            self.lake = self.runtime.block_on(self.lake.refresh())?;
            if error.kind() != ErrorKind::Lake || self.lake.version() == base || attempt == ATTEMPTS {
                return Err(error);
            }
            attempt += 1;
        }
    }

    fn attempt(&self, request: &LoadRequest) -> Result<LoadReport> {
        let layout = find_layout(self.definitions, &request.layout)?;
        let table = self.definitions.table(&layout.table).ok_or_else(|| {
            Error::usage(format!("layout {} fills table {}, which is not defined", layout.name, layout.table))
        })?;
        if let Some(expected) = request.table.as_deref().filter(|expected| **expected != table.name) {
            return Err(Error::usage(format!("layout {} fills table {}, not {expected}", layout.name, table.name))
                .with_help(format!("load {} .. --layout {}", table.name, layout.name)));
        }
        let mut vault = Vault::open_or_create(self.vault)?;
        let mut report = LoadReport { table: table.name.clone(), lake_version: self.lake.version(), ..LoadReport::default() };
        let mut opened = Vec::new();
        for path in &request.files {
            let file = open(path)?;
            if self.was_loaded(&file, layout, &opened) {
                report.skipped_files.push(file.name);
            } else {
                report.files.push(file.name.clone());
                opened.push(file);
            }
        }
        if opened.is_empty() {
            return Ok(report);
        }
        let staging = staging_folder(self.lake.location().local_folder())?;
        let shape = shape_of(table);
        let mut converted = self.convert_all(opened, layout, table, &shape, staging.path(), &mut vault)?;
        report.rows_in = converted.rows_in;
        let renamed = self.apply_links(&mut converted, layout, &shape, &mut vault)?;
        report.joined_persons = renamed.len() as u64;
        let limit = request.max_reject_share.unwrap_or(layout.max_reject_share);
        check_share(&report, &converted.rejects, limit)?;
        self.runtime.block_on(self.finish(converted, table, shape, renamed, &mut vault, layout, limit, report))
    }

    fn was_loaded(&self, file: &Opened, layout: &Layout, opened: &[Opened]) -> bool {
        let in_lake = self.lake.log().entries.iter().any(|entry| {
            entry.table == layout.table
                && entry.layout == layout.name
                && entry.sources.iter().any(|source| source.hash == file.hash)
        });
        in_lake || opened.iter().any(|other| other.hash == file.hash)
    }

    fn convert_all(
        &self,
        files: Vec<Opened>,
        layout: &Layout,
        table: &Table,
        shape: &Shape,
        staging: &Path,
        vault: &mut Vault,
    ) -> Result<Converted> {
        let ranges = if shape.kind == Kind::Person { self.lake.ranges() } else { crate::lake::Ranges::new(1) };
        let mut converted = Converted {
            stage: Stage::new(staged_schema(&shape.schema), ranges, staging.to_owned()),
            links: Vec::new(),
            rejects: Vec::new(),
            sources: Vec::new(),
            rows_in: 0,
        };
        let load_id = i64::try_from(self.lake.version() + 1).unwrap_or(i64::MAX);
        for (number, file) in files.into_iter().enumerate() {
            let mut failure = None;
            let mut on_chunk = |chunk: Chunk| {
                let outcome = take_chunk(chunk, number, load_id, layout, table, shape, &mut converted, vault);
                outcome.map_err(|error| {
                    let stopped = ConvertError::receiver("the load stopped");
                    failure = Some(error);
                    stopped
                })
            };
            let counts = convert(file.reader, &file.name, layout, self.definitions, self.threads, &mut on_chunk);
            let counts = match (counts, failure) {
                (_, Some(error)) => return Err(error),
                (Err(error), None) => return Err(Error::new(ErrorKind::Query, error.to_string())),
                (Ok(counts), None) => counts,
            };
            converted.rows_in += counts.rows_in;
            converted.sources.push(SourceFile { name: file.name, hash: file.hash, rows_in: counts.rows_in });
        }
        Ok(converted)
    }

    /// Joins persons by a link extract's rows and stages what the lake says of it.
    fn apply_links(
        &self,
        converted: &mut Converted,
        layout: &Layout,
        shape: &Shape,
        vault: &mut Vault,
    ) -> Result<BTreeMap<i64, i64>> {
        let links = std::mem::take(&mut converted.links);
        if links.is_empty() {
            return Ok(BTreeMap::new());
        }
        let (namespace, linked_namespace) = (identity(layout, "person_id")?, identity(layout, LINKED)?);
        let Linked { links, conflicts, renamed } = link(links, namespace, linked_namespace, vault);
        converted.rejects.extend(conflicts.into_iter().map(|link| FileReject {
            file: usize::try_from(link.file).unwrap_or(0),
            reject: Reject { line: link.line.unsigned_abs(), column: None, rule: CONFLICTING_LINK },
        }));
        let load_id = i64::try_from(self.lake.version() + 1).unwrap_or(i64::MAX);
        for links in links.chunks(64 * 1024) {
            let rows = crosswalk_rows(links, [namespace, linked_namespace], load_id, shape, vault)?;
            converted.stage.push_by_person(&rows, rows.column(0).as_primitive::<Int64Type>())?;
        }
        Ok(renamed)
    }

    #[expect(clippy::too_many_arguments, reason = "the last step of a load needs what all the earlier ones gave")]
    async fn finish(
        &self,
        converted: Converted,
        table: &Table,
        shape: Shape,
        renamed: BTreeMap<i64, i64>,
        vault: &mut Vault,
        layout: &Layout,
        limit: f64,
        mut report: LoadReport,
    ) -> Result<LoadReport> {
        let Converted { stage, mut rejects, sources, rows_in, .. } = converted;
        let renamed = Arc::new(renamed);
        let rewritten = self.rewrite(&shape, &table.key, Arc::clone(&renamed), stage).await?;
        // A link extract may say one thing twice: its rows are people's ids, not records.
        if layout.table != "person_xwalk" {
            rejects.extend(rewritten.duplicates.iter().map(|duplicate| FileReject {
                file: usize::try_from(duplicate.file).unwrap_or(0),
                reject: Reject { line: duplicate.line.unsigned_abs(), column: None, rule: duplicate.rule },
            }));
        }
        rejects.sort_by_key(|reject| (reject.file, reject.reject.line));
        report.rejects = count_rejects(&report.files, &rejects);
        check_share(&report, &rejects, limit)?;
        report.rejected = rejects.len() as u64;
        report.loaded = rows_in.saturating_sub(report.rejected);
        report.replaced = rewritten.replaced;
        report.new_persons = vault.created();
        report.lake_version = self.lake.version() + 1;

        vault.flush()?;
        let facts = HashMap::from([("lifetracks.sources".to_owned(), json!(sources))]);
        let mut entries = Vec::new();
        let entry = |table: &str, delta_version: u64, operation: &str| Entry {
            lake_version: report.lake_version,
            table: table.to_owned(),
            delta_version,
            committed_at: clock::now(),
            operation: operation.to_owned(),
            layout: String::new(),
            sources: Vec::new(),
            rows_in: 0,
            loaded: 0,
            rejected: 0,
            replaced: 0,
        };
        for (other, files) in self.rename_elsewhere(&shape.name, &renamed).await? {
            let version = commit(self.lake.location(), &other, &files, facts.clone()).await?;
            entries.push(entry(&other.name, version, "link"));
        }
        if !rejects.is_empty() {
            let version = self.add_rejects(&report, &rejects).await?;
            entries.push(entry(REJECTS, version, "rejects"));
        }
        let version = commit(self.lake.location(), &shape, &rewritten.files, facts).await?;
        entries.push(Entry {
            layout: layout.name.clone(),
            sources,
            rows_in,
            loaded: report.loaded,
            rejected: report.rejected,
            replaced: report.replaced,
            ..entry(&shape.name, version, "load")
        });
        self.lake.log().append(self.lake.location(), entries).await?;
        Ok(report)
    }

    async fn rewrite(
        &self,
        shape: &Shape,
        key: &[String],
        renamed: Arc<BTreeMap<i64, i64>>,
        stage: Stage,
    ) -> Result<Rewritten> {
        let rewrite = Rewrite {
            present: self.lake.table(&shape.name, self.lake.version()).await?,
            lake: self.lake.clone(),
            shape: shape.clone(),
            key: key.to_vec(),
            renamed,
            threads: self.threads,
        };
        rewrite.run(stage).await
    }

    /// Gives renamed persons their new number in every other person table.
    async fn rename_elsewhere(
        &self,
        loaded: &str,
        renamed: &Arc<BTreeMap<i64, i64>>,
    ) -> Result<Vec<(Shape, Vec<crate::lake::DataFile>)>> {
        let mut result = Vec::new();
        if renamed.is_empty() {
            return Ok(result);
        }
        let version = self.lake.version();
        let staging = staging_folder(self.lake.location().local_folder())?;
        for name in self.lake.pins(version).keys().filter(|name| *name != loaded) {
            let Some(TableVersion { shape, .. }) = self.lake.table(name, version).await? else { continue };
            if shape.kind != Kind::Person {
                continue;
            }
            let key = self.definitions.table(name).map(|table| table.key.clone()).unwrap_or_default();
            let stage = Stage::new(staged_schema(&shape.schema), self.lake.ranges(), staging.path().to_owned());
            let rewritten = self.rewrite(&shape, &key, Arc::clone(renamed), stage).await?;
            result.push((shape, rewritten.files));
        }
        Ok(result)
    }

    async fn add_rejects(&self, report: &LoadReport, rejects: &[FileReject]) -> Result<u64> {
        let shape = rejects_shape();
        let rows = rejects_batch(report, rejects, &shape.schema)?;
        let encoded = encode(&shape.schema, [Ok(rows)], false)?;
        let file = put(self.lake.location(), REJECTS, 0, &encoded).await?;
        let present = self.lake.table(REJECTS, self.lake.version()).await?;
        let mut files = present.map(|table| table.files).unwrap_or_default();
        files.push(file);
        commit(self.lake.location(), &shape, &files, HashMap::new()).await
    }
}

/// The layout of a name.
pub(crate) fn find_layout<'a>(definitions: &'a Definitions, name: &str) -> Result<&'a Layout> {
    definitions.layout(name).ok_or_else(|| {
        let near = closest_name(name, definitions.layouts().iter().map(|layout| layout.name.as_str()));
        let help = near.map_or_else(
            || "`lifetracks.layouts` lists those there are; --definitions DIR adds more".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        Error::usage(format!("there is no layout {name}")).with_help(help)
    })
}

fn identity<'a>(layout: &'a Layout, column: &str) -> Result<&'a str> {
    let found = layout.identities().into_iter().find(|(filled, _)| *filled == column);
    found.map(|(_, namespace)| namespace).ok_or_else(|| {
        Error::usage(format!("layout {} does not say which agency's id fills {column}", layout.name))
            .with_help("add `identity = \"..\"` to that column of the layout")
    })
}

#[expect(clippy::too_many_arguments, reason = "a chunk's way needs the load's whole context")]
fn take_chunk(
    chunk: Chunk,
    file: usize,
    load_id: i64,
    layout: &Layout,
    table: &Table,
    shape: &Shape,
    converted: &mut Converted,
    vault: &mut Vault,
) -> Result<()> {
    let Chunk { batch, lines, rejects } = chunk;
    converted.rejects.extend(rejects.into_iter().map(|reject| FileReject { file, reject }));
    let rows = batch.num_rows();
    if rows == 0 {
        return Ok(());
    }
    let file_number = i32::try_from(file).unwrap_or(i32::MAX);
    let line_numbers = lines.iter().map(|line| i64::try_from(*line).unwrap_or(i64::MAX));
    if batch.column_by_name(LINKED).is_some() {
        let (namespace, linked_namespace) = (identity(layout, "person_id")?, identity(layout, LINKED)?);
        let keys = |column: &str, namespace: &str| -> Result<Vec<u128>> {
            let ids = batch.column_by_name(column).map(|ids| ids.as_string_opt::<i32>());
            let ids = ids.flatten().ok_or_else(|| Error::lake(format!("the identity column {column} is not text")))?;
            Ok((0..ids.len()).map(|row| vault.key(namespace, ids.value(row))).collect())
        };
        let pairs = keys("person_id", namespace)?.into_iter().zip(keys(LINKED, linked_namespace)?);
        let links = pairs.zip(line_numbers).map(|((id, linked), line)| Link { file: file_number, line, id, linked });
        converted.links.extend(links);
        return Ok(());
    }
    let person_ids = match table.kind {
        TableKind::Person => Some(persons(&batch, "person_id", identity(layout, "person_id")?, vault)?),
        TableKind::Reference => None,
    };
    let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
    if let Some(ids) = &person_ids {
        columns[0] = Arc::new(ids.clone());
    }
    columns.push(Arc::new(Int64Array::from_value(load_id, rows)));
    columns.push(Arc::new(Int32Array::from_value(file_number, rows)));
    columns.push(Arc::new(Int64Array::from_iter_values(line_numbers)));
    let staged = RecordBatch::try_new(staged_schema(&shape.schema), columns)
        .lake_context(|| format!("stage rows of table {}", shape.name))?;
    match &person_ids {
        Some(ids) => converted.stage.push_by_person(&staged, ids),
        None => converted.stage.push(0, staged),
    }
}

/// The rows of `person_xwalk` for links: one for each of the two ids.
fn crosswalk_rows(links: &[Link], namespaces: [&str; 2], load_id: i64, shape: &Shape, vault: &Vault) -> Result<RecordBatch> {
    let sides = links.iter().flat_map(|link| [(link.id, namespaces[0], link), (link.linked, namespaces[1], link)]);
    let sides: Vec<_> = sides.collect();
    let rows = sides.len();
    let person = |id| vault.person(id).ok_or_else(|| Error::lake("a linked id has no person"));
    let persons = sides.iter().map(|(id, _, _)| person(*id)).collect::<Result<Vec<i64>>>()?;
    let column = |field: &Field| -> ArrayRef {
        match field.name().as_str() {
            "person_id" => Arc::new(Int64Array::from(persons.clone())),
            "agency" => Arc::new(StringArray::from_iter_values(sides.iter().map(|(_, namespace, _)| *namespace))),
            "agency_key" => Arc::new(Int64Array::from_iter_values(sides.iter().map(|(id, _, _)| short_key(*id)))),
            "method" => Arc::new(StringArray::from(vec!["extract"; rows])),
            "score" => Arc::new(Float64Array::from_value(1.0, rows)),
            LOAD_COLUMN => Arc::new(Int64Array::from_value(load_id, rows)),
            FILE_COLUMN => Arc::new(Int32Array::from_iter_values(sides.iter().map(|(_, _, link)| link.file))),
            LINE_COLUMN => Arc::new(Int64Array::from_iter_values(sides.iter().map(|(_, _, link)| link.line))),
            _ => new_null_array(field.data_type(), rows),
        }
    };
    let schema = staged_schema(&shape.schema);
    let columns = schema.fields().iter().map(|field| column(field)).collect();
    RecordBatch::try_new(schema, columns).lake_context(|| "stage links".to_owned())
}

/// The part of an id's keyed hash that the lake shows.
fn short_key(id: u128) -> i64 {
    let low = u64::try_from(id & u128::from(u64::MAX)).unwrap_or(0);
    i64::from_le_bytes(low.to_le_bytes()) & i64::MAX
}

fn check_share(report: &LoadReport, rejects: &[FileReject], limit: f64) -> Result<()> {
    let counted: Vec<&FileReject> =
        rejects.iter().filter(|reject| reject.reject.rule != merge::DUPLICATE_ROW).collect();
    let share = counted.len() as f64 / report.rows_in.max(1) as f64;
    if share <= limit {
        return Ok(());
    }
    let reasons: Vec<String> = count_rejects(&report.files, rejects)
        .iter()
        .take(5)
        .map(|count| {
            let column = count.column.as_deref().map_or(String::new(), |column| format!(", column {column}"));
            format!("{} line {}{column}: {} ({} rows)", count.file, count.first_line, count.rule, count.rows)
        })
        .collect();
    let message = format!(
        "{} of {} rows were refused, {:.2} % where {:.2} % is the limit; nothing was loaded",
        counted.len(),
        report.rows_in,
        share * 100.0,
        limit * 100.0
    );
    Err(Error::new(ErrorKind::Query, message)
        .with_help("look at the file with `check`, mend it or its layout, or raise --max-reject-share")
        .with_note(reasons.join("; ")))
}

fn rejects_shape() -> Shape {
    let text = |name: &str, nullable: bool| Field::new(name, DataType::Utf8, nullable);
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    Shape {
        name: REJECTS.to_owned(),
        kind: Kind::Journal,
        schema: Arc::new(Schema::new(vec![
            number("lake_version"),
            text("table_name", false),
            text("file", false),
            number("line"),
            text("column_name", true),
            text("rule", false),
        ])),
        order: Vec::new(),
    }
}

fn rejects_batch(report: &LoadReport, rejects: &[FileReject], schema: &SchemaRef) -> Result<RecordBatch> {
    let version = i64::try_from(report.lake_version).unwrap_or(i64::MAX);
    let name = |reject: &FileReject| report.files.get(reject.file).cloned().unwrap_or_default();
    let line = |reject: &FileReject| i64::try_from(reject.reject.line).unwrap_or(i64::MAX);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_value(version, rejects.len())),
        Arc::new(StringArray::from(vec![report.table.as_str(); rejects.len()])),
        Arc::new(StringArray::from_iter_values(rejects.iter().map(name))),
        Arc::new(Int64Array::from_iter_values(rejects.iter().map(line))),
        Arc::new(StringArray::from_iter(rejects.iter().map(|reject| reject.reject.column.clone()))),
        Arc::new(StringArray::from_iter_values(rejects.iter().map(|reject| reject.reject.rule))),
    ];
    RecordBatch::try_new(SchemaRef::clone(schema), columns).lake_context(|| "write the refused rows".to_owned())
}

/// The schema of refused rows, which is there before any row is.
pub(crate) fn rejects_schema() -> SchemaRef {
    rejects_shape().schema
}

/// The lake log names no table twice in one version; asserted here so that `pins` may rely on it.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_key_is_never_negative() {
        assert!(short_key(u128::MAX) >= 0);
    }
}
