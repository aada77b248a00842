//! Takes values out of the message of a statement that failed while it ran.
//!
//! The layers below put the value they could not handle into their message. Nobody may learn a person's data from an
//! error, a log or a screenshot of one, so only what the statement itself says is repeated.

/// Stands where something was taken out.
const GAP: &str = "…";

/// The message without whatever may be a value: quoted text, anything with a digit and what follows a last colon, unless
/// it stands in the statement or names a type.
pub(crate) fn without_values(message: &str, statement: &str) -> String {
    let statement = statement.to_ascii_lowercase();
    let is_known = |part: &str| stands_in(&statement, &part.to_ascii_lowercase());
    let (sentence, end) = match message.rsplit_once(": ") {
        Some((sentence, end)) if !is_known(end) && !is_type(end) => (sentence, Some(GAP)),
        _ => (message, None),
    };
    let mut text = String::with_capacity(message.len());
    let mut rest = sentence;
    while let Some(first) = rest.chars().next() {
        let length = quoted(rest).unwrap_or_else(|| word(rest));
        let (part, after) = rest.split_at(length.max(first.len_utf8()));
        let is_quoted = part.len() > 1 && QUOTES.contains(&first);
        let inner = if is_quoted { part.trim_matches(QUOTES) } else { part };
        let may_be_value = is_quoted || inner.contains(|c: char| c.is_numeric());
        if !may_be_value || is_type(inner) || (!inner.is_empty() && is_known(inner)) {
            text.push_str(part);
        } else if is_quoted {
            text.extend([&part[..first.len_utf8()], GAP, &part[..first.len_utf8()]]);
        } else {
            text.push_str(GAP);
        }
        rest = after;
    }
    text.extend(end.map(|end| format!(": {end}")));
    text
}

/// Whether the part stands in the statement, not as a piece of a longer word or number.
fn stands_in(statement: &str, part: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_whole = |at: usize| {
        let end = at + part.len();
        !inside(statement[..at].chars().next_back()) && !inside(statement[end..].chars().next())
    };
    statement.match_indices(part).any(|(at, _)| is_whole(at))
}

const QUOTES: [char; 3] = ['\'', '"', '`'];

/// The length of the quoted text that `text` starts with. An apostrophe inside a word quotes nothing.
fn quoted(text: &str) -> Option<usize> {
    let first = text.chars().next().filter(|first| QUOTES.contains(first))?;
    // The value may hold quotes itself, so the last one closes.
    text[1..].rfind(first).map(|closing| closing + 2)
}

/// The length of the word, or of what is between words, that `text` starts with.
fn word(text: &str) -> usize {
    let inside = |c: char| c.is_alphanumeric() || "-_./:+@".contains(c);
    let starts_inside = text.chars().next().is_some_and(inside);
    let ends = |c: char| inside(c) != starts_inside || (!starts_inside && QUOTES.contains(&c));
    let after_first = text.chars().next().map_or(0, char::len_utf8);
    text[after_first..].find(ends).map_or(text.len(), |length| length + after_first)
}

/// Whether a word is the name of a type, such as Int64, which has digits of its own.
fn is_type(word: &str) -> bool {
    const NAMES: [&str; 10] =
        ["Int", "UInt", "Float", "Decimal", "Date", "Time", "Timestamp", "Utf", "Interval", "LargeUtf"];
    let word = word.strip_suffix("View").unwrap_or(word);
    let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
    word.len() - name.len() <= 3 && NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(message: &str) -> String {
        without_values(message, "select cast(\"SSN\" as date) + 12 from ui_wage where kind = 'retired'")
    }

    #[test]
    fn values_are_taken_out_and_the_sentence_stays() {
        for (message, expected) in [
            (
                "Cannot cast string '987-65-4320' to value of Date32 type",
                "Cannot cast string '…' to value of Date32 type",
            ),
            (
                "Cannot cast string 'it's 1' to value of Utf8View type",
                "Cannot cast string '…' to value of Utf8View type",
            ),
            ("900000001.00 is too large for a precision of 5", "… is too large for a precision of …"),
            ("Overflow happened on FACTORIAL(900000001)", "Overflow happened on FACTORIAL(…)"),
            ("Overflow happened on: 987654320 * 987654320", "Overflow happened on: …"),
            ("Unable to parse date from 900000001, 1, 1", "Unable to parse date from …, …, …"),
            ("Unsupported granularity: Mc Gill", "Unsupported granularity: …"),
            ("invalid syntax for type interval: \"987-65-4320\"", "invalid syntax for type interval: …"),
            ("Divide by zero error", "Divide by zero error"),
            ("the kind 'retired' with 12 is wrong", "the kind 'retired' with 12 is wrong"),
            ("not a type: Int64", "not a type: Int64"),
            ("", ""),
            ("'", "'"),
            ("'ñ1 ☂", "'… ☂"),
        ] {
            assert_eq!(shown(message), expected);
        }
    }
}
