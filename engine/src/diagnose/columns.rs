//! Columns and tables' aliases that are not there.

use datafusion::common::{Column, SchemaError, TableReference};

use super::keywords::meant;
use super::sayings;
use super::words::{Word, Words};
use super::{Scope, not_there, query};
use crate::error::{Error, Span};

/// What is wrong with the columns that a statement names.
pub(super) fn schema_error(error: &SchemaError, scope: &Scope<'_>, span: Option<Span>) -> Error {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => not_found(field, valid_fields, scope, span),
        SchemaError::AmbiguousReference { field } => {
            query(format!("column \"{}\" is in more than one table", field.name))
                .with_help(format!("write which one you mean, as in t.{}", field.name))
        }
        other => sayings::told(&other.to_string(), scope, span).unwrap_or_else(|| query(other.to_string())),
    }
}

fn not_found(field: &Column, valid: &[Column], scope: &Scope<'_>, span: Option<Span>) -> Error {
    let tables = tables_of(valid);
    let table = field.relation.as_ref().map(|relation| relation.table().to_owned());
    if let Some(table) = table.as_deref().filter(|table| !tables.is_empty() && !tables.contains(table)) {
        return no_table(table, &tables, &Words::of(scope.text), span);
    }
    let is_of_table = |column: &&Column| {
        let of = column.relation.as_ref().map(TableReference::table);
        table.is_none() || of.is_none() || of == table.as_deref()
    };
    let mut names: Vec<&str> = Vec::new();
    for column in valid.iter().filter(is_of_table) {
        if !names.contains(&column.name.as_str()) {
            names.push(&column.name);
        }
    }
    let error = query(format!("column \"{}\" not found", field.name));
    if let Some(keyword) = misspelt(&field.name, scope, span) {
        return error.with_help(format!("did you mean {keyword}?"));
    }
    let elsewhere = scope.main.tables_with_column(&field.name);
    not_there(error, &field.name, &names, |error| match elsewhere.as_slice() {
        [] => Err(error),
        tables => Ok(error.with_help(format!("{} is a column of {}", field.name, tables.join(", ")))),
    })
}

/// `SELECT distnct x`, which reads as a column with an alias.
fn misspelt(name: &str, scope: &Scope<'_>, span: Option<Span>) -> Option<&'static str> {
    let words = Words::of(scope.text);
    let at = words.at_byte(span?.start);
    let is_first = at.checked_sub(1).is_some_and(|before| words.is(before, "SELECT"));
    let is_before_name =
        words.get(at + 1).is_some_and(|word| word.is_name() && !word.is("FROM") && !word.is("AS"));
    meant(name, &["DISTINCT"]).filter(|_| is_first && is_before_name)
}

/// The names under which columns can be reached, each once, in their order.
fn tables_of(columns: &[Column]) -> Vec<&str> {
    let mut tables: Vec<&str> = Vec::new();
    for relation in columns.iter().filter_map(|column| column.relation.as_ref()) {
        if !tables.contains(&relation.table()) {
            tables.push(relation.table());
        }
    }
    tables
}

/// `a.*` where the message does not say which tables there are.
pub(super) fn no_qualifier(name: &str, scope: &Scope<'_>) -> Error {
    let words = Words::of(scope.text);
    let aliases = aliases(&words);
    let aliases: Vec<&str> = aliases.iter().map(String::as_str).collect();
    let mut places = words.iter().filter(|(at, word)| {
        word.name().is_some_and(|found| found.eq_ignore_ascii_case(name)) && words.is_sign(at + 1, ".")
    });
    let span = places.next().map(|(_, word)| word.span());
    no_table(name, &aliases, &words, span)
}

fn no_table(name: &str, tables: &[&str], words: &Words<'_>, span: Option<Span>) -> Error {
    let error = query(format!("there is no table or alias {name} here"));
    let error = not_there(error, name, tables, Err);
    let place = span.and_then(|span| words.get(words.at_byte(span.start))).map(Word::span);
    error.with_span(place.or(span))
}

/// What the tables of a statement's FROM are called in it.
fn aliases(words: &Words<'_>) -> Vec<String> {
    /// Words that may follow a table and are no alias.
    const NO_ALIAS: &[&str] = &[
        "ON",
        "USING",
        "WHERE",
        "GROUP",
        "ORDER",
        "LIMIT",
        "LEFT",
        "RIGHT",
        "FULL",
        "INNER",
        "CROSS",
        "JOIN",
        "UNION",
        "HAVING",
        "QUALIFY",
        "EXCEPT",
        "INTERSECT",
        "OFFSET",
        "FOR",
        "VERSION",
        "ASOF",
        "SEMI",
        "ANTI",
    ];
    let mut found = Vec::new();
    for (at, _) in words.iter().filter(|(at, _)| words.is_one_of(*at, &["FROM", "JOIN"])) {
        let mut last = at + 1;
        if words.is_sign(last, "(") {
            last = words.closing(last).unwrap_or(last);
        } else {
            while words.is_sign(last + 1, ".") {
                last += 2;
            }
            if words.is_sign(last + 1, "(") {
                last = words.closing(last + 1).unwrap_or(last);
            }
        }
        let next = if words.is(last + 1, "AS") { last + 2 } else { last + 1 };
        let alias = words.get(next).filter(|_| !words.is_one_of(next, NO_ALIAS));
        let name = alias.and_then(Word::name).or_else(|| words.get(last).and_then(|word| word.name()));
        found.extend(name.map(str::to_owned));
    }
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_found_in_the_text() {
        for (text, expected) in [
            ("select a.* from k12 e join diploma on e.x = diploma.x", &["e", "diploma"][..]),
            ("select * from (select 1) as a left join s.t using (x)", &["a", "t"]),
            ("select * from grad_cohort(2021) g where g.x = 1", &["g"]),
            ("select 1", &[]),
        ] {
            assert_eq!(aliases(&Words::of(text)), expected, "{text}");
        }
    }
}
