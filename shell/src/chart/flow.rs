//! `flow`: how many go from each state to each other, as bands.

use super::amount::{Amount, gaps};
use super::figure::{Band, Drawn, Figure, Flow};
use super::kind::Kind;
use super::pick;
use super::series::Groups;
use super::spec::ChartSpec;
use super::table::{Column, Nature, Table};
use super::unit::Unit;
use crate::failure::{Failure, Result};

pub(super) const KIND: Kind = Kind {
    name: "flow",
    help: "Bands from states to states: from= and to= are the states, n= how many.",
    read,
};

/// States on each side; the bands of the smaller ones are not drawn.
const MOST_STATES: usize = 12;

/// Words in the name of the column of states before.
const FROM: &[&str] = &["from", "source", "before", "previous", "prior", "origin"];

/// Words in the name of the column of states after.
const TO: &[&str] = &["to", "target", "after", "next", "destination"];

/// Whether the columns are those of a flow.
pub(super) fn suits(table: &Table<'_>) -> bool {
    state(table, FROM).is_some() && state(table, TO).is_some() && pick::number(table, &[]).is_some()
}

fn read(table: &Table<'_>, spec: &ChartSpec) -> Result<Drawn> {
    let (from, to) = states(table, spec)?;
    let n = pick::one_number(table, spec, &[from, to], "flow")?;
    let (before, after) = (table.labels(from)?, table.labels(to)?);
    let amounts = table.amounts(n, "n")?;
    if amounts.iter().any(|amount| amount.known().is_some_and(|amount| amount < 0.0)) {
        return Err(Failure::usage(format!("{} has negative values: a flow needs counts", n.name)));
    }
    let mut notes: Vec<_> = gaps(amounts.iter().copied()).into_iter().collect();
    let (mut sources, mut targets) = (Groups::default(), Groups::default());
    let mut bands: Vec<Band> = Vec::new();
    let mut added = 0_u64;
    for ((before, after), amount) in before.iter().zip(&after).zip(amounts) {
        let (from, to) = (sources.place(before), targets.place(after));
        match bands.iter_mut().find(|band| band.from == from && band.to == to) {
            Some(band) => {
                band.amount = sum(band.amount, amount);
                added += 1;
            }
            None => bands.push(Band { from, to, amount }),
        }
    }
    if added > 0 {
        notes.push(format!("rows with the same {} and {} are added up", from.name, to.name));
    }
    let title = format!("{}, {} to {}", n.name, from.name, to.name);
    let mut flow = Flow { from: sources.names, to: targets.names, bands, unit: Unit::Plain };
    notes.extend(reduce(&mut flow));
    flow.bands.sort_by_key(|band| (band.from, band.to));
    Ok(Drawn { title, figure: Figure::Flow(flow), notes })
}

fn states<'t>(table: &'t Table<'_>, spec: &ChartSpec) -> Result<(&'t Column, &'t Column)> {
    let missing = || {
        Failure::usage("a flow needs two columns of states")
            .with_help("choose them with from= and to=, and the count with n=")
    };
    let category = |but: Option<&Column>| {
        table.columns().iter().find(|column| {
            let is_state = matches!(column.nature, Nature::Category | Nature::Time);
            is_state && but.is_none_or(|but| but.index != column.index)
        })
    };
    let to = match &spec.by {
        Some(name) => Some(table.column(name)?),
        None => state(table, TO),
    };
    let from = match &spec.x {
        Some(name) => table.column(name)?,
        None => state(table, FROM).or_else(|| category(to)).ok_or_else(missing)?,
    };
    let to = to.filter(|to| to.index != from.index).or_else(|| category(Some(from))).ok_or_else(missing)?;
    Ok((from, to))
}

fn state<'t>(table: &'t Table<'_>, words: &[&str]) -> Option<&'t Column> {
    let mut states = table.columns().iter().filter(|column| column.nature == Nature::Category);
    states.find(|column| column.is_called(words))
}

/// A sum with an unknown part is unknown.
fn sum(one: Amount, other: Amount) -> Amount {
    match (one, other) {
        (Amount::Known(one), Amount::Known(other)) => Amount::of(Some(one + other)),
        (Amount::Known(_), unknown) | (unknown, _) => unknown,
    }
}

/// Keeps the largest states of both sides.
fn reduce(flow: &mut Flow) -> Option<String> {
    let sources: Vec<_> = (0..flow.from.len()).map(|from| flow.leaving(from)).collect();
    let targets: Vec<_> = (0..flow.to.len()).map(|to| flow.coming(to)).collect();
    let (sources, targets) = (largest(&sources), largest(&targets));
    let all = flow.bands.len();
    let place = |kept: &[usize], state: usize| kept.iter().position(|kept| *kept == state);
    flow.bands = flow
        .bands
        .iter()
        .filter_map(|band| {
            let (from, to) = (place(&sources, band.from)?, place(&targets, band.to)?);
            Some(Band { from, to, ..*band })
        })
        .collect();
    flow.from = sources.iter().map(|&state| flow.from[state].clone()).collect();
    flow.to = targets.iter().map(|&state| flow.to[state].clone()).collect();
    let left = all - flow.bands.len();
    (left > 0).then(|| {
        format!(
            "{} bands between the largest states are drawn, {left} of smaller states are not",
            flow.bands.len()
        )
    })
}

/// The places of the largest amounts, in their own order.
fn largest(amounts: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..amounts.len()).collect();
    places.sort_by(|one, other| amounts[*other].total_cmp(&amounts[*one]));
    places.truncate(MOST_STATES);
    places.sort_unstable();
    places
}
