//! Horizontal bars in eighths of a cell, their values beside them.

use unicode_width::UnicodeWidthStr;

use super::canvas::place;
use super::page::{Page, left, letter, right, widest};
use crate::chart::amount::Amount;
use crate::chart::figure::{Bars, Histogram};
use crate::chart::scale::Scale;
use crate::text::{clipped, grouped};

/// The parts of a cell, from one eighth to seven.
const EIGHTHS: [&str; 7] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// What stands for a category without a row.
const NO_ROW: &str = "no row";

pub(super) fn draw(page: &mut Page, bars: &Bars) {
    page.legend(bars.series.iter().map(|series| series.name.as_str()));
    let names = widest(bars.categories.iter().map(String::as_str), page.width / 3);
    if bars.stacked {
        stacked(page, bars, names);
        return;
    }
    let decimals = bars.decimals();
    let value = |amount: &Option<Amount>| match amount {
        Some(Amount::Known(value)) => bars.unit.label(*value, decimals),
        Some(unknown) => unknown.word().to_owned(),
        None => NO_ROW.to_owned(),
    };
    let values = bars.series.iter().flat_map(|series| &series.amounts).map(|amount| value(amount).width());
    let is_one = bars.series.len() < 2;
    let used = names + values.max().unwrap_or(0) + if is_one { 2 } else { 4 };
    let track = Track::new(bars.range(), page.width.saturating_sub(used));
    for (index, category) in bars.categories.iter().enumerate() {
        for (place, series) in bars.series.iter().enumerate() {
            page.push(&if place == 0 { left(category, names) } else { " ".repeat(names) });
            page.push(" ");
            if !is_one {
                page.color(place, &letter(place).to_string());
                page.push(" ");
            }
            let amount = &series.amounts[index];
            let value = value(amount);
            if let Some(number) = amount.and_then(Amount::known) {
                track.draw(page, number, place, &value);
            } else {
                page.push(&" ".repeat(track.before));
                page.dim(&value);
            }
            page.end();
        }
    }
}

/// A histogram as bars of its bins.
pub(super) fn draw_histogram(page: &mut Page, histogram: &Histogram) {
    let counts: Vec<_> =
        histogram.counts.iter().map(|count| grouped(&count.to_string()).into_owned()).collect();
    let edges: Vec<_> = (0..histogram.edges.len()).map(|index| histogram.edge(index)).collect();
    let width = widest(edges.iter().map(String::as_str), page.width / 4);
    let values = widest(counts.iter().map(String::as_str), page.width / 4);
    let most = histogram.counts.iter().max().copied().unwrap_or(0) as f64;
    let track = Track::new((0.0, most), page.width.saturating_sub(2 * width + values + 5));
    for (index, count) in histogram.counts.iter().enumerate() {
        page.push(&format!("{} – {} ", right(&edges[index], width), right(&edges[index + 1], width)));
        track.draw(page, *count as f64, 0, &counts[index]);
        page.end();
    }
}

/// The cells that bars may fill.
struct Track {
    scale: Scale,
    /// Cells left of zero.
    before: usize,
    /// Cells right of zero.
    after: usize,
}

impl Track {
    fn new((low, high): (f64, f64), width: usize) -> Self {
        let width = width.max(4);
        let scale = if low == 0.0 && high == 0.0 {
            Scale { low: 0.0, high: 1.0, step: 1.0 }
        } else {
            Scale::exact(low.min(0.0), high.max(0.0), 1, false)
        };
        let before = if low < 0.0 { place(scale.fraction(0.0), width + 1).max(1) } else { 0 };
        Self { scale, before, after: width.saturating_sub(before).max(1) }
    }

    /// A bar and its value: to the right of zero, or to the left.
    fn draw(&self, page: &mut Page, value: f64, series: usize, label: &str) {
        if value < 0.0 {
            let share = value / self.scale.low;
            let cells = place(share, self.before + 1).max(1);
            page.push(&" ".repeat(self.before - cells.min(self.before)));
            page.color(series, &"█".repeat(cells));
        } else {
            page.push(&" ".repeat(self.before));
            let share = if self.scale.high > 0.0 { value / self.scale.high } else { 0.0 };
            page.color(series, &bar(share, self.after));
        }
        page.push(if value == 0.0 { "" } else { " " });
        page.push(label);
    }
}

/// A bar of a share of so many cells; what is not zero is always to be seen.
pub(super) fn bar(share: f64, cells: usize) -> String {
    let eighths = place(share, cells * 8 + 1);
    let eighths = if share > 0.0 { eighths.max(1) } else { eighths };
    let part = (eighths % 8).checked_sub(1).map_or("", |index| EIGHTHS[index]);
    format!("{}{part}", "█".repeat(eighths / 8))
}

/// Bars made of the letters of their series.
fn stacked(page: &mut Page, bars: &Bars, names: usize) {
    let total = |index| bars.total(index).unwrap_or_else(|| "no value".to_owned());
    let totals: Vec<_> = (0..bars.categories.len()).map(total).collect();
    let values = widest(totals.iter().map(String::as_str), page.width / 3);
    let most = bars.range().1;
    let cells = page.width.saturating_sub(names + values + 2).max(4);
    for (index, category) in bars.categories.iter().enumerate() {
        page.push(&left(category, names));
        page.push(" ");
        let (mut sum, mut drawn) = (0.0, 0);
        for (place_of_series, series) in bars.series.iter().enumerate() {
            sum += series.amounts[index].and_then(Amount::known).unwrap_or(0.0);
            let end = if most > 0.0 { place(sum / most, cells + 1) } else { 0 };
            page.color(
                place_of_series,
                &letter(place_of_series).to_string().repeat(end.saturating_sub(drawn)),
            );
            drawn = end.max(drawn);
        }
        page.push(" ");
        page.push(&clipped(&totals[index], values));
        page.end();
    }
}
