//! The kinds of join, and the conditions they may have.

use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    Join, JoinConstraint, JoinOperator, SelectItem, Spanned, TableFactor, TableWithJoins,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::asof;
use super::refusal::refuse;

/// Each stands in parentheses of its own, and planning goes down into them by calling itself.
const MOST_ASOF_JOINS: usize = 50;

pub(super) fn check(tables: &TableWithJoins) -> Result<()> {
    let TableWithJoins { relation, joins } = tables;
    let asof = joins.iter().filter(|join| matches!(join.join_operator, JoinOperator::AsOf { .. }));
    if asof.count() > MOST_ASOF_JOINS {
        let what = format!("a chain of more than {MOST_ASOF_JOINS} ASOF JOINs");
        return refuse(&what, "join in steps, in sub-queries", relation.span());
    }
    joins.iter().try_for_each(check_one)
}

pub(super) fn check_one(join: &Join) -> Result<()> {
    let Join { relation, global, join_operator } = join;
    let span = || relation.span();
    if *global {
        return refuse("GLOBAL JOIN", "leave out GLOBAL", span());
    }
    match join_operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::LeftSemi(constraint)
        | JoinOperator::RightSemi(constraint)
        | JoinOperator::LeftAnti(constraint)
        | JoinOperator::RightAnti(constraint) => check_constraint(constraint, span),
        JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
            // USING takes the key from the left side, which is NULL where only the right side has a row.
            if matches!(constraint, JoinConstraint::Using(_)) {
                return refuse("RIGHT JOIN .. USING", "swap the tables and write LEFT JOIN .. USING", span());
            }
            check_constraint(constraint, span)
        }
        JoinOperator::FullOuter(constraint) => {
            if matches!(constraint, JoinConstraint::Using(_)) {
                return refuse(
                    "FULL JOIN .. USING",
                    "write ON a.person_id = b.person_id, and coalesce(a.person_id, b.person_id) in SELECT",
                    span(),
                );
            }
            check_constraint(constraint, span)
        }
        JoinOperator::CrossJoin(JoinConstraint::None) => Ok(()),
        JoinOperator::CrossJoin(
            JoinConstraint::On(_) | JoinConstraint::Using(_) | JoinConstraint::Natural,
        ) => refuse("CROSS JOIN with a condition", "write JOIN .. ON", span()),
        JoinOperator::Semi(_) => refuse("SEMI JOIN", "write LEFT SEMI JOIN or RIGHT SEMI JOIN", span()),
        JoinOperator::Anti(_) => refuse("ANTI JOIN", "write LEFT ANTI JOIN or RIGHT ANTI JOIN", span()),
        JoinOperator::CrossApply | JoinOperator::OuterApply => {
            refuse("CROSS APPLY or OUTER APPLY", "write a join, or a window function", span())
        }
        JoinOperator::AsOf { match_condition, constraint } => {
            asof::check(match_condition, constraint, span())
        }
        JoinOperator::StraightJoin(_) => refuse("STRAIGHT_JOIN", "write JOIN .. ON", span()),
        JoinOperator::ArrayJoin | JoinOperator::LeftArrayJoin | JoinOperator::InnerArrayJoin => {
            refuse("ARRAY JOIN", "write SELECT unnest(the_list) FROM the_table", span())
        }
    }
}

/// `SELECT *` over USING shows each of its columns once: of the table whose name comes first in the alphabet, which may be the
/// right one of a LEFT JOIN, whose keys are NULL where it has no row.
pub(super) fn check_star(projection: &[SelectItem], from: &[TableWithJoins]) -> Result<()> {
    if !projection.iter().any(|item| matches!(item, SelectItem::Wildcard(_))) {
        return Ok(());
    }
    for TableWithJoins { relation, joins } in from {
        let mut before: Vec<String> = name_of(relation).into_iter().collect();
        for Join { relation, global: _, join_operator } in joins {
            let name = name_of(relation);
            let is_left = matches!(
                join_operator,
                JoinOperator::Left(JoinConstraint::Using(_))
                    | JoinOperator::LeftOuter(JoinConstraint::Using(_))
            );
            let comes_first = name.as_ref().is_none_or(|name| before.iter().any(|other| name < other));
            if is_left && comes_first {
                return refuse(
                    "SELECT * over this LEFT JOIN .. USING, which would show the right table's key,",
                    "name the columns, or give the right table an alias that comes later in the alphabet",
                    relation.span(),
                );
            }
            before.extend(name);
        }
    }
    Ok(())
}

/// What a table is called in its query.
fn name_of(factor: &TableFactor) -> Option<String> {
    let (alias, name) = match factor {
        TableFactor::Table { alias, name, .. } => {
            (alias.as_ref(), name.0.last().and_then(|part| part.as_ident()))
        }
        TableFactor::Derived { alias, .. } => (alias.as_ref(), None),
        _ => (None, None),
    };
    alias.map(|alias| &alias.name).or(name).map(|ident| match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    })
}

fn check_constraint(constraint: &JoinConstraint, span: impl Fn() -> Span) -> Result<()> {
    match constraint {
        JoinConstraint::On(_) | JoinConstraint::Using(_) => Ok(()),
        // Tables of a lake share columns that say nothing about a person, such as load_id.
        JoinConstraint::Natural => {
            refuse("NATURAL JOIN", "name the columns to join on, as in USING (person_id)", span())
        }
        JoinConstraint::None => refuse(
            "a join without a condition",
            "add ON or USING, or write CROSS JOIN for every pair of rows",
            span(),
        ),
    }
}
