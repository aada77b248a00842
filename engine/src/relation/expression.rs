//! Parts of expressions that would be dropped: of function calls, windows, casts and TRIM.

use std::ops::ControlFlow;

use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Function, FunctionArguments, Spanned, WindowSpec, WindowType, visit_expressions,
};

use super::refusal::{refuse, refuse_if};

/// Looks at one expression, not at what is inside it.
pub(super) fn check(expr: &Expr) -> Result<()> {
    match expr {
        Expr::Function(function) => check_function(function),
        Expr::Cast { kind: _, expr: _, data_type, array: _, format: _ } => check_type(data_type, expr),
        Expr::TypedString(typed) => check_type(&typed.data_type, expr),
        Expr::Trim { expr: text, trim_where: _, trim_what: _, trim_characters: Some(characters) } => {
            refuse_if(
                characters.len() > 1,
                "TRIM with several arguments",
                "put all characters in one text",
                text.span(),
            )
        }
        _ => Ok(()),
    }
}

fn check_function(function: &Function) -> Result<()> {
    let Function {
        name,
        uses_odbc_syntax: _,
        parameters,
        args,
        filter: _,
        null_treatment: _,
        over,
        within_group: _,
    } = function;
    refuse_if(
        *parameters != FunctionArguments::None,
        &format!("a second pair of parentheses after {name}"),
        "put all arguments in one pair",
        name.span(),
    )?;
    refuse_if(
        matches!(args, FunctionArguments::Subquery(_)),
        &format!("a bare sub-query as the argument of {name}"),
        "put it in parentheses of its own",
        name.span(),
    )?;
    match over {
        Some(WindowType::WindowSpec(window)) => check_window(window),
        Some(WindowType::NamedWindow(_)) | None => Ok(()),
    }
}

/// `OVER (w ORDER BY ..)` would forget what `w` says.
pub(super) fn check_window(window: &WindowSpec) -> Result<()> {
    let WindowSpec { window_name, partition_by: _, order_by: _, window_frame: _ } = window;
    match window_name {
        None => Ok(()),
        Some(name) => refuse(
            &format!("the window name {name} inside a window's parentheses"),
            "write its PARTITION BY and ORDER BY again",
            name.span,
        ),
    }
}

/// Outside the SELECT list, `DataFusion` takes `sum(x) OVER w` for `sum(x)`.
pub(super) fn refuse_named_window(expr: &Expr, clause: &str) -> Result<()> {
    let found = visit_expressions(expr, |part| match part {
        Expr::Function(Function { over: Some(WindowType::NamedWindow(name)), .. }) => {
            ControlFlow::Break(name.clone())
        }
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(name) => refuse(
            &format!("OVER {name} in {clause}"),
            "give the window function an alias in SELECT and use the alias",
            name.span,
        ),
    }
}

/// A text type with a length cuts the text in SQL, and would not here.
fn check_type(data_type: &DataType, expr: &Expr) -> Result<()> {
    let cuts = matches!(
        data_type,
        DataType::Character(Some(_))
            | DataType::Char(Some(_))
            | DataType::CharacterVarying(Some(_))
            | DataType::CharVarying(Some(_))
            | DataType::Varchar(Some(_))
            | DataType::Nvarchar(Some(_))
            | DataType::String(Some(_))
            | DataType::FixedString(_)
    );
    refuse_if(
        cuts,
        &format!("the length in the type {data_type}"),
        "write left(x, 3) to cut the text, and the type without a length",
        expr.span(),
    )
}
