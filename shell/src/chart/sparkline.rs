//! `sparkline`: one small line for each series, to compare shapes.

use super::figure::{Drawn, Figure, Join};
use super::kind::Kind;
use super::series::plot;
use super::spec::ChartSpec;
use super::table::Table;
use super::{line, pick};
use crate::failure::Result;

pub(super) const KIND: Kind = Kind {
    name: "sparkline",
    help: "One row of small blocks for each series, from the first value to the last.",
    read,
};

fn read(table: &Table<'_>, spec: &ChartSpec) -> Result<Drawn> {
    let chosen = line::choose(table, spec)?;
    let title = pick::title(&chosen.y, chosen.x, chosen.by);
    let (plot, notes) = plot(table, &chosen, Join::Line)?;
    Ok(Drawn { title, figure: Figure::Sparks(plot), notes })
}
