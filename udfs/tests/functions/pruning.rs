//! A filter on a school year or a quarter becomes an interval of dates, and the scan passes over row groups with it.

use std::path::Path;

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::{SessionConfig, SessionContext};
use tempfile::TempDir;

use crate::session::{run, session};

/// Ten years of days, from 2015-01-01, and a day that is not known, in row groups of a hundred rows; and the same
/// rows with their school years and quarters worked out beforehand, which no filter on them can be wrong about.
async fn spells(folder: &Path) -> SessionContext {
    let config = SessionConfig::new()
        .with_target_partitions(1)
        .set_usize("datafusion.execution.parquet.max_row_group_size", 100)
        .set_bool("datafusion.execution.parquet.enable_page_index", false);
    let context = session(config).unwrap();
    let file = folder.join("spells.parquet").display().to_string();
    let days = "SELECT arrow_cast(arrow_cast(16436 + value, 'Int32'), 'Date32') AS entry_date, value AS person FROM generate_series(0, 3652) UNION ALL SELECT NULL, -1";
    let columns = "entry_date, arrow_cast(entry_date, 'Timestamp(µs)') AS entered, person";
    run(
        &context,
        &format!("COPY (SELECT {columns} FROM ({days}) ORDER BY entry_date) TO '{file}' STORED AS PARQUET"),
    )
    .await
    .unwrap();
    run(&context, &format!("CREATE EXTERNAL TABLE spells STORED AS PARQUET LOCATION '{file}'"))
        .await
        .unwrap();
    run(&context, &labelled("labelled")).await.unwrap();
    context
}

fn labelled(name: &str) -> String {
    format!(
        "CREATE TABLE {name} AS SELECT school_year(entry_date) AS label_year, quarter_index(entry_date) AS label_quarter, entry_date FROM spells"
    )
}

async fn text(context: &SessionContext, statement: &str) -> String {
    pretty_format_batches(&run(context, statement).await.unwrap()).unwrap().to_string()
}

/// The plan of a filter, and how many of the 37 row groups its scan reads.
async fn scan(context: &SessionContext, filter: &str) -> (String, usize) {
    let plan =
        text(context, &format!("EXPLAIN ANALYZE SELECT count(person) FROM spells WHERE {filter}")).await;
    let (_, metric) =
        plan.split_once("row_groups_pruned_statistics=").unwrap_or_else(|| panic!("{filter}: {plan}"));
    let (_, matched) = metric.split_once("37 total → ").unwrap_or_else(|| panic!("{filter}: {plan}"));
    let (matched, _) = matched.split_once(" matched").unwrap();
    let matched = matched.parse().unwrap();
    (plan, matched)
}

/// How many rows pass the filter, and how many pass it when the functions were worked out beforehand.
async fn counts(context: &SessionContext, filter: &str) -> (String, String) {
    let pruned = text(context, &format!("SELECT count(*) FROM spells WHERE {filter}")).await;
    let beforehand = ["school_year(entry_date)", "school_year(entered)"]
        .iter()
        .fold(filter.to_owned(), |text, call| text.replace(call, "label_year"));
    let beforehand = ["quarter_index(entry_date)", "quarter_index(entered)"]
        .iter()
        .fold(beforehand, |text, call| text.replace(call, "label_quarter"));
    (pruned, text(context, &format!("SELECT count(*) FROM labelled WHERE {beforehand}")).await)
}

#[tokio::test]
async fn a_school_year_is_an_interval_of_dates() {
    let folder = TempDir::new().unwrap();
    let context = spells(folder.path()).await;
    let (plan, matched) = scan(&context, "school_year(entry_date) = 2021").await;
    assert!(
        plan.contains("entry_date@0 >= 2020-07-01") && plan.contains("entry_date@0 < 2021-07-01"),
        "{plan}"
    );
    assert!(!plan.contains("school_year("), "{plan}");
    assert_eq!(matched, 4, "{plan}");
}

#[tokio::test]
async fn every_comparison_prunes_and_keeps_its_rows() {
    let folder = TempDir::new().unwrap();
    let context = spells(folder.path()).await;
    for (filter, at_most) in [
        ("school_year(entry_date) = 2021", 5),
        ("2021 = school_year(entry_date)", 5),
        ("school_year(entry_date) < 2017", 7),
        ("school_year(entry_date) <= 2016", 7),
        ("school_year(entry_date) > 2023", 7),
        ("school_year(entry_date) >= 2024", 7),
        ("school_year(entry_date) BETWEEN 2018 AND 2019", 9),
        ("school_year(entry_date) IN (2016, 2022)", 10),
        ("school_year(entry_date) = 2021 AND entry_date >= DATE '2021-06-01'", 2),
        ("school_year(entered) = 2021", 5),
        ("quarter_index(entry_date) = 8091", 2),
        ("quarter_index(entry_date) < 8064", 5),
        ("quarter_index(entry_date) BETWEEN quarter_index(2022, 1) AND quarter_index(2022, 2)", 3),
        ("quarter_index(entry_date) IN (8064, 8091)", 4),
        ("quarter_index(entered) >= quarter_index(DATE '2024-10-01')", 2),
    ] {
        let (plan, matched) = scan(&context, filter).await;
        assert!(0 < matched && matched <= at_most, "{filter} reads {matched} row groups: {plan}");
        let (pruned, beforehand) = counts(&context, filter).await;
        assert_eq!(pruned, beforehand, "{filter}");
    }
}

#[tokio::test]
async fn what_cannot_prune_still_answers() {
    let folder = TempDir::new().unwrap();
    let context = spells(folder.path()).await;
    for filter in [
        "school_year(entry_date) <> 2021",
        "school_year(entry_date) NOT IN (2016, 2022)",
        "school_year(entry_date) IS DISTINCT FROM 2021",
        "school_year(entry_date) = 900000000",
        "quarter_index(entry_date) = 2147483647",
        "school_year(entry_date) IS NOT DISTINCT FROM 2021",
        "school_year(entry_date) IS DISTINCT FROM NULL",
        "school_year(entry_date) = 2021.0",
        "school_year(entry_date) = NULL",
    ] {
        let (pruned, beforehand) = counts(&context, filter).await;
        assert_eq!(pruned, beforehand, "{filter}");
    }
}

#[tokio::test]
async fn the_setting_moves_the_interval() {
    let folder = TempDir::new().unwrap();
    let context = spells(folder.path()).await;
    run(&context, "SET lifetracks.school_year_start = 9").await.unwrap();
    let (plan, _) = scan(&context, "school_year(entry_date) = 2021").await;
    assert!(
        plan.contains("entry_date@0 >= 2020-09-01") && plan.contains("entry_date@0 < 2021-09-01"),
        "{plan}"
    );
    run(&context, "SET lifetracks.school_year_start = 1").await.unwrap();
    let (plan, _) = scan(&context, "school_year(entry_date) = 2021").await;
    assert!(
        plan.contains("entry_date@0 >= 2021-01-01") && plan.contains("entry_date@0 < 2022-01-01"),
        "{plan}"
    );
}

/// A prepared statement keeps the month it was prepared with, in its filter and in its result alike.
#[tokio::test]
async fn a_prepared_statement_does_not_mix_two_settings() {
    let folder = TempDir::new().unwrap();
    let context = spells(folder.path()).await;
    let query = "SELECT min(school_year(entry_date)) AS first, max(school_year(entry_date)) AS last, min(entry_date) AS day \
        FROM spells WHERE school_year(entry_date) = 2021";
    run(&context, &format!("PREPARE year AS {query}")).await.unwrap();
    run(&context, "SET lifetracks.school_year_start = 9").await.unwrap();
    let prepared = text(&context, "EXECUTE year").await;
    assert!(prepared.contains("| 2021  | 2021 | 2020-07-01 |"), "{prepared}");
    let planned_now = text(&context, query).await;
    assert!(planned_now.contains("| 2021  | 2021 | 2020-09-01 |"), "{planned_now}");
}
