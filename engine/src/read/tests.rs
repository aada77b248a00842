//! Reading files through SQL: what may be read, how columns are typed, and how what is wrong is said.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::prelude::SessionContext;
use tempfile::TempDir;

use crate::error::ErrorKind;
use crate::relation::testing::{error, rows, run, session};

/// A folder that SQL may read.
pub(super) struct Folder {
    folder: TempDir,
    context: SessionContext,
}

impl Folder {
    pub(super) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let context = session(&[folder.path().to_owned()]);
        Self { folder, context }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path().join(name), text).unwrap();
        self
    }

    pub(super) async fn rows(&self, sql: &str) -> String {
        rows(&self.context, sql).await
    }

    pub(super) async fn error(&self, sql: &str) -> String {
        let found = error(&self.context, sql).await;
        assert_eq!(found.kind(), ErrorKind::Query, "{found}");
        found.message().to_owned()
    }

    /// Names and types of the columns of `call`.
    pub(super) async fn columns(&self, call: &str) -> String {
        let described = self.rows(&format!("DESCRIBE SELECT * FROM {call}")).await;
        let columns = described.split(" | ").map(|column| column.rsplit_once(' ').unwrap().0);
        columns.collect::<Vec<_>>().join(", ")
    }
}

#[tokio::test]
async fn paths_that_lead_out_are_refused() {
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("secret.csv"), "ssn\n900000001\n").unwrap();
    let folder = Folder::new();
    folder.write("a.csv", "x\n1\n");
    fs::create_dir(folder.path().join("sub")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.csv"), folder.path().join("link.csv")).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("linked")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.csv")).unwrap();
    let inside = folder.path().display().to_string();
    let secret = outside.path().join("secret.csv").display().to_string();
    for path in [
        "../secret.csv",
        "sub/../a.csv",
        "sub/../../secret.csv",
        &format!("{inside}/../secret.csv"),
        &secret,
        &format!("{inside}/link.csv"),
        &format!("{inside}/linked/secret.csv"),
        &format!("{inside}/l*.csv"),
        &format!("{inside}/linked/*.csv"),
        "link.csv",
        "linked/secret.csv",
        "zero.csv",
        &inside,
        &format!("{inside}/sub"),
        "/",
        "/etc/passwd",
        "/etc/*",
        "/dev/stdin",
        "/dev/zero",
        "/proc/self/environ",
        "/proc/self/root/etc/passwd",
        "file:///etc/passwd",
        "https://example.org/a.csv",
        "s3://bucket/a.csv",
    ] {
        for function in ["read_csv", "read_parquet", "read_xlsx"] {
            let found = error(&folder.context, &format!("SELECT * FROM {function}('{path}')")).await;
            assert_eq!(found.kind(), ErrorKind::Refused, "{path}: {found}");
            assert!(!found.to_string().contains("900000001"), "{path}: {found}");
        }
    }
    for (path, word) in [
        ("a.csv\0", "control"),
        ("a.csv\n", "control"),
        ("%2e%2e/secret.csv", "there is no file"),
        ("․․/secret.csv", "there is no file"),
        ("/../a.csv", "`..`"),
        ("sub/none.csv", "there is no file"),
        ("", "empty"),
    ] {
        let found = error(&folder.context, &format!("SELECT * FROM read_csv('{path}')")).await;
        assert!(found.message().contains(word), "{path:?}: {found}");
    }
}

#[tokio::test]
async fn without_an_allowed_folder_nothing_is_read_and_the_setting_is_named() {
    let folder = Folder::new();
    folder.write("a.csv", "x\n1\n");
    let path = folder.path().join("a.csv");
    let context = session(&[]);
    let found = error(&context, &format!("SELECT * FROM read_csv('{}')", path.display())).await;
    assert_eq!(found.kind(), ErrorKind::Refused);
    assert!(found.help().is_some_and(|help| help.contains("--allow FOLDER")), "{found}");
    // The machine's own folders stay closed whatever is allowed.
    let everything = session(&["/".into()]);
    let found = error(&everything, "SELECT * FROM read_csv('/proc/self/environ')").await;
    assert_eq!(found.kind(), ErrorKind::Refused);
    assert_eq!(rows(&everything, &format!("SELECT * FROM read_csv('{}')", path.display())).await, "1");
}

#[tokio::test]
async fn a_relative_path_that_two_folders_have_is_an_error() {
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::write(one.path().join("a.csv"), "x\n1\n").unwrap();
    let context = session(&[one.path().to_owned(), two.path().to_owned()]);
    assert_eq!(rows(&context, "SELECT * FROM read_csv('a.csv')").await, "1");
    fs::write(two.path().join("a.csv"), "x\n2\n").unwrap();
    let found = error(&context, "SELECT * FROM read_csv('a.csv')").await;
    assert!(found.message().starts_with("a.csv is both "), "{found}");
}

#[tokio::test]
async fn types_come_from_all_rows_and_codes_stay_text() {
    let folder = Folder::new();
    let header = "district,n,rate,day,at,flag,name\n";
    let row = "0100,1,0.5,2024-07-01,2024-07-01 08:00:00,true,a\n";
    folder.write("a.csv", format!("{header}{row}0200,,,,,,\n"));
    let columns =
        "district Utf8, n Int64, rate Float64, day Date32, at Timestamp(µs), flag Boolean, name Utf8";
    assert_eq!(folder.columns("read_csv('a.csv')").await, columns);
    assert_eq!(
        folder.rows("SELECT * FROM read_csv('a.csv')").await,
        "0100 1 0.5 2024-07-01 2024-07-01T08:00:00 true a | 0200 - - - - - -"
    );
    let last = "0300,x,x,x,x,x,x\n";
    folder.write("b.csv", format!("{header}{}{last}", row.repeat(20_000)));
    assert_eq!(
        folder.columns("read_csv('b.csv')").await,
        "district Utf8, n Utf8, rate Utf8, day Utf8, at Utf8, flag Utf8, name Utf8"
    );
    assert_eq!(folder.rows("SELECT count(*), max(n) FROM read_csv('b.csv')").await, "20001 x");
}

#[tokio::test]
async fn options_are_named() {
    let folder = Folder::new();
    folder.write("a.csv", "1;0100\n2;0200\n").write("t.csv", "x\ty\n1\t2\n");
    for (call, expected) in [
        ("read_csv('a.csv', delimiter => ';', header => false)", "1 0100 | 2 0200"),
        ("read_csv('a.csv', header := FALSE, delimiter := ';')", "1 0100 | 2 0200"),
        ("read_csv('a.csv', delimiter => ';')", "2 0200"),
        ("read_csv('t.csv', delimiter => E'\\t')", "1 2"),
        ("read_csv('t.csv', delimiter => '\\t')", "1 2"),
    ] {
        assert_eq!(folder.rows(&format!("SELECT * FROM {call}")).await, expected, "{call}");
    }
    assert_eq!(
        folder.columns("read_csv('a.csv', delimiter => ';', header => false, all_text => true)").await,
        "column_1 Utf8, column_2 Utf8"
    );
    assert_eq!(folder.rows("SELECT t.n FROM read_csv('a.csv', delimiter => ';') AS t (n, d)").await, "2");
    for (call, words) in [
        ("read_csv('a.csv', ';')", "takes options by name"),
        ("read_csv('a.csv', delim => ';')", "has no option delim"),
        ("read_csv('a.csv', delimiter => ';', delimiter => ',')", "twice"),
        ("read_csv('a.csv', delimiter => 'ab')", "one ASCII character"),
        ("read_csv('a.csv', delimiter => '\"')", "one ASCII character"),
        ("read_csv('a.csv', header => 'no')", "true or false"),
        ("read_csv('a.csv', header = false)", "takes options by name"),
        ("read_csv()", "takes a path first"),
        ("read_csv(path => 'a.csv')", "takes a path first"),
        ("read_csv(1)", "text in single quotes"),
        ("read_csv(\"a.csv\")", "is not a constant"),
        ("read_csv((SELECT 'a.csv'))", "is not a constant"),
        ("read_parquet('a.csv', header => true)", "has no option header"),
        ("read_xlsx('a.csv', delimiter => ';')", "has no option delimiter"),
    ] {
        let found = error(&folder.context, &format!("SELECT * FROM {call}")).await;
        assert!(found.message().contains(words), "{call}: {found}");
    }
}

#[tokio::test]
async fn a_row_that_does_not_fit_is_named_and_not_shown() {
    let folder = Folder::new();
    folder.write("a.csv", "ssn,name\n900000001,\"A\nB\"\n900000002,C,D\n");
    let found = folder.error("SELECT * FROM read_csv('a.csv')").await;
    assert_eq!(found, "a.csv has 3 fields on line 4, and 2 in its first row");
    folder.write("b.csv", b"ssn,name\n900000001,caf\xe9\n");
    let found = folder.error("SELECT * FROM read_csv('b.csv')").await;
    assert_eq!(found, "b.csv is not UTF-8 text in column 2, on line 2");
    for (text, words) in [
        ("a,b,a\n1,2,3\n", "two columns of the same name, the 1st and the 3rd"),
        ("", "is empty"),
        ("a,b\n1,\"2\n", "opens a quote that is not closed, on line 2"),
    ] {
        folder.write("c.csv", text);
        let found = folder.error("SELECT * FROM read_csv('c.csv')").await;
        assert!(found.contains(words), "{found}");
    }
}

#[tokio::test]
async fn quotes_lines_and_blanks() {
    let folder = Folder::new();
    folder.write("a.csv", "\u{feff}id,note,\r\n1,\"two\r\nlines, and \"\"quotes\"\"\",x\r\n\r\n2,,\r\n");
    assert_eq!(folder.columns("read_csv('a.csv')").await, "id Int64, note Utf8, column_3 Utf8");
    let sql = "SELECT id, replace(replace(note, chr(13), '<CR>'), chr(10), '<LF>') FROM read_csv('a.csv')";
    assert_eq!(folder.rows(sql).await, "1 two<CR><LF>lines, and \"quotes\" | 2 -");
    folder.write("b.csv", "x\n1\n\n3");
    assert_eq!(folder.rows("SELECT count(*), count(x) FROM read_csv('b.csv')").await, "3 2");
    folder.write("c.csv", "x,y\n");
    assert_eq!(folder.rows("SELECT count(*) FROM read_csv('c.csv')").await, "0");
}

#[tokio::test]
async fn many_files_are_one_table_when_their_headers_agree() {
    let folder = Folder::new();
    folder.write("y_2.csv", "a,b\n2,x\n").write("y_1.csv", "a,b\n1,\n").write("z.csv", "a,c\n3,\n");
    assert_eq!(folder.rows("SELECT a, b FROM read_csv('y_*.csv') ORDER BY a").await, "1 - | 2 x");
    assert_eq!(folder.rows("SELECT count(*) FROM read_csv('y_?.csv')").await, "2");
    folder.write("y_3.csv", "a,b\nlast,x\n");
    assert_eq!(folder.columns("read_csv('y_*.csv')").await, "a Utf8, b Utf8");
    let found = folder.error("SELECT * FROM read_csv('*.csv')").await;
    assert_eq!(found, "z.csv does not have the header of y_1.csv: the 2nd column has another name");
    assert_eq!(folder.error("SELECT * FROM read_csv('n*.csv')").await, "no file matches n*.csv");
    assert!(folder.error("SELECT * FROM read_csv('*/a.csv')").await.contains("wildcard in a folder's name"));
}

#[tokio::test]
async fn a_file_that_changes_between_planning_and_reading_is_an_error() {
    let folder = Folder::new();
    folder.write("a.csv", "x\n1\n");
    run(&folder.context, "CREATE VIEW v AS SELECT * FROM read_csv('a.csv')").await.unwrap();
    assert_eq!(folder.rows("SELECT * FROM v").await, "1");
    folder.write("a.csv", "x\n1\n2\n");
    let found = folder.error("SELECT * FROM v").await;
    assert_eq!(found, "a.csv changed while it was being read");
}

#[tokio::test]
async fn a_limit_stops_the_reading_and_filters_and_joins_work() {
    let folder = Folder::new();
    let numbers: Vec<String> = (0..50_000).map(|n| format!("{n},{}", n % 7)).collect();
    folder.write("a.csv", format!("n,d\n{}\n", numbers.join("\n")));
    assert_eq!(folder.rows("SELECT n FROM read_csv('a.csv') LIMIT 2").await, "0 | 1");
    assert_eq!(folder.rows("SELECT count(*) FROM read_csv('a.csv') WHERE d = 3 AND n < 700").await, "100");
    let join = "SELECT count(*) FROM read_csv('a.csv') AS x JOIN read_csv('a.csv') AS y ON x.n = y.n";
    assert_eq!(folder.rows(join).await, "50000");
}

fn parquet(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(fs::File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn numbers(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

#[tokio::test]
async fn parquet_files_are_scanned_with_pushdown() {
    let folder = Folder::new();
    let names: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "c"]));
    parquet(&folder.path().join("p 1%2e[x].parquet"), vec![("n", numbers(&[1, 2, 3])), ("s", names)]);
    let call = "read_parquet('p 1%2e[x].parquet')";
    assert_eq!(folder.columns(call).await, "n Int64, s Utf8");
    assert_eq!(folder.rows(&format!("SELECT s FROM {call} WHERE n > 1 ORDER BY n")).await, "b | c");
    let plan = folder.rows(&format!("EXPLAIN SELECT s FROM {call} WHERE n > 1")).await;
    assert!(plan.contains("DataSourceExec") && plan.contains("pruning_predicate"), "{plan}");
    parquet(&folder.path().join("q_1.parquet"), vec![("n", numbers(&[1]))]);
    parquet(&folder.path().join("q_2.parquet"), vec![("n", numbers(&[2]))]);
    assert_eq!(folder.rows("SELECT sum(n) FROM read_parquet('q_*.parquet')").await, "3");
    parquet(&folder.path().join("q_3.parquet"), vec![("m", numbers(&[2]))]);
    let found = folder.error("SELECT * FROM read_parquet('q_*.parquet')").await;
    assert!(found.starts_with("q_3.parquet does not have the columns of q_1.parquet"), "{found}");
    folder.write("bad.parquet", "PAR1 not at all PAR1");
    let found = folder.error("SELECT * FROM read_parquet('bad.parquet')").await;
    assert_eq!(found, "bad.parquet is not a readable Parquet file");
}
