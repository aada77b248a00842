//! A word without a table's name before it: what can stand there depends on the place.

use super::place::{Place, place};
use super::{Candidate, Spot, alias, columns, join, rows, value};

/// Words that start a statement, the usual ones first.
const STARTS: &[&str] = &[
    "select",
    "from",
    "with",
    "describe",
    "explain",
    "create view",
    "create table",
    "create cohort",
    "create function",
    "refresh cohort",
    "drop",
    "show cohorts",
    "show tables",
    "set",
];

/// Words that go on after a table or a value, when nothing has been typed.
const GOES_ON: &[&str] = &[
    "from",
    "join",
    "left join",
    "on",
    "using",
    "where",
    "and",
    "or",
    "group by",
    "having",
    "order by",
    "limit",
    "as",
];

/// What the word could become.
pub(super) fn offers(spot: &Spot<'_>) -> Vec<Candidate> {
    match place(spot.statement, spot.before) {
        Place::Start => starts(spot),
        Place::Table => rows::offers(spot),
        Place::Value => alias::offers(spot).into_iter().chain(values(spot)).collect(),
        Place::Compared(compared) => value::compared(spot, &compared),
        Place::Condition => join::conditions(spot).into_iter().chain(values(spot)).collect(),
        Place::Shared => join::shared(spot),
        Place::Argument(argument) => value::argument(spot, &argument),
        Place::Cohort => cohorts(spot),
        Place::Word => goes_on(spot),
        Place::Nothing => Vec::new(),
    }
}

/// Columns, then what can qualify them, functions and words of SQL; never operators.
pub(super) fn values(spot: &Spot<'_>) -> Vec<Candidate> {
    let typed = &spot.typed;
    let mut offers = columns::in_scope(spot);
    if typed.word.is_empty() {
        return offers;
    }
    if spot.scope.sources.is_empty() {
        offers.extend(columns::of_every_table(spot));
    }
    let sources = spot.scope.all();
    let sources = sources.iter().filter(|source| !source.name.is_empty() && typed.starts(&source.name));
    offers.extend(sources.map(|source| {
        let of = source.table.as_deref().filter(|table| *table != source.name);
        let note = of.map_or_else(|| "table".to_owned(), |table| format!("alias of {table}"));
        Candidate::new(format!("{}.", typed.name(&source.name)), note)
    }));
    if typed.is_quoted {
        return offers;
    }
    let functions = spot.names.functions.iter().filter(|function| !function.gives_rows);
    let functions = functions.filter(|function| typed.starts(&function.name));
    offers.extend(functions.map(|function| Candidate::new(typed.call(&function.name), &function.note)));
    offers.extend(keywords(spot));
    offers
}

fn keywords(spot: &Spot<'_>) -> Vec<Candidate> {
    spot.typed.keywords().map(|word| Candidate::new(word, "")).collect()
}

fn starts(spot: &Spot<'_>) -> Vec<Candidate> {
    phrases(spot, STARTS)
        .into_iter()
        .chain(keywords(spot).into_iter().filter(|_| !spot.typed.word.is_empty()))
        .collect()
}

fn goes_on(spot: &Spot<'_>) -> Vec<Candidate> {
    let phrases = phrases(spot, GOES_ON);
    if spot.typed.word.is_empty() { phrases } else { phrases.into_iter().chain(keywords(spot)).collect() }
}

fn phrases(spot: &Spot<'_>, phrases: &[&str]) -> Vec<Candidate> {
    let offered = phrases.iter().filter(|phrase| spot.typed.starts(phrase));
    offered.map(|phrase| Candidate::new(spot.typed.keyword(phrase), "")).collect()
}

fn cohorts(spot: &Spot<'_>) -> Vec<Candidate> {
    let cohorts = spot.names.cohorts.iter().filter(|cohort| spot.typed.starts(&cohort.value));
    cohorts.map(|cohort| Candidate::new(spot.typed.name(&cohort.value), &cohort.label)).collect()
}
