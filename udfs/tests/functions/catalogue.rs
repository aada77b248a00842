//! The list of functions is complete, its examples run, and `docs/functions.md` is what it says.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use lifetracks_udfs::{FunctionDoc, FunctionKind, Prices, docs, real_dollars};

use crate::session::{run, session};

const EXPECTED: [&str; 28] = [
    "age_on",
    "crosswalk",
    "days_overlap",
    "draw",
    "fuzzy_median",
    "grade_ord",
    "kaplan_meier",
    "km_median",
    "label",
    "life_table",
    "log_rank",
    "mode_latest",
    "quarter_index",
    "quarter_label",
    "rate",
    "rate_bounds",
    "rate_ci",
    "real_dollars",
    "retention",
    "school_year",
    "sequence_count",
    "sequence_events",
    "sequence_match",
    "smd",
    "spell_id",
    "state_path",
    "suppress",
    "window_funnel",
];

#[test]
fn no_name_is_registered_twice() {
    let mut names: Vec<String> = docs().into_iter().map(|function| function.name).collect();
    names.sort();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    let of_values = docs().into_iter().filter(|function| function.kind != FunctionKind::Table);
    let mut names: Vec<String> = of_values.map(|function| function.name).collect();
    names.sort();
    assert_eq!(names, EXPECTED);
}

#[test]
fn no_name_of_the_engine_is_taken() {
    let state = SessionStateBuilder::new().with_default_features().build();
    let context = SessionContext::new_with_state(state);
    let state = context.state();
    let taken: BTreeSet<&String> =
        state.scalar_functions().keys().chain(state.aggregate_functions().keys()).collect();
    for name in EXPECTED {
        assert!(!taken.contains(&name.to_owned()), "{name} is a function of the engine");
    }
}

#[tokio::test]
async fn every_function_is_registered() {
    let context = session(SessionConfig::new()).unwrap();
    let state = context.state();
    for function in docs() {
        let found = match function.kind {
            FunctionKind::Scalar => state.scalar_functions().contains_key(&function.name),
            FunctionKind::Aggregate => state.aggregate_functions().contains_key(&function.name),
            FunctionKind::Window => state.window_functions().contains_key(&function.name),
            // Planned by the engine, whose tests run their examples.
            FunctionKind::Table => true,
        };
        assert!(found, "{}", function.name);
    }
    let shown = run(&context, "SELECT count(DISTINCT routine_name) FROM information_schema.routines WHERE description LIKE '%NULL%'")
        .await
        .unwrap();
    let shown = pretty_format_batches(&shown).unwrap().to_string();
    assert!(!shown.contains("| 0 "), "{shown}");
}

#[test]
fn every_function_is_documented() {
    for function in docs() {
        let name = &function.name;
        assert!(!function.family.is_empty() && !function.sql_example.is_empty(), "{name}");
        let is_table = function.kind == FunctionKind::Table;
        let columns = || function.columns.iter().all(|(_, meaning)| meaning.contains("NULL"));
        let says_null = if is_table { columns() } else { function.description.contains("NULL") };
        assert!(function.description.contains('.') && says_null, "{name}");
        assert!(is_table || !function.arguments.is_empty(), "{name}");
        assert_eq!(is_table, !function.columns.is_empty(), "{name}");
        for syntax in &function.syntax {
            assert!(
                syntax.starts_with(&format!("{name}(")) || is_table && syntax == name,
                "{name}: {syntax}"
            );
            for (argument, _) in &function.arguments {
                let somewhere = function.syntax.iter().any(|syntax| syntax.contains(argument.as_str()));
                assert!(somewhere, "{name} has no argument {argument} in its syntax");
            }
        }
        for (argument, meaning) in &function.arguments {
            assert!(meaning.ends_with('.'), "{name}, {argument}: {meaning}");
        }
    }
}

/// The manual is made from the list and from what its examples answer. `UPDATE_DOCS=1` writes it.
#[tokio::test]
async fn the_manual_is_what_the_functions_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/functions.md");
    let manual = manual().await;
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &manual).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == manual, "docs/functions.md is not what docs() says; run the tests with UPDATE_DOCS=1.");
}

async fn manual() -> String {
    let mut text = String::from(
        "# Functions\n\n\
         These functions are added to those of DataFusion. NULL is a third answer and never stands for false or 0.\n\
         This page is made from the functions themselves: `UPDATE_DOCS=1 cargo test -p lifetracks-udfs` writes it.\n\n\
         | function | kind | what it gives |\n|---|---|---|\n",
    );
    for function in docs() {
        let name = &function.name;
        writeln!(text, "| [`{name}`](#{name}) | {} | {} |", function.kind.name(), summary(&function))
            .unwrap();
    }
    let mut family = String::new();
    for function in docs() {
        if function.family != family {
            family.clone_from(&function.family);
            write!(text, "\n## {family}\n").unwrap();
        }
        text.push_str(&section(&function).await);
    }
    text
}

fn summary(function: &FunctionDoc) -> String {
    let first = function.description.split_terminator(['.', ':']).next().unwrap_or_default();
    first.replace('|', "\\|")
}

async fn section(function: &FunctionDoc) -> String {
    let mut text = format!("\n### {}\n\n```sql\n{}\n```\n\n", function.name, function.syntax.join("\n"));
    writeln!(text, "{}\n", function.description).unwrap();
    for (name, meaning) in &function.arguments {
        writeln!(text, "* `{name}`: {meaning}").unwrap();
    }
    if function.kind == FunctionKind::Table {
        text.push_str("\n| column | meaning |\n|---|---|\n");
        for (name, meaning) in &function.columns {
            writeln!(text, "| `{name}` | {} |", meaning.replace('|', "\\|")).unwrap();
        }
        writeln!(text, "\n```sql\n{}\n```", function.sql_example).unwrap();
        return text;
    }
    let context = session(SessionConfig::new()).unwrap();
    context.register_udf(real_dollars(Some(prices())));
    let batches = run(&context, &function.sql_example).await.unwrap();
    assert!(batches.iter().any(|batch| batch.num_rows() > 0), "the example of {} has no row", function.name);
    let answer = pretty_format_batches(&batches).unwrap();
    writeln!(text, "\n```sql\n{}\n```\n\n```text\n{answer}\n```", function.sql_example).unwrap();
    text
}

/// Annual averages of CUUR0000SA0.
fn prices() -> Prices {
    let columns: [(&str, ArrayRef); 3] = [
        ("year", Arc::new(Int32Array::from(vec![2021, 2022]))),
        ("month", Arc::new(Int32Array::from(vec![13, 13]))),
        ("value", Arc::new(Float64Array::from(vec![270.970, 292.655]))),
    ];
    let mut prices = Prices::default();
    prices.batch(&RecordBatch::try_from_iter(columns).unwrap()).unwrap();
    prices
}
