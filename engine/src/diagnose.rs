//! Turns DataFusion's errors into sentences: what is wrong, where in the statement, what to do next.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use datafusion::common::{Column, Location, SchemaError};
use datafusion::error::DataFusionError;
use lifetracks_datasets::closest_name;

use crate::catalog::LakeSchema;
use crate::error::{Error, ErrorKind, Span};
use crate::redact::without_values;

/// The engine's error for a statement that cannot be planned. It repeats names and texts of the statement.
pub(crate) fn diagnose(error: &DataFusionError, text: &str, main: &LakeSchema) -> Error {
    explain(error, text, |prose| plain(prose, main))
}

/// The engine's error for a statement that failed while it ran. What the layers below say of a value is left out.
pub(crate) fn diagnose_run(error: &DataFusionError, text: &str) -> Error {
    explain(error, text, |prose| failed(&without_prefixes(prose), text))
}

fn explain(error: &DataFusionError, text: &str, prose: impl FnOnce(&str) -> Error) -> Error {
    let span = error
        .diagnostic()
        .and_then(|diagnostic| diagnostic.span)
        .map(|span| bytes(text, span.start, span.end));
    if let Some(own) = own(error) {
        let place = own.span().or(span);
        return own.with_span(place);
    }
    let root = error.find_root();
    let found = match root {
        DataFusionError::SchemaError(schema, _) => schema_error(schema),
        DataFusionError::ResourcesExhausted(message) => {
            Error::new(ErrorKind::Query, "the query needs more memory than it may use")
                .with_help("give it more with --memory-limit, or ask for fewer persons or columns at a time")
                .with_note(first_line(message))
        }
        other => prose(&other.strip_backtrace()),
    };
    let named = found.span().is_none() && span.is_none();
    let located = if named { locate(&found, text) } else { span };
    found.with_span(located)
}

/// What went wrong with a value, without the value.
fn failed(message: &str, text: &str) -> Error {
    static OWN: LazyLock<Vec<String>> =
        LazyLock::new(|| lifetracks_udfs::docs().into_iter().map(|function| function.name + "(").collect());
    if OWN.iter().any(|name| message.starts_with(name.as_str())) {
        return Error::new(ErrorKind::Query, message);
    }
    if let Some(file) = data_file(message) {
        return Error::lake(format!("the data file {file} cannot be read"))
            .with_help("run `verify` to see what else cannot, and restore the lake from a copy");
    }
    let message = without_values(message, text);
    if let Some(data_type) = between(&message, " to value of ", " type")
        && message.starts_with("Cannot cast ")
    {
        return Error::new(ErrorKind::Query, format!("a value cannot be cast to {data_type}"))
            .with_help("try_cast() gives NULL where a value does not fit");
    }
    Error::new(ErrorKind::Query, message)
}

/// The lake's data file that a message names, below the lake's folder: its name is a hash and no value.
fn data_file(message: &str) -> Option<&str> {
    const KIND: &str = ".parquet";
    const HASH: usize = 32;
    let end = message.find(KIND)? + KIND.len();
    let start = message[..end].rfind("tables/")?;
    let file = &message[start..end];
    let (_, name) = file.rsplit_once('/')?;
    let (range, hash) = name.strip_suffix(KIND)?.split_once('-')?;
    let is_range = !range.is_empty() && range.bytes().all(|byte| byte.is_ascii_digit());
    let is_hash = hash.len() == HASH && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_range && is_hash && file.matches('/').count() == 2).then_some(file)
}

/// An error of our own that went through DataFusion comes out as it went in.
pub(crate) fn own(error: &DataFusionError) -> Option<Error> {
    let mut below: &dyn std::error::Error = error.find_root();
    let own = loop {
        if let Some(own) = below.downcast_ref::<Error>() {
            break own;
        }
        below = below.source()?;
    };
    let mut copy = Error::new(own.kind(), own.message()).with_span(own.span());
    if let Some(help) = own.help() {
        copy = copy.with_help(help);
    }
    if let Some(note) = own.note() {
        copy = copy.with_note(note);
    }
    Some(copy)
}

fn schema_error(error: &SchemaError) -> Error {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let message = format!("column \"{}\" not found", field.name);
            let names: Vec<&str> = valid_fields.iter().map(|column: &Column| column.name.as_str()).collect();
            suggest(Error::new(ErrorKind::Query, message), &field.name, &names)
        }
        SchemaError::AmbiguousReference { field } => {
            Error::new(ErrorKind::Query, format!("column \"{}\" is in more than one table", field.name))
                .with_help(format!("write which one you mean, as in t.{}", field.name))
        }
        other => Error::new(ErrorKind::Query, other.to_string()),
    }
}

fn suggest(error: Error, name: &str, names: &[&str]) -> Error {
    let names: Vec<&str> = names.iter().copied().filter(|name| is_name(name)).collect();
    match closest_name(name, names.iter().copied()) {
        Some(near) => error.with_help(format!("did you mean \"{near}\"?")),
        None if names.is_empty() => error,
        None => error.with_help(format!("there are: {}", names.join(", "))),
    }
}

/// Whether a column's name may be shown: the first row of a file without a header is taken for names too, and holds
/// values.
fn is_name(name: &str) -> bool {
    const LONGEST_NUMBER: usize = 4;
    let mut numbers = name.split(|c: char| !c.is_ascii_digit());
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && numbers.all(|number| number.len() <= LONGEST_NUMBER)
}

/// An error that DataFusion tells in prose only.
fn plain(prose: &str, main: &LakeSchema) -> Error {
    let message = without_prefixes(prose);
    if let Some(table) = between(&message, "table '", "' not found") {
        return table_not_found(table, main);
    }
    if let Some(function) = between(&message, "Invalid function '", "'") {
        let near = between(&message, "Did you mean '", "'").map(|near| format!("did you mean {near}()?"));
        let error = Error::new(ErrorKind::Query, format!("there is no function {function}()"));
        return error.with_help(near.unwrap_or_else(|| "`.functions` lists those there are".to_owned()));
    }
    if let Some(function) = between(&message, "Function '", "' failed to match") {
        return wrong_arguments(function, prose);
    }
    if let Some(column) = between(&message, "column \"", "\" must appear in the GROUP BY") {
        let name = column.rsplit('.').next().unwrap_or(column);
        return Error::new(
            ErrorKind::Query,
            format!("\"{name}\" must be in GROUP BY or inside an aggregate"),
        )
        .with_help(format!("add GROUP BY {name}, or GROUP BY ALL"));
    }
    if let Some(open) = between(&message, "Unterminated ", " at Line") {
        return Error::new(ErrorKind::Query, format!("this {open} is not closed"));
    }
    if let Some(found) = between(&message, "found: ", "\u{0}").filter(|_| message.contains("Expected")) {
        let expected = between(&message, "Expected: ", ", found").unwrap_or("something else");
        let found = found.split(" at Line").next().unwrap_or(found);
        let found = if found == "EOF" { "the end of the statement" } else { found };
        return Error::new(ErrorKind::Query, format!("expected {expected} here, found {found}"));
    }
    Error::new(ErrorKind::Query, message)
}

/// A function that was called with arguments of types it does not take.
fn wrong_arguments(function: &str, prose: &str) -> Error {
    let received = between(prose, "received ", " (DataType").unwrap_or("others");
    let takes: BTreeSet<&str> =
        prose.split(" requires ").skip(1).filter_map(|part| part.split(',').next()).collect();
    let error =
        Error::new(ErrorKind::Query, format!("{function}() does not take arguments of type {received}"));
    if takes.is_empty() {
        return error.with_help(format!("`.functions {function}` shows how it is called"));
    }
    error.with_help(format!(
        "it takes {}; cast the argument",
        takes.into_iter().collect::<Vec<_>>().join(", ")
    ))
}

fn table_not_found(qualified: &str, main: &LakeSchema) -> Error {
    let name = qualified.rsplit('.').next().unwrap_or(qualified);
    let error = Error::new(ErrorKind::Query, format!("table \"{name}\" not found"));
    if main.is_defined(name) {
        return error.with_help(format!(
            "nothing has been loaded into {name} yet; see `load {name} FILE --layout ..`"
        ));
    }
    let names = datafusion::catalog::SchemaProvider::table_names(main);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() {
        return error.with_help("no lake is open or it is empty; begin with `load` or `demo`");
    }
    suggest(error, name, &names)
}

/// Takes "Error during planning: " and the like off the front.
fn without_prefixes(prose: &str) -> String {
    const PREFIXES: [&str; 15] = [
        "Error during planning: ",
        "Execution error: ",
        "SQL error: ParserError(\"",
        "Schema error: ",
        "This feature is not implemented: ",
        "External error: ",
        "Arrow error: ",
        "Cast error: ",
        "Parser error: ",
        "Invalid argument error: ",
        "Compute error: ",
        "Arithmetic overflow: ",
        "type_coercion\ncaused by\n",
        "Internal error: ",
        "TokenizerError(\"",
    ];
    let mut rest = prose;
    while let Some(next) = PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = next;
    }
    let rest = rest.strip_suffix("\")").unwrap_or(rest);
    first_line(rest)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// The part between two marks; up to the end if the second is the NUL character.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    if after == "\u{0}" { Some(rest) } else { rest.split_once(after).map(|(part, _)| part) }
}

/// Where the first quoted name of the message stands in the statement.
fn locate(error: &Error, text: &str) -> Option<Span> {
    if error.message().ends_with("the end of the statement") {
        let end = text.trim_end().len();
        return Some(Span { start: end, end: end + 1 });
    }
    let name =
        between(error.message(), "\"", "\"").or_else(|| between(error.message(), "no function ", "("))?;
    let start = find_word(text, name)?;
    Some(Span { start, end: start + name.len() })
}

fn bytes(text: &str, start: Location, end: Location) -> Span {
    let start = byte_offset(text, start);
    Span { start, end: byte_offset(text, end).max(start + 1) }
}

/// Where a line and column (both from 1, in characters) stand in a text.
fn byte_offset(text: &str, at: Location) -> usize {
    let (line, column) = (usize::try_from(at.line).unwrap_or(1), usize::try_from(at.column).unwrap_or(1));
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start..];
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(offset, _)| offset)
}

/// Where a word stands by itself in a text, whatever its case.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let (lower, word) = (text.to_ascii_lowercase(), word.to_ascii_lowercase());
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    lower.match_indices(&word).map(|(start, _)| start).find(|start| {
        let before = lower[..*start].chars().next_back();
        let after = lower[start + word.len()..].chars().next();
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}
