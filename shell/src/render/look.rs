//! How people want results to look: what the output commands change.

/// How numbers that count something are written for the eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Numbers {
    /// As they are.
    Plain,
    /// With separators between thousands.
    #[default]
    Grouped,
    /// Three digits and a unit: 1.23 M.
    Si,
}

/// Which way round a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Shape {
    /// A line for each row; columns that do not fit are left out.
    #[default]
    Rows,
    /// A line for each column.
    Columns,
    /// A line for each row or, where the columns do not fit, a line for each value.
    Whole,
}

/// What a person has chosen. Formats for programs look at `null`, `headers`, `separator` and `table` only.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// What stands for NULL; `None` leaves it to the format.
    pub(crate) null: Option<String>,
    /// Whether tables name the columns' types.
    pub(crate) types: bool,
    /// How numbers are written in tables.
    pub(crate) numbers: Numbers,
    /// Whether csv, tsv, list and quote begin with the columns' names.
    pub(crate) headers: bool,
    /// Which way round tables are.
    pub(crate) shape: Shape,
    /// Terminal columns that a table may take; 0 takes the terminal's.
    pub(crate) width: usize,
    /// Widths of single columns, from the first one on; 0 takes what the column needs.
    pub(crate) widths: Vec<usize>,
    /// Widths that single columns keep when there is little room; 0 keeps the usual one.
    pub(crate) least: Vec<usize>,
    /// What stands between the values of `list`.
    pub(crate) separator: String,
    /// The table that `insert` writes into.
    pub(crate) table: String,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            null: None,
            types: true,
            numbers: Numbers::default(),
            headers: true,
            shape: Shape::Rows,
            width: 0,
            widths: Vec::new(),
            least: Vec::new(),
            separator: "|".to_owned(),
            table: "result".to_owned(),
        }
    }
}

impl Look {
    /// What stands for NULL, where the format's own way is `usual`.
    pub(crate) fn null_or<'a>(&'a self, usual: &'a str) -> &'a str {
        self.null.as_deref().unwrap_or(usual)
    }
}
