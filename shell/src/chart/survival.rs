//! `survival`: the share to whom nothing has happened yet, as steps from 100 % down.
//!
//! Made for the rows of `kaplan_meier` and `life_table`: a time, `survival`, and where there are, `low` and `high`.

use super::amount::Amount;
use super::figure::{Drawn, Figure, Join, Plot, Point};
use super::kind::Kind;
use super::pick;
use super::series::{Chosen, plot};
use super::spec::ChartSpec;
use super::table::{Column, Nature, Table};
use crate::failure::{Failure, Result};

pub(super) const KIND: Kind = Kind {
    name: "survival",
    help: "The share to whom nothing has happened yet, in steps, with its bounds.",
    read,
};

/// Whether the columns are those of a survival curve.
pub(super) fn suits(table: &Table<'_>) -> bool {
    let numbers = table.columns().iter().filter(|column| column.data_type.is_numeric());
    share(table).is_some() && numbers.count() > 1
}

fn read(table: &Table<'_>, spec: &ChartSpec) -> Result<Drawn> {
    let y = match share(table) {
        Some(share) if spec.y.is_empty() => share,
        _ => pick::one_number(table, spec, &[], "survival curve")?,
    };
    let mut open = spec.clone();
    open.y = vec![y.name.clone()];
    let time = pick::along(table, &open, &[Nature::Time])?;
    let x = time.or(pick::along(table, &open, &[Nature::Number])?).ok_or_else(|| {
        Failure::usage("a survival curve needs a column of times").with_help("choose one with x=COLUMN")
    })?;
    if !x.data_type.is_numeric() && !x.is_date() {
        return Err(Failure::usage(format!("x must be a number or a date: {} is neither", x.name)));
    }
    let by = pick::by(table, spec, x, &[y])?;
    let bounds = called(table, &["low", "lower"]).zip(called(table, &["high", "upper"]));
    let (mut plot, notes) = plot(table, &Chosen { x, y: vec![y], by, bounds }, Join::Steps)?;
    let whole = whole(&plot)?;
    plot.fixed = Some((0.0, whole));
    if !x.is_date() {
        begin(&mut plot, whole);
    }
    Ok(Drawn { title: pick::title(&[y], x, by), figure: Figure::Plot(plot), notes })
}

fn share<'t>(table: &'t Table<'_>) -> Option<&'t Column> {
    called(table, &["survival", "surviving"])
}

fn called<'t>(table: &'t Table<'_>, words: &[&str]) -> Option<&'t Column> {
    table.columns().iter().find(|column| column.data_type.is_numeric() && column.is_called(words))
}

/// 1 for shares, 100 for percents.
fn whole(plot: &Plot) -> Result<f64> {
    let largest = plot.known().map(|(_, y)| y).fold(0.0, f64::max);
    let least = plot.known().map(|(_, y)| y).fold(0.0, f64::min);
    if least < 0.0 || largest > 100.0 {
        return Err(Failure::usage(format!(
            "{} is no share: its values are not from 0 to 1, or to 100",
            plot.y_name
        ))
        .with_help("line draws any number along a time"));
    }
    Ok(if largest > 1.0 { 100.0 } else { 1.0 })
}

/// At the time 0 nothing has happened to anybody.
fn begin(plot: &mut Plot, whole: f64) {
    for series in &mut plot.series {
        if series.points.first().is_some_and(|first| first.x > 0.0) {
            series.points.insert(0, Point { x: 0.0, y: Amount::Known(whole), bounds: None });
        }
    }
}
