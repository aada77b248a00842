//! `line`: values along a time or an order, joined where they follow each other.

use super::figure::{Drawn, Figure, Join};
use super::kind::Kind;
use super::pick;
use super::series::{Chosen, plot};
use super::spec::ChartSpec;
use super::table::{Nature, Table};
use crate::failure::{Failure, Result};

pub(super) const KIND: Kind =
    Kind { name: "line", help: "Values along a time, one line for each series.", read };

fn read(table: &Table<'_>, spec: &ChartSpec) -> Result<Drawn> {
    let chosen = choose(table, spec)?;
    let title = pick::title(&chosen.y, chosen.x, chosen.by);
    let (plot, notes) = plot(table, &chosen, Join::Line)?;
    Ok(Drawn { title, figure: Figure::Plot(plot), notes })
}

/// A time along the axis, else categories in their order, else a quantity.
pub(super) fn choose<'t>(table: &'t Table<'_>, spec: &ChartSpec) -> Result<Chosen<'t>> {
    let mut x = None;
    for natures in [[Nature::Time], [Nature::Category], [Nature::Number]] {
        x = match x {
            Some(x) => Some(x),
            None => pick::along(table, spec, &natures)?,
        };
    }
    let x = x.ok_or_else(|| {
        Failure::usage("there is no column for the axis").with_help("choose one with x=COLUMN")
    })?;
    let taken: Vec<_> = [x]
        .into_iter()
        .chain(spec.by.iter().map(|by| table.column(by)).collect::<Result<Vec<_>>>()?)
        .collect();
    let y = pick::numbers(table, spec, &taken)?;
    let by = pick::by(table, spec, x, &y)?;
    Ok(Chosen { x, y, by, bounds: None })
}
