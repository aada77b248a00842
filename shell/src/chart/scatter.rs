//! `scatter`: two quantities of each row.

use super::figure::{Drawn, Figure, Join};
use super::kind::Kind;
use super::pick;
use super::series::{Chosen, MOST_SERIES, plot};
use super::spec::ChartSpec;
use super::table::{Column, Nature, Table};
use crate::failure::{Failure, Result};

pub(super) const KIND: Kind =
    Kind { name: "scatter", help: "One point for each row between two numbers.", read };

fn read(table: &Table<'_>, spec: &ChartSpec) -> Result<Drawn> {
    let x = pick::along(table, spec, &[Nature::Number])?.ok_or_else(|| {
        Failure::usage("a scatter plot needs two columns of numbers").with_help("choose them with x= and y=")
    })?;
    if !x.data_type.is_numeric() && !x.is_date() {
        return Err(Failure::usage(format!("x must be a number or a date: {} is neither", x.name))
            .with_help("bar draws categories"));
    }
    let y = pick::numbers(table, spec, &[x])?;
    let by = by(table, spec)?;
    let names: Vec<_> = y.iter().map(|column| column.name.as_str()).collect();
    let series = by.map(|by| format!(" by {}", by.name)).unwrap_or_default();
    let title = format!("{} against {}{series}", names.join(", "), x.name);
    let (plot, notes) = plot(table, &Chosen { x, y, by, bounds: None }, Join::Nothing)?;
    Ok(Drawn { title, figure: Figure::Plot(plot), notes })
}

/// The column of `by=`, or the first with so few values that they can be told apart.
fn by<'t>(table: &'t Table<'_>, spec: &ChartSpec) -> Result<Option<&'t Column>> {
    if let Some(name) = &spec.by {
        return table.column(name).map(Some);
    }
    for column in table.columns().iter().filter(|column| column.nature == Nature::Category) {
        if (2..=MOST_SERIES).contains(&table.distinct(column)?) {
            return Ok(Some(column));
        }
    }
    Ok(None)
}
