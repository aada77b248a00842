//! Saved statements behind `.query`: their names, then their parameters.

use super::write::starts;
use super::{Candidate, Completion};
use crate::names::Names;

/// What the argument of `.query` could go on as.
pub(super) fn of_command(argument: &str, cursor: usize, names: &Names) -> Completion {
    let Some((name, given)) = argument.split_once(char::is_whitespace) else {
        let queries = names.queries.iter().filter(|query| starts(argument, &query.name));
        let candidates = queries.map(|query| Candidate::new(&query.name, &query.note)).collect();
        return Completion { start: cursor - argument.len(), candidates, questions: Vec::new() };
    };
    let typed = given.rsplit(char::is_whitespace).next().unwrap_or(given);
    let is_left = |name: &str| {
        let given = given[..given.len() - typed.len()].split_whitespace();
        given.filter_map(|word| word.split_once('=')).all(|(other, _)| other != name)
    };
    let query = names.queries.iter().find(|query| query.name == name);
    let parameters = query.into_iter().flat_map(|query| &query.parameters);
    let left = parameters.filter(|parameter| starts(typed, &parameter.value) && is_left(&parameter.value));
    let candidates =
        left.map(|parameter| Candidate::new(format!("{}=", parameter.value), &parameter.label)).collect();
    Completion { start: cursor - typed.len(), candidates, questions: Vec::new() }
}
