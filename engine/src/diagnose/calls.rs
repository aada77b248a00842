//! Calls whose arguments are too many, too few or of the wrong type.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{Fault, fault};
use super::functions::{is_aggregate, syntax};
use super::kinds::{Kind, Named, in_sql_words, list, pieces};
use super::words::Words;
use super::written::{Written, written};
use super::{Scope, query};
use crate::error::{Error, Span};

/// What the layers below say at the end of every message about a call.
const TAIL: &str = "No function matches the given name and argument types '";

/// The error of a call that no function takes; `None` when the message is of something else.
pub(super) fn wrong_call(prose: &str, scope: &Scope<'_>) -> Option<Error> {
    let (said, tail) = prose.split_once(TAIL)?;
    let called = tail.split("'. ").next().unwrap_or(tail);
    let (function, types) = called.split_once('(')?;
    let types = types.strip_suffix(')').unwrap_or(types);
    let words = Words::of(scope.text);
    let names = list(types);
    let types: Vec<DataType> = pieces(types).iter().filter_map(|found| found.parse().ok()).collect();
    let call = Call { function, names: &names, written: written(function, &names, &words, scope) };
    // Types that cannot be read back leave the function unasked.
    let fault = if types.len() == names.len() { fault(function, &types, scope) } else { None };
    let error = own_words(said, function)
        .or_else(|| call.without_arguments())
        .or_else(|| Some(call.at_fault(fault.as_ref()?, &words, scope)))
        .or_else(|| call.wrong_number(said))
        .unwrap_or_else(|| query(format!("{}() does not take ({})", call.name(&words), call.types(", "))));
    let error = error.with_span(call.span(fault.as_ref(), &words));
    if error.help().is_some() {
        return Some(error);
    }
    let spoken = call.written.as_ref().and_then(|written| written.syntax.map(str::to_owned));
    Some(match spoken.or_else(|| syntax(function, scope)) {
        Some(syntax) => error.with_help(format!("write {syntax}")),
        None => error.with_help(format!("`.functions {function}` shows how it is called")),
    })
}

/// A call as it was planned, and where it is written.
struct Call<'a> {
    function: &'a str,
    names: &'a [Named],
    written: Option<Written>,
}

impl Call<'_> {
    /// The function's name as it is written.
    fn name(&self, words: &Words<'_>) -> String {
        let written = self.written.as_ref().and_then(|written| words.get(written.call.name)?.name());
        written.map_or_else(|| self.function.to_owned(), str::to_lowercase)
    }

    fn types(&self, between: &str) -> String {
        self.names.iter().map(|found| found.sql.as_str()).collect::<Vec<_>>().join(between)
    }

    /// The argument that is at fault, or all of the call.
    fn span(&self, fault: Option<&Fault>, words: &Words<'_>) -> Option<Span> {
        let written = self.written.as_ref()?;
        let argument = match fault {
            Some(Fault::One { at, .. }) => written.arguments.get(*at),
            _ => None,
        };
        match argument {
            Some(range) => words.span(range.start, range.end.checked_sub(1)?),
            None => words.span(written.call.name, written.call.last),
        }
    }

    fn without_arguments(&self) -> Option<Error> {
        self.names.is_empty().then(|| query(format!("{}() needs an argument", self.function)))
    }

    fn at_fault(&self, fault: &Fault, words: &Words<'_>, scope: &Scope<'_>) -> Error {
        let name = self.name(words);
        let Fault::One { at, needs } = fault else {
            return query(format!("{name}() does not take {} together", self.types(" and ")))
                .with_help("cast one of them to the other's type");
        };
        let written = self.written.as_ref().and_then(|written| written.arguments.get(*at));
        let argument = written.map(|range| words.text(range.start, range.end.saturating_sub(1)));
        let found = self.names.get(*at).map_or("another type", |found| found.sql.as_str());
        let error = query(format!(
            "{name}() needs {}; {} is {found}",
            needs.join(" or "),
            argument.unwrap_or("this")
        ));
        let is_number = needs.iter().any(|noun| noun.ends_with("number"));
        let is_condition = self.names.get(*at).is_some_and(|found| found.kind == Kind::Condition);
        let is_text = self.names.get(*at).is_some_and(|found| found.kind == Kind::Text);
        match argument {
            Some(argument) if is_condition && is_aggregate(self.function, scope) => error
                .with_help(format!("count(*) FILTER (WHERE {argument}) counts the rows where it is true")),
            _ if is_number && is_aggregate(self.function, scope) => {
                error.with_help("count() counts any values; or cast it, as in try_cast(x AS double)")
            }
            Some(argument) if is_number && is_text && !argument.starts_with('\'') => {
                let target = if needs.contains(&"a number") { "double" } else { "bigint" };
                error.with_help(format!("cast it, as in try_cast({argument} AS {target})"))
            }
            _ => error,
        }
    }

    fn wrong_number(&self, said: &str) -> Option<Error> {
        let takes = lengths(said);
        let (last, before) = takes.split_last()?;
        let all: Vec<String> = before.iter().map(usize::to_string).collect();
        let told = if all.is_empty() { last.to_string() } else { format!("{} or {last}", all.join(", ")) };
        let noun = if takes == [1] { "argument" } else { "arguments" };
        let given = self.names.len();
        let found = if given == 1 { "is 1".to_owned() } else { format!("are {given}") };
        Some(query(format!("{}() takes {told} {noun}, and here {found}", self.function)))
    }
}

/// The numbers of arguments that a function takes, as far as they are said.
fn lengths(said: &str) -> Vec<usize> {
    let parts = said.split("expects ").skip(1).filter_map(|part| part.split_once(" arguments but received"));
    let mut lengths: Vec<usize> = parts.filter_map(|(length, _)| length.parse().ok()).collect();
    lengths.sort_unstable();
    lengths.dedup();
    lengths
}

/// The sentence of a function that checks its arguments itself.
fn own_words(said: &str, function: &str) -> Option<Error> {
    let (_, own) = said.split_once("user-defined coercion failed with: ")?;
    let own = in_sql_words(super::without_prefix(own).trim_end().trim_end_matches('.'));
    if !own.starts_with(&format!("{function}()")) {
        return None;
    }
    Some(match own.split_once("; ") {
        Some((message, help)) => query(message).with_help(help),
        None => query(own),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lengths_that_a_function_takes_are_read_from_what_is_said() {
        let said = "Function 'substr' failed to match any signature, errors: Error during planning: Function 'substr' \
                    expects 3 arguments but received 1,Error during planning: Function 'substr' expects 2 arguments \
                    but received 1. ";
        assert_eq!(lengths(said), [2, 3]);
        assert!(lengths("coercion from Utf8View to the signature Exact(Float64) failed").is_empty());
    }

    #[test]
    fn the_sentence_of_a_function_is_told_as_it_is() {
        let said = "Function 'rate' user-defined coercion failed with: Error during planning: rate() takes two; cast one.. ";
        let error = own_words(said, "rate").unwrap();
        assert_eq!((error.message(), error.help()), ("rate() takes two", Some("cast one")));
    }
}
