//! What Tab offers: tables, columns, functions, codes, join conditions, files and commands that go on as the text does.
//!
//! [`complete`] is a function of the text, the cursor and the names alone, but for the folders it lists for a file's name.

mod codes;
mod columns;
mod command;
mod common;
mod file;
mod join;
mod place;
mod rows;
mod scope;
mod selected;
mod source;
mod statement;
#[cfg(test)]
mod tests;
mod unknown;
mod value;
mod word;
mod write;

pub(crate) use self::place::{Argument, Place, place};
pub(crate) use self::statement::Statement;
pub(crate) use self::unknown::unknown_names;

use self::scope::Scope;
use self::source::table;
use self::write::Typed;
use crate::names::Names;
use crate::script::is_command;
use crate::token::Kind;

/// What the word at the cursor could become.
#[derive(Debug, Default)]
pub(crate) struct Completion {
    /// Where the word starts.
    pub(crate) start: usize,
    /// What it could become, the likeliest first.
    pub(crate) candidates: Vec<Candidate>,
    /// Queries whose columns would be among the candidates if the engine were asked for them.
    pub(crate) questions: Vec<String>,
}

/// One thing that the word could become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// What stands in the text then.
    pub(crate) insert: String,
    /// What it is: a type, a label, a kind.
    pub(crate) note: String,
}

impl Candidate {
    /// A candidate with what it is.
    pub(crate) fn new(insert: impl Into<String>, note: impl Into<String>) -> Self {
        Self { insert: insert.into(), note: note.into() }
    }
}

/// Where the cursor is and what is known there.
struct Spot<'a> {
    statement: &'a Statement<'a>,
    scope: &'a Scope,
    names: &'a Names,
    typed: Typed<'a>,
    /// Tokens before the word and its qualifiers.
    before: usize,
}

/// What the text could go on as at the cursor.
pub(crate) fn complete(text: &str, cursor: usize, names: &Names) -> Completion {
    let cursor = crate::script::floor(text, cursor);
    if let Some(start) = command_start(text, cursor) {
        return command::complete(text, start, cursor, names);
    }
    let statement = Statement::around(text, cursor);
    if let Some(token) = statement.tokens.iter().find(|token| {
        token.kind == Kind::Text && token.start < cursor && (cursor < token.end() || !token.closed)
    }) {
        return value::in_quotes(&statement, token, cursor, names);
    }
    if is_in_comment(text, cursor) {
        return Completion { start: cursor, ..Completion::default() };
    }
    let word = statement.tokens.iter().position(|token| {
        token.start < cursor
            && cursor <= token.end()
            && (token.is_name() || token.kind == Kind::Keyword)
            && !(token.kind == Kind::Quoted && token.closed)
    });
    let before = statement.tokens.iter().filter(|token| token.start < cursor).count();
    let before = if word.is_some() { before - 1 } else { before };
    let start = word.map_or(cursor, |index| statement.tokens[index].start);
    let touches_other = word.is_none()
        && before > 0
        && statement.tokens[before - 1].end() >= cursor
        && matches!(
            statement.tokens[before - 1].kind,
            Kind::Text | Kind::Number | Kind::Quoted | Kind::Parameter
        );
    if touches_other {
        return Completion { start, ..Completion::default() };
    }
    let scope = Scope::at(&statement, cursor, names);
    let typed = Typed::new(&text[start..cursor], &statement.tokens[..before]);
    let spot = Spot { statement: &statement, scope: &scope, names, typed, before };
    let mut candidates = match qualifier(&statement, before) {
        Some((owner, first)) => columns::of_owner(&spot, &owner, first),
        None => word::offers(&spot),
    };
    let mut seen = std::collections::BTreeSet::new();
    candidates.retain(|candidate| seen.insert(candidate.insert.clone()));
    Completion { start, candidates, questions: scope.questions.clone() }
}

/// The name with its dots before the word, and where it starts.
fn qualifier(statement: &Statement<'_>, before: usize) -> Option<(Vec<String>, usize)> {
    let dot = before.checked_sub(1).filter(|dot| statement.is(*dot, &["."]))?;
    let (first, path) = statement.path_before(dot.checked_sub(1)?)?;
    Some((path, first))
}

/// The start of the dot command in which the cursor is.
fn command_start(text: &str, cursor: usize) -> Option<usize> {
    let line = text[..cursor].rfind('\n').map_or(0, |newline| newline + 1);
    let is_start = is_command(&text[line..cursor]) && crate::script::ends_a_statement(&text[..line]);
    is_start.then_some(line)
}

fn is_in_comment(text: &str, cursor: usize) -> bool {
    crate::token::tokens(text).iter().any(|token| {
        token.kind == Kind::Comment && token.start < cursor && (cursor < token.end() || !token.closed)
    })
}
