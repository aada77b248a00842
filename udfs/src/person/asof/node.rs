//! The node of a logical plan that joins by the nearest moment.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use datafusion::common::{Column, DFSchemaRef, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::builder::build_join_schema;
use datafusion::logical_expr::{
    Expr, Extension, JoinType, LogicalPlan, Operator, UserDefinedLogicalNodeCore, binary_expr,
};

/// An ASOF JOIN of two person inputs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct AsofJoin {
    pub(super) left: LogicalPlan,
    pub(super) right: LogicalPlan,
    /// Pairs of an expression of the left side and one of the right: persons, moments, what else must be equal.
    pub(super) pairs: Vec<(Expr, Expr)>,
    /// How the moments are compared: `>=`, `>`, `<=` or `<`.
    pub(super) comparison: Operator,
    /// Rows of the left side without a partner stay.
    pub(super) keeps_alone: bool,
    schema: DFSchemaRef,
}

impl AsofJoin {
    /// The node. Errors: a name stands for two columns.
    pub(super) fn new(
        (left, right): (LogicalPlan, LogicalPlan),
        pairs: Vec<(Expr, Expr)>,
        comparison: Operator,
        keeps_alone: bool,
    ) -> Result<Self> {
        let join_type = if keeps_alone { JoinType::Left } else { JoinType::Inner };
        let schema = Arc::new(build_join_schema(left.schema(), right.schema(), &join_type)?);
        Ok(Self { left, right, pairs, comparison, keeps_alone, schema })
    }

    /// The plan of the node.
    pub(super) fn into_plan(self) -> LogicalPlan {
        LogicalPlan::Extension(Extension { node: Arc::new(self) })
    }

    /// The columns that hold the persons, one of each side.
    pub(super) fn persons(&self) -> Option<(&Column, &Column)> {
        match self.pairs.first() {
            Some((Expr::Column(left), Expr::Column(right))) => Some((left, right)),
            _ => None,
        }
    }

    /// The pairs as conditions.
    fn conditions(&self) -> impl Iterator<Item = Expr> {
        self.pairs.iter().enumerate().map(|(position, (left, right))| {
            let operator = if position == 1 { self.comparison } else { Operator::Eq };
            binary_expr(left.clone(), operator, right.clone())
        })
    }
}

impl PartialOrd for AsofJoin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let key = |node: &Self| (node.expressions(), node.keeps_alone, node.comparison.to_string());
        match key(self).partial_cmp(&key(other)) {
            Some(Ordering::Equal) => {
                (&self.left, &self.right).partial_cmp(&(&other.left, &other.right)).filter(|order| {
                    // Equal in order means equal.
                    *order != Ordering::Equal || self == other
                })
            }
            different => different,
        }
    }
}

impl UserDefinedLogicalNodeCore for AsofJoin {
    fn name(&self) -> &'static str {
        "AsofJoin"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.left, &self.right]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        self.pairs.iter().flat_map(|(left, right)| [left.clone(), right.clone()]).collect()
    }

    fn fmt_for_explain(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let kind = if self.keeps_alone { "Left" } else { "Inner" };
        let conditions: Vec<String> = self.conditions().map(|condition| condition.to_string()).collect();
        write!(formatter, "AsofJoin: {kind}, on=[{}]", conditions.join(", "))
    }

    fn with_exprs_and_inputs(&self, expressions: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let (Some(right), Some(left), true) = (inputs.pop(), inputs.pop(), inputs.is_empty()) else {
            return internal_err!("an ASOF JOIN has two inputs");
        };
        if expressions.len() != self.pairs.len() * 2 {
            return internal_err!("an ASOF JOIN compares pairs");
        }
        let mut expressions = expressions.into_iter();
        let pairs = std::iter::from_fn(|| expressions.next().zip(expressions.next())).collect();
        Self::new((left, right), pairs, self.comparison, self.keeps_alone)
    }

    /// The columns that are asked for; those that are compared are added by the optimiser.
    fn necessary_children_exprs(&self, columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let width = self.left.schema().fields().len();
        let (left, right): (Vec<usize>, Vec<usize>) = columns.iter().partition(|column| **column < width);
        Some(vec![left, right.into_iter().map(|column| column - width).collect()])
    }
}
