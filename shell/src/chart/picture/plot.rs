//! Points, lines and steps between two axes.

use super::sheet::{Frame, Place, Sheet};
use super::{axes, legend, palette};
use crate::chart::figure::{Join, Plot, Series};
use crate::chart::scale::Scale;

/// Points of a line are marked one by one up to this many.
const MARKED: usize = 40;

pub(super) fn draw(sheet: &mut Sheet, plot: &Plot) {
    let (Some(y), Some((low, high))) = (plot.y_scale(axes::STEPS), plot.x_range()) else {
        sheet.nothing();
        return;
    };
    let names: Vec<_> = plot.series.iter().map(|series| series.name.as_str()).collect();
    legend::draw(sheet, &names, |sheet, place, series| legend::shape(sheet, place, series, 11, 1.0));
    let frame = axes::vertical(sheet, &y, plot.unit, &plot.y_name);
    // Points at the edges need room; a survival curve begins at its axis.
    let inset = if plot.join == Join::Steps { 0 } else { 24 };
    let inner = Frame { left: frame.left + inset, right: frame.right - inset, ..frame };
    let x = Scale::exact(low, high, 1, false);
    axes::horizontal(
        sheet,
        frame,
        &plot.x_name,
        |at| inner.across(x.fraction(at)),
        |count| plot.axis.ticks(low, high, count),
    );
    for (index, series) in plot.series.iter().enumerate() {
        let pen = Pen { frame: inner, x, y, index, is_one: plot.series.len() == 1, join: plot.join };
        pen.bounds(sheet, series);
        pen.draw(sheet, series);
    }
}

struct Pen {
    frame: Frame,
    x: Scale,
    y: Scale,
    index: usize,
    is_one: bool,
    join: Join,
}

impl Pen {
    fn place(&self, x: f64, y: f64) -> Place {
        (self.frame.across(self.x.fraction(x)), self.frame.up(self.y.fraction(y)))
    }

    /// Lines between gaps, and the shapes of the points.
    fn draw(&self, sheet: &mut Sheet, series: &Series) {
        let color = palette::series(self.index);
        let runs = series.points.split(|point| point.y.known().is_none());
        for run in runs.filter(|run| !run.is_empty() && self.join != Join::Nothing) {
            let known = run.iter().filter_map(|point| Some(self.place(point.x, point.y.known()?)));
            let places: Vec<_> = if self.join == Join::Steps { steps(known) } else { known.collect() };
            sheet.line(places, color, 4);
        }
        let known: Vec<_> =
            series.points.iter().filter_map(|point| Some(self.place(point.x, point.y.known()?))).collect();
        let (every, size) = match self.join {
            Join::Nothing => (1, 8),
            Join::Line if known.len() <= MARKED => (1, 10),
            Join::Line | Join::Steps => (known.len().div_ceil(6), 10),
        };
        if self.join == Join::Steps && self.is_one {
            return;
        }
        let opacity = if self.join == Join::Nothing && known.len() > MARKED { 0.6 } else { 1.0 };
        for place in known.iter().skip(every / 2).step_by(every.max(1)) {
            legend::shape(sheet, *place, self.index, size, opacity);
        }
    }

    /// The interval of confidence, a band behind the line.
    fn bounds(&self, sheet: &mut Sheet, series: &Series) {
        for pair in series.points.windows(2) {
            let Some((low, high)) = pair[0].bounds else { continue };
            let (left, top) = self.place(pair[0].x, high);
            let (right, bottom) = self.place(pair[1].x, low);
            let places = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
            sheet.area(places, palette::series(self.index), 0.18);
        }
    }
}

/// The corners of steps: a value holds until the next one.
fn steps(places: impl Iterator<Item = Place>) -> Vec<Place> {
    let mut corners: Vec<Place> = Vec::new();
    for place in places {
        if let Some(last) = corners.last() {
            corners.push((place.0, last.1));
        }
        corners.push(place);
    }
    corners
}
