//! Upright bars between edges, without room between them.

use super::sheet::{Frame, Sheet};
use super::{axes, palette};
use crate::chart::figure::Histogram;
use crate::chart::scale::Scale;
use crate::chart::unit::Unit;

pub(super) fn draw(sheet: &mut Sheet, histogram: &Histogram) {
    let most = histogram.counts.iter().max().copied().unwrap_or(0);
    if most == 0 {
        sheet.nothing();
        return;
    }
    let y = Scale::round(0.0, most as f64, axes::STEPS, true);
    let frame = axes::vertical(sheet, &y, Unit::Plain, "rows");
    let bins = histogram.counts.len() as f64;
    for (index, count) in histogram.counts.iter().enumerate() {
        let left = frame.across(index as f64 / bins);
        let right = frame.across((index + 1) as f64 / bins);
        let top = frame.up(y.fraction(*count as f64));
        if *count > 0 {
            let bar = Frame {
                left: left + 1,
                top: top.min(frame.bottom - 2),
                right: right - 1,
                bottom: frame.bottom,
            };
            sheet.rectangle(bar, palette::series(0));
        }
    }
    axes::horizontal(
        sheet,
        frame,
        &histogram.name,
        |at| frame.across(at / bins),
        |count| {
            let every = histogram.edges.len().div_ceil(count).max(1);
            let edges = (0..histogram.edges.len()).step_by(every);
            edges.map(|index| (index as f64, histogram.edge(index))).collect()
        },
    );
}
