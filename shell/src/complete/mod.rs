//! What Tab offers: tables, columns, functions, codes, join conditions, files and commands that go on as the text does.
//!
//! [`complete`] is a function of the text, the cursor and the names alone, but for the folders it lists for a file's name.

mod alias;
mod codes;
mod columns;
mod command;
mod common;
mod file;
mod join;
mod parameter;
mod place;
mod rows;
mod saved;
mod scope;
mod selected;
mod setting;
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

use std::collections::BTreeSet;

use self::scope::Scope;
use self::source::table;
use self::write::Typed;
use crate::names::Names;
use crate::script::{ends_a_statement, floor, is_command};
use crate::token::{Kind, Token, tokens};

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
    let cursor = floor(text, cursor);
    if let Some(start) = command_start(text, cursor) {
        return command::complete(text, start, cursor, names);
    }
    in_statement(text, cursor, names)
}

/// As [`complete`], for a text without dot commands.
fn in_statement(text: &str, cursor: usize, names: &Names) -> Completion {
    let all = tokens(text);
    let inside = all.iter().find(|token| {
        token.start < cursor && (cursor < token.end() || cursor == token.end() && !token.closed)
    });
    match inside {
        Some(token) if token.kind == Kind::Comment => Completion { start: cursor, ..Completion::default() },
        Some(token) if all.iter().any(|other| other.kind == token.kind && !other.closed) => {
            // The quote that is missing is the one that has not been typed yet.
            let quote = &token.text[..1];
            let closed = format!("{}{quote}{}", &text[..cursor], &text[cursor..]);
            in_closed(&closed, cursor, true, names)
        }
        _ => in_closed(text, cursor, false, names),
    }
}

/// As [`complete`], for a text whose quotes all have partners. One `is_ours` where it has been put behind the cursor.
fn in_closed(text: &str, cursor: usize, is_ours: bool, names: &Names) -> Completion {
    let statement = Statement::around(text, cursor);
    let at = |token: &&Token<'_>| token.start < cursor && cursor < token.end();
    if let Some(token) = statement.tokens.iter().find(at).filter(|token| token.kind == Kind::Text) {
        return value::in_quotes(&statement, token, cursor, is_ours, names);
    }
    let special = parameter::in_statement(&statement, cursor, names)
        .or_else(|| setting::in_statement(&statement, cursor, names));
    if let Some(completion) = special {
        return completion;
    }
    let is_word = |token: &Token<'_>| match token.kind {
        Kind::Quoted => cursor < token.end(),
        Kind::Name | Kind::Keyword => cursor <= token.end(),
        _ => false,
    };
    let before = statement.tokens.iter().filter(|token| token.start < cursor).count();
    let last = before.checked_sub(1).map(|last| &statement.tokens[last]);
    let word = last.filter(|token| is_word(token));
    let start = word.map_or(cursor, |token| token.start);
    if word.is_none() && last.is_some_and(|token| token.kind != Kind::Sign && token.end() >= cursor) {
        return Completion { start, ..Completion::default() };
    }
    let before = before - usize::from(word.is_some());
    let scope = Scope::at(&statement, cursor, names);
    let typed = Typed::new(&text[start..cursor], &statement.tokens[..before]);
    let spot = Spot { statement: &statement, scope: &scope, names, typed, before };
    let mut candidates = match qualifier(&statement, before) {
        Some((owner, first)) => columns::of_owner(&spot, &owner, first),
        None => word::offers(&spot),
    };
    let mut seen = BTreeSet::new();
    candidates.retain(|candidate| seen.insert(candidate.insert.clone()));
    Completion { start, candidates, questions: scope.questions }
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
    let is_start = is_command(&text[line..cursor]) && ends_a_statement(&text[..line]);
    is_start.then_some(line)
}
