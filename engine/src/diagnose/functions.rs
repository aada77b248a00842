//! Functions that are not there, or not in this place.

use std::collections::BTreeSet;

use lifetracks_datasets::closest_name;
use lifetracks_udfs::FunctionKind;

use super::words::Words;
use super::{Scope, query};
use crate::error::Error;
use crate::{read, relation};

/// A function called where a value stands.
pub(super) fn of_values(name: &str, scope: &Scope<'_>) -> Error {
    let words = Words::of(scope.text);
    let call = words.calls(name).into_iter().next();
    let span = call.as_ref().and_then(|call| words.span(call.name, call.name));
    if is_relation(name, scope) {
        let written = call.as_ref().map_or("..", |call| words.text(call.name, call.last));
        let error = query(format!("{name}() gives rows: it stands in FROM"));
        return error.with_help(format!("write SELECT * FROM {written}")).with_span(span);
    }
    let state = scope.context.state();
    if state.window_functions().contains_key(name) {
        let error = query(format!("{name}() looks at other rows: it needs OVER"));
        return error.with_help(format!("write {name}() OVER (ORDER BY ..)")).with_span(span);
    }
    let mut names: BTreeSet<String> = state.scalar_functions().keys().cloned().collect();
    names.extend(state.aggregate_functions().keys().cloned());
    names.extend(state.window_functions().keys().cloned());
    names.extend(relations(scope));
    let error = query(format!("there is no function {name}()")).with_span(span);
    error.with_help(match closest_name(name, names.iter().map(String::as_str)) {
        Some(near) if is_relation(near, scope) => format!("did you mean {near}()? (it stands in FROM)"),
        Some(near) => format!("did you mean {near}()?"),
        None => "`.functions` lists those there are".to_owned(),
    })
}

/// A function called in FROM.
pub(super) fn of_rows(name: &str, scope: &Scope<'_>) -> Error {
    let words = Words::of(scope.text);
    let call = words.calls(name).into_iter().next();
    let span = call.as_ref().and_then(|call| words.span(call.name, call.name));
    let state = scope.context.state();
    let gives_values = state.scalar_functions().contains_key(name)
        || state.aggregate_functions().contains_key(name)
        || state.window_functions().contains_key(name);
    if gives_values {
        let written = call.as_ref().map_or("..", |call| words.text(call.name, call.last));
        let error = query(format!("{name}() gives a value: it does not stand in FROM"));
        return error.with_help(format!("write SELECT {written}")).with_span(span);
    }
    let names = relations(scope);
    let error = query(format!("there is no function {name}() in FROM")).with_span(span);
    error.with_help(match closest_name(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}()?"),
        None => "`.functions` lists those there are".to_owned(),
    })
}

/// Whether a function of this name gives rows.
pub(super) fn is_relation(name: &str, scope: &Scope<'_>) -> bool {
    relation::is_function(name, scope.definitions)
        || scope.context.state().table_functions().contains_key(name)
}

/// The functions that give rows.
fn relations(scope: &Scope<'_>) -> BTreeSet<String> {
    let documented = lifetracks_udfs::docs_with(scope.definitions).into_iter();
    let mut names: BTreeSet<String> = documented
        .filter(|function| function.kind == FunctionKind::Table)
        .map(|function| function.name)
        .collect();
    names.extend(read::functions().map(str::to_owned));
    names.extend(scope.context.state().table_functions().keys().cloned());
    names
}

/// How a function is called; `None` when nothing is written of it.
pub(super) fn syntax(name: &str, scope: &Scope<'_>) -> Option<String> {
    let state = scope.context.state();
    let scalar = || state.scalar_functions().get(name).and_then(|function| function.documentation());
    let aggregate = || state.aggregate_functions().get(name).and_then(|function| function.documentation());
    let window = || state.window_functions().get(name).and_then(|function| function.documentation());
    let found = scalar().or_else(aggregate).or_else(window)?;
    // Several ways to call it are written on lines of their own.
    let first = found.syntax_example.lines().next()?.trim();
    first.contains('(').then(|| first.to_owned())
}

/// Whether a function is an aggregate.
pub(super) fn is_aggregate(name: &str, scope: &Scope<'_>) -> bool {
    scope.context.state().aggregate_functions().contains_key(&name.to_lowercase())
}
