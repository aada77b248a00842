//! Ghost text behind the cursor: how an earlier entry went on, what a function takes, how a command is written.

use std::collections::BTreeSet;

use rustyline::hint::Hint;
use rustyline::history::{History, SearchDirection};

use crate::buffer::unmarked;
use crate::command::find;
use crate::complete::{Argument, Place, Statement, place};
use crate::names::Names;
use crate::script::is_command;
use crate::text::clipped;

/// What is shown, and what the keys that accept it put into the text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ghost {
    shown: String,
    accepted: Option<String>,
}

impl Ghost {
    /// Lines that only show what there is.
    pub(crate) fn shown(shown: String) -> Self {
        Self { shown, accepted: None }
    }
}

impl Hint for Ghost {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.accepted.as_deref()
    }
}

/// The hint for a text whose end the cursor is at; `width` is the room that one row leaves. Entries that have `failed` are
/// not proposed.
pub(crate) fn hint(
    text: &str,
    history: &dyn History,
    failed: &BTreeSet<String>,
    names: Option<&Names>,
    width: usize,
) -> Option<Ghost> {
    if text.trim().is_empty() {
        return None;
    }
    if let Some(rest) = earlier(text, history, failed) {
        let (line, more) = rest.split_once('\n').map_or((rest.as_str(), ""), |(line, _)| (line, " …"));
        return Some(Ghost { shown: format!("{line}{more}"), accepted: Some(rest) });
    }
    let shown = if is_command(text) { usage(text) } else { names.and_then(|names| signature(text, names)) }?;
    Some(Ghost::shown(clipped(&shown, width.max(8)).into_owned()))
}

/// How the last entry that starts with the text and has not failed goes on.
fn earlier(text: &str, history: &dyn History, failed: &BTreeSet<String>) -> Option<String> {
    let mut last = history.len().checked_sub(1)?;
    loop {
        let found = history.starts_with(text, last, SearchDirection::Reverse).ok()??;
        if !failed.contains(&*found.entry) {
            let rest = found.entry.get(text.len()..)?;
            return (!rest.is_empty()).then(|| rest.to_owned());
        }
        last = found.idx.checked_sub(1)?;
    }
}

/// The rest of a command's usage.
fn usage(text: &str) -> Option<String> {
    let written = text.trim_start();
    let (word, argument) = written.split_once(' ').map_or((written, None), |(word, rest)| (word, Some(rest)));
    let command = find(word).ok()?;
    let name = format!(".{}", command.name);
    let arguments = command.usage.strip_prefix(&name)?;
    match argument {
        Some("") => Some(arguments.trim_start().to_owned()).filter(|usage| !usage.is_empty()),
        Some(_) => None,
        None => Some(format!("{}{arguments}  {}", name.strip_prefix(word)?, command.help)),
    }
}

/// The signature of the function in whose brackets the text ends, with what it gives.
fn signature(text: &str, names: &Names) -> Option<String> {
    let text = unmarked(text);
    let statement = Statement::around(&text, text.len());
    if statement.tokens.last().is_some_and(|last| !last.closed) {
        return None;
    }
    let behind_word = text.ends_with(|last: char| last.is_alphanumeric() || last == '_');
    let count = statement.tokens.len() - usize::from(behind_word);
    let Place::Argument(Argument { function, position, name, .. }) = place(&statement, count) else {
        return None;
    };
    let function = names.function(&function)?;
    let named = name.and_then(|name| function.parameters.iter().find(|parameter| parameter.name == name));
    let opened = position == 0 && statement.is(count.checked_sub(1)?, &["("]);
    match named.or_else(|| function.parameters.get(position)) {
        Some(parameter) if !opened => Some(format!("  {}: {}", parameter.name, parameter.note)),
        _ => Some(format!("  {}  {}", function.syntax, function.note)),
    }
}

/// The first word of a hint, with what stands before it.
pub(crate) fn first_word(hint: &str) -> &str {
    let is_part = |part: char| part.is_alphanumeric() || part == '_';
    let start = hint.find(is_part).unwrap_or(hint.len());
    let length = hint[start..].find(|part| !is_part(part)).unwrap_or(hint.len() - start);
    &hint[..start + length]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{Function, Parameter};
    use rustyline::history::MemHistory;

    fn names() -> Names {
        let parameter = |name: &str| Parameter {
            name: name.to_owned(),
            note: format!("the {name}"),
            ..Parameter::default()
        };
        let function = Function {
            name: "rate".to_owned(),
            syntax: "rate(part, whole)".to_owned(),
            note: "A share".to_owned(),
            parameters: vec![parameter("part"), parameter("whole")],
            ..Function::default()
        };
        Names { functions: vec![function], ..Names::default() }
    }

    fn shown(text: &str, entries: &[&str]) -> Option<String> {
        shown_without(text, entries, &[])
    }

    fn shown_without(text: &str, entries: &[&str], failed: &[&str]) -> Option<String> {
        let mut history = MemHistory::new();
        for entry in entries {
            assert!(history.add(entry).unwrap());
        }
        let failed = failed.iter().map(|entry| (*entry).to_owned()).collect();
        hint(text, &history, &failed, Some(&names()), 80).map(|ghost| ghost.shown)
    }

    #[test]
    fn the_last_entry_that_starts_so_goes_on() {
        let entries = ["select 1 as old;", "select 1 as new;", "select 2;"];
        assert_eq!(shown("select 1", &entries).as_deref(), Some(" as new;"));
        assert_eq!(shown("select 1 as new;", &entries), None);
        assert_eq!(shown("", &entries), None);
    }

    #[test]
    fn what_has_failed_is_not_proposed() {
        let entries = ["select 1 as old;", "select 1 as bad;", "select 1 as worse;", "selct 1;"];
        let failed = ["select 1 as bad;", "select 1 as worse;", "selct 1;"];
        assert_eq!(shown_without("select 1", &entries, &failed).as_deref(), Some(" as old;"));
        assert_eq!(shown_without("selc", &entries, &failed), None);
        assert_eq!(shown_without("select 1 as b", &entries, &failed), None);
    }

    #[test]
    fn a_functions_brackets_say_what_it_takes() {
        assert_eq!(shown("select rate(", &[]).as_deref(), Some("  rate(part, whole)  A share"));
        assert_eq!(shown("select rate(a, ", &[]).as_deref(), Some("  whole: the whole"));
        assert_eq!(shown("select rate(a, b)", &[]), None);
        assert_eq!(shown("select rate('a", &[]), None);
    }

    #[test]
    fn a_command_says_how_it_is_written() {
        assert_eq!(shown(".links ", &[]).as_deref(), Some("[TABLE]"));
        assert!(shown(".lin", &[]).unwrap().starts_with("ks [TABLE]"));
    }

    #[test]
    fn a_word_of_a_hint_has_what_stands_before_it() {
        assert_eq!(first_word(" as new;"), " as");
        assert_eq!(first_word("(a_b, c)"), "(a_b");
        assert_eq!(first_word(";"), ";");
    }
}
