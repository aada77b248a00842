//! Dot commands and their arguments.

use super::write::starts;
use super::{Candidate, Completion, file, in_statement, parameter, saved, setting};
use crate::command::{Argument, COMMANDS, find, help_offers};
use crate::names::{Names, Values};
use crate::render::RENDERERS;

/// Endings of files with statements.
const STATEMENTS: &[&str] = &[".sql"];

/// The ending of no file, so that only folders are offered.
const NONE: &[&str] = &["/"];

/// What the command in a line that starts at `start` could go on as.
pub(super) fn complete(text: &str, start: usize, cursor: usize, names: &Names) -> Completion {
    let line = &text[start..cursor];
    let start = start + line.len() - line.trim_start().len();
    let before = &text[start..cursor];
    let Some((word, argument)) = before.split_once(char::is_whitespace) else {
        let commands =
            COMMANDS.iter().map(|command| Candidate::new(format!(".{}", command.name), command.help));
        return Completion { start, candidates: starting(before, commands), questions: Vec::new() };
    };
    let argument = argument.trim_start();
    let kind = find(word).map_or(Argument::Other, |command| command.argument);
    match kind {
        Argument::Script => return files(cursor, argument, STATEMENTS),
        Argument::File => return files(cursor, argument, &[]),
        Argument::Folder => return files(cursor, argument, NONE),
        Argument::WordThenFile(words) => {
            if let Some(file) = words.first().and_then(|word| behind(word, argument)) {
                return files(cursor, file, &[]);
            }
        }
        Argument::Statement => return statement(text, cursor - argument.len(), cursor, names),
        Argument::Runs => return runs(text, argument, cursor, names),
        Argument::Setting => return setting::of_command(argument, cursor, names),
        Argument::Parameter => return parameter::of_command(argument, cursor, names),
        Argument::Query => return saved::of_command(argument, cursor, names),
        _ => {}
    }
    // A command may take several tables, or words behind something else.
    let last_word = argument.rsplit(char::is_whitespace).next().unwrap_or(argument);
    let is_list = matches!(kind, Argument::Table | Argument::Words(_));
    let argument = if is_list { last_word } else { argument };
    let start = cursor - argument.len();
    let candidates = match kind {
        Argument::Table => starting(argument, tables(names)),
        Argument::Format => {
            starting(argument, RENDERERS.iter().map(|format| Candidate::new(format.name, "")))
        }
        Argument::Switch => starting(argument, ["off", "on"].map(|word| Candidate::new(word, ""))),
        Argument::Help => {
            starting(argument, help_offers().into_iter().map(|(name, note)| Candidate::new(name, note)))
        }
        Argument::Method => starting(argument, methods(names)),
        Argument::Codes => starting(argument, coded(names)),
        Argument::OneOf(known) | Argument::Words(known) | Argument::WordThenFile(known) => {
            starting(argument, known.iter().map(|word| Candidate::new(*word, "")))
        }
        Argument::Function => starting(argument, functions(names)),
        Argument::Script
        | Argument::File
        | Argument::Folder
        | Argument::Statement
        | Argument::Runs
        | Argument::Setting
        | Argument::Parameter
        | Argument::Query
        | Argument::Other => Vec::new(),
    };
    Completion { start, candidates, questions: Vec::new() }
}

/// What stands behind a first word and a space.
fn behind<'a>(word: &str, argument: &'a str) -> Option<&'a str> {
    let rest = argument.strip_prefix(word)?;
    rest.starts_with(char::is_whitespace).then(|| rest.trim_start())
}

fn tables(names: &Names) -> impl Iterator<Item = Candidate> {
    names.tables.iter().map(|table| Candidate::new(&table.name, &table.note))
}

fn functions(names: &Names) -> impl Iterator<Item = Candidate> {
    names.functions.iter().map(|function| Candidate::new(&function.name, &function.note))
}

/// What the parameters called `method` take.
fn methods(names: &Names) -> impl Iterator<Item = Candidate> {
    let parameters = names.functions.iter().flat_map(|function| &function.parameters);
    let lists = parameters.filter(|parameter| parameter.name == "method").filter_map(|parameter| {
        let Values::OneOf(values) = &parameter.values else { return None };
        Some(values)
    });
    let mut methods: Vec<_> = lists.flatten().filter(|method| method.value != "*").collect();
    methods.sort_by(|left, right| left.value.cmp(&right.value));
    methods.dedup_by(|left, right| left.value == right.value);
    methods.into_iter().map(|method| Candidate::new(&method.value, &method.label))
}

/// Code sets, and columns whose values are codes.
fn coded(names: &Names) -> impl Iterator<Item = Candidate> {
    let sets = names.codes.keys().map(|set| Candidate::new(set, "code set"));
    let columns = names.tables.iter().flat_map(|table| {
        let coded = table.columns.iter().flatten().filter(|column| column.code_set.is_some());
        coded.map(|column| {
            let set = column.code_set.clone().unwrap_or_default();
            Candidate::new(format!("{}.{}", table.name, column.name), set)
        })
    });
    sets.chain(columns)
}

/// A statement that a number may stand before.
fn runs(text: &str, argument: &str, cursor: usize, names: &Names) -> Completion {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(argument) {
        return Completion { start: cursor, ..Completion::default() };
    }
    let behind = argument.split_once(char::is_whitespace).filter(|(first, _)| is_number(first));
    let written = behind.map_or(argument, |(_, rest)| rest);
    statement(text, cursor - written.len(), cursor, names)
}

/// A statement behind a command's name.
fn statement(text: &str, start: usize, cursor: usize, names: &Names) -> Completion {
    let inside = in_statement(&text[start..], cursor - start, names);
    Completion { start: start + inside.start, ..inside }
}

fn files(cursor: usize, argument: &str, endings: &[&str]) -> Completion {
    let (length, candidates) = file::offers(argument, endings);
    Completion { start: cursor - length, candidates, questions: Vec::new() }
}

fn starting(word: &str, offers: impl IntoIterator<Item = Candidate>) -> Vec<Candidate> {
    offers.into_iter().filter(|offer| starts(word, &offer.insert)).collect()
}
