//! Where in a statement lies what the planner says without a place.

use super::Scope;
use super::functions::is_aggregate;
use super::keywords::ORDER;
use super::words::Words;
use crate::error::Span;

/// How the place of an error is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is not.
    Nowhere,
    /// The planner gives it.
    Given,
    /// The beginning of the statement.
    Start,
    /// The first part that changes in the planner's sentence, as a word.
    Capture,
    /// The same as a name, of which the last part counts.
    Name,
    /// The only call of a function.
    Call(&'static str),
    /// The only place of a keyword.
    Keyword(&'static str),
    /// What follows the only place of a keyword.
    Behind(&'static str),
    /// An aggregate in a WHERE.
    AggregateInWhere,
    /// A window function in a WHERE.
    WindowInWhere,
    /// The only sub-query in parentheses that is no table.
    ScalarQuery,
}

/// The place; `None` where it is not known, or could be another.
pub(super) fn find(
    place: Place,
    words: &Words<'_>,
    parts: &[&str],
    given: Option<Span>,
    scope: Option<&Scope<'_>>,
) -> Option<Span> {
    let first = parts.first().map(|part| part.trim());
    match place {
        Place::Nowhere | Place::Given => given,
        Place::Start => words.span(0, 0),
        Place::Capture => named(words, first?),
        Place::Name => named(words, first?.rsplit('.').next()?.trim_matches('"')),
        Place::Call(function) => {
            only(words.calls(function).into_iter()).and_then(|call| words.span(call.name, call.last))
        }
        Place::Keyword(keyword) => only(keywords(words, keyword)).and_then(|at| words.span(at, at)),
        Place::Behind(keyword) => only(keywords(words, keyword)).and_then(|at| behind(words, at)),
        Place::AggregateInWhere => {
            in_where(words, |name, _| scope.is_some_and(|scope| is_aggregate(name, scope)))
        }
        Place::WindowInWhere => in_where(words, |_, last| words.is(last + 1, "OVER")),
        Place::ScalarQuery => {
            only(scalar_queries(words)).and_then(|open| words.span(open, words.closing(open)?))
        }
    }
}

fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The last place of a name: conditions stand behind what SELECT names.
fn named(words: &Words<'_>, name: &str) -> Option<Span> {
    let is_it = |found: &str| found.eq_ignore_ascii_case(name);
    let mut places = words.iter().rev().filter(|(_, word)| word.name().is_some_and(is_it));
    places.next().map(|(_, word)| word.span())
}

fn keywords<'w>(words: &'w Words<'_>, keyword: &'w str) -> impl Iterator<Item = usize> + 'w {
    words.iter().filter(move |(_, word)| word.is(keyword)).map(|(at, _)| at)
}

/// The value behind a keyword, with its sign.
fn behind(words: &Words<'_>, at: usize) -> Option<Span> {
    let last = if words.is_sign(at + 1, "-") { at + 2 } else { at + 1 };
    words.span(at + 1, last)
}

/// A call in a WHERE that is wanted by its name and the place of its end; sub-queries have clauses of their own.
fn in_where(words: &Words<'_>, is_wanted: impl Fn(&str, usize) -> bool) -> Option<Span> {
    for start in keywords(words, "WHERE") {
        let mut at = start + 1;
        let end = words.open(start).last().and_then(|open| words.closing(*open)).unwrap_or(words.len());
        while at < end && !words.is_one_of(at, &ORDER[2..]) {
            if words.is_sign(at, "(") && words.is_one_of(at + 1, &["SELECT", "WITH"]) {
                at = words.closing(at)?;
            } else if let Some(call) = words.call_at(at)
                && is_wanted(words.get(at)?.text, call.last)
            {
                let last = if words.is(call.last + 1, "OVER") { words.closing(call.last + 2) } else { None };
                return words.span(at, last.unwrap_or(call.last));
            }
            at += 1;
        }
    }
    None
}

/// Sub-queries that stand for a value: in parentheses, and neither in FROM nor behind IN or EXISTS.
fn scalar_queries<'w>(words: &'w Words<'_>) -> impl Iterator<Item = usize> + 'w {
    const BEFORE_ROWS: &[&str] = &["FROM", "JOIN", "IN", "EXISTS", "AS", "ANY", "ALL", "SOME", "UNION"];
    words.iter().map(|(at, _)| at).filter(|at| {
        let follows_rows = at.checked_sub(1).is_some_and(|before| words.is_one_of(before, BEFORE_ROWS));
        words.is_sign(*at, "(") && words.is_one_of(at + 1, &["SELECT", "WITH"]) && !follows_rows
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, place: Place, parts: &[&str]) -> Option<String> {
        let words = Words::of(text);
        find(place, &words, parts, None, None).map(|span| text[span.start..span.end].to_owned())
    }

    #[test]
    fn a_window_function_is_found_in_where_alone() {
        let text = "select rank() over () from t where (a = 1 and row_number() over (order by b) = 1)";
        assert_eq!(found(text, Place::WindowInWhere, &[]).as_deref(), Some("row_number() over (order by b)"));
        let other = "select 1 from t where a in (select rank() over () from u) order by rank() over ()";
        assert_eq!(found(other, Place::WindowInWhere, &[]), None);
    }

    #[test]
    fn a_place_that_could_be_another_is_not_shown() {
        assert_eq!(found("select 1 limit -1", Place::Behind("LIMIT"), &[]).as_deref(), Some("-1"));
        assert_eq!(found("(select 1 limit 1) limit 2", Place::Behind("LIMIT"), &[]), None);
        let scalar = "select (select a from t) from u where b in (select c from v)";
        assert_eq!(found(scalar, Place::ScalarQuery, &[]).as_deref(), Some("(select a from t)"));
        assert_eq!(found("select (select 1), (select 2)", Place::ScalarQuery, &[]), None);
    }
}
