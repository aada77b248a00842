//! The columns of a select list, where each has a name that can be read off it.

use super::source::{AFTER_FROM, Source, resolve};
use super::statement::{Span, Statement};
use crate::names::Column;
use crate::token::{Kind, Token};

/// The columns that a query gives; `None` where only the engine can tell.
pub(crate) fn selected(statement: &Statement<'_>, segment: Span, sources: &[Source]) -> Option<Vec<Column>> {
    let Some(list) = select_list(statement, segment) else {
        let is_from_alone = statement.is(segment.from, &["from"]);
        return is_from_alone.then(|| columns_of_all(sources)).flatten();
    };
    if statement.is(list.from, &["on"]) {
        return None;
    }
    let mut columns = Vec::new();
    for item in items(statement, list) {
        columns.extend(columns_of_item(statement, item, sources)?);
    }
    Some(columns)
}

/// The tokens between SELECT and what follows its list; `None` where a query has no SELECT.
pub(crate) fn select_list(statement: &Statement<'_>, segment: Span) -> Option<Span> {
    let select = statement.find(segment, &["select"])?;
    let is_distinct = statement.is(select + 1, &["distinct", "all"]);
    let list = Span { from: select + 1 + usize::from(is_distinct), to: segment.to };
    let end = statement.find(list, &["from"]).or_else(|| statement.find(list, AFTER_FROM));
    Some(Span { to: end.unwrap_or(segment.to), ..list })
}

/// The columns of all sources, where each of them is known.
fn columns_of_all(sources: &[Source]) -> Option<Vec<Column>> {
    let all = |source: &Source| source.is_known.then(|| source.columns.clone());
    let columns: Option<Vec<_>> = sources.iter().map(all).collect();
    columns.filter(|columns| !columns.is_empty()).map(|columns| columns.concat())
}

/// The parts of a list between its commas.
pub(crate) fn items(statement: &Statement<'_>, list: Span) -> Vec<Span> {
    let mut items = Vec::new();
    let mut from = list.from;
    let commas = statement.level(list).filter(|index| statement.is(*index, &[","]));
    for to in commas.chain([list.to]) {
        items.push(Span { from, to });
        from = to + 1;
    }
    items
}

fn columns_of_item(statement: &Statement<'_>, item: Span, sources: &[Source]) -> Option<Vec<Column>> {
    let all = |source: &Source| source.is_known.then(|| source.columns.clone());
    let last = item.to.checked_sub(1).filter(|last| *last >= item.from)?;
    if last == item.from && statement.is(last, &["*"]) {
        return columns_of_all(sources);
    }
    let Some((path, end)) = statement.path(item.from) else {
        return alias(statement, item).map(|name| vec![named(name)]);
    };
    let column = resolve(&path, sources).cloned();
    if end == item.to {
        return Some(vec![column.unwrap_or_else(|| named(path.last().cloned().unwrap_or_default()))]);
    }
    if statement.is(end, &["."]) && statement.is(end + 1, &["*"]) && end + 2 == item.to {
        return sources.iter().find(|source| Some(&source.name) == path.last()).and_then(all);
    }
    let name = alias(statement, item)?;
    let is_renamed = end == last || end + 1 == last && statement.is(end, &["as"]);
    Some(vec![Column { name, ..column.filter(|_| is_renamed).unwrap_or_default() }])
}

/// The name that an item of a select list gives its value.
pub(crate) fn alias(statement: &Statement<'_>, item: Span) -> Option<String> {
    let last = item.to.checked_sub(1).filter(|last| *last > item.from)?;
    let name = statement.tokens.get(last).filter(|token| token.is_name())?;
    let before = statement.tokens.get(last - 1)?;
    let ends_a_value = before.is_any(&["as", ")", "end"]) || before.is_name() || is_literal(before);
    ends_a_value.then(|| name.name())
}

fn is_literal(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Text | Kind::Number)
}

fn named(name: String) -> Column {
    Column { name, ..Column::default() }
}
