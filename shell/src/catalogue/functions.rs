//! Functions with their arguments and what these take, as far as the documentation says it.

use lifetracks_engine::{Engine, FunctionDoc, FunctionKind, LOG_FUNCTIONS};

use super::tables::{self, code_set_of};
use crate::names::{Column, Function, Parameter, Table, Value, Values};
use crate::text::{counted, first_sentence};

/// The functions that come with the SQL engine.
pub(super) const BUILT_IN: &str = "SELECT routine_name, min(syntax_example), min(description) \
     FROM information_schema.routines GROUP BY routine_name";

/// Arguments that name a cohort.
const COHORTS: &[(&str, &str)] =
    &[("cohort", "name"), ("cohort_flow", "name"), ("jobs", "cohort"), ("panel", "cohort")];

/// Functions whose argument `method` takes methods of one kind.
const METHODS: &[(&str, &str)] =
    &[("grad_cohort", "cohort"), ("dropout_status", "event_dropout"), ("promotion", "cohort")];

/// Functions that read files: their name, the files' endings, their options.
const READERS: &[(&str, &[&str], &[&str])] = &[
    ("read_csv", &[".csv", ".tsv", ".txt"], &["delimiter", "header", "all_text"]),
    ("read_parquet", &[".parquet"], &[]),
    ("read_xlsx", &[".xlsx"], &["sheet", "header", "all_text"]),
];

/// The functions of the program and of the session, and those that read files.
pub(super) fn documented(engine: &Engine) -> Vec<Function> {
    let tables = tables::tables(engine);
    let documented = engine.functions().into_iter().map(|function| describe(engine, &tables, &function));
    documented.chain(READERS.iter().map(reader)).collect()
}

/// The engine's functions, from rows of name, syntax and description.
pub(super) fn built_in(rows: &[Vec<String>]) -> Vec<Function> {
    let function = |row: &Vec<String>| match row.as_slice() {
        [name, syntax, description] => Some(Function {
            name: name.clone(),
            syntax: if syntax.is_empty() { format!("{name}(..)") } else { one_line(syntax) },
            note: first_sentence(description).to_owned(),
            ..Function::default()
        }),
        _ => None,
    };
    rows.iter().filter_map(function).collect()
}

fn describe(engine: &Engine, tables: &[Table], function: &FunctionDoc) -> Function {
    let parameters = function.arguments.iter().map(|(name, meaning)| Parameter {
        name: name.clone(),
        note: first_sentence(meaning).to_owned(),
        values: values(engine, &function.name, name, meaning),
    });
    Function {
        name: function.name.clone(),
        gives_rows: function.kind == FunctionKind::Table,
        syntax: function.syntax.first().map(|syntax| one_line(syntax)).unwrap_or_default(),
        note: first_sentence(&function.description).to_owned(),
        parameters: parameters.collect(),
        columns: columns(tables, function),
    }
}

/// The columns of the rows; `None` where the documentation says that they depend on the arguments.
fn columns(tables: &[Table], function: &FunctionDoc) -> Option<Vec<Column>> {
    let takes_cohort = COHORTS.iter().any(|(name, _)| *name == function.name);
    let is_name = |name: &str| name.chars().all(|part| part.is_alphanumeric() || part == '_');
    if takes_cohort || function.columns.is_empty() || !function.columns.iter().all(|(name, _)| is_name(name))
    {
        return None;
    }
    let all = || tables.iter().flat_map(|table| table.columns.iter().flatten());
    // A column of other rows that has the name of one of the lake's has none of its codes.
    let is_of_the_lake = !LOG_FUNCTIONS.contains(&function.name.as_str());
    let of_the_lake = |name: &str| code_set_of(all(), name).filter(|_| is_of_the_lake);
    let column = |(name, meaning): &(String, String)| Column {
        name: name.clone(),
        note: first_sentence(meaning).to_owned(),
        code_set: named_set(meaning).or_else(|| of_the_lake(name)),
    };
    Some(function.columns.iter().map(column).collect())
}

/// The code set that a column's description names.
fn named_set(meaning: &str) -> Option<String> {
    let (_, rest) = meaning.split_once("code set ")?;
    let end = rest.find(|part: char| !part.is_alphanumeric() && part != '_').unwrap_or(rest.len());
    Some(rest[..end].to_owned()).filter(|set| !set.is_empty())
}

fn values(engine: &Engine, function: &str, parameter: &str, meaning: &str) -> Values {
    if COHORTS.contains(&(function, parameter)) {
        return Values::Cohort;
    }
    let definitions = engine.definitions();
    let declared = definitions.relation(function).and_then(|relation| {
        relation
            .parameters
            .iter()
            .find(|declared| declared.name == parameter)
            .map(|declared| &declared.values)
    });
    let plain = |value: &String| Value { value: value.clone(), label: String::new() };
    let values: Vec<Value> = match (declared, parameter) {
        (Some(values), _) if !values.is_empty() => values.iter().map(plain).collect(),
        (_, "method") => {
            let kind = METHODS.iter().find(|(name, _)| *name == function).map(|(_, kind)| *kind);
            let methods = definitions.methods().iter();
            let methods = methods.filter(|method| kind.is_none_or(|kind| method.rule.kind() == kind));
            methods.map(|method| Value { value: method.name.clone(), label: method.title.clone() }).collect()
        }
        (_, "of") if function == "panel" => {
            let label = |text: &str| first_sentence(text).to_owned();
            let panels = definitions.panels().iter();
            panels
                .map(|panel| Value { value: panel.name.clone(), label: label(&panel.description) })
                .collect()
        }
        _ => named(engine, meaning).unwrap_or_else(|| listed(meaning)),
    };
    if values.is_empty() { Values::Any } else { Values::OneOf(values) }
}

/// The values of an argument that its description calls the name of a code set, of a map, or of a row of one map.
fn named(engine: &Engine, meaning: &str) -> Option<Vec<Value>> {
    let definitions = engine.definitions();
    let sets = definitions.code_sets().iter();
    let maps = definitions.maps().iter();
    let value = |name: &str, label: String| Value { value: name.to_owned(), label };
    match names_of(meaning)? {
        Named::CodeSets => {
            Some(sets.map(|set| value(&set.name, counted(set.codes.len() as u64, "code"))).collect())
        }
        Named::Maps => {
            Some(maps.map(|map| value(&map.name, counted(map.rows.len() as u64, "row"))).collect())
        }
        Named::Rows(map) => {
            let mut from: Vec<Value> =
                definitions.map(map)?.rows.iter().map(|row| value(&row.from, String::new())).collect();
            from.dedup();
            Some(from)
        }
    }
}

/// What an argument names.
#[derive(Debug, PartialEq, Eq)]
enum Named<'a> {
    CodeSets,
    Maps,
    /// The rows of this map.
    Rows(&'a str),
}

fn names_of(meaning: &str) -> Option<Named<'_>> {
    let named = meaning.strip_prefix("The name of a ")?;
    if let Some((_, rest)) = named.split_once("a row of the map `") {
        return Some(Named::Rows(rest.split('`').next()?));
    }
    let is = |what: &str| {
        let rest = named.strip_prefix(what);
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == ' '))
    };
    if is("code set") {
        return Some(Named::CodeSets);
    }
    is("map").then_some(Named::Maps)
}

/// The values that a description begins with, each between backticks.
fn listed(meaning: &str) -> Vec<Value> {
    if !meaning.starts_with('`') {
        return Vec::new();
    }
    let sentence = first_sentence(meaning).split('`').skip(1).step_by(2);
    sentence.map(|value| Value { value: value.to_owned(), label: String::new() }).collect()
}

fn reader((name, endings, options): &(&str, &'static [&'static str], &[&str])) -> Function {
    let path =
        Parameter { name: "path".to_owned(), note: "a file".to_owned(), values: Values::File(endings) };
    let option = |name: &&str| Parameter { name: (*name).to_owned(), ..Parameter::default() };
    let written: Vec<String> = options.iter().map(|option| format!(" [, {option} => ..]")).collect();
    Function {
        name: (*name).to_owned(),
        gives_rows: true,
        syntax: format!("{name}(path{})", written.concat()),
        note: format!("Reads {} files.", endings.join(", ")),
        parameters: std::iter::once(path).chain(options.iter().map(option)).collect(),
        columns: None,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_code_sets_are_read_off_the_documentation() {
        let values = listed("`month`, `quarter` or `year`. Wages are known by `quarter`.");
        let values: Vec<_> = values.into_iter().map(|value| value.value).collect();
        assert_eq!(values, ["month", "quarter", "year"]);
        assert!(listed("The year of `x`.").is_empty());
        assert_eq!(names_of("The name of a code set, a constant text."), Some(Named::CodeSets));
        assert_eq!(names_of("The name of a map, a constant text."), Some(Named::Maps));
        assert_eq!(
            names_of("The name of a policy: a row of the map `suppression`."),
            Some(Named::Rows("suppression"))
        );
        assert_eq!(names_of("The name of a cohort, or a sub-query."), None);
        assert_eq!(names_of("The name of a map maker."), None);
        assert_eq!(named_set("Why (code set cohort_reason). Never NULL.").as_deref(), Some("cohort_reason"));
    }
}
