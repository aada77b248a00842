//! Parameters that are set: `$name` in a statement, and their names behind `.param`.

use super::write::starts;
use super::{Candidate, Completion, Statement, file};
use crate::names::Names;
use crate::token::Kind;

/// What `.param` does.
const VERBS: &[(&str, &str)] = &[
    ("list", "shows the values"),
    ("load", "reads a file of lines NAME=VALUE"),
    ("set", "gives $NAME a value"),
    ("unset", "takes the value away"),
];

/// What a `$` at the cursor could go on as; `None` where there is none.
pub(super) fn in_statement(statement: &Statement<'_>, cursor: usize, names: &Names) -> Option<Completion> {
    let token = statement.tokens.iter().rfind(|token| token.start < cursor)?;
    let is_dollar = token.kind == Kind::Parameter || token.text == "$";
    if !is_dollar || cursor > token.end() {
        return None;
    }
    let typed = statement.text.get(token.start + 1..cursor)?;
    let candidates = named(typed, "$", names);
    Some(Completion { start: token.start, candidates, questions: Vec::new() })
}

/// What the argument of `.param` could go on as.
pub(super) fn of_command(argument: &str, cursor: usize, names: &Names) -> Completion {
    let complete = |typed: &str, candidates| Completion {
        start: cursor - typed.len(),
        candidates,
        questions: Vec::new(),
    };
    let Some((verb, rest)) = argument.split_once(char::is_whitespace) else {
        let verbs = VERBS.iter().filter(|(verb, _)| starts(argument, verb));
        return complete(argument, verbs.map(|(verb, note)| Candidate::new(*verb, *note)).collect());
    };
    let rest = rest.trim_start();
    match verb {
        "load" => {
            let (length, candidates) = file::offers(rest, &[]);
            complete(&rest[rest.len() - length..], candidates)
        }
        "set" | "unset" => {
            let typed = rest.trim_start_matches('$');
            complete(typed, named(typed, "", names))
        }
        _ => complete("", Vec::new()),
    }
}

fn named(typed: &str, before: &str, names: &Names) -> Vec<Candidate> {
    let parameters = names.parameters.iter().filter(|parameter| starts(typed, &parameter.value));
    parameters
        .map(|parameter| Candidate::new(format!("{before}{}", parameter.value), &parameter.label))
        .collect()
}
