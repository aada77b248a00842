//! Runs without a terminal: what goes to standard output, what to standard error, and the exit code.

use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::Command as Shell;

/// The binary in a folder of its own, with nothing of the user's around it.
pub(crate) fn lifetracks(folder: &Path) -> Shell {
    let mut command = Shell::from(bare(folder));
    command.timeout(std::time::Duration::from_mins(2));
    command
}

fn bare(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lifetracks"));
    command.env_clear().env("HOME", folder).current_dir(folder);
    command
}

/// Exit code, standard output and standard error.
pub(crate) fn ran(command: &mut Shell) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_command_gives_a_table() {
    let folder = folder();
    let (code, out, err) =
        ran(lifetracks(folder.path()).args(["-c", "select 2012 as year, 12345 as n, null as x"]));
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out, @r#"
┌────────┬────────┬──────┐
│   year │      n │ x    │
│ bigint │ bigint │ null │
├────────┼────────┼──────┤
│   2012 │ 12,345 │ NULL │
└────────┴────────┴──────┘
1 row · 3 columns
"#);
}

#[test]
fn every_format_has_its_flag() {
    let folder = folder();
    let sql = "select 1 as a, 'x,y' as b, cast(null as int) as c";
    let with = |args: &[&str]| ran(lifetracks(folder.path()).args(["-c", sql]).args(args)).1;
    assert_eq!(with(&["--csv"]), "a,b,c\n1,\"x,y\",\n");
    assert_eq!(with(&["--format", "csv"]), with(&["--csv"]));
    assert_eq!(with(&["--json"]), "[\n{\"a\":1,\"b\":\"x,y\",\"c\":null}\n]\n");
    assert_eq!(with(&["--format", "jsonl"]), "{\"a\":1,\"b\":\"x,y\",\"c\":null}\n");
    assert_eq!(with(&["--format", "markdown"]), "| a | b | c |\n| ---: | --- | ---: |\n| 1 | x,y |  |\n");
}

#[test]
fn scripts_run_in_the_order_they_are_given() {
    let folder = folder();
    std::fs::write(folder.path().join("two.sql"), "\u{feff}select 2 as n;\n.mode jsonl\nselect 3 as n")
        .unwrap();
    let mut command = lifetracks(folder.path());
    command.args(["--csv", "-c", "select 1 as n", "-f", "two.sql", "-c", "select 4 as n"]);
    let (code, out, _) = ran(&mut command);
    assert_eq!(code, 0);
    assert_eq!(out, "n\n1\nn\n2\n{\"n\":3}\n{\"n\":4}\n");
}

#[test]
fn standard_input_is_a_script() {
    let folder = folder();
    let (code, out, err) =
        ran(lifetracks(folder.path()).args(["--csv"]).write_stdin("select 1 as n;\nselect 2 as n;"));
    assert_eq!((code, out.as_str(), err.as_str()), (0, "n\n1\nn\n2\n", ""));
    let (code, out, _) =
        ran(lifetracks(folder.path()).args(["--csv", "-f", "-"]).write_stdin("select 3 as n"));
    assert_eq!((code, out.as_str()), (0, "n\n3\n"));
}

#[test]
fn a_file_stops_at_its_first_error_and_names_the_place() {
    let folder = folder();
    std::fs::write(folder.path().join("bad.sql"), "select 1 as n;\nselect\n  nope as x;\nselect 3 as n;\n")
        .unwrap();
    let (code, out, err) = ran(lifetracks(folder.path()).args(["--csv", "-f", "bad.sql"]));
    assert_eq!((code, out.as_str()), (1, "n\n1\n"));
    assert!(err.starts_with("error: "), "{err}");
    assert!(err.contains("--> bad.sql:3:3\n"), "{err}");
    assert!(err.contains("3 |   nope as x;\n  |   ^^^^\n"), "{err}");
}

#[test]
fn errors_can_be_passed_over() {
    let folder = folder();
    let mut command = lifetracks(folder.path());
    command.args([
        "--csv",
        "--on-error",
        "continue",
        "-c",
        "select nope; select 2 as n",
        "-c",
        "select 3 as n",
    ]);
    let (code, out, err) = ran(&mut command);
    assert_eq!((code, out.as_str()), (1, "n\n2\nn\n3\n"));
    assert!(err.contains("<command>:1:8"), "{err}");
}

#[test]
fn a_lake_that_is_not_there_is_not_made() {
    let folder = folder();
    for command in [
        lifetracks(folder.path()).args(["nowhere", "-c", "select 1"]),
        lifetracks(folder.path()).env("LIFETRACKS_LAKE", "nowhere").args(["-c", "select 1"]),
    ] {
        let (code, out, err) = ran(command);
        assert_eq!((code, out.as_str()), (3, ""));
        assert!(err.contains("nowhere"), "{err}");
    }
    assert!(!folder.path().join("nowhere").exists());
}

#[test]
fn wrong_options_are_usage_errors() {
    let folder = folder();
    for args in [&["--format", "xml"][..], &["--csv", "--json"], &["--memory-limit", "much"], &["load"]] {
        let (code, out, _) = ran(lifetracks(folder.path()).args(args));
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
    }
    let (code, out, _) = ran(lifetracks(folder.path()).arg("--help"));
    assert_eq!(code, 0);
    assert!(out.contains("Exit codes"), "{out}");
}

#[test]
fn an_unknown_command_names_its_neighbour() {
    let folder = folder();
    let (code, _, err) = ran(lifetracks(folder.path()).args(["-c", ".tabels"]));
    assert_eq!(code, 2);
    insta::assert_snapshot!(err, @r#"
error: there is no command .tabels
 --> <command>:1:1
  |
1 | .tabels
  | ^^^^^^^
help: did you mean .tables? .help lists the commands
"#);
}

#[test]
fn commands_that_ask_for_data_are_sql_that_runs() {
    let folder = folder();
    let commands =
        [".tables", "\\dt k12*", ".schema", "\\d diploma", ".functions rate", ".layouts", ".versions"];
    for command in commands {
        let (code, out, err) = ran(lifetracks(folder.path()).args(["--csv", "-c", command]));
        assert_eq!((code, err.as_str()), (0, ""), "{command}");
        assert!(out.contains("name,"), "{command}: {out}");
    }
    let (code, _, err) = ran(lifetracks(folder.path()).args(["-c", ".schema diplom"]));
    assert_eq!(code, 1);
    assert!(err.starts_with("error: table \"diplom\" not found"), "{err}");
}

#[test]
fn a_file_is_checked_and_loaded_and_the_lake_verified() {
    let folder = folder();
    let header = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE";
    let rows = "1,0100,004,05/20/2022,00806\n2,0100,004,13/20/2022,00806";
    std::fs::write(folder.path().join("diploma.csv"), format!("{header}\n{rows}\n")).unwrap();
    let layout = ["--layout", "ms_mde_diploma"];

    let (code, out, _) = ran(lifetracks(folder.path()).args(["check", "diploma.csv"]).args(layout));
    assert_eq!(code, 5);
    insta::assert_snapshot!(out, @r#"
diploma.csv: 2 rows read, 1 row fit, 1 row rejected
  1 row rejected, first at line 3, column AWARD_DATE: not_a_date
  note: school_in_directory was not checked: table school_directory is not in the lake.
  note: student_was_enrolled was not checked: table k12_enrollment is not in the lake.
failed: 50.00 % of the rows are rejected where 1.00 % is the limit; a load would load nothing
"#);
    assert!(!folder.path().join("lake").exists(), "a check makes no lake");
    let (code, ..) = ran(lifetracks(folder.path())
        .args(["check", "diploma.csv", "--max-reject-share", "0.5"])
        .args(layout));
    assert_eq!(code, 0);

    let load = ["load", "diploma", "diploma.csv", "--lake", "l"];
    let (code, out, err) = ran(lifetracks(folder.path()).args(load).args(layout));
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("error: "), "{err}");

    let all = ["--max-reject-share", "1"];
    let (code, out, _) = ran(lifetracks(folder.path()).args(load).args(layout).args(all));
    assert_eq!(code, 0);
    assert!(
        out.starts_with("diploma: 2 rows in 1 file read, 1 row loaded, 1 row rejected (lake version 1"),
        "{out}"
    );
    assert!(out.contains("1 row rejected, first at diploma.csv:3, column AWARD_DATE: "), "{out}");

    let (code, out, _) =
        ran(lifetracks(folder.path()).args(["l", "--csv", "-c", "select count(*) as n from diploma"]));
    assert_eq!((code, out.as_str()), (0, "n\n1\n"));
    let (code, out, _) = ran(lifetracks(folder.path()).args(["verify", "--lake", "l"]));
    assert_eq!(code, 0);
    assert!(out.ends_with("0 defects\n"), "{out}");

    for lake in ["l", "not-yet"] {
        let mismatch = ["load", "ui_wage", "diploma.csv", "--lake", lake];
        let (code, _, err) = ran(lifetracks(folder.path()).args(mismatch).args(layout));
        assert_eq!(code, 2);
        assert!(err.contains("fills table diploma"), "{err}");
    }
    assert!(!folder.path().join("not-yet").exists());
}

#[test]
fn a_doctor_looks_at_the_lake_and_a_vacuum_keeps_what_it_is_told() {
    let folder = folder();
    let wages = |name: &str, quarter: u32| {
        let rows = (1..=20).map(|person| format!("9000000{person:02},11,1,2022,{quarter},100.00\n"));
        let header = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n".to_owned();
        let text = std::iter::once(header).chain(rows).collect::<String>();
        std::fs::write(folder.path().join(name), text).unwrap();
        let load = ["load", "ui_wage", name, "--layout", "ms_mdes_wage", "--lake", "l"];
        ran(lifetracks(folder.path()).args(load))
    };
    let (code, out, _) = ran(lifetracks(folder.path()).args(["doctor", "l"]));
    assert_eq!(code, 5);
    assert!(out.contains("error    lake         there is no lake at l\n"), "{out}");

    wages("a.csv", 1);
    let (code, out, _) = wages("b.csv", 3);
    assert_eq!(code, 0);
    assert!(out.contains("\n  warning: ui_wage: 2022Q2 absent\n"), "{out}");
    assert!(out.contains("note: employer_known was not checked: table employer_quarter is not"), "{out}");

    let (code, out, _) = ran(lifetracks(folder.path()).args(["doctor", "l"]));
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("\nok       table ui_wage  40 rows in "), "{out}");
    assert!(out.contains("\nwarning  coverage       ui_wage: 2022Q2 absent\n"), "{out}");
    assert!(out.contains("-> load the period's file"), "{out}");
    assert!(out.ends_with("0 errors, 1 warning\n"), "{out}");
    let (code, out, _) = ran(lifetracks(folder.path()).args(["doctor", "--lake", "l", "--json"]));
    assert_eq!(code, 0);
    assert!(out.starts_with("[\n{\"advice\":null,") && out.ends_with("}\n]\n"), "{out}");

    let (code, out, _) = ran(lifetracks(folder.path()).args(["vacuum", "l", "--keep", "1", "--dry-run"]));
    assert_eq!(code, 0);
    assert!(out.contains("would be removed; lake versions 2 to 2 stay\n"), "{out}");
    let (_, out, _) = ran(lifetracks(folder.path()).args(["vacuum", "l", "--keep", "1"]));
    assert!(out.contains(" removed; lake versions 2 to 2 stay\n"), "{out}");
    let (code, _, err) =
        ran(lifetracks(folder.path()).args(["l", "-c", "select count(*) from ui_wage version as of 1"]));
    assert_eq!(code, 1);
    assert!(err.contains("lake version 1 was vacuumed away"), "{err}");
    let (code, out, _) = ran(lifetracks(folder.path()).args(["verify", "--lake", "l"]));
    assert_eq!(code, 0, "{out}");
}

#[test]
fn the_demo_answers_from_the_files_it_made_up() {
    let folder = folder();
    let (code, out, err) = ran(lifetracks(folder.path()).args(["demo", "d"]));
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.matches("│ graduates │").count(), 3, "{out}");
    assert!(out.contains("NULL"), "the last class is not observed yet: {out}");
    let (code, again, err) = ran(lifetracks(folder.path()).args(["demo", "d"]));
    assert_eq!((code, again), (0, out));
    assert!(err.starts_with("using the demo in d\n"), "{err}");

    std::fs::create_dir(folder.path().join("mine")).unwrap();
    std::fs::write(folder.path().join("mine/notes.txt"), "").unwrap();
    let (code, _, err) = ran(lifetracks(folder.path()).args(["demo", "mine"]));
    assert_eq!(code, 2);
    assert!(err.contains("mine is there and is no demo"), "{err}");
}

#[test]
fn a_file_that_is_missing_or_no_text_is_named() {
    let folder = folder();
    let (code, _, err) = ran(lifetracks(folder.path()).args(["-f", "gone.sql"]));
    assert_eq!(code, 2);
    assert!(err.contains("gone.sql"), "{err}");
    std::fs::write(folder.path().join("latin.sql"), b"select 1;\nselect '\xf1'").unwrap();
    let (code, out, err) = ran(lifetracks(folder.path()).args(["-f", "latin.sql"]));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("latin.sql is no UTF-8 text from line 2 on"), "{err}");
}

#[test]
fn a_file_that_reads_itself_comes_to_an_end() {
    let folder = folder();
    std::fs::write(folder.path().join("loop.sql"), ".read loop.sql\n").unwrap();
    let (code, _, err) = ran(lifetracks(folder.path()).args(["-f", "loop.sql"]));
    assert_eq!(code, 2);
    assert!(err.contains("16 deep"), "{err}");
}

#[test]
fn a_file_that_is_no_script_is_refused_without_its_words() {
    let folder = folder();
    for name in ["wages.csv", "wages", "wages.txt"] {
        std::fs::write(folder.path().join(name), "900000001,Jones,1234\n").unwrap();
        for args in [["-f", name], ["-c", &format!(".read {name}")]] {
            let (code, out, err) = ran(lifetracks(folder.path()).args(args));
            assert_eq!((code, out.as_str()), (2, ""), "{err}");
            assert!(err.contains("no script") && err.contains(name), "{err}");
            assert!(!err.contains("Jones") && !err.contains("900000001"), "{err}");
        }
    }
}

#[test]
fn settings_confirm_themselves() {
    let folder = folder();
    let script = ".theme none\n.width 3 4\n.maxrows 1\n.maxwidth 0\n.numbers si\n.pager off\n.types off";
    let (code, out, err) = ran(lifetracks(folder.path()).args(["-c", script]));
    assert_eq!((code, out.as_str()), (0, ""));
    let said = [
        "The theme is none.",
        "The first columns are 3, 4 wide.",
        "Tables show at most 1 row.",
        "Tables are as wide as the terminal.",
        "Numbers are si.",
        "The pager is off.",
        "Types are off.",
    ];
    assert_eq!(err.lines().collect::<Vec<_>>(), said);
}

#[test]
fn quit_ends_everything_with_its_code() {
    let folder = folder();
    let (code, out, _) = ran(lifetracks(folder.path()).args(["--csv", "-c", ".quit 9", "-c", "select 1"]));
    assert_eq!((code, out.as_str()), (9, ""));
}

#[test]
fn results_can_go_to_a_file() {
    let folder = folder();
    let (code, out, _) =
        ran(lifetracks(folder.path()).args(["--csv", "-o", "out.csv", "-c", "select 1 as n"]));
    assert_eq!((code, out.as_str()), (0, ""));
    assert_eq!(std::fs::read_to_string(folder.path().join("out.csv")).unwrap(), "n\n1\n");
}

#[test]
fn reads_are_checked_when_asked_for() {
    let folder = folder();
    let show = "show lifetracks.checked_reads";
    for (option, is) in [("--checked", "true"), ("--quiet", "false")] {
        let (code, out, _) = ran(lifetracks(folder.path()).args([option, "--format", "csv", "-c", show]));
        assert_eq!((code, out.contains(is)), (0, true), "{out}");
    }
}

#[test]
fn long_results_are_shown_in_part_and_written_whole() {
    let folder = folder();
    let sql = "select value as n from generate_series(1, 2000)";
    let (_, out, _) = ran(lifetracks(folder.path()).args(["--display-rows", "4", "-c", sql]));
    assert!(out.contains("2,000 rows (4 shown) · 1 column\n"), "{out}");
    let (_, out, _) = ran(lifetracks(folder.path()).args(["--csv", "-c", sql]));
    assert_eq!(out.lines().count(), 2001);
    let (_, out, _) = ran(lifetracks(folder.path()).args(["--csv", "--limit", "10", "-c", sql]));
    assert_eq!(out.lines().count(), 11);
}

#[test]
fn quiet_writes_results_only() {
    let folder = folder();
    let (_, out, err) =
        ran(lifetracks(folder.path()).args(["-q", "-c", "create view v as select 1 as n; select * from v"]));
    assert!(!out.contains("1 row"), "{out}");
    assert_eq!(err, "");
}

#[test]
fn colours_are_written_when_asked_for() {
    let folder = folder();
    let (_, out, _) = ran(lifetracks(folder.path()).args(["-c", "select null as n"]));
    assert!(!out.contains('\u{1b}'));
    let (_, out, _) = ran(lifetracks(folder.path()).args(["--color", "always", "-c", "select null as n"]));
    assert!(out.contains('\u{1b}'), "{out}");
}

/// `lifetracks -c '..' | head -1`
#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = folder();
    let mut shell = bare(folder.path())
        .args(["--csv", "-c", "select value, value * 2 from generate_series(1, 5000000)"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut out = std::io::BufReader::new(shell.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut first).unwrap();
    assert!(first.starts_with("value,"), "{first}");
    drop(out);
    let output = shell.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

/// Ctrl-C while a script runs.
#[cfg(unix)]
#[test]
fn an_interrupted_script_says_so() {
    let folder = folder();
    let mut shell = bare(folder.path())
        .args([
            "--csv",
            "-c",
            "select 1 as n",
            "-c",
            "select count(*) from generate_series(1, 1000000000000)",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = std::io::BufReader::new(shell.stdout.take().unwrap());
    let mut lines = String::new();
    std::io::BufRead::read_line(&mut out, &mut lines).unwrap();
    let killed = Command::new("kill").args(["-INT", &shell.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = shell.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("Cancelled after "), "{err}");
    assert_eq!(output.status.code(), Some(130));
}

#[test]
fn a_drafted_layout_reads_its_file() {
    let folder = folder();
    let rows = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n123456789,0000000001,00001,2019,1,877.50\n\
                234567891,0000000001,00001,2019,2,1200.00\n";
    std::fs::write(folder.path().join("wages_2019.csv"), rows).unwrap();
    let (code, out, err) = ran(lifetracks(folder.path()).args(["layout", "infer", "wages_2019.csv"]));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("\nname = \"wages\"\ntable = \"ui_wage\"\n"), "{out}");
    assert!(err.contains("6 of 6 columns of the file fill table \"ui_wage\""), "{err}");
    assert!(!out.contains("877") && !out.contains("123456789"), "{out}");
    std::fs::create_dir_all(folder.path().join("own/layouts")).unwrap();
    std::fs::write(folder.path().join("own/layouts/wages.toml"), out).unwrap();
    let check = ["check", "wages_2019.csv", "--layout", "wages", "--definitions", "own"];
    let (code, out, err) = ran(lifetracks(folder.path()).args(check));
    assert_eq!(code, 0, "{out}{err}");
    let named = ["layout", "infer", "wages_2019.csv", "--table", "wage"];
    let (code, out, err) = ran(lifetracks(folder.path()).args(named));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("table \"wage\" not found"), "{err}");
}
