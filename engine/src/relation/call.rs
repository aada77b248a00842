//! The arguments of a function in FROM: by position and by name, evaluated, each of its kind.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, Spanned};
use datafusion::sql::sqlparser::tokenizer::Span;
use lifetracks_datasets::{ParameterKind, closest_name};

use super::constant::constant;
use super::refusal::located;
use super::version::{self, VersionSpec};
use crate::error::{Error, ErrorKind};

/// The option that every function of the lake's tables takes.
pub(super) const AS_OF: &str = "as_of";

/// What a function takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signature<'a> {
    pub(super) function: &'a str,
    /// A call that makes sense.
    pub(super) example: &'a str,
    /// The parameters by name and kind; the first `positions` of them may be given by position.
    pub(super) parameters: &'a [(&'a str, ParameterKind)],
    pub(super) positions: usize,
}

/// A call, evaluated.
#[derive(Debug)]
pub(super) struct Call {
    values: Vec<(String, ScalarValue)>,
    /// The option `as_of`.
    pub(super) version: Option<VersionSpec>,
    /// `as_of` as it was written.
    pub(super) as_of: Option<Expr>,
    pub(super) span: Span,
}

impl Call {
    /// Reads a call at `span`.
    pub(super) fn parse(
        signature: Signature<'_>,
        span: Span,
        arguments: &[FunctionArg],
        context: &mut dyn RelationPlannerContext,
    ) -> Result<Self> {
        let mut call = Self { values: Vec::new(), version: None, as_of: None, span };
        let mut position = 0;
        for argument in arguments {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => {
                    let places = &signature.parameters[..signature.positions];
                    let Some(parameter) = places.get(position) else {
                        let message = format!("{} takes {}", signature.function, count(places.len()));
                        return Err(usage(signature, message, value.span()));
                    };
                    position += 1;
                    call.set(signature, *parameter, value, context)?;
                }
                FunctionArg::Named {
                    name,
                    arg: FunctionArgExpr::Expr(value),
                    operator: FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment,
                } => {
                    let name = context.normalize_ident(name.clone());
                    call.named(signature, &name, value, context)?;
                }
                _ => {
                    let message = format!("{} takes values, and options by name", signature.function);
                    return Err(usage(signature, message, span));
                }
            }
        }
        Ok(call)
    }

    fn named(
        &mut self,
        signature: Signature<'_>,
        name: &str,
        value: &Expr,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<()> {
        if name == AS_OF {
            self.version = Some(version::as_of(value, context)?);
            self.as_of = Some(value.clone());
            return Ok(());
        }
        if let Some(parameter) = signature.parameters.iter().find(|(known, _)| *known == name) {
            return self.set(signature, *parameter, value, context);
        }
        let names = || signature.parameters.iter().map(|(name, _)| *name).chain([AS_OF]);
        let help = closest_name(name, names()).map_or_else(
            || format!("its options are {}", names().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean {near}?"),
        );
        let message = format!("{} has no option {name}", signature.function);
        Err(located(wrong(message).with_help(help), value.span()))
    }

    fn set(
        &mut self,
        signature: Signature<'_>,
        (name, kind): (&str, ParameterKind),
        value: &Expr,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<()> {
        if self.values.iter().any(|(known, _)| known == name) {
            let message = format!("{} has {name} twice", signature.function);
            return Err(usage(signature, message, value.span()));
        }
        let found = of_kind(constant(value.clone(), context)?, kind);
        let found = found.ok_or_else(|| {
            let message = format!("{value} is no {} for {name} of {}", expected(kind), signature.function);
            usage(signature, message, value.span())
        })?;
        self.values.push((name.to_owned(), found));
        Ok(())
    }

    /// The value of a parameter; `None` when the call does not give it.
    pub(super) fn value(&self, name: &str) -> Option<&ScalarValue> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of a parameter that is a whole number.
    pub(super) fn integer(&self, name: &str) -> Option<i32> {
        match self.value(name) {
            Some(ScalarValue::Int32(value)) => *value,
            _ => None,
        }
    }

    /// The value of a parameter that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(ScalarValue::Utf8(value)) => value.as_deref(),
            _ => None,
        }
    }
}

fn count(places: usize) -> String {
    match places {
        0 => "no values, only options by name".to_owned(),
        1 => "one value, then options by name".to_owned(),
        places => format!("at most {places} values, then options by name"),
    }
}

/// What a value of a kind is called, with how to write it.
fn expected(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Integer => "whole number (a school year is its ENDING year: 2018-19 is 2019)",
        ParameterKind::Text => "text in single quotes",
        ParameterKind::Date => "date such as '2022-10-01'",
    }
}

/// A value as its kind; `None` when it is of another one, or NULL.
pub(super) fn of_kind(value: ScalarValue, kind: ParameterKind) -> Option<ScalarValue> {
    let found = match (kind, &value) {
        (ParameterKind::Integer, ScalarValue::Int64(Some(number))) => {
            ScalarValue::Int32(Some(i32::try_from(*number).ok()?))
        }
        (ParameterKind::Integer, ScalarValue::Int32(_))
        | (ParameterKind::Text, ScalarValue::Utf8(_))
        | (ParameterKind::Date, ScalarValue::Date32(_)) => value,
        (ParameterKind::Date, ScalarValue::Utf8(_)) => value.cast_to(&DataType::Date32).ok()?,
        (ParameterKind::Integer, ScalarValue::Utf8(_)) => value.cast_to(&DataType::Int32).ok()?,
        _ => return None,
    };
    (!found.is_null()).then_some(found)
}

/// A call that is written wrongly, with an example of one that is not.
pub(super) fn usage(
    signature: Signature<'_>,
    message: String,
    span: Span,
) -> datafusion::error::DataFusionError {
    located(wrong(message).with_help(format!("write {}", signature.example)), span)
}

/// A call that cannot be answered.
pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Query, message)
}
