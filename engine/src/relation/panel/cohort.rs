//! The cohort of a panel: the name of one that the lake keeps, or a sub-query.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr as Planned, LogicalPlan, LogicalPlanBuilder, cast};
use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, Query, Spanned, TableFactor};
use datafusion::sql::sqlparser::tokenizer::Span;
use lifetracks_udfs::{INDEX_DATE, PERSON};

use super::{Planning, SIGNATURE};
use crate::relation::call::{Signature, usage, wrong};
use crate::relation::cohorts;
use crate::relation::constant::constant;
use crate::relation::refusal::located;

/// What the call names, and where.
pub(super) struct Cohort {
    pub(super) written: Written,
    pub(super) span: Span,
}

pub(super) enum Written {
    Name(String),
    Query(Box<Query>),
}

const ARGUMENT: &str = "cohort";

/// Takes the cohort out of a call's arguments: the first one, or the one of its name. Errors: there is none.
pub(super) fn split(
    arguments: &[FunctionArg],
    span: Span,
    context: &mut dyn RelationPlannerContext,
) -> Result<(Cohort, Vec<FunctionArg>)> {
    let (cohort, rest) = split_optional(arguments, context, SIGNATURE)?;
    let missing = || "panel needs a cohort: a name, or a sub-query in parentheses".to_owned();
    Ok((cohort.ok_or_else(|| usage(SIGNATURE, missing(), span))?, rest))
}

/// Takes the cohort out of a call's arguments, where there is one.
pub(super) fn split_optional(
    arguments: &[FunctionArg],
    context: &mut dyn RelationPlannerContext,
    signature: Signature<'_>,
) -> Result<(Option<Cohort>, Vec<FunctionArg>)> {
    let mut rest = arguments.to_vec();
    let place = rest.iter().position(|argument| match argument {
        FunctionArg::Unnamed(_) => true,
        FunctionArg::Named { name, .. } => name.value.eq_ignore_ascii_case(ARGUMENT),
        FunctionArg::ExprNamed { .. } => false,
    });
    let Some(
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value))
        | FunctionArg::Named { arg: FunctionArgExpr::Expr(value), .. },
    ) = place.map(|place| rest.remove(place))
    else {
        return Ok((None, rest));
    };
    let at = value.span();
    let written = match value {
        Expr::Subquery(query) => Written::Query(query),
        Expr::Identifier(ident) => Written::Name(context.normalize_ident(ident)),
        other => {
            let value = constant(other, context)?;
            let Some(name) = value.try_as_str().flatten() else {
                let message =
                    format!("the cohort of {} is a name or a sub-query in parentheses", signature.function);
                return Err(usage(signature, message, at));
            };
            Written::Name(name.to_owned())
        }
    };
    Ok((Some(Cohort { written, span: at }), rest))
}

/// The persons of a cohort.
///
/// Errors: no cohort of the name; a query without `person_id`.
pub(super) fn persons(
    planning: &Planning<'_>,
    cohort: &Cohort,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let plan = written(planning, cohort, context)?;
    let found = plan.schema().columns().into_iter().find(|column| column.name == PERSON);
    let Some(column) = found else {
        let error = wrong(format!("the cohort of jobs has no column {PERSON}"));
        return Err(located(error.with_help("write jobs((SELECT person_id FROM ..))"), cohort.span));
    };
    LogicalPlanBuilder::from(plan)
        .project(vec![cast(Planned::Column(column), DataType::Int64).alias(PERSON)])?
        .build()
}

fn written(
    planning: &Planning<'_>,
    cohort: &Cohort,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    match &cohort.written {
        Written::Name(name) => {
            cohorts::members((name, None), planning.call.version, cohort.span, planning.tables)
        }
        Written::Query(query) => context.plan(TableFactor::Derived {
            lateral: false,
            subquery: query.clone(),
            alias: None,
            sample: None,
        }),
    }
}

/// The cohort as the panel reads it: `person_id` and `index_date` first, and behind them what is carried.
///
/// Errors: no cohort of the name; a query without one of the two columns, with one of another type, with two columns of one
/// name, or with a column that the panel has.
pub(super) fn plan(
    planning: &Planning<'_>,
    cohort: &Cohort,
    taken: &[String],
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let plan = written(planning, cohort, context)?;
    let fault = |message: String| {
        let help = "write the cohort as SELECT person_id, exit_date AS index_date, .. FROM .. WHERE exit_date IS NOT NULL";
        Err(located(wrong(message).with_help(help), cohort.span))
    };
    let columns = plan.schema().columns();
    let mut names = BTreeSet::new();
    for column in &columns {
        if !names.insert(column.name.as_str()) {
            return fault(format!("the cohort has two columns named {}", column.name));
        }
        if taken.contains(&column.name) {
            return fault(format!(
                "the cohort's column {} has the name of a column of the panel; give it another name",
                column.name
            ));
        }
    }
    let required = [(PERSON, DataType::Int64), (INDEX_DATE, DataType::Date32)];
    let mut expressions = Vec::new();
    for (name, wanted) in required {
        let Some(place) = columns.iter().position(|column| column.name == name) else {
            return fault(format!("the cohort of a panel has no column {name}"));
        };
        let found = plan.schema().field(place).data_type();
        let column = Planned::Column(columns[place].clone());
        expressions.push(match found {
            found if *found == wanted => column.alias(name),
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt32 if name == PERSON => {
                cast(column, wanted).alias(name)
            }
            DataType::Timestamp(..) | DataType::Date64 if name == INDEX_DATE => {
                cast(column, wanted).alias(name)
            }
            found => return fault(format!("the cohort's {name} is {found}, and a panel needs {wanted}")),
        });
    }
    let carried = columns.iter().filter(|column| ![PERSON, INDEX_DATE].contains(&column.name.as_str()));
    expressions.extend(carried.map(|column| Planned::Column(column.clone()).alias(&column.name)));
    LogicalPlanBuilder::from(plan).project(expressions)?.build()
}
