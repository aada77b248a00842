//! Which parts of a statement are keywords, text, numbers and comments. Works on text that does not parse.

use std::ops::Range;

/// Keywords that are highlighted and completed, in lower case and in order.
pub(crate) const KEYWORDS: &[&str] = &[
    "all",
    "analyze",
    "and",
    "any",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "cast",
    "cohort",
    "cohorts",
    "create",
    "cross",
    "cube",
    "current",
    "date",
    "delete",
    "desc",
    "describe",
    "distinct",
    "drop",
    "else",
    "end",
    "except",
    "exclude",
    "exists",
    "explain",
    "extract",
    "false",
    "filter",
    "first",
    "following",
    "for",
    "from",
    "full",
    "function",
    "group",
    "grouping",
    "having",
    "if",
    "ilike",
    "in",
    "index",
    "inner",
    "insert",
    "intersect",
    "interval",
    "into",
    "is",
    "join",
    "last",
    "left",
    "like",
    "limit",
    "natural",
    "not",
    "null",
    "nulls",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "over",
    "partition",
    "preceding",
    "publish",
    "qualify",
    "range",
    "recursive",
    "refresh",
    "replace",
    "require",
    "return",
    "returns",
    "right",
    "rollup",
    "row",
    "rows",
    "schema",
    "select",
    "set",
    "sets",
    "show",
    "table",
    "then",
    "timestamp",
    "true",
    "unbounded",
    "union",
    "update",
    "using",
    "values",
    "version",
    "view",
    "when",
    "where",
    "window",
    "with",
    "within",
];

/// What a part of a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word of SQL.
    Keyword,
    /// Text in single quotes, or as much of it as has been typed.
    Text,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// A name, quoted or not.
    Name,
    /// Everything else, one character at a time.
    Other,
}

/// The parts of `text` in order, without the white space between them.
pub(crate) fn parts(text: &str) -> Vec<(Range<usize>, Kind)> {
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        let (length, kind) = match first {
            '\'' => (quoted(rest, '\''), Kind::Text),
            '"' => (quoted(rest, '"'), Kind::Name),
            '-' if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), Kind::Comment),
            '/' if rest.starts_with("/*") => {
                (rest.find("*/").map_or(rest.len(), |end| end + 2), Kind::Comment)
            }
            digit if digit.is_ascii_digit() => {
                (length_of(rest, |part| part.is_alphanumeric() || part == '.'), Kind::Number)
            }
            letter if is_name(letter) => word(rest),
            other => (other.len_utf8(), Kind::Other),
        };
        if !first.is_whitespace() && !is_invisible(first) {
            parts.push((start..start + length, kind));
        }
        start += length;
    }
    parts
}

/// The word joiner, which the line editor's marks begin with.
fn is_invisible(character: char) -> bool {
    character == '\u{2060}'
}

/// Whether a character can be part of an unquoted name.
pub(crate) fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn word(rest: &str) -> (usize, Kind) {
    let length = length_of(rest, is_name);
    let lower = rest[..length].to_ascii_lowercase();
    if KEYWORDS.binary_search(&lower.as_str()).is_ok() {
        (length, Kind::Keyword)
    } else {
        (length, Kind::Name)
    }
}

fn length_of(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|character| !belongs(character)).unwrap_or(rest.len())
}

/// The length of quoted text; a doubled quote ends it and starts it again, which comes to the same.
fn quoted(rest: &str, quote: char) -> usize {
    rest[1..].find(quote).map_or(rest.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_in_order() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn parts_of_unfinished_text() {
        let text = "select \"a b\", 1.5 /* x */ from t -- y\nwhere n = 'abc";
        let parts: Vec<_> = parts(text)
            .into_iter()
            .map(|(range, kind)| (&text[range], kind))
            .filter(|(_, kind)| *kind != Kind::Other)
            .collect();
        assert_eq!(
            parts,
            [
                ("select", Kind::Keyword),
                ("\"a b\"", Kind::Name),
                ("1.5", Kind::Number),
                ("/* x */", Kind::Comment),
                ("from", Kind::Keyword),
                ("t", Kind::Name),
                ("-- y", Kind::Comment),
                ("where", Kind::Keyword),
                ("n", Kind::Name),
                ("'abc", Kind::Text),
            ]
        );
    }
}
