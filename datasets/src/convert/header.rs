//! The header of a file against the header its layout declares.
//!
//! Names of the file appear in an error only when the first line is a header at all: a file without one starts with a
//! person's row, and nothing of that may be shown.

use std::collections::{BTreeMap, BTreeSet};

use super::dialect::{Dialect, Fields};
use super::error::ConvertError;
use crate::closest_name;
use crate::layout::{Fill, ResolvedLayout};

/// The most columns that a file may have.
const MOST_COLUMNS: usize = 10_000;

/// The columns of the file that one fill reads: for each produced row, one position per source, or `None` when an
/// optional column is not there.
pub(crate) type Positions = Vec<Option<Vec<usize>>>;

/// The names in the first line of a file, trimmed.
pub(crate) fn names(
    line: Option<Vec<u8>>,
    dialect: Dialect,
    file: &str,
) -> Result<Vec<String>, ConvertError> {
    let fault =
        |sentence: &str| ConvertError::Header { file: file.to_owned(), sentence: sentence.to_owned() };
    let Some(line) = line else {
        return Err(fault(
            "there is no header: the file is empty, or its first line does not end; check the file.",
        ));
    };
    let text = String::from_utf8(line)
        .map_err(|_| fault("the header is not in the declared encoding; correct the layout's encoding."))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.contains('\r') {
        return Err(fault("lines end in a carriage return alone; save the file with LF or CR LF line ends."));
    }
    if text.trim().is_empty() {
        return Err(fault("there is no header: the line is empty; the header must be the first line."));
    }
    let mut fields = Fields::default();
    let split = dialect.split(text, 0, text.len(), MOST_COLUMNS, &mut fields);
    split.map_err(|rule| {
        fault(&format!("the header cannot be read ({}); correct its quotes.", rule.name()))
    })?;
    if fields.places.len() > MOST_COLUMNS {
        return Err(fault(&format!(
            "the header has more than {MOST_COLUMNS} columns; check the layout's delimiter."
        )));
    }
    let whole = format!("{text}{}", fields.unescaped);
    let name =
        |start: usize, length: usize| whole.get(start..start + length).unwrap_or_default().trim().to_owned();
    Ok(fields.places.iter().map(|place| name(place.start, place.length)).collect())
}

/// The names of a file without a header: the positions `1` to the last one that the layout names.
pub(crate) fn positions_as_names(layout: &ResolvedLayout) -> Vec<String> {
    let named = declared(layout).map(|(name, _)| name).chain(layout.ignored.iter().map(String::as_str));
    let last = named.filter_map(|name| name.parse::<usize>().ok()).max().unwrap_or(0);
    (1..=last.min(MOST_COLUMNS)).map(|position| position.to_string()).collect()
}

/// Where each fill of the layout finds its columns in the file.
pub(crate) fn bind(
    layout: &ResolvedLayout,
    names: &[String],
    file: &str,
) -> Result<Vec<Positions>, ConvertError> {
    let mut found = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for (position, name) in names.iter().enumerate() {
        if found.insert(name.as_str(), position).is_some() {
            twice.insert(name.as_str());
        }
    }
    let declared_names: BTreeSet<&str> = declared(layout).map(|(name, _)| name).collect();
    let required: BTreeSet<&str> =
        declared(layout).filter(|(_, optional)| !optional).map(|(name, _)| name).collect();
    let missing: Vec<&str> = required.iter().copied().filter(|name| !found.contains_key(name)).collect();
    let is_known = |name: &str| declared_names.contains(name) || layout.ignored.contains(name);
    let unknown: Vec<&str> = names.iter().map(String::as_str).filter(|name| !is_known(name)).collect();
    if missing.is_empty() && unknown.is_empty() && twice.is_empty() {
        return Ok(layout.fills.iter().map(|fill| positions(fill, &found, layout.variants)).collect());
    }
    let sentence = if 2 * missing.len() > required.len() || missing.len() == required.len() {
        no_header(layout, &required, &missing)
    } else {
        differences(layout, &missing, &unknown, &twice, &declared_names)
    };
    Err(ConvertError::Header { file: file.to_owned(), sentence })
}

/// Every column of the file that the layout reads, and whether the file may lack it.
fn declared(layout: &ResolvedLayout) -> impl Iterator<Item = (&str, bool)> {
    let sources =
        layout.fills.iter().flat_map(|fill| fill.sources.iter().map(|source| (source, fill.optional)));
    sources.flat_map(|(source, optional)| source.names.iter().map(move |name| (name.as_str(), optional)))
}

fn positions(fill: &Fill, found: &BTreeMap<&str, usize>, variants: usize) -> Positions {
    let position = |source: &crate::layout::Source, variant: usize| {
        found.get(source.names.get(variant)?.as_str()).copied()
    };
    (0..variants)
        .map(|variant| fill.sources.iter().map(|source| position(source, variant)).collect())
        .collect()
}

fn no_header(layout: &ResolvedLayout, required: &BTreeSet<&str>, missing: &[&str]) -> String {
    format!(
        "this is not the header of layout {}: {} of its {} columns are missing ({}); choose the file's layout, or add the header.",
        layout.name,
        missing.len(),
        required.len(),
        listed(missing.iter().map(|name| (*name).to_owned())),
    )
}

fn differences(
    layout: &ResolvedLayout,
    missing: &[&str],
    unknown: &[&str],
    twice: &BTreeSet<&str>,
    declared: &BTreeSet<&str>,
) -> String {
    let near = |name: &str, candidates: &[&str]| match closest_name(name, candidates.iter().copied()) {
        Some(near) => format!("{name:?} (nearest: {near:?})"),
        None => format!("{name:?}"),
    };
    let candidates: Vec<&str> =
        if missing.is_empty() { declared.iter().copied().collect() } else { missing.to_vec() };
    let lists = [
        ("missing", listed(missing.iter().map(|name| near(name, unknown)))),
        ("unknown", listed(unknown.iter().map(|name| near(name, &candidates)))),
        ("there twice", listed(twice.iter().map(|name| format!("{name:?}")))),
    ];
    let lists: Vec<String> = lists
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what}: {names}"))
        .collect();
    format!(
        "the header does not fit layout {}: {}. Correct the header, or name the columns in the layout.",
        layout.name,
        lists.join("; "),
    )
}

/// The first few of the names.
fn listed(names: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<String> = names.collect();
    let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}
