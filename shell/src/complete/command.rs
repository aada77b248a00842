//! Dot commands and their arguments.

use super::write::starts;
use super::{Candidate, Completion, file};
use crate::command::{Argument, COMMANDS, find};
use crate::names::Names;
use crate::render::RENDERERS;

/// Endings of files with statements.
const STATEMENTS: &[&str] = &[".sql"];

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
    let start = cursor - argument.len();
    let candidates = match find(word).map(|command| command.argument) {
        Ok(Argument::Table) => starting(argument, tables(names)),
        Ok(Argument::Format) => {
            starting(argument, RENDERERS.iter().map(|format| Candidate::new(format.name, "")))
        }
        Ok(Argument::Switch) => starting(argument, ["off", "on"].map(|word| Candidate::new(word, ""))),
        Ok(Argument::Command) => {
            starting(argument, COMMANDS.iter().map(|command| Candidate::new(command.name, command.help)))
        }
        Ok(Argument::OneOf(known)) => starting(argument, known.iter().map(|word| Candidate::new(*word, ""))),
        Ok(Argument::Function) => starting(argument, functions(names)),
        Ok(Argument::Script) => return files(cursor, argument, STATEMENTS),
        Ok(Argument::Other) | Err(_) => Vec::new(),
    };
    Completion { start, candidates, questions: Vec::new() }
}

fn tables(names: &Names) -> impl Iterator<Item = Candidate> {
    names.tables.iter().map(|table| Candidate::new(&table.name, &table.note))
}

fn functions(names: &Names) -> impl Iterator<Item = Candidate> {
    names.functions.iter().map(|function| Candidate::new(&function.name, &function.note))
}

fn files(cursor: usize, argument: &str, endings: &[&str]) -> Completion {
    let (length, candidates) = file::offers(argument, endings);
    Completion { start: cursor - length, candidates, questions: Vec::new() }
}

fn starting(word: &str, offers: impl IntoIterator<Item = Candidate>) -> Vec<Candidate> {
    offers.into_iter().filter(|offer| starts(word, &offer.insert)).collect()
}
