//! The lines around and between a table's cells: drawn, or in plain ASCII as psql has them.

/// One way of framing a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// The line above the header: its left end, its line, a crossing, its right end; `None` has none.
    pub(super) top: Option<[&'static str; 4]>,
    /// The line below the header.
    pub(super) middle: [&'static str; 4],
    /// The line below the last row.
    pub(super) bottom: Option<[&'static str; 4]>,
    /// Left of a row, between two cells, and right of a row.
    pub(super) row: [&'static str; 3],
    /// Stands where columns are left out.
    pub(super) gap: &'static str,
    /// Stands where rows are left out.
    pub(super) skip: &'static str,
    /// Stands where a text was cut.
    pub(super) cut: char,
    /// Between the parts of the footer.
    pub(super) separator: &'static str,
}

/// Lines drawn with box characters.
pub(super) const BOX: Frame = Frame {
    top: Some(["┌", "─", "┬", "┐"]),
    middle: ["├", "─", "┼", "┤"],
    bottom: Some(["└", "─", "┴", "┘"]),
    row: ["│ ", " │ ", " │"],
    gap: "…",
    skip: "·",
    cut: '…',
    separator: " · ",
};

/// psql's frame. It has no characters that an old terminal or a mail could spoil.
pub(super) const ASCII: Frame = Frame {
    top: None,
    middle: ["", "-", "+", ""],
    bottom: None,
    row: [" ", " | ", ""],
    gap: ":",
    skip: ":",
    cut: '~',
    separator: ", ",
};
