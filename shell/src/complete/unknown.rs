//! Names in a query that name nothing: judged only where everything that FROM names is known.

use super::source::{Source, is_called, resolve};
use super::statement::{Span, Statement};
use super::{Scope, table};
use crate::names::Names;
use crate::token::{Kind, Token, tokens};

/// Functions with words of their own in the brackets, such as `extract(year from day)`.
const OWN_WORDS: &[&str] = &["extract", "trim", "overlay", "position", "substring"];

/// Where the unknown names of a text start. The name at the cursor is left alone: it is being typed.
pub(crate) fn unknown_names(text: &str, cursor: usize, names: &Names) -> Vec<usize> {
    let mut unknown = Vec::new();
    let mut start = 0;
    let ends = tokens(text).into_iter().filter(|token| token.text == ";").map(|token| token.start);
    for end in ends.chain([text.len()]) {
        let statement = Statement::around(&text[start..end], end - start);
        let cursor = cursor.checked_sub(start).unwrap_or(usize::MAX);
        unknown.extend(unknown_in(&statement, cursor, names).into_iter().map(|place| start + place));
        start = (end + 1).min(text.len());
    }
    unknown
}

fn unknown_in(statement: &Statement<'_>, cursor: usize, names: &Names) -> Vec<usize> {
    let mut unknown = Vec::new();
    if !statement.is(0, &["select", "with"]) {
        return unknown;
    }
    let mut scopes: Vec<(Span, Scope)> = Vec::new();
    for index in 0..statement.tokens.len() {
        let token = &statement.tokens[index];
        if !is_read(statement, index) || token.start <= cursor && cursor <= token.end() {
            continue;
        }
        let place = statement
            .queries_around(token.start)
            .first()
            .map(|span| statement.segment(*span, token.start + 1));
        let Some(place) = place else { continue };
        if scopes.iter().all(|(known, _)| *known != place) {
            scopes.push((place, Scope::at(statement, token.start + 1, names)));
        }
        let Some((_, scope)) = scopes.iter().find(|(known, _)| *known == place) else { continue };
        unknown.extend(judge(statement, index, scope, names, cursor));
    }
    unknown
}

/// Whether a token is the start of a name that is read, not made.
fn is_read(statement: &Statement<'_>, index: usize) -> bool {
    let token = &statement.tokens[index];
    if !token.is_name() || !token.closed || statement.is(index + 1, &["(", "=>"]) {
        return false;
    }
    let Some(before) = index.checked_sub(1).map(|before| &statement.tokens[before]) else { return false };
    let is_word_of_function = before.text == "(" && index > 1 && statement.is(index - 2, OWN_WORDS);
    !is_word_of_function
        && !before.is_any(&["as", ".", "::", "over", "window", "with", "recursive"])
        && !ends_a_value(before)
}

/// Whether what follows a token would be an alias, or a word that the list of keywords does not have.
fn ends_a_value(token: &Token<'_>) -> bool {
    token.is_name()
        || matches!(token.kind, Kind::Text | Kind::Number | Kind::Parameter)
        || token.is_any(&[")", "end", "null", "true", "false", "at"])
}

/// Where the unknown part of a name starts.
fn judge(
    statement: &Statement<'_>,
    index: usize,
    scope: &Scope,
    names: &Names,
    cursor: usize,
) -> Option<usize> {
    let (path, end) = statement.path(index)?;
    let sources = scope.all();
    let last =
        statement.tokens.get(end - 1).filter(|last| !(last.start <= cursor && cursor <= last.end()))?;
    if sources.iter().any(|source| source.at == index) {
        let is_there = table(names, &path).is_some()
            || path.last().is_some_and(|name| scope.has_common(name))
            || names.function(path.last()?).is_some();
        return (!is_there && !statement.is(end, &["("])).then_some(last.start);
    }
    let is_judged = !sources.is_empty() && sources.iter().all(|source| source.is_known);
    if !is_judged || is_known(statement, &path, &sources, scope, names) {
        return None;
    }
    Some(last.start)
}

fn is_known(
    statement: &Statement<'_>,
    path: &[String],
    sources: &[Source],
    scope: &Scope,
    names: &Names,
) -> bool {
    let (Some(first), Some(last)) = (path.first(), path.last()) else { return true };
    if resolve(path, sources).is_some() || scope.has_common(last) || names.function(last).is_some() {
        return true;
    }
    if path.len() > 1 {
        let is_field = resolve(std::slice::from_ref(first), sources).is_some();
        let of_table = sources.iter().any(|source| source.table.as_ref() == Some(first));
        return is_field || of_table || path.len() > 2;
    }
    sources.iter().any(|source| is_called(source, last)) || is_made(statement, last)
}

/// Whether the statement gives something this name.
fn is_made(statement: &Statement<'_>, name: &str) -> bool {
    (1..statement.tokens.len()).any(|index| {
        let token = &statement.tokens[index];
        let before = &statement.tokens[index - 1];
        token.is_name() && token.name() == name && (before.is("as") || ends_a_value(before))
    })
}
