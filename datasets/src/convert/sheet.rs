//! The cells of one sheet of a workbook, and its rows: a row's line is its row of the sheet.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr;

use super::dialect::Field;
use super::rows::Rows;
use super::rule::Rule;
use super::shape::{ABSENT, Arrangement, Grammar, RecordKind, Shape};

/// The cells that one worker gets at once.
const CELLS: usize = 64 * 1024;

/// What a cell is besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellKind {
    /// Text, a number or a boolean.
    Plain,
    /// A day, written as ISO 8601 has it.
    Date,
    /// An error such as a division by zero.
    Error,
}

/// A cell that holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Its row and column, counted from 0.
    pub(crate) row: u32,
    pub(crate) column: u32,
    /// Where its text stands among that of the sheet.
    pub(crate) start: usize,
    pub(crate) length: u32,
    pub(crate) kind: CellKind,
}

/// The cells of a sheet, row by row.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) text: String,
    pub(crate) cells: Vec<Cell>,
}

/// Some rows of a sheet.
#[derive(Debug)]
pub(crate) struct SheetPiece {
    sheet: Arc<Sheet>,
    cells: Range<usize>,
}

/// The pieces of a sheet.
pub(crate) struct SheetPieces {
    sheet: Arc<Sheet>,
    next: usize,
}

impl Sheet {
    fn text(&self, cell: &Cell) -> &str {
        self.text.get(cell.start..cell.start + cell.length as usize).unwrap_or_default()
    }

    /// The number of the first cell that stands in `row` or below it.
    fn first_of(&self, row: u32) -> usize {
        self.cells.partition_point(|cell| cell.row < row)
    }

    /// The texts of a row, counted from 1, each with its column.
    pub(crate) fn row(&self, line: u64) -> Vec<(usize, &str)> {
        let Some(row) = line.checked_sub(1).and_then(|row| u32::try_from(row).ok()) else {
            return Vec::new();
        };
        let cells = &self.cells[self.first_of(row)..self.first_of(row.saturating_add(1))];
        cells.iter().map(|cell| (cell.column as usize, self.text(cell))).collect()
    }
}

impl SheetPieces {
    /// The rows below the first `before`.
    pub(crate) fn new(sheet: impl Into<Arc<Sheet>>, before: u64) -> Self {
        let sheet = sheet.into();
        let next = sheet.first_of(u32::try_from(before).unwrap_or(u32::MAX));
        Self { sheet, next }
    }

    /// The next piece; `None` at the end of the sheet.
    pub(crate) fn next_piece(&mut self) -> Option<SheetPiece> {
        let cells = &self.sheet.cells;
        let start = self.next;
        let last =
            cells.get((start + CELLS).min(cells.len().checked_sub(1)?)).filter(|_| start < cells.len())?;
        let full = start + CELLS < cells.len();
        // A row stays whole: the piece ends before the row that it would break, unless that is its first one.
        let end = match self.sheet.first_of(last.row) {
            end if full && end > start => end,
            _ => self.sheet.first_of(last.row.saturating_add(1)),
        };
        self.next = end;
        Some(SheetPiece { sheet: Arc::clone(&self.sheet), cells: start..end })
    }
}

impl Rows {
    /// Reads the rows of a piece of a sheet.
    pub(super) fn read_cells(piece: &SheetPiece, shape: &Shape) -> Self {
        let mut rows = Self { width: shape.header.len(), ..Self::default() };
        let cells = piece.sheet.cells.get(piece.cells.clone()).unwrap_or_default();
        for row in cells.chunk_by(|left, right| left.row == right.row) {
            rows.add_cells(&piece.sheet, row, shape);
        }
        rows
    }

    /// Adds a row of a sheet, or a reject when its shape is wrong.
    fn add_cells(&mut self, sheet: &Sheet, cells: &[Cell], shape: &Shape) {
        let Some(line) = cells.first().map(|cell| u64::from(cell.row) + 1) else {
            return;
        };
        if cells.iter().all(|cell| sheet.text(cell).trim().is_empty()) {
            return;
        }
        let before = self.fields.places.len();
        let text_before = self.text.len();
        match self.place_cells(sheet, cells, shape) {
            Ok(Some(RecordKind::Ignored)) => {}
            Ok(kind) => {
                self.add_line(line, kind);
                return;
            }
            Err((column, rule)) => self.reject(line, column, rule),
        }
        self.fields.places.truncate(before);
        self.kinds.truncate(before);
        self.text.truncate(text_before);
    }

    fn place_cells(
        &mut self,
        sheet: &Sheet,
        cells: &[Cell],
        shape: &Shape,
    ) -> Result<Option<RecordKind>, (Option<usize>, Rule)> {
        let Grammar::Sheet(common) = &shape.grammar else {
            return Err((None, Rule::RaggedRow));
        };
        let place_of = |wanted: usize| common.iter().position(|column| *column == Some(wanted));
        let kind = shape.records.as_ref().map(|records| {
            let place = place_of(records.column);
            let cell = cells.iter().find(|cell| Some(cell.column as usize) == place);
            records.kind(cell.map_or("", |cell| sheet.text(cell)))
        });
        let own = match (kind.flatten(), &shape.records) {
            (Some(RecordKind::Ignored), _) => return Ok(Some(RecordKind::Ignored)),
            (Some(RecordKind::Row(at)), Some(records)) => records.arrangement(at),
            _ => None,
        };
        let column_of = |place: usize| match own {
            Some(Arrangement::Fields(columns)) => columns.get(place).copied(),
            _ => common.get(place).copied().flatten(),
        };
        let before = self.fields.places.len();
        let empty = Field { start: self.text.len(), length: 0 };
        let absent = if own.is_some() { ABSENT } else { empty };
        self.fields.places.resize(before + self.width, absent);
        self.kinds.resize(before + self.width, CellKind::Plain);
        if let Some(Arrangement::Fields(columns)) = own {
            for column in columns {
                self.fields.places[before + column] = empty;
            }
        }
        for cell in cells {
            let text = sheet.text(cell);
            let Some(column) = column_of(cell.column as usize) else {
                if text.trim().is_empty() {
                    continue;
                }
                return Err((None, Rule::RaggedRow));
            };
            if text.len() > shape.longest {
                return Err((Some(column), Rule::RecordTooLong));
            }
            if memchr(0, text.as_bytes()).is_some() {
                return Err((Some(column), Rule::NulByte));
            }
            self.fields.places[before + column] = Field { start: self.text.len(), length: text.len() };
            self.kinds[before + column] = cell.kind;
            self.text.push_str(text);
        }
        let text = |place: &Field| self.text.get(place.start..place.start.checked_add(place.length)?);
        if shape.has_header && self.repeats_header(shape, text) {
            return Err((None, Rule::RepeatedHeader));
        }
        match kind {
            Some(None) => {
                Err((shape.records.as_ref().map(|records| records.column), Rule::UnknownRecordType))
            }
            kind => Ok(kind.flatten()),
        }
    }
}
