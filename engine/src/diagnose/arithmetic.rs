//! Arithmetic with what is no number.

use super::kinds::{Kind, Named, named};
use super::planning::Said;
use super::words::Words;
use super::{between, query};
use crate::error::Error;

const OPERATORS: [&str; 5] = ["+", "-", "*", "/", "%"];

/// The error of an operation whose types do not go together; `None` when the message is of something else.
pub(super) fn wrong_operands(said: &Said<'_>) -> Option<Error> {
    let operation = between(said.prose, "Cannot coerce arithmetic expression ", " to valid types")?;
    let sides = |operator: &str| {
        operation.split_once(&format!(" {operator} ")).map(|sides| (operator.to_owned(), sides))
    };
    let (operator, (left, right)) = OPERATORS.iter().find_map(|operator| sides(operator))?;
    let (left, right) = (named(left), named(right));
    let words = Words::of(said.scope.text);
    Some(with_literal(&operator, &left, &right, &words).unwrap_or_else(|| {
        let message = format!("{operator} does not go with {} and {}", left.sql, right.sql);
        query(message).with_help("cast one side to a number, or to a date, as in CAST(x AS integer)")
    }))
}

/// A text in quotes beside the operator, where there is only one.
fn with_literal(operator: &str, left: &Named, right: &Named, words: &Words<'_>) -> Option<Error> {
    let (other, step) = match (left.kind, right.kind) {
        (Kind::Text, _) => (right, true),
        (_, Kind::Text) => (left, false),
        _ => return None,
    };
    let mut places = words.iter().filter(|(at, _)| words.is_sign(*at, operator)).filter_map(|(at, _)| {
        let (literal, beside) =
            if step { (at.checked_sub(1)?, at + 1) } else { (at + 1, at.checked_sub(1)?) };
        words.get(literal)?.literal().is_some().then_some((literal, beside))
    });
    let (literal, beside) = places.next().filter(|_| places.next().is_none())?;
    let literal = words.get(literal)?;
    let text = literal.text;
    let is_number = literal.literal()?.trim().parse::<f64>().is_ok();
    let subject = words.get(beside).filter(|word| word.is_name()).map_or("the other side", |word| word.text);
    let error = query(if is_number {
        format!("{subject} is {}; {text} is a text", other.sql)
    } else {
        format!("{subject} is {}; {text} is not a number", other.sql)
    });
    let error = error.with_span(Some(literal.span()));
    Some(match (other.kind, is_number) {
        (Kind::Date, _) => error.with_help("days are added as in + interval '30 days'"),
        (_, true) => error.with_help("write the number without quotes"),
        (_, false) => error.with_help("texts are joined with ||"),
    })
}
