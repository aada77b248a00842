//! Turns DataFusion's errors into sentences: what is wrong, where in the statement, what to do next.

mod arguments;
mod arithmetic;
mod calls;
mod columns;
mod functions;
mod keywords;
mod kinds;
mod literal;
mod parser;
mod places;
mod planning;
mod running;
mod sayings;
mod tables;
mod words;
mod written;

use datafusion::common::Location;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::parser::ParserError;
use lifetracks_datasets::{Definitions, closest_name};

use crate::catalog::LakeSchema;
use crate::error::{Error, ErrorKind, Span};
use crate::run::Runner;
use words::Words;

pub(crate) use literal::{misfit, refuse_dates_as_numbers};
pub(crate) use running::diagnose_run;
pub use tables::table_not_found;

/// A statement and what it could name.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) text: &'a str,
    pub(crate) main: &'a LakeSchema,
    pub(crate) context: &'a SessionContext,
    pub(crate) definitions: &'a Definitions,
}

impl Runner {
    /// A statement with what it could name.
    pub(crate) fn scope<'a>(&'a self, text: &'a str) -> Scope<'a> {
        Scope { text, main: &self.main, context: &self.context, definitions: &self.definitions }
    }
}

/// The engine's error for a statement that cannot be planned. It repeats names and texts of the statement.
pub(crate) fn diagnose(error: &DataFusionError, scope: &Scope<'_>) -> Error {
    let span = place(error, scope.text);
    if let Some(found) = known(error, span) {
        return found;
    }
    let found = match error.find_root() {
        DataFusionError::SchemaError(schema, _) => columns::schema_error(schema, scope, span),
        root => unread(error, scope.text).unwrap_or_else(|| planning::told(error, root, scope, span)),
    };
    let place = found.span().or(span);
    found.with_span(place)
}

/// Errors that need no words of the planner: our own, and memory that ran out.
fn known(error: &DataFusionError, span: Option<Span>) -> Option<Error> {
    if let Some(own) = own(error) {
        let place = own.span().or(span);
        return Some(own.with_span(place));
    }
    let DataFusionError::ResourcesExhausted(message) = error.find_root() else { return None };
    let error = query("the query needs more memory than it may use")
        .with_help("give it more with --memory-limit, or ask for fewer persons or columns at a time");
    Some(error.with_note(first_line(message)))
}

/// The error of a statement that cannot be read; `None` for any other.
fn unread(error: &DataFusionError, text: &str) -> Option<Error> {
    let DataFusionError::SQL(found, _) = error.find_root() else { return None };
    let message = match found.as_ref() {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => {
            let error = query("the statement is nested too deeply");
            return Some(error.with_help("give inner parts names in WITH"));
        }
    };
    Some(parser::syntax(message, &Words::of(text), place(error, text)))
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

fn query(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Query, message)
}

/// What helps against a name that is not there: one that is like it, what `otherwise` knows, or all there are.
fn not_there(
    error: Error,
    name: &str,
    names: &[&str],
    otherwise: impl FnOnce(Error) -> Result<Error, Error>,
) -> Error {
    let names: Vec<&str> = names.iter().copied().filter(|name| is_name(name)).collect();
    if let Some(near) = closest_name(name, names.iter().copied()) {
        return error.with_help(format!("did you mean \"{near}\"?"));
    }
    match otherwise(error) {
        Ok(helped) => helped,
        Err(error) if names.is_empty() => error,
        Err(error) => error.with_help(format!("there are: {}", names.join(", "))),
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

/// Takes "Error during planning: " and the like off the front.
fn without_prefix(prose: &str) -> &str {
    const PREFIXES: [&str; 13] = [
        "Error during planning: ",
        "Execution error: ",
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
    ];
    let mut rest = prose;
    while let Some(next) = PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = next;
    }
    rest
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// The part between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(part, _)| part)
}

/// What to do about an error that should not be: the layers below did not expect it either.
fn unexpected(cause: &str) -> Error {
    let cause = cause.split("This issue was likely caused").next().unwrap_or(cause);
    let cause = first_line(cause).replace("DataFusion", "the engine");
    query("the engine met something that it does not expect")
        .with_help("write the statement another way, in smaller steps with WITH; and please report it")
        .with_note(kinds::in_sql_words(cause.trim_end_matches('.')))
}

/// Where the layers below say that it is.
fn place(error: &DataFusionError, text: &str) -> Option<Span> {
    let span = error.diagnostic().and_then(|diagnostic| diagnostic.span)?;
    let start = byte_offset(text, span.start);
    Some(Span { start, end: byte_offset(text, span.end).max(start + 1) })
}

/// Where a line and column (both from 1, in characters) stand in a text.
fn byte_offset(text: &str, at: Location) -> usize {
    let (line, column) = (usize::try_from(at.line).unwrap_or(1), usize::try_from(at.column).unwrap_or(1));
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start..];
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(offset, _)| offset)
}
