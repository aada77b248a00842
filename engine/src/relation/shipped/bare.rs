//! A shipped relation that needs no argument may be named like a table: `subgroups` is `subgroups()`.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::parser::{ExplainStatement, Statement as Parsed};
use datafusion::sql::sqlparser::ast::{
    Query, TableFactor, TableFunctionArgs, Visit, VisitMut, Visitor, VisitorMut,
};
use lifetracks_datasets::{Definitions, Relation};

use crate::relation::panel;

/// Writes the parentheses behind the names of relations, unless a WITH of the statement or a table of the lake or the
/// session (`is_table`) has the name.
pub(crate) fn call_bare_relations(
    statement: &mut Parsed,
    definitions: &Definitions,
    is_table: impl Fn(&str) -> bool,
) {
    match statement {
        Parsed::Explain(ExplainStatement { statement, .. }) => {
            call_bare_relations(statement, definitions, is_table);
        }
        Parsed::Statement(statement) => {
            let defined = names_in_with(statement.as_ref());
            let is_relation = |name: &str| {
                (panel::is_bare(name) || definitions.relation(name).is_some_and(Relation::needs_no_argument))
                    && !defined.contains(name)
                    && !is_table(name)
            };
            // A visitor that never breaks.
            let _: ControlFlow<()> = statement.as_mut().visit(&mut Calls { is_relation });
        }
        _ => {}
    }
}

/// The names that some WITH of a statement defines, in lower case.
pub(crate) fn names_in_with(statement: &impl Visit) -> BTreeSet<String> {
    let mut names = Names::default();
    // A visitor that never breaks.
    let _: ControlFlow<()> = statement.visit(&mut names);
    names.defined
}

#[derive(Default)]
struct Names {
    defined: BTreeSet<String>,
}

impl Visitor for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
        self.defined.extend(ctes.map(|cte| cte.alias.name.value.to_lowercase()));
        ControlFlow::Continue(())
    }
}

struct Calls<F> {
    is_relation: F,
}

impl<F: Fn(&str) -> bool> VisitorMut for Calls<F> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, args: args @ None, version: None, .. } = factor
            && let [part] = name.0.as_slice()
            && let Some(ident) = part.as_ident()
            && ident.quote_style.is_none()
            && (self.is_relation)(&ident.value.to_lowercase())
        {
            *args = Some(TableFunctionArgs { args: Vec::new(), settings: None });
        }
        ControlFlow::Continue(())
    }
}
