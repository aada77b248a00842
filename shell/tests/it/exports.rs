//! Where results go besides the screen: files of every kind, other programs, one result of several.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::transcript::{lifetracks, ran};

/// Typed rows: a year, an amount, a day, text with traps, NULL.
const ROWS: &str = "select cast(2021 as int) as school_year, cast(1234.50 as decimal(9,2)) as wages, \
    date '2021-05-29' as day, '=1+1, \"x\"' as note, cast(null as bigint) as n \
    union all select cast(2022 as int), cast(0.05 as decimal(9,2)), date '1899-01-01', 'ñ 学校', 7 order by school_year";

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    ran(lifetracks(folder).args(args))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    // What the shell remembers is no file of the test's.
    names.retain(|name| name != ".local");
    names.sort();
    names
}

#[test]
fn every_kind_of_file_holds_the_last_result() {
    let folder = tempfile::tempdir().unwrap();
    let kinds = ["csv", "tsv", "parquet", "xlsx", "arrow", "json", "jsonl", "html", "md", "tex"];
    let exports: String = kinds.map(|kind| format!(".export out.{kind}\n")).concat();
    let script = format!("{ROWS};\n{exports}");
    let (code, _, err) = run(folder.path(), &["-c", &script]);
    assert_eq!(code, 0, "{err}");
    assert!(err.starts_with("2 rows written to out.csv\n2 rows written to out.tsv\n"), "{err}");
    assert_eq!(names(folder.path()).len(), kinds.len());
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(
        read("out.csv"),
        "school_year,wages,day,note,n\n2021,1234.50,2021-05-29,\"=1+1, \"\"x\"\"\",\n2022,0.05,1899-01-01,ñ 学校,7\n"
    );
    assert!(read("out.html").contains("<title>out</title>"));
    assert!(read("out.tex").contains("\\toprule"));
    assert!(read("out.md").starts_with("| school_year | wages |"));
    assert_eq!(read("out.jsonl").lines().count(), 2);
}

#[test]
fn all_kept_results_are_sheets_of_a_workbook_or_files_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let script =
        "select 1 as a;\nselect 2 as b, 3 as c;\nselect 4 as d;\n.export r.xlsx --all\n.export r.csv --all\n";
    let (code, _, err) = run(folder.path(), &["-c", script]);
    assert_eq!(code, 0, "{err}");
    let said = "3 rows of 3 results written to r.xlsx\n1 row written to r.csv\n1 row written to r_1.csv\n\
                1 row written to r_2.csv\n";
    assert_eq!(err, said);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!([read("r.csv"), read("r_1.csv"), read("r_2.csv")], ["d\n4\n", "b,c\n2,3\n", "a\n1\n"]);
    for (sheet, rows) in [("Result", "d\n4\n"), ("Result 1", "b,c\n2,3\n"), ("Result 2", "a\n1\n")] {
        let sql = format!("select * from read_xlsx('r.xlsx', sheet => '{sheet}')");
        assert_eq!(run(folder.path(), &["--csv", "-c", &sql]), (0, rows.to_owned(), String::new()));
    }
    fs::remove_file(folder.path().join("r.csv")).unwrap();
    let (code, _, err) = run(folder.path(), &["-c", "select 1 as a;\nselect 2 as a;\n.export r.csv --all"]);
    assert_eq!(code, 2);
    assert!(err.contains("r_1.csv is there already"), "{err}");
    assert!(!folder.path().join("r.csv").exists());
}

#[test]
fn typed_files_give_the_same_rows_and_types_again() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{ROWS};\n.export out.parquet\n.export out.xlsx\n");
    let (code, _, err) = run(folder.path(), &["-c", &script]);
    assert_eq!(code, 0, "{err}");
    let types = "arrow_typeof(school_year) as y, arrow_typeof(wages) as w, arrow_typeof(day) as d";
    let again = format!("select {types}, wages, note from read_parquet('out.parquet') order by school_year");
    let (_, out, err) = run(folder.path(), &["--format", "list", "-c", &again]);
    assert_eq!(err, "");
    assert_eq!(
        out,
        "y|w|d|wages|note\nInt32|Decimal128(9, 2)|Date32|1234.50|=1+1, \"x\"\n\
         Int32|Decimal128(9, 2)|Date32|0.05|ñ 学校\n"
    );
    let (_, out, err) =
        run(folder.path(), &["--csv", "-c", "select * from read_xlsx('out.xlsx', sheet => 'Result')"]);
    assert_eq!(err, "");
    assert!(out.starts_with("school_year,wages,day,note,n\n2021,1234.5,2021-05-29"), "{out}");
    // A day that Excel does not know is text.
    assert!(out.contains("1899-01-01,ñ 学校,7"), "{out}");
}

#[test]
fn a_file_that_is_there_gives_way_only_by_force() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("out.csv"), "mine").unwrap();
    let (code, _, err) = run(folder.path(), &["-c", "select 1 as a;\n.export out.csv"]);
    assert_eq!(code, 2);
    assert!(err.contains("out.csv is there already") && err.contains("--force"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("out.csv")).unwrap(), "mine");
    let (code, _, err) = run(folder.path(), &["-c", "select 1 as a;\n.export out.csv --force"]);
    assert_eq!((code, err.as_str()), (0, "1 row written to out.csv\n"));
    assert_eq!(fs::read_to_string(folder.path().join("out.csv")).unwrap(), "a\n1\n");
}

#[test]
fn an_export_that_cannot_be_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (script, said) in [
        (".export out.csv", "there is no result yet"),
        ("select 1 as a;\n.export out.docx", "there is no kind of file .docx"),
        ("select 1 as a;\n.export nowhere/out.csv", "could not write nowhere/out.csv"),
        (
            "select value from generate_series(1, 1048576) t(value);\n.export out.xlsx",
            "an Excel sheet holds 1048576",
        ),
        ("select repeat('x', 40000) as a;\n.export out.xlsx", "32,767 characters"),
    ] {
        let (code, _, err) = run(folder.path(), &["--format", "trash", "-c", script]);
        assert_eq!(code, 2, "{script}: {err}");
        assert!(err.contains(said), "{err}");
        assert_eq!(names(folder.path()), [""; 0], "{script}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_export_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let script =
        "select value, value * 2 as twice from generate_series(1, 1000000) t(value);\n.export out.xlsx";
    let mut child = Command::new(env!("CARGO_BIN_EXE_lifetracks"))
        .args(["--format", "trash", "-c", script])
        .env_clear()
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while names(folder.path()).is_empty() {
        assert!(started.elapsed() < Duration::from_mins(1), "the export never began");
        std::thread::sleep(Duration::from_millis(2));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn records_of_persons_say_in_the_file_that_they_are_restricted() {
    let folder = tempfile::tempdir().unwrap();
    let text = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,11,1,2022,1,100.00\n";
    fs::write(folder.path().join("a.csv"), text).unwrap();
    let load = ["load", "ui_wage", "a.csv", "--layout", "ms_mdes_wage", "--lake", "l"];
    let (code, _, err) = run(folder.path(), &load);
    assert_eq!(code, 0, "{err}");
    let line = "restricted: not for release";
    let told = format!("1 row written to o.csv ({line})\n");
    let (code, _, err) = run(folder.path(), &["l", "-o", "o.csv", "-c", "select count(*) as n from ui_wage"]);
    assert_eq!((code, err), (0, told.clone()));
    let once = ".once o.csv --force\nselect count(*) as n from ui_wage;";
    assert_eq!(run(folder.path(), &["l", "-c", once]), (0, String::new(), told));
    let script = "select count(*) as n from ui_wage;\n.export m.html\n.export m.xlsx\n\
        select sum(a.n) as n from _ a join _ b using (n) group by n;\ncreate table kept as select * from ui_wage;\n\
        select count(*) as n from kept;\n.export kept.csv\n.export kept.parquet\n";
    let (code, out, err) = run(folder.path(), &["l", "-c", script]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.matches(line).count(), 3, "{out}");
    assert!(err.contains(&format!("1 row written to kept.csv ({line})")), "{err}");
    assert!(fs::read_to_string(folder.path().join("m.html")).unwrap().contains(line));
    assert!(!fs::read_to_string(folder.path().join("kept.csv")).unwrap().contains(line));
    let parquet = fs::read(folder.path().join("kept.parquet")).unwrap();
    assert!(parquet.windows(line.len()).any(|window| window == line.as_bytes()));
    let (_, out, _) =
        run(folder.path(), &["--csv", "-c", "select * from read_xlsx('m.xlsx', sheet => 'Notes')"]);
    assert!(out.contains(&format!("Classification,{line}")), "{out}");
    let (_, out, _) = run(
        folder.path(),
        &["l", "-c", "select count(*) as n from lifetracks.columns", "-c", "select 1 as a"],
    );
    assert!(!out.contains(line), "{out}");
}

#[test]
fn the_end_of_a_path_chooses_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, more: &[&str]| {
        let args: Vec<&str> =
            ["-o", path, "-c", "select 1 as a, null as b"].iter().chain(more).copied().collect();
        let (code, out, err) = run(folder.path(), &args);
        assert_eq!((code, out.as_str()), (0, ""), "{err}");
        fs::read(folder.path().join(path)).unwrap()
    };
    assert_eq!(write("a.csv", &[]), b"a,b\n1,\n");
    assert_eq!(write("b.csv", &["--json"]), b"[\n{\"a\":1,\"b\":null}\n]\n");
    assert_eq!(write("c.tsv", &["--null-string", "NA"]), b"a\tb\n1\tNA\n");
    assert!(write("d.parquet", &[]).starts_with(b"PAR1"));
    assert!(write("e.xlsx", &[]).starts_with(b"PK"));
    let (code, _, err) = run(folder.path(), &["-o", "f.parquet", "-c", "select 1 as a; select 2 as a"]);
    assert_eq!(code, 2);
    assert!(err.contains("f.parquet holds a result already"), "{err}");
}

#[test]
fn the_end_of_a_name_chooses_the_format_in_every_way_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    // A file that keeps types may cut its rows into other batches: what it is shows in its first bytes.
    let same = |kind: &str| if ["parquet", "arrow"].contains(&kind) { 4 } else { usize::MAX };
    for kind in ["csv", "tsv", "json", "jsonl", "md", "tex", "txt", "parquet", "arrow"] {
        let (code, _, err) = run(folder.path(), &["-c", &format!("{ROWS};\n.export export.{kind}")]);
        assert_eq!(code, 0, "{err}");
        let once = format!(".mode line\n.once once.{kind}\n{ROWS};");
        assert_eq!(run(folder.path(), &["-c", &once]).0, 0);
        let run_file = format!("run.{kind}");
        assert_eq!(run(folder.path(), &["-o", &run_file, "-c", ROWS]).0, 0);
        let begins = |name: &str| read(name).into_iter().take(same(kind)).collect::<Vec<_>>();
        let exported = begins(&format!("export.{kind}"));
        assert!(!exported.is_empty());
        assert_eq!(begins(&format!("once.{kind}")), exported, "{kind}");
        assert_eq!(begins(&run_file), exported, "{kind}");
    }
    let script = ".mode line\n.output all.csv\nselect 1 as a;\n.once same.dat\nselect 2 as a;\n.output";
    let (code, out, err) = run(folder.path(), &["-c", script]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert_eq!(read("all.csv"), b"a\n1\n");
    assert_eq!(read("same.dat"), b"a = 2\n");
}

#[test]
fn a_file_for_one_result_is_no_place_for_all_further_ones() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["parquet", "arrow", "xlsx"] {
        let (code, _, err) = run(folder.path(), &["-c", &format!(".output a.{kind}")]);
        assert_eq!(code, 2);
        assert!(err.contains(&format!("a .{kind} file holds one result")), "{err}");
        assert!(err.contains(".once") && err.contains(".export"), "{err}");
    }
    assert_eq!(names(folder.path()), [""; 0]);
    let script = ".once a.parquet\nselect 1 as a;\nselect 2 as a;";
    let (code, out, err) = run(folder.path(), &["--csv", "-c", script]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "a\n2\n", "1 row written to a.parquet\n"));
}

#[test]
fn a_statement_that_fails_loses_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    // It fails when it has given rows already.
    let fails = "select 10 / (value - 300000) as a from generate_series(1, 300000) t(value)";
    for name in ["old.csv", "old.parquet"] {
        fs::write(folder.path().join(name), "mine").unwrap();
        for sql in ["select nothing_like_it", fails, "select 1 as a; select nothing_like_it"] {
            let (code, _, err) = run(folder.path(), &["-o", name, "-c", sql]);
            assert_eq!(code, 1, "{sql}: {err}");
            assert_eq!(read(name), b"mine", "{sql}");
            let once = format!(".once {name} --force\n{sql};");
            let well = sql.starts_with("select 1 ");
            let (code, _, _) = run(folder.path(), &["-c", &once]);
            assert_eq!((code, read(name) == b"mine"), (1, !well), "{sql}");
            fs::write(folder.path().join(name), "mine").unwrap();
        }
    }
    assert_eq!(names(folder.path()), ["old.csv", "old.parquet"]);
    let script = format!(".output all.csv\nselect 1 as a;\n{fails};\nselect 2 as a;");
    let (code, _, err) = run(folder.path(), &["--on-error", "continue", "-c", &script]);
    assert_eq!(code, 1, "{err}");
    assert_eq!(read("all.csv"), b"a\n1\na\n2\n");
}

#[test]
fn commands_replace_a_file_only_by_force_and_a_run_when_it_went_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    for command in [".once out.csv", ".output out.csv"] {
        fs::write(&path, "mine").unwrap();
        let (code, _, err) = run(folder.path(), &["-c", &format!("{command}\nselect 1 as a;")]);
        assert_eq!(code, 2);
        assert!(err.contains("out.csv is there already") && err.contains("--force"), "{err}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        let (code, _, err) = run(folder.path(), &["-c", &format!("{command} --force\nselect 1 as a;")]);
        assert_eq!(code, 0, "{err}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\n1\n");
    }
    let (code, _, err) = run(folder.path(), &["-o", "out.csv", "-c", "select 2 as a"]);
    assert_eq!((code, err.as_str()), (0, "1 row written to out.csv\n"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "a\n2\n");
}

#[test]
fn one_result_of_several_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let script = "select 1 as a;\n.tables nothing_like_it\nselect 2 as a; select _.a + 1 as a from _";
    let with = |wanted: &str| run(folder.path(), &["--csv", "--result", wanted, "-c", script]);
    assert_eq!(with("last"), (0, "a\n3\n".to_owned(), String::new()));
    assert_eq!(with("2"), (0, "a\n2\n".to_owned(), String::new()));
    let (code, out, err) = with("4");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("there is no result 4: the statements gave 3 results"), "{err}");
    assert_eq!(with("none").0, 2);
}

#[test]
fn results_go_to_a_file_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let script = ".mode csv\n.once once.csv\nselect 1 as a;\nselect 2 as a;\n.output all.csv\nselect 3 as a;\n\
        select 4 as a;\n.output\nselect 5 as a;";
    let (code, out, err) = run(folder.path(), &["-c", script]);
    assert_eq!((code, out.as_str()), (0, "a\n2\na\n5\n"));
    assert_eq!(err, "1 row written to once.csv\n2 rows of 2 results written to all.csv\n");
    assert_eq!(fs::read_to_string(folder.path().join("once.csv")).unwrap(), "a\n1\n");
    assert_eq!(fs::read_to_string(folder.path().join("all.csv")).unwrap(), "a\n3\na\n4\n");
}

#[cfg(unix)]
#[test]
fn results_go_into_a_command_that_may_stop_reading() {
    let folder = tempfile::tempdir().unwrap();
    let script = ".mode csv\n.once |head -2\nselect * from generate_series(1, 3000000);\n\
        .once |tr a b\nselect 'a' as a;\nselect 5 as a;";
    let (code, out, err) = run(folder.path(), &["-c", script]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "value\n1\nb\nb\na\n5\n", ""));
    let (code, _, err) = run(folder.path(), &["-c", ".once |no_such_command_here\nselect 1 as a;"]);
    assert_eq!(code, 2);
    assert!(err.contains("there is no command `no_such_command_here`"), "{err}");
}

#[test]
fn the_look_is_chosen_by_commands() {
    let folder = tempfile::tempdir().unwrap();
    let script = ".types off\n.numbers si\n.null -\n.maxrows 2\nselect value * 1000000 as n, null as x from generate_series(1, 9) t(value);\n\
        .columns\n.maxwidth 30\nselect 1 as a, 'b' as c;\n.rows\n.mode list ';'\n.headers off\nselect 1 as a, 2 as b;\n\
        .mode insert grads\nselect 'it''s' as a;\n.last";
    let (code, out, err) = run(folder.path(), &["-q", "-c", script]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out, @r#"
┌────────┬───┐
│      n │ x │
├────────┼───┤
│ 1.00 M │ - │
│      · │ · │
│ 9.00 M │ - │
└────────┴───┘

┌────────┬───────┐
│ column │ row 1 │
├────────┼───────┤
│ a      │ 1     │
│ c      │ b     │
└────────┴───────┘
1;2
INSERT INTO grads (a) VALUES ('it''s');
INSERT INTO grads (a) VALUES ('it''s');
"#);
    for wrong in [
        ".maxrows many",
        ".numbers roman",
        ".width 3 x",
        ".types maybe",
        ".mode csv x",
        ".theme dark",
        ".copy xml",
        ".once",
    ] {
        assert_eq!(run(folder.path(), &["-c", wrong]).0, 2, "{wrong}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_half_written_goes_when_the_program_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let sql =
        "select a.value * b.value as n from generate_series(1, 1000000) a, generate_series(1, 1000000) b";
    let mut program = Command::new(env!("CARGO_BIN_EXE_lifetracks"))
        .env_clear()
        .env("HOME", folder.path())
        .current_dir(folder.path())
        .args(["-o", "out.csv", "-c", sql])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while names(folder.path()).is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(1), "nothing is written");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(names(folder.path())[0].starts_with(".out.csv."), "{:?}", names(folder.path()));
    // The draft is watched over from its first moments on.
    std::thread::sleep(Duration::from_millis(300));
    let kill = format!("kill -TERM {}", program.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    assert_eq!(program.wait().unwrap().code(), Some(143));
    assert_eq!(names(folder.path()), [""; 0]);
}
