//! Every kind of FROM item, join and clause: it runs as written, or it is refused.

use std::collections::BTreeSet;

use datafusion::arrow::array::RecordBatch;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{SetExpr, Statement as Sql, TableFactor};
use datafusion::sql::sqlparser::dialect::{
    BigQueryDialect, Dialect, MySqlDialect, RedshiftSqlDialect, SnowflakeDialect,
};
use datafusion::sql::sqlparser::parser::Parser;

use super::testing::{error, own, rows, run, run_parsed, session};
use crate::dialect::LifetracksDialect;
use crate::error::ErrorKind;

const TABLES: &[&str] = &[
    "CREATE TABLE a AS SELECT * FROM (VALUES (1, 'a1'), (2, 'a2'), (2, 'a2')) AS t (k, x)",
    "CREATE TABLE b AS SELECT * FROM (VALUES (2, 'b2'), (3, 'b3')) AS t (k, y)",
];

async fn with_tables() -> datafusion::prelude::SessionContext {
    let context = session(&[]);
    for sql in TABLES {
        run(&context, sql).await.unwrap();
    }
    context
}

/// A new kind of FROM item does not compile here until it has a name, and then needs a case below.
fn kind(factor: &TableFactor) -> &'static str {
    match factor {
        TableFactor::Table { .. } => "Table",
        TableFactor::Derived { .. } => "Derived",
        TableFactor::TableFunction { .. } => "TableFunction",
        TableFactor::Function { .. } => "Function",
        TableFactor::UNNEST { .. } => "UNNEST",
        TableFactor::JsonTable { .. } => "JsonTable",
        TableFactor::OpenJsonTable { .. } => "OpenJsonTable",
        TableFactor::NestedJoin { .. } => "NestedJoin",
        TableFactor::Pivot { .. } => "Pivot",
        TableFactor::Unpivot { .. } => "Unpivot",
        TableFactor::MatchRecognize { .. } => "MatchRecognize",
        TableFactor::XmlTable { .. } => "XmlTable",
        TableFactor::SemanticView { .. } => "SemanticView",
    }
}

const KINDS: [&str; 13] = [
    "Derived",
    "Function",
    "JsonTable",
    "MatchRecognize",
    "NestedJoin",
    "OpenJsonTable",
    "Pivot",
    "SemanticView",
    "Table",
    "TableFunction",
    "UNNEST",
    "Unpivot",
    "XmlTable",
];

/// What a FROM item comes to.
enum Comes {
    /// It runs and gives so many rows.
    To(usize),
    /// It is refused, in words that hold these.
    ToRefusal(&'static str),
}
use Comes::{To, ToRefusal};

struct Case {
    from: &'static str,
    dialect: &'static dyn Dialect,
    comes: Comes,
}

const fn ours(from: &'static str, comes: Comes) -> Case {
    Case { from, dialect: &LifetracksDialect, comes }
}

const fn of(dialect: &'static dyn Dialect, from: &'static str, comes: Comes) -> Case {
    Case { from, dialect, comes }
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    ours("a", To(3)),
    ours("a AS t (p, q)", To(3)),
    ours("generate_series(1, 3)", To(3)),
    ours("a TABLESAMPLE (10 PERCENT)", ToRefusal("TABLESAMPLE")),
    ours("a SAMPLE (10)", ToRefusal("TABLESAMPLE")),
    ours("a TABLESAMPLE BERNOULLI (50) REPEATABLE (1)", ToRefusal("TABLESAMPLE")),
    of(&SnowflakeDialect, "a TABLESAMPLE (10)", ToRefusal("TABLESAMPLE")),
    ours("generate_series(1, 3) WITH ORDINALITY", ToRefusal("WITH ORDINALITY")),
    ours("a PARTITION (p1)", ToRefusal("PARTITION (..)")),
    ours("a WITH (NOLOCK)", ToRefusal("WITH (..) hints")),
    of(&MySqlDialect {}, "a USE INDEX (i)", ToRefusal("index hints")),
    of(&RedshiftSqlDialect {}, "a[0].b", ToRefusal("path after a table's name")),
    ours("a AS t (p TEXT, q INT)", ToRefusal("type of p in the alias")),
    of(&RedshiftSqlDialect {}, "a AS t AT i", ToRefusal("AT after an alias")),
    ours("main.generate_series(1, 3)", ToRefusal("table function name main.generate_series")),
    ours("a VERSION AS OF 1", ToRefusal("AS OF for a, which is not a table of the lake")),
    ours("a AT (TIMESTAMP => '2025-01-01')", ToRefusal("AT, BEFORE or CHANGES")),
    of(&SnowflakeDialect, "a CHANGES (INFORMATION => DEFAULT) AT (TIMESTAMP => 'x')", ToRefusal("CHANGES")),
    ours("(SELECT * FROM a) AS t", To(3)),
    ours("(VALUES (1), (2)) AS t (n)", To(2)),
    ours("(SELECT * FROM a) AS t TABLESAMPLE (10)", ToRefusal("TABLESAMPLE")),
    ours("(SELECT * FROM a) AS t (p TEXT, q TEXT)", ToRefusal("type of p in the alias")),
    ours("a, LATERAL (SELECT count(*) FROM b WHERE b.k = a.k HAVING count(*) > 0) AS q", ToRefusal("LATERAL")),
    ours("(a JOIN b ON a.k = b.k)", To(2)),
    ours("(a JOIN b ON a.k = b.k) AS t (p, q, r, s)", To(2)),
    ours("(a JOIN b ON a.k = b.k) AS t", ToRefusal("alias t of a join in parentheses")),
    ours("UNNEST([1, 2]) AS t (n)", To(2)),
    ours("UNNEST([1, 2]) WITH ORDINALITY", ToRefusal("UNNEST with OFFSET or ORDINALITY")),
    of(&BigQueryDialect, "UNNEST([1, 2]) WITH OFFSET AS o", ToRefusal("UNNEST with OFFSET or ORDINALITY")),
    ours("a, UNNEST(a.x)", ToRefusal("UNNEST of another table's column")),
    ours("LATERAL generate_series(stop => 1, start => 3)", ToRefusal("LATERAL before a table function")),
    ours("TABLE(generate_series(1, 3))", ToRefusal("TABLE (..)")),
    ours("JSON_TABLE('[]', '$' COLUMNS (n INT PATH '$.n'))", ToRefusal("JSON_TABLE")),
    ours("OPENJSON('[]')", ToRefusal("OPENJSON")),
    ours("XMLTABLE('/r' PASSING '<r/>' COLUMNS n INT PATH '@n')", ToRefusal("XMLTABLE")),
    ours("a PIVOT (sum(k) FOR x IN ('a1'))", ToRefusal("PIVOT")),
    ours("a UNPIVOT (v FOR n IN (k))", ToRefusal("UNPIVOT")),
    ours("a MATCH_RECOGNIZE (ORDER BY k MEASURES k AS m PATTERN (z) DEFINE z AS k > 1)", ToRefusal("MATCH_RECOGNIZE")),
    of(&SnowflakeDialect, "SEMANTIC_VIEW(v METRICS m.x)", ToRefusal("SEMANTIC_VIEW")),
];

fn parse(case: &Case) -> Sql {
    let text = format!("SELECT * FROM {}", case.from);
    Parser::parse_sql(case.dialect, &text).unwrap_or_else(|error| panic!("{text}: {error}")).remove(0)
}

fn factors(statement: &Sql) -> Vec<&TableFactor> {
    let Sql::Query(query) = statement else { panic!("not a query") };
    let SetExpr::Select(select) = query.body.as_ref() else { panic!("not a select") };
    select.from.iter().map(|tables| &tables.relation).collect()
}

#[tokio::test]
async fn every_from_item_runs_as_written_or_is_refused() {
    let context = with_tables().await;
    for case in CASES {
        let found = run_parsed(&context, Statement::Statement(Box::new(parse(case)))).await;
        match (&case.comes, found) {
            (To(rows), Ok(batches)) => {
                let found: usize = batches.iter().map(RecordBatch::num_rows).sum();
                assert_eq!(found, *rows, "{}", case.from);
            }
            (ToRefusal(words), Err(error)) => {
                let error = own(&error);
                assert_eq!(error.kind(), ErrorKind::Refused, "{}: {error}", case.from);
                assert!(error.message().contains(words), "{}: {error}", case.from);
                assert!(error.message().ends_with("is not available"), "{}: {error}", case.from);
                assert!(error.help().is_some_and(|help| !help.is_empty()), "{}: {error}", case.from);
            }
            (To(_), Err(error)) => panic!("{}: {error}", case.from),
            (ToRefusal(_), Ok(_)) => panic!("{} ran", case.from),
        }
    }
}

#[test]
fn every_kind_of_from_item_has_a_case() {
    let statements: Vec<Sql> = CASES.iter().map(parse).collect();
    let found: BTreeSet<&str> = statements.iter().flat_map(factors).map(kind).collect();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), KINDS);
}

#[rustfmt::skip]
const REFUSED: &[(&str, &str)] = &[
    ("SELECT * FROM a NATURAL JOIN b", "NATURAL JOIN"),
    ("SELECT * FROM a JOIN b", "join without a condition"),
    ("SELECT * FROM a LEFT JOIN b", "join without a condition"),
    ("SELECT * FROM (a JOIN b)", "join without a condition"),
    ("SELECT k FROM a FULL JOIN b USING (k)", "FULL JOIN .. USING"),
    ("SELECT k FROM a RIGHT JOIN b USING (k)", "RIGHT JOIN .. USING"),
    ("SELECT * FROM a GLOBAL JOIN b ON a.k = b.k", "GLOBAL JOIN"),
    ("SELECT * FROM a SEMI JOIN b ON a.k = b.k", "SEMI JOIN"),
    ("SELECT * FROM a ANTI JOIN b ON a.k = b.k", "ANTI JOIN"),
    ("SELECT * FROM a CROSS APPLY b", "CROSS APPLY"),
    ("SELECT * FROM a OUTER APPLY b", "OUTER APPLY"),
    ("SELECT * FROM a LEFT ARRAY JOIN b", "ARRAY JOIN"),
    ("SELECT * FROM a ASOF JOIN b MATCH_CONDITION (a.k >= b.k) ON a.x = b.y", "ASOF JOIN"),
    ("SELECT * FROM a ASOF JOIN b ON a.k = b.k AND a.k > b.k", "ASOF JOIN on anything but person_id"),
    ("SELECT * FROM a ASOF JOIN b", "ASOF JOIN without ON or USING"),
    ("SELECT * FROM a ASOF JOIN b MATCH_CONDITION (a.k > b.k)", "ASOF JOIN without ON or USING"),
    ("SELECT * FROM a ASOF JOIN b MATCH_CONDITION (a.k = b.k) ON a.k = b.k", "MATCH_CONDITION other than"),
    ("SELECT * FROM a ASOF JOIN b ON a.k = b.k", "ASOF JOIN without a comparison"),
    ("SELECT * FROM a ASOF JOIN b ON a.k > b.k AND a.x > b.y", "ASOF JOIN with several comparisons"),
    ("SELECT * FROM a ASOF JOIN b ON a.k > b.k AND b.y = 'b2'", "a condition of ASOF JOIN that does not compare"),
    ("SELECT * FROM a ASOF JOIN b ON a.k > b.k OR a.x = b.y", "a condition of ASOF JOIN that does not compare"),
    ("SELECT * FROM a ASOF RIGHT JOIN b ON a.k > b.k", "ASOF RIGHT JOIN or ASOF FULL JOIN"),
    ("SELECT * FROM (a CROSS JOIN b) ASOF FULL JOIN b c ON a.k > c.k", "ASOF RIGHT JOIN or ASOF FULL JOIN"),
    ("SELECT * FROM a |> JOIN b", "join without a condition"),
    ("SELECT k FROM a INTERSECT ALL SELECT k FROM b", "INTERSECT ALL or EXCEPT ALL"),
    ("SELECT k FROM a EXCEPT ALL SELECT k FROM b", "INTERSECT ALL or EXCEPT ALL"),
    ("SELECT k FROM a UNION ALL (SELECT k FROM a EXCEPT ALL SELECT k FROM b)", "EXCEPT ALL"),
    ("SELECT k FROM a MINUS SELECT k FROM b", "MINUS"),
    ("SELECT k FROM a GROUP BY k WITH ROLLUP", "WITH ROLLUP"),
    ("SELECT k FROM a GROUP BY k WITH CUBE", "WITH CUBE"),
    ("SELECT k FROM a GROUP BY k WITH TOTALS", "WITH TOTALS"),
    ("SELECT k FROM a PREWHERE k = 1", "PREWHERE"),
    ("SELECT k FROM a CONNECT BY k = 1", "CONNECT BY"),
    ("SELECT k FROM a START WITH k = 1 CONNECT BY PRIOR k = 1", "CONNECT BY"),
    ("SELECT k FROM a FOR UPDATE", "FOR UPDATE"),
    ("SELECT k FROM a FOR XML RAW", "FOR XML"),
    ("SELECT k FROM a SETTINGS max_threads = 1", "SETTINGS"),
    ("SELECT k FROM a FORMAT JSON", "FORMAT"),
    ("SELECT TOP 1 k FROM a", "TOP"),
    ("SELECT k FROM a FETCH FIRST 1 ROW ONLY", "FETCH FIRST"),
    ("SELECT k FROM a ORDER BY k FETCH FIRST 1 ROW WITH TIES", "FETCH FIRST"),
    ("SELECT k FROM a LIMIT 1 BY k", "LIMIT .. BY"),
    ("SELECT k INTO c FROM a", "SELECT .. INTO"),
    ("SELECT k INTO c FROM a UNION SELECT k FROM b", "SELECT .. INTO"),
    ("SELECT k FROM a CLUSTER BY k", "CLUSTER BY"),
    ("SELECT k FROM a DISTRIBUTE BY k", "DISTRIBUTE BY"),
    ("SELECT k FROM a SORT BY k", "SORT BY"),
    ("SELECT k FROM a LATERAL VIEW explode(x) t AS y", "LATERAL VIEW"),
    ("SELECT k FROM a ORDER BY k WITH FILL", "WITH FILL"),
    ("FROM a", "FROM without SELECT"),
    ("FROM a |> SELECT k", "FROM without SELECT"),
    ("SELECT FROM a", "SELECT without columns"),
    ("SELECT * FROM a |> AGGREGATE count(*) AS n GROUP BY k DESC", "|> AGGREGATE"),
    ("SELECT * FROM a |> TABLESAMPLE SYSTEM (10 PERCENT)", "|> TABLESAMPLE"),
    ("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t LIMIT 2) SELECT * FROM t", "WITH RECURSIVE"),
    ("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3 ORDER BY 1) SELECT * FROM t", "WITH RECURSIVE"),
    ("WITH t (n INT) AS (SELECT 1) SELECT * FROM t", "type of n in the alias"),
    ("WITH ui_wage AS (SELECT 1) SELECT * FROM ui_wage VERSION AS OF 1", "AS OF for ui_wage, a name that WITH defines,"),
    ("SELECT sum(k) OVER (w ORDER BY x) FROM a WINDOW w AS (PARTITION BY k)", "window name w"),
    ("SELECT sum(k) OVER v FROM a WINDOW w AS (PARTITION BY k), v AS w", "window v as another name for w"),
    ("SELECT sum(k) OVER v FROM a WINDOW w AS (PARTITION BY k), v AS (w ORDER BY x)", "window name w"),
    ("SELECT count(*) FROM a WINDOW w AS (PARTITION BY k) QUALIFY sum(k) OVER w > 3", "OVER w in QUALIFY"),
    ("SELECT sum(k) FROM a WINDOW w AS (PARTITION BY k) ORDER BY sum(k) OVER w", "OVER w in ORDER BY"),
    ("SELECT median(0.9)(k) FROM a", "second pair of parentheses after median"),
    ("SELECT ARRAY(SELECT k FROM a)", "bare sub-query as the argument of ARRAY"),
    ("SELECT TRIM('xyz', 'x', 'z')", "TRIM with several arguments"),
    ("SELECT CAST('abcdef' AS VARCHAR(3))", "length in the type VARCHAR(3)"),
    ("SELECT 'abcdef'::CHAR(3)", "length in the type CHAR(3)"),
    ("SELECT k FROM a WHERE EXISTS (SELECT count(*) FROM b WHERE b.k = a.k)", "aggregate without GROUP BY is not available in a sub-query of EXISTS"),
    ("SELECT k FROM a WHERE 0 IN (SELECT count(*) FROM b WHERE b.k = a.k)", "sub-query of IN"),
    ("SELECT k FROM a WHERE 0 = ANY (SELECT count(*) FROM b WHERE b.k = a.k)", "sub-query of ANY"),
    ("SELECT k FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k OFFSET 1)", "OFFSET is not available in a sub-query of EXISTS"),
];

#[tokio::test]
async fn what_would_be_dropped_is_refused_wherever_it_stands() {
    let context = with_tables().await;
    for (sql, words) in REFUSED {
        for text in [(*sql).to_owned(), format!("EXPLAIN {sql}"), format!("CREATE VIEW v AS {sql}")] {
            let error = error(&context, &text).await;
            assert_eq!(error.kind(), ErrorKind::Refused, "{text}: {error}");
            assert!(error.message().contains(words), "{text}: {error}");
            assert!(error.help().is_some_and(|help| !help.is_empty()), "{text}: {error}");
        }
        if !sql.starts_with("WITH") && !sql.contains("INTO") {
            let inside = format!("SELECT 1 WHERE EXISTS ({sql})");
            assert_eq!(error(&context, &inside).await.kind(), ErrorKind::Refused, "{inside}");
        }
    }
}

#[rustfmt::skip]
const RUN: &[(&str, &str)] = &[
    ("SELECT a.k, y FROM a LEFT JOIN b USING (k) ORDER BY 1", "1 - | 2 b2 | 2 b2"),
    ("SELECT k FROM a LEFT SEMI JOIN b USING (k)", "2 | 2"),
    ("SELECT count(*) FROM a CROSS JOIN b", "6"),
    ("SELECT count(*) FROM a, b", "6"),
    ("SELECT coalesce(a.k, b.k) AS k FROM a FULL JOIN b ON a.k = b.k ORDER BY 1", "1 | 2 | 2 | 3"),
    ("SELECT k FROM a EXCEPT SELECT k FROM b", "1"),
    ("SELECT k FROM a UNION ALL SELECT k FROM b ORDER BY k LIMIT 2", "1 | 2"),
    ("SELECT k, count(*) FROM a GROUP BY ROLLUP (k) ORDER BY 1", "1 1 | 2 2 | - 3"),
    ("SELECT DISTINCT k, sum(k) OVER w FROM a WINDOW w AS (PARTITION BY k) ORDER BY k", "1 1 | 2 4"),
    ("SELECT k FROM a QUALIFY row_number() OVER (ORDER BY k) = 1", "1"),
    ("SELECT DISTINCT ON (k) k, x FROM a ORDER BY k", "1 a1 | 2 a2"),
    ("FROM a SELECT count(*)", "3"),
    ("SELECT * FROM b |> WHERE k = 3 |> SELECT y", "b3"),
    ("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t LIMIT 2", "1 | 2"),
    ("WITH t (n) AS (SELECT 1) SELECT * FROM t", "1"),
    ("SELECT * EXCLUDE (x) FROM a LIMIT 1", "1"),
    ("SELECT CAST(1.239 AS DECIMAL(5, 2)), TRIM(BOTH 'x' FROM 'xax')", "1.24 a"),
    ("SELECT k FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k LIMIT 1)", "2 | 2"),
    ("SELECT k FROM a WHERE (SELECT count(*) FROM b WHERE b.k = a.k) = 0", "1"),
    ("SELECT k FROM a WHERE k IN (SELECT max(k) - 1 FROM b)", "2 | 2"),
    ("SELECT k FROM a WHERE k NOT IN (SELECT k FROM b WHERE b.y <> a.x)", "1"),
];

#[tokio::test]
async fn what_is_left_runs() {
    let context = with_tables().await;
    for (sql, expected) in RUN {
        assert_eq!(rows(&context, sql).await, *expected, "{sql}");
    }
}

#[tokio::test]
async fn a_lake_table_is_read_as_it_was() {
    let context = session(&[]);
    for (version, expected) in [
        ("VERSION AS OF 12", "12"),
        ("FOR SYSTEM_TIME AS OF '2025-03-01'", "2025-03-01T00:00:00+00:00"),
        ("FOR SYSTEM_TIME AS OF '2025-03-01 08:30:00'", "2025-03-01T08:30:00+00:00"),
        ("FOR SYSTEM_TIME AS OF '2025-03-01T08:30:00-06:00'", "2025-03-01T14:30:00+00:00"),
        ("FOR SYSTEM_TIME AS OF TIMESTAMP '2025-03-01 08:30:00'", "2025-03-01T08:30:00+00:00"),
        ("FOR SYSTEM_TIME AS OF DATE '2025-02-28' + INTERVAL '1' DAY", "2025-03-01T00:00:00+00:00"),
        ("TIMESTAMP AS OF '2025-03-01'", "2025-03-01T00:00:00+00:00"),
    ] {
        assert_eq!(rows(&context, &format!("SELECT version FROM ui_wage {version}")).await, expected);
        let aliased = format!("SELECT w.version FROM ui_wage {version} AS w");
        assert_eq!(rows(&context, &aliased).await, expected);
    }
    let both = "SELECT n.version, o.version FROM ui_wage VERSION AS OF 2 AS n \
                CROSS JOIN ui_wage VERSION AS OF 1 AS o";
    assert_eq!(rows(&context, both).await, "2 1");
}

#[tokio::test]
async fn a_version_must_be_a_constant_that_there_is() {
    let context = session(&[]);
    for (version, words) in [
        ("VERSION AS OF 99", "the lake has no version 99"),
        ("VERSION AS OF 1.5", "1.5 is not a lake version"),
        ("FOR SYSTEM_TIME AS OF 'yesterday'", "'yesterday' is not a date or a time"),
        ("FOR SYSTEM_TIME AS OF now()", "now() is not a constant"),
        ("FOR SYSTEM_TIME AS OF version", "version is not a constant"),
        ("FOR SYSTEM_TIME AS OF (SELECT max(k) FROM a)", "is not a constant"),
        ("FOR SYSTEM_TIME AS OF 5", "5 is not a date or a time"),
        ("FOR SYSTEM_TIME AS OF NULL", "NULL is not a date or a time"),
    ] {
        let found = error(&context, &format!("SELECT * FROM ui_wage {version}")).await;
        assert!(found.message().contains(words), "{version}: {found}");
    }
}

#[tokio::test]
async fn a_refusal_has_its_place() {
    let context = with_tables().await;
    for (sql, place) in [
        ("SELECT *\n  FROM a TABLESAMPLE (1)", "2:8"),
        ("SELECT 1,\n sum(k) OVER (ww ORDER BY k) FROM a", "2:15"),
        ("SELECT *\nFROM a\nJOIN b", "3:6"),
        ("SELECT *\nFROM a\nASOF JOIN b ON a.k = b.k AND a.x > b.y", "3:11"),
        ("(SELECT 1) UNION (\nSELECT k FROM a PREWHERE k = 1)", "2:1"),
    ] {
        let found = error(&context, sql).await;
        assert_eq!(found.note(), Some(place), "{sql}: {found}");
    }
}

#[tokio::test]
async fn a_long_chain_is_refused_and_not_a_crash() {
    let context = with_tables().await;
    let conditions = |count| vec!["k = 1"; count].join(" OR ");
    for (sql, words) in [
        (format!("SELECT * FROM a WHERE {}", conditions(2_000)), "a chain of more than 1000 operators"),
        (
            format!("SELECT * FROM (SELECT * FROM a WHERE {}) AS t", conditions(2_000)),
            "a chain of more than 1000",
        ),
        (vec!["SELECT k FROM a"; 1_000].join(" UNION ALL "), "a chain of more than 500 set operations"),
        (
            format!("SELECT 1 FROM a {}", vec!["ASOF JOIN b ON a.k > b.k"; 1_000].join(" ")),
            "a chain of more than 50 ASOF JOINs",
        ),
        (
            format!("SELECT 1 FROM a ASOF JOIN b ON a.k > b.k WHERE {}", conditions(2_000)),
            "a chain of more than 1000",
        ),
        (format!("SELECT {}", vec!["1"; 200_000].join("+")), "more than 20000 words"),
        (vec!["SELECT 1"; 50_000].join(" UNION "), "more than 20000 words"),
    ] {
        let found = error(&context, &sql).await;
        assert!(found.message().contains(words), "{found}");
    }
    let list = vec!["1"; 50_000].join(", ");
    assert_eq!(rows(&context, &format!("SELECT count(*) FROM a WHERE k IN ({list})")).await, "1");
    assert_eq!(rows(&context, &format!("SELECT count(*) FROM a WHERE {}", conditions(150))).await, "1");
}
