//! What every record of a file must look like: its grammar, its columns, and the types of records among which one column tells.

use std::collections::HashMap;

use super::dialect::{Dialect, Field};
use crate::layout::{FileColumns, FixedField, Format, RecordType, ResolvedLayout};

/// Stands where a record has no such column.
pub(crate) const ABSENT: Field = Field { start: usize::MAX, length: 0 };

/// What every record of a file must look like.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) grammar: Grammar,
    /// The longest record in bytes.
    pub(crate) longest: usize,
    /// The columns of the file, trimmed; those of single record types among them.
    pub(crate) header: Vec<String>,
    /// Whether the header stands in the file, so that it may stand in it once more.
    pub(crate) has_header: bool,
    pub(crate) records: Option<Records>,
}

/// How the fields of a record are told apart.
#[derive(Debug)]
pub(crate) enum Grammar {
    /// By marks between them. The number of fields, unless record types have columns of their own.
    Delimited { dialect: Dialect, count: usize },
    /// By their places.
    Fixed(FixedWidth),
    /// By the columns of a sheet: for each of them, the column of the file.
    Sheet(Vec<Option<usize>>),
}

/// Records of fixed width.
#[derive(Debug)]
pub(crate) struct FixedWidth {
    /// The fewest characters of a record; one shorter than `most` is filled with blanks.
    pub(crate) fewest: usize,
    pub(crate) most: usize,
    pub(crate) cuts: Vec<Cut>,
}

/// The place of one column in a record, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) column: usize,
    pub(crate) start: usize,
    pub(crate) width: usize,
}

/// The types of records.
#[derive(Debug)]
pub(crate) struct Records {
    /// The column of the file that tells the type.
    pub(crate) column: usize,
    /// The types by the text in that column.
    types: HashMap<String, RecordKind>,
    /// For each type its own arrangement, when some type has one.
    arrangements: Vec<Arrangement>,
}

/// What a record of one type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordKind {
    /// No row.
    Ignored,
    /// A row of the type at this position in the layout.
    Row(u32),
}

/// Which column of the file each part of a record is.
#[derive(Debug)]
pub(crate) enum Arrangement {
    /// Delimited text: the column of each field in turn.
    Fields(Vec<usize>),
    /// Fixed width.
    Cuts(Vec<Cut>),
}

impl Records {
    /// The kind of a record whose column holds `text`; `None` when no type has it.
    pub(crate) fn kind(&self, text: &str) -> Option<RecordKind> {
        self.types.get(text.trim_end_matches(' ')).copied()
    }

    /// The most fields that a record of delimited text may have.
    pub(crate) fn most_fields(&self, count: usize) -> usize {
        let counts = self.arrangements.iter().map(|arrangement| match arrangement {
            Arrangement::Fields(columns) => columns.len(),
            Arrangement::Cuts(_) => 0,
        });
        counts.max().unwrap_or(0).max(count)
    }

    /// The arrangement of a type of records; `None` when all are arranged like the layout's.
    pub(crate) fn arrangement(&self, record_type: u32) -> Option<&Arrangement> {
        self.arrangements.get(record_type as usize)
    }

    /// Looks up the columns of the types in a header; `None` when there are no types, or the column that tells them
    /// is not in it.
    pub(crate) fn new(layout: &ResolvedLayout, header: &[String]) -> Option<Self> {
        let records = layout.records.as_ref()?;
        let column = position(header, &records.column)?;
        let kind = |(at, record_type): (usize, &RecordType)| {
            let row = RecordKind::Row(u32::try_from(at).unwrap_or(u32::MAX));
            (record_type.value.clone(), if record_type.ignored { RecordKind::Ignored } else { row })
        };
        let is_own =
            |record_type: &RecordType| !record_type.fields.is_empty() || record_type.columns.is_some();
        let arrangements = if records.types.iter().any(is_own) {
            records.types.iter().map(|record_type| arrangement(layout, record_type, header)).collect()
        } else {
            Vec::new()
        };
        Some(Self { column, types: records.types.iter().enumerate().map(kind).collect(), arrangements })
    }
}

fn arrangement(layout: &ResolvedLayout, record_type: &RecordType, header: &[String]) -> Arrangement {
    if layout.format == Format::FixedWidth {
        let is_replaced =
            |field: &&FixedField| record_type.fields.iter().any(|other| other.name == field.name);
        let common = layout.fields.iter().filter(|field| !is_replaced(field));
        return Arrangement::Cuts(cuts(common.chain(&record_type.fields), header));
    }
    let common = match &layout.columns {
        FileColumns::Declared { common, .. } => (*common).min(header.len()),
        _ => header.len(),
    };
    let names = record_type.columns.as_deref().unwrap_or(&header[..common]);
    Arrangement::Fields(names.iter().filter_map(|name| position(header, name)).collect())
}

/// The places of fixed-width fields.
pub(crate) fn cuts<'a>(fields: impl Iterator<Item = &'a FixedField>, header: &[String]) -> Vec<Cut> {
    let cut = |field: &FixedField| {
        Some(Cut { column: position(header, &field.name)?, start: field.start, width: field.width })
    };
    fields.filter_map(cut).collect()
}

fn position(header: &[String], name: &str) -> Option<usize> {
    header.iter().position(|other| other == name)
}
