//! Rows become series of points: one series for each column of numbers and each value of `by`.

use std::collections::{HashMap, HashSet};

use super::amount::{Amount, gaps};
use super::figure::{Axis, Join, Plot, Point, Series};
use super::pick;
use super::table::{Column, Nature, Table};
use super::unit::Unit;
use crate::failure::Result;
use crate::text::counted;

/// More series cannot be told apart.
pub(super) const MOST_SERIES: usize = 8;

/// The columns of a plot.
#[derive(Debug)]
pub(super) struct Chosen<'t> {
    /// Along the axis.
    pub(super) x: &'t Column,
    /// The numbers.
    pub(super) y: Vec<&'t Column>,
    /// One series for each value.
    pub(super) by: Option<&'t Column>,
    /// The interval of confidence around the first column of numbers.
    pub(super) bounds: Option<(&'t Column, &'t Column)>,
}

/// Names with the rows of each, in the order of their first rows.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The names.
    pub(super) names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Groups {
    /// The place of a name, which is added where it is new.
    pub(super) fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.names.len();
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }
}

/// How many of something are drawn and how many are not.
pub(super) fn left_out(drawn: usize, all: usize, nouns: &str) -> Option<String> {
    let missing = all.checked_sub(drawn).filter(|missing| *missing > 0)? as u64;
    let rest = counted(missing, "other").replace(" others", " more").replace(" other", " more");
    let verb = if missing == 1 { "is" } else { "are" };
    Some(format!("the first {drawn} {nouns} are drawn, {rest} {verb} not"))
}

/// The plot of the columns, and what is to be said about it.
pub(super) fn plot(table: &Table<'_>, chosen: &Chosen<'_>, join: Join) -> Result<(Plot, Vec<String>)> {
    let mut notes = Vec::new();
    let (axis, places) = axis(table, chosen.x)?;
    let lost = places.iter().filter(|place| place.is_none()).count() as u64;
    if lost > 0 {
        let rows = counted(lost, "row");
        notes.push(format!("{rows} without a finite {} cannot be drawn", chosen.x.name));
    }
    let by = chosen.by.map(|by| table.labels(by)).transpose()?;
    let bounds = chosen.bounds.map(|bounds| intervals(table, bounds)).transpose()?;
    let mut groups = Groups::default();
    let mut series: Vec<Series> = Vec::new();
    for (column, y) in chosen.y.iter().enumerate() {
        let amounts = table.amounts(y, "y")?;
        for (row, amount) in amounts.into_iter().enumerate() {
            let Some(x) = places[row] else { continue };
            let name = name(by.as_ref().map(|by| by[row].as_str()), &y.name, chosen.y.len());
            let place = groups.place(&name);
            if place == series.len() {
                series.push(Series { name, points: Vec::new() });
            }
            let bounds = bounds.as_ref().filter(|_| column == 0).and_then(|bounds| bounds[row]);
            series[place].points.push(Point { x, y: amount, bounds });
        }
    }
    notes.extend(left_out(MOST_SERIES.min(series.len()), series.len(), "series"));
    series.truncate(MOST_SERIES);
    if join != Join::Nothing {
        order(&mut series, chosen)?;
    }
    notes.extend(gaps(series.iter().flat_map(|series| &series.points).map(|point| point.y)));
    let mut plot = Plot {
        x_name: chosen.x.name.clone(),
        y_name: chosen.y.iter().map(|y| y.name.as_str()).collect::<Vec<_>>().join(", "),
        axis,
        unit: Unit::Plain,
        join,
        fixed: None,
        series,
    };
    let words: Vec<_> = chosen.y.iter().flat_map(|y| y.words()).collect();
    plot.unit = Unit::of(&words, plot.known().map(|(_, y)| y));
    Ok((plot, notes))
}

fn name(by: Option<&str>, y: &str, columns: usize) -> String {
    match by {
        Some(by) if columns > 1 => format!("{by} {y}"),
        Some(by) => by.to_owned(),
        None if columns > 1 => y.to_owned(),
        None => String::new(),
    }
}

/// Sorts the points of each series along the axis; two points of a series in one place are an error.
fn order(series: &mut [Series], chosen: &Chosen<'_>) -> Result<()> {
    for series in series {
        series.points.sort_by(|one, other| one.x.total_cmp(&other.x));
        let places: HashSet<_> = series.points.iter().map(|point| point.x.to_bits()).collect();
        if places.len() < series.points.len() {
            return Err(pick::repeated(chosen.x, chosen.by));
        }
    }
    Ok(())
}

/// The axis of a column, and the place of each row on it.
fn axis(table: &Table<'_>, x: &Column) -> Result<(Axis, Vec<Option<f64>>)> {
    if x.is_date() {
        return Ok((Axis::Date, table.positions(x)?));
    }
    if x.data_type.is_numeric() && x.nature != Nature::Category {
        let places = table.positions(x)?;
        let unit = if x.nature == Nature::Time {
            let whole = places.iter().flatten().all(|place| place.fract() == 0.0);
            if whole { Unit::Ordinal } else { Unit::Plain }
        } else {
            Unit::of(&x.words(), places.iter().flatten().copied())
        };
        return Ok((Axis::Number(unit), places));
    }
    let mut groups = Groups::default();
    let labels = table.labels(x)?;
    let places = labels.iter().map(|label| Some(groups.place(label) as f64)).collect();
    Ok((Axis::Names(groups.names), places))
}

fn intervals(table: &Table<'_>, (low, high): (&Column, &Column)) -> Result<Vec<Option<(f64, f64)>>> {
    let pair = |(low, high): (Amount, Amount)| Some((low.known()?, high.known()?));
    let (low, high) = (table.amounts(low, "low")?, table.amounts(high, "high")?);
    Ok(low.into_iter().zip(high).map(pair).collect())
}
