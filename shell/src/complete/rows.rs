//! What gives rows: tables and views, WITH queries, functions in FROM, cohorts.

use super::{Candidate, Spot};

/// What can stand in FROM and goes on as the word does.
pub(super) fn offers(spot: &Spot<'_>) -> Vec<Candidate> {
    let typed = &spot.typed;
    let common = spot.scope.common.iter().map(|common| Candidate::new(typed.name(&common.name), "with"));
    let tables = spot.names.tables.iter();
    let (own, other): (Vec<_>, Vec<_>) = tables.partition(|table| !table.name.contains('.'));
    let table = |table: &&crate::names::Table| Candidate::new(typed.dotted(&table.name), &table.note);
    let functions = spot.names.functions.iter().filter(|function| function.gives_rows);
    let functions = functions.map(|function| Candidate::new(typed.call(&function.name), &function.note));
    let all = common.chain(own.iter().map(table)).chain(functions).chain(other.iter().map(table));
    all.filter(|offer| typed.starts(offer.insert.trim_matches('"'))).collect()
}
