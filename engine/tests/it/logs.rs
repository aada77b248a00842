//! What is kept of the program's use, asked in SQL; and the tables that a statement reads.

use std::io;
use std::path::Path;

use futures::StreamExt;
use lifetracks_engine::{Engine, ErrorKind, Logs, Options, QueryStatus};

use crate::support::{Lake, notices, options, table};

const DIPLOMAS: &str = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n\
    A1,0100,004,05/20/2022,00806\n";

fn logging(folder: &Path) -> Engine {
    let logs = Logs { queries: Some(folder.join("queries.jsonl")), history: None };
    Engine::open(&Options { lake: None, logs, ..options(folder) }).unwrap()
}

/// The tables that a text reads, whether it fails or not.
fn tables(engine: &Engine, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut run = engine.run(sql).unwrap();
        while let Some(outcome) = run.next().await {
            drop(outcome);
        }
        run.tables()
    })
}

#[test]
fn a_statement_says_which_tables_it_reads() {
    let lake = Lake::new();
    lake.load("ms_mde_diploma", &[("diploma.csv", DIPLOMAS)]).unwrap();
    let read = |sql: &str| tables(&lake.engine, sql).join(" ");
    assert_eq!(read("select count(*) from diploma d"), "diploma");
    assert_eq!(read("select 1 where exists (select 1 from diploma)"), "diploma");
    assert_eq!(read("create view v as select * from diploma"), "diploma");
    assert_eq!(read("select count(*) from v, lifetracks.versions"), "diploma lifetracks.versions");
    assert_eq!(read("create table t as select person_id from diploma"), "diploma");
    assert_eq!(read("select * from t"), "t");
    assert_eq!(read("select nosuch from diploma"), "");
    assert_eq!(read("select 1; select count(*) from diploma; select * from t"), "diploma t");
    let cohort = "create cohort c index award_date as select person_id, award_date from diploma";
    assert_eq!(read(cohort), "diploma");
    assert_eq!(read("select count(*) from cohort(c)"), "cohort(c)");
}

#[test]
fn the_query_log_has_typed_columns() {
    let folder = tempfile::tempdir().unwrap();
    let engine = logging(folder.path());
    let asked = "select count(*) as n from query_log()";
    assert!(table(&engine, asked).unwrap().contains("| 0 |"));
    let mut entry = engine.begin_entry("select 1");
    entry.tables = vec!["diploma".to_owned(), "ui_wage".to_owned()];
    entry.rows = Some(3);
    entry.milliseconds = 12;
    engine.log(entry).unwrap();
    let mut entry = engine.begin_entry("delete from diploma");
    entry.status = QueryStatus::Refused;
    engine.log(entry).unwrap();
    let found = table(
        &engine,
        "select who, tables, rows, milliseconds, status, output_file is null as o, length(sql_hash) as h, \
         started_at between now() - interval '1 hour' and now() as recent from query_log() where array_has(tables, 'ui_wage')",
    );
    assert!(
        found
            .unwrap()
            .contains("| tester | [diploma, ui_wage] | 3    | 12           | ok     | true | 64 | true   |")
    );
    let types =
        "select distinct arrow_typeof(started_at), arrow_typeof(rows), arrow_typeof(tables) from query_log()";
    let types = table(&engine, types).unwrap();
    assert!(types.contains("Timestamp(") && types.contains("| Int64 ") && types.contains("List("), "{types}");
    let failed = "select status from query_log() where status <> 'ok'";
    assert!(table(&engine, failed).unwrap().contains("| refused |"));
}

#[test]
fn lines_that_cannot_be_read_are_counted_in_a_notice() {
    let folder = tempfile::tempdir().unwrap();
    let engine = logging(folder.path());
    engine.log(engine.begin_entry("select 1")).unwrap();
    assert_eq!(notices(&engine, "from query_log()"), [""; 0]);
    let path = folder.path().join("queries.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("not json\n{text}{{}}\n")).unwrap();
    let counted = ["2 lines of the query log cannot be read and are left out."];
    assert_eq!(notices(&engine, "select count(*) from query_log()"), counted);
    assert!(table(&engine, "select count(*) as n from query_log() q").unwrap().contains("| 1 |"));
}

#[test]
fn the_history_is_numbered_and_need_not_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let open = |history: fn() -> io::Result<Vec<String>>| {
        let logs = Logs { queries: None, history: Some(history) };
        Engine::open(&Options { lake: None, logs, ..options(folder.path()) }).unwrap()
    };
    let engine = open(|| Ok(vec!["select 1;".to_owned(), ".tables".to_owned()]));
    let found = table(&engine, "select number, statement from shell_history() order by number").unwrap();
    assert!(found.contains("| 1      | select 1; |\n| 2      | .tables   |"), "{found}");
    let without = open(|| Err(io::Error::from(io::ErrorKind::NotFound)));
    let found = table(&without, "select count(*) as n from shell_history()").unwrap();
    assert!(found.contains("| 0 |"), "{found}");
    let error = table(&engine, "select * from shell_history(5)").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Query);
    assert_eq!(error.to_string(), "shell_history takes no arguments; write shell_history()");
}

#[test]
fn another_lake_is_opened_with_the_same_options() {
    let lake = Lake::new();
    let folder = lake.folder.path();
    let engine = Engine::open(&options(folder)).unwrap();
    let other = folder.join("other");
    Engine::create(&Options { lake: Some(other.display().to_string()), ..options(folder) }).unwrap();
    std::fs::write(folder.join("n.csv"), "n\n7\n").unwrap();
    let opened = engine.open_another(&other.display().to_string()).unwrap();
    assert_eq!(opened.lake_folder(), other.to_str());
    let sql = format!("select n from read_csv('{}')", folder.join("n.csv").display());
    assert!(table(&opened, &sql).unwrap().contains("| 7 |"));
    let error = engine.open_another("nowhere").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Lake);
}
