//! Tables and files that FROM does not find.

use datafusion::catalog::SchemaProvider;
use lifetracks_datasets::{closest_name, no_table};

use super::words::Words;
use super::{Scope, not_there, query};
use crate::catalog::{MAIN, METADATA};
use crate::error::{Error, Span};
use crate::metadata;

/// Files by how their names end, and what reads them.
const READERS: &[(&str, &str)] = &[
    (".csv", "read_csv"),
    (".tsv", "read_csv"),
    (".txt", "read_csv"),
    (".parquet", "read_parquet"),
    (".xlsx", "read_xlsx"),
];

/// The error of a name that is none of these tables, for a place where only they can be named.
pub fn table_not_found<'a>(name: &str, tables: impl IntoIterator<Item = &'a str>) -> Error {
    let names: Vec<&str> = tables.into_iter().collect();
    not_there(query(no_table(name)), name, &names, Err)
}

/// The error of a name, as the planner writes it out, that is no table.
pub(super) fn not_found(qualified: &str, scope: &Scope<'_>, span: Option<Span>) -> Error {
    let words = Words::of(scope.text);
    if let Some(error) = file(qualified, &words) {
        return error;
    }
    let parts: Vec<&str> = qualified.split('.').collect();
    let (schema, name) = match parts.as_slice() {
        [.., schema, name] => (*schema, *name),
        _ => (MAIN, qualified),
    };
    let place = span.or_else(|| {
        let mut named = words
            .iter()
            .filter(|(_, word)| word.name().is_some_and(|found| found.eq_ignore_ascii_case(name)));
        named.next().map(|(_, word)| word.span())
    });
    let error = match schema {
        MAIN => of_the_lake(name, scope),
        METADATA => of_facts(name),
        other => no_schema(other, name),
    };
    error.with_span(place)
}

fn of_the_lake(name: &str, scope: &Scope<'_>) -> Error {
    let main = scope.main;
    let error = query(no_table(name));
    if main.is_defined(name) {
        return error.with_help(format!(
            "nothing has been loaded into {name} yet; see `load {name} FILE --layout ..`"
        ));
    }
    if super::functions::is_relation(name, scope) {
        return error.with_help(format!("{name} is a function: write {name}(..)"));
    }
    let names = main.table_names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() {
        return error.with_help("no lake is open or it is empty; begin with `load` or `demo`");
    }
    let fact = metadata::NAMES.contains(&name);
    not_there(error, name, &names, |error| {
        if fact { Ok(error.with_help(format!("did you mean {METADATA}.{name}?"))) } else { Err(error) }
    })
}

fn of_facts(name: &str) -> Error {
    let error = query(no_table(&format!("{METADATA}.{name}")));
    error.with_help(match closest_name(name, metadata::NAMES) {
        Some(near) => format!("did you mean {METADATA}.{near}?"),
        None => format!("there are: {}", metadata::NAMES.join(", ")),
    })
}

fn no_schema(schema: &str, name: &str) -> Error {
    let error = query(format!("there is no schema {schema}"));
    error.with_help(match closest_name(schema, [MAIN, METADATA]) {
        Some(near) => format!("did you mean {near}.{name}?"),
        None => format!("the lake's tables are in {MAIN}, facts about them in {METADATA}"),
    })
}

/// `FROM 'x.csv'`, `FROM "x.csv"` and `FROM x.csv`.
fn file(qualified: &str, words: &Words<'_>) -> Option<Error> {
    let (_, reader) = READERS.iter().find(|(ending, _)| qualified.to_lowercase().ends_with(ending))?;
    let ends = |text: &str| text.trim_matches(['\'', '"']).to_lowercase();
    let wanted = qualified.to_lowercase();
    let is_it = |text: &str| {
        let text = ends(text);
        !text.is_empty() && (wanted == text || wanted.ends_with(&format!(".{text}")))
    };
    let quoted = words.iter().find(|(_, word)| word.text.starts_with(['\'', '"']) && is_it(word.text));
    let (path, span) = if let Some((_, word)) = quoted {
        (word.text.trim_matches(['\'', '"']), Some(word.span()))
    } else {
        let dotted = |at: &usize| words.is_sign(at + 1, ".") && is_it(words.text(*at, at + 2));
        let (at, _) = words.iter().find(|(at, _)| dotted(at))?;
        (words.text(at, at + 2), words.span(at, at + 2))
    };
    let error = query(format!("{path} is a file, and FROM names tables")).with_span(span);
    Some(error.with_help(format!("a file is read by {reader}('{path}')")))
}
