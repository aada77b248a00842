//! The values that can stand behind a comparison, in a function's argument, and between single quotes.

use super::place::{Argument, Compared, Place, place};
use super::source::resolve;
use super::statement::Statement;
use super::write::{literal, starts};
use super::{Candidate, Completion, Scope, Spot, codes, columns, file, join, word};
use crate::names::{Names, Parameter, Value, Values};
use crate::token::Token;

/// What can stand between the single quotes in which the cursor is. The closing one is to be written where it `is_ours`.
pub(super) fn in_quotes(
    statement: &Statement<'_>,
    text: &Token<'_>,
    cursor: usize,
    is_ours: bool,
    names: &Names,
) -> Completion {
    let before = statement.tokens.iter().filter(|token| token.start < text.start).count();
    let typed = statement.text.get(text.start + 1..cursor).unwrap_or_default();
    let closes = is_ours;
    let scope = Scope::at(statement, text.start, names);
    let whole = |candidates| Completion { start: text.start, candidates, questions: scope.questions.clone() };
    match place(statement, before) {
        Place::Compared(compared) => match resolve(&compared.path, &scope.all()) {
            Some(column) => whole(codes::offers(names, column, typed, &compared.given, closes)),
            None => whole(Vec::new()),
        },
        Place::Argument(argument) => match parameter(names, &argument).map(|parameter| &parameter.values) {
            Some(Values::File(endings)) => {
                let (length, candidates) = file::offers(typed, endings);
                Completion { start: cursor - length, candidates, questions: Vec::new() }
            }
            Some(values) => whole(of_parameter(names, values, typed, closes)),
            None => whole(Vec::new()),
        },
        _ => whole(Vec::new()),
    }
}

/// What a column can be compared with.
pub(super) fn compared(spot: &Spot<'_>, compared: &Compared) -> Vec<Candidate> {
    let sources = spot.scope.all();
    let column = resolve(&compared.path, &sources);
    let found =
        column.map(|column| codes::offers(spot.names, column, spot.typed.word, &compared.given, true));
    let codes = found.unwrap_or_default();
    if !codes.is_empty() {
        return codes;
    }
    if compared.is_join {
        return join::partners(spot, &compared.path);
    }
    if spot.typed.word.is_empty() { Vec::new() } else { word::values(spot) }
}

/// What can stand as a function's argument, without quotes so far.
pub(super) fn argument(spot: &Spot<'_>, argument: &Argument) -> Vec<Candidate> {
    let Some(function) = spot.names.function(&argument.function) else {
        return word::values(spot);
    };
    let values = parameter(spot.names, argument).map(|parameter| &parameter.values);
    let mut offers = match values {
        Some(Values::File(_)) => vec![Candidate::new("'", "a file")],
        Some(values) => of_parameter(spot.names, values, spot.typed.word, true),
        None => Vec::new(),
    };
    if argument.name.is_some() {
        return offers;
    }
    if !function.gives_rows {
        offers.extend(match spot.typed.word {
            "" => columns::in_scope(spot),
            _ => word::values(spot),
        });
        return offers;
    }
    let is_left = |parameter: &&Parameter| {
        spot.typed.starts(&parameter.name) && !argument.given.contains(&parameter.name)
    };
    let named = function.parameters.iter().skip(argument.position).filter(is_left);
    offers.extend(named.map(|parameter| Candidate::new(format!("{} => ", parameter.name), &parameter.note)));
    offers
}

/// The parameter that an argument is for.
pub(crate) fn parameter<'a>(names: &'a Names, argument: &Argument) -> Option<&'a Parameter> {
    let function = names.function(&argument.function)?;
    match &argument.name {
        Some(name) => function.parameters.iter().find(|parameter| parameter.name == *name),
        None => function.parameters.get(argument.position),
    }
}

fn of_parameter(names: &Names, values: &Values, typed: &str, closes: bool) -> Vec<Candidate> {
    let values: &[Value] = match values {
        Values::OneOf(values) => values,
        Values::Cohort => &names.cohorts,
        Values::Any | Values::File(_) => &[],
    };
    let values: Vec<&Value> = values.iter().filter(|value| starts(typed, &value.value)).collect();
    let write = |value: &Value| {
        let whole = literal(&value.value);
        if closes { whole } else { whole.trim_end_matches('\'').to_owned() }
    };
    values.into_iter().map(|value| Candidate::new(write(value), &value.label)).collect()
}
