//! Where a call of a plan is written in the statement, with the places of its arguments.

use std::ops::Range;

use super::Scope;
use super::kinds::{Kind, Named};
use super::words::{Call, Words};

/// A call as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) call: Call,
    /// Where the arguments are, in the order of the function.
    pub(super) arguments: Vec<Range<usize>>,
    /// How it is written, for a call with words between its arguments.
    pub(super) syntax: Option<&'static str>,
}

/// A call that SQL writes with words between its arguments, and the function that it becomes.
struct Spoken {
    function: &'static str,
    name: &'static str,
    syntax: &'static str,
    /// Whether the function has the arguments the other way round.
    is_reversed: bool,
}

const SPOKEN: &[Spoken] = &[
    Spoken { function: "date_part", name: "extract", syntax: "extract(year FROM date)", is_reversed: false },
    Spoken { function: "strpos", name: "position", syntax: "position('part' IN text)", is_reversed: true },
    Spoken { function: "btrim", name: "trim", syntax: "trim(text)", is_reversed: false },
    Spoken {
        function: "substr",
        name: "substring",
        syntax: "substring(text FROM 1 FOR 4)",
        is_reversed: false,
    },
    Spoken {
        function: "overlay",
        name: "overlay",
        syntax: "overlay(text PLACING 'part' FROM 1 FOR 4)",
        is_reversed: false,
    },
];

/// What stands between the arguments of such a call.
const BETWEEN: &[&str] = &["FROM", "FOR", "IN", "PLACING"];

/// The call that is meant, where only one can be.
pub(super) fn written(
    function: &str,
    types: &[Named],
    words: &Words<'_>,
    scope: &Scope<'_>,
) -> Option<Written> {
    let mut names = vec![function.to_owned()];
    names.extend(aliases(function, scope));
    the_call(function, &names, types, words)
}

fn the_call(function: &str, names: &[String], types: &[Named], words: &Words<'_>) -> Option<Written> {
    let plain = names.iter().flat_map(|name| words.calls(name)).map(|call| {
        let arguments = in_group(&call, words).into_iter().chain(call.arguments.iter().cloned()).collect();
        Written { call, arguments, syntax: None }
    });
    let spoken = SPOKEN.iter().filter(|spoken| spoken.function == function);
    let spoken =
        spoken.flat_map(|spoken| words.calls(spoken.name).into_iter().map(move |call| (spoken, call)));
    let spoken = spoken.map(|(spoken, call)| {
        let mut arguments: Vec<Range<usize>> =
            call.arguments.iter().flat_map(|range| parted(range, words)).collect();
        if spoken.is_reversed {
            arguments.reverse();
        }
        Written { call, arguments, syntax: Some(spoken.syntax) }
    });
    let mut calls = plain.chain(spoken).filter(|written| fits(&written.arguments, types, words));
    let first = calls.next()?;
    // The same call may have been found both ways.
    calls.all(|other| other.call == first.call).then_some(first)
}

/// Whether a call with arguments at these places can have these types.
fn fits(arguments: &[Range<usize>], types: &[Named], words: &Words<'_>) -> bool {
    let is_all = |range: &Range<usize>| range.len() == 1 && words.is_sign(range.start, "*");
    let given = arguments.iter().filter(|range| !is_all(range)).count();
    let literals = arguments.iter().zip(types).all(|(range, found)| match words.get(range.start) {
        Some(word) if range.len() == 1 && word.literal().is_some() => found.kind == Kind::Text,
        Some(word) if range.len() == 1 && word.is_number() => found.kind == Kind::Number,
        _ => true,
    });
    given == types.len() && literals
}

/// `f(0.5) WITHIN GROUP (ORDER BY x)`: what the group is ordered by is the first argument.
fn in_group(call: &Call, words: &Words<'_>) -> Option<Range<usize>> {
    let group = call.last + 1;
    let is_group = ["WITHIN", "GROUP"].iter().enumerate().all(|(at, word)| words.is(group + at, word));
    let is_order = words.is(group + 3, "ORDER") && words.is(group + 4, "BY");
    if !is_group || !is_order {
        return None;
    }
    let (start, end) = (group + 5, words.closing(group + 2)?);
    let last =
        (start..end).rev().find(|at| !words.is_one_of(*at, &["ASC", "DESC", "NULLS", "FIRST", "LAST"]))?;
    Some(start..last + 1)
}

/// The parts of `year FROM date`.
fn parted(range: &Range<usize>, words: &Words<'_>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    let mut at = start;
    while at < range.end {
        if words.is_sign(at, "(") {
            at = words.closing(at).unwrap_or(range.end);
        } else if words.is_one_of(at, BETWEEN) {
            parts.push(start..at);
            start = at + 1;
        }
        at += 1;
    }
    parts.push(start..range.end);
    parts
}

/// Other names of a function.
fn aliases(function: &str, scope: &Scope<'_>) -> Vec<String> {
    let state = scope.context.state();
    if let Some(found) = state.scalar_functions().get(function) {
        return found.aliases().to_vec();
    }
    if let Some(found) = state.aggregate_functions().get(function) {
        return found.aliases().to_vec();
    }
    state.window_functions().get(function).map(|found| found.aliases().to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::kinds::list;
    use super::*;

    fn arguments<'a>(text: &'a str, function: &str, types: &str) -> Option<Vec<&'a str>> {
        let words = Words::of(text);
        let found = the_call(function, &[function.to_owned()], &list(types), &words)?;
        Some(found.arguments.iter().map(|range| words.text(range.start, range.end - 1)).collect())
    }

    #[test]
    fn a_call_is_found_where_only_one_can_be_meant() {
        let text = "select sum(1), sum('x'), sum(a, b) from t";
        assert_eq!(arguments(text, "sum", "Utf8"), Some(vec!["'x'"]));
        assert_eq!(arguments(text, "sum", "Int64"), Some(vec!["1"]));
        assert_eq!(arguments(text, "sum", "Utf8View, Utf8View"), Some(vec!["a", "b"]));
        assert_eq!(arguments("select sum(a), sum(b) from t", "sum", "Utf8View"), None);
    }

    #[test]
    fn a_call_with_words_between_its_arguments_is_found() {
        for (text, function, types, expected) in [
            ("select extract(year from a + b) from t", "date_part", "Utf8, Int32", vec!["year", "a + b"]),
            ("select position('a' in b) from t", "strpos", "Int32, Utf8", vec!["b", "'a'"]),
            ("select substring(a from 1 for b)", "substr", "Int32, Int64, Int64", vec!["a", "1", "b"]),
            ("select trim(a) from t", "btrim", "Int32", vec!["a"]),
            (
                "select percentile_cont(0.5) within group (order by a desc) from t",
                "percentile_cont",
                "Utf8View, Float64",
                vec!["a", "0.5"],
            ),
        ] {
            assert_eq!(arguments(text, function, types), Some(expected), "{text}");
        }
    }
}
