//! One line of blocks for each series.

use super::page::{Page, left, right, widest};
use crate::chart::amount::Amount;
use crate::chart::figure::{Plot, Point};
use crate::chart::scale::Scale;

/// Blocks from the least value to the greatest.
const BLOCKS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// What stands where a value is not known.
const GAP: &str = " ";

pub(super) fn draw(page: &mut Page, plot: &Plot) {
    let Some(scale) = range(plot) else {
        page.note("there is no value to draw");
        return;
    };
    let decimals = plot.unit.decimals_of(plot.known().map(|(_, y)| y));
    let end = |point: Option<&Point>| {
        point.map(|point| match point.y {
            Amount::Known(value) => plot.unit.label(value, decimals),
            unknown => unknown.word().to_owned(),
        })
    };
    let first: Vec<_> =
        plot.series.iter().map(|series| end(series.points.first()).unwrap_or_default()).collect();
    let last: Vec<_> =
        plot.series.iter().map(|series| end(series.points.last()).unwrap_or_default()).collect();
    let quarter = page.width / 4;
    let names = widest(plot.series.iter().map(|series| series.name.as_str()), quarter);
    let before = widest(first.iter().map(String::as_str), quarter);
    let after = widest(last.iter().map(String::as_str), quarter);
    let room = page.width.saturating_sub(names + before + after + 3).max(4);
    let places = places(plot);
    let hidden = places.len().saturating_sub(room);
    for (index, series) in plot.series.iter().enumerate() {
        if names > 0 {
            page.push(&format!("{} ", left(&series.name, names)));
        }
        page.dim(&right(&first[index], before));
        page.push(" ");
        let mut points = series.points.iter().peekable();
        let mut blocks = Vec::new();
        for place in &places {
            blocks.push(points.next_if(|point| point.x <= *place).map_or(GAP, |point| block(point, &scale)));
        }
        page.color(index, &blocks[hidden..].concat());
        page.push(&format!(" {}", last[index]));
        page.end();
    }
    let (low, high) = (plot.unit.label(scale.low, decimals), plot.unit.label(scale.high, decimals));
    page.note(&format!("{} is {low}, {} is {high}, in every row", BLOCKS[0], BLOCKS[7]));
    if hidden > 0 {
        page.note(&format!(
            "the last {room} places of {} are drawn, {hidden} before them are not",
            plot.x_name
        ));
    }
}

/// The places of all series, so that one column is one place in every row.
fn places(plot: &Plot) -> Vec<f64> {
    let mut places: Vec<f64> =
        plot.series.iter().flat_map(|series| &series.points).map(|point| point.x).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    places
}

fn block(point: &Point, scale: &Scale) -> &'static str {
    let known = point.y.known().map(|y| super::canvas::place(scale.fraction(y), BLOCKS.len()));
    known.map_or(GAP, |place| BLOCKS[place])
}

/// From the least value to the greatest, not rounded.
fn range(plot: &Plot) -> Option<Scale> {
    let values = plot.known().map(|(_, y)| y);
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.fold(f64::NEG_INFINITY, f64::max);
    (low <= high).then(|| Scale::exact(low, high, 1, false))
}
