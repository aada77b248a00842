//! Layouts: how one kind of agency file arrives, and which canonical column each of its columns fills.

mod column;
mod fill;
mod resolve;
mod token;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::convert::{DELETE, Dialect, Encoding};
use crate::{DefinitionError, Definitions};
use column::LayoutColumn;
use token::TokenRule;

pub(crate) use fill::{Combine, Fill, How, Source, TokenMatch, ValueRule};
pub(crate) use resolve::ResolvedLayout;

/// The table of links between the ids of two agencies; its layouts fill two identity columns and nothing else.
const LINK_TABLE: &str = "person_xwalk";

/// How one kind of agency file is read.
///
/// A layout is declared in a TOML file, never guessed from the data.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The name of the layout; also the name of the file.
    pub name: String,
    /// The canonical table it fills; `person_xwalk` for an extract that links the ids of two agencies.
    pub table: String,
    /// The agency that delivers the file.
    pub agency: String,
    /// What the file holds.
    pub description: String,
    /// The document that describes the file.
    pub source: String,
    /// The share of rows, 0 to 1, past which a load fails. Default 0.01.
    #[serde(default = "one_percent")]
    pub max_reject_share: f64,
    /// How the file is written.
    #[serde(default)]
    format: Format,
    /// Stands between two fields. Default a comma.
    #[serde(default = "comma")]
    delimiter: char,
    /// Encloses a field; empty when the file has no quoting. Default a double quote.
    #[serde(default = "double_quote")]
    quote: String,
    /// Default UTF-8; a byte order mark is dropped.
    #[serde(default)]
    encoding: Encoding,
    /// Whether the first line names the columns. When it does not, their positions, counted from 1, are their names.
    #[serde(default = "yes")]
    header: bool,
    /// The texts that mean NULL. Default the empty text.
    #[serde(default = "empty_text")]
    null_tokens: Vec<String>,
    /// Canonical columns that have one value in every row.
    #[serde(default)]
    constants: BTreeMap<String, Constant>,
    /// Wide to long.
    unpivot: Option<Unpivot>,
    /// The columns of the file that are loaded.
    #[serde(rename = "column")]
    columns: Vec<Spanned<LayoutColumn>>,
    /// The token rules that the columns name.
    #[serde(default)]
    tokens: BTreeMap<String, Vec<Spanned<TokenRule>>>,
    /// The columns of the file that are known and not loaded. Any other column stops a load.
    #[serde(default)]
    ignored: Ignored,
    /// The layout file, for errors.
    #[serde(skip)]
    file: String,
    /// Where each line of the layout file starts.
    #[serde(skip)]
    line_starts: Vec<usize>,
}

/// The formats of files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// Delimited text, RFC 4180.
    #[default]
    Csv,
}

/// A value that every row of the file has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Constant {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
}

/// Wide to long: one produced row per file row and value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unpivot {
    /// The canonical column that receives the value.
    column: String,
    values: Vec<String>,
    /// Canonical columns; a row in which all of them are NULL is not produced.
    #[serde(default)]
    require: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ignored {
    columns: Vec<String>,
}

impl Layout {
    /// Reads a layout file; `file` is its name in an error.
    ///
    /// Errors: anything TOML refuses, an unknown or a missing key, and marks that cannot mark.
    pub fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let mut layout: Self =
            toml::from_str(text).map_err(|error| DefinitionError::from_toml(file, text, &error))?;
        file.clone_into(&mut layout.file);
        layout.line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        layout.check_marks()?;
        Ok(layout)
    }

    /// Checks the layout against the tables and maps it names.
    ///
    /// Errors: a table, column or map that is not there, a required column that is not filled, a column filled twice,
    /// identity columns that the table does not want, and options that do not fit the type of a column.
    pub fn resolve(&self, definitions: &Definitions) -> Result<(), DefinitionError> {
        ResolvedLayout::new(self, definitions).map(drop)
    }

    /// The columns whose text goes to the vault and never into the lake: canonical column and namespace, in the order of the layout.
    pub fn identities(&self) -> Vec<(&str, &str)> {
        let columns = self.columns.iter().map(Spanned::get_ref);
        columns.filter_map(|column| Some((column.to.as_str(), column.identity.as_deref()?))).collect()
    }

    /// Whether the file links the ids of two agencies instead of holding rows of a table.
    pub fn is_link(&self) -> bool {
        self.table == LINK_TABLE
    }

    pub(crate) fn dialect(&self) -> Dialect {
        Dialect { delimiter: byte(self.delimiter), quote: self.quote.bytes().next() }
    }

    /// An error at a place of the layout file.
    fn fault(&self, at: Option<usize>, sentence: impl Into<String>) -> DefinitionError {
        match at {
            None => DefinitionError::in_file(&self.file, sentence),
            Some(offset) => {
                let line = self.line_starts.partition_point(|start| *start <= offset);
                DefinitionError::at_line(&self.file, line as u64, sentence)
            }
        }
    }

    fn check_marks(&self) -> Result<(), DefinitionError> {
        let is_mark = |mark: char| mark.is_ascii() && !['\n', '\r', '\0', DELETE].contains(&mark);
        let quotes: Vec<char> = self.quote.chars().collect();
        if !is_mark(self.delimiter) || !quotes.iter().all(|quote| is_mark(*quote)) || quotes.len() > 1 {
            let sentence = "delimiter must be one ASCII character, and quote one or none; correct them.";
            return Err(self.fault(None, sentence));
        }
        if quotes.first() == Some(&self.delimiter) {
            return Err(self.fault(None, "delimiter and quote are the same character; change one."));
        }
        if !(0.0..=1.0).contains(&self.max_reject_share) {
            return Err(self.fault(None, "max_reject_share must be a share between 0 and 1; correct it."));
        }
        Ok(())
    }
}

impl Constant {
    /// The value as a file would hold it.
    fn text(&self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(value) => value.clone(),
        }
    }
}

/// An ASCII character as a byte.
fn byte(character: char) -> u8 {
    u8::try_from(character).unwrap_or(b',')
}

fn one_percent() -> f64 {
    0.01
}

fn comma() -> char {
    ','
}

fn double_quote() -> String {
    "\"".to_owned()
}

fn yes() -> bool {
    true
}

fn empty_text() -> Vec<String> {
    vec![String::new()]
}
