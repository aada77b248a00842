//! A definition about to be carried out: its text, the parts of it, and the settings it runs with.

use std::collections::BTreeMap;
use std::ops::Range;

use datafusion::common::config::ExtensionOptions;
use lifetracks_udfs::LifetracksOptions;

use super::parse::{Create, Rule};
use super::{CohortStatement, parse};
use crate::error::{Error, LakeContext, Result, Span};

/// The settings of a session that decide no answer.
const NO_PARAMETERS: [&str; 1] = ["checked_reads"];
const PREFIX: &str = "lifetracks.";

/// A definition and how it is carried out.
pub(super) struct Definition<'a> {
    pub(super) create: Create,
    /// What the parts' places point into.
    pub(super) text: &'a str,
    pub(super) settings: LifetracksOptions,
    /// create or refresh.
    pub(super) made_by: &'static str,
}

impl<'a> Definition<'a> {
    /// The one that a statement gives.
    pub(super) fn new(create: &Create, text: &'a str, settings: LifetracksOptions) -> Self {
        Self { create: create.clone(), text, settings, made_by: "create" }
    }

    /// The one that was kept, with its own settings in the place of the session's.
    pub(super) fn kept(
        sql: &'a str,
        parameters: &BTreeMap<String, String>,
        session: &LifetracksOptions,
    ) -> Result<Self> {
        let Some(CohortStatement::Create(create)) = parse(sql)? else {
            return Err(Error::lake("the kept definition of the cohort cannot be read")
                .with_help("run `verify`, and write it anew with CREATE OR REPLACE COHORT"));
        };
        let mut settings = session.clone();
        for (name, value) in parameters {
            let name = name.strip_prefix(PREFIX).unwrap_or(name);
            settings.set(name, value).lake_context(|| format!("set {PREFIX}{name} as the cohort has it"))?;
        }
        Ok(Self { create, text: sql, settings, made_by: "refresh" })
    }

    /// The statement that is kept: it makes the cohort where there is none.
    pub(super) fn sql(&self) -> String {
        format!("CREATE COHORT {} {}", self.create.name.text, &self.text[self.create.body.clone()])
    }

    /// The settings that are kept.
    pub(super) fn parameters(&self) -> BTreeMap<String, String> {
        let entries = self.settings.entries().into_iter();
        entries
            .filter(|entry| !NO_PARAMETERS.iter().any(|name| entry.key == format!("{PREFIX}{name}")))
            .map(|entry| (entry.key, entry.value.unwrap_or_default()))
            .collect()
    }

    /// The query that gives the persons.
    pub(super) fn query(&self) -> Part<'a> {
        let range = self.create.query.clone();
        Part { sql: self.text[range.clone()].to_owned(), before: 0, own: range, text: self.text }
    }

    /// The query for the persons of whom a rule's condition is true, or is not true and known.
    pub(super) fn condition(&self, rule: &Rule, is_true: bool) -> Part<'a> {
        let name = &self.create.name.text;
        let not = if is_true { "" } else { "NOT " };
        let before = format!("SELECT \"{name}\".person_id FROM \"{name}\" WHERE {not}(");
        let condition = &self.text[rule.condition.clone()];
        Part {
            // A comment at its end must not take the parenthesis in.
            sql: format!("{before}{condition}\n)"),
            before: before.len(),
            own: rule.condition.clone(),
            text: self.text,
        }
    }
}

/// A query that was cut out of a definition, or built around a piece of it.
pub(super) struct Part<'a> {
    pub(super) sql: String,
    /// Bytes of the query before the definition's own.
    before: usize,
    /// The definition's own, in its text.
    own: Range<usize>,
    text: &'a str,
}

impl Part<'_> {
    /// Moves an error's place from the query to the definition's text.
    pub(super) fn place(&self, error: Error) -> Error {
        let moved = |at: usize| (at.saturating_sub(self.before) + self.own.start).min(self.text.len());
        let span = error.span().map(|span| Span { start: moved(span.start), end: moved(span.end) });
        let is_past = |span: Span| self.before > 0 && span.start >= self.before + self.own.len();
        if !error.span().is_some_and(is_past) {
            return error.with_span(span);
        }
        // The parser stopped at the parenthesis that the user has not written.
        let message = error.message().replace("found )", "found the end of the condition");
        let span = Span { start: self.own.end, end: self.own.end + 1 };
        Error::new(error.kind(), message).with_span(Some(span))
    }
}
