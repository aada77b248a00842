//! The kinds of charts: one line per kind in [`KINDS`], and the choice where none is asked for.

use super::figure::Drawn;
use super::spec::ChartSpec;
use super::table::{Nature, Table};
use super::{bar, flow, histogram, line, pick, scatter, sparkline, survival};
use crate::failure::{Failure, Result};

/// Every kind, in the order of the help.
pub(crate) const KINDS: &[Kind] =
    &[bar::KIND, line::KIND, scatter::KIND, histogram::KIND, sparkline::KIND, survival::KIND, flow::KIND];

/// A kind of chart.
#[derive(Debug)]
pub(crate) struct Kind {
    /// What `.chart` calls it.
    pub(crate) name: &'static str,
    /// One line of help.
    pub(crate) help: &'static str,
    /// Reads the columns it needs.
    pub(super) read: fn(&Table<'_>, &ChartSpec) -> Result<Drawn>,
}

/// The kind of that name.
pub(super) fn kind_named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The kind that suits the columns: those that are asked for, otherwise all.
pub(super) fn choose(table: &Table<'_>, spec: &ChartSpec) -> Result<&'static Kind> {
    Ok(match &spec.x {
        Some(name) => match table.column(name)?.nature {
            Nature::Time => &line::KIND,
            Nature::Number => &scatter::KIND,
            Nature::Category | Nature::Other => &bar::KIND,
        },
        None if spec.stacked => &bar::KIND,
        None => by_columns(table)?,
    })
}

fn by_columns(table: &Table<'_>) -> Result<&'static Kind> {
    let of = |nature| table.columns().iter().filter(move |column| column.nature == nature);
    let numbers = of(Nature::Number).count();
    let categories = of(Nature::Category).count();
    if survival::suits(table) {
        return Ok(&survival::KIND);
    }
    if flow::suits(table) {
        return Ok(&flow::KIND);
    }
    if numbers == 0 && pick::number(table, &[]).is_none() {
        return Err(Failure::usage("there is no column of numbers to draw")
            .with_help("count or measure something, as in select status, count(*) .. group by status"));
    }
    match of(Nature::Time).next() {
        Some(time) if table.distinct(time)? > 1 => Ok(&line::KIND),
        None if categories == 0 && numbers == 1 => Ok(&histogram::KIND),
        None if categories == 0 => Ok(&scatter::KIND),
        _ => Ok(&bar::KIND),
    }
}
