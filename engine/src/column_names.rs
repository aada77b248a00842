//! Calls the columns of a result as they are written where AS does not name them: the planner's names leave out casts and
//! parentheses, and another expression would stand above the values.

use std::collections::BTreeMap;

use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{Expr, Ident, SelectItem, SetExpr, Statement};

/// Names the columns of a query, or of a table or view that is made of one, by what is written; a text that stands there again has its number behind it.
pub(crate) fn as_written(statement: &mut Parsed) {
    let Parsed::Statement(statement) = statement else { return };
    let query = match statement.as_mut() {
        Statement::Query(query) => query,
        Statement::CreateView(view) => &mut view.query,
        Statement::CreateTable(table) => match &mut table.query {
            Some(query) => query,
            None => return,
        },
        _ => return,
    };
    let is_ordered = query.order_by.is_some();
    let mut body = query.body.as_mut();
    // The first branch of a UNION names its columns.
    while let SetExpr::SetOperation { left, .. } = body {
        body = left.as_mut();
    }
    let SetExpr::Select(select) = body else { return };
    // ORDER BY must find its expressions among those of DISTINCT as they are.
    if select.distinct.is_some() && is_ordered {
        return;
    }
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for item in &mut select.projection {
        let SelectItem::UnnamedExpr(expr) = item else { continue };
        if !is_computed(expr) {
            continue;
        }
        let written = expr.to_string();
        let time = times.entry(written.clone()).or_default();
        *time += 1;
        let name = if *time == 1 { written } else { format!("{written}_{time}") };
        *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias: Ident::with_quote('"', name) };
    }
}

/// Whether an expression is one that has no name of its own, and gives one column.
fn is_computed(expr: &Expr) -> bool {
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => false,
        Expr::Function(function) => !function.name.to_string().eq_ignore_ascii_case("unnest"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;

    fn named(sql: &str) -> String {
        let mut statement = dialect::parse(sql).unwrap();
        as_written(&mut statement);
        statement.to_string()
    }

    #[test]
    fn what_is_computed_is_called_as_it_is_written() {
        assert_eq!(
            named("SELECT (a - 2000) * 10, t.b, count(*), 2 AS two, 'x''y' FROM t"),
            "SELECT (a - 2000) * 10 AS \"(a - 2000) * 10\", t.b, count(*) AS \"count(*)\", 2 AS two, \
             'x''y' AS \"'x''y'\" FROM t"
        );
        assert_eq!(
            named("SELECT 1 UNION ALL SELECT 2 ORDER BY 1"),
            "SELECT 1 AS \"1\" UNION ALL SELECT 2 ORDER BY 1"
        );
    }

    #[test]
    fn what_is_made_of_a_query_has_its_names() {
        assert_eq!(named("CREATE VIEW v AS SELECT 1 + 1"), "CREATE VIEW v AS SELECT 1 + 1 AS \"1 + 1\"");
        assert_eq!(
            named("CREATE TABLE t AS SELECT sum(a) FROM u"),
            "CREATE TABLE t AS SELECT sum(a) AS \"sum(a)\" FROM u"
        );
    }

    #[test]
    fn a_text_that_stands_there_again_is_numbered() {
        assert_eq!(
            named("SELECT count(*), count(*), (1), 1 FROM t"),
            "SELECT count(*) AS \"count(*)\", count(*) AS \"count(*)_2\", (1) AS \"(1)\", 1 AS \"1\" FROM t"
        );
    }

    #[test]
    fn what_must_keep_its_name_does() {
        for sql in [
            "SELECT a, t.b, *, t.* FROM t",
            "SELECT DISTINCT a + 1 FROM t ORDER BY a + 1",
            "SELECT unnest(a) FROM t",
        ] {
            assert_eq!(named(sql), sql);
        }
    }
}
