//! Drafts a layout by reading all of a file: how it is written, what each column holds, and which table it fills.
//!
//! Nothing is concluded from a sample, and nothing that the draft says holds a value of a row.

mod candidate;
mod column;
mod day;
mod describe;
mod distinct;
mod draft;
mod encoding;
mod error;
mod fit;
mod fixed;
mod heading;
mod hypothesis;
mod identity;
mod input;
mod number;
mod profile;
mod read;
mod shape;
mod survey;
mod toml_text;
mod words;

use std::collections::BTreeSet;
use std::path::Path;

use crate::layout::{Format, ResolvedLayout};
use crate::{Definitions, Layout, closest_name, no_table};
use fit::{FileColumn, Fit, How, fit};
use fixed::Span;
use input::Input;
use read::{Faults, Form};
use survey::Survey;
use words::Words;

pub use draft::Draft;
pub use error::InferError;

/// Drafts a layout of a file for a table, or for the table that fits best.
///
/// All of the file is read: once for how it is written, once for its columns, and once more where two columns
/// together name something. Memory does not grow with the file. The draft is accepted by
/// [`Layout::parse`](crate::Layout::parse), and resolves when every required column of the table is filled; the
/// notes name those that are not.
///
/// Errors: a table that is not there, a file that cannot be read, and one in which there are no rows of columns.
pub fn infer(path: &Path, table: Option<&str>, definitions: &Definitions) -> Result<Draft, InferError> {
    if let Some(name) = table
        && definitions.table(name).is_none()
    {
        let near = closest_name(name, definitions.tables().iter().map(|table| table.name.as_str()));
        let help = near.map_or_else(
            || "name one of the canonical tables.".to_owned(),
            |near| format!("did you mean {near:?}?"),
        );
        return Err(InferError::Table(format!("{}; {help}", no_table(name))));
    }
    let words = Words::of(definitions);
    let mut input = Input::new(path)?;
    let (survey, mut form, others) = if let Some(format) = input.workbook()? {
        (Survey::default(), input.sheet(format, &words)?, Vec::new())
    } else {
        let survey = input.survey()?;
        let (form, others) = input.form(&survey, &words)?;
        (survey, form, others)
    };
    let known_layouts = known_layouts(&form, definitions);
    if let [layout] = known_layouts.as_slice() {
        adopt_fields(&mut form, layout, definitions);
    }
    let (mut columns, faults) = input.columns(&survey, &form, &words)?;
    let rows = columns.iter().map(|column| column.profile.rows).max().unwrap_or(0);
    let (mut best, choice) =
        choose(table, &known_layouts, &columns, &words, definitions).ok_or_else(|| {
            InferError::Table("there is no table to fill; add one to the definitions.".to_owned())
        })?;
    for (column, prefix) in best.joinable() {
        let (of, by) = (best.fillings[column].from[0], best.fillings[prefix].from[0]);
        if !input.determines(&survey, &form, of, by)? {
            best.fillings[column].from = vec![by, of];
            best.fillings[column].how = How::Joined { map: None };
        }
    }
    let found = Found {
        file: input.file().to_owned(),
        name: name(path, definitions),
        members: input.members().into_iter().map(str::to_owned).collect(),
        others,
        compression: input.compression,
        known_layouts,
        survey,
        form,
        faults,
        rows,
        choice,
        words: &words,
    };
    Ok(draft::draft(&found, &best, &mut columns, definitions))
}

/// What is known of a file as a whole.
struct Found<'a> {
    file: String,
    /// The name of the layout.
    name: String,
    survey: Survey,
    form: Form,
    /// How the file is compressed, the members of an archive that were read, and those that were not.
    compression: Option<&'static str>,
    members: Vec<String>,
    others: Vec<String>,
    faults: Faults,
    rows: u64,
    /// Why the table was chosen.
    choice: String,
    /// Layouts that name the same columns.
    known_layouts: Vec<&'a Layout>,
    words: &'a Words,
}

/// The table that was named, or the one that fits best; and why.
fn choose<'a>(
    table: Option<&str>,
    known: &[&Layout],
    columns: &[FileColumn],
    words: &Words,
    definitions: &'a Definitions,
) -> Option<(Fit<'a>, String)> {
    if let Some(table) = table.and_then(|name| definitions.table(name)) {
        return Some((fit(table, columns, words, definitions), ", which was named".to_owned()));
    }
    if let Some(table) = known.first().and_then(|layout| definitions.table(&layout.table)) {
        return Some((
            fit(table, columns, words, definitions),
            format!(", that of layout {:?}", known[0].name),
        ));
    }
    let mut fits: Vec<Fit<'a>> =
        definitions.tables().iter().map(|table| fit(table, columns, words, definitions)).collect();
    fits.sort_by(|left, right| {
        right.score.total_cmp(&left.score).then(left.table.name.cmp(&right.table.name))
    });
    let mut fits = fits.into_iter();
    let best = fits.next()?;
    let choice = match fits.next().filter(|next| next.score > 0.0) {
        Some(next) => format!(", more than of any other; the next is {:?}", next.table.name),
        None => ", more than of any other".to_owned(),
    };
    Some((best, choice))
}

/// A name for the layout: that of the file without its years and marks.
fn name(path: &Path, definitions: &Definitions) -> String {
    let stem = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    let words = stem.split(|character: char| !character.is_ascii_alphanumeric());
    let kept = words.filter(|word| !word.is_empty() && !word.bytes().all(|byte| byte.is_ascii_digit()));
    let name = kept.collect::<Vec<_>>().join("_");
    let name = if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name
    } else {
        format!("file_{name}")
    };
    let name = name.trim_end_matches('_');
    if definitions.layout(name).is_some() { format!("{name}_draft") } else { name.to_owned() }
}

/// The layouts that name exactly the columns of a file, or have records of the same length.
fn known_layouts<'a>(form: &Form, definitions: &'a Definitions) -> Vec<&'a Layout> {
    let names = form.names();
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let is_alike = |layout: &&Layout| {
        let Some(layout) = resolved(layout, definitions) else {
            return false;
        };
        if let Form::Fixed { length, .. } = form {
            return layout.format == Format::FixedWidth && layout.lengths.1 == *length;
        }
        let sources = layout.fills.iter().flat_map(|fill| &fill.sources);
        let sources = sources.flat_map(|source| source.names.iter().flatten());
        sources.chain(&layout.ignored).map(String::as_str).collect::<BTreeSet<&str>>() == names
    };
    definitions.layouts().iter().filter(is_alike).collect()
}

fn resolved(layout: &Layout, definitions: &Definitions) -> Option<ResolvedLayout> {
    let whole = layout.extended(definitions.layouts()).ok()?;
    ResolvedLayout::new(&whole, definitions).ok()
}

/// Documented fields in place of concluded ones.
fn adopt_fields(form: &mut Form, layout: &Layout, definitions: &Definitions) {
    let Form::Fixed { names, spans, .. } = form else {
        return;
    };
    let Some(layout) = resolved(layout, definitions).filter(|layout| !layout.fields.is_empty()) else {
        return;
    };
    *names = layout.fields.iter().map(|field| field.name.clone()).collect();
    *spans = layout.fields.iter().map(|field| Span { start: field.start, width: field.width }).collect();
}
