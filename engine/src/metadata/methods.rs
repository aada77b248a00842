//! Methods and what they make of codes, as tables.

use std::sync::Arc;

use datafusion::arrow::array::{BooleanArray, RecordBatch};
use lifetracks_datasets::{CodeRules, Definitions, MethodRule};

use super::sheet::Sheet;
use crate::error::Result;

/// `lifetracks.methods`: one row per method.
pub(super) fn methods(definitions: &Definitions) -> Result<RecordBatch> {
    let all = definitions.methods();
    let years = |end: fn((i32, i32)) -> i32| {
        all.iter().map(move |method| match &method.rule {
            MethodRule::Cohort(rule) => Some(end(rule.window.years)),
            _ => None,
        })
    };
    let is_default: BooleanArray = all.iter().map(|method| Some(method.is_default)).collect();
    Sheet::default()
        .text("name", all.iter().map(|method| Some(&method.name)))
        .text("kind", all.iter().map(|method| Some(method.rule.kind())))
        .text("title", all.iter().map(|method| Some(&method.title)))
        .text("owner", all.iter().map(|method| Some(&method.owner)))
        .small("first_year", all.iter().map(|method| method.first_year))
        .small("last_year", all.iter().map(|method| method.last_year))
        .small("shortest_rate", years(|years| years.0))
        .small("longest_rate", years(|years| years.1))
        .add("is_default", Arc::new(is_default))
        .text("description", all.iter().map(|method| Some(&method.description)))
        .text("source", all.iter().map(|method| Some(&method.source)))
        .finish()
}

/// A code under a method.
struct Ruled<'a> {
    method: &'a str,
    of: &'static str,
    code: &'a str,
    class: &'a str,
    rule: &'static str,
}

/// `lifetracks.method_codes`: one row per method and exit code or credential.
pub(super) fn codes(definitions: &Definitions) -> Result<RecordBatch> {
    let ruled = |method: &'_ lifetracks_datasets::Method| method.rule.codes().is_some();
    let methods = definitions.methods().iter().filter(|method| ruled(method));
    let rows =
        methods.flat_map(|method| method.rule.codes().into_iter().flat_map(|rules| of(&method.name, rules)));
    let rows: Vec<Ruled<'_>> = rows.collect();
    Sheet::default()
        .text("method", rows.iter().map(|row| Some(row.method)))
        .text("of", rows.iter().map(|row| Some(row.of)))
        .text("code", rows.iter().map(|row| Some(row.code)))
        .text("class", rows.iter().map(|row| Some(row.class)))
        .text("rule", rows.iter().map(|row| Some(row.rule)))
        .finish()
}

fn of<'a>(method: &'a str, rules: &'a CodeRules) -> impl Iterator<Item = Ruled<'a>> {
    let exits = rules.exits.iter().map(move |(code, (class, rule))| Ruled {
        method,
        of: "exit",
        code,
        class,
        rule: rule.name(),
    });
    let credentials = rules.credentials.iter().map(move |(code, (class, rule))| Ruled {
        method,
        of: "credential",
        code,
        class,
        rule: rule.name(),
    });
    exits.chain(credentials)
}
