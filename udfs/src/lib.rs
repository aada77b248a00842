//! The SQL functions of LifeTracks, and the settings they read.
//!
//! Each function is one file: its documentation, how `DataFusion` sees it, and below that a pure kernel. A scalar
//! function's kernel maps arrays to an array; an aggregate's is a state that takes rows and merges (`fold.rs`).

mod adaptors;
mod code;
mod cohort;
mod date;
mod distinct;
mod distinct_rule;
mod documentation;
mod double;
mod fold;
mod k12;
mod labels;
mod lists;
mod native;
mod panel;
mod path;
mod person;
mod rate;
mod settings;
mod statistics;
mod survival;
mod tally;
mod travel;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::optimizer::OptimizerRule;
use datafusion::prelude::SessionContext;
use lifetracks_datasets::Definitions;

use person::{AsofFilters, AsofJoins, PersonQueryPlanner, PersonRanges, SegmentWindows};

pub use documentation::{FunctionDoc, FunctionKind, docs, docs_with};
pub use k12::{CALENDAR, CohortYears, DIPLOMA, DropoutStatus, ENROLLMENT, GradCohort};
pub use panel::{
    Followed, INDEX_DATE, Jobs, LoadedRule, PERSON, Panel, PanelSource, Prices, SpellSource, Unit, Worth,
    real_dollars,
};
pub use person::{Gather, Known, PersonMerge, Program, Run, Start, asof_match, is_comparable};
pub use settings::{LifetracksOptions, settings};
pub use travel::{Pack, PlanCodec, Unpack, decode, encode};

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
    for function in windows() {
        context.register_udwf(function);
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

/// Lets the session plan the operators that go through persons, and compute windows person by person.
fn add_planner(context: &SessionContext) {
    let state = context.state_ref();
    let mut state = state.write();
    let builder = SessionStateBuilder::new_from_existing(state.clone());
    let builder = builder.with_query_planner(Arc::new(PersonQueryPlanner));
    let builder = builder.with_physical_optimizer_rule(Arc::new(PersonRanges));
    let builder =
        builder.with_analyzer_rule(Arc::new(AsofJoins)).with_optimizer_rules(optimizer_rules(&state));
    *state = builder.with_physical_optimizer_rule(Arc::new(SegmentWindows)).build();
}

/// The session's rules, and ours after the one that brings filters to where ours finds them.
fn optimizer_rules(state: &SessionState) -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules = state.optimizers().to_vec();
    distinct_rule::keep_types(&mut rules);
    let after = rules.iter().position(|rule| rule.name() == "push_down_filter");
    rules.insert(after.map_or(rules.len(), |position| position + 1), Arc::new(AsofFilters));
    rules
}

fn scalar_functions(definitions: &Arc<Definitions>) -> Result<Vec<ScalarUDF>> {
    let mut functions = date::functions();
    functions.extend(code::functions(definitions)?);
    functions.extend(rate::functions(definitions)?);
    functions.extend(statistics::functions());
    functions.push(real_dollars(None));
    Ok(functions)
}

fn aggregates() -> Vec<AggregateUDF> {
    let mut functions = rate::aggregates();
    functions.extend(path::aggregates());
    functions.extend(survival::aggregates());
    functions.extend(statistics::aggregates());
    functions
}

fn windows() -> Vec<WindowUDF> {
    path::windows()
}
