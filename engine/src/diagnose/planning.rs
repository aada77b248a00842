//! Statements that can be read and not planned: who has words for what the planner says.

use datafusion::error::DataFusionError;
use lifetracks_datasets::closest_name;

use super::kinds::in_sql_words;
use super::words::Words;
use super::{
    Scope, arithmetic, between, calls, columns, first_line, functions, query, sayings, tables, unexpected,
    without_prefix,
};
use crate::error::{Error, Span};

/// What the planner says.
pub(super) struct Said<'a> {
    /// All of it.
    pub(super) prose: &'a str,
    /// Remarks to it.
    pub(super) notes: Vec<&'a str>,
    /// Where it is, when the planner knows.
    pub(super) span: Option<Span>,
    pub(super) scope: Scope<'a>,
}

/// Each has words for one thing that can be wrong.
const RULES: &[fn(&Said<'_>) -> Option<Error>] = &[
    |said| {
        between(said.prose, "table '", "' not found")
            .map(|name| tables::not_found(name, &said.scope, said.span))
    },
    |said| said.part("table function '").map(|name| functions::of_rows(name, &said.scope)),
    |said| said.part("Invalid function '").map(|name| functions::of_values(name, &said.scope)),
    |said| calls::wrong_call(said.prose, &said.scope),
    |said| {
        let (_, name) = said.prose.split_once("Invalid qualifier ")?;
        Some(columns::no_qualifier(name.trim(), &said.scope))
    },
    not_grouped,
    arithmetic::wrong_operands,
    unequal_sides,
    too_many_columns,
    unknown_type,
    |said| sayings::told(said.prose, &said.scope, said.span),
];

/// The error for what the planner says.
pub(super) fn told(
    error: &DataFusionError,
    root: &DataFusionError,
    scope: &Scope<'_>,
    span: Option<Span>,
) -> Error {
    let prose = root.strip_backtrace();
    let notes = error.diagnostic().map(|diagnostic| diagnostic.notes.as_slice()).unwrap_or_default();
    let notes = notes.iter().map(|note| note.message.as_str()).collect();
    let said = Said { prose: without_prefix(&prose), notes, span, scope: *scope };
    let found = RULES.iter().find_map(|rule| rule(&said));
    found.unwrap_or_else(|| match root {
        DataFusionError::Internal(_) => unexpected(said.prose),
        _ => query(in_sql_words(&first_line(said.prose))),
    })
}

impl<'a> Said<'a> {
    /// What stands behind a mark, up to the next quote.
    fn part(&self, mark: &str) -> Option<&'a str> {
        between(self.prose, mark, "'")
    }
}

/// A column beside an aggregate.
fn not_grouped(said: &Said<'_>) -> Option<Error> {
    let column = between(said.prose, "column \"", "\" must appear in the GROUP BY")?;
    let name = column.rsplit('.').next().unwrap_or(column);
    let error = query(format!("\"{name}\" must be in GROUP BY or inside an aggregate"));
    let words = Words::of(said.scope.text);
    let is_grouped = words.iter().any(|(at, _)| words.is(at, "GROUP") && words.is(at + 1, "BY"));
    Some(if is_grouped {
        error.with_help(format!("add {name} to GROUP BY, or write an aggregate such as max({name})"))
    } else {
        error.with_help(format!("add GROUP BY {name}, or GROUP BY ALL"))
    })
}

/// `SELECT 1, 2 UNION SELECT 1`
fn unequal_sides(said: &Said<'_>) -> Option<Error> {
    let (operation, _) = said.prose.split_once(" queries have different number of columns")?;
    let count = |note: &&str| between(note, "this side has ", " fields").map(str::to_owned);
    let counts: Vec<String> = said.notes.iter().filter_map(count).collect();
    let told = match counts.as_slice() {
        [left, right] => format!("the sides of {operation} have {left} and {right} columns"),
        _ => format!("the sides of {operation} have different numbers of columns"),
    };
    let words = Words::of(said.scope.text);
    let mut places = words.iter().filter(|(_, word)| word.is(operation));
    let place = places.next().map(|(_, word)| word.span()).filter(|_| places.next().is_none());
    Some(query(told).with_help("name as many columns in each SELECT").with_span(place))
}

/// `x IN (SELECT 1, 2)`
fn too_many_columns(said: &Said<'_>) -> Option<Error> {
    let (_, columns) = said.prose.split_once("subquery should only return one column: ")?;
    let count = columns.split(", ").count();
    let error =
        query(format!("a sub-query that stands for a value or a list has one column; this one has {count}"));
    Some(error.with_help("name the one column that is meant in its SELECT"))
}

/// `CAST(x AS foo)`
fn unknown_type(said: &Said<'_>) -> Option<Error> {
    const TYPES: [&str; 14] = [
        "boolean",
        "smallint",
        "integer",
        "bigint",
        "decimal",
        "real",
        "double",
        "varchar",
        "text",
        "string",
        "date",
        "time",
        "timestamp",
        "interval",
    ];
    let (_, name) = said.prose.split_once("Unsupported SQL type ")?;
    let name = name.trim();
    let words = Words::of(said.scope.text);
    let is_it = |found: &str| found.eq_ignore_ascii_case(name);
    let place =
        words.iter().rev().find(|(_, word)| word.name().is_some_and(is_it)).map(|(_, word)| word.span());
    let error = query(format!("there is no type {name}")).with_span(place);
    Some(match closest_name(name, TYPES) {
        Some(near) => error.with_help(format!("did you mean {near}?")),
        None => error.with_help(format!("there are: {}", TYPES.join(", "))),
    })
}
