//! Counts and sums that are divided without their fraction are told, once for every statement.

use lifetracks_engine::Engine;

use crate::support::{Lake, notices};

const MADE: &str = "CREATE TABLE t AS SELECT * FROM \
     (VALUES (1, 2021, 8, true), (2, 2022, 9, false), (3, 2022, 9, false)) v(person_id, school_year, quarter_index, graduated); \
     CREATE TABLE w AS SELECT person_id, cast(person_id AS double) AS score, \
     cast(person_id AS decimal(10, 2)) AS wages FROM t; \
     CREATE VIEW counted AS SELECT school_year, count(*) FILTER (WHERE graduated) AS part, count(*) AS whole \
     FROM t GROUP BY school_year;";

fn told(engine: &Engine, sql: &str) -> Vec<String> {
    let notices = notices(engine, sql);
    let of_fractions = notices.into_iter().filter(|notice| notice.contains("drops the fraction"));
    of_fractions.collect()
}

#[test]
fn whole_counts_and_sums_that_are_divided_are_told() {
    let lake = Lake::new();
    lake.query(MADE);
    for (sql, subject) in [
        ("SELECT count(*) FILTER (WHERE graduated) / count(*) AS share FROM t", "column \"share\" divides"),
        ("SELECT sum(person_id) / count(*) AS a, count(*) / 2 AS b FROM t", "columns \"a\", \"b\" divide"),
        (
            "SELECT sum(CASE WHEN graduated THEN 1 ELSE 0 END) / nullif(count(*), 0) AS a FROM t",
            "column \"a\"",
        ),
        ("SELECT round(100 * count(*) / 7, 1) AS a FROM t", "column \"a\""),
        ("SELECT cast(sum(person_id) / count(*) AS double) AS a FROM t", "column \"a\""),
        ("SELECT count(*) / sum(count(*)) OVER () AS a FROM t GROUP BY school_year", "column \"a\""),
        ("SELECT person_id, 1 / count(*) OVER (PARTITION BY school_year) AS a FROM t", "column \"a\""),
        ("SELECT part / whole AS a FROM counted", "column \"a\""),
        ("WITH c AS (SELECT count(*) AS n FROM t) SELECT c.n / 4 AS a FROM c JOIN t ON true", "column \"a\""),
        ("SELECT n / 2 AS a FROM (SELECT count(*) AS n FROM t UNION ALL SELECT 5) u", "column \"a\""),
        ("SELECT a FROM (SELECT sum(person_id) / 2 AS a FROM t) s", "column \"a\""),
        ("SELECT school_year FROM t GROUP BY school_year HAVING count(*) / 2 > 0", "the statement divides"),
        ("WITH grad_cohort AS (SELECT count(*) / 4 AS a FROM t) SELECT * FROM grad_cohort", "column \"a\""),
        ("SELECT * FROM (SELECT count(*) / 4 AS a FROM t) subgroups", "column \"a\""),
        ("SELECT (SELECT count(*) FROM t WHERE graduated) / (SELECT count(*) FROM t) AS a", "column \"a\""),
        ("CREATE TABLE u AS SELECT count(*) / 2 AS a FROM t", "column \"a\""),
        ("SELECT count(*) / 2 FROM t", "column \"count(*) / 2\" divides"),
        (
            "SELECT round(sum(person_id) / count(*)) FROM t",
            "column \"round(sum(person_id) / count(*))\" divides",
        ),
    ] {
        let told = told(&lake.engine, sql);
        assert_eq!(told.len(), 1, "{sql} {told:?}");
        assert!(told[0].starts_with(subject), "{sql} {told:?}");
    }
}

#[test]
fn what_keeps_its_fraction_or_is_no_count_is_not_told() {
    let lake = Lake::new();
    lake.query(MADE);
    for sql in [
        "SELECT quarter_index / 4 AS year FROM t",
        "SELECT min(quarter_index) / 4 AS first_year FROM t",
        "SELECT quarter_index / 4, count(*) FROM t GROUP BY quarter_index / 4",
        "SELECT sum(person_id / 2) FROM t",
        "SELECT sum(wages) / count(*) FROM w",
        "SELECT sum(score) / count(*), avg(person_id) / 2 FROM w",
        "SELECT cast(count(*) AS double) / count(*), count(*) / 2.0, 100.0 * count(*) / 3 FROM t",
        "SELECT cast(count(*) / 2 AS bigint), floor(count(*) / 2) FROM t",
        "SELECT row_number() OVER () / 10 FROM t",
        "SELECT rate(graduated, true) FROM t",
        "SELECT count(*) % 2 FROM t",
        "SELECT approx_distinct(person_id) / count(*) FROM t",
        "SELECT school_year / 2 FROM counted",
    ] {
        assert_eq!(told(&lake.engine, sql), Vec::<String>::new(), "{sql}");
    }
}

/// What the notice says to write keeps the fraction.
#[test]
fn what_is_said_to_be_written_gives_the_rate() {
    let lake = Lake::new();
    lake.query(MADE);
    assert_eq!(lake.value("SELECT sum(person_id) / sum(quarter_index) FROM t"), "0");
    let rate = lake.value("SELECT cast(sum(person_id) AS double) / sum(quarter_index) AS a FROM t");
    assert!(rate.starts_with("0.23"), "{rate}");
    assert_eq!(lake.value("SELECT rate(person_id, quarter_index) AS a FROM t"), rate);
    assert_eq!(lake.value("SELECT cast(sum(quarter_index) / 4 AS bigint) AS a FROM t"), "6");
}
