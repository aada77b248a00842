//! Which argument of a call cannot be made to fit: the function is asked what it would take in its place.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, IntervalUnit, TimeUnit};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;

use super::Scope;

/// What is wrong with the arguments of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The argument at a place, and what the function needs there.
    One { at: usize, needs: Vec<&'static str> },
    /// Each would do with others beside it.
    Together,
}

/// The fault of a call with arguments of these types; `None` where other types mend nothing, as in a call with too many
/// arguments.
pub(super) fn fault(function: &str, types: &[DataType], scope: &Scope<'_>) -> Option<Fault> {
    let state = scope.context.state();
    let name = function.to_lowercase();
    found(types, |types| takes(&name, types, &state))
}

fn found(types: &[DataType], takes: impl Fn(&[DataType]) -> bool) -> Option<Fault> {
    let mended = |others: &[DataType], at: usize| {
        let needs = needed(others, at, &takes);
        (!needs.is_empty()).then_some(Fault::One { at, needs })
    };
    let mut alone = (0..types.len()).filter_map(|at| mended(types, at));
    match (alone.next(), alone.next()) {
        (Some(one), None) => return Some(one),
        (Some(_), Some(_)) => return Some(Fault::Together),
        (None, _) => {}
    }
    // Several are wrong: the first one that is so by itself.
    let nulls = vec![DataType::Null; types.len()];
    (0..types.len()).find_map(|at| {
        let mut others = nulls.clone();
        others[at] = types[at].clone();
        if takes(&others) { None } else { mended(&nulls, at) }
    })
}

/// What a function takes at a place among arguments of these types.
fn needed(others: &[DataType], at: usize, takes: &impl Fn(&[DataType]) -> bool) -> Vec<&'static str> {
    let fits = |offer: DataType| {
        let mut types = others.to_vec();
        types[at] = offer;
        takes(&types)
    };
    let mut needs = Vec::new();
    if fits(DataType::Float64) {
        needs.push("a number");
    } else if fits(DataType::Int64) {
        needs.push("a whole number");
    }
    if fits(DataType::Date32) || fits(DataType::Timestamp(TimeUnit::Nanosecond, None)) {
        needs.push("a date");
    }
    if fits(DataType::new_list(DataType::Int64, true)) {
        needs.push("a list");
    }
    // Much is taken as a text or an interval that is meant to be something else.
    let lesser = [
        ("a condition", DataType::Boolean),
        ("an interval", DataType::Interval(IntervalUnit::MonthDayNano)),
        ("a text", DataType::Utf8),
    ];
    if needs.is_empty() {
        let found = lesser.into_iter().find(|(_, offer)| fits(offer.clone()));
        needs.extend(found.map(|(noun, _)| noun));
    }
    needs
}

/// Whether the function of a name takes arguments of these types.
fn takes(name: &str, types: &[DataType], state: &SessionState) -> bool {
    let field = |data_type: &DataType| -> FieldRef { Arc::new(Field::new("", data_type.clone(), true)) };
    let fields: Vec<FieldRef> = types.iter().map(field).collect();
    if let Some(function) = state.scalar_functions().get(name) {
        return fields_with_udf(&fields, function.as_ref()).is_ok();
    }
    if let Some(function) = state.aggregate_functions().get(name) {
        return fields_with_udf(&fields, function.as_ref()).is_ok();
    }
    let window = state.window_functions().get(name);
    window.is_some_and(|function| fields_with_udf(&fields, function.as_ref()).is_ok())
}

#[cfg(test)]
mod tests {
    use datafusion::execution::session_state::SessionStateBuilder;

    use super::*;

    fn of(name: &str, types: &[DataType]) -> Option<Fault> {
        let state = SessionStateBuilder::new().with_default_features().build();
        found(types, |types| takes(name, types, &state))
    }

    fn one(at: usize, noun: &'static str) -> Fault {
        Fault::One { at, needs: vec![noun] }
    }

    #[test]
    fn the_argument_that_does_not_fit_is_found_wherever_it_stands() {
        let (text, number, date) = (DataType::Utf8, DataType::Int64, DataType::Date32);
        for (name, types, expected) in [
            ("round", vec![text.clone()], one(0, "a number")),
            ("round", vec![DataType::Float64, text.clone()], one(1, "a whole number")),
            ("round", vec![text.clone(), number.clone()], one(0, "a number")),
            ("date_part", vec![text.clone(), number.clone()], one(1, "a date")),
            ("date_part", vec![number.clone(), date.clone()], one(0, "a text")),
            ("date_trunc", vec![text.clone(), number.clone()], one(1, "a date")),
            ("date_bin", vec![number.clone(), date.clone()], one(0, "an interval")),
            ("substr", vec![text.clone(), text.clone()], one(1, "a whole number")),
            ("substr", vec![number.clone(), number.clone()], one(0, "a text")),
            ("split_part", vec![text.clone(), text.clone(), text.clone()], one(2, "a whole number")),
            ("power", vec![DataType::Float64, text.clone()], one(1, "a number")),
            ("corr", vec![text.clone(), text.clone()], one(0, "a number")),
        ] {
            assert_eq!(of(name, &types), Some(expected), "{name} {types:?}");
        }
    }

    #[test]
    fn arguments_that_only_do_not_go_together_are_told_together() {
        assert_eq!(of("coalesce", &[DataType::Int32, DataType::Date32]), Some(Fault::Together));
        assert_eq!(of("greatest", &[DataType::Boolean, DataType::Int32]), Some(Fault::Together));
    }

    #[test]
    fn a_wrong_number_of_arguments_is_no_argument_at_fault() {
        assert_eq!(of("upper", &[DataType::Int64, DataType::Int64]), None);
        assert_eq!(of("substr", &[DataType::Utf8]), None);
    }
}
