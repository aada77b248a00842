//! A layout checked against the definitions it names: every table, column, map and pattern looked up once, before any file is read.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::resolver::Resolver;
use super::written::{Expected, suggestion};
use super::{FileColumns, Fill, Format, How, Layout, RowCheck};
use crate::convert::{Dialect, Encoding};
use crate::{DefinitionError, Definitions, Severity, Table, TableKind, no_table};

/// The identity column of every person table, and the second one of a link.
const PERSON: &str = "person_id";
const LINKED: &str = "linked_id";

/// A layout with every name looked up.
#[derive(Debug)]
pub(crate) struct ResolvedLayout {
    pub(crate) name: String,
    /// The columns of a chunk: the table's, with identity columns as text.
    pub(crate) schema: SchemaRef,
    pub(crate) fills: Vec<Fill>,
    /// How many rows one row of the file produces.
    pub(crate) per_row: usize,
    /// A produced row in which all of these are NULL is not produced; none: every row is.
    pub(crate) require: Vec<usize>,
    /// The columns of the file that are known and not loaded.
    pub(crate) ignored: BTreeSet<String>,
    pub(crate) expects: Vec<Expectation>,
    pub(crate) records: Option<RecordTypes>,
    /// The checks of one row that reject it.
    pub(crate) checks: Vec<RowCheck>,
    pub(crate) columns: FileColumns,
    /// The lines, or rows of a sheet, before the header or the first record.
    pub(crate) lines_before: u64,
    pub(crate) format: Format,
    pub(crate) encoding: Encoding,
    pub(crate) dialect: Dialect,
    /// Fixed width: the fields, and the fewest and most characters of a record.
    pub(crate) fields: Vec<FixedField>,
    pub(crate) lengths: (usize, usize),
    /// What a reader of the file should know.
    pub(crate) notices: Vec<String>,
}

/// The texts one of which a column of the file must hold; blanks at their ends do not count.
#[derive(Debug, Clone)]
pub(crate) struct Expectation {
    pub(crate) column: String,
    pub(crate) texts: Vec<String>,
}

/// The types of records in a file.
#[derive(Debug)]
pub(crate) struct RecordTypes {
    /// The column of the file that tells the type.
    pub(crate) column: String,
    pub(crate) types: Vec<RecordType>,
}

/// One type of records.
#[derive(Debug)]
pub(crate) struct RecordType {
    /// The text in the column, without blanks at its end.
    pub(crate) value: String,
    /// Whether such a record is no row.
    pub(crate) ignored: bool,
    pub(crate) expects: Vec<Expectation>,
    /// Fixed width: fields beside or in place of the layout's.
    pub(crate) fields: Vec<FixedField>,
    /// Delimited text: the columns in place of the layout's.
    pub(crate) columns: Option<Vec<String>>,
}

/// One field of a fixed-width record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FixedField {
    pub(crate) name: String,
    /// The characters before it.
    pub(crate) start: usize,
    /// Its characters.
    pub(crate) width: usize,
}

impl ResolvedLayout {
    /// Looks up every name of a layout, as it holds for the year whose variant has been applied.
    pub(crate) fn new(layout: &Layout, definitions: &Definitions) -> Result<Self, DefinitionError> {
        let schema = schema(layout, definitions)?;
        let mut resolver = Resolver::new(layout, definitions, schema)?;
        let mut fills = Vec::new();
        for column in &layout.whole.loaded {
            fills.push(resolver.column(column)?);
        }
        for (name, constant) in &layout.whole.constants {
            let array = resolver.typed(name, &[Some(constant.text())])?;
            fills.push(resolver.without_source(name, How::Constant(array))?);
        }
        for (name, values) in resolver.unpivoted.columns.clone() {
            let values: Vec<_> = values.into_iter().map(Some).collect();
            let array = resolver.typed(&name, &values)?;
            fills.push(resolver.without_source(&name, How::Unpivoted(array))?);
        }
        fills.extend(resolver.record_constants()?);
        resolver.check_filled()?;
        resolver.check_names()?;
        let require = resolver.required()?;
        let records = layout.record_types()?;
        let columns = layout.file_columns(records.as_ref());
        layout.check_known(&columns, &fills, records.as_ref())?;
        let table = definitions.table(&layout.table).filter(|_| !layout.is_link());
        let checks = table.map_or_else(Vec::new, |table| RowCheck::of(table, &resolver.schema));
        let checks = checks.into_iter().filter(|check| check.severity == Severity::Error).collect();
        let notices = layout.variant_notice().into_iter().chain(std::mem::take(&mut resolver.notices));
        Ok(Self {
            name: layout.name.clone(),
            per_row: resolver.unpivoted.rows().max(1),
            require,
            ignored: layout.whole.ignored_columns().iter().cloned().collect(),
            expects: layout.expectations(&layout.whole.expect),
            checks,
            columns,
            lines_before: layout.lines_before(),
            format: layout.format(),
            encoding: layout.encoding(),
            dialect: layout.dialect(),
            fields: layout.fixed_fields(),
            lengths: layout.record_lengths(),
            notices: notices.collect(),
            schema: resolver.schema,
            records,
            fills,
        })
    }
}

impl Layout {
    /// The columns of a table as a chunk has them: identity columns are text.
    pub(crate) fn chunk_schema(&self, table: &Table) -> SchemaRef {
        let identities: Vec<&str> = self.identities().into_iter().map(|(column, _)| column).collect();
        let field = |field: &Arc<Field>| {
            let is_identity = identities.contains(&field.name().as_str());
            if is_identity { Field::new(field.name(), DataType::Utf8, false) } else { field.as_ref().clone() }
        };
        Arc::new(Schema::new(table.schema().fields().iter().map(field).collect::<Vec<_>>()))
    }

    /// What columns of the file must hold, by their names in the year.
    pub(super) fn expectations(&self, expected: &Expected) -> Vec<Expectation> {
        let text = |text: &String| text.trim_end_matches(' ').to_owned();
        let there = expected.iter().filter(|(name, _)| !self.lacks(name));
        there
            .map(|(name, texts)| Expectation {
                column: self.renamed(name),
                texts: texts.as_slice().iter().map(text).collect(),
            })
            .collect()
    }
}

/// The columns of a chunk.
fn schema(layout: &Layout, definitions: &Definitions) -> Result<SchemaRef, DefinitionError> {
    let Some(table) = definitions.table(&layout.table) else {
        let near = suggestion(&layout.table, definitions.tables().iter().map(|table| table.name.as_str()));
        return Err(layout.own.fault(format!("{}; {near}", no_table(&layout.table))));
    };
    let identities: Vec<&str> = layout.identities().into_iter().map(|(column, _)| column).collect();
    let wanted: &[&str] = match table.kind {
        _ if layout.is_link() => &[PERSON, LINKED],
        TableKind::Person => &[PERSON],
        TableKind::Reference => &[],
    };
    if identities != wanted {
        let sentence = format!(
            "the identity columns are {identities:?}, but table {:?} takes {wanted:?}; correct them.",
            table.name
        );
        return Err(layout.own.fault(sentence));
    }
    if layout.is_link() {
        let fields = wanted.iter().map(|name| Field::new(*name, DataType::Utf8, false));
        return Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
    }
    Ok(layout.chunk_schema(table))
}
