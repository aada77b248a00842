//! The arguments of a function that reads files: a path, then options by name.

use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator};

use crate::catalog::external;
use crate::error::Error;
use crate::relation::constant;

/// `read_csv('path', name => value, ..)`, evaluated.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) path: String,
    options: Vec<(String, ScalarValue)>,
    function: &'static str,
}

impl Arguments {
    /// Reads the call; an option that is not in `known`, or twice there, is an error.
    pub(super) fn parse(
        function: &'static str,
        known: &[&str],
        arguments: &[FunctionArg],
        context: &mut dyn RelationPlannerContext,
    ) -> Result<Self> {
        let Some((FunctionArg::Unnamed(FunctionArgExpr::Expr(path)), rest)) = arguments.split_first() else {
            return Err(usage(format!("{function} takes a path first, as in {function}('folder/file')")));
        };
        let ScalarValue::Utf8(Some(path)) = constant(path.clone(), context)? else {
            return Err(usage(format!("the path of {function} is a text in single quotes")));
        };
        let mut options: Vec<(String, ScalarValue)> = Vec::with_capacity(rest.len());
        for argument in rest {
            let (name, value) = option(argument, function, known, context)?;
            if options.iter().any(|(other, _)| *other == name) {
                return Err(usage(format!("{function} has the option {name} twice")));
            }
            options.push((name, constant(value, context)?));
        }
        Ok(Self { path, options, function })
    }

    /// A yes-or-no option.
    pub(super) fn boolean(&self, name: &str, default: bool) -> crate::Result<bool> {
        match self.option(name) {
            None => Ok(default),
            Some(ScalarValue::Boolean(Some(value))) => Ok(*value),
            Some(_) => Err(Error::usage(format!("the option {name} of {} is true or false", self.function))),
        }
    }

    /// An option that is a text.
    pub(super) fn text(&self, name: &str) -> crate::Result<Option<&str>> {
        match self.option(name) {
            None => Ok(None),
            Some(ScalarValue::Utf8(Some(value))) => Ok(Some(value)),
            Some(_) => Err(Error::usage(format!(
                "the option {name} of {} is a text in single quotes",
                self.function
            ))),
        }
    }

    fn option(&self, name: &str) -> Option<&ScalarValue> {
        self.options.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }
}

fn option(
    argument: &FunctionArg,
    function: &str,
    known: &[&str],
    context: &dyn RelationPlannerContext,
) -> Result<(String, Expr)> {
    let known_list = || match known {
        [] => "it has no options".to_owned(),
        known => format!("its options are {}", known.join(", ")),
    };
    let FunctionArg::Named {
        name,
        arg: FunctionArgExpr::Expr(value),
        operator: FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment,
    } = argument
    else {
        let error =
            Error::usage(format!("{function} takes options by name, as in name => value, after the path"));
        return Err(external(error.with_help(known_list())));
    };
    let name = context.normalize_ident(name.clone());
    if !known.contains(&name.as_str()) {
        let error = Error::usage(format!("{function} has no option {name}"));
        return Err(external(error.with_help(known_list())));
    }
    Ok((name, value.clone()))
}

fn usage(message: String) -> DataFusionError {
    external(Error::usage(message))
}
