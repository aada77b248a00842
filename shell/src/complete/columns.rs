//! Columns: those behind a table's name or alias, and those that a query can see.

use super::common::Common;
use super::source::{Source, is_called, table};
use super::{Candidate, Place, Spot, join, place};
use crate::names::Column;

/// What can follow `owner.`: the columns of a table or of what the alias stands for, or a schema's tables.
pub(super) fn of_owner(spot: &Spot<'_>, owner: &[String], first: usize) -> Vec<Candidate> {
    let schema = format!("{}.", owner.join("."));
    let in_schema: Vec<Candidate> = spot
        .names
        .tables
        .iter()
        .filter_map(|table| Some((table.name.strip_prefix(&schema)?, table)))
        .filter(|(name, _)| spot.typed.starts(name))
        .map(|(name, table)| Candidate::new(spot.typed.name(name), &table.note))
        .collect();
    if !in_schema.is_empty() {
        return in_schema;
    }
    if place(spot.statement, first) == Place::Table {
        return Vec::new();
    }
    let sources = spot.scope.all();
    let last = owner.last().map(String::as_str).unwrap_or_default();
    let source = sources
        .iter()
        .find(|source| is_called(source, last))
        .or_else(|| sources.iter().find(|source| source.table.as_deref() == Some(last)));
    let columns = match source {
        Some(source) => source.columns.as_slice(),
        None => table(spot.names, owner).and_then(|table| table.columns.as_deref()).unwrap_or_default(),
    };
    let mut offers: Vec<Candidate> = columns
        .iter()
        .filter(|column| spot.typed.starts(&column.name))
        .map(|column| Candidate::new(spot.typed.name(&column.name), &column.note))
        .collect();
    if place(spot.statement, first) == Place::Condition {
        join::keys_first(spot.names, &mut offers);
    }
    offers
}

/// The columns in scope that go on as the word does; one that several sources have with the source's name. Without any
/// source those of the queries of WITH, of which one will be it.
pub(super) fn in_scope(spot: &Spot<'_>) -> Vec<Candidate> {
    if spot.scope.sources.is_empty() && spot.scope.outer.is_empty() {
        return of_common(spot);
    }
    let near = of_sources(spot, &spot.scope.sources);
    near.into_iter().chain(of_sources(spot, &spot.scope.outer)).collect()
}

fn of_common(spot: &Spot<'_>) -> Vec<Candidate> {
    let common = spot.scope.common.iter().rev();
    let columns = common.flat_map(|common| common.columns.iter().map(move |column| (common, column)));
    let columns = columns.filter(|(_, column)| spot.typed.starts(&column.name));
    let offer = |(common, column): (&Common, &Column)| {
        Candidate::new(spot.typed.name(&column.name), format!("of {}", common.name))
    };
    columns.map(offer).collect()
}

fn of_sources(spot: &Spot<'_>, sources: &[Source]) -> Vec<Candidate> {
    let mut offers = Vec::new();
    for source in sources {
        for column in &source.columns {
            if !spot.typed.starts(&column.name) {
                continue;
            }
            let has = |other: &&Source| other.columns.iter().any(|known| known.name == column.name);
            let is_shared = sources.iter().filter(has).count() > 1;
            let name = spot.typed.name(&column.name);
            let insert = if is_shared && !source.name.is_empty() {
                format!("{}.{name}", spot.typed.name(&source.name))
            } else {
                name
            };
            offers.push(Candidate::new(insert, &column.note));
        }
    }
    offers
}

/// Every column of the lake that goes on as the word does, with the tables that have it.
pub(super) fn of_every_table(spot: &Spot<'_>) -> Vec<Candidate> {
    let tables = spot.names.tables.iter().filter(|table| !table.name.contains('.'));
    let columns = tables.flat_map(|table| table.columns.iter().flatten().map(move |column| (table, column)));
    let mut found: Vec<(&Column, Vec<&str>)> = Vec::new();
    for (table, column) in columns.filter(|(_, column)| spot.typed.starts(&column.name)) {
        match found.iter_mut().find(|(known, _)| known.name == column.name) {
            Some((_, tables)) => tables.push(&table.name),
            None => found.push((column, vec![&table.name])),
        }
    }
    let offer = |(column, tables): (&Column, Vec<&str>)| {
        Candidate::new(spot.typed.name(&column.name), format!("of {}", tables.join(", ")))
    };
    found.into_iter().map(offer).collect()
}
