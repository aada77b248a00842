//! Tells expressions apart that the planner would call the same: it leaves casts out of names, so that `sum(x)` and
//! `sum(CAST(x AS double))` could not stand in one SELECT, whatever AS calls them.

mod names;
mod wrapped;

use std::ops::ControlFlow;

use datafusion::execution::session_state::SessionState;
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, GroupByExpr, Ident, OrderBy, Query, Select, SelectItem, SetExpr, VisitMut, VisitorMut,
};

use crate::dialect;
use names::{Names, Written, has_cast};
use wrapped::Wrapped;

/// Names the columns that would have the same name by what is written, and gives every aggregate a name of its own.
pub(crate) fn part(statement: &mut Parsed, state: &SessionState) {
    // A visitor that never breaks.
    let _: ControlFlow<()> = dialect::visit(statement, &mut Queries { state });
}

struct Queries<'a> {
    state: &'a SessionState,
}

impl VisitorMut for Queries<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        part_body(&mut query.body, query.order_by.as_mut(), self.state);
        ControlFlow::Continue(())
    }
}

fn part_body(body: &mut SetExpr, order_by: Option<&mut OrderBy>, state: &SessionState) {
    match body {
        SetExpr::Select(select) => {
            name_columns(&mut select.projection);
            let mut order_by = order_by;
            part_groups(select, order_by.as_deref_mut());
            part_aggregates(select, order_by, state);
        }
        SetExpr::SetOperation { left, right, .. } => {
            part_body(left, None, state);
            part_body(right, None, state);
        }
        _ => {}
    }
}

/// `SELECT x, CAST(x AS double)` or `SELECT *, CAST(x AS double)`: the second column is called as it is written.
fn name_columns(items: &mut [SelectItem]) {
    let is_star =
        |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
    let has_star = items.iter().any(is_star);
    let mut names = Names::default();
    for item in items.iter() {
        if let SelectItem::UnnamedExpr(expr) = item {
            names.add(Written::of(expr));
        }
    }
    for item in items {
        if let SelectItem::UnnamedExpr(expr) = item
            && (names.place(expr).is_some() || has_star && has_cast(expr))
        {
            let alias = Ident::with_quote('"', expr.to_string());
            *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
        }
    }
}

/// `GROUP BY x, CAST(x AS double)`: the second one is planned as `coalesce(CAST(x AS double))` wherever it stands.
fn part_groups(select: &mut Select, order_by: Option<&mut OrderBy>) {
    let GroupByExpr::Expressions(by, _) = &mut select.group_by else { return };
    let mut names = Names::default();
    for expr in by.iter() {
        names.add(Written::of(meant(expr, &select.projection)));
    }
    if names.has_several() {
        let mut groups = Groups { names, depth: 0 };
        // A visitor that never breaks.
        let _ = by.visit(&mut groups);
        visit_results(select, order_by, &mut groups);
    }
}

/// What an expression of GROUP BY stands for: the column of SELECT that has its name, or itself.
fn meant<'a>(expr: &'a Expr, items: &'a [SelectItem]) -> &'a Expr {
    let Expr::Identifier(name) = expr else { return expr };
    let named = items.iter().find_map(|item| match item {
        SelectItem::ExprWithAlias { expr, alias } if alias == name => Some(expr),
        _ => None,
    });
    named.unwrap_or(expr)
}

/// Tells the expressions of GROUP BY apart.
struct Groups {
    names: Names,
    /// How many sub-queries the expression is in.
    depth: usize,
}

impl VisitorMut for Groups {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.depth == 0
            && let Some(times) = self.names.place(expr)
        {
            expr.visit(&mut Wrapped { times })?;
        }
        ControlFlow::Continue(())
    }
}

/// Takes a visitor through all that is computed of the groups. A column without a name that it changes is called as it
/// was written.
fn visit_results(
    select: &mut Select,
    order_by: Option<&mut OrderBy>,
    visitor: &mut impl VisitorMut<Break = ()>,
) {
    // Visitors that never break.
    for item in &mut select.projection {
        let written = item.to_string();
        let _ = item.visit(visitor);
        if let SelectItem::UnnamedExpr(expr) = item
            && expr.to_string() != written
        {
            let alias = Ident::with_quote('"', written);
            *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
        }
    }
    let _ = select.having.visit(visitor);
    let _ = select.qualify.visit(visitor);
    if let Some(order_by) = order_by {
        let _ = order_by.visit(visitor);
    }
}

/// `SELECT sum(x), sum(CAST(x AS double))`: the second one is planned as `sum(coalesce(CAST(x AS double)))`, which is the
/// same and has another name. The optimiser takes it away again.
fn part_aggregates(select: &mut Select, mut order_by: Option<&mut OrderBy>, state: &SessionState) {
    let is_grouped = !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    let mut aggregates =
        Aggregates { state, is_grouped, depth: 0, names: Names::default(), is_parting: false };
    visit_results(select, order_by.as_deref_mut(), &mut aggregates);
    if aggregates.names.has_several() {
        aggregates.is_parting = true;
        visit_results(select, order_by, &mut aggregates);
    }
}

/// Visits the aggregates and window functions of one SELECT, first to know them and then to tell them apart.
struct Aggregates<'a> {
    state: &'a SessionState,
    /// Whether there is a GROUP BY: what a window looks at must then stay as it is there.
    is_grouped: bool,
    /// How many sub-queries the expression is in.
    depth: usize,
    names: Names,
    is_parting: bool,
}

impl Aggregates<'_> {
    fn is_meant(&self, function: &Function) -> bool {
        if function.over.is_some() {
            return !self.is_grouped;
        }
        self.state.aggregate_functions().contains_key(&function.name.to_string().to_lowercase())
    }
}

impl VisitorMut for Aggregates<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let is_meant = matches!(expr, Expr::Function(function) if self.is_meant(function));
        if self.depth > 0 || !is_meant {
            return ControlFlow::Continue(());
        }
        if !self.is_parting {
            self.names.add(Written::of(expr));
            return ControlFlow::Continue(());
        }
        if let Some(times) = self.names.place(expr)
            && let Expr::Function(function) = expr
        {
            function.args.visit(&mut Wrapped { times })?;
            function.filter.visit(&mut Wrapped { times })?;
            function.within_group.visit(&mut Wrapped { times })?;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use datafusion::execution::session_state::SessionStateBuilder;

    use super::*;

    fn parted(sql: &str) -> String {
        let state = SessionStateBuilder::new().with_default_features().build();
        let mut statement = dialect::parse(sql).unwrap();
        part(&mut statement, &state);
        statement.to_string()
    }

    #[test]
    fn columns_that_differ_by_a_cast_are_named_by_what_is_written() {
        assert_eq!(
            parted("SELECT CAST(x AS DOUBLE), t.x, CAST(y AS INT) FROM t"),
            "SELECT CAST(x AS DOUBLE) AS \"CAST(x AS DOUBLE)\", t.x, CAST(y AS INT) FROM t"
        );
        assert_eq!(
            parted("SELECT t.*, CAST(x AS DOUBLE), y FROM t"),
            "SELECT t.*, CAST(x AS DOUBLE) AS \"CAST(x AS DOUBLE)\", y FROM t"
        );
    }

    #[test]
    fn aggregates_that_differ_by_a_cast_are_told_apart_wherever_they_stand() {
        assert_eq!(
            parted("SELECT sum(CAST(x AS DOUBLE)) AS a, sum(x) AS b FROM t ORDER BY sum(CAST(x AS DOUBLE))"),
            "SELECT sum(coalesce(CAST(x AS DOUBLE))) AS a, sum(x) AS b FROM t \
             ORDER BY sum(coalesce(CAST(x AS DOUBLE)))"
        );
        assert_eq!(
            parted("SELECT avg(CAST(x AS INT)) AS a FROM t HAVING avg(CAST(x AS DOUBLE)) > 1"),
            "SELECT avg(coalesce(coalesce(CAST(x AS INT)))) AS a FROM t \
             HAVING avg(coalesce(CAST(x AS DOUBLE))) > 1"
        );
    }

    #[test]
    fn a_column_without_a_name_is_called_as_it_is_written() {
        assert_eq!(
            parted("SELECT sum(x), sum(CAST(x AS DOUBLE)) / 2 FROM t"),
            "SELECT sum(x), sum(coalesce(CAST(x AS DOUBLE))) / 2 AS \"sum(CAST(x AS DOUBLE)) / 2\" FROM t"
        );
    }

    #[test]
    fn groups_that_differ_by_a_cast_are_told_apart_wherever_they_stand() {
        assert_eq!(
            parted("SELECT x, CAST(x AS INT) AS y, count(*) FROM t GROUP BY x, CAST(x AS INT)"),
            "SELECT x, coalesce(CAST(x AS INT)) AS y, count(*) FROM t GROUP BY x, coalesce(CAST(x AS INT))"
        );
        assert_eq!(
            parted("SELECT x, CAST(x AS INT) AS y FROM t GROUP BY x, y HAVING CAST(x AS INT) > 1"),
            "SELECT x, coalesce(CAST(x AS INT)) AS y FROM t GROUP BY x, y HAVING coalesce(CAST(x AS INT)) > 1"
        );
    }

    #[test]
    fn what_has_names_of_its_own_stays_as_it_is() {
        for sql in [
            "SELECT sum(CAST(x AS DOUBLE)), sum(y) FROM t",
            "SELECT sum(CAST(x AS DOUBLE)), sum(CAST(x AS DOUBLE)) + 1 FROM t",
            "SELECT CAST(x AS DOUBLE) AS a, x FROM t",
            "SELECT count(*), count(*) FROM t",
            "SELECT lag(x, CAST(1 AS BIGINT)) OVER w AS a, lag(x, 1) OVER w AS b FROM t WINDOW w AS (ORDER BY x)",
            "SELECT sum(x), (SELECT sum(CAST(x AS DOUBLE)) FROM u) FROM t",
            "SELECT abs(CAST(x AS INT)) AS a, max(abs(x)) AS b FROM t GROUP BY abs(CAST(x AS INT))",
        ] {
            assert_eq!(parted(sql), sql);
        }
    }
}
