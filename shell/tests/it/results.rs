//! Earlier results as tables: `_`, `_1` and so on.

use crate::transcript::{lifetracks, ran};

/// What a script writes as CSV, and what it says besides.
fn run(sql: &str) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    ran(lifetracks(folder.path()).args(["--csv", "-c", sql]))
}

#[test]
fn the_last_result_is_a_table() {
    let (code, out, err) = run("select 1 as a union all select 2 order by a; select sum(a) as total from _;");
    assert_eq!((code, out.as_str(), err.as_str()), (0, "a\n1\n2\ntotal\n3\n", ""));
}

#[test]
fn results_move_back_by_one_and_nine_are_kept_besides_the_last() {
    let statements: Vec<String> = (1..=11).map(|number| format!("select {number} as n;\n")).collect();
    let script = statements.concat();
    let (code, out, _) = run(&format!("{script} select _.n, _1.n, _9.n from _, _1, _9"));
    assert_eq!(code, 0);
    assert!(out.ends_with("n,n,n\n11,10,2\n"), "{out}");
    let (code, _, err) = run(&format!("{script} from _10"));
    assert_eq!(code, 1);
    assert!(err.contains("table \"_10\" not found"), "{err}");
}

#[test]
fn columns_of_one_name_are_numbered() {
    let (code, out, err) =
        run("select * from (select 1 as a) x, (select 2 as a) y, (select 3 as a_2) z; from _;");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.ends_with("a,a_2,a_2_2\n1,2,3\n"), "{out}");
}

#[test]
fn an_expression_without_a_name_is_headed_by_its_sql() {
    let (code, out, err) = run("select 2, 'it''s', count(1) from generate_series(1, 3); \
        select _.\"count(1)\" + _.\"2\" as n from _; \
        select 1, cast(1 as int) + 0, '1'; from _;");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("2,'it''s',count(1)\n2,it's,3\nn\n5\n1,CAST(1 AS INT) + 0,'1'\n"), "{out}");
    let (code, out, err) =
        run("create view v as select count(1) from generate_series(1, 3); select \"count(1)\" from v;");
    assert_eq!(code, 0, "{err}");
    assert!(out.ends_with("count(1)\n3\n"), "a view has the names of its query: {out}");
}

#[test]
fn a_result_of_no_rows_keeps_its_columns() {
    let (code, out, _) = run("select 1 as a where false; select count(*) as n, count(a) as m from _;");
    assert_eq!((code, out.as_str()), (0, "a\nn,m\n0,0\n"));
}

#[test]
fn a_result_past_the_memory_that_is_left_is_kept_on_disk() {
    let sql = "select value, repeat('x', 40) as text from generate_series(1, 900000) t(value); \
               select count(*) as n, sum(value) as s, min(length(text)) as l from _;";
    let folder = tempfile::tempdir().unwrap();
    let args = ["--csv", "--memory-limit", "64MiB", "-o", "out.csv", "-c", sql];
    let (code, _, err) = ran(lifetracks(folder.path()).args(args));
    assert_eq!((code, err.as_str()), (0, "900,001 rows of 2 results written to out.csv\n"));
    let out = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert!(out.ends_with("n,s,l\n900000,405000450000,40\n"), "{}", &out[out.len() - 80..]);
}

#[test]
fn what_a_command_shows_is_no_result() {
    let (code, out, _) = run("select 7 as seven;\n.tables nothing_like_this\nfrom _;");
    assert_eq!(code, 0);
    assert!(out.ends_with("seven\n7\n"), "{out}");
}

#[test]
fn the_look_of_a_command_is_not_that_of_the_statement_after_its_error() {
    let folder = tempfile::tempdir().unwrap();
    let columns: Vec<_> = (1..=12).map(|number| format!("'a long text' as column_{number}")).collect();
    let wide = format!("select {}", columns.join(", "));
    let script = format!(".maxwidth 30\nselect 1 as a;\ndrop view _;\n.last\n{wide};\n");
    let (_, out, err) = ran(lifetracks(folder.path()).args(["--on-error", "continue", "-c", &script]));
    assert!(err.contains("error"), "{err}");
    assert!(out.contains("of 12 columns; .last"), "{out}");
}
