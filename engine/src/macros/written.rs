//! CREATE FUNCTION as it is written: the clauses that are read, and arguments by name.

use std::ops::ControlFlow;

use datafusion::error::Result;
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{
    CreateFunction, CreateFunctionBody, Expr, Ident, OperateFunctionArg, Spanned, Statement, Value, VisitMut,
    VisitorMut,
};

use crate::catalog::external;
use crate::error::{Error, ErrorKind};
use crate::relation::located;

/// The error for a function without a part of it.
pub(super) fn incomplete() -> Error {
    Error::new(ErrorKind::Query, "CREATE FUNCTION needs the type of the result and an expression")
        .with_help("write CREATE FUNCTION f(x INT, y INT) RETURNS INT RETURN x + y")
}

/// Puts `$1` in the place of the first parameter's name, and so on; refuses clauses that would be dropped.
pub(crate) fn prepare(statement: &mut Parsed) -> Result<()> {
    let Parsed::Statement(statement) = statement else {
        return Ok(());
    };
    let Statement::CreateFunction(function) = statement.as_mut() else {
        return Ok(());
    };
    let span = function.name.span();
    let CreateFunction {
        or_alter,
        or_replace: _,
        temporary: _,
        if_not_exists,
        name: _,
        args,
        return_type,
        function_body,
        behavior,
        called_on_null,
        parallel,
        security,
        set_params,
        using,
        language,
        determinism_specifier,
        options,
        remote_connection,
    } = function;
    let others = [
        *or_alter || *if_not_exists,
        behavior.is_some() || called_on_null.is_some() || parallel.is_some() || security.is_some(),
        !set_params.is_empty() || using.is_some() || language.is_some(),
        determinism_specifier.is_some() || options.is_some() || remote_connection.is_some(),
        args.iter().flatten().any(|argument| argument.mode.is_some() || argument.default_expr.is_some()),
    ];
    let body = match function_body {
        Some(CreateFunctionBody::Return(body)) if return_type.is_some() => Some(body),
        _ => None,
    };
    let Some(body) = body.filter(|_| !others.contains(&true)) else {
        return Err(located(incomplete(), span));
    };
    let names: Vec<Option<Ident>> =
        args.iter().flatten().map(|OperateFunctionArg { name, .. }| name.clone()).collect();
    // A visitor that never breaks.
    let _: ControlFlow<()> = body.visit(&mut Places { names: &names });
    if names.iter().any(Option::is_none) && names.iter().any(Option::is_some) {
        let message = "either all arguments of a function have names, or none";
        return Err(external(Error::new(ErrorKind::Query, message)));
    }
    Ok(())
}

struct Places<'a> {
    names: &'a [Option<Ident>],
}

impl VisitorMut for Places<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let Expr::Identifier(ident) = expr else { return ControlFlow::Continue(()) };
        let is_it = |name: &Option<Ident>| {
            name.as_ref().is_some_and(|name| match (&name.quote_style, &ident.quote_style) {
                (None, None) => name.value.eq_ignore_ascii_case(&ident.value),
                _ => name.value == ident.value,
            })
        };
        if let Some(position) = self.names.iter().position(is_it) {
            let place = Value::Placeholder(format!("${}", position + 1));
            *expr = Expr::Value(place.with_span(ident.span));
        }
        ControlFlow::Continue(())
    }
}
