//! Charts of a result: one [`ChartSpec`] drawn as text, as SVG and as PNG.
//!
//! A kind of chart reads columns into a [`Figure`](figure::Figure) ([`KINDS`]: one file per kind), a figure is drawn by [`terminal`] or
//! laid out by [`picture`]. What is not in a drawing is said below it: gaps, points without a place, states left out.

mod amount;
mod bar;
mod date;
mod figure;
mod flow;
mod histogram;
mod kind;
mod line;
mod pick;
mod picture;
mod scale;
mod scatter;
mod series;
mod sparkline;
mod spec;
mod survival;
mod table;
mod terminal;
mod unit;

use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::classification;

use crate::failure::Result;
use crate::render::Columns;
use crate::text::{counted, grouped, visible};

pub(crate) use kind::KINDS;
pub(crate) use picture::FileFormat;
pub(crate) use spec::ChartSpec;
pub(crate) use terminal::Screen;

use figure::Drawn;
use table::Table;

/// A chart of some rows, ready to be drawn.
#[derive(Debug)]
pub(crate) struct Chart {
    title: String,
    drawn: Drawn,
}

impl Chart {
    /// Chooses what the specification leaves open, checks the columns and reads them. `rows` counts those of the result,
    /// which may be more than the batches hold.
    pub(crate) fn from_batches(
        spec: &ChartSpec,
        columns: &Columns<'_>,
        batches: &[RecordBatch],
        rows: u64,
    ) -> Result<Self> {
        let table = Table::new(columns, batches);
        let kind = match spec.kind {
            Some(kind) => kind,
            None => kind::choose(&table, spec)?,
        };
        let mut drawn = (kind.read)(&table, spec)?;
        let read: u64 = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        if read < rows {
            drawn.notes.push(format!(
                "only the first {} of {} are read",
                grouped(&read.to_string()),
                counted(rows, "row")
            ));
        }
        drawn.notes.extend(classification(columns.schema).map(str::to_owned));
        // Under a heading of its own the columns are still to be named.
        if let Some(title) = &spec.title {
            drawn.notes.insert(0, drawn.title.clone());
            return Ok(Self { title: visible(title).into_owned(), drawn });
        }
        Ok(Self { title: drawn.title.clone(), drawn })
    }

    /// The chart as lines of text.
    pub(crate) fn text(&self, screen: &Screen) -> String {
        terminal::draw(&self.title, &self.drawn, screen)
    }

    /// The chart as the bytes of a file.
    pub(crate) fn file(&self, format: FileFormat) -> Result<Vec<u8>> {
        picture::draw(&self.title, &self.drawn, format)
    }

    /// What the chart shows in one sentence, for those who cannot see it.
    pub(crate) fn summary(&self) -> String {
        self.drawn.figure.summary(&self.drawn.title)
    }
}

#[cfg(test)]
mod tests;
