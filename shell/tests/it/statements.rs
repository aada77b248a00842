//! Commands that work on statements: plans, times, saved statements, comparisons.

use std::path::Path;

use crate::transcript::{lifetracks, ran};

fn run(folder: &Path, script: &str) -> (i32, String, String) {
    ran(lifetracks(folder).args(["--csv", "-c", script]))
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_plan_is_a_tree_and_a_profile_has_times() {
    let folder = folder();
    let sql = "select value % 7 as v, count(*) as n from generate_series(1, 100000) t(value) group by v";
    let (code, out, err) = run(folder.path(), &format!(".explain {sql}\n"));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("AggregateExec") && out.contains("└─ "), "{out}");
    assert!(!out.contains('%') || !out.contains(" of all threads"), "{out}");
    let (code, out, _) = run(folder.path(), &format!("{sql};\n.profile"));
    assert_eq!(code, 0);
    assert!(out.contains("in operators, of all threads together"), "{out}");
    assert!(out.lines().any(|line| line.contains("7 rows") && line.contains("AggregateExec")), "{out}");
}

#[test]
fn what_has_no_plan_is_refused() {
    let folder = folder();
    let (code, _, err) = run(folder.path(), ".explain create view v as select 1");
    assert_eq!(code, 2);
    assert!(err.starts_with("error: only a query has a plan"), "{err}");
    let (code, _, err) = run(folder.path(), ".profile");
    assert_eq!(code, 2);
    assert!(err.starts_with("error: no statement has been run yet"), "{err}");
}

#[test]
fn a_statement_is_measured() {
    let folder = folder();
    let (code, out, _) = run(folder.path(), ".bench 3 select 1 union all select 2");
    assert_eq!(code, 0);
    assert!(out.starts_with("3 runs of 2 rows: median "), "{out}");
}

#[test]
fn each_statement_says_what_it_took_where_that_is_asked_for() {
    let folder = folder();
    let sql =
        "select count(*) as n from generate_series(1, 100000) t(value) where value % 7 = 0; select 1 as a;";
    let (code, out, err) = ran(lifetracks(folder.path()).args(["--csv", "--stats", "-q", "-c", sql]));
    assert_eq!((code, out.as_str()), (0, "n\n14285\na\n1\n"));
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), 2, "{err}");
    for line in lines {
        assert!(line.starts_with("stats: ") && line.contains(" s · 1 row · "), "{line}");
        assert!(line.contains(" read in ") && line.ends_with(" spilled"), "{line}");
    }
    assert!(err.contains("100,000 rows read in "), "{err}");
}

#[test]
fn what_a_watch_waits_for_is_checked() {
    let folder = folder();
    let script = ".param set n 0\nselect 7 as seven;\n.watch 10ms until nothing";
    let (code, _, err) = run(folder.path(), script);
    assert_eq!(code, 2);
    assert!(err.contains("there is nothing to watch until nothing"), "{err}");
}

#[test]
fn a_watch_says_when_each_round_began_and_how_many_there_were() {
    let folder = folder();
    let script = "select random() as r;\n.watch 1ms until changed";
    let (code, out, err) = run(folder.path(), script);
    assert_eq!((code, out.matches("r\n").count()), (0, 3), "{err}");
    let said: Vec<&str> = err.lines().collect();
    assert_eq!(said.len(), 5, "{err}");
    assert!(said[0].starts_with("round 1 at ") && said[0].matches(':').count() == 2, "{err}");
    assert!(said[3].starts_with("round 2 took ") && said[3].ends_with(" s"), "{err}");
    assert_eq!(said[4], "stopped after 2 rounds");
}

#[test]
fn a_saved_statement_runs_with_its_defaults_and_with_other_values() {
    let folder = folder();
    let script = ".param set year 2022\n.param set unused 1\nselect $year as y, 'a' as a;\n.save rates Rates by year.\n";
    let (code, _, err) = run(folder.path(), script);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("run it with .query rates"), "{err}");
    let file = folder.path().join(".config/lifetracks/queries/rates.sql");
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(text, "-- about: Rates by year.\n-- param: year=2022\nselect $year as y, 'a' as a;\n");
    assert_eq!(run(folder.path(), ".queries").1, "rates year=2022  Rates by year.\n");
    assert_eq!(run(folder.path(), ".query rates").1, "y,a\n2022,a\n");
    assert_eq!(run(folder.path(), ".query rates year=2021").1, "y,a\n2021,a\n");
    let (code, _, err) = run(folder.path(), ".query rate");
    assert_eq!(code, 2);
    assert!(err.contains("did you mean rates?"), "{err}");
}

#[test]
fn two_results_are_compared_cell_by_cell() {
    let folder = folder();
    let script = "select * from (values (1, 'a', 10), (2, 'b', null), (3, 'c', 30)) t(id, name, n);\n\
                  select * from (values (1, 'a', 10), (2, 'B', 5), (4, 'd', 40)) t(id, name, n);\n\
                  .diff _1 _ key=id\n.diff _1 _";
    let (code, out, err) = run(folder.path(), script);
    assert_eq!((code, err.as_str()), (0, ""));
    let compared = out.split_once("4,d,40\n").unwrap().1;
    assert_eq!(
        compared,
        "id,change,column,before,after\n2,changed,n,,5\n2,changed,name,b,B\n3,removed,,,\n4,added,,,\n\
         change,rows,id,name,n\nadded,1,2,B,5\nremoved,1,2,b,\nremoved,1,3,c,30\nadded,1,4,d,40\n"
    );
    let (code, _, err) = run(folder.path(), "select 1 as a; select 2 as a;\n.diff _1 _ key=b");
    assert_eq!(code, 2);
    assert!(err.contains("there is no column b in both"), "{err}");
}

#[test]
fn a_saved_statement_that_runs_itself_comes_to_an_end() {
    let folder = folder();
    let queries = folder.path().join(".config/lifetracks/queries");
    std::fs::create_dir_all(&queries).unwrap();
    std::fs::write(queries.join("again.sql"), "select 1 as one;\n.query again\n").unwrap();
    let (code, _, err) = run(folder.path(), ".query again");
    assert_eq!(code, 2);
    assert!(err.contains("again.sql is read by files that read each other more than 16 deep"), "{err}");
}

#[test]
fn data_on_standard_input_is_refused_without_its_words() {
    let folder = tempfile::tempdir().unwrap();
    for (text, place) in
        [("900000001,Jones\n", "line 1, column 1"), ("-- rates\n  selct Jones;\n", "line 2, column 3")]
    {
        let (code, out, err) = ran(lifetracks(folder.path()).write_stdin(text));
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(place) && !err.contains("Jones"), "{err}");
    }
}
