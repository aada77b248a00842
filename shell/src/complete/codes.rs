//! The codes of a column with what they mean: the values that a comparison with it can have.

use super::Candidate;
use super::write::{literal, starts};
use crate::names::{Column, Names, Value};

/// The codes that go on as `typed` does, which is what stands behind the opening quote; where none does, those whose
/// label does. A text that is open already gets its closing quote with `closes`.
pub(super) fn offers(
    names: &Names,
    column: &Column,
    typed: &str,
    given: &[String],
    closes: bool,
) -> Vec<Candidate> {
    let codes = column.code_set.as_ref().and_then(|set| names.codes.get(set));
    let is_number = column.note.contains("int");
    let write = |code: &str| match (is_number, closes) {
        (true, _) => code.to_owned(),
        (false, true) => literal(code),
        (false, false) => literal(code).trim_end_matches('\'').to_owned(),
    };
    let is_left = |value: &&Value| !given.contains(&literal(&value.value)) && !given.contains(&value.value);
    let codes: Vec<&Value> = codes.into_iter().flatten().filter(is_left).collect();
    matching(&codes, typed).into_iter().map(|code| Candidate::new(write(&code.value), &code.label)).collect()
}

/// The values that start with a text; where none does, those that have a word of the label that does.
pub(super) fn matching<'a>(values: &[&'a Value], typed: &str) -> Vec<&'a Value> {
    let by_value: Vec<&Value> = values.iter().filter(|value| starts(typed, &value.value)).copied().collect();
    if !by_value.is_empty() {
        return by_value;
    }
    let has_word = |value: &&&Value| {
        let label = &value.label;
        starts(typed, label)
            || label.split(|part: char| !part.is_alphanumeric()).any(|word| starts(typed, word))
    };
    values.iter().filter(has_word).copied().collect()
}
