//! What the person has brought along: parameters that are set, statements that were saved. No value is among the names.

use lifetracks_engine::Parameters;

use crate::names::{Saved, Value};
use crate::queries;

/// The parameters with the kinds of their values.
pub(super) fn kinds(parameters: &Parameters) -> Vec<Value> {
    let kind = |(name, value): (&String, &lifetracks_engine::Parameter)| Value {
        value: name.clone(),
        label: value.kind().to_owned(),
    };
    parameters.iter().map(kind).collect()
}

/// The saved statements; none where their folder cannot be read: Tab must never end in an error.
pub(super) fn saved() -> Vec<Saved> {
    let saved = queries::all().unwrap_or_default().into_iter();
    let saved = saved.map(|query| Saved {
        parameters: kinds(&query.parameters),
        name: query.name,
        note: query.about,
    });
    saved.collect()
}
