//! What stands in FROM: tables, functions, sub-queries and WITH queries, with their names in the statement and columns.

use super::common::Common;
use super::selected::selected;
use super::statement::{Span, Statement};
use crate::names::{Column, Names, Table};

/// Queries nested deeper than this keep their columns to themselves.
const DEEPEST: usize = 8;

/// Words that end FROM.
pub(crate) const AFTER_FROM: &[&str] = &[
    "where",
    "group",
    "having",
    "order",
    "limit",
    "offset",
    "qualify",
    "window",
    "union",
    "intersect",
    "except",
    "fetch",
    "require",
    "exclude",
    "select",
];

/// One item of FROM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// By what its columns are qualified; empty for a sub-query without a name.
    pub(crate) name: String,
    /// The table's or function's own name; `None` for a query.
    pub(crate) table: Option<String>,
    /// Where the item starts in the statement.
    pub(crate) at: usize,
    /// Its columns, as far as anybody knows.
    pub(crate) columns: Vec<Column>,
    /// Whether these are all of its columns.
    pub(crate) is_known: bool,
}

/// Reads the sources of queries, and notes what the engine would have to be asked.
pub(crate) struct Reader<'a> {
    pub(super) statement: &'a Statement<'a>,
    names: &'a Names,
    /// Queries whose columns would be good to know.
    pub(crate) questions: Vec<String>,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// A reader of one statement.
    pub(crate) fn new(statement: &'a Statement<'a>, names: &'a Names) -> Self {
        Self { statement, names, questions: Vec::new(), depth: 0 }
    }

    /// The items of a query's FROM.
    pub(crate) fn sources(&mut self, segment: Span, common: &[Common]) -> Vec<Source> {
        let statement = self.statement;
        let starts = |index: &usize| {
            statement.is(*index, &["from", "update", "describe", "into"])
                && !(*index > 0 && statement.is(index - 1, &["distinct"]))
        };
        let Some(from) = statement.level(segment).find(starts) else {
            return Vec::new();
        };
        let items = Span { from: from + 1, to: segment.to };
        let end = statement.find(items, AFTER_FROM).unwrap_or(segment.to);
        self.items(Span { to: end, ..items }, common)
    }

    fn items(&mut self, span: Span, common: &[Common]) -> Vec<Source> {
        let statement = self.statement;
        let mut sources = Vec::new();
        let mut expected = true;
        let level: Vec<usize> = statement.level(span).collect();
        for index in level {
            if statement.is(index, &[",", "join"]) {
                expected = true;
            } else if expected && !statement.is(index, &["lateral"]) {
                expected = false;
                match self.joined(index) {
                    Some(inside) => sources.extend(self.items(inside, common)),
                    None => sources.extend(self.item(index, span.to, common)),
                }
            }
        }
        sources
    }

    /// The inside of brackets around joined tables.
    fn joined(&self, index: usize) -> Option<Span> {
        let close = self.statement.partner(index).filter(|close| *close > index)?;
        let inside = Span { from: index + 1, to: close };
        (!self.statement.is_query(inside)).then_some(inside)
    }

    /// The item that starts at `index`.
    fn item(&mut self, index: usize, to: usize, common: &[Common]) -> Option<Source> {
        let statement = self.statement;
        let (mut source, end) = if statement.is(index, &["("]) {
            let close = statement.partner(index)?;
            let (columns, is_known) = self.columns_of(Span { from: index + 1, to: close }, common);
            (Source { name: String::new(), table: None, at: index, columns, is_known }, close + 1)
        } else {
            let (path, end) = statement.path(index)?;
            let close = statement.partner(end).filter(|close| *close > end);
            let end = close.map_or(end, |close| close + 1);
            let call = close.map(|_| statement.written(Span { from: index, to: end }));
            (self.named(&path, call, index, common), end)
        };
        let alias = end + usize::from(statement.is(end, &["as"]));
        let name = statement.tokens.get(alias).filter(|token| alias < to && token.is_name());
        if let Some(name) = name {
            source.name = name.name();
            source.columns = self.renamed(alias + 1, source.columns);
        }
        Some(source)
    }

    /// Columns under the names that brackets give them, if there are brackets at `open`.
    pub(super) fn renamed(&self, open: usize, mut columns: Vec<Column>) -> Vec<Column> {
        let Some(close) = self.statement.partner(open).filter(|close| *close > open) else {
            return columns;
        };
        let names: Vec<String> = self.statement.tokens[open + 1..close]
            .iter()
            .filter(|token| token.is_name())
            .map(crate::token::Token::name)
            .collect();
        columns.resize_with(columns.len().max(names.len()), Column::default);
        for (column, name) in columns.iter_mut().zip(names) {
            column.name = name;
        }
        columns
    }

    fn named(&mut self, path: &[String], call: Option<&str>, at: usize, common: &[Common]) -> Source {
        let name = path.last().cloned().unwrap_or_default();
        let source = |table: Option<&str>, columns: &[Column], is_known| Source {
            name: name.clone(),
            table: table.map(str::to_owned),
            at,
            columns: columns.to_vec(),
            is_known,
        };
        if call.is_none() {
            let with = common.iter().rev().find(|common| path.len() == 1 && common.name == name);
            if let Some(with) = with {
                return source(None, &with.columns, with.is_known);
            }
            if let Some(table) = table(self.names, path) {
                if let Some(columns) = &table.columns {
                    return source(Some(&table.name), columns, true);
                }
                let (columns, is_known) = self.ask(&format!("SELECT * FROM {}", path.join(".")), &[]);
                return source(Some(&table.name), &columns, is_known);
            }
        }
        let Some(function) = self.names.function(&name).filter(|function| function.gives_rows) else {
            return source(Some(&name), &[], false);
        };
        if let Some(columns) = &function.columns {
            return source(Some(&function.name), columns, true);
        }
        let (columns, is_known) = self.ask(&format!("SELECT * FROM {}", call.unwrap_or(&name)), common);
        source(Some(&function.name), &columns, is_known)
    }

    /// The columns of a query, and whether these are all.
    pub(super) fn columns_of(&mut self, span: Span, common: &[Common]) -> (Vec<Column>, bool) {
        if self.depth >= DEEPEST {
            return (Vec::new(), false);
        }
        self.depth += 1;
        let inner = self.common(span, common, None);
        let segment = self.statement.segment(span, 0);
        let sources = self.sources(segment, &inner);
        self.depth -= 1;
        if let Some(columns) = selected(self.statement, segment, &sources) {
            return (columns, true);
        }
        let (columns, is_known) = self.ask(self.statement.written(span), common);
        if is_known {
            return (columns, true);
        }
        (sources.into_iter().flat_map(|source| source.columns).collect(), false)
    }

    /// What the engine said about a query's columns; notes the question where it has not been asked yet.
    fn ask(&mut self, query: &str, common: &[Common]) -> (Vec<Column>, bool) {
        let with: Vec<&str> = common.iter().map(|common| common.written.as_str()).collect();
        let question = match with.as_slice() {
            [] => query.to_owned(),
            with => format!("WITH {} SELECT * FROM ({query})", with.join(", ")),
        };
        match self.names.planned.get(&question) {
            Some(Some(columns)) => (columns.clone(), true),
            Some(None) => (Vec::new(), false),
            None => {
                self.questions.push(question);
                (Vec::new(), false)
            }
        }
    }
}

/// The table at the end of a path; the catalog and the schema of the lake's own tables need not be named.
pub(crate) fn table<'a>(names: &'a Names, path: &[String]) -> Option<&'a Table> {
    (0..path.len()).find_map(|first| names.table(&path[first..].join(".")))
}

/// The column that a path names among sources.
pub(crate) fn resolve<'a>(path: &[String], sources: &'a [Source]) -> Option<&'a Column> {
    let (name, qualifiers) = path.split_last()?;
    let of_owner = |source: &&Source| qualifiers.last().is_none_or(|owner| is_called(source, owner));
    let mut columns = sources.iter().filter(of_owner).flat_map(|source| &source.columns);
    columns.find(|column| column.name.eq_ignore_ascii_case(name))
}

/// Whether a source's columns can be qualified by this name.
pub(crate) fn is_called(source: &Source, owner: &str) -> bool {
    source.name.eq_ignore_ascii_case(owner)
}
