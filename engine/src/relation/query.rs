//! The clauses around a SELECT: WITH, set operations, ORDER BY, LIMIT and what may follow them.

use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    Cte, JoinOperator, LimitClause, OrderBy, OrderByKind, PipeOperator, Query, SetExpr, SetOperator,
    SetQuantifier, With,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::factor::check_alias;
use super::refusal::{refuse, refuse_if};
use super::{expression, join};

pub(super) fn check(query: &Query) -> Result<()> {
    let Query {
        with,
        body,
        order_by,
        limit_clause,
        fetch,
        locks,
        for_clause,
        settings,
        format_clause,
        pipe_operators,
    } = query;
    let span = start(query);
    if let Some(with) = with {
        check_with(with)?;
    }
    check_set_operations(body, span)?;
    if let Some(order_by) = order_by {
        check_order_by(order_by, body, span)?;
    }
    if let Some(LimitClause::LimitOffset { limit: _, offset: _, limit_by }) = limit_clause {
        refuse_if(
            !limit_by.is_empty(),
            "LIMIT .. BY",
            "write QUALIFY row_number() OVER (PARTITION BY ..) <= 3",
            span,
        )?;
    }
    refuse_if(fetch.is_some(), "FETCH FIRST", "write LIMIT 10", span)?;
    refuse_if(!locks.is_empty(), "FOR UPDATE or FOR SHARE", "leave it out: readers need no locks", span)?;
    refuse_if(for_clause.is_some(), "FOR XML, FOR JSON or FOR BROWSE", "leave it out", span)?;
    refuse_if(settings.is_some(), "SETTINGS", "use the SET statement", span)?;
    refuse_if(format_clause.is_some(), "FORMAT", "leave it out, and choose how results are shown", span)?;
    pipe_operators.iter().try_for_each(|operator| check_pipe(operator, span))
}

/// Where a query's SELECT stands: the parser keeps no place for most clauses.
fn start(query: &Query) -> Span {
    match query.body.as_ref() {
        SetExpr::Select(select) => select.select_token.0.span,
        _ => Span::empty(),
    }
}

fn check_with(with: &With) -> Result<()> {
    let With { with_token: _, recursive, cte_tables } = with;
    for cte in cte_tables {
        // MATERIALIZED only says how to compute the same rows.
        let Cte { alias, query, from, materialized: _, closing_paren_token: _ } = cte;
        check_alias(Some(alias))?;
        refuse_if(from.is_some(), "FROM after a sub-query in WITH", "leave it out", alias.name.span)?;
        if *recursive {
            check_recursive(query, alias.name.span)?;
        }
    }
    Ok(())
}

/// `DataFusion` plans only the two sides of the UNION in a recursive WITH.
fn check_recursive(query: &Query, span: Span) -> Result<()> {
    if !matches!(*query.body, SetExpr::SetOperation { op: SetOperator::Union, .. }) {
        return Ok(());
    }
    let Query {
        with,
        body: _,
        order_by,
        limit_clause,
        fetch: _,
        locks: _,
        for_clause: _,
        settings: _,
        format_clause: _,
        pipe_operators,
    } = query;
    refuse_if(
        with.is_some() || order_by.is_some() || limit_clause.is_some() || !pipe_operators.is_empty(),
        "WITH, ORDER BY, LIMIT or |> beside the UNION in WITH RECURSIVE",
        "move it to the query that reads the name",
        span,
    )
}

/// Planning takes time with the square of their number.
const MOST_SET_OPERATIONS: usize = 500;

fn check_set_operations(body: &SetExpr, span: Span) -> Result<()> {
    let mut open = vec![body];
    let mut found = 0;
    while let Some(part) = open.pop() {
        let SetExpr::SetOperation { left, op, set_quantifier, right } = part else {
            continue;
        };
        found += 1;
        refuse_if(
            found > MOST_SET_OPERATIONS,
            &format!("a chain of more than {MOST_SET_OPERATIONS} set operations"),
            "put the values in one VALUES list",
            span,
        )?;
        check_set_operation(*op, *set_quantifier, span)?;
        open.push(left);
        open.push(right);
    }
    Ok(())
}

fn check_set_operation(operator: SetOperator, quantifier: SetQuantifier, span: Span) -> Result<()> {
    let all = matches!(quantifier, SetQuantifier::All | SetQuantifier::AllByName);
    match operator {
        SetOperator::Union => Ok(()),
        // Planned as a semi join and an anti join, which do not count how often a row is there.
        SetOperator::Intersect | SetOperator::Except => refuse_if(
            all,
            "INTERSECT ALL or EXCEPT ALL",
            "number equal rows with row_number() first, and leave out ALL",
            span,
        ),
        SetOperator::Minus => refuse("MINUS", "write EXCEPT", span),
    }
}

fn check_order_by(order_by: &OrderBy, body: &SetExpr, span: Span) -> Result<()> {
    let OrderBy { kind, interpolate } = order_by;
    refuse_if(interpolate.is_some(), "INTERPOLATE", "fill the gaps with a join", span)?;
    match kind {
        OrderByKind::All(_) => refuse_if(
            !matches!(body, SetExpr::Select(_)),
            "ORDER BY ALL after a set operation",
            "name the columns",
            span,
        ),
        OrderByKind::Expressions(expressions) => expressions.iter().try_for_each(|by| {
            refuse_if(by.with_fill.is_some(), "WITH FILL", "fill the gaps with a join", span)?;
            expression::refuse_named_window(&by.expr, "ORDER BY")
        }),
    }
}

fn check_pipe(operator: &PipeOperator, span: Span) -> Result<()> {
    match operator {
        PipeOperator::Aggregate { full_table_exprs, group_by_expr } => {
            let ordered = full_table_exprs
                .iter()
                .chain(group_by_expr)
                .any(|by| by.order_by.asc.is_some() || by.order_by.nulls_first.is_some());
            refuse_if(ordered, "ASC, DESC or NULLS in |> AGGREGATE", "add |> ORDER BY", span)
        }
        PipeOperator::Join(join) => {
            let is_asof = matches!(join.join_operator, JoinOperator::AsOf { .. });
            refuse_if(is_asof, "|> ASOF JOIN", "write the query with SELECT", span)?;
            join::check_one(join)
        }
        PipeOperator::OrderBy { exprs } => {
            exprs.iter().try_for_each(|by| expression::refuse_named_window(&by.expr, "|> ORDER BY"))
        }
        PipeOperator::Union { set_quantifier, queries: _ } => {
            check_set_operation(SetOperator::Union, *set_quantifier, span)
        }
        PipeOperator::Intersect { set_quantifier, queries: _ } => {
            check_set_operation(SetOperator::Intersect, *set_quantifier, span)
        }
        PipeOperator::Except { set_quantifier, queries: _ } => {
            check_set_operation(SetOperator::Except, *set_quantifier, span)
        }
        // Run as written.
        PipeOperator::Limit { expr: _, offset: _ }
        | PipeOperator::Where { expr: _ }
        | PipeOperator::Select { exprs: _ }
        | PipeOperator::Extend { exprs: _ }
        | PipeOperator::As { alias: _ } => Ok(()),
        PipeOperator::Set { assignments: _ } => pipe("SET", span),
        PipeOperator::Drop { columns: _ } => pipe("DROP", span),
        PipeOperator::TableSample { sample: _ } => pipe("TABLESAMPLE", span),
        PipeOperator::Rename { mappings: _ } => pipe("RENAME", span),
        PipeOperator::Call { function: _, alias: _ } => pipe("CALL", span),
        PipeOperator::Pivot { aggregate_functions: _, value_column: _, value_source: _, alias: _ } => {
            pipe("PIVOT", span)
        }
        PipeOperator::Unpivot { value_column: _, name_column: _, unpivot_columns: _, alias: _ } => {
            pipe("UNPIVOT", span)
        }
    }
}

fn pipe(name: &str, span: Span) -> Result<()> {
    refuse(&format!("|> {name}"), "write the query with SELECT", span)
}
