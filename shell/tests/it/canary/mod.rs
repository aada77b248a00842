//! A social security number in every identifier column, hundreds of commands that fail over it, and no trace of it
//! afterwards: not in the lake, the vault, an error, the history, or what is left of temporary files.

mod extract;
mod statement;
mod twin;
mod workbook;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use self::extract::{EXTRACTS, Extract};
use self::statement::{EXPRESSIONS, failing_statements};
use crate::terminal::Session;

const BINARY: &str = env!("CARGO_BIN_EXE_lifetracks");

/// How agencies write the number; no one has it, the Social Security Administration gives out none from 900 on.
const FORMS: [&str; 4] = ["987-65-4320", "987654320", " 987654320 ", "987 65 4320"];

/// What is looked for.
const HITS: [&str; 3] = ["987-65-4320", "987654320", "987 65 4320"];

/// A folder with everything the commands may touch.
struct Case {
    folder: tempfile::TempDir,
    /// All that was written to standard error.
    errors: String,
    failed: usize,
}

impl Case {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("HOME", self.folder.path()).env("TMPDIR", self.path("tmp"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command that must fail; what it says is kept.
    fn fails(&mut self, arguments: &[&str]) {
        let output = self.command(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?} did not fail");
        // `check` tells what it found among its results.
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(!(errors.is_empty() && told.is_empty()), "{arguments:?} says nothing");
        writeln!(self.errors, "{arguments:?}\n{told}{errors}").unwrap();
        self.failed += 1;
    }

    /// Runs a command that may succeed; what it says is kept.
    fn says(&mut self, arguments: &[&str]) {
        let output = self.command(arguments).output().unwrap();
        for text in [&output.stdout, &output.stderr] {
            self.errors += &String::from_utf8_lossy(text);
        }
    }

    /// Runs statements that must all fail, in one process.
    fn statements_fail(&mut self, statements: &[String]) {
        self.write("failing.sql", &(statements.join(";\n") + ";\n"));
        let arguments = ["lake", "--csv", "--on-error", "continue", "--threads", "2", "-f", "failing.sql"];
        let output = self.command(&arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let at = |number: usize| format!("failing.sql:{}:", number + 1);
        let found = errors.lines().filter(|line| line.starts_with("error: ")).count();
        let unplaced: Vec<&String> = statements
            .iter()
            .enumerate()
            .filter(|(number, _)| !errors.contains(&at(*number)))
            .map(|(_, s)| s)
            .collect();
        assert_eq!(found, statements.len(), "not all fail, among them perhaps {unplaced:#?}\n{errors}");
        self.errors += &errors;
        self.failed += found;
    }
}

#[test]
fn a_number_in_every_identifier_column_is_nowhere_after_hundreds_of_failures() {
    let mut case = Case { folder: tempfile::tempdir().unwrap(), errors: String::new(), failed: 0 };
    std::fs::create_dir(case.path("tmp")).unwrap();
    load_good_files(&mut case);
    fail_at_loads(&mut case);
    let mut tables = twin::load_and_fail(&mut case);
    workbook::load_and_fail(&mut case);
    tables.insert(workbook::TABLE.to_owned());
    let raw = "SSN,DASHED,NAME\n987654320,987-65-4320,a\n987654320,987-65-4320,b\n";
    case.write("raw.csv", raw);
    case.write("bare.csv", raw.split_once('\n').unwrap().1);
    case.write("twice.csv", "987654320,987654320\n1,2\n");
    case.write("other/raw.csv", "SSN,DASHED,NAME\n1,2,3\n");
    case.write("open.csv", "SSN,DASHED\n987654320,\"987-65-4320\n");
    case.write("ragged.csv", "SSN,DASHED\n987654320,987-65-4320\n987654320\n");
    for file in ["raw.csv", "bare.csv", "twice.csv", "open.csv", "ragged.csv"] {
        case.says(&["layout", "infer", file]);
    }
    let statements = failing_statements();
    case.statements_fail(&statements);
    fail_at_the_prompt(&mut case);
    assert!(case.failed >= 300, "{} commands", case.failed);
    println!("{} commands failed", case.failed);

    let told = case.errors.clone();
    assert_eq!(hits(told.as_bytes()), Vec::<String>::new(), "{}", around_hits(&told));
    for place in ["lake", "lake-vault", ".local", "state", "tmp", "definitions-out"] {
        for file in walk(&case.path(place)) {
            let name = file.display().to_string();
            assert_eq!(hits(name.as_bytes()), Vec::<String>::new(), "{name}");
            assert_eq!(hits(&std::fs::read(&file).unwrap()), Vec::<String>::new(), "{name}");
        }
    }
    assert_eq!(walk(&case.path("tmp")), Vec::<PathBuf>::new(), "temporary files are left");
    let rows = all_rows(&case, &tables);
    assert_eq!(hits(rows.as_bytes()), Vec::<String>::new(), "a table holds the number");
}

/// Loads a file of every extract, with the number in each identifier column.
fn load_good_files(case: &mut Case) {
    for extract in EXTRACTS {
        let file = format!("{}.csv", extract.layout);
        case.write(&file, &extract.good());
        let load = [
            "load",
            extract.table,
            &file,
            "--layout",
            extract.layout,
            "--lake",
            "lake",
            "--max-reject-share",
            "1",
        ];
        let output = case.command(&load).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{load:?}: {errors}");
        case.errors += &String::from_utf8_lossy(&output.stdout);
    }
}

/// Loads and checks of files that do not fit.
fn fail_at_loads(case: &mut Case) {
    for (number, extract) in EXTRACTS.iter().enumerate() {
        let Extract { layout, table, .. } = extract;
        let bad = format!("bad_{layout}.csv");
        case.write(&bad, &extract.bad());
        case.fails(&["load", table, &bad, "--layout", layout, "--lake", "lake"]);
        case.fails(&["check", &bad, "--layout", layout]);
        // The first row is taken for a header.
        let bare = format!("bare_{layout}.csv");
        case.write(&bare, extract.good().split_once('\n').unwrap().1);
        case.fails(&["load", table, &bare, "--layout", layout, "--lake", "lake"]);
        case.fails(&["check", &bare, "--layout", layout]);
        for file in [&bad, &bare] {
            case.says(&["layout", "infer", file]);
        }
        // Another agency's layout.
        let other = &EXTRACTS[(number + 3) % EXTRACTS.len()];
        if other.header != extract.header {
            let good = format!("{layout}.csv");
            case.fails(&["load", other.table, &good, "--layout", other.layout, "--lake", "lake"]);
        }
    }
    // Data where definitions belong.
    for file in ["layouts/x.toml", "tables/x.toml", "codes/x.csv", "maps/x.csv"] {
        for (number, data) in
            ["SSN = 987-65-4320\n", "987654320,987-65-4320\n", "SSN\n987654320\n"].iter().enumerate()
        {
            let folder = format!("wrong-{}-{number}", file.replace('/', "-"));
            case.write(&format!("{folder}/{file}"), data);
            case.fails(&["--definitions", &folder, "-c", "select 1"]);
        }
    }
}

/// The same at the prompt, where there is a history.
fn fail_at_the_prompt(case: &mut Case) {
    let mut session = Session::start(case.folder.path());
    for expression in EXPRESSIONS.iter().take(12) {
        session.enter(&format!("select {expression} from read_csv('raw.csv', all_text => true);"));
        session.wait_for("error:");
        case.errors += &session.wait_for_prompt();
        session.press("\x0c");
        session.wait(|text| !text.contains("error:"));
        case.failed += 1;
    }
    drop(session);
    let history = std::fs::read_to_string(case.path("state/lifetracks/history")).unwrap();
    assert!(history.contains("DASHED"), "{history}");
}

/// Every row of every table of the lake, and what the lake says of itself.
fn all_rows(case: &Case, tables: &BTreeSet<String>) -> String {
    let tables = tables.iter().map(String::as_str).chain(EXTRACTS.iter().map(|extract| extract.table));
    let tables = tables.chain([
        "lifetracks.rejects",
        "lifetracks.findings",
        "lifetracks.coverage",
        "lifetracks.versions",
        "lifetracks.tables",
    ]);
    let mut rows = String::new();
    for table in tables {
        let output =
            case.command(&["lake", "--csv", "-c", &format!("select * from {table}")]).output().unwrap();
        assert!(output.status.success(), "{table}: {}", String::from_utf8_lossy(&output.stderr));
        rows += &String::from_utf8(output.stdout).unwrap();
    }
    assert!(rows.lines().count() > EXTRACTS.len() * 2, "{rows}");
    rows
}

/// The forms of the number that the bytes hold.
fn hits(bytes: &[u8]) -> Vec<String> {
    let holds = |form: &&&str| bytes.windows(form.len()).any(|window| window == form.as_bytes());
    HITS.iter().filter(holds).map(|form| (*form).to_owned()).collect()
}

fn around_hits(text: &str) -> String {
    text.lines().filter(|line| !hits(line.as_bytes()).is_empty()).collect::<Vec<_>>().join("\n")
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}
