//! The header of a file against the header its layout declares.
//!
//! Names of the file appear in an error only when the first line is a header at all: a file without one starts with a
//! person's row, and nothing of that may be shown.

use std::collections::{BTreeMap, BTreeSet};

use super::dialect::{Dialect, Fields};
use crate::closest_name;
use crate::layout::{Combine, FileColumns, Fill, How, ResolvedLayout, Source};

/// The most columns that a file may have.
const MOST_COLUMNS: usize = 10_000;

/// The columns of the file that one fill reads: for each produced row, one position per source, or `None` when an
/// optional column is not there.
pub(crate) type Positions = Vec<Option<Vec<usize>>>;

/// What a layout finds in the columns of one file.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) positions: Vec<Positions>,
    /// What a reader of the file should know.
    pub(crate) notices: Vec<String>,
}

/// The names in the header of a text, trimmed; the error is a sentence.
pub(crate) fn names(line: Option<Vec<u8>>, dialect: Dialect) -> Result<Vec<String>, String> {
    let Some(line) = line else {
        return Err("there is no header: the file ends before it, or its line does not end; check the file."
            .to_owned());
    };
    let text = String::from_utf8(line)
        .map_err(|_| "the header is not in the declared encoding; correct the layout's encoding.")?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.contains('\r') {
        let sentence = "lines end in a carriage return alone; save the file with LF or CR LF line ends.";
        return Err(sentence.to_owned());
    }
    if text.trim().is_empty() {
        let sentence =
            "there is no header: the line is empty; the layout's header_line names the line of the header.";
        return Err(sentence.to_owned());
    }
    let mut fields = Fields::default();
    let split = dialect.split(text, 0, text.len(), MOST_COLUMNS, &mut fields);
    split.map_err(|rule| format!("the header cannot be read ({}); correct its quotes.", rule.name()))?;
    check_count(fields.places.len())?;
    let whole = format!("{text}{}", fields.unescaped);
    let name =
        |start: usize, length: usize| whole.get(start..start + length).unwrap_or_default().trim().to_owned();
    Ok(fields.places.iter().map(|place| name(place.start, place.length)).collect())
}

/// The names in the header of a sheet, trimmed, and for each column of the sheet which of them is its name.
pub(crate) fn names_of_sheet(cells: &[(usize, &str)]) -> Result<(Vec<String>, Vec<Option<usize>>), String> {
    let named: Vec<(usize, &str)> = cells
        .iter()
        .map(|(column, text)| (*column, text.trim()))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let Some((last, _)) = named.last() else {
        let sentence =
            "there is no header: the row is empty; the layout's header_line names the row of the header.";
        return Err(sentence.to_owned());
    };
    check_count(named.len())?;
    let mut columns = vec![None; last + 1];
    for (position, (column, _)) in named.iter().enumerate() {
        columns[*column] = Some(position);
    }
    Ok((named.into_iter().map(|(_, name)| name.to_owned()).collect(), columns))
}

fn check_count(columns: usize) -> Result<(), String> {
    if columns > MOST_COLUMNS {
        return Err(format!(
            "the header has more than {MOST_COLUMNS} columns; check the layout's format and delimiter."
        ));
    }
    Ok(())
}

/// The names of a file whose columns nobody names: the positions `1` to the last one that the layout names.
pub(crate) fn positions_as_names(layout: &ResolvedLayout) -> Vec<String> {
    let named = declared(layout).map(|(name, _)| name).chain(layout.ignored.iter().map(String::as_str));
    let last = named.filter_map(|name| name.parse::<usize>().ok()).max().unwrap_or(0);
    (1..=last.min(MOST_COLUMNS)).map(|position| position.to_string()).collect()
}

/// Where each fill of the layout finds its columns in the file.
///
/// The error is a sentence. A column that the layout does not name is one only when the file names its columns itself.
pub(crate) fn bind(layout: &ResolvedLayout, names: &[String]) -> Result<Binding, String> {
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
    let is_from_file = matches!(layout.columns, FileColumns::Header);
    let is_known =
        |name: &str| !is_from_file || declared_names.contains(name) || layout.ignored.contains(name);
    let unknown: Vec<&str> = names.iter().map(String::as_str).filter(|name| !is_known(name)).collect();
    if missing.is_empty() && unknown.is_empty() && twice.is_empty() {
        let positions = layout.fills.iter().map(|fill| positions(fill, &found, layout.per_row)).collect();
        let optional = declared_names.difference(&required).filter(|name| !found.contains_key(*name));
        let notice = |name: &&str| format!("the file has no column {name:?}; what it fills is NULL.");
        return Ok(Binding { positions, notices: optional.map(notice).collect() });
    }
    Err(if 2 * missing.len() > required.len() || missing.len() == required.len() {
        no_header(layout, &required, &missing)
    } else {
        differences(layout, &missing, &unknown, &twice, &declared_names)
    })
}

/// Every column of the file that the layout reads, and whether the file may lack it.
fn declared(layout: &ResolvedLayout) -> impl Iterator<Item = (&str, bool)> {
    let sources =
        layout.fills.iter().flat_map(|fill| fill.sources.iter().map(|source| (source, fill.optional)));
    let sources = sources.flat_map(|(source, optional)| {
        source.names.iter().flatten().map(move |name| (name.as_str(), optional))
    });
    let types = layout.records.iter().flat_map(|records| &records.types);
    let expects = layout.expects.iter().chain(types.flat_map(|record_type| &record_type.expects));
    let kind = layout.records.iter().map(|records| (records.column.as_str(), false));
    sources.chain(expects.map(|expected| (expected.column.as_str(), false))).chain(kind)
}

fn positions(fill: &Fill, found: &BTreeMap<&str, usize>, per_row: usize) -> Positions {
    let position = |source: &Source, at: usize| found.get(source.names.get(at)?.as_deref()?).copied();
    let is_any_enough = matches!(&fill.how, How::Value(rule) if rule.combine == Combine::First);
    let columns = |at: usize| {
        if is_any_enough {
            let there: Vec<usize> = fill.sources.iter().filter_map(|source| position(source, at)).collect();
            return Some(there).filter(|there| !there.is_empty());
        }
        fill.sources.iter().map(|source| position(source, at)).collect()
    };
    (0..per_row).map(columns).collect()
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
