//! Constants that are of no use where they stand: a text that is no number or no date, a date compared with a number.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Diagnostic, ScalarValue, Spans};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::{Between, BinaryExpr, Cast, InList};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Operator};
use datafusion::optimizer::analyzer::AnalyzerRule;
use datafusion::optimizer::analyzer::type_coercion::TypeCoercion;

use super::kinds::named;
use super::query;
use super::words::Words;
use crate::catalog::external;
use crate::error::Error;

/// Refuses to compare a date with a number, which the planner would take for days since 1970.
pub(crate) fn refuse_dates_as_numbers(plan: &LogicalPlan) -> Result<()> {
    visit(plan, &mut |part, schema| {
        let Some((left, others)) = compared(part) else { return Ok(()) };
        let Some(schema) = schema() else { return Ok(()) };
        let is = |expr: &Expr| expr.get_type(&schema).ok();
        for right in others {
            let (Some(first), Some(second)) = (is(left), is(right)) else { continue };
            let (date, number) = match (is_date(&first), is_date(&second)) {
                (true, false) if second.is_numeric() => ((left, &first), (right, &second)),
                (false, true) if first.is_numeric() => ((right, &second), (left, &first)),
                _ => continue,
            };
            return Err(date_as_number(date, number));
        }
        Ok(())
    })
}

fn date_as_number((date, kind): (&Expr, &DataType), (number, other): (&Expr, &DataType)) -> DataFusionError {
    let message = format!(
        "{} is a {}; {} is {}",
        subject(date).unwrap_or("one side"),
        named(&kind.to_string()).sql,
        constant(number)
            .or_else(|| subject(number).map(str::to_owned))
            .unwrap_or_else(|| "the other".to_owned()),
        if constant(number).is_some() { "a number".to_owned() } else { named(&other.to_string()).sql },
    );
    let span = spans(date).or_else(|| spans(number)).and_then(Spans::first);
    let help =
        "write the date as in DATE '2021-08-01', or take its year: date_part('year', ..), school_year(..)";
    let error = query(message.clone()).with_help(help);
    external(error).with_diagnostic(Diagnostic::new_error(message, span))
}

fn is_date(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..))
}

/// The text in a plan that is no value of the type it stands for, whatever the data are: it is the statement's own, so
/// that it may be told. `None` where there is none.
pub(crate) fn misfit(plan: &LogicalPlan, text: &str) -> Option<Error> {
    let typed = TypeCoercion::new().analyze(plan.clone(), &ConfigOptions::default()).ok()?;
    let mut found = None;
    // The visitor itself does not fail.
    let _ = visit(&typed, &mut |part, schema| {
        if found.is_some() {
            return Ok(());
        }
        found = match compared(part) {
            Some((left, others)) => others
                .into_iter()
                .flat_map(|other| [(left, other), (other, left)])
                .find_map(|(literal, beside)| {
                    let (written, wanted) = wrong(literal)?;
                    let data_type = schema().and_then(|schema| without_cast(beside).get_type(&schema).ok());
                    Some(told(written, wanted, subject(beside).zip(data_type), text))
                }),
            None => wrong(part).map(|(written, wanted)| told(written, wanted, None, text)),
        };
        Ok(())
    });
    found
}

/// A text that is cast to a type of which it is no value.
fn wrong(part: &Expr) -> Option<(&str, &DataType)> {
    let Expr::Cast(Cast { expr, field }) = part else { return None };
    let Expr::Literal(value, _) = expr.as_ref() else { return None };
    let (ScalarValue::Utf8(written) | ScalarValue::Utf8View(written) | ScalarValue::LargeUtf8(written)) =
        value
    else {
        return None;
    };
    value
        .cast_to(field.data_type())
        .is_err()
        .then(|| (written.as_deref().unwrap_or_default(), field.data_type()))
}

/// How much of a text is repeated.
const LONGEST: usize = 60;

fn told(written: &str, wanted: &DataType, beside: Option<(&str, DataType)>, text: &str) -> Error {
    let words = Words::of(text);
    let place = words.iter().find(|(_, word)| word.literal() == Some(written)).map(|(_, word)| word.span());
    let shown: String = written.chars().take(LONGEST).collect();
    let is_number = written.trim().parse::<f64>().is_ok();
    let (what, help) = match wanted {
        DataType::Date32 | DataType::Date64 => ("no date", "write YYYY-MM-DD, a day that the calendar has"),
        DataType::Timestamp(..) => ("no date with a time", "write YYYY-MM-DD HH:MM:SS"),
        DataType::Boolean => ("neither true nor false", "write true or false"),
        DataType::Interval(_) | DataType::Duration(_) => ("no interval", "write interval '30 days'"),
        other if other.is_integer() && is_number => ("not a whole number", "leave out the quotes"),
        other if other.is_numeric() && is_number => ("not a number of this size", "leave out the quotes"),
        other if other.is_numeric() => ("not a number", "compare it with a number, or try_cast() to one"),
        _ => ("no value of this type", "try_cast() gives NULL where a value does not fit"),
    };
    let message = match beside {
        Some((subject, data_type)) => {
            format!("{subject} is {}; '{shown}' is {what}", named(&data_type.to_string()).sql)
        }
        None => format!("'{shown}' is {what}"),
    };
    query(message).with_help(help).with_span(place)
}

/// Functions that compare their arguments.
const COMPARING: [&str; 3] = ["nullif", "greatest", "least"];

/// What a comparison compares with what.
fn compared(part: &Expr) -> Option<(&Expr, Vec<&Expr>)> {
    match part {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(*op) => Some((left, vec![right])),
        Expr::Between(Between { expr, low, high, negated: _ }) => Some((expr, vec![low, high])),
        Expr::InList(InList { expr, list, negated: _ }) => Some((expr, list.iter().collect())),
        Expr::ScalarFunction(call) if COMPARING.contains(&call.name()) => {
            let (first, others) = call.args.split_first()?;
            Some((first, others.iter().collect()))
        }
        _ => None,
    }
}

fn is_comparison(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq
            | Operator::IsDistinctFrom
            | Operator::IsNotDistinctFrom
    )
}

fn without_cast(expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast(Cast { expr, field: _ }) => without_cast(expr),
        other => other,
    }
}

/// The column that an expression is.
fn subject(expr: &Expr) -> Option<&str> {
    match without_cast(expr) {
        Expr::Column(column) | Expr::OuterReferenceColumn(_, column) => Some(&column.name),
        _ => None,
    }
}

fn spans(expr: &Expr) -> Option<&Spans> {
    match without_cast(expr) {
        Expr::Column(column) | Expr::OuterReferenceColumn(_, column) => Some(&column.spans),
        _ => None,
    }
}

/// A number as it was written.
fn constant(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Literal(value, _) if value.data_type().is_numeric() && !value.is_null() => {
            Some(value.to_string())
        }
        _ => None,
    }
}

type Look<'a> = dyn FnMut(&Expr, &dyn Fn() -> Option<DFSchema>) -> Result<()> + 'a;

/// Shows every expression of a plan, the outer one first, with the columns that it is made of.
fn visit(plan: &LogicalPlan, look: &mut Look<'_>) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        let schema = || Some(merge_schema(&node.inputs()));
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                look(part, &schema)?;
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(())
}
