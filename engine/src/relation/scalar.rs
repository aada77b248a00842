//! Refuses, on a function that looks at one row, the clauses of aggregates and window functions: `DataFusion`
//! drops them there.

use std::ops::ControlFlow;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, ObjectName, Spanned, Visitor,
};

use super::ignored::{flow, walk};
use super::refusal::refuse_if;

/// Refuses `upper(x) OVER (..)`, `abs(DISTINCT x)`, `round(x) FILTER (..)` and the like, for every scalar
/// function of `functions`.
pub(crate) fn refuse_scalar_clauses(statement: &Statement, functions: &dyn FunctionRegistry) -> Result<()> {
    walk(statement, &mut Scalars { functions })
}

struct Scalars<'a> {
    functions: &'a dyn FunctionRegistry,
}

impl Visitor for Scalars<'_> {
    type Break = Box<DataFusionError>;

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Self::Break> {
        match expr {
            Expr::Function(function) => flow(self.check(function)),
            _ => ControlFlow::Continue(()),
        }
    }
}

impl Scalars<'_> {
    fn check(&self, function: &Function) -> Result<()> {
        let Function {
            name,
            uses_odbc_syntax: _,
            parameters: _,
            args,
            filter,
            null_treatment,
            over,
            within_group,
        } = function;
        refuse_if(
            counts_whole_rows_once(name, args),
            "count(DISTINCT *)",
            "write SELECT count(*) FROM (SELECT DISTINCT * FROM ..)",
            name.span(),
        )?;
        let (distinct, clauses) = match args {
            FunctionArguments::List(FunctionArgumentList { duplicate_treatment, args: _, clauses }) => {
                (*duplicate_treatment == Some(DuplicateTreatment::Distinct), !clauses.is_empty())
            }
            FunctionArguments::None | FunctionArguments::Subquery(_) => (false, false),
        };
        let clause = [
            (over.is_some(), "OVER"),
            (filter.is_some(), "FILTER"),
            (distinct, "DISTINCT"),
            (!within_group.is_empty(), "WITHIN GROUP"),
            (null_treatment.is_some(), "IGNORE NULLS or RESPECT NULLS"),
            (clauses, "ORDER BY, LIMIT or NULLS among the arguments"),
        ]
        .into_iter()
        .find_map(|(present, clause)| present.then_some(clause));
        let Some(clause) = clause else { return Ok(()) };
        let written = name.to_string();
        let scalar = self.functions.udf(&written.to_lowercase()).is_ok();
        refuse_if(
            scalar,
            &format!("{clause} with {written}, which looks at one row at a time,"),
            "leave it out, or use an aggregate",
            name.span(),
        )
    }
}

/// The planner would count one constant.
fn counts_whole_rows_once(name: &ObjectName, args: &FunctionArguments) -> bool {
    let FunctionArguments::List(list) = args else { return false };
    name.to_string().eq_ignore_ascii_case("count")
        && list.duplicate_treatment == Some(DuplicateTreatment::Distinct)
        && matches!(
            list.args.as_slice(),
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard | FunctionArgExpr::QualifiedWildcard(_))]
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;
    use crate::relation::testing::{own, session};

    #[test]
    fn clauses_of_aggregates_are_refused_on_scalars_only() {
        let state = session(&[]).state();
        let check = |sql: &str| refuse_scalar_clauses(&dialect::parse(sql).unwrap(), &state);
        for call in [
            "upper(x) OVER (PARTITION BY y)",
            "UPPER(x) FILTER (WHERE y)",
            "abs(DISTINCT x)",
            "abs(x) IGNORE NULLS",
            "abs(x ORDER BY y)",
            "coalesce(x) WITHIN GROUP (ORDER BY y)",
        ] {
            let error = own(&check(&format!("SELECT {call} FROM t")).unwrap_err());
            assert!(error.message().contains("looks at one row at a time"), "{error}");
        }
        for call in ["count(DISTINCT *)", "COUNT(DISTINCT t.*)"] {
            let error = own(&check(&format!("SELECT {call} FROM t")).unwrap_err());
            assert!(error.message().contains("count(DISTINCT *)"), "{error}");
        }
        for call in [
            "count(*)",
            "sum(x) OVER (PARTITION BY y)",
            "count(*) FILTER (WHERE y)",
            "count(DISTINCT x)",
            "first_value(x) IGNORE NULLS OVER (ORDER BY y)",
            "array_agg(x ORDER BY y)",
            "percentile_cont(0.5) WITHIN GROUP (ORDER BY y)",
            "no_such_function(x) OVER ()",
            "upper(x)",
        ] {
            check(&format!("SELECT {call} FROM t")).unwrap();
        }
    }
}
