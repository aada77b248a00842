//! Among the parts of a parsed statement: `a ASOF JOIN b .. JOIN c ..` becomes `(a ASOF JOIN b ..) JOIN c ..`.

use std::mem;
use std::ops::ControlFlow;

use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{Join, JoinOperator, Select, TableFactor, TableWithJoins, VisitorMut};

use crate::dialect;

/// Puts every ASOF JOIN of FROM, with all that stands before it, into parentheses of its own.
pub(crate) fn nest(statement: &mut Parsed) {
    // A visitor that never breaks.
    let _: ControlFlow<()> = dialect::visit(statement, &mut Nest);
}

struct Nest;

impl VisitorMut for Nest {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        select.from.iter_mut().for_each(nest_joins);
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::NestedJoin { table_with_joins, .. } = factor
            && table_with_joins.joins.len() > 1
        {
            nest_joins(table_with_joins);
        }
        ControlFlow::Continue(())
    }
}

fn nest_joins(tables: &mut TableWithJoins) {
    if !tables.joins.iter().any(is_asof) {
        return;
    }
    let mut before = Vec::new();
    for join in mem::take(&mut tables.joins) {
        let is_asof = is_asof(&join);
        before.push(join);
        if is_asof {
            let last = before.split_off(before.len() - 1);
            enclose(&mut tables.relation, mem::take(&mut before));
            enclose(&mut tables.relation, last);
        }
    }
    tables.joins = before;
}

fn is_asof(join: &Join) -> bool {
    matches!(join.join_operator, JoinOperator::AsOf { .. })
}

/// The table with these joins, in parentheses.
fn enclose(table: &mut TableFactor, joins: Vec<Join>) {
    if joins.is_empty() {
        return;
    }
    let nothing = TableFactor::UNNEST {
        alias: None,
        array_exprs: Vec::new(),
        with_offset: false,
        with_offset_alias: None,
        with_ordinality: false,
    };
    let relation = mem::replace(table, nothing);
    let table_with_joins = Box::new(TableWithJoins { relation, joins });
    *table = TableFactor::NestedJoin { table_with_joins, alias: None };
}

#[cfg(test)]
mod tests {
    use super::nest;
    use crate::dialect;

    #[test]
    fn each_join_stands_in_parentheses() {
        let join = |table: &str| format!("ASOF JOIN {table} MATCH_CONDITION (x >= y)");
        for (from, expected) in [
            (format!("a {}", join("b")), format!("(a {})", join("b"))),
            (
                format!("a {} JOIN c ON true {}", join("b"), join("d")),
                format!("(((a {}) JOIN c ON true) {})", join("b"), join("d")),
            ),
            (format!("a JOIN c ON true {}, e", join("b")), format!("((a JOIN c ON true) {}), e", join("b"))),
            (format!("(a {})", join("b")), format!("(a {})", join("b"))),
            (format!("(a JOIN c ON true {})", join("b")), format!("(((a JOIN c ON true) {}))", join("b"))),
            (format!("(SELECT 1 FROM a {}) t", join("b")), format!("(SELECT 1 FROM (a {})) t", join("b"))),
            ("a JOIN b ON true".to_owned(), "a JOIN b ON true".to_owned()),
        ] {
            let mut statement = dialect::parse(&format!("EXPLAIN SELECT 1 FROM {from}")).unwrap();
            nest(&mut statement);
            assert!(statement.to_string().ends_with(&format!("FROM {expected}")), "{statement}");
        }
    }
}
