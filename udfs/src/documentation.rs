//! The list of all functions with what a reader needs to know of each; the manual and the shell's help come from it.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::logical_expr::Documentation;
use lifetracks_datasets::{Definitions, Relation, RelationParameter};

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    /// One result for each row.
    Scalar,
    /// One result for each group of rows.
    Aggregate,
    /// One result for each row, from the rows around it.
    Window,
    /// Rows, in FROM.
    Table,
}

impl FunctionKind {
    /// The kind as a word: `scalar`, `aggregate`, `window` or `table`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Aggregate => "aggregate",
            Self::Window => "window",
            Self::Table => "table",
        }
    }
}

/// What a reader needs to know of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionDoc {
    /// The name in SQL.
    pub name: String,
    /// Whether the result is one for each row, one for each group, or rows.
    pub kind: FunctionKind,
    /// The family it belongs to, such as `Dates`.
    pub family: String,
    /// The ways to call it, the usual one first.
    pub syntax: Vec<String>,
    /// What it gives, what NULL means and what is an error; Markdown, the first sentence alone says what it is for.
    pub description: String,
    /// Its arguments in their order: name and meaning.
    pub arguments: Vec<(String, String)>,
    /// The columns of its rows in their order: name and meaning; empty for all but functions in FROM.
    pub columns: Vec<(String, String)>,
    /// A statement that runs in an empty session; for a function in FROM in a lake that has the years it names.
    pub sql_example: String,
}

/// The documentation of every function that is part of the program, by family and name.
pub fn docs() -> Vec<FunctionDoc> {
    docs_with(&Definitions::builtin())
}

/// The documentation of every function of a session with these definitions, by family and name.
pub fn docs_with(definitions: &Definitions) -> Vec<FunctionDoc> {
    // The built-in maps that functions need are there: the test of the list of functions would fail otherwise.
    let mut docs = builtin().unwrap_or_default();
    docs.extend(crate::cohort::documentation());
    docs.extend(crate::k12::documentation());
    docs.extend(crate::logs::documentation());
    docs.extend(crate::panel::documentation(definitions));
    docs.extend(definitions.relations().iter().map(relation));
    docs.sort_by(|left, right| (&left.family, &left.name).cmp(&(&right.family, &right.name)));
    docs
}

fn builtin() -> Result<Vec<FunctionDoc>> {
    let definitions = Arc::new(Definitions::builtin());
    let scalars = crate::scalar_functions(&definitions)?;
    let aggregates = crate::aggregates();
    let scalars =
        scalars.iter().map(|function| (function.name(), FunctionKind::Scalar, function.documentation()));
    let aggregates = aggregates
        .iter()
        .map(|function| (function.name(), FunctionKind::Aggregate, function.documentation()));
    let windows = crate::windows();
    let windows =
        windows.iter().map(|function| (function.name(), FunctionKind::Window, function.documentation()));
    Ok(scalars
        .chain(aggregates)
        .chain(windows)
        .map(|(name, kind, found)| describe(name, kind, found))
        .collect())
}

/// What a shipped relation says of itself.
fn relation(relation: &Relation) -> FunctionDoc {
    let argument = |parameter: &RelationParameter| {
        let values = match parameter.values.as_slice() {
            [] => String::new(),
            values => format!(" One of {}.", values.join(", ")),
        };
        let default = match (&parameter.default, &parameter.setting) {
            (Some(default), _) => format!(" Default: {default}."),
            (None, Some(setting)) => format!(" Default: the setting lifetracks.{setting}."),
            (None, None) => String::new(),
        };
        (parameter.name.clone(), format!("{}{values}{default}", parameter.description))
    };
    let names: Vec<&str> = relation.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let as_of = format!("{}{} => 12", if names.is_empty() { "" } else { ", " }, AS_OF.0);
    let mut syntax = vec![format!("{}({} [{as_of}])", relation.name, names.join(", "))];
    if relation.needs_no_argument() {
        syntax.push(relation.name.clone());
    }
    FunctionDoc {
        name: relation.name.clone(),
        kind: FunctionKind::Table,
        family: TABLES.to_owned(),
        syntax,
        description: format!(
            "{}\n\nSource: {}.",
            relation.description.trim(),
            relation.source.trim_end_matches('.')
        ),
        arguments: relation
            .parameters
            .iter()
            .map(argument)
            .chain([(AS_OF.0.to_owned(), AS_OF.1.to_owned())])
            .collect(),
        columns: relation
            .columns
            .iter()
            .map(|column| (column.name.clone(), column.description.clone()))
            .collect(),
        sql_example: format!("SELECT * FROM {} LIMIT 10;", relation.example),
    }
}

/// The argument that every function in FROM takes.
pub(crate) const AS_OF: (&str, &str) = (
    "as_of",
    "A lake version, or a date or time: what would have been answered then. Default: what is loaded now.",
);

/// The family of functions in FROM.
pub(crate) const TABLES: &str = "In FROM";

/// Texts, owned.
pub(crate) fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// Names with their meanings, owned.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, meaning)| ((*name).to_owned(), (*meaning).to_owned())).collect()
}

/// A function without documentation has an empty one, which a test of this crate refuses.
fn describe(name: &str, kind: FunctionKind, found: Option<&Documentation>) -> FunctionDoc {
    let Some(found) = found else {
        let (name, family, description, sql_example) =
            (name.to_owned(), String::new(), String::new(), String::new());
        return FunctionDoc {
            name,
            kind,
            family,
            syntax: vec![],
            description,
            arguments: vec![],
            columns: vec![],
            sql_example,
        };
    };
    let syntax = std::iter::once(&found.syntax_example).chain(found.alternative_syntax.iter().flatten());
    FunctionDoc {
        name: name.to_owned(),
        kind,
        family: found.doc_section.label.to_owned(),
        syntax: syntax.cloned().collect(),
        description: found.description.trim().to_owned(),
        arguments: found.arguments.clone().unwrap_or_default(),
        columns: vec![],
        sql_example: found.sql_example.clone().unwrap_or_default(),
    }
}
