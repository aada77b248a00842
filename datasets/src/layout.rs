//! Layouts: how one kind of agency file arrives, and which canonical column each of its columns fills.

mod check;
mod column;
mod extend;
mod fill;
mod located;
mod names;
mod record;
mod resolve;
mod resolver;
mod row_check;
mod token;
mod unpivot;
mod written;
mod year;

use crate::convert::{Dialect, Encoding};
use crate::{DefinitionError, Definitions};
use written::Written;

pub(crate) use fill::{Combine, Fill, How, Source, TokenMatch, ValueRule};
pub(crate) use names::FileColumns;
pub(crate) use resolve::{Expectation, FixedField, RecordType, ResolvedLayout};
pub(crate) use row_check::{RowCheck, RowTest};
pub(crate) use written::Format;

/// The table of links between the ids of two agencies; its layouts fill two identity columns and nothing else.
const LINK_TABLE: &str = "person_xwalk";

/// The share of rows past which a load fails, when a layout names none.
const MOST_REJECTED: f64 = 0.01;

/// How one kind of agency file is read.
///
/// A layout is declared in a TOML file, never guessed from the data. It may extend another layout, and say what was
/// different in some years.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The name of the layout; also the name of the file.
    pub name: String,
    /// The canonical table it fills; `person_xwalk` for an extract that links the ids of two agencies. Empty until a
    /// layout that extends another is among [`Definitions`].
    pub table: String,
    /// The agency that delivers the file.
    pub agency: String,
    /// What the file holds.
    pub description: String,
    /// The document that describes the file.
    pub source: String,
    /// The share of rows, 0 to 1, past which a load fails. Default 0.01.
    pub max_reject_share: f64,
    /// What its own file says.
    own: Written,
    /// The same with everything that it takes from the layouts it extends.
    whole: Written,
    /// The position of the variant that has been applied to the whole.
    variant: Option<usize>,
    /// The year of the file, once it is known.
    file_year: Option<i32>,
}

impl Layout {
    /// Reads a layout file; `file` is its name in an error.
    ///
    /// Errors: anything TOML refuses, an unknown or a missing key, and marks that cannot mark. A layout that extends
    /// another is looked at as a whole when it is used with the definitions that hold the other.
    pub fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let own = Written::parse(file, text)?;
        if own.extends.is_some() {
            return Ok(Self::assembled(own.clone(), own));
        }
        Self::new(own.clone(), own)
    }

    /// A layout whose whole is known.
    fn new(own: Written, whole: Written) -> Result<Self, DefinitionError> {
        let layout = Self::assembled(own, whole);
        layout.check_whole()?;
        layout.check_years()?;
        Ok(layout)
    }

    fn assembled(own: Written, whole: Written) -> Self {
        Self {
            name: own.name.clone(),
            table: whole.table.clone().unwrap_or_default(),
            agency: whole.agency.clone().unwrap_or_default(),
            description: own.description.clone(),
            source: own.source.clone(),
            max_reject_share: whole.max_reject_share.unwrap_or(MOST_REJECTED),
            own,
            whole,
            variant: None,
            file_year: None,
        }
    }

    /// Checks the layout, and each variant of it, against the tables and maps it names.
    ///
    /// Errors: a table, column or map that is not there, a required column that is not filled, a column filled twice,
    /// identity columns that the table does not want, and options that do not fit the type of a column.
    pub fn resolve(&self, definitions: &Definitions) -> Result<(), DefinitionError> {
        let layout = self.extended(definitions.layouts())?;
        ResolvedLayout::new(&layout, definitions)?;
        for position in 0..layout.whole.variants.len() {
            ResolvedLayout::new(&layout.with_variant(position), definitions)?;
        }
        Ok(())
    }

    /// The columns whose text goes to the vault and never into the lake: canonical column and namespace, in the order of the layout.
    pub fn identities(&self) -> Vec<(&str, &str)> {
        let columns = self.whole.loaded.iter();
        columns.filter_map(|column| Some((column.to.as_str(), column.identity.as_deref()?))).collect()
    }

    /// Whether the file links the ids of two agencies instead of holding rows of a table.
    pub fn is_link(&self) -> bool {
        self.table == LINK_TABLE
    }

    /// How the file is written.
    pub(crate) fn format(&self) -> Format {
        self.whole.format.unwrap_or_default()
    }

    /// The regular expression of the members of an archive that are read.
    pub(crate) fn member(&self) -> Option<&str> {
        self.whole.member.as_deref()
    }

    /// The sheet of a workbook that is read.
    pub(crate) fn sheet(&self) -> Option<&str> {
        self.whole.sheet.as_deref()
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.whole.encoding.unwrap_or_default()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        let quote = self.whole.quote.as_deref().unwrap_or("\"");
        Dialect { delimiter: byte(self.whole.delimiter.unwrap_or(',')), quote: quote.bytes().next() }
    }
}

/// An ASCII character as a byte.
fn byte(character: char) -> u8 {
    u8::try_from(character).unwrap_or(b',')
}
