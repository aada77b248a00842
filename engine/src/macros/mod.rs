//! A researcher's own functions: `CREATE FUNCTION f(x INT) RETURNS INT RETURN x + 1`, an expression with a name, for the
//! session. A call becomes its expression before the plan is optimised, so that it prunes files as the expression would.

mod function;
mod written;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::execution::context::{FunctionFactory, RegisterFunction};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{CreateFunction, ScalarUDF};

use crate::catalog::external;
use crate::error::{Error, ErrorKind};
use crate::sql_type::sql_type;
use function::Macro;

pub(crate) use written::prepare;

/// The functions that a session has made, with how they are called.
#[derive(Debug, Default)]
pub(crate) struct Macros(RwLock<BTreeMap<String, Written>>);

/// A function as `lifetracks.functions` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) syntax: String,
    pub(crate) description: String,
}

impl Macros {
    /// Whether the session has made a function of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(name)
    }

    /// All of them by name.
    pub(crate) fn all(&self) -> BTreeMap<String, Written> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets one that is dropped.
    pub(crate) fn forget(&self, name: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// Errors: the function is not one of the session's.
    pub(crate) fn check_drop(&self, name: &str, if_exists: bool) -> Result<()> {
        if if_exists || self.has(name) {
            return Ok(());
        }
        let error = Error::new(ErrorKind::Query, format!("there is no function {name}() of this session"))
            .with_help("only functions that CREATE FUNCTION has made can be dropped");
        Err(external(error))
    }

    fn remember(&self, name: &str, written: Written) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), written);
    }
}

/// Makes functions of statements.
#[derive(Debug)]
pub(crate) struct Factory {
    macros: Arc<Macros>,
}

impl Factory {
    /// A factory that notes what it makes.
    pub(crate) fn new(macros: Arc<Macros>) -> Self {
        Self { macros }
    }

    fn make(&self, state: &SessionState, statement: CreateFunction) -> crate::Result<Macro> {
        let name = statement.name.to_lowercase();
        self.check_name(state, &name, statement.or_replace)?;
        let parameters = statement.args.unwrap_or_default();
        let types: Vec<DataType> = parameters.iter().map(|parameter| parameter.data_type.clone()).collect();
        let names = parameters.into_iter().map(|parameter| parameter.name.map(|name| name.value));
        let written = names.zip(&types).map(|(name, data_type)| match name {
            Some(name) => format!("{name} {}", sql_type(data_type)),
            None => sql_type(data_type),
        });
        let written = written.collect::<Vec<_>>().join(", ");
        let (Some(body), Some(returns)) = (statement.params.function_body, statement.return_type) else {
            return Err(written::incomplete());
        };
        let syntax = format!("{name}({written})");
        let description = format!("Made in this session: {body}, as {}.", sql_type(&returns));
        let made = Macro::new(name.clone(), types, returns, body)?;
        self.macros.remember(&name, Written { syntax, description });
        Ok(made)
    }

    fn check_name(&self, state: &SessionState, name: &str, or_replace: bool) -> crate::Result<()> {
        if self.macros.has(name) {
            let error = || {
                Error::new(ErrorKind::Query, format!("there is a function {name}() already"))
                    .with_help("write CREATE OR REPLACE FUNCTION")
            };
            return if or_replace { Ok(()) } else { Err(error()) };
        }
        let is_taken = state.scalar_functions().contains_key(name)
            || state.aggregate_functions().contains_key(name)
            || state.window_functions().contains_key(name);
        if is_taken {
            return Err(Error::new(ErrorKind::Refused, format!("{name}() is a function of the program"))
                .with_help("give yours another name"));
        }
        Ok(())
    }
}

#[async_trait]
impl FunctionFactory for Factory {
    async fn create(&self, state: &SessionState, statement: CreateFunction) -> Result<RegisterFunction> {
        let made = self.make(state, statement).map_err(external)?;
        Ok(RegisterFunction::Scalar(Arc::new(ScalarUDF::new_from_impl(made))))
    }
}
