//! Calls whose arguments are too many, too few or of the wrong type.

use super::functions::{is_aggregate, syntax};
use super::kinds::{Kind, Named, in_sql_words, kinds_in, list};
use super::words::{Call, Words};
use super::{Scope, between, query};
use crate::error::Error;

/// What the layers below say at the end of every message about a call.
const TAIL: &str = "No function matches the given name and argument types '";

/// The error of a call that no function takes; `None` when the message is of something else.
pub(super) fn wrong_call(prose: &str, scope: &Scope<'_>) -> Option<Error> {
    let (said, tail) = prose.split_once(TAIL)?;
    let called = tail.split("'. ").next().unwrap_or(tail);
    let (function, types) = called.split_once('(')?;
    let types = list(types.strip_suffix(')').unwrap_or(types));
    let words = Words::of(scope.text);
    let call = the_call(&words, function, &types);
    let span = call.as_ref().and_then(|call| words.span(call.name, call.last));
    let error = own_words(said, function)
        .or_else(|| wrong_number(said, function, &types))
        .or_else(|| wrong_type(said, function, &types, &words, call.as_ref(), scope))
        .unwrap_or_else(|| {
            let found: Vec<&str> = types.iter().map(|found| found.sql.as_str()).collect();
            query(format!("{function}() does not take ({})", found.join(", ")))
        });
    let error = error.with_span(span);
    if error.help().is_some() {
        return Some(error);
    }
    Some(match syntax(function, scope) {
        Some(syntax) => error.with_help(format!("write {syntax}")),
        None => error.with_help(format!("`.functions {function}` shows how it is called")),
    })
}

/// The call that is meant, where only one can be.
fn the_call(words: &Words<'_>, function: &str, types: &[Named]) -> Option<Call> {
    let fits = |call: &Call| {
        let is_all = |at: usize| words.is_sign(at, "*");
        let arguments = call.arguments.iter();
        let given = arguments.clone().filter(|range| !(range.len() == 1 && is_all(range.start))).count();
        let literals = arguments.zip(types).all(|(range, found)| match words.get(range.start) {
            Some(word) if range.len() == 1 && word.literal().is_some() => found.kind == Kind::Text,
            Some(word) if range.len() == 1 && word.is_number() => found.kind == Kind::Number,
            _ => true,
        });
        given == types.len() && literals
    };
    let mut calls = words.calls(function).into_iter().filter(fits);
    let first = calls.next()?;
    calls.next().is_none().then_some(first)
}

/// The sentence of a function that checks its arguments itself.
fn own_words(said: &str, function: &str) -> Option<Error> {
    let (_, own) = said.split_once("user-defined coercion failed with: ")?;
    let own = in_sql_words(super::without_prefix(own).trim_end().trim_end_matches('.'));
    if !own.starts_with(&format!("{function}()")) {
        return None;
    }
    Some(match own.split_once("; ") {
        Some((message, help)) => query(message).with_help(help),
        None => query(own),
    })
}

fn wrong_number(said: &str, function: &str, types: &[Named]) -> Option<Error> {
    if types.is_empty() {
        return Some(query(format!("{function}() needs an argument")));
    }
    let takes = between(said, "expects ", " arguments but received")?;
    let noun = if takes == "1" { "argument" } else { "arguments" };
    let found = if types.len() == 1 { "is 1".to_owned() } else { format!("are {}", types.len()) };
    Some(query(format!("{function}() takes {takes} {noun}, and here {found}")))
}

fn wrong_type(
    said: &str,
    function: &str,
    types: &[Named],
    words: &Words<'_>,
    call: Option<&Call>,
    scope: &Scope<'_>,
) -> Option<Error> {
    let takes = taken(said);
    let nouns: Vec<&str> = takes.iter().filter_map(|kind| kind.noun()).collect();
    let wrong = types.iter().position(|found| !takes.contains(&found.kind) && found.kind != Kind::Other)?;
    if nouns.is_empty() {
        return None;
    }
    let argument = call.and_then(|call| call.arguments.get(wrong));
    let argument = argument.map(|range| words.text(range.start, range.end - 1));
    let found = &types[wrong].sql;
    let error = query(format!(
        "{function}() needs {}; {} is {found}",
        nouns.join(" or "),
        argument.unwrap_or("this")
    ));
    let is_number = takes.first() == Some(&Kind::Number);
    Some(match argument {
        _ if is_number && is_aggregate(function, scope) => {
            error.with_help("count() counts any values; or cast it, as in try_cast(x AS double)")
        }
        Some(argument) if is_number && !argument.starts_with('\'') => {
            error.with_help(format!("cast it, as in try_cast({argument} AS double)"))
        }
        _ => error,
    })
}

/// The kinds that a function takes; lengths of time only where it takes nothing else.
fn taken(said: &str) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for mark in [" requires ", " expects ", " signature "] {
        for part in said.split(mark).skip(1) {
            let part = part.split(" but received").next().unwrap_or(part);
            kinds.extend(kinds_in(part.split(", but").next().unwrap_or(part)));
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    let rest: Vec<Kind> =
        kinds.iter().copied().filter(|kind| !matches!(kind, Kind::Length | Kind::Other)).collect();
    if rest.is_empty() { kinds } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_function_takes_is_read_from_what_is_said() {
        let sum = "Function 'sum' failed to match any signature, errors: Error during planning: Function 'sum' requires \
                   Decimal, but received String (DataType: Utf8View).,Error during planning: Function 'sum' requires \
                   Duration, but received String (DataType: Utf8View).";
        assert_eq!(taken(sum), [Kind::Number]);
        assert_eq!(taken("Function 'abs' expects Numeric but received String"), [Kind::Number]);
        assert_eq!(taken("coercion from Utf8View to the signature Exact(Float64) failed"), [Kind::Number]);
    }

    #[test]
    fn a_call_is_found_where_only_one_can_be_meant() {
        let words = Words::of("select sum(1), sum('x'), sum(a, b) from t");
        let at =
            |types: &str| the_call(&words, "sum", &list(types)).map(|call| words.text(call.name, call.last));
        assert_eq!(at("Utf8"), Some("sum('x')"));
        assert_eq!(at("Int64"), Some("sum(1)"));
        assert_eq!(at("Utf8View, Utf8View"), Some("sum(a, b)"));
        let words = Words::of("select sum(a), sum(b) from t");
        assert_eq!(the_call(&words, "sum", &list("Utf8View")), None);
    }

    #[test]
    fn the_sentence_of_a_function_is_told_as_it_is() {
        let said = "Function 'rate' user-defined coercion failed with: Error during planning: rate() takes two; cast one.. ";
        let error = own_words(said, "rate").unwrap();
        assert_eq!((error.message(), error.help()), ("rate() takes two", Some("cast one")));
    }
}
