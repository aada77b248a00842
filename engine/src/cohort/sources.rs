//! What a definition may not read: anything that next year's session would not find, or would find otherwise.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr as Planned, LogicalPlan, Volatility};
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{Expr, ObjectName, Spanned, Statement, TableFactor, Visit, Visitor};
use datafusion::sql::sqlparser::tokenizer::Span;

use crate::catalog::{MAIN, METADATA, external};
use crate::error::{Error, ErrorKind};
use crate::logs;
use crate::metadata;
use crate::read;
use crate::relation::{located, names_in_with};
use crate::run::Runner;

/// Refuses a part of a definition that is no query, or names what only this session has.
pub(super) fn refuse(statement: &Parsed, user: &Runner) -> Result<()> {
    let Parsed::Statement(statement) = statement else {
        return Err(not_a_query());
    };
    if !matches!(**statement, Statement::Query(_)) {
        return Err(not_a_query());
    }
    match statement.visit(&mut Sources { user, defined: names_in_with(statement.as_ref()) }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(*error),
    }
}

/// Refuses functions that change from call to call.
pub(super) fn refuse_changing(plan: &LogicalPlan) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|part| match part {
                Planned::ScalarFunction(call) if call.func.signature().volatility != Volatility::Immutable => {
                    let message = format!(
                        "\"{}\" gives another answer at another time, and a cohort must come out the same when it is made again",
                        call.func.name()
                    );
                    let help = "write the value itself, as in DATE '2024-10-01'";
                    Err(external(Error::new(ErrorKind::Refused, message).with_help(help)))
                }
                _ => Ok(TreeNodeRecursion::Continue),
            })
        })
    })?;
    Ok(())
}

fn not_a_query() -> DataFusionError {
    let error = Error::new(ErrorKind::Refused, "a cohort is made by a query")
        .with_help("write SELECT person_id, .. or WITH .. SELECT person_id, ..");
    external(error)
}

struct Sources<'a> {
    user: &'a Runner,
    defined: BTreeSet<String>,
}

impl Visitor for Sources<'_> {
    type Break = Box<DataFusionError>;

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Self::Break> {
        let TableFactor::Table { name, args, .. } = factor else {
            return ControlFlow::Continue(());
        };
        let parts = parts(name);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let found = match (parts.as_slice(), args) {
            ([function], Some(_)) if read::is_function(function) => {
                Some(("a file", "a file can change or be gone; load it, and read the table"))
            }
            ([function], Some(_)) if logs::is_function(function) => {
                Some(("a record of this program's use", "read the lake's tables"))
            }
            ([table], None) if !self.defined.contains(*table) && self.user.main.is_of_the_session(table) => {
                Some(("a table or view of this session", "write its query into the cohort, as a WITH"))
            }
            ([.., MAIN, table], None) if self.user.main.is_of_the_session(table) => {
                Some(("a table or view of this session", "write its query into the cohort, as a WITH"))
            }
            ([.., METADATA, table], None) if !metadata::PAST.contains(table) => {
                Some(("a table of facts that keep no past", "write the values themselves into the cohort"))
            }
            ([.., "information_schema", _], None) => {
                Some(("a description of this session", "read the lake's tables"))
            }
            _ => None,
        };
        match found {
            Some((what, help)) => refused(&name.to_string(), what, help, name.span()),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Self::Break> {
        match expr {
            Expr::Function(function)
                if parts(&function.name).last().is_some_and(|name| self.user.main.macros().has(name)) =>
            {
                let help = "write its expression into the cohort";
                refused(&function.name.to_string(), "a function of this session", help, function.name.span())
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

fn parts(name: &ObjectName) -> Vec<String> {
    let idents = name.0.iter().filter_map(|part| part.as_ident());
    idents
        .map(|ident| match ident.quote_style {
            Some(_) => ident.value.clone(),
            None => ident.value.to_lowercase(),
        })
        .collect()
}

fn refused(name: &str, what: &str, help: &str, span: Span) -> ControlFlow<Box<DataFusionError>> {
    let message = format!("a cohort cannot read {name}, {what}: next year's answer could be another one");
    ControlFlow::Break(Box::new(located(Error::new(ErrorKind::Refused, message).with_help(help), span)))
}
