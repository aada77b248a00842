//! `lifetracks.functions` and `lifetracks.manual`: every function and what a reader needs to know of it.

use datafusion::arrow::array::RecordBatch;
use datafusion::functions::all_default_functions;
use datafusion::functions_aggregate::all_default_aggregate_functions;
use datafusion::functions_nested::all_default_nested_functions;
use datafusion::functions_window::all_default_window_functions;
use datafusion::logical_expr::Documentation;
use lifetracks_datasets::Definitions;
use lifetracks_udfs::{FunctionDoc, FunctionKind};

use super::sheet::Sheet;
use crate::catalog::LakeSchema;
use crate::error::Result;

/// `lifetracks.functions`: the functions that are part of the program, and those the session has made.
pub(super) fn functions(definitions: &Definitions, main: &LakeSchema) -> Result<RecordBatch> {
    let all = function_docs(definitions, main);
    let columns = all.iter().map(|function| {
        let names: Vec<&str> = function.columns.iter().map(|(name, _)| name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    });
    Sheet::default()
        .text("name", all.iter().map(|function| Some(&function.name)))
        .text("kind", all.iter().map(|function| Some(function.kind.name())))
        .text("syntax", all.iter().map(|function| Some(function.syntax.join("; "))))
        .text("columns", columns)
        .text("description", all.iter().map(|function| Some(&function.description)))
        .text("family", all.iter().map(|function| Some(&function.family)))
        .finish()
}

/// One part of a function's page.
struct Part<'a> {
    function: &'a FunctionDoc,
    heading: &'static str,
    place: usize,
    name: &'a str,
    text: &'a str,
}

/// `lifetracks.manual`: the pages of those functions and of the ones that SQL has anyway, part by part.
pub(super) fn manual(definitions: &Definitions, main: &LakeSchema) -> Result<RecordBatch> {
    let own = function_docs(definitions, main);
    let related: Vec<String> = own.iter().map(|function| related(function, &own)).collect();
    let is_own = |function: &FunctionDoc| own.iter().any(|known| known.name == function.name);
    let mut others = builtin();
    others.retain(|function| !is_own(function));
    let mut all: Vec<Part<'_>> = Vec::new();
    for (function, related) in own.iter().zip(&related) {
        all.extend(parts(function, related));
    }
    all.extend(others.iter().flat_map(|function| parts(function, "")));
    Sheet::default()
        .text("function", all.iter().map(|row| Some(&row.function.name)))
        .text("kind", all.iter().map(|row| Some(row.function.kind.name())))
        .text("family", all.iter().map(|row| Some(&row.function.family)))
        .text("part", all.iter().map(|row| Some(row.heading)))
        .number("place", all.iter().map(|row| Some(row.place as u64)))
        .text("name", all.iter().map(|row| (!row.name.is_empty()).then_some(row.name)))
        .text("text", all.iter().map(|row| Some(row.text)))
        .finish()
}

/// The parts of a page in the order they are read.
fn parts<'a>(function: &'a FunctionDoc, related: &'a str) -> Vec<Part<'a>> {
    let mut parts: Vec<(&'static str, &'a str, &'a str)> = Vec::new();
    parts.extend(function.syntax.iter().map(|syntax| ("syntax", "", syntax.as_str())));
    parts.push(("description", "", &function.description));
    parts.extend(function.arguments.iter().map(|(name, text)| ("argument", name.as_str(), text.as_str())));
    parts.extend(function.columns.iter().map(|(name, text)| ("column", name.as_str(), text.as_str())));
    parts.push(("example", "", &function.sql_example));
    parts.push(("related", "", related));
    parts.retain(|(_, _, text)| !text.is_empty());
    let numbered = parts.into_iter().enumerate();
    numbered
        .map(|(place, (part, name, text))| Part { function, heading: part, place: place + 1, name, text })
        .collect()
}

/// What a reader needs to know of each function, those that the session has made last.
pub(crate) fn function_docs(definitions: &Definitions, main: &LakeSchema) -> Vec<FunctionDoc> {
    let mut all = lifetracks_udfs::docs_with(definitions);
    all.extend(main.macros().all().into_iter().map(|(name, made)| FunctionDoc {
        name,
        kind: FunctionKind::Scalar,
        family: String::new(),
        syntax: vec![made.syntax],
        description: made.description,
        arguments: Vec::new(),
        columns: Vec::new(),
        sql_example: String::new(),
    }));
    all
}

/// The functions that a function's own words name, and those whose words name it.
fn related(function: &FunctionDoc, all: &[FunctionDoc]) -> String {
    let names = |one: &FunctionDoc, other: &FunctionDoc| {
        let quoted = format!("`{}`", other.name);
        let called = format!("`{}(", other.name);
        let mut texts = std::iter::once(&one.description).chain(one.arguments.iter().map(|(_, text)| text));
        texts.any(|text| text.contains(&quoted) || text.contains(&called))
    };
    let mut related: Vec<&str> = all
        .iter()
        .filter(|other| other.name != function.name && (names(function, other) || names(other, function)))
        .map(|other| other.name.as_str())
        .collect();
    related.dedup();
    related.join(", ")
}

/// The functions that SQL has without the program's own, by family and name.
fn builtin() -> Vec<FunctionDoc> {
    let scalars = all_default_functions().into_iter().chain(all_default_nested_functions());
    let scalars: Vec<_> = scalars.collect();
    let aggregates = all_default_aggregate_functions();
    let windows = all_default_window_functions();
    let scalars = scalars.iter().map(|one| (one.name(), FunctionKind::Scalar, one.documentation()));
    let aggregates = aggregates.iter().map(|one| (one.name(), FunctionKind::Aggregate, one.documentation()));
    let windows = windows.iter().map(|one| (one.name(), FunctionKind::Window, one.documentation()));
    let documented = scalars.chain(aggregates).chain(windows);
    let mut all: Vec<FunctionDoc> =
        documented.filter_map(|(name, kind, found)| Some(described(name, kind, found?))).collect();
    all.sort_by(|left, right| (&left.family, &left.name).cmp(&(&right.family, &right.name)));
    all.dedup_by(|left, right| left.name == right.name);
    all
}

fn described(name: &str, kind: FunctionKind, found: &Documentation) -> FunctionDoc {
    let syntax = std::iter::once(&found.syntax_example).chain(found.alternative_syntax.iter().flatten());
    FunctionDoc {
        name: name.to_owned(),
        kind,
        family: found.doc_section.label.to_owned(),
        syntax: syntax.cloned().collect(),
        description: found.description.trim().to_owned(),
        arguments: found.arguments.clone().unwrap_or_default(),
        columns: Vec::new(),
        sql_example: plain(found.sql_example.as_deref().unwrap_or_default()),
    }
}

/// An example without the fences of Markdown.
fn plain(example: &str) -> String {
    let lines: Vec<&str> = example.lines().filter(|line| !line.trim_start().starts_with("```")).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_name_each_other_are_related() {
        let all = lifetracks_udfs::docs_with(&Definitions::builtin());
        let rate = all.iter().find(|function| function.name == "suppress").unwrap();
        assert!(!related(rate, &all).contains("suppress"));
        let bounds = all.iter().find(|function| function.name == "rate_bounds").unwrap();
        assert!(related(bounds, &all).contains("rate"), "{}", related(bounds, &all));
    }

    #[test]
    fn functions_of_sql_have_pages_without_fences() {
        let all = builtin();
        assert!(all.len() > 150, "{}", all.len());
        assert!(all.iter().any(|function| function.name == "date_trunc"));
        assert!(all.iter().all(|function| !function.sql_example.contains("```")));
    }
}
