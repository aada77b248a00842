//! Types as the layers below write them, in the words of SQL.

/// What a type is good for, as far as an error tells types apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Date,
    Text,
    Condition,
    List,
    Length,
    Other,
}

/// A type in the words of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) kind: Kind,
    pub(super) sql: String,
}

/// Names of types below, what they are good for and their names in SQL, as the head of a result spells them.
const TYPES: &[(&str, Kind, &str)] = &[
    ("Int8", Kind::Number, "tinyint"),
    ("Int16", Kind::Number, "smallint"),
    ("Int32", Kind::Number, "integer"),
    ("Int64", Kind::Number, "bigint"),
    ("UInt8", Kind::Number, "tinyint unsigned"),
    ("UInt16", Kind::Number, "smallint unsigned"),
    ("UInt32", Kind::Number, "integer unsigned"),
    ("UInt64", Kind::Number, "bigint unsigned"),
    ("Float", Kind::Number, "double"),
    ("Float16", Kind::Number, "real"),
    ("Float32", Kind::Number, "real"),
    ("Float64", Kind::Number, "double"),
    ("Decimal", Kind::Number, "decimal"),
    ("Decimal32", Kind::Number, "decimal"),
    ("Decimal64", Kind::Number, "decimal"),
    ("Decimal128", Kind::Number, "decimal"),
    ("Decimal256", Kind::Number, "decimal"),
    ("Numeric", Kind::Number, "number"),
    ("Integer", Kind::Number, "whole number"),
    ("Date", Kind::Date, "date"),
    ("Date32", Kind::Date, "date"),
    ("Date64", Kind::Date, "date"),
    ("Timestamp", Kind::Date, "timestamp"),
    ("Utf8", Kind::Text, "varchar"),
    ("Utf8View", Kind::Text, "varchar"),
    ("LargeUtf8", Kind::Text, "varchar"),
    ("String", Kind::Text, "varchar"),
    ("Boolean", Kind::Condition, "boolean"),
    ("List", Kind::List, "list"),
    ("LargeList", Kind::List, "list"),
    ("FixedSizeList", Kind::List, "list"),
    ("Struct", Kind::Other, "struct"),
    ("Map", Kind::Other, "map"),
    ("Binary", Kind::Other, "bytea"),
    ("BinaryView", Kind::Other, "bytea"),
    ("Time", Kind::Length, "time"),
    ("Time32", Kind::Length, "time"),
    ("Time64", Kind::Length, "time"),
    ("Duration", Kind::Length, "interval"),
    ("Interval", Kind::Length, "interval"),
    ("Null", Kind::Other, "null"),
];

/// The type that `text` begins with, and how long its name is there.
fn type_at(text: &str) -> Option<(Named, usize)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (_, kind, sql) = TYPES.iter().find(|(name, ..)| *name == &text[..end])?;
    let Some(length) = enclosed(&text[end..]) else {
        return Some((Named { kind: *kind, sql: (*sql).to_owned() }, end));
    };
    let inner = &text[end + 1..end + length - 1];
    let is_precision = !inner.is_empty() && inner.bytes().all(|byte| b"0123456789, ".contains(&byte));
    let sql = match kind {
        Kind::Number if is_precision => format!("{sql}({})", inner.replace(' ', "")),
        Kind::List => format!("{}[]", named(inner).sql),
        _ => (*sql).to_owned(),
    };
    Some((Named { kind: *kind, sql }, end + length))
}

/// The length of the parenthesis that `text` begins with.
fn enclosed(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return (at > 0).then_some(at + 1);
        }
    }
    None
}

/// A type by the name that it has below.
pub(super) fn named(text: &str) -> Named {
    let text = text.trim();
    match type_at(text) {
        Some((found, _)) => found,
        None => Named { kind: Kind::Other, sql: text.to_lowercase() },
    }
}

/// The types of a list such as `Utf8View, Decimal128(10, 2)`.
pub(super) fn list(text: &str) -> Vec<Named> {
    pieces(text).into_iter().map(named).collect()
}

/// The parts of a list, as they are written: a comma in parentheses parts nothing.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    found.extend((!last.is_empty()).then_some(last));
    found
}

/// A sentence with the names of types in the words of SQL; what is quoted stays.
pub(super) fn in_sql_words(sentence: &str) -> String {
    let mut text = String::with_capacity(sentence.len());
    let mut quote = None;
    let mut is_start = true;
    let mut rest = sentence;
    while let Some(first) = rest.chars().next() {
        let found = if quote.is_none() && is_start { type_at(rest) } else { None };
        let length = if let Some((found, length)) = found {
            text.push_str(&found.sql);
            length
        } else {
            text.push(first);
            first.len_utf8()
        };
        match quote {
            None if "'\"`".contains(first) && is_start => quote = Some(first),
            Some(open) if open == first => quote = None,
            _ => {}
        }
        is_start = !first.is_alphanumeric() && first != '_';
        rest = &rest[length..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_their_names_in_sql() {
        let names = |text: &str| list(text).into_iter().map(|found| found.sql).collect::<Vec<_>>();
        assert_eq!(names("Utf8View, Decimal128(10, 2), Int32"), ["varchar", "decimal(10,2)", "integer"]);
        assert_eq!(names("List(Int64), Timestamp(ns, \"UTC\")"), ["bigint[]", "timestamp"]);
        assert_eq!(names(""), Vec::<String>::new());
    }

    #[test]
    fn a_quoted_name_is_no_type() {
        assert_eq!(
            in_sql_words("column \"Date\" of Int32 and 'Utf8'"),
            "column \"Date\" of integer and 'Utf8'"
        );
        assert_eq!(in_sql_words("it's Utf8View, not myInt32"), "it's varchar, not myInt32");
    }
}
