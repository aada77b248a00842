//! The arguments of a function about students: one year or two, then options by name.

use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, Spanned};
use datafusion::sql::sqlparser::tokenizer::Span;
use lifetracks_datasets::closest_name;

use super::Function;
use crate::error::{Error, ErrorKind};
use crate::relation::constant::constant;
use crate::relation::refusal::located;
use crate::relation::version::{self, VersionSpec};

/// A call, evaluated.
#[derive(Debug)]
pub(super) struct Arguments {
    /// The first and the last year.
    pub(super) years: (i32, i32),
    /// The option `years`.
    pub(super) length: Option<i32>,
    /// The option `method`.
    pub(super) method: Option<String>,
    /// The option `as_of`.
    pub(super) version: Option<VersionSpec>,
    pub(super) span: Span,
    pub(super) function: &'static str,
}

impl Arguments {
    pub(super) fn parse(
        function: &Function,
        span: Span,
        arguments: &[FunctionArg],
        context: &mut dyn RelationPlannerContext,
    ) -> Result<Self> {
        let wrong = |message: String, span: Span| {
            located(wrong(message).with_help(format!("write {}", function.example)), span)
        };
        let mut years: Vec<i32> = Vec::new();
        let mut parsed =
            Self { years: (0, 0), length: None, method: None, version: None, span, function: function.name };
        let mut seen: Vec<String> = Vec::new();
        for argument in arguments {
            let (name, value) = match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => (None, value),
                FunctionArg::Named {
                    name,
                    arg: FunctionArgExpr::Expr(value),
                    operator: FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment,
                } => (Some(context.normalize_ident(name.clone())), value),
                _ => {
                    let message = format!("{} takes one year or two, then options by name", function.name);
                    return Err(wrong(message, span));
                }
            };
            let Some(name) = name else {
                years.push(parsed.year(value, context)?);
                continue;
            };
            if !function.named.contains(&name.as_str()) {
                let near = closest_name(&name, function.named.iter().copied());
                let message = format!("{} has no option {name}", function.name);
                let help = near.map_or_else(
                    || format!("its options are {}", function.named.join(", ")),
                    |near| format!("did you mean {near}?"),
                );
                return Err(located(self::wrong(message).with_help(help), value.span()));
            }
            if seen.contains(&name) {
                return Err(wrong(format!("{} has the option {name} twice", function.name), value.span()));
            }
            parsed.option(&name, value, context)?;
            seen.push(name);
        }
        parsed.years = match years[..] {
            [year] => (year, year),
            [first, last] if first <= last => (first, last),
            [first, last] => {
                let message =
                    format!("{} is asked for {first} to {last}, and {last} comes first", function.name);
                return Err(wrong(message, span));
            }
            _ => {
                let message = format!("{} takes one year or two, the first and the last", function.name);
                return Err(wrong(message, span));
            }
        };
        Ok(parsed)
    }

    fn option(&mut self, name: &str, value: &Expr, context: &mut dyn RelationPlannerContext) -> Result<()> {
        match name {
            "years" => self.length = Some(self.year(value, context)?),
            "as_of" => self.version = Some(version::as_of(value, context)?),
            _ => {
                let ScalarValue::Utf8(Some(text)) = constant(value.clone(), context)? else {
                    let message =
                        format!("the option {name} of {} is a text in single quotes", self.function);
                    return Err(located(wrong(message), value.span()));
                };
                self.method = Some(text);
            }
        }
        Ok(())
    }

    /// A whole number.
    fn year(&self, value: &Expr, context: &mut dyn RelationPlannerContext) -> Result<i32> {
        let number = match constant(value.clone(), context)? {
            ScalarValue::Int64(Some(number)) => i32::try_from(number).ok(),
            ScalarValue::Int32(Some(number)) => Some(number),
            _ => None,
        };
        number.ok_or_else(|| {
            let message = format!("{value} is no year for {}", self.function);
            let help = "write the ENDING year of the school year as a number: 2018-19 is 2019";
            located(wrong(message).with_help(help), value.span())
        })
    }
}

/// A call that cannot be answered.
pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Query, message)
}
