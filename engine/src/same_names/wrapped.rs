//! What gives an expression with a cast another name and leaves its value.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident, ObjectName,
    VisitorMut,
};

/// Puts `coalesce(..)` around every cast of what is no constant, so many times.
pub(super) struct Wrapped {
    pub(super) times: usize,
}

impl VisitorMut for Wrapped {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if matches!(expr, Expr::Cast { expr: inner, .. } if !matches!(**inner, Expr::Value(_))) {
            for _ in 0..self.times {
                *expr = coalesce(expr.clone());
            }
        }
        ControlFlow::Continue(())
    }
}

fn coalesce(value: Expr) -> Expr {
    let args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(value))];
    let list = FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() };
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new("coalesce")]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(list),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
