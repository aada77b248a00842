//! The rows of a file whose form is known, piece by piece, cut by the grammar that a conversion uses.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::fixed::Span;
use super::heading::Heading;
use crate::convert::{DELETE, Dialect, Limits, Rows, Shape, Splitter};

/// How the rows of a file are written.
#[derive(Debug)]
pub(super) enum Form {
    Delimited { dialect: Dialect, heading: Heading },
    Fixed { spans: Vec<Span> },
}

/// The rows that are none: for each rule how many, and the line of the first.
pub(super) type Faults = BTreeMap<&'static str, (u64, u64)>;

impl Form {
    /// The names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Delimited { heading, .. } => heading.names.clone(),
            Self::Fixed { spans } => (1..=spans.len()).map(|number| format!("field_{number}")).collect(),
        }
    }

    /// The text of a field.
    pub(super) fn field<'a>(&self, rows: &'a Rows, row: usize, column: usize) -> &'a str {
        match self {
            Self::Delimited { .. } => rows.field(row, column),
            Self::Fixed { spans } => spans.get(column).map_or("", |span| span.of(rows.field(row, 0))),
        }
    }

    /// Reads all rows of a decoded file.
    pub(super) fn read<'a>(
        &self,
        mut text: Box<dyn Read + Send + 'a>,
        on_rows: &mut dyn FnMut(&Rows),
    ) -> io::Result<Faults> {
        let (dialect, header, skipped, lines) = match self {
            Self::Delimited { dialect, heading } => {
                (*dialect, heading.names.clone(), heading.skipped, heading.skipped_lines)
            }
            // One field: no text holds the character that stands for an undecodable byte.
            Self::Fixed { .. } => {
                let delimiter = u8::try_from(DELETE).unwrap_or_default();
                (Dialect { delimiter, quote: None }, vec![String::new()], 0, 0)
            }
        };
        io::copy(&mut text.by_ref().take(skipped as u64), &mut io::sink())?;
        let limits = Limits::default();
        let has_header = matches!(self, Self::Delimited { heading, .. } if heading.line.is_some());
        let shape = Shape { dialect, longest: limits.record, header, has_header };
        let mut splitter = Splitter::new(text, dialect, limits);
        let mut faults = Faults::new();
        while let Some(piece) = splitter.next_piece()? {
            let rows = Rows::read(piece, &shape);
            for fault in &rows.faults {
                faults.entry(fault.rule.name()).or_insert((0, fault.line + lines)).0 += 1;
            }
            on_rows(&rows);
        }
        Ok(faults)
    }
}
