//! Tells who divides counts or sums of whole numbers, which SQL does without the fraction: a rate comes out as 0 or 1.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::common::Column;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::expr::{BinaryExpr, Cast};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Operator};
use datafusion::sql::sqlparser::ast::{Query, TableFactor, VisitorMut};
use lifetracks_datasets::Definitions;

use crate::dialect;
use crate::heading::spelled;
use crate::relation::is_function;

/// Aggregates and window functions whose whole numbers are parts and wholes of a rate. The year of a smallest quarter,
/// `min(quarter_index) / 4`, is none.
const COUNTING: [&str; 4] = ["count", "sum", "approx_distinct", "regr_count"];

/// Functions around a division that say that the fraction is not wanted.
const DROPPING: [&str; 2] = ["floor", "trunc"];

/// Names longer than this say nothing that their first words do not.
const LONGEST: usize = 60;

/// What there is to say about the plan of a text that divides counts or sums of whole numbers; `None` if it does not.
pub(crate) fn dropped_fraction(text: &str, plan: &LogicalPlan, definitions: &Definitions) -> Option<String> {
    let shipped = &Shipped { definitions, given: names_given(text) };
    let mut columns = BTreeSet::new();
    let mut is_found = false;
    // A visitor that never fails.
    let _ = plan.apply_with_subqueries(|node| {
        if shipped.is(node) {
            return Ok(TreeNodeRecursion::Jump);
        }
        node.apply_expressions(|expr| {
            if divides(expr, node, shipped) {
                is_found = true;
                columns.extend(matches!(node, LogicalPlan::Projection(_)).then(|| name(expr)));
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(TreeNodeRecursion::Continue)
    });
    is_found.then(|| told(&columns))
}

fn told(columns: &BTreeSet<String>) -> String {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let subject = match columns.as_slice() {
        [] => "the statement divides".to_owned(),
        [column] => format!("column {column} divides"),
        several => format!("columns {} divide", several.join(", ")),
    };
    format!(
        "{subject} whole numbers by whole numbers, which drops the fraction (3 / 4 is 0): write \
         cast(part AS double) / whole, or rate(part, whole) in place of sum(part) / sum(whole); \
         cast(part / whole AS bigint) if that is what is meant"
    )
}

/// A column's name in quotes, or what it computes.
fn name(expr: &Expr) -> String {
    match expr {
        Expr::Alias(alias) => format!("\"{}\"", alias.name),
        other => spelled(&other.schema_name().to_string()).chars().take(LONGEST).collect(),
    }
}

/// The functions about students that the engine ships: what they divide is their own matter.
struct Shipped<'a> {
    definitions: &'a Definitions,
    /// Names that the statement itself gives to what it reads.
    given: BTreeSet<String>,
}

impl Shipped<'_> {
    fn is(&self, node: &LogicalPlan) -> bool {
        let LogicalPlan::SubqueryAlias(named) = node else { return false };
        let name = named.alias.table();
        is_function(name, self.definitions) && !self.given.contains(name)
    }
}

/// The names that WITH and AS give in a statement to what it reads, in lower case.
fn names_given(text: &str) -> BTreeSet<String> {
    let mut names = Names::default();
    if let Ok(mut statement) = dialect::parse(text) {
        // A visitor that never breaks.
        let _: ControlFlow<()> = dialect::visit(&mut statement, &mut names);
    }
    names.0
}

#[derive(Default)]
struct Names(BTreeSet<String>);

impl VisitorMut for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        self.0.extend(tables.map(|table| table.alias.name.value.to_lowercase()));
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let (alias, own) = match factor {
            TableFactor::Table { name, alias, .. } => (alias, name.to_string().to_lowercase()),
            TableFactor::Derived { alias, .. } => (alias, String::new()),
            _ => return ControlFlow::Continue(()),
        };
        let given = alias.as_ref().map(|alias| alias.name.value.to_lowercase());
        self.0.extend(given.filter(|given| *given != own));
        ControlFlow::Continue(())
    }
}

/// Whether an expression of a node divides whole numbers of which one is a count or a sum.
fn divides(expr: &Expr, node: &LogicalPlan, shipped: &Shipped<'_>) -> bool {
    let mut is_found = false;
    // A visitor that never fails.
    let _ = expr.apply(|part| {
        if is_meant(part) {
            return Ok(TreeNodeRecursion::Jump);
        }
        let Some((left, right)) = division(part) else { return Ok(TreeNodeRecursion::Continue) };
        let schema = merge_schema(&node.inputs());
        let is_whole = |side: &Expr| side.get_type(&schema).is_ok_and(|found| found.is_integer());
        let mut counted = Counted { shipped, seen: BTreeSet::new() };
        // Whole numbers of other signs give a decimal.
        let drops = is_whole(left) && is_whole(right) && is_whole(part);
        if drops && (counted.is(left, node) || counted.is(right, node)) {
            is_found = true;
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    is_found
}

fn division(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Divide, right }) => Some((left, right)),
        _ => None,
    }
}

/// `floor(a / b)` and `cast(a / b AS bigint)`
fn is_meant(expr: &Expr) -> bool {
    match expr {
        Expr::ScalarFunction(call) if DROPPING.contains(&call.name()) => {
            call.args.first().is_some_and(|argument| division(argument).is_some())
        }
        Expr::Cast(Cast { expr, field }) => field.data_type().is_integer() && division(expr).is_some(),
        _ => false,
    }
}

/// Looks for counts and sums in what an expression is made of, through sub-queries, WITH and views.
struct Counted<'a> {
    shipped: &'a Shipped<'a>,
    /// Columns of nodes that were looked at, and are none.
    seen: BTreeSet<(usize, usize)>,
}

impl Counted<'_> {
    /// Whether an expression of a node counts or adds.
    fn is(&mut self, expr: &Expr, node: &LogicalPlan) -> bool {
        expr.exists(|part| {
            Ok(match part {
                Expr::AggregateFunction(call) => COUNTING.contains(&call.func.name()),
                Expr::WindowFunction(call) => COUNTING.contains(&call.fun.name()),
                Expr::Column(column) => self.is_column(column, node),
                Expr::ScalarSubquery(inner) => self.is_output(0, &inner.subquery),
                _ => false,
            })
        })
        .unwrap_or(false)
    }

    fn is_column(&mut self, column: &Column, node: &LogicalPlan) -> bool {
        node.inputs().into_iter().any(|input| {
            let at = input.schema().maybe_index_of_column(column);
            at.is_some_and(|at| self.is_output(at, input))
        })
    }

    /// Whether the column at a place of what a node gives counts or adds.
    fn is_output(&mut self, at: usize, node: &LogicalPlan) -> bool {
        if self.shipped.is(node) || !self.seen.insert((std::ptr::from_ref(node).addr(), at)) {
            return false;
        }
        let made = match node {
            LogicalPlan::Projection(projection) => projection.expr.get(at),
            // What is computed stands behind what comes from below.
            LogicalPlan::Aggregate(aggregate) => behind(&aggregate.aggr_expr, at, node),
            LogicalPlan::Window(window) => behind(&window.window_expr, at, node),
            LogicalPlan::SubqueryAlias(named) => return self.is_output(at, &named.input),
            LogicalPlan::Union(union) => return union.inputs.iter().any(|input| self.is_output(at, input)),
            LogicalPlan::TableScan(scan) if scan.projection.is_none() => {
                let provider = source_as_provider(&scan.source).ok();
                return match provider.as_ref().and_then(|provider| provider.get_logical_plan()) {
                    Some(Cow::Borrowed(view)) => self.is_output(at, view),
                    _ => false,
                };
            }
            _ => None,
        };
        if let Some(expr) = made {
            return self.is(expr, node);
        }
        let (qualifier, field) = node.schema().qualified_field(at);
        self.is_column(&Column::new(qualifier.cloned(), field.name()), node)
    }
}

/// The last expressions of a node by the places of its columns.
fn behind<'a>(last: &'a [Expr], at: usize, node: &LogicalPlan) -> Option<&'a Expr> {
    let first = node.schema().fields().len().checked_sub(last.len())?;
    last.get(at.checked_sub(first)?)
}
