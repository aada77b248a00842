//! The names of a file's columns, as far as its layout knows them before the file is read.

use super::resolve::{FixedField, RecordType, RecordTypes};
use super::written::{Format, Place, suggestion};
use super::{Fill, Layout};
use crate::DefinitionError;

/// Where the names of a file's columns come from.
#[derive(Debug)]
pub(crate) enum FileColumns {
    /// From a line of the file.
    Header,
    /// From the layout: every name it knows. The first `common` of them are those of a record whose type has none of
    /// its own.
    Declared { names: Vec<String>, common: usize },
    /// They are the positions of the columns, counted from 1.
    Positions,
}

impl Layout {
    /// The lines, or rows of a sheet, that stand before the header, or before the records when nothing names columns.
    pub(super) fn lines_before(&self) -> u64 {
        let header_line = self.whole.header_line.unwrap_or(1);
        match (self.has_header(), self.format()) {
            (false, _) => 0,
            (true, Format::FixedWidth) => header_line,
            (true, _) => header_line - 1,
        }
    }

    /// The fields of a fixed-width record in the order of their places.
    pub(super) fn fixed_fields(&self) -> Vec<FixedField> {
        sorted(self.whole.fields.iter())
    }

    /// Where the names of the columns come from.
    pub(super) fn file_columns(&self, records: Option<&RecordTypes>) -> FileColumns {
        let mut names: Vec<String> = match (self.format(), &self.whole.columns) {
            (Format::FixedWidth, _) => self.fixed_fields().into_iter().map(|field| field.name).collect(),
            _ if self.has_header() => return FileColumns::Header,
            (_, Some(columns)) => columns.clone(),
            (_, None) => return FileColumns::Positions,
        };
        let common = names.len();
        for record_type in records.iter().flat_map(|records| &records.types) {
            let fields = record_type.fields.iter().map(|field| &field.name);
            for name in fields.chain(record_type.columns.iter().flatten()) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        FileColumns::Declared { names, common }
    }

    /// The types of records; `Err` when one of them cannot be told or read.
    pub(super) fn record_types(&self) -> Result<Option<RecordTypes>, DefinitionError> {
        let Some(records) = &self.whole.records else {
            return Ok(None);
        };
        let column = self.renamed(&records.column);
        if self.lacks(&records.column) {
            return Err(
                records.fault("the column that tells the type of a record cannot be absent; correct it.")
            );
        }
        let is_fixed = self.format() == Format::FixedWidth;
        let place_in = |columns: &[String]| columns.iter().position(|name| *name == records.column);
        let mut types: Vec<RecordType> = Vec::new();
        for kind in &records.kinds {
            if types.iter().any(|other| other.value == kind.value.trim_end_matches(' ')) {
                return Err(kind.fault(format!("record type {:?} stands twice; remove one.", kind.value)));
            }
            if kind.ignored && (!kind.constants.is_empty() || !kind.expect.is_empty()) {
                return Err(
                    kind.fault("an ignored record type has no use for constants and expect; take them away.")
                );
            }
            if (is_fixed && kind.columns.is_some()) || (!is_fixed && !kind.fields.is_empty()) {
                return Err(kind.fault(
                    "fields are for fixed width and columns for delimited text; correct the record type.",
                ));
            }
            if kind.fields.contains_key(&records.column) {
                return Err(kind.fault("the column that tells the type of a record has one place in all of them; take its field away."));
            }
            if let Some(columns) = &kind.columns {
                let all = self.whole.columns.as_deref().filter(|_| !self.has_header());
                if all.and_then(place_in).is_none_or(|place| place_in(columns) != Some(place)) {
                    return Err(kind.fault("a record type has columns of its own only when the layout has columns too, and both have the column that tells the type in the same place; correct them."));
                }
            }
            types.push(RecordType {
                value: kind.value.trim_end_matches(' ').to_owned(),
                ignored: kind.ignored,
                expects: self.expectations(&kind.expect),
                fields: sorted(kind.fields.iter().filter(|(name, _)| !self.lacks(name))),
                columns: kind.columns.clone(),
            });
        }
        if types.is_empty() {
            return Err(records.fault("there is no [[records.type]]; list the types of records."));
        }
        Ok(Some(RecordTypes { column, types }))
    }

    /// Names that the layout reads must be names it knows, where it knows them all.
    pub(super) fn check_known(
        &self,
        columns: &FileColumns,
        fills: &[Fill],
        records: Option<&RecordTypes>,
    ) -> Result<(), DefinitionError> {
        let sources =
            fills.iter().flat_map(|fill| &fill.sources).flat_map(|source| source.names.iter().flatten());
        let expects =
            self.whole.expect.keys().filter(|name| !self.lacks(name)).map(|name| self.renamed(name));
        let expects = expects.chain(
            records
                .iter()
                .flat_map(|records| &records.types)
                .flat_map(|kind| &kind.expects)
                .map(|expected| expected.column.clone()),
        );
        let ignored = self.whole.ignored_columns().iter().cloned();
        let needed = sources.cloned().chain(expects);
        let needed = needed.chain(records.map(|records| records.column.clone()));
        match columns {
            FileColumns::Header => Ok(()),
            FileColumns::Declared { names, .. } => {
                match needed.into_iter().find(|name| !names.contains(name)) {
                    None => Ok(()),
                    Some(name) => {
                        let near = suggestion(&name, names.iter().map(String::as_str));
                        let sentence = format!("the file has no column {name:?} by this layout; {near}");
                        Err(self.own.fault(sentence))
                    }
                }
            }
            FileColumns::Positions => {
                let is_position = |name: &String| name.parse::<usize>().is_ok_and(|position| position > 0);
                match needed.chain(ignored).find(|name| !is_position(name)) {
                    None => Ok(()),
                    Some(name) => Err(self.own.fault(format!(
                        "the file has no header, so {name:?} must be the position of a column, counted from 1; or name them all in columns."
                    ))),
                }
            }
        }
    }
}

/// The fields in the order of their places.
fn sorted<'a>(fields: impl Iterator<Item = (&'a String, &'a Place)>) -> Vec<FixedField> {
    let field = |(name, [start, width]): (&String, &Place)| FixedField {
        name: name.clone(),
        start: start.saturating_sub(1),
        width: *width,
    };
    let mut fields: Vec<FixedField> = fields.map(field).collect();
    fields.sort_by(|left, right| (left.start, &left.name).cmp(&(right.start, &right.name)));
    fields
}
