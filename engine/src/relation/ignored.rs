//! Refuses, in a parsed statement, what `DataFusion` would read and then drop, or plan into a wrong answer.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::error::{DataFusionError, Result};
use datafusion::sql::parser::{CopyToSource, CopyToStatement, ExplainStatement, Statement as Parsed};
use datafusion::sql::sqlparser::ast::{Expr, Query, Select, Spanned, TableFactor, Visit, Visitor};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::refusal::refuse;
use super::{expression, join, query, select};

/// Refuses what `DataFusion` 55 would drop from `statement` without a word, in one sentence that names it
/// and says what to write; also what it refuses itself in words that help nobody.
pub(crate) fn refuse_ignored(statement: &Parsed) -> Result<()> {
    let mut ignored = Ignored::default();
    walk(statement, &mut ignored)?;
    match ignored.versioned.iter().find(|(name, _)| ignored.ctes.contains(name)) {
        None => Ok(()),
        Some((name, span)) => refuse(
            &format!("AS OF for {name}, a name that WITH defines,"),
            "only lake tables have versions: give the name in WITH another spelling",
            *span,
        ),
    }
}

/// Shows a visitor every part of a statement that is SQL.
pub(super) fn walk(
    statement: &Parsed,
    visitor: &mut impl Visitor<Break = Box<DataFusionError>>,
) -> Result<()> {
    let visited = match statement {
        Parsed::Statement(statement) => statement.visit(visitor),
        Parsed::Explain(ExplainStatement { options: _, statement }) => return walk(statement, visitor),
        Parsed::CopyTo(CopyToStatement {
            source,
            target: _,
            partitioned_by: _,
            stored_as: _,
            options: _,
        }) => match source {
            CopyToSource::Query(query) => query.visit(visitor),
            CopyToSource::Relation(_) => return Ok(()),
        },
        Parsed::CreateExternalTable(_) | Parsed::Reset(_) => return Ok(()),
    };
    match visited {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(*error),
    }
}

/// Planning follows an expression down by calling itself.
const MOST_OPERATORS: usize = 1_000;

#[derive(Default)]
struct Ignored {
    /// How many expressions the one being looked at is in.
    depth: usize,
    /// Names that some WITH in the statement defines.
    ctes: BTreeSet<String>,
    /// Names without a schema that AS OF follows.
    versioned: Vec<(String, Span)>,
}

impl Visitor for Ignored {
    type Break = Box<DataFusionError>;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        if let Some(with) = &query.with {
            let names = with.cte_tables.iter().map(|cte| cte.alias.name.value.to_lowercase());
            self.ctes.extend(names);
        }
        flow(query::check(query))
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Self::Break> {
        flow(select::check(select))
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Self::Break> {
        match factor {
            TableFactor::NestedJoin { table_with_joins, alias: _ } => flow(join::check(table_with_joins)),
            TableFactor::Table { name, version: Some(_), .. } => {
                if let [part] = name.0.as_slice()
                    && let Some(ident) = part.as_ident()
                {
                    self.versioned.push((ident.value.to_lowercase(), name.span()));
                }
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Self::Break> {
        self.depth += 1;
        if self.depth > MOST_OPERATORS {
            let what = format!("a chain of more than {MOST_OPERATORS} operators");
            return flow(refuse(&what, "put the values in a list, as in x IN (1, 2, 3)", Span::empty()));
        }
        flow(expression::check(expr))
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<Self::Break> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

pub(super) fn flow(checked: Result<()>) -> ControlFlow<Box<DataFusionError>> {
    match checked {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(Box::new(error)),
    }
}
