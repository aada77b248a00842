//! The table for the screen: the first and last rows of a result, and how many there were.

use std::collections::VecDeque;
use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::{classification, sql_type};

use super::footer::Footer;
use super::frame::{ASCII, BOX, Frame};
use super::grid::{Drawing, Grid, GridColumn};
use super::grouping::Grouping;
use super::line::Lines;
use super::table_layout::Slot;
use super::{Cells, Columns, Ending, Format, Numbers, Render, Shape, View};
use crate::text::{abbreviated, clipped, counted, grouped, visible};

/// `table`.
pub(super) const FORMAT: Format = Format {
    name: "table",
    aliases: &["box"],
    extensions: &["txt"],
    help: "a table for the screen: the first and last rows, types, a footer",
    machine: false,
    open: |columns, view| Box::new(Table::new(columns, view, &BOX)),
};

/// `psql`.
pub(super) const PSQL: Format = Format {
    name: "psql",
    aliases: &["ascii"],
    extensions: &[],
    help: "the same table in plain ASCII",
    machine: false,
    open: |columns, view| Box::new(Table::new(columns, view, &ASCII)),
};

/// A row's cells; `None` is NULL.
type Row = Vec<Option<String>>;

struct Table {
    columns: Vec<Column>,
    lines: Lines,
    classification: Option<String>,
    head: Vec<Row>,
    tail: VecDeque<Row>,
    count: u64,
    frame: &'static Frame,
    null: String,
    view: View,
}

struct Column {
    name: String,
    type_name: String,
    numeric: bool,
    grouping: Grouping,
}

impl Table {
    fn new(columns: &Columns<'_>, view: &View, frame: &'static Frame) -> Self {
        let lines = Lines::new(columns, view);
        let classification = classification(columns.schema).map(str::to_owned);
        let fields = columns.schema.fields().iter().enumerate();
        let columns = fields.map(|(index, field)| {
            let role = columns.roles.get(index).copied().flatten();
            Column {
                name: visible(field.name()).into_owned(),
                type_name: sql_type(field.data_type()),
                numeric: field.data_type().is_numeric(),
                grouping: Grouping::of(field.name(), field.data_type(), role),
            }
        });
        Self {
            columns: columns.collect(),
            lines,
            classification,
            head: Vec::new(),
            tail: VecDeque::new(),
            count: 0,
            frame,
            null: visible(view.look.null_or("NULL")).into_owned(),
            view: view.clone(),
        }
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

    /// Where rows are left out among those that are shown.
    fn skip(&self) -> Option<usize> {
        self.hides_rows().then_some(self.head.len())
    }

    /// The text of every shown cell, by row and column: numbers as they are wanted, text safe for a terminal.
    fn texts(&self) -> Vec<Row> {
        let counts = |(index, column): (usize, &Column)| {
            column.grouping.applies(self.shown().filter_map(|row| row[index].as_deref()))
        };
        let counts: Vec<bool> = self.columns.iter().enumerate().map(counts).collect();
        let text = |(index, cell): (usize, &Option<String>)| {
            let cell = cell.as_deref()?;
            let safe = match self.view.look.numbers {
                Numbers::Grouped if counts[index] => grouped(cell),
                Numbers::Si if counts[index] => abbreviated(cell),
                _ => visible(cell),
            };
            Some(safe.into_owned())
        };
        self.shown().map(|row| row.iter().enumerate().map(text).collect()).collect()
    }

    /// The rows as they are.
    fn grid(&self) -> Grid {
        let column = |column: &Column| GridColumn {
            name: column.name.clone(),
            type_name: self.view.look.types.then(|| column.type_name.clone()),
            numeric: column.numeric,
            dim: false,
        };
        Grid { columns: self.columns.iter().map(column).collect(), rows: self.texts(), skip: self.skip() }
    }

    /// A row for each column.
    fn pivoted(&self) -> Grid {
        let heading = |name: &str, dim: bool| GridColumn {
            name: name.to_owned(),
            type_name: None,
            numeric: false,
            dim,
        };
        let texts = self.texts();
        let types = self.view.look.types;
        let mut columns = vec![heading("column", false)];
        columns.extend(types.then(|| heading("type", true)));
        let mut rows: Vec<Row> = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let mut row = vec![Some(column.name.clone())];
            row.extend(types.then(|| Some(column.type_name.clone())));
            rows.push(row);
        }
        let hidden = self.count - texts.len() as u64;
        for (position, texts) in texts.into_iter().enumerate() {
            let skips = self.skip() == Some(position);
            columns.extend(skips.then(|| heading(self.frame.skip, true)));
            let number = if self.skip().is_some_and(|skip| position >= skip) { hidden } else { 0 }
                + position as u64
                + 1;
            columns.push(heading(&format!("row {number}"), false));
            for (row, text) in rows.iter_mut().zip(texts) {
                row.extend(skips.then(|| Some(self.frame.skip.to_owned())));
                row.push(text);
            }
        }
        Grid { columns, rows, skip: None }
    }

    fn footer(&self, ending: &Ending) -> Footer {
        let mut rows = counted(self.count, "row");
        if self.hides_rows() {
            let shown = self.head.len() + self.tail.len();
            rows = format!("{rows} ({} shown)", grouped(&shown.to_string()));
        }
        let columns = counted(self.columns.len() as u64, "column");
        let mut footer = Footer::with_parts(rows, columns, ending);
        if let Some(line) = &self.classification {
            footer.push(line.clone());
        }
        footer
    }

    /// The rows as lines: every value, however long.
    fn write_lines(&self, out: &mut dyn Write) -> io::Result<()> {
        for (position, row) in self.texts().into_iter().enumerate() {
            if position > 0 {
                writeln!(out)?;
            }
            if self.skip() == Some(position) {
                writeln!(out, "{}\n", self.frame.skip)?;
            }
            self.lines.write(out, row.into_iter())?;
        }
        Ok(())
    }
}

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

    fn end(&mut self, ending: &Ending, out: &mut dyn Write) -> io::Result<()> {
        let look = &self.view.look;
        let grid = if look.shape == Shape::Columns { self.pivoted() } else { self.grid() };
        let limit = if look.width > 0 { Some(look.width) } else { ending.width };
        let drawing = Drawing {
            frame: self.frame,
            theme: self.view.theme,
            null: &self.null,
            width: limit,
            lines: self.view.rows,
            widths: &look.widths,
            least: &look.least,
        };
        let slots = grid.slots(&drawing);
        let hides_columns = slots.contains(&Slot::Gap);
        if look.shape == Shape::Whole && hides_columns {
            self.write_lines(out)?;
        } else {
            grid.draw(&drawing, &slots, out)?;
        }
        if !self.view.footer {
            return Ok(());
        }
        self.footer(ending).write(out, self.frame.separator, limit)?;
        if look.shape != Shape::Rows || !hides_columns {
            return Ok(());
        }
        let shown = slots.iter().filter(|slot| **slot != Slot::Gap).count();
        let columns = counted(self.columns.len() as u64, "column");
        let note = format!("({shown} of {columns}; .last or .mode line)");
        let dim = self.view.theme.dim;
        writeln!(out, "{dim}{}{dim:#}", clipped(&note, limit.unwrap_or(usize::MAX)))
    }
}
