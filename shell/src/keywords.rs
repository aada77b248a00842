//! The words of SQL, as completion offers them and the screen shows them.

/// Keywords in lower case and in order.
pub(crate) const KEYWORDS: &[&str] = &[
    "all",
    "analyze",
    "and",
    "anti",
    "any",
    "as",
    "asc",
    "asof",
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
    "fetch",
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
    "lateral",
    "left",
    "like",
    "limit",
    "materialized",
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
    "semi",
    "set",
    "sets",
    "show",
    "similar",
    "table",
    "tablesample",
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

/// Words that can be a name only in quotes.
const RESERVED: &[&str] = &[
    "and",
    "as",
    "by",
    "case",
    "cross",
    "except",
    "from",
    "full",
    "group",
    "having",
    "in",
    "inner",
    "intersect",
    "is",
    "join",
    "left",
    "limit",
    "natural",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "qualify",
    "right",
    "select",
    "then",
    "union",
    "using",
    "when",
    "where",
    "with",
];

/// Whether an unquoted word is one of SQL's.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word.to_ascii_lowercase().as_str()).is_ok()
}

/// Whether a name must stand in quotes.
pub(crate) fn needs_quotes(name: &str) -> bool {
    let plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
    !name.chars().all(plain)
        || name.starts_with(|first: char| first.is_ascii_digit())
        || name.is_empty()
        || RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_in_order() {
        assert!(KEYWORDS.is_sorted());
        assert!(RESERVED.iter().all(|word| is_keyword(word)));
    }

    #[test]
    fn only_names_that_sql_would_misread_are_quoted() {
        for (name, quoted) in
            [("person_id", false), ("Person", true), ("a b", true), ("order", true), ("1st", true)]
        {
            assert_eq!(needs_quotes(name), quoted, "{name}");
        }
    }
}
