//! Names that a select list gives to its values, for the clauses that can use them.

use super::selected::{alias, items, select_list};
use super::statement::Span;
use super::{Candidate, Spot};
use crate::buffer::unmarked;
use crate::text::clipped;

/// Words that begin a clause.
const CLAUSES: &[&str] = &[
    "select", "from", "where", "group", "having", "order", "qualify", "window", "limit", "require", "exclude",
];

/// Clauses in which a value of the select list can be called by its name.
const CALLED_IN: &[&str] = &["group", "having", "order", "qualify"];

/// Columns that a value is shown in.
const SHOWN: usize = 40;

/// The names of the select list of the query at the cursor that go on as the word does, with their values; none in a
/// clause that cannot use them.
pub(super) fn offers(spot: &Spot<'_>) -> Vec<Candidate> {
    named(spot).unwrap_or_default()
}

fn named(spot: &Spot<'_>) -> Option<Vec<Candidate>> {
    let statement = spot.statement;
    let cursor = statement.tokens.get(spot.before.checked_sub(1)?)?.end();
    let query = *statement.queries_around(cursor).first()?;
    let segment = statement.segment(query, cursor);
    let before = Span { to: spot.before, ..segment };
    let clause = statement.level(before).filter(|index| statement.is(*index, CLAUSES)).last()?;
    if !statement.is(clause, CALLED_IN) {
        return None;
    }
    let items = items(statement, select_list(statement, segment)?).into_iter();
    let named = items.filter_map(|item| Some((alias(statement, item)?, item)));
    let offer = |(name, item): (String, Span)| {
        let last = item.to - 1;
        let end = if statement.is(last - 1, &["as"]) { last - 1 } else { last };
        let value = unmarked(statement.written(Span { to: end, ..item }));
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        Candidate::new(spot.typed.name(&name), clipped(&value, SHOWN))
    };
    Some(named.filter(|(name, _)| spot.typed.starts(name)).map(offer).collect())
}
