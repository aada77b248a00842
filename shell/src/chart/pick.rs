//! Which columns a chart draws where the specification leaves it open.

use std::collections::HashSet;

use super::spec::ChartSpec;
use super::table::{Column, Nature, Table};
use crate::failure::{Failure, Result};

/// The first quantity that is not taken; else text that holds numbers with some of them suppressed.
pub(super) fn number<'t>(table: &'t Table<'_>, taken: &[&Column]) -> Option<&'t Column> {
    let mut numbers = free(table, taken).filter(|column| column.nature == Nature::Number);
    let suppressed = || free(table, taken).find(|column| table.is_suppressed_text(column));
    numbers.next().or_else(suppressed)
}

/// The columns of `y=`, otherwise the first quantity.
pub(super) fn numbers<'t>(
    table: &'t Table<'_>,
    spec: &ChartSpec,
    taken: &[&Column],
) -> Result<Vec<&'t Column>> {
    if !spec.y.is_empty() {
        return spec.y.iter().map(|name| table.column(name)).collect();
    }
    let first = number(table, taken).ok_or_else(|| {
        Failure::usage("there is no column of numbers to draw")
            .with_help("count or measure something in the query, or choose a column with y=")
    })?;
    Ok(vec![first])
}

/// The one column of `y=`, or the first quantity.
pub(super) fn one_number<'t>(
    table: &'t Table<'_>,
    spec: &ChartSpec,
    taken: &[&Column],
    kind: &str,
) -> Result<&'t Column> {
    match numbers(table, spec, taken)?.as_slice() {
        [one] => Ok(*one),
        several => Err(Failure::usage(format!("a {kind} draws one column: y= names {}", several.len()))),
    }
}

/// The columns that the specification names, except for `x`.
pub(super) fn named<'t>(table: &'t Table<'_>, spec: &ChartSpec) -> Result<Vec<&'t Column>> {
    spec.y.iter().chain(&spec.by).map(|name| table.column(name)).collect()
}

/// The column of `x=`, otherwise the first of one of these natures; where possible one that differs between rows.
pub(super) fn along<'t>(
    table: &'t Table<'_>,
    spec: &ChartSpec,
    natures: &[Nature],
) -> Result<Option<&'t Column>> {
    if let Some(name) = &spec.x {
        return table.column(name).map(Some);
    }
    let taken = named(table, spec)?;
    let fits: Vec<_> = free(table, &taken)
        .filter(|column| natures.contains(&column.nature))
        .filter(|column| column.nature != Nature::Category || !table.is_suppressed_text(column))
        .collect();
    for column in &fits {
        if table.distinct(column)? > 1 {
            return Ok(Some(column));
        }
    }
    Ok(fits.first().copied())
}

/// The column of `by=`, otherwise the first that tells rows of the same `x` apart.
pub(super) fn by<'t>(
    table: &'t Table<'_>,
    spec: &ChartSpec,
    x: &Column,
    taken: &[&Column],
) -> Result<Option<&'t Column>> {
    if let Some(name) = &spec.by {
        let by = table.column(name)?;
        if by.index == x.index {
            return Err(Failure::usage(format!("x and by are the same column: {}", x.name))
                .with_help("choose another column with x= or by="));
        }
        return Ok(Some(by));
    }
    let along = table.labels(x)?;
    if along.iter().collect::<HashSet<_>>().len() == along.len() {
        return Ok(None);
    }
    let taken: Vec<_> = taken.iter().copied().chain([x]).collect();
    let dimensions: Vec<_> = free(table, &taken)
        .filter(|column| matches!(column.nature, Nature::Category | Nature::Time))
        .filter(|column| !table.is_suppressed_text(column))
        .collect();
    let mut first = None;
    for column in dimensions {
        let labels = table.labels(column)?;
        let pairs: HashSet<_> = along.iter().zip(&labels).collect();
        if pairs.len() == along.len() {
            return Ok(Some(column));
        }
        if first.is_none() && labels.iter().collect::<HashSet<_>>().len() > 1 {
            first = Some(column);
        }
    }
    Ok(first)
}

/// Two rows would be drawn in one place.
pub(super) fn repeated(x: &Column, by: Option<&Column>) -> Failure {
    let (same, next) = match by {
        Some(by) => (format!("{} and {}", x.name, by.name), "keep one of them in the query"),
        None => (x.name.clone(), "tell them apart with by=COLUMN"),
    };
    Failure::usage(format!("several rows have the same {same}: a chart draws one value in one place"))
        .with_help(format!("{next}, or group them in the query; charts add nothing up"))
}

/// The heading of columns: `rate, n by school_year and district`.
pub(super) fn title(y: &[&Column], x: &Column, by: Option<&Column>) -> String {
    let numbers: Vec<_> = y.iter().map(|column| column.name.as_str()).collect();
    let by = by.map(|by| format!(" and {}", by.name)).unwrap_or_default();
    format!("{} by {}{by}", numbers.join(", "), x.name)
}

fn free<'t>(table: &'t Table<'_>, taken: &[&Column]) -> impl Iterator<Item = &'t Column> {
    let taken: Vec<usize> = taken.iter().map(|column| column.index).collect();
    table.columns().iter().filter(move |column| !taken.contains(&column.index))
}
