//! The kinds of join, and the conditions they may have.

use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{Join, JoinConstraint, JoinOperator, Spanned, TableWithJoins};
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
