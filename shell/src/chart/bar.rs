//! `bar`: a value of each category, or several beside or on each other.

use super::amount::{Amount, gaps};
use super::figure::{BarSeries, Bars, Drawn, Figure};
use super::kind::Kind;
use super::pick;
use super::series::{Groups, MOST_SERIES, left_out};
use super::spec::ChartSpec;
use super::table::{Column, Nature, Table};
use super::unit::Unit;
use crate::failure::{Failure, Result};

pub(super) const KIND: Kind = Kind {
    name: "bar",
    help: "A bar for each category; by= puts several beside, stacked on each other.",
    read,
};

/// More bars are no picture any more.
const MOST_BARS: usize = 40;

fn read(table: &Table<'_>, spec: &ChartSpec) -> Result<Drawn> {
    // A y that is no number is what is wrong, whatever is left for x.
    for name in &spec.y {
        table.amounts(table.column(name)?, "y")?;
    }
    let x = pick::along(table, spec, &[Nature::Category, Nature::Time])?.ok_or_else(|| {
        Failure::usage("there is no column of categories for the bars")
            .with_help("choose one with x=COLUMN; histogram draws a single column of numbers")
    })?;
    let y = pick::numbers(table, spec, &[x])?;
    let by = pick::by(table, spec, x, &y)?;
    let mut bars = grouped(table, x, &y, by)?;
    let mut notes = Vec::new();
    let most = MOST_BARS / if spec.stacked { 1 } else { bars.series.len().clamp(1, MOST_SERIES) };
    notes.extend(left_out(MOST_SERIES.min(bars.series.len()), bars.series.len(), "series"));
    notes.extend(left_out(
        most.min(bars.categories.len()),
        bars.categories.len(),
        &format!("values of {}", x.name),
    ));
    bars.series.truncate(MOST_SERIES);
    bars.categories.truncate(most);
    for series in &mut bars.series {
        series.amounts.truncate(most);
    }
    let drawn = bars.series.iter().flat_map(|series| series.amounts.iter().flatten().copied());
    notes.extend(gaps(drawn.clone()));
    let words: Vec<_> = y.iter().flat_map(|column| column.words()).collect();
    bars.unit = Unit::of(&words, drawn.filter_map(Amount::known));
    if spec.stacked {
        stack(&mut bars, spec.percent)?;
    }
    Ok(Drawn { title: pick::title(&y, x, by), figure: Figure::Bars(bars), notes })
}

fn grouped(table: &Table<'_>, x: &Column, y: &[&Column], by: Option<&Column>) -> Result<Bars> {
    let labels = table.labels(x)?;
    let by_labels = by.map(|by| table.labels(by)).transpose()?;
    let mut categories = Groups::default();
    let places: Vec<_> = labels.iter().map(|label| categories.place(label)).collect();
    let mut names = Groups::default();
    let mut series: Vec<BarSeries> = Vec::new();
    for column in y {
        for (row, amount) in table.amounts(column, "y")?.into_iter().enumerate() {
            let name = match (&by_labels, y.len()) {
                (Some(by), 1) => by[row].clone(),
                (Some(by), _) => format!("{} {}", by[row], column.name),
                (None, 1) => String::new(),
                (None, _) => column.name.clone(),
            };
            let place = names.place(&name);
            if place == series.len() {
                series.push(BarSeries { name, amounts: vec![None; categories.names.len()] });
            }
            let bar = &mut series[place].amounts[places[row]];
            if bar.replace(amount).is_some() {
                return Err(pick::repeated(x, by));
            }
        }
    }
    Ok(Bars { categories: categories.names, series, unit: Unit::Plain, stacked: false })
}

/// A part of a category that is not known.
fn unknown(bars: &Bars, index: usize) -> Option<Amount> {
    let mut amounts = bars.series.iter().filter_map(|series| series.amounts[index]);
    amounts.find(|amount| amount.known().is_none())
}

/// Puts the bars of a category on each other, as shares of their sum where asked for.
fn stack(bars: &mut Bars, percent: bool) -> Result<()> {
    let known = |amount: &Option<Amount>| amount.and_then(Amount::known);
    let values = || bars.series.iter().flat_map(|series| series.amounts.iter().filter_map(known));
    if values().any(|value| value < 0.0) {
        return Err(Failure::usage("stacked bars need values that are not negative")
            .with_help("draw them beside each other: leave stacked and percent out"));
    }
    if percent {
        for index in 0..bars.categories.len() {
            // A share of a sum with unknown parts would be too large.
            if let Some(unknown) = unknown(bars, index) {
                for series in &mut bars.series {
                    series.amounts[index] = series.amounts[index].map(|_| unknown);
                }
            }
            let total: f64 = bars.series.iter().filter_map(|series| known(&series.amounts[index])).sum();
            for series in &mut bars.series {
                if let Some(Amount::Known(value)) = &mut series.amounts[index] {
                    *value = if total > 0.0 { *value / total } else { 0.0 };
                }
            }
        }
        bars.unit = Unit::Share;
    }
    bars.stacked = true;
    Ok(())
}
