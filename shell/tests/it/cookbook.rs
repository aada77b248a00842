//! The pages of `docs/cookbook` and `docs/methods.md`: every statement runs on the demo's lake and answers what the page
//! says. `UPDATE_DOCS=1` writes the answers.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::transcript::{lifetracks, ran};

/// Lines of SQL that a question may take.
const LONGEST: usize = 20;

/// The demo's lake; nobody changes it.
static DEMO: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = ran(lifetracks(folder.path()).args(["demo", "d"]));
    assert_eq!(code, 0, "{err}");
    folder
});

/// The folder in which the demo's lake is `d/lake`.
pub(crate) fn demo() -> &'static Path {
    DEMO.path()
}

fn documents() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// What the demo's lake answers, as Markdown.
fn answer(sql: &str) -> String {
    let mut command = lifetracks(DEMO.path());
    let (code, out, err) = ran(command.args(["d/lake", "-q", "--format", "markdown", "-c", sql]));
    assert_eq!(code, 0, "{sql}\n{err}");
    out
}

/// A page with the answers of its statements: behind each block of SQL comes a block of text.
fn with_answers(page: &str) -> String {
    let mut written = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("```sql\n") {
        let (sql, after) = after.split_once("\n```\n").unwrap();
        write!(written, "{before}```sql\n{sql}\n```\n\n```text\n{}\n```\n", answer(sql).trim_end()).unwrap();
        let after = after.trim_start_matches('\n');
        rest = match after.strip_prefix("```text\n") {
            Some(old) => old.split_once("```\n").map_or("", |(_, after)| after),
            None => after,
        };
    }
    written.push_str(rest);
    written
}

fn pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(documents().join("cookbook")).unwrap();
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    pages
}

/// Compares a page with what it should be, or writes it.
fn is_fresh(path: &Path, wanted: &str) -> bool {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, wanted).unwrap();
    }
    fs::read_to_string(path).unwrap_or_default() == wanted
}

#[test]
fn every_page_of_the_cookbook_answers_what_it_says() {
    let pages = pages();
    assert!(pages.len() > 15, "{pages:?}");
    let mut stale = Vec::new();
    for path in &pages {
        let page = fs::read_to_string(path).unwrap();
        assert!(page.starts_with("# "), "{}: a page starts with its question", path.display());
        let statements: Vec<&str> = page
            .split("```sql\n")
            .skip(1)
            .filter_map(|rest| rest.split_once("\n```").map(|pair| pair.0))
            .collect();
        assert!(!statements.is_empty(), "{}", path.display());
        for sql in statements {
            assert!(sql.lines().count() <= LONGEST, "{}: more than {LONGEST} lines", path.display());
            assert!(sql.to_uppercase().contains("ORDER BY"), "{}: rows in no order", path.display());
        }
        let wanted = with_answers(&page);
        let rows = wanted.matches("\n|").count();
        assert!(rows > 2, "{}: an answer without rows", path.display());
        if !is_fresh(path, &wanted) {
            stale.push(path.display().to_string());
        }
    }
    assert_eq!(stale, Vec::<String>::new(), "run the test with UPDATE_DOCS=1 and read what changed");
}

/// One cohort under every method, and what each method says of itself.
#[test]
fn the_page_on_methods_is_made_of_the_methods() {
    let rates = "SELECT method, round(100 * rate(in_num, in_den, weight), 2) AS graduation_rate,\n       \
                 round(100 * rate(status = 'dropout', in_den, weight), 2) AS dropout_rate,\n       \
                 round(sum(weight) FILTER (WHERE in_den)) AS cohort, count(DISTINCT person_id) AS considered\n\
                 FROM grad_cohort(2022, method => '*')\nGROUP BY method\nORDER BY method;";
    let statuses = "SELECT method, status, reason_code, count(DISTINCT person_id) AS persons\n\
                    FROM grad_cohort(2022, method => '*')\nWHERE reason_code LIKE 'transfer%' OR reason_code LIKE 'exit_eq%' OR reason_code LIKE 'alt%'\n\
                    GROUP BY ALL\nORDER BY reason_code, status, method;";
    let shares = "SELECT district_id,\n       round(sum(weight) FILTER (WHERE in_den AND method = 'ms-mde-2018'), 2) AS longest,\n       \
                  round(sum(weight) FILTER (WHERE in_den AND method = 'ms-mde-apportioned'), 2) AS by_months,\n       \
                  round(sum(weight) FILTER (WHERE in_den AND method = 'nm-shared'), 2) AS by_snapshots\n\
                  FROM grad_cohort(2022, method => '*')\nGROUP BY district_id\nORDER BY district_id;";
    let estimates = "SELECT method, school_year, round(100 * rate, 2) AS rate\nFROM grad_estimate(2022)\n\
                     WHERE level = 'state'\nORDER BY method;";
    let mut page = format!(
        "# Methods\n\n\
         Mississippi's rule for LifeTracks is that each agency's figures follow that agency's own method. So there is no \
         graduation rate as such: every rate names its method, and a method is a file with an owner, years, a source and a \
         rule (`datasets/methods`). A site adds its own with `--definitions FOLDER`, a folder that has `methods/NAME.toml`; \
         `extends` takes over another method's rule, so that a file says only what is different. No program is changed.\n\n\
         This page is made by a test from the methods and from the demo's lake: `UPDATE_DOCS=1 cargo test` writes it.\n\n\
         ## One cohort, every method\n\n\
         The same students, the class of 2022 of the demo:\n\n```sql\n{rates}\n```\n\n```text\n{}\n```\n\n\
         Where the methods part, person by person:\n\n```sql\n{statuses}\n```\n\n```text\n{}\n```\n\n\
         Methods that share students among schools have the state's rate of the others and other districts' rates, as \
         their cohorts are others:\n\n```sql\n{shares}\n```\n\n```text\n{}\n```\n\n\
         Two estimates from counts stand beside them; they know no persons:\n\n```sql\n{estimates}\n```\n\n```text\n{}\n```\n",
        answer(rates).trim_end(),
        answer(statuses).trim_end(),
        answer(shares).trim_end(),
        answer(estimates).trim_end()
    );
    let methods = methods();
    for kind in ["cohort", "event_dropout", "estimate", "early_warning"] {
        write!(page, "\n## {}\n", title(kind)).unwrap();
        for row in methods.iter().filter(|row| row[1] == kind) {
            let [name, _, title, owner, years, description, source] = row;
            write!(page, "\n### {name}\n\n{title}. {owner}{years}.\n\n{description}.\n\nSource: {source}.\n")
                .unwrap();
        }
    }
    assert!(
        is_fresh(&documents().join("methods.md"), &page),
        "run the test with UPDATE_DOCS=1 and read what changed"
    );
    let distinct: std::collections::BTreeSet<String> = answer(rates)
        .lines()
        .skip(2)
        .chain(answer(estimates).lines().skip(2))
        .filter_map(|line| line.split('|').map(str::trim).find(|cell| cell.contains('.')).map(str::to_owned))
        .collect();
    assert!(distinct.len() >= 5, "{distinct:?}");
}

fn title(kind: &str) -> &'static str {
    match kind {
        "cohort" => "Methods of grad_cohort",
        "event_dropout" => "Methods of dropout_status",
        "estimate" => "Methods of grad_estimate",
        _ => "Methods of ews_flags",
    }
}

/// Name, kind, title, owner, years, description and source of every method, as the program lists them.
fn methods() -> Vec<[String; 7]> {
    let sql = "SELECT name, kind, title, owner, CASE WHEN first_year IS NULL THEN '' WHEN last_year IS NULL THEN \
               ', from ' || first_year ELSE ', ' || first_year || ' to ' || last_year END AS years, description, source \
               FROM lifetracks.methods ORDER BY name";
    let mut command = lifetracks(DEMO.path());
    let (code, out, err) = ran(command.args(["d/lake", "-q", "--format", "jsonl", "-c", sql]));
    assert_eq!(code, 0, "{err}");
    let row = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        ["name", "kind", "title", "owner", "years", "description", "source"]
            .map(|name| value[name].as_str().unwrap().trim_end_matches('.').to_owned())
    };
    out.lines().map(row).collect()
}
