//! A layout file as it is written: every key that it may have, each of them absent until it is given.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::column::{LayoutColumn, OneOrMany};
use super::located::Located;
use super::record::Records;
use super::token::TokenRule;
use super::unpivot::Unpivot;
use super::year::{Variant, Years};
use crate::convert::Encoding;
use crate::{DefinitionError, closest_name};

/// The formats of files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// Delimited text, RFC 4180.
    #[default]
    Csv,
    /// Lines in which every field has its place.
    FixedWidth,
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// A workbook of Excel 97 to 2003.
    Xls,
}

impl Format {
    /// The keys that a file of this format has no use for.
    fn useless_keys(self) -> &'static [&'static str] {
        match self {
            Self::Csv => &["sheet", "record_length", "min_record_length", "fields"],
            Self::FixedWidth => &["delimiter", "quote", "columns", "sheet"],
            Self::Xlsx | Self::Xls => {
                &["delimiter", "quote", "encoding", "record_length", "min_record_length", "fields"]
            }
        }
    }
}

/// The texts that a column of the file must hold one of.
pub(super) type Expected = BTreeMap<String, OneOrMany<String>>;

/// Where a field stands in a record: its first character, counted from 1, and its width in characters.
pub(super) type Place = [usize; 2];

/// One layout file.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) source: String,
    /// The layout that says what this one does not.
    pub(super) extends: Option<String>,
    pub(super) table: Option<String>,
    pub(super) agency: Option<String>,
    /// The share of rows, 0 to 1, past which a load fails.
    pub(super) max_reject_share: Option<f64>,
    pub(super) format: Option<Format>,
    /// Stands between two fields. Default a comma.
    pub(super) delimiter: Option<char>,
    /// Encloses a field; empty when the file has no quoting. Default a double quote.
    pub(super) quote: Option<String>,
    /// Default UTF-8; a byte order mark is dropped.
    pub(super) encoding: Option<Encoding>,
    /// Whether a line names the columns. Default yes, and no for fixed width.
    pub(super) header: Option<bool>,
    /// The line, or row of the sheet, of the header. Default 1.
    pub(super) header_line: Option<u64>,
    /// The columns of a file without a header, in order. Default their positions, counted from 1.
    pub(super) columns: Option<Vec<String>>,
    /// The sheet of a workbook. Default the first that is shown.
    pub(super) sheet: Option<String>,
    /// The regular expression of the members of a ZIP archive that are read. Default every file in it.
    pub(super) member: Option<String>,
    /// The characters of a record, its line end not counted. Default up to the end of the last field.
    pub(super) record_length: Option<usize>,
    /// The fewest characters of a record; a shorter one than `record_length` is filled with blanks.
    pub(super) min_record_length: Option<usize>,
    /// The texts that mean NULL. Default the empty text.
    pub(super) null_tokens: Option<Vec<String>>,
    /// Where the fields of a fixed-width record stand.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, Place>,
    /// What columns of the file must hold.
    #[serde(default)]
    pub(super) expect: Expected,
    /// Canonical columns that have one value in every row.
    #[serde(default)]
    pub(super) constants: BTreeMap<String, Constant>,
    /// Wide to long.
    pub(super) unpivot: Option<Located<Unpivot>>,
    /// The columns of the file that are loaded.
    #[serde(default, rename = "column")]
    pub(super) loaded: Vec<Located<LayoutColumn>>,
    /// The token rules that the columns name.
    #[serde(default)]
    pub(super) tokens: BTreeMap<String, Vec<Located<TokenRule>>>,
    /// The columns of the file that are known and not loaded. Any other column stops a load.
    pub(super) ignored: Option<Ignored>,
    /// The kinds of records in the file.
    pub(super) records: Option<Located<Records>>,
    /// Which years the files are of.
    pub(super) years: Option<Located<Years>>,
    /// What was different in some years.
    #[serde(default, rename = "variant")]
    pub(super) variants: Vec<Located<Variant>>,
    /// The layout file, for errors.
    #[serde(skip)]
    pub(super) file: String,
}

/// A value that every row of the file has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Constant {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ignored {
    pub(super) columns: Vec<String>,
}

impl Written {
    /// Reads a layout file; `file` is its name in an error.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let mut written: Self =
            toml::from_str(text).map_err(|error| DefinitionError::from_toml(file, text, &error))?;
        file.clone_into(&mut written.file);
        let starts: Vec<usize> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        written.loaded.iter_mut().for_each(|column| column.locate(file, &starts));
        written.tokens.values_mut().flatten().for_each(|rule| rule.locate(file, &starts));
        written.variants.iter_mut().for_each(|variant| variant.locate(file, &starts));
        written.unpivot.iter_mut().for_each(|unpivot| unpivot.locate(file, &starts));
        written.years.iter_mut().for_each(|years| years.locate(file, &starts));
        if let Some(records) = &mut written.records {
            records.locate(file, &starts);
            records.kinds.iter_mut().for_each(|kind| kind.locate(file, &starts));
        }
        Ok(written)
    }

    /// An error of the file as a whole.
    pub(super) fn fault(&self, sentence: impl Into<String>) -> DefinitionError {
        DefinitionError::in_file(&self.file, sentence)
    }

    /// The first of its own keys that a file of `format` has no use for.
    pub(super) fn useless_key(&self, format: Format) -> Option<&'static str> {
        let given = |key: &str| match key {
            "delimiter" => self.delimiter.is_some(),
            "quote" => self.quote.is_some(),
            "encoding" => self.encoding.is_some(),
            "columns" => self.columns.is_some(),
            "sheet" => self.sheet.is_some(),
            "record_length" => self.record_length.is_some(),
            "min_record_length" => self.min_record_length.is_some(),
            "fields" => !self.fields.is_empty(),
            _ => false,
        };
        format.useless_keys().iter().copied().find(|key| given(key))
    }

    /// The columns of the file that are known and not loaded.
    pub(super) fn ignored_columns(&self) -> &[String] {
        self.ignored.as_ref().map_or(&[], |ignored| &ignored.columns)
    }
}

impl Constant {
    /// The value as a file would hold it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(value) => value.clone(),
        }
    }
}

/// What to do about a name that is not there.
pub(super) fn suggestion<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    match closest_name(name, candidates) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "correct the name, or add it.".to_owned(),
    }
}
