//! Settings of statements and their values, behind SET, SHOW and `.set`.

use std::collections::BTreeMap;

use super::write::{Typed, starts};
use super::{Candidate, Completion, Statement};
use crate::names::{Names, Setting};
use crate::text::counted;

/// Settings with the same first part are offered as that part where they are more than these.
const FEW: usize = 20;

/// What SHOW can show besides a setting.
const SHOWN: &[&str] = &["all", "cohorts", "columns from", "functions", "tables"];

/// What can stand behind SET and SHOW at the start of a statement; `None` elsewhere.
pub(super) fn in_statement(statement: &Statement<'_>, cursor: usize, names: &Names) -> Option<Completion> {
    let first = statement.tokens.first().filter(|first| first.is_any(&["set", "show"]))?;
    let behind = statement.text.get(first.end()..cursor).filter(|behind| !behind.is_empty())?;
    let written = behind.trim_start();
    let is_set = first.is("set");
    let end = written.find(|part: char| part.is_whitespace() || part == '=');
    let (typed, candidates) = match end {
        None if is_set => (written, named(written, names)),
        None => {
            let typed = Typed::new(written, &statement.tokens[..1]);
            let words = SHOWN.iter().filter(|word| typed.starts(word));
            let words = words.map(|word| Candidate::new(typed.keyword(word), ""));
            (written, words.chain(named(written, names)).collect())
        }
        Some(_) if !is_set => return None,
        Some(end) => behind_name(&written[..end], &written[end..], names),
    };
    Some(Completion { start: cursor - typed.len(), candidates, questions: Vec::new() })
}

/// What the argument of `.set` could go on as.
pub(super) fn of_command(argument: &str, cursor: usize, names: &Names) -> Completion {
    let (typed, candidates) = match argument.split_once(char::is_whitespace) {
        None => (argument, named(argument, names)),
        Some((name, rest)) => {
            let typed = rest.trim_start().trim_start_matches('=').trim_start();
            (typed, values(name, typed, names))
        }
    };
    Completion { start: cursor - typed.len(), candidates, questions: Vec::new() }
}

/// What can stand behind the name of a setting, and what has been typed of it.
fn behind_name<'a>(name: &str, rest: &'a str, names: &Names) -> (&'a str, Vec<Candidate>) {
    if let Some(value) = value(rest) {
        return (value, values(name, value, names));
    }
    let typed = rest.trim_start();
    let signs = ["= ", "to "].into_iter().filter(|sign| starts(typed, sign));
    (typed, signs.map(|sign| Candidate::new(sign, "")).collect())
}

/// What has been typed of a value behind `=` or TO.
fn value(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let to = rest.get(..2).filter(|word| word.eq_ignore_ascii_case("to")).map(|_| &rest[2..]);
    let to = to.filter(|behind| behind.starts_with(char::is_whitespace));
    rest.strip_prefix('=').or(to).map(str::trim_start)
}

/// The settings that go on as the word does; many of one kind by the first part of their names.
fn named(typed: &str, names: &Names) -> Vec<Candidate> {
    let kind = |setting: &'_ Setting| setting.name.split('.').next().unwrap_or_default().to_owned();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for setting in &names.settings {
        *kinds.entry(kind(setting)).or_default() += 1;
    }
    let mut offers: Vec<Candidate> = Vec::new();
    for setting in names.settings.iter().filter(|setting| starts(typed, &setting.name)) {
        let kind = kind(setting);
        let count = kinds.get(&kind).copied().unwrap_or_default();
        if count <= FEW || typed.contains('.') {
            offers.push(Candidate::new(&setting.name, &setting.note));
            continue;
        }
        let part = Candidate::new(format!("{kind}."), counted(count as u64, "setting"));
        if offers.last() != Some(&part) {
            offers.push(part);
        }
    }
    offers
}

fn values(name: &str, typed: &str, names: &Names) -> Vec<Candidate> {
    let setting = names.settings.iter().find(|setting| setting.name.eq_ignore_ascii_case(name));
    let values = setting.map_or(&[][..], |setting| setting.values);
    values.iter().filter(|value| starts(typed, value)).map(|value| Candidate::new(*value, "")).collect()
}
