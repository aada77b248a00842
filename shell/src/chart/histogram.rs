//! `histogram`: how often the values of one column lie between round edges.

use super::amount::{Amount, gaps};
use super::figure::{Drawn, Figure, Histogram};
use super::kind::Kind;
use super::pick;
use super::scale::{Scale, round_up};
use super::spec::ChartSpec;
use super::table::{Nature, Table};
use super::unit::Unit;
use crate::failure::{Failure, Result};

pub(super) const KIND: Kind =
    Kind { name: "histogram", help: "How often the values of one column lie between round edges.", read };

/// More bins than this are made wider.
const MOST_BINS: usize = 30;

fn read(table: &Table<'_>, spec: &ChartSpec) -> Result<Drawn> {
    if let Some(by) = &spec.by {
        return Err(Failure::usage(format!("a histogram draws all rows together: by={by} does not fit"))
            .with_help("filter the query, or draw line or bar"));
    }
    let column = match (&spec.x, spec.y.is_empty()) {
        (Some(x), true) => table.column(x)?,
        _ => pick::one_number(table, spec, &[], "histogram")?,
    };
    let amounts = table.amounts(column, "x")?;
    let mut values: Vec<f64> = amounts.iter().filter_map(|amount| Amount::known(*amount)).collect();
    values.sort_by(f64::total_cmp);
    let whole = column.data_type.is_integer();
    let (width, rule) = width(&values, whole);
    let bins = bins(&values, width);
    let unit = match column.nature {
        Nature::Number => Unit::of(&column.words(), values.iter().copied()),
        _ => Unit::Ordinal,
    };
    let histogram = Histogram { edges: bins.0, counts: bins.1, unit, name: column.name.clone() };
    let size = unit.label(width, unit.decimals_of_step(width));
    let mut notes = vec![format!("{} bins of {size} each ({rule})", histogram.counts.len())];
    notes.extend(gaps(amounts.into_iter()).map(|gaps| {
        gaps.replace("is a gap, not zero", "is in no bin").replace("are gaps, not zero", "are in no bin")
    }));
    Ok(Drawn {
        title: format!("distribution of {}", column.name),
        figure: Figure::Histogram(histogram),
        notes,
    })
}

/// The width of the bins and the rule behind it.
///
/// Sources: D. Freedman, P. Diaconis, "On the histogram as a density estimator", 1981: twice the distance of the
/// quartiles over the cube root of the count; H. A. Sturges, "The choice of a class interval", 1926, where half of the
/// values are the same.
fn width(values: &[f64], whole: bool) -> (f64, &'static str) {
    let (Some(&low), Some(&high)) = (values.first(), values.last()) else {
        return (1.0, "no value");
    };
    let count = values.len() as f64;
    let range = Scale::exact(low, high, MOST_BINS, false);
    let least = range.step;
    let between = quartile(values, 3) - quartile(values, 1);
    let freedman = 2.0 * between / count.cbrt();
    let (wanted, rule) = if freedman.is_finite() && freedman > 0.0 {
        (freedman, "width by Freedman and Diaconis, rounded up")
    } else {
        ((range.high - range.low) / (count.log2() + 1.0), "number by Sturges, rounded")
    };
    let width = round_up(wanted.max(least).min(range.high - range.low));
    (if whole { width.max(1.0) } else { width }, rule)
}

/// The value below which a quarter, or three, of the sorted values lie.
fn quartile(values: &[f64], quarters: usize) -> f64 {
    values.get((values.len() * quarters / 4).min(values.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

/// Edges and counts of sorted values. A value on an edge is in the bin that begins there.
fn bins(values: &[f64], width: f64) -> (Vec<f64>, Vec<u64>) {
    let (Some(&low), Some(&high)) = (values.first(), values.last()) else {
        return (vec![0.0, 1.0], vec![0]);
    };
    let first = (low / width).floor();
    let mut edges = vec![first * width];
    let mut counts = Vec::new();
    let mut rest = values;
    // Twice the limit: rounding the first and the last edge adds a bin each.
    while counts.len() <= 2 * MOST_BINS && (counts.is_empty() || !rest.is_empty()) {
        let edge = (first + edges.len() as f64) * width;
        let inside = rest.partition_point(|value| *value < edge);
        edges.push(edge);
        counts.push(inside as u64);
        rest = &rest[inside..];
    }
    if let (Some(last), Some(count)) = (edges.last_mut(), counts.last_mut())
        && !rest.is_empty()
    {
        // Numbers too large to be told from their neighbours.
        *last = last.max(high);
        *count += rest.len() as u64;
    }
    (edges, counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_one_bin() {
        for values in [
            vec![1.0],
            vec![3.0, 3.0, 3.0, 3.0],
            (0..1000).map(|value| f64::from(value % 97)).collect(),
            vec![-5.0, 0.0, 1e9],
            vec![-1e308, 1e308],
            vec![1e-320, 2e-320],
            vec![1e17, 1e17 + 2.0],
            (0..500)
                .map(|value| 0.5 + f64::from(value % 2) * 1e6 * f64::from(u8::from(value == 7)))
                .collect(),
        ] {
            let mut values = values;
            values.sort_by(f64::total_cmp);
            let (width, _) = width(&values, false);
            let (edges, counts) = bins(&values, width);
            assert_eq!(counts.iter().sum::<u64>(), values.len() as u64, "{values:?}");
            assert_eq!(edges.len(), counts.len() + 1);
            assert!(counts.len() <= 2 * MOST_BINS + 1, "{}", counts.len());
        }
    }

    #[test]
    fn a_value_on_an_edge_begins_its_bin() {
        assert_eq!(bins(&[0.0, 9.0, 10.0, 19.0], 10.0), (vec![0.0, 10.0, 20.0], vec![2, 2]));
    }
}
