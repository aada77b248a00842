//! A function that is an expression with places for its arguments.

use std::sync::Arc;

use datafusion::arrow::compute::can_cast_types;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::Placeholder;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility, cast,
};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;

use crate::catalog::external;
use crate::diagnose::own;
use crate::error::{Error, ErrorKind, LakeContext};
use crate::sql_type::sql_type;

/// A function that CREATE FUNCTION has made.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Macro {
    name: String,
    signature: Signature,
    types: Vec<DataType>,
    returns: DataType,
    /// In the types of the parameters, which stand in it as `$1`, `$2`, ..
    body: Expr,
}

impl Macro {
    /// Errors: the body holds what an expression over one row cannot, or is of a type that does not become the result's.
    pub(super) fn new(
        name: String,
        types: Vec<DataType>,
        returns: DataType,
        body: Expr,
    ) -> crate::Result<Self> {
        refuse(&name, types.len(), &body)?;
        let body = expanded(body).lake_context(|| format!("make the function {name}"))?;
        let schema = Arc::new(DFSchema::empty());
        let context = SimplifyContext::builder().with_schema(schema).build();
        let empty = DFSchema::empty();
        let typed = ExprSimplifier::new(context).coerce(body, &empty);
        let body = typed.and_then(|body| body.cast_to(&returns, &empty)).map_err(|error| {
            let message = error.strip_backtrace();
            own(&error)
                .unwrap_or_else(|| Error::new(ErrorKind::Query, format!("{name}() cannot be: {message}")))
        })?;
        let volatility = volatility(&body);
        // A number in a statement is a BIGINT: it must do for an INT too.
        let signature = if types.is_empty() {
            Signature::nullary(volatility)
        } else {
            Signature::user_defined(volatility)
        };
        Ok(Self { name, signature, types, returns, body })
    }
}

/// As changing as the functions it calls.
fn volatility(body: &Expr) -> Volatility {
    let mut found = Volatility::Immutable;
    // A visitor that never fails.
    let _ = body.apply(|part| {
        if let Expr::ScalarFunction(call) = part {
            found = match (found, call.func.signature().volatility) {
                (Volatility::Volatile, _) | (_, Volatility::Volatile) => Volatility::Volatile,
                (Volatility::Stable, _) | (_, Volatility::Stable) => Volatility::Stable,
                (Volatility::Immutable, Volatility::Immutable) => Volatility::Immutable,
            };
        }
        Ok(TreeNodeRecursion::Continue)
    });
    found
}

fn refuse(name: &str, parameters: usize, body: &Expr) -> crate::Result<()> {
    let mut wrong = None;
    // A visitor that never fails.
    let _ = body.apply(|part| {
        let found = match part {
            Expr::AggregateFunction(_) => Some("an aggregate, which looks at many rows"),
            Expr::WindowFunction(_) => Some("a window function, which looks at many rows"),
            Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_) => {
                Some("a sub-query")
            }
            Expr::ScalarFunction(call) if call.func.name() == name => Some("itself"),
            Expr::Placeholder(place) if position(place).is_none_or(|at| at >= parameters) => {
                Some("a place for an argument that it does not have")
            }
            _ => None,
        };
        wrong = wrong.or(found);
        Ok(TreeNodeRecursion::Continue)
    });
    match wrong {
        None => Ok(()),
        Some(what) => Err(Error::new(ErrorKind::Refused, format!("{name}() cannot hold {what}"))
            .with_help("a function here is an expression of its arguments; CREATE VIEW keeps a query")),
    }
}

/// The argument, from 0, that a place is for.
fn position(place: &Placeholder) -> Option<usize> {
    place.id.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1)
}

/// Calls of other functions of the session become their expressions: they may be dropped or replaced.
fn expanded(body: Expr) -> Result<Expr> {
    let expand = |part: Expr| match part {
        Expr::ScalarFunction(call) => match call.func.inner().downcast_ref::<Macro>() {
            Some(inner) => filled(inner, &call.args).map(Transformed::yes),
            None => Ok(Transformed::no(Expr::ScalarFunction(call))),
        },
        other => Ok(Transformed::no(other)),
    };
    Ok(body.transform_up(expand)?.data)
}

/// The expression of a call.
fn filled(function: &Macro, arguments: &[Expr]) -> Result<Expr> {
    let fill = |part: Expr| {
        let Expr::Placeholder(place) = part else {
            return Ok(Transformed::no(part));
        };
        let Some(argument) = position(&place).and_then(|at| arguments.get(at)).cloned() else {
            return plan_err!("{}() has too few arguments", function.name);
        };
        // As the argument of a call is.
        Ok(Transformed::yes(match &place.field {
            Some(field) => cast(argument, field.data_type().clone()),
            None => argument,
        }))
    };
    Ok(function.body.clone().transform_up(fill)?.data)
}

impl ScalarUDFImpl for Macro {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let wrong = |message: String| {
            let types: Vec<String> = self.types.iter().map(sql_type).collect();
            let help = format!("write {}({}); cast an argument of another type", self.name, types.join(", "));
            Err(external(Error::new(ErrorKind::Query, message).with_help(help)))
        };
        if found.len() != self.types.len() {
            let takes = match self.types.len() {
                1 => "1 argument".to_owned(),
                many => format!("{many} arguments"),
            };
            return wrong(format!("{}() takes {takes}, and here are {}", self.name, found.len()));
        }
        for (found, wanted) in found.iter().zip(&self.types) {
            let is_guess = found.is_string() && wanted.is_numeric();
            if is_guess || !can_cast_types(found, wanted) {
                return wrong(format!(
                    "{}() does not take {} for {}",
                    self.name,
                    sql_type(found),
                    sql_type(wanted)
                ));
            }
        }
        Ok(self.types.clone())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn simplify(&self, arguments: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        filled(self, &arguments).map(ExprSimplifyResult::Simplified)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        plan_err!("{}() cannot be used in this place", self.name)
    }
}
