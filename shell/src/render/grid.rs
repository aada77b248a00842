//! Texts in columns: decides how wide each column is, then draws the lines.

use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::Style;

use super::frame::Frame;
use super::table_layout::{Slot, Wish, fit};
use crate::terminal::Theme;
use crate::text::{clipped, width, wrapped};

/// A table whose texts are known and safe for a terminal.
pub(super) struct Grid {
    pub(super) columns: Vec<GridColumn>,
    /// The cells by row and column; `None` is NULL.
    pub(super) rows: Vec<Vec<Option<String>>>,
    /// Rows are left out before this one.
    pub(super) skip: Option<usize>,
}

/// A column of a grid.
pub(super) struct GridColumn {
    pub(super) name: String,
    /// A second line of the header.
    pub(super) type_name: Option<String>,
    /// Numbers stand at the right and are not cut.
    pub(super) numeric: bool,
    /// Whether its cells only describe others.
    pub(super) dim: bool,
}

/// How a grid is drawn.
pub(super) struct Drawing<'a> {
    pub(super) frame: &'a Frame,
    pub(super) theme: Theme,
    pub(super) null: &'a str,
    /// Columns of the terminal.
    pub(super) width: Option<usize>,
    /// Lines that rows may take when their texts are broken instead of cut; 0 has no limit.
    pub(super) lines: usize,
    /// Widths that a person has chosen; 0 has chosen none.
    pub(super) widths: &'a [usize],
    /// Widths that columns keep when there is little room; 0 keeps the usual one.
    pub(super) least: &'a [usize],
}

impl Grid {
    /// Where each column stands and how wide it is.
    pub(super) fn slots(&self, drawing: &Drawing<'_>) -> Vec<Slot> {
        let null = width(drawing.null);
        let wish = |(index, column): (usize, &GridColumn)| {
            if let Some(chosen) = drawing.widths.get(index).copied().filter(|chosen| *chosen > 0) {
                return Wish::exactly(chosen);
            }
            let cells = self.rows.iter().map(|row| row[index].as_deref().map_or(null, width));
            let type_width = column.type_name.as_deref().map_or(0, width);
            let least = drawing.least.get(index).copied().filter(|least| *least > 0);
            let header = width(&column.name).max(type_width);
            Wish::new(header, cells.max().unwrap_or(0), column.numeric, least)
        };
        let wishes: Vec<Wish> = self.columns.iter().enumerate().map(wish).collect();
        fit(&wishes, drawing.width)
    }

    /// Writes the lines.
    pub(super) fn draw(&self, drawing: &Drawing<'_>, slots: &[Slot], out: &mut dyn Write) -> io::Result<()> {
        let pen = Pen { grid: self, drawing, slots };
        let (plain, dim) = (Style::new(), drawing.theme.dim);
        if let Some(top) = drawing.frame.top {
            pen.rule(out, top)?;
        }
        pen.line(out, |column| (&self.columns[column].name, plain))?;
        if self.columns.iter().any(|column| column.type_name.is_some()) {
            pen.line(out, |column| (self.columns[column].type_name.as_deref().unwrap_or_default(), dim))?;
        }
        pen.rule(out, drawing.frame.middle)?;
        let breaks = pen.may_break();
        for (position, row) in self.rows.iter().enumerate() {
            if self.skip == Some(position) {
                pen.line(out, |_| (drawing.frame.skip, dim))?;
            }
            if breaks { pen.broken_row(out, row)? } else { pen.row(out, row)? }
        }
        match drawing.frame.bottom {
            Some(bottom) => pen.rule(out, bottom),
            None => Ok(()),
        }
    }
}

struct Pen<'a> {
    grid: &'a Grid,
    drawing: &'a Drawing<'a>,
    slots: &'a [Slot],
}

impl<'a> Pen<'a> {
    fn cell(&self, row: &'a [Option<String>], column: usize) -> (&'a str, Style) {
        let dim = self.drawing.theme.dim;
        match &row[column] {
            Some(text) if self.grid.columns[column].dim => (text, dim),
            Some(text) => (text, Style::new()),
            None => (self.drawing.null, dim),
        }
    }

    /// Whether the rows take few enough lines when long texts are broken.
    fn may_break(&self) -> bool {
        let limit = if self.drawing.lines == 0 { usize::MAX } else { self.drawing.lines };
        let mut lines = 0;
        for row in &self.grid.rows {
            lines += self.pieces(row).iter().map(Vec::len).max().unwrap_or(1);
            if lines > limit {
                return false;
            }
        }
        self.grid.skip.is_none()
    }

    /// Each slot's text in lines.
    fn pieces(&self, row: &'a [Option<String>]) -> Vec<Vec<&'a str>> {
        let pieces = self.slots.iter().map(|slot| match slot {
            Slot::Column { index, width } if !self.grid.columns[*index].numeric => {
                wrapped(self.cell(row, *index).0, *width)
            }
            Slot::Column { index, .. } => vec![self.cell(row, *index).0],
            Slot::Gap => vec![self.drawing.frame.gap],
        });
        pieces.collect()
    }

    fn broken_row(&self, out: &mut dyn Write, row: &'a [Option<String>]) -> io::Result<()> {
        let pieces = self.pieces(row);
        let height = pieces.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..height {
            let cells = self.slots.iter().zip(&pieces).map(|(slot, pieces)| {
                let style = match slot {
                    Slot::Column { index, .. } => self.cell(row, *index).1,
                    Slot::Gap => self.drawing.theme.dim,
                };
                (pieces.get(line).copied().unwrap_or_default(), style)
            });
            self.write(out, cells)?;
        }
        Ok(())
    }

    fn row(&self, out: &mut dyn Write, row: &'a [Option<String>]) -> io::Result<()> {
        self.line(out, |column| self.cell(row, column))
    }

    /// Writes one line; `cell` gives a column's text and style.
    fn line<'t>(&self, out: &mut dyn Write, cell: impl Fn(usize) -> (&'t str, Style)) -> io::Result<()>
    where
        'a: 't,
    {
        let cells = self.slots.iter().map(|slot| match slot {
            Slot::Column { index, .. } => cell(*index),
            Slot::Gap => (self.drawing.frame.gap, self.drawing.theme.dim),
        });
        self.write(out, cells)
    }

    fn write<'t>(
        &self,
        out: &mut dyn Write,
        cells: impl Iterator<Item = (&'t str, Style)>,
    ) -> io::Result<()> {
        let [left, between, right] = self.drawing.frame.row;
        let mut line = String::from(left);
        for (position, (slot, (text, style))) in self.slots.iter().zip(cells).enumerate() {
            if position > 0 {
                line.push_str(between);
            }
            // Writing to a string cannot fail.
            let _ = write!(line, "{style}{}{style:#}", self.padded(*slot, text));
        }
        line.push_str(right);
        writeln!(out, "{}", line.trim_end())
    }

    /// The text cut or filled up to the slot's width; numbers stand at the right.
    fn padded(&self, slot: Slot, text: &str) -> String {
        let limit = slot.width();
        let mut text = clipped(text, limit);
        if self.drawing.frame.cut != '…' && text.ends_with('…') {
            text = text.trim_end_matches('…').to_owned().into();
            text.to_mut().push(self.drawing.frame.cut);
        }
        let space = " ".repeat(limit.saturating_sub(width(&text)));
        match slot {
            Slot::Column { index, .. } if self.grid.columns[index].numeric => format!("{space}{text}"),
            _ => format!("{text}{space}"),
        }
    }

    fn rule(&self, out: &mut dyn Write, [left, line, crossing, right]: [&str; 4]) -> io::Result<()> {
        let parts: Vec<_> = self.slots.iter().map(|slot| line.repeat(slot.width() + 2)).collect();
        writeln!(out, "{left}{}{right}", parts.join(crossing))
    }
}
