//! What is drawn: the shapes that every kind of chart comes down to, without colours or places.

use super::amount::Amount;
use super::date;
use super::scale::Scale;
use super::unit::Unit;
use crate::text::grouped;

/// A figure with its heading and what is to be said below it.
#[derive(Debug)]
pub(super) struct Drawn {
    /// The columns in words.
    pub(super) title: String,
    /// The figure.
    pub(super) figure: Figure,
    /// Sentences for the caption.
    pub(super) notes: Vec<String>,
}

/// The shapes.
#[derive(Debug)]
pub(super) enum Figure {
    /// Bars of categories, one or several beside or on each other.
    Bars(Bars),
    /// Counts between edges.
    Histogram(Histogram),
    /// Points, lines or steps between two axes.
    Plot(Plot),
    /// One small line of blocks for each series.
    Sparks(Plot),
    /// Bands from states to states.
    Flow(Flow),
}

/// Bars of categories.
#[derive(Debug)]
pub(super) struct Bars {
    /// The names of the categories.
    pub(super) categories: Vec<String>,
    /// One or several bars of each category.
    pub(super) series: Vec<BarSeries>,
    /// How values are written.
    pub(super) unit: Unit,
    /// Whether the bars of a category stand on each other.
    pub(super) stacked: bool,
}

/// The bars of one series, `None` where a category has no row.
#[derive(Debug)]
pub(super) struct BarSeries {
    /// The name; empty where there is one series only.
    pub(super) name: String,
    /// A value for each category.
    pub(super) amounts: Vec<Option<Amount>>,
}

impl Bars {
    /// The least and the greatest end of a bar, zero included.
    pub(super) fn range(&self) -> (f64, f64) {
        let known = |amount: &Option<Amount>| amount.and_then(Amount::known);
        if !self.stacked {
            let values = self.series.iter().flat_map(|series| series.amounts.iter().filter_map(known));
            return values.fold((0.0, 0.0), |(low, high), value| (value.min(low), value.max(high)));
        }
        let sums = (0..self.categories.len())
            .map(|index| self.series.iter().filter_map(|series| known(&series.amounts[index])).sum::<f64>());
        (0.0, sums.fold(0.0, f64::max))
    }

    /// The sum of a category in words, if any of its parts is known.
    pub(super) fn total(&self, index: usize) -> Option<String> {
        let amounts = || self.series.iter().filter_map(|series| series.amounts[index]);
        amounts().find_map(Amount::known)?;
        let sum = self.unit.label(amounts().filter_map(Amount::known).sum(), self.decimals());
        let is_whole = amounts().all(|amount| amount.known().is_some());
        Some(if is_whole { sum } else { format!("at least {sum}") })
    }

    /// Digits after the point of the values.
    pub(super) fn decimals(&self) -> usize {
        let amounts = self.series.iter().flat_map(|series| &series.amounts);
        self.unit.decimals_of(amounts.filter_map(|amount| amount.and_then(Amount::known)))
    }
}

/// Counts between edges.
#[derive(Debug)]
pub(super) struct Histogram {
    /// The edges, one more than the counts.
    pub(super) edges: Vec<f64>,
    /// Values from an edge up to the next.
    pub(super) counts: Vec<u64>,
    /// How edges are written.
    pub(super) unit: Unit,
    /// What is counted.
    pub(super) name: String,
}

impl Histogram {
    /// An edge in words.
    pub(super) fn edge(&self, index: usize) -> String {
        let step = self.edges[1] - self.edges[0];
        self.unit.label(self.edges[index], self.unit.decimals_of_step(step))
    }
}

/// What stands along the horizontal axis.
#[derive(Debug)]
pub(super) enum Axis {
    /// Numbers.
    Number(Unit),
    /// Days since 1970.
    Date,
    /// Names in their order; a position is an index.
    Names(Vec<String>),
}

impl Axis {
    /// Marks and their labels, about `count` of them.
    pub(super) fn ticks(&self, low: f64, high: f64, count: usize) -> Vec<(f64, String)> {
        match self {
            Self::Date => date::ticks(low, high, count),
            Self::Number(unit) => {
                let scale = Scale::exact(low, high, count, *unit == Unit::Ordinal);
                let decimals = unit.decimals_of_step(scale.step);
                scale.ticks().into_iter().map(|tick| (tick, unit.label(tick, decimals))).collect()
            }
            Self::Names(names) => {
                let every = names.len().div_ceil(count.max(1)).max(1);
                let names = names.iter().enumerate().step_by(every);
                names.map(|(index, name)| (index as f64, name.clone())).collect()
            }
        }
    }

    fn label(&self, at: f64) -> String {
        match self {
            Self::Date => date::label(at),
            Self::Number(unit) => unit.label(at, unit.decimals_of(std::iter::once(at))),
            Self::Names(names) => {
                let named = names.iter().enumerate().find(|(index, _)| *index as f64 >= at);
                named.map(|(_, name)| name.clone()).unwrap_or_default()
            }
        }
    }
}

/// How the points of a plot are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// By straight lines; a gap where a value is not known.
    Line,
    /// Not at all.
    Nothing,
    /// By steps: a value holds until the next one.
    Steps,
}

/// Points between two axes.
#[derive(Debug)]
pub(super) struct Plot {
    /// The name of the horizontal axis.
    pub(super) x_name: String,
    /// The name of the vertical axis.
    pub(super) y_name: String,
    /// The horizontal axis.
    pub(super) axis: Axis,
    /// How values are written.
    pub(super) unit: Unit,
    /// How points are joined.
    pub(super) join: Join,
    /// The range of the vertical axis, where it does not come from the values.
    pub(super) fixed: Option<(f64, f64)>,
    /// The points.
    pub(super) series: Vec<Series>,
}

/// The points of one series in the order of the axis.
#[derive(Debug)]
pub(super) struct Series {
    /// The name; empty where there is one series only.
    pub(super) name: String,
    /// The points.
    pub(super) points: Vec<Point>,
}

/// A point, or a gap.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// Its place on the horizontal axis.
    pub(super) x: f64,
    /// Its value.
    pub(super) y: Amount,
    /// The interval of confidence.
    pub(super) bounds: Option<(f64, f64)>,
}

impl Plot {
    /// Every point that has a value.
    pub(super) fn known(&self) -> impl Iterator<Item = (f64, f64)> + Clone {
        let points = self.series.iter().flat_map(|series| &series.points);
        points.filter_map(|point| Some((point.x, point.y.known()?)))
    }

    /// The least and the greatest place on the horizontal axis.
    pub(super) fn x_range(&self) -> Option<(f64, f64)> {
        let places = self.series.iter().flat_map(|series| &series.points).map(|point| point.x);
        range(places)
    }

    /// The vertical axis: round, and from zero where the values are not far from it.
    pub(super) fn y_scale(&self, count: usize) -> Option<Scale> {
        let bounds = self.series.iter().flat_map(|series| &series.points).filter_map(|point| point.bounds);
        let values = self.known().map(|(_, y)| y).chain(bounds.flat_map(|(low, high)| [low, high]));
        let (low, high) = self.fixed.or_else(|| range(values))?;
        let low = if low > 0.0 && low < high * 0.4 { 0.0 } else { low };
        Some(Scale::round(low, high, count, false))
    }
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}

/// Bands between states.
#[derive(Debug)]
pub(super) struct Flow {
    /// The states before.
    pub(super) from: Vec<String>,
    /// The states after.
    pub(super) to: Vec<String>,
    /// The bands, by the states before and then those after.
    pub(super) bands: Vec<Band>,
    /// How amounts are written.
    pub(super) unit: Unit,
}

/// What goes from one state to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    /// The place of the state before.
    pub(super) from: usize,
    /// The place of the state after.
    pub(super) to: usize,
    /// How much.
    pub(super) amount: Amount,
}

impl Flow {
    /// What is known to leave a state.
    pub(super) fn leaving(&self, from: usize) -> f64 {
        self.bands.iter().filter(|band| band.from == from).filter_map(|band| band.amount.known()).sum()
    }

    /// What is known to come into a state.
    pub(super) fn coming(&self, to: usize) -> f64 {
        self.bands.iter().filter(|band| band.to == to).filter_map(|band| band.amount.known()).sum()
    }

    /// An amount in words.
    pub(super) fn label(&self, amount: f64) -> String {
        let amounts = self.bands.iter().filter_map(|band| band.amount.known());
        self.unit.label(amount, self.unit.decimals_of(amounts))
    }
}

impl Figure {
    /// One sentence on what is to be seen.
    pub(super) fn summary(&self, title: &str) -> String {
        match self {
            Self::Bars(bars) => {
                let values = bars.series.iter().flat_map(|series| &series.amounts);
                let values = range(values.filter_map(|amount| amount.and_then(Amount::known)));
                let values = between(values, bars.unit, bars.decimals());
                let series = several(bars.series.len());
                format!(
                    "Bar chart of {title}: {}{series}{values}.",
                    counted(bars.categories.len(), "categories")
                )
            }
            Self::Histogram(histogram) => {
                let total: u64 = histogram.counts.iter().sum();
                let (first, last) = (histogram.edge(0), histogram.edge(histogram.counts.len()));
                let total = grouped(&total.to_string()).into_owned();
                format!("Histogram of {}: {total} values from {first} to {last}.", histogram.name)
            }
            Self::Plot(plot) | Self::Sparks(plot) => plot.summary(title),
            Self::Flow(flow) => {
                let total: f64 = (0..flow.from.len()).map(|from| flow.leaving(from)).sum();
                let (from, to) = (counted(flow.from.len(), "states"), counted(flow.to.len(), "states"));
                format!("Flow of {title}: {} from {from} to {to}.", flow.label(total))
            }
        }
    }
}

impl Plot {
    fn summary(&self, title: &str) -> String {
        let name = match self.join {
            Join::Line => "Line chart",
            Join::Nothing => "Scatter plot",
            Join::Steps => "Survival curve",
        };
        let values = self.known().map(|(_, y)| y);
        let values = between(range(values.clone()), self.unit, self.unit.decimals_of(values));
        let along = self.x_range().map_or_else(String::new, |(low, high)| {
            format!(", {} from {} to {}", self.x_name, self.axis.label(low), self.axis.label(high))
        });
        let points = counted(self.known().count(), "points");
        format!("{name} of {title}: {points}{}{along}{values}.", several(self.series.len()))
    }
}

fn several(series: usize) -> String {
    if series > 1 { format!(", {series} series") } else { String::new() }
}

fn between(values: Option<(f64, f64)>, unit: Unit, decimals: usize) -> String {
    values.map_or_else(
        || ", no value".to_owned(),
        |(low, high)| {
            format!(", values from {} to {}", unit.label(low, decimals), unit.label(high, decimals))
        },
    )
}

/// A count with a noun that is given in its plural.
fn counted(count: usize, nouns: &str) -> String {
    let one = nouns
        .strip_suffix("ies")
        .map_or_else(|| nouns.trim_end_matches('s').to_owned(), |stem| format!("{stem}y"));
    format!("{count} {}", if count == 1 { &one } else { nouns })
}
