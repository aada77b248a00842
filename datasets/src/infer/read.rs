//! The rows of a file whose form is known, piece by piece, cut by the grammar that a conversion uses.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

use super::fixed::Span;
use super::heading::Heading;
use crate::convert::{
    Cut, Dialect, FixedWidth, Grammar, Limits, Rows, Shape, Sheet, SheetPieces, Splitter, Work,
};

/// How the rows of a file are written.
#[derive(Debug)]
pub(super) enum Form {
    Delimited {
        dialect: Dialect,
        heading: Heading,
    },
    /// Records of so many characters, below so many lines that are none.
    Fixed {
        names: Vec<String>,
        spans: Vec<Span>,
        length: usize,
        before: u64,
    },
    /// A sheet of a workbook; whether it is the first that is shown, and the names of the others.
    Sheet {
        format: &'static str,
        name: String,
        first: bool,
        others: Vec<String>,
        sheet: Arc<Sheet>,
        heading: Heading,
        columns: Vec<Option<usize>>,
    },
}

/// The rows that are none: for each rule how many, and the line of the first.
pub(super) type Faults = BTreeMap<&'static str, (u64, u64)>;

impl Form {
    /// The names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Delimited { heading, .. } | Self::Sheet { heading, .. } => heading.names.clone(),
            Self::Fixed { names, .. } => names.clone(),
        }
    }

    /// Whether rows of another member of an archive are written in the same way.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Delimited { dialect, heading }, Self::Delimited { dialect: marks, heading: head }) => {
                dialect == marks && heading == head
            }
            (Self::Fixed { spans, length, .. }, Self::Fixed { spans: places, length: characters, .. }) => {
                spans == places && length == characters
            }
            _ => false,
        }
    }

    /// Reads all rows of a decoded file; of a sheet the text is not looked at.
    pub(super) fn read<'a>(
        &self,
        text: Box<dyn Read + Send + 'a>,
        on_rows: &mut dyn FnMut(&Rows),
    ) -> io::Result<Faults> {
        let shape = self.shape();
        let mut faults = Faults::new();
        let mut take = |work: Work| {
            let rows = Rows::read(work, &shape);
            for fault in &rows.faults {
                faults.entry(fault.rule.name()).or_insert((0, fault.line)).0 += 1;
            }
            on_rows(&rows);
        };
        match self {
            Self::Delimited { dialect, heading } => {
                let mut splitter = Splitter::new(text, *dialect, Limits::default());
                if let Some(line) = heading.line {
                    splitter.skip_lines(line - 1)?;
                    splitter.first_record()?;
                }
                while let Some(piece) = splitter.next_piece()? {
                    take(Work::Text(piece));
                }
            }
            Self::Fixed { before, .. } => {
                let mut splitter = Splitter::new(text, LINES, Limits::default());
                splitter.skip_lines(*before)?;
                while let Some(piece) = splitter.next_piece()? {
                    take(Work::Text(piece));
                }
            }
            Self::Sheet { sheet, heading, .. } => {
                let mut pieces = SheetPieces::new(Arc::clone(sheet), heading.line.unwrap_or(0));
                while let Some(piece) = pieces.next_piece() {
                    take(Work::Cells(piece));
                }
            }
        }
        Ok(faults)
    }

    fn shape(&self) -> Shape {
        let header = self.names();
        let (grammar, has_header) = match self {
            Self::Delimited { dialect, heading } => {
                (Grammar::Delimited { dialect: *dialect, count: header.len() }, heading.line.is_some())
            }
            Self::Fixed { spans, length, .. } => {
                let cut =
                    |(column, span): (usize, &Span)| Cut { column, start: span.start, width: span.width };
                let cuts = spans.iter().enumerate().map(cut).collect();
                (Grammar::Fixed(FixedWidth { fewest: *length, most: *length, cuts }), false)
            }
            Self::Sheet { columns, heading, .. } => (Grammar::Sheet(columns.clone()), heading.line.is_some()),
        };
        Shape { grammar, longest: Limits::default().record, header, has_header, records: None }
    }
}

/// Lines without any mark.
pub(super) const LINES: Dialect = Dialect { delimiter: b',', quote: None };
