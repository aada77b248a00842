//! What the shell keeps of its use: the query log, the record; and another lake in the place of the first.

use std::fs;
use std::path::Path;
use std::thread;

use crate::terminal::Session;
use crate::transcript::{lifetracks, ran};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    ran(lifetracks(folder).args(args))
}

/// The query log of the runs in a folder; nothing where there is none.
fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join(".local/state/lifetracks/queries.jsonl")).unwrap_or_default()
}

/// The answer of a query about the log, as CSV without its header. It is a line of the log itself when it has ended.
fn asked(folder: &Path, sql: &str) -> Vec<String> {
    let (code, out, err) = run(folder, &["--csv", "-c", sql]);
    assert_eq!((code, err.as_str()), (0, ""), "{sql}");
    out.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn every_way_to_run_a_statement_is_logged_and_nothing_of_its_text() {
    let folder = folder();
    fs::write(folder.path().join("a.sql"), "select 'secret-1' as a union all select 'secret-2';\n").unwrap();
    run(folder.path(), &["-c", "select 'secret-3' as a", "-f", "a.sql"]);
    ran(lifetracks(folder.path()).write_stdin("select 'secret-4' as a where 'secret-5' = ''"));
    run(folder.path(), &["-c", "select cast('secret-6' as int)"]);
    run(folder.path(), &["-c", "select secret_7"]);
    run(folder.path(), &["--param", "x=secret-8", "-c", "select $x as a"]);
    let written = log(folder.path());
    assert_eq!(written.lines().count(), 6, "{written}");
    assert!(!written.contains("secret") && !written.contains("select"), "{written}");
    let found = asked(
        folder.path(),
        "select status, rows, tables, lake is null, length(sql_hash), command is null from query_log()",
    );
    let well = |rows: &str| format!("ok,{rows},[],true,64,true");
    assert_eq!(found[..3], [well("1"), well("2"), well("0")]);
    assert!(found[3].starts_with("error,") && found[4] == "error,,[],true,64,true", "{found:?}");
    assert_eq!(found[5], well("1"));
    assert_eq!(found.len(), 6);
}

#[test]
fn tables_files_and_commands_are_logged() {
    let folder = folder();
    let script = "create table t as select 1 as a;\nselect * from t;\n.once r.csv\nselect a from t;\n.export e.csv\n\
                  .summarize t\nselect * from t, lifetracks.versions;\ndelete from t;\n";
    let (code, _, err) = run(folder.path(), &["-c", script]);
    assert_eq!(code, 7, "{err}");
    let found = asked(
        folder.path(),
        "select status, command, nullif(array_to_string(tables, ' '), ''), split_part(output_file, '/', -1) from query_log() \
         where command is null or command <> 'summarize'",
    );
    assert_eq!(
        found,
        ["ok,,,", "ok,,t,", "ok,,t,r.csv", "ok,export,_,e.csv", "ok,,lifetracks.versions t,", "refused,,,"]
    );
    let sql = "select distinct array_to_string(tables, ' ') from query_log() where command = 'summarize'";
    assert_eq!(asked(folder.path(), sql), ["t"]);
    let absolute = asked(folder.path(), "select output_file from query_log() where command = 'export'");
    assert_eq!(absolute, [folder.path().canonicalize().unwrap().join("e.csv").display().to_string()]);
}

#[test]
fn a_statement_that_took_too_long_is_logged_as_such() {
    let folder = folder();
    let sql = "select count(*) as n from generate_series(1, 1000000000000)";
    let (code, _, _) = run(folder.path(), &["--timeout", "300ms", "-c", sql]);
    assert_eq!(code, 4);
    let found = asked(folder.path(), "select status, rows, milliseconds >= 300 from query_log()");
    assert_eq!(found, ["timeout,,true"]);
}

#[test]
fn a_statement_that_was_cancelled_is_logged_as_such() {
    let folder = folder();
    let mut session = Session::start(folder.path());
    session.enter("select count(*) as n from generate_series(1, 1000000000000);");
    session.wait_for(" rows · mem ");
    session.press("\x03");
    session.wait_for("Cancelled after");
    session.wait_for_prompt();
    session.enter(".mode csv");
    session.wait_for_prompt();
    session.enter("select status, command is null as w from query_log();");
    session.wait_for("cancelled,true\n");
    session.wait_for_prompt();
    session.enter("select statement from shell_history() where number = 2;");
    session.wait_for("\n.mode csv\n");
}

#[test]
fn two_programs_that_log_at_once_lose_nothing() {
    let folder = folder();
    let statements = |name: &str| (0..60).map(|n| format!("select {n} as {name};\n")).collect::<Vec<_>>();
    let scripts = ["a", "b"].map(|name| statements(name).concat());
    thread::scope(|scope| {
        for script in &scripts {
            let folder = folder.path();
            scope.spawn(move || assert_eq!(run(folder, &["--csv", "-c", script]).0, 0));
        }
    });
    let sql = "select count(*) as n, count(distinct sql_hash) as d from query_log()";
    assert_eq!(asked(folder.path(), sql), ["120,120"]);
}

#[test]
fn the_history_is_restricted_and_the_log_is_not() {
    let folder = folder();
    let last_line =
        |sql: &str| run(folder.path(), &["-c", sql]).1.lines().last().unwrap_or_default().to_owned();
    assert_eq!(
        last_line("select count(*) as n from shell_history()"),
        "1 row · 1 column · restricted: not for release"
    );
    assert_eq!(last_line("select count(*) as n from query_log()"), "1 row · 1 column");
}

#[test]
fn the_log_can_be_turned_off() {
    let folder = folder();
    let (_, _, err) = run(folder.path(), &["-c", ".log off\nselect 1;\n.log on\nselect 2;\n.log"]);
    let file = folder.path().join(".local/state/lifetracks/queries.jsonl");
    let said = |state: &str| format!("The query log is {state}: {}\n", file.display());
    assert_eq!(err, [said("off"), said("on"), said("on")].concat());
    assert_eq!(log(folder.path()).lines().count(), 1);
    fs::write(folder.path().join(".lifetracks.toml"), "log = false\n").unwrap();
    run(folder.path(), &["-c", "select 3"]);
    assert_eq!(log(folder.path()).lines().count(), 1);
    run(folder.path(), &["--no-init", "-c", "select 4"]);
    assert_eq!(log(folder.path()).lines().count(), 2);
}

#[test]
fn a_log_that_cannot_be_written_is_said_once_and_fails_nothing() {
    let folder = folder();
    // A file where the folder should be: nobody can write there, root neither.
    fs::create_dir(folder.path().join(".local")).unwrap();
    fs::write(folder.path().join(".local/state"), "").unwrap();
    let (code, out, err) = run(folder.path(), &["--csv", "-c", "select 1 as a; select 2 as a"]);
    assert_eq!((code, out.as_str()), (0, "a\n1\na\n2\n"));
    assert_eq!(err.matches("cannot be written").count(), 1, "{err}");
    assert!(err.starts_with("note: the query log "), "{err}");
    let (code, out, err) =
        ran(lifetracks(folder.path()).env_remove("HOME").args(["--csv", "-c", "from query_log()"]));
    assert_eq!((code, out.lines().count(), err.as_str()), (0, 1, ""));
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_log() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    run(folder.path(), &["-c", "select 1"]);
    let state = folder.path().join(".local/state/lifetracks");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&state), mode(&state.join("queries.jsonl"))), (0o700, 0o600));
}

#[test]
fn a_record_holds_what_was_entered_and_shown() {
    let folder = folder();
    let script = "select 0 as before;\n.record start r.md\nselect 1 as a, 'x|y' as b;\n.timer\n.mode csv\nselect nosuch;\n\
                  select value as n from generate_series(1, 100) t(value);\n.once o.csv\nselect 2 as a;\n\
                  .record stop\nselect 3 as after;\n";
    let (code, out, err) =
        run(folder.path(), &["--on-error", "continue", "--display-rows", "4", "-c", script]);
    assert_eq!(code, 1);
    assert!(err.ends_with("r.md.\n") && err.contains("7 entries recorded in "), "{err}");
    assert!(out.contains("\n50\n51\n"), "{out}");
    let text = fs::read_to_string(folder.path().join("r.md")).unwrap();
    assert!(text.starts_with("# Record of LifeTracks\n\nNo lake.\n\n```sql\nselect 1 as a"), "{text}");
    let shown = [
        "```sql\nselect 1 as a, 'x|y' as b;\n```\n\n| a | b |\n| ---: | --- |\n| 1 | x\\|y |\n",
        "```\n.timer\n```\n\n```text\nThe timer is on.\n```\n",
        "```\n.mode csv\n```\n",
        "```sql\nselect nosuch;\n```\n\n```text\nerror: ",
        "| n |\n| ---: |\n| 1 |\n| 2 |\n| … |\n| 99 |\n| 100 |\n\n100 rows (4 shown)\n",
        "```\n.once o.csv\n```\n\n```sql\nselect 2 as a;\n```\n\n```text\nThe result went to ",
    ];
    for part in shown {
        assert!(text.contains(part), "{part}\n is not in\n{text}");
    }
    assert!(!text.contains("before") && !text.contains("after") && !text.contains(".record"), "{text}");
    let (code, _, err) = run(folder.path(), &["-c", ".record start r.md"]);
    assert_eq!(code, 2);
    assert!(err.starts_with("error: r.md is there already, and a record replaces nothing"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("r.md")).unwrap(), text);
}

#[test]
fn a_record_of_what_is_restricted_says_so_at_its_top() {
    let folder = folder();
    let script = ".record start r.md\nselect 1 as a;\ncreate table t as select 1 as a;\nselect * from t;\nselect * from t;\n";
    let (code, _, err) = run(folder.path(), &["-c", script]);
    assert_eq!(code, 0, "{err}");
    let text = fs::read_to_string(folder.path().join("r.md")).unwrap();
    assert!(
        text.starts_with("# Record of LifeTracks\n\n**restricted: not for release**\n\nNo lake.\n"),
        "{text}"
    );
    assert_eq!(text.matches("restricted").count(), 1, "{text}");
    assert!(text.ends_with("```sql\nselect * from t;\n```\n\n| a |\n| ---: |\n| 1 |\n"), "{text}");
}

#[test]
fn a_record_of_a_plan_or_of_the_history_is_restricted_where_they_are() {
    let folder = folder();
    let state = folder.path().join(".local/state/lifetracks");
    fs::create_dir_all(&state).unwrap();
    fs::write(state.join("history"), "#V2\nselect 1;\n").unwrap();
    let before = "create table t as select 1 as a;\n";
    let recorded = |name: &str, command: &str| {
        let script = format!("{before}.record start {name}\n{command}\n");
        let (code, _, err) = run(folder.path(), &["-c", &script]);
        assert_eq!(code, 0, "{err}");
        fs::read_to_string(folder.path().join(name)).unwrap()
    };
    let is_restricted = |text: &str| text.contains("**restricted: not for release**");
    assert!(is_restricted(&recorded("plan.md", ".explain select * from t where a = 1")));
    assert!(!is_restricted(&recorded("plain.md", ".explain select 1 as a")));
    assert!(is_restricted(&recorded("history.md", ".history")));
    assert!(!is_restricted(&recorded("nothing.md", ".history nosuchentry")));
}

#[test]
fn a_record_is_started_and_stopped_once() {
    let folder = folder();
    let error = |script: &str| {
        let (code, _, err) = run(folder.path(), &["-c", script]);
        assert_eq!(code, 2, "{err}");
        err
    };
    assert!(error(".record stop").starts_with("error: nothing is recorded\n"));
    assert!(error(".record start").starts_with("error: a record needs a file\n"));
    assert!(error(".record begin x.md").starts_with("error: a record is started or stopped\n"));
    let twice = error(".record start a.md\n.record start b.md");
    assert!(twice.contains("a.md is being recorded already"), "{twice}");
    assert!(!folder.path().join("b.md").exists());
}

/// A lake of one wage.
fn lake(folder: &Path, name: &str) {
    let text = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,11,1,2022,1,100.00\n";
    fs::write(folder.join("wages.csv"), text).unwrap();
    let load = ["load", "ui_wage", "wages.csv", "--layout", "ms_mdes_wage", "--lake", name];
    let (code, _, err) = run(folder, &load);
    assert_eq!(code, 0, "{err}");
}

#[test]
fn another_lake_takes_the_place_of_the_first() {
    let folder = folder();
    lake(folder.path(), "one");
    lake(folder.path(), "two");
    let script = "select 1 as a;\ncreate view v as select 2 as b;\n.open two\nselect count(*) as c from ui_wage;\nselect * from v;\n";
    let (code, out, err) = run(folder.path(), &["one", "--csv", "-c", script]);
    assert_eq!((code, out.as_str()), (1, "a\n1\nc\n1\n"), "{err}");
    assert!(
        err.contains("two, version 1. Results, views and SET values of the lake before are gone.\n"),
        "{err}"
    );
    assert!(err.contains("error: table \"v\" not found"), "{err}");
    let lakes = "select split_part(lake, '/', -1), lake_version from query_log() where status = 'ok'";
    assert_eq!(asked(folder.path(), lakes), ["one,1", "one,1", "two,1"]);
}

#[test]
fn a_lake_that_cannot_be_opened_leaves_the_first_one_open() {
    let folder = folder();
    lake(folder.path(), "one");
    let script = "create view v as select 2 as b;\n.open nowhere\nselect b, (select max(lake_version) from lifetracks.versions) as n from v;\n";
    let (code, out, err) = run(folder.path(), &["one", "--on-error", "continue", "--csv", "-c", script]);
    assert_eq!((code, out.lines().nth(1)), (3, Some("2,1")), "{err}");
    assert!(err.contains("error: there is no lake at nowhere"), "{err}");
    assert!(!folder.path().join("nowhere").exists());
    let (code, _, err) = run(folder.path(), &["-c", ".open"]);
    assert_eq!(code, 2);
    assert!(err.starts_with("error: there is no lake to open\n"), "{err}");
}
