//! The table for the screen: the first and last rows of a result, and how many there were.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::time::Duration;

use anstyle::Style;
use lifetracks_engine::arrow::record_batch::RecordBatch;
use unicode_width::UnicodeWidthStr;

use super::grouping::Grouping;
use super::sql_type::sql_type;
use super::table_layout::{Slot, Wish, fit};
use super::{Cells, Columns, Format, Render, View};
use crate::text::{clipped, counted, grouped, seconds, visible};

/// `table`.
pub(super) const FORMAT: Format = Format {
    name: "table",
    help: "a table for the screen: the first and last rows, types, a footer",
    machine: false,
    open: |columns, view| Box::new(Table::new(columns, *view)),
};

/// A row's cells; `None` is NULL.
type Row = Vec<Option<String>>;

struct Table {
    columns: Vec<Column>,
    head: Vec<Row>,
    tail: VecDeque<Row>,
    count: u64,
    view: View,
}

struct Column {
    name: String,
    type_name: String,
    numeric: bool,
    grouping: Grouping,
}

impl Table {
    fn new(columns: &Columns<'_>, view: View) -> Self {
        let fields = columns.schema.fields().iter().enumerate();
        let columns = fields
            .map(|(index, field)| Column {
                name: visible(field.name()).into_owned(),
                type_name: sql_type(field.data_type()),
                numeric: field.data_type().is_numeric(),
                grouping: Grouping::of(
                    field.name(),
                    field.data_type(),
                    columns.roles.get(index).copied().flatten(),
                ),
            })
            .collect();
        Self { columns, head: Vec::new(), tail: VecDeque::new(), count: 0, view }
    }

    /// Rows kept from the start; the same number or one less is kept from the end.
    fn head_limit(&self) -> usize {
        match self.view.rows {
            0 => usize::MAX,
            rows => rows.div_ceil(2),
        }
    }

    fn tail_limit(&self) -> usize {
        self.view.rows / 2
    }

    fn shown(&self) -> impl Iterator<Item = &Row> {
        self.head.iter().chain(&self.tail)
    }

    fn hides_rows(&self) -> bool {
        self.count > (self.head.len() + self.tail.len()) as u64
    }

    /// The text of every shown cell, by row and column: grouped, and safe for a terminal.
    fn texts(&self) -> Vec<Row> {
        let grouping: Vec<bool> = (0..self.columns.len())
            .map(|index| {
                let values = self.shown().filter_map(|row| row[index].as_deref());
                self.columns[index].grouping.applies(values)
            })
            .collect();
        let text = |(index, cell): (usize, &Option<String>)| {
            let cell = cell.as_deref()?;
            let safe = if grouping[index] { grouped(cell) } else { visible(cell) };
            Some(safe.into_owned())
        };
        self.shown().map(|row| row.iter().enumerate().map(text).collect()).collect()
    }

    fn slots(&self, texts: &[Row]) -> Vec<Slot> {
        let wishes: Vec<Wish> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let width = |row: &Row| row[index].as_deref().unwrap_or(NULL).width();
                let cells = texts.iter().map(width).max().unwrap_or(0);
                let header = column.name.width().max(column.type_name.width());
                Wish::new(header, cells, column.numeric)
            })
            .collect();
        fit(&wishes, self.view.width)
    }

    fn footer(&self, shown_columns: usize, elapsed: Option<Duration>) -> String {
        let mut rows = counted(self.count, "row");
        if self.hides_rows() {
            let shown = self.head.len() + self.tail.len();
            rows = format!("{rows} ({} shown)", grouped(&shown.to_string()));
        }
        let mut columns = counted(self.columns.len() as u64, "column");
        if shown_columns < self.columns.len() {
            columns = format!("{columns} ({shown_columns} shown; .mode jsonl shows all)");
        }
        let parts = [Some(rows), Some(columns), elapsed.map(seconds)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

const NULL: &str = "NULL";

impl Render for Table {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, _: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        self.count += batch.num_rows() as u64;
        let to_head = batch.num_rows().min(self.head_limit() - self.head.len());
        for row in 0..to_head {
            self.head.push(cells.row(row)?);
        }
        // Only the last rows of a batch can still be among the last rows of the result.
        let from = to_head.max(batch.num_rows().saturating_sub(self.tail_limit()));
        for row in from..batch.num_rows() {
            if self.tail.len() == self.tail_limit() {
                self.tail.pop_front();
            }
            self.tail.push_back(cells.row(row)?);
        }
        Ok(())
    }

    fn end(&mut self, elapsed: Option<Duration>, out: &mut dyn Write) -> io::Result<()> {
        let texts = self.texts();
        let slots = self.slots(&texts);
        write_rule(out, &slots, ['┌', '┬', '┐'])?;
        let plain = Style::new();
        let dim = self.view.theme.dim;
        self.write_line(out, &slots, |column| (&self.columns[column].name, plain))?;
        self.write_line(out, &slots, |column| (&self.columns[column].type_name, dim))?;
        write_rule(out, &slots, ['├', '┼', '┤'])?;
        for (position, row) in texts.iter().enumerate() {
            if position == self.head.len() && self.hides_rows() {
                self.write_line(out, &slots, |_| ("·", dim))?;
            }
            self.write_line(out, &slots, |column| match &row[column] {
                Some(text) => (text, plain),
                None => (NULL, dim),
            })?;
        }
        write_rule(out, &slots, ['└', '┴', '┘'])?;
        if self.view.footer {
            let columns = slots.iter().filter(|slot| **slot != Slot::Gap).count();
            writeln!(out, "{}", self.footer(columns, elapsed))?;
        }
        Ok(())
    }
}

impl Table {
    /// Writes one line of the table; `cell` gives a column's text and style.
    fn write_line<'a>(
        &self,
        out: &mut dyn Write,
        slots: &[Slot],
        cell: impl Fn(usize) -> (&'a str, Style),
    ) -> io::Result<()> {
        for slot in slots {
            let (text, style) = match slot {
                Slot::Column { index, .. } => cell(*index),
                Slot::Gap => ("…", self.view.theme.dim),
            };
            write!(out, "│ {style}{}{style:#} ", self.padded(*slot, text))?;
        }
        out.write_all("│\n".as_bytes())
    }

    /// The text cut or filled up to the slot's width; numbers stand at the right.
    fn padded(&self, slot: Slot, text: &str) -> String {
        let text = clipped(text, slot.width());
        let space = " ".repeat(slot.width().saturating_sub(text.width()));
        match slot {
            Slot::Column { index, .. } if self.columns[index].numeric => format!("{space}{text}"),
            _ => format!("{text}{space}"),
        }
    }
}

fn write_rule(out: &mut dyn Write, slots: &[Slot], corners: [char; 3]) -> io::Result<()> {
    let mut rule = String::new();
    for (index, slot) in slots.iter().enumerate() {
        rule.push(corners[usize::from(index > 0)]);
        rule.push_str(&"─".repeat(slot.width() + 2));
    }
    rule.push(corners[2]);
    writeln!(out, "{rule}")
}
