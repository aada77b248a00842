//! What a place in a statement can see: the sources of its query, and those of the queries around it.

use super::common::{Common, is_in_common};
use super::source::{Reader, Source};
use super::statement::{Span, Statement};
use crate::names::Names;

/// What can be named at the cursor.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// The sources of the innermost query.
    pub(crate) sources: Vec<Source>,
    /// The sources of the queries around it, the nearer first.
    pub(crate) outer: Vec<Source>,
    /// The queries of WITH that it can name.
    pub(crate) common: Vec<Common>,
    /// Queries whose columns the engine would have to be asked.
    pub(crate) questions: Vec<String>,
}

impl Scope {
    /// What can be seen from the cursor.
    pub(crate) fn at(statement: &Statement<'_>, cursor: usize, names: &Names) -> Self {
        let mut reader = Reader::new(statement, names);
        let mut common: Vec<Common> = Vec::new();
        let mut found: Vec<Vec<Source>> = Vec::new();
        for query in statement.queries_around(cursor).into_iter().rev() {
            common = reader.common(query, &common, Some(cursor));
            if is_in_common(statement, query, cursor) {
                continue;
            }
            let segment = statement.segment(query, cursor);
            if segment.from > query.from && statement.is(segment.from - 1, &["("]) {
                // The bracket is not closed yet: what stands before it is the query around.
                found.push(reader.sources(Span { to: segment.from - 1, ..query }, &common));
            }
            found.push(reader.sources(segment, &common));
        }
        let sources = found.pop().unwrap_or_default();
        let outer = found.into_iter().rev().flatten().collect();
        Self { sources, outer, common, questions: reader.questions }
    }

    /// Whether a query of WITH has this name.
    pub(crate) fn has_common(&self, name: &str) -> bool {
        self.common.iter().any(|common| common.name == name)
    }

    /// Every source, the nearest first.
    pub(crate) fn all(&self) -> Vec<Source> {
        self.sources.iter().chain(&self.outer).cloned().collect()
    }
}
