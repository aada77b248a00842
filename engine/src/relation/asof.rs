//! ASOF JOIN: each row of the left side with the row of the same person on the right side that is nearest in time.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{Column, DFSchema};
use datafusion::error::Result;
use datafusion::logical_expr::expr_rewriter::normalize_col;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable, JoinType, LogicalPlan, LogicalPlanBuilder, Operator, binary_expr,
};
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, Join, JoinConstraint, JoinOperator, ObjectName, Spanned, TableWithJoins,
};
use datafusion::sql::sqlparser::tokenizer::Span;
use lifetracks_udfs::{asof_match, is_comparable};

use super::refusal::{located, refuse};
use crate::asof::Kind;
use crate::error::{Error, ErrorKind};

const PERSON: &str = "person_id";

/// The way to write what is refused.
const BY_PERIOD: &str = "join on the period and keep one row with \
     QUALIFY row_number() OVER (PARTITION BY .. ORDER BY ..) = 1";

const EXAMPLE: &str = "write a ASOF JOIN b ON a.person_id = b.person_id AND a.day >= b.day";

/// Refuses an ASOF JOIN that would keep rows of the right side, or that has no condition.
pub(super) fn check(match_condition: &SqlExpr, constraint: &JoinConstraint, span: Span) -> Result<()> {
    match (Kind::of(match_condition), constraint) {
        (Some(Kind::Right | Kind::Full), _) => refuse(
            "ASOF RIGHT JOIN or ASOF FULL JOIN",
            "swap the tables and write ASOF LEFT JOIN, with the comparison turned round",
            span,
        ),
        (_, JoinConstraint::On(_) | JoinConstraint::Using(_)) => Ok(()),
        (_, JoinConstraint::None) => refuse("ASOF JOIN without ON or USING", EXAMPLE, span),
        (_, JoinConstraint::Natural) => {
            refuse("NATURAL ASOF JOIN", "name the columns, as in USING (person_id)", span)
        }
    }
}

/// Plans the one ASOF JOIN that stands in parentheses; `None` when another join does.
pub(super) fn plan(
    tables: &TableWithJoins,
    context: &mut dyn RelationPlannerContext,
) -> Result<Option<LogicalPlan>> {
    let TableWithJoins { relation, joins } = tables;
    let [Join { relation: joined, join_operator: JoinOperator::AsOf { match_condition, constraint }, .. }] =
        joins.as_slice()
    else {
        return Ok(None);
    };
    let span = joined.span();
    let kind = Kind::of(match_condition);
    let join_type = if kind == Some(Kind::Inner) { JoinType::Inner } else { JoinType::Left };
    let left = context.plan(relation.clone())?;
    let right = context.plan(joined.clone())?;
    let mut sides = Sides { schema: left.schema().join(right.schema())?, left, right, span };
    let matched = kind.is_none().then(|| context.sql_to_expr(match_condition.clone(), &sides.schema));
    let mut found = Found::default();
    if let Some(matched) = matched.transpose()? {
        sides.sort(matched, &mut found)?;
        if found.times.len() != 1 || !found.equal.is_empty() {
            let what = "MATCH_CONDITION other than one comparison by >=, >, <= or <";
            return refuse(what, "write MATCH_CONDITION (a.day >= b.day), and the rest after ON", span);
        }
    }
    let planned = match constraint {
        JoinConstraint::On(condition) => {
            let condition = context.sql_to_expr(condition.clone(), &sides.schema)?;
            sides.sort(condition, &mut found)?;
            let condition = sides.condition(found)?;
            LogicalPlanBuilder::from(sides.left).join_on(sides.right, join_type, [condition])?.build()?
        }
        JoinConstraint::Using(names) => sides.using(names, found, join_type, context)?,
        JoinConstraint::Natural | JoinConstraint::None => {
            return refuse("ASOF JOIN without ON or USING", EXAMPLE, span);
        }
    };
    Ok(Some(planned))
}

/// Both sides of the join.
struct Sides {
    left: LogicalPlan,
    right: LogicalPlan,
    schema: DFSchema,
    span: Span,
}

/// The conditions by what they do, the left side's expression first.
#[derive(Default)]
struct Found {
    times: Vec<(Expr, Operator, Expr)>,
    equal: Vec<(Expr, Expr)>,
}

impl Sides {
    /// Takes a condition apart.
    fn sort(&mut self, condition: Expr, found: &mut Found) -> Result<()> {
        for part in split_conjunction_owned(condition) {
            match self.oriented(part)? {
                (left, Operator::Eq, right) => found.equal.push((left, right)),
                comparison => found.times.push(comparison),
            }
        }
        Ok(())
    }

    /// A comparison with the left side's expression first.
    fn oriented(&self, condition: Expr) -> Result<(Expr, Operator, Expr)> {
        let unclear = || {
            refuse(
                "a condition of ASOF JOIN that does not compare one side with the other by =, >=, >, <= or <",
                "filter before the join, in a sub-query, or after it with WHERE",
                self.span,
            )
        };
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = condition else { return unclear() };
        let is_known =
            matches!(op, Operator::Eq | Operator::Gt | Operator::GtEq | Operator::Lt | Operator::LtEq);
        let is_of = |expression: &Expr, side: &LogicalPlan| is_of(expression, side.schema());
        match op.swap() {
            _ if !is_known => unclear(),
            _ if is_of(&left, &self.left) && is_of(&right, &self.right) => Ok((*left, op, *right)),
            Some(swapped) if is_of(&left, &self.right) && is_of(&right, &self.left) => {
                Ok((*right, swapped, *left))
            }
            _ => unclear(),
        }
    }

    /// The condition that stands for the join.
    fn condition(&self, found: Found) -> Result<Expr> {
        let Found { times, mut equal } = found;
        let [(earlier, operator, later)] = times.as_slice() else {
            let what = match times.len() {
                0 => "ASOF JOIN without a comparison by >=, >, <= or <",
                _ => "ASOF JOIN with several comparisons by >=, >, <= or <",
            };
            return refuse(what, "compare one moment of each side, as in a.day >= b.day", self.span);
        };
        let is_person = |pair: &(Expr, Expr)| is_person_column(&pair.0) && is_person_column(&pair.1);
        let Some(persons) = equal.iter().position(is_person) else {
            return refuse("ASOF JOIN on anything but person_id", BY_PERIOD, self.span);
        };
        let (left, right) = equal.remove(persons);
        let (left_schema, right_schema) = (self.left.schema(), self.right.schema());
        if left.get_type(left_schema)? != DataType::Int64 || right.get_type(right_schema)? != DataType::Int64
        {
            let what = "ASOF JOIN on a person_id that is no BIGINT";
            return refuse(what, "CAST it in a sub-query before the join", self.span);
        }
        let types = (earlier.get_type(left_schema)?, later.get_type(right_schema)?);
        if comparison_coercion(&types.0, &types.1).is_none_or(|both| !is_comparable(&both)) {
            let message =
                format!("ASOF JOIN compares dates, times or numbers, not {} with {}", types.0, types.1);
            let error = Error::new(ErrorKind::Refused, message);
            return Err(located(error.with_help("CAST both to DATE, TIMESTAMP or BIGINT"), self.span));
        }
        let time = binary_expr(earlier.clone(), *operator, later.clone());
        let equal = equal.into_iter().map(|(left, right)| binary_expr(left, Operator::Eq, right));
        let persons = binary_expr(left, Operator::Eq, right);
        Ok(asof_match([persons, time].into_iter().chain(equal).collect()))
    }

    /// The join by columns of the same name, of which the left side's stay. Without a match condition the last one is
    /// the moment, compared by `>=`.
    fn using(
        self,
        keys: &[ObjectName],
        mut found: Found,
        join_type: JoinType,
        context: &dyn RelationPlannerContext,
    ) -> Result<LogicalPlan> {
        let mut pairs = keys.iter().map(|key| self.pair(key, context)).collect::<Result<Vec<_>>>()?;
        let right = pairs.iter().map(|(_, right)| right.clone()).collect::<Vec<_>>();
        if found.times.is_empty() {
            let time = pairs.pop();
            found.times.extend(time.map(|(left, right)| (left, Operator::GtEq, right)));
        }
        found.equal.extend(pairs);
        let condition = self.condition(found)?;
        // The moments differ, so that only the left side's columns can stand for both.
        let columns =
            self.schema.columns().into_iter().map(Expr::Column).filter(|column| !right.contains(column));
        let columns: Vec<Expr> = columns.collect();
        let builder = LogicalPlanBuilder::from(self.left).join_on(self.right, join_type, [condition])?;
        builder.project(columns)?.build()
    }

    /// The columns of a name, one of each side.
    fn pair(&self, name: &ObjectName, context: &dyn RelationPlannerContext) -> Result<(Expr, Expr)> {
        let ident = match name.0.as_slice() {
            [part] => part.as_ident().cloned(),
            _ => None,
        };
        let Some(ident) = ident else {
            return refuse("a qualified name in USING", "write the column's name alone", name.span());
        };
        let name = context.normalize_ident(ident);
        let column = |side| normalize_col(Expr::Column(Column::from_name(&name)), side);
        Ok((column(&self.left)?, column(&self.right)?))
    }
}

/// Whether an expression has columns, all of them of this side.
fn is_of(expression: &Expr, side: &DFSchema) -> bool {
    let columns = expression.column_refs();
    let is_plain = !expression.is_volatile() && !expression.contains_outer() && !has_subquery(expression);
    is_plain && !columns.is_empty() && columns.iter().all(|column| side.has_column(column))
}

fn has_subquery(expression: &Expr) -> bool {
    let is_subquery = |part: &Expr| {
        matches!(
            part,
            Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_)
        )
    };
    expression.exists(|part| Ok(is_subquery(part))).unwrap_or(true)
}

fn is_person_column(expression: &Expr) -> bool {
    matches!(expression, Expr::Column(column) if column.name == PERSON)
}
