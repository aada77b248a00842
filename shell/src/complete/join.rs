//! How tables are joined: by the columns that the definitions say name the same thing.

use super::source::{Source, is_called};
use super::{Candidate, Spot};
use crate::names::{Link, Names};

/// Conditions for the join whose ON is before the cursor: of the table that it joins with each one before.
pub(super) fn conditions(spot: &Spot<'_>) -> Vec<Candidate> {
    let sources = &spot.scope.sources;
    let before: Vec<&Source> = sources.iter().filter(|source| source.at < spot.before).collect();
    let Some((joined, earlier)) = before.split_last() else {
        return Vec::new();
    };
    let written = spot.statement.tokens.iter().map(|token| token.text).collect::<Vec<_>>().concat();
    let mut offers = Vec::new();
    for source in earlier.iter().rev() {
        for columns in ways(spot.names, source, joined) {
            let condition = condition(spot, source, joined, &columns);
            if !written.contains(&condition.replace(' ', "")) && spot.typed.starts(&condition) {
                offers.push(Candidate::new(condition, "join"));
            }
        }
    }
    offers
}

/// Columns that both sides of the join have, for USING.
pub(super) fn shared(spot: &Spot<'_>) -> Vec<Candidate> {
    let before: Vec<&Source> = spot.scope.sources.iter().filter(|source| source.at < spot.before).collect();
    let Some((joined, earlier)) = before.split_last() else {
        return Vec::new();
    };
    let in_earlier = |name: &str| earlier.iter().any(|source| has(source, name));
    let columns = joined.columns.iter().filter(|column| in_earlier(&column.name));
    let mut offers: Vec<Candidate> = columns
        .filter(|column| spot.typed.starts(&column.name))
        .map(|column| Candidate::new(spot.typed.name(&column.name), &column.note))
        .collect();
    keys_first(spot.names, &mut offers);
    offers
}

/// What `a.column = ` in a condition goes on as: columns of the same name first, then the other keys.
pub(super) fn partners(spot: &Spot<'_>, path: &[String]) -> Vec<Candidate> {
    let Some((name, owner)) = path.split_last() else {
        return Vec::new();
    };
    let before = spot.scope.sources.iter().filter(|source| source.at < spot.before);
    let others = before.filter(|source| owner.last().is_none_or(|owner| !is_called(source, owner)));
    let mut offers = Vec::new();
    for source in others {
        let columns = source.columns.iter();
        let same = columns.filter(|column| column.name == *name);
        offers.extend(same.map(|column| Candidate::new(qualified(spot, source, &column.name), &column.note)));
    }
    offers.retain(|offer| spot.typed.starts(&offer.insert));
    offers
}

/// Puts the columns that join tables first.
pub(super) fn keys_first(names: &Names, offers: &mut [Candidate]) {
    let rank = |offer: &Candidate| {
        names.keys.iter().position(|key| *key == offer.insert).unwrap_or(names.keys.len())
    };
    offers.sort_by_key(rank);
}

/// Pairs of columns that join two sources: by one key, and by all columns of a declared link.
fn ways(names: &Names, left: &Source, right: &Source) -> Vec<Vec<(String, String)>> {
    let shared = names.keys.iter().filter(|key| has(left, key) && has(right, key));
    let mut ways: Vec<Vec<(String, String)>> = shared.map(|key| vec![(key.clone(), key.clone())]).collect();
    let links = names.links.iter().filter_map(|link| {
        let pairs = |from: &[String], to: &[String]| from.iter().cloned().zip(to.iter().cloned()).collect();
        if joins(link, left, right) {
            return Some(pairs(&link.columns, &link.to));
        }
        joins(link, right, left).then(|| pairs(&link.to, &link.columns))
    });
    let links: Vec<Vec<(String, String)>> = links.collect();
    let first = usize::from(!ways.is_empty());
    for (index, link) in links.into_iter().enumerate() {
        if !ways.contains(&link) {
            ways.insert((first + index).min(ways.len()), link);
        }
    }
    ways
}

fn joins(link: &Link, from: &Source, to: &Source) -> bool {
    from.table.as_ref() == Some(&link.table) && to.table.as_ref() == Some(&link.to_table)
}

fn condition(spot: &Spot<'_>, left: &Source, right: &Source, columns: &[(String, String)]) -> String {
    let pair = |(from, to): &(String, String)| {
        format!("{} = {}", qualified(spot, left, from), qualified(spot, right, to))
    };
    let and = format!(" {} ", spot.typed.keyword("and"));
    columns.iter().map(pair).collect::<Vec<_>>().join(&and)
}

fn qualified(spot: &Spot<'_>, source: &Source, column: &str) -> String {
    format!("{}.{}", spot.typed.name(&source.name), spot.typed.name(column))
}

fn has(source: &Source, name: &str) -> bool {
    source.columns.iter().any(|column| column.name == name)
}
