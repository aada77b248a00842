//! The SQL functions of LifeTracks, and the settings they read.
//!
//! Each function is one file: its documentation, how `DataFusion` sees it, and below that a pure kernel. A scalar
//! function's kernel maps arrays to an array; an aggregate's is a state that takes rows and merges (`fold.rs`).

mod code;
mod cohort;
mod date;
mod documentation;
mod fold;
mod k12;
mod person;
mod rate;
mod settings;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::prelude::SessionContext;
use lifetracks_datasets::Definitions;

use person::PersonQueryPlanner;

pub use documentation::{FunctionDoc, FunctionKind, docs, docs_with};
pub use k12::{CALENDAR, CohortYears, DIPLOMA, DropoutStatus, ENROLLMENT, GradCohort};
pub use person::{PersonMerge, Program, Run};
pub use settings::{LifetracksOptions, settings};

/// Adds every function to a session, and the settings they read when the session does not have them.
///
/// Codes, maps and policies are those of `definitions`. Errors: a map that a function needs (`grade_ord`,
/// `suppression`) is not defined or has a row that the function cannot read.
pub fn register(context: &SessionContext, definitions: &Arc<Definitions>) -> Result<()> {
    let functions = scalar_functions(definitions)?;
    add_settings(context);
    add_planner(context);
    for function in functions {
        context.register_udf(function);
    }
    for function in aggregates() {
        context.register_udaf(function);
    }
    Ok(())
}

fn add_settings(context: &SessionContext) {
    let state = context.state_ref();
    let mut state = state.write();
    let extensions = &mut state.config_mut().options_mut().extensions;
    if extensions.get::<LifetracksOptions>().is_none() {
        extensions.insert(settings());
    }
}

/// Lets the session plan the operators that go through persons.
fn add_planner(context: &SessionContext) {
    let state = context.state_ref();
    let mut state = state.write();
    let builder = SessionStateBuilder::new_from_existing(state.clone());
    *state = builder.with_query_planner(Arc::new(PersonQueryPlanner)).build();
}

fn scalar_functions(definitions: &Arc<Definitions>) -> Result<Vec<ScalarUDF>> {
    let mut functions = date::functions();
    functions.extend(code::functions(definitions)?);
    functions.extend(rate::functions(definitions)?);
    Ok(functions)
}

fn aggregates() -> Vec<AggregateUDF> {
    rate::aggregates()
}
