//! SQL and the files that SQL reads, changed at random: rows or a sentence, never a panic or a hang.

#[path = "../../../datasets/tests/support/chance.rs"]
mod chance;
#[path = "../../../datasets/tests/support/fuzz.rs"]
mod fuzzing;

use std::path::Path;

use lifetracks_engine::{Engine, ErrorKind, Options, statement};
use rust_xlsxwriter::Workbook;

use self::fuzzing::{fuzz, mutated};
use crate::support::{Lake, table};

/// Statements of every form that the front knows; none whose constants could ask for much memory.
const STATEMENTS: &[&str] = &[
    "SELECT 1 AS one, 'it''s' AS \"two\", E'\\n', $$three$$, -- a comment\n NULL /* and /* another */ */;",
    "SELECT * FROM ui_wage VERSION AS OF 1 WHERE wages > 100 AND employer_account LIKE '1%' ESCAPE '!'",
    "SELECT * FROM ui_wage FOR SYSTEM_TIME AS OF '2999-01-01'",
    "FROM ui_wage SELECT count(*), sum(wages) FILTER (WHERE wages > 1) GROUP BY ALL HAVING count(*) > 0",
    "WITH a AS (SELECT person_id FROM ui_wage), b(x) AS (SELECT 1) SELECT * FROM a, b LEFT JOIN ui_wage USING (person_id)",
    "SELECT * EXCLUDE (wages) REPLACE (1 AS person_id) FROM ui_wage ORDER BY ALL LIMIT 3 OFFSET 1",
    "SELECT CASE WHEN 1 < 2 THEN date '2020-01-01' + interval '1 day' ELSE NULL END, CAST('1' AS decimal(5, 2)), 1::int",
    "SELECT person_id, lag(wages, 1) OVER (PARTITION BY person_id ORDER BY quarter_index ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM ui_wage QUALIFY row_number() OVER () = 1",
    "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(n, s) WHERE n IN (1, 2) AND EXISTS (SELECT 1) AND s BETWEEN 'a' AND 'c'",
    "SELECT * FROM read_csv('f.csv', delimiter => ';', all_text => true) UNION ALL SELECT * FROM read_csv('f.csv')",
    "SELECT a.b.c[1], {'x': 1}.x, [1, 2, 3][2:3], struct(1, 2), make_array(1), ARRAY[1]",
    "CREATE VIEW v AS SELECT 1; DROP VIEW v; SET datafusion.execution.batch_size = 7; EXPLAIN ANALYZE SELECT 1",
    "SELECT school_year(date '2020-08-01'), quarter_index(2020, 1), rate(1, 2), rate_ci(1, 2, 0.95), crosswalk('a', 'b')",
    "SELECT * FROM ui_wage TABLESAMPLE (10) AS s PIVOT (sum(wages) FOR quarter_index IN (1, 2)) MATCH_RECOGNIZE (PATTERN (A))",
    "INSERT INTO t VALUES (1); UPDATE t SET a = 1; DELETE FROM t; COPY t TO 'x'; MERGE INTO t USING s ON 1 = 1",
];

const WORDS: &[&str] = &[
    "(", ")", "((((((((", " NOT ", " SELECT ", " FROM ", " AND ", "::", "'", "\"", "--", "/*", "*/", "$1",
    "$$", ";", " OVER ", " IN ", " AS ", " CASE ", " END ", "[", "]", "{", "}", "E'", "\\", " IS NULL",
    " UNION ", "?", "@", "#", "\u{feff}", "\0", "ñ",
];

fn statements() -> Vec<Vec<u8>> {
    let examples = lifetracks_udfs::docs().into_iter().map(|function| function.sql_example.into_bytes());
    STATEMENTS.iter().map(|statement| statement.as_bytes().to_vec()).chain(examples).collect()
}

#[test]
fn fuzz_statement_splitter() {
    let seeds = statements();
    fuzz(
        "splitter",
        move |chance| mutated(&seeds, WORDS, chance),
        |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let mut end = 0;
            for statement in statement::split(&text) {
                assert_eq!(&text[statement.start..statement.start + statement.text.len()], statement.text);
                assert!(statement.start >= end && !statement.text.trim().is_empty());
                end = statement.start + statement.text.len();
            }
            statement::is_complete(&text);
        },
    );
}

#[test]
fn fuzz_statements() {
    let lake = Lake::new();
    lake.load(
        "ms_mdes_wage",
        &[("f.csv", "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,11,1,2022,4,4000.00\n")],
    )
    .unwrap();
    let seeds = statements();
    fuzz(
        "statements",
        move |chance| mutated(&seeds, WORDS, chance),
        move |bytes| {
            let text = String::from_utf8_lossy(bytes);
            // Planned only, and only some of them: what runs, or is a thousand statements, may rightly take long.
            for statement in statement::split(&text).into_iter().take(3) {
                let error = ask(&lake.engine, &format!("explain {}", statement.text));
                assert_ne!(error, Some(ErrorKind::Internal), "{}", statement.text);
            }
        },
    );
}

/// Runs a statement; what kind of error it gave, whose place must be one of the text.
fn ask(engine: &Engine, text: &str) -> Option<ErrorKind> {
    let error = table(engine, text).err()?;
    if let Some(span) = error.span() {
        assert!(span.start <= span.end && span.end <= text.len() + 1, "{span:?} of {} bytes", text.len());
    }
    Some(error.kind())
}

/// Fuzzes a function that reads a file.
///
/// `may_panic` says that the decoder beneath is known to panic at damaged files; the session must live on all the same.
fn fuzz_file(
    reader: &'static str,
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
    may_panic: bool,
) {
    let folder = tempfile::tempdir().unwrap();
    let options =
        Options { allowed_folders: vec![folder.path().to_owned()], threads: Some(1), ..Options::default() };
    let engine = Engine::open(&options).unwrap();
    fuzz(
        reader,
        move |chance| mutated(&seeds, words, chance),
        move |bytes| {
            write(folder.path(), name, bytes);
            let error = ask(&engine, &format!("select * from {reader}('{name}')"));
            if error == Some(ErrorKind::Internal) {
                assert!(may_panic, "a panic");
                assert_eq!(ask(&engine, "select 1"), None);
            }
        },
    );
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

#[test]
fn fuzz_read_csv() {
    let seeds = [
        "a,b,c\r\n1,\"x,\"\"y\"\"\n\",2020-01-01\n2,,12:30:00\n",
        "id;day\n001;2020-02-30\n9223372036854775808;x\n",
        "a\n1.5\n-0\n1e5\ntrue\n",
    ];
    let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).into();
    fuzz_file(
        "read_csv",
        "f.csv",
        seeds,
        &["\"\"", "\r\n", "\"", ",,,,", "2020-01-01T00:00:00Z", "\u{feff}"],
        false,
    );
}

#[test]
fn fuzz_read_xlsx() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "a").unwrap().write(0, 1, "b").unwrap();
    sheet.write(1, 0, 1.5).unwrap().write(1, 1, "x").unwrap();
    fuzz_file("read_xlsx", "f.xlsx", vec![workbook.save_to_buffer().unwrap()], &[], false);
}

#[test]
fn fuzz_read_parquet() {
    let lake = Lake::new();
    lake.load(
        "ms_mdes_wage",
        &[("f.csv", "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,11,1,2022,4,4000.00\n")],
    )
    .unwrap();
    let folder = lake.folder.path().join("lake/tables/ui_wage");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let parquet = files.filter(|path| path.extension().is_some_and(|kind| kind == "parquet"));
    let seeds = parquet.map(|path| std::fs::read(path).unwrap()).collect();
    fuzz_file("read_parquet", "f.parquet", seeds, &[], true);
}
