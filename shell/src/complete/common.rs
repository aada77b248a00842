//! The queries of WITH: their names, and the text that asks the engine about them.

use super::source::Reader;
use super::statement::{Span, Statement};
use crate::names::Column;

/// A query of WITH.
#[derive(Debug, Clone)]
pub(crate) struct Common {
    /// Its name.
    pub(crate) name: String,
    /// As it was written, with its name.
    pub(crate) written: String,
    /// Its columns, as far as anybody knows.
    pub(crate) columns: Vec<Column>,
    /// Whether these are all of its columns.
    pub(crate) is_known: bool,
}

/// A query of WITH by the places of its tokens.
struct Place {
    name: usize,
    open: usize,
    close: usize,
}

impl Reader<'_> {
    /// The queries of WITH at the start of a span, behind those that are known already. The one in which the cursor is
    /// ends the list: it cannot see itself.
    pub(crate) fn common(&mut self, span: Span, known: &[Common], cursor: Option<usize>) -> Vec<Common> {
        let statement = self.statement;
        let mut all = known.to_vec();
        for place in places(statement, span) {
            let body = Span { from: place.open + 1, to: place.close };
            if cursor.is_some_and(|cursor| place.holds(statement, cursor)) {
                break;
            }
            let (mut columns, is_known) = self.columns_of(body, &all);
            if statement.is(place.name + 1, &["("]) {
                columns = self.renamed(place.name + 1, columns);
            }
            let written = statement.written(Span { from: place.name, to: place.close + 1 }).to_owned();
            all.push(Common { name: statement.tokens[place.name].name(), written, columns, is_known });
        }
        all
    }
}

/// Whether the cursor is in a query of WITH at the start of a span: what follows WITH is not around it.
pub(crate) fn is_in_common(statement: &Statement<'_>, span: Span, cursor: usize) -> bool {
    places(statement, span).iter().any(|place| place.holds(statement, cursor))
}

impl Place {
    fn holds(&self, statement: &Statement<'_>, cursor: usize) -> bool {
        statement.tokens[self.open].end() <= cursor && cursor <= statement.tokens[self.close].start
    }
}

fn places(statement: &Statement<'_>, span: Span) -> Vec<Place> {
    let mut places = Vec::new();
    if !statement.is(span.from, &["with"]) {
        return places;
    }
    let mut name = span.from + 1 + usize::from(statement.is(span.from + 1, &["recursive"]));
    while statement.tokens.get(name).is_some_and(crate::token::Token::is_name) {
        let follows_as =
            |index: usize| statement.is(index, &["("]) && statement.is(index - 1, &["as", "materialized"]);
        let open = statement.level(Span { from: name + 1, to: span.to }).find(|index| follows_as(*index));
        let Some((open, close)) = open.and_then(|open| Some((open, statement.partner(open)?))) else {
            break;
        };
        places.push(Place { name, open, close });
        if !statement.is(close + 1, &[","]) {
            break;
        }
        name = close + 2;
    }
    places
}
