//! An aggregate gives the same bits whatever the batches and partitions are, with and without groups.

use std::sync::Arc;

use datafusion::arrow::array::{BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionConfig;

use crate::session::{run, session};

const ROWS: i64 = 700;

const AGGREGATES: &str = "rate(hit, base) AS share, rate(hit, base, weight) AS weighted, rate(part, whole) AS numbers, \
    rate(money, cost) AS decimals, rate(hit, base, floating) AS floats, rate_bounds(maybe, base) AS bounds, \
    rate_ci(hit, base) AS interval, rate_ci(part, whole, 0.9) AS wider, rate(hit, base) FILTER (WHERE part > 2) AS few, \
    window_funnel(90, person, part = 1, part = 4, maybe) AS funnel, \
    window_funnel(90, 'strict_order,strict_deduplication', person / 3, hit, part = 4, maybe) AS strict, \
    window_funnel(90, 'strict_once', person / 5, hit, base, maybe) AS once, retention(part = 1, part > 4, maybe) AS kept, \
    sequence_match('(?1)(?t<=40).(?2)', person, part = 1, part = 4) AS found, \
    sequence_count('(?1).*(?2)', person, part = 1, maybe) AS times, sequence_events('(?1)(?t>20)(?2)', person, part = 1, hit) AS moments, \
    state_path(CAST(part AS VARCHAR) ORDER BY person / 4) AS path, \
    kaplan_meier(part, hit) AS whole_times, kaplan_meier(floating, hit)[2] AS real_times, \
    km_median(whole, hit) AS median, life_table(whole, hit, 'actuarial') AS periods, \
    log_rank(whole, hit, person % 3) AS test, log_rank(floating, hit, base) FILTER (WHERE base IS NOT NULL) AS other_test, \
    smd(floating, hit) AS distance, smd(maybe, hit) AS shares, fuzzy_median(money) AS fuzzy, fuzzy_median(floating) AS real_fuzzy, \
    mode_latest(part, person) AS last, mode_latest(person::VARCHAR, weight) AS latest, mode_latest(maybe, NULL) AS any";

/// Rows that repeat with periods without common factors, so that no split of them is balanced.
fn rows() -> RecordBatch {
    let condition = |period: i64| (0..ROWS).map(|row| Some(row % period != 0)).collect::<BooleanArray>();
    let maybe: BooleanArray = (0..ROWS).map(|row| (row % 11 != 0).then_some(row % 3 == 0)).collect();
    let base: BooleanArray = (0..ROWS).map(|row| (row % 13 != 0).then_some(row % 7 != 0)).collect();
    let decimals = |offset: i64, scale| {
        let values = (0..ROWS).map(|row| Some(i128::from(row * row + offset)));
        values.collect::<Decimal128Array>().with_precision_and_scale(12, scale).unwrap()
    };
    let columns: Vec<(&str, Arc<dyn datafusion::arrow::array::Array>)> = vec![
        ("district", Arc::new(Int64Array::from_iter_values((0..ROWS).map(|row| row % 17)))),
        ("person", Arc::new(Int64Array::from_iter_values(0..ROWS))),
        ("hit", Arc::new(condition(5))),
        ("maybe", Arc::new(maybe)),
        ("base", Arc::new(base)),
        ("weight", Arc::new(Int64Array::from_iter_values((0..ROWS).map(|row| row % 4)))),
        ("part", Arc::new(Int64Array::from_iter_values((0..ROWS).map(|row| row % 6)))),
        ("whole", Arc::new(Int64Array::from_iter_values((0..ROWS).map(|row| row % 6 + row % 2)))),
        ("money", Arc::new(decimals(0, 2))),
        ("cost", Arc::new(decimals(1, 4))),
        (
            "floating",
            Arc::new(Float64Array::from_iter_values(
                (0..u32::try_from(ROWS).unwrap()).map(|row| 1.0 / f64::from(row + 3)),
            )),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// The rows in batches of this size, dealt out to this many partitions, backwards when there are several.
fn table(size: usize, partitions: usize) -> MemTable {
    let rows = rows();
    let mut parts = vec![Vec::new(); partitions];
    let starts: Vec<usize> = (0..rows.num_rows()).step_by(size).collect();
    for (position, start) in starts.iter().rev().enumerate() {
        let length = size.min(rows.num_rows() - start);
        parts[position % partitions].push(rows.slice(*start, length));
    }
    MemTable::try_new(rows.schema(), parts).unwrap()
}

async fn answers(size: usize, partitions: usize, by: &str) -> String {
    let config = SessionConfig::new()
        .with_batch_size(size)
        .with_target_partitions(partitions)
        .set_usize("datafusion.execution.skip_partial_aggregation_probe_rows_threshold", 50);
    let context = session(config).unwrap();
    context.register_table("student", Arc::new(table(size, partitions))).unwrap();
    let statement = match by {
        "" => format!("SELECT {AGGREGATES} FROM student"),
        _ => format!("SELECT {by}, {AGGREGATES} FROM student GROUP BY {by} ORDER BY {by}"),
    };
    let batches = run(&context, &statement).await.unwrap();
    pretty_format_batches(&batches).unwrap().to_string()
}

async fn hold(by: &str) {
    let expected = answers(8_192, 1, by).await;
    assert!(expected.lines().count() > 4);
    for (size, partitions) in [(1, 1), (1, 4), (7, 1), (7, 3), (8_192, 4)] {
        let found = answers(size, partitions, by).await;
        assert_eq!(found, expected, "batches of {size} in {partitions} partitions by {by:?}");
    }
}

#[tokio::test]
async fn without_groups() {
    hold("").await;
}

#[tokio::test]
async fn with_few_groups() {
    hold("district").await;
}

/// As many groups as rows: the engine stops grouping early and converts rows to states.
#[tokio::test]
async fn with_a_group_for_each_row() {
    hold("person").await;
}

#[tokio::test]
async fn over_nothing() {
    let context = session(SessionConfig::new()).unwrap();
    let schema = Arc::new(Schema::new(vec![Field::new("hit", DataType::Boolean, true)]));
    context.register_table("nobody", Arc::new(MemTable::try_new(schema, vec![vec![]]).unwrap())).unwrap();
    let statement = "SELECT rate(hit, true) IS NULL AS a, rate_ci(hit, true)['n'] AS b, rate_bounds(hit, true)['low'] IS NULL AS c, \
        kaplan_meier(1, hit) IS NULL AS d, km_median(1, hit) IS NULL AS e, life_table(1, hit) IS NULL AS f, \
        log_rank(1, hit, hit) IS NULL AS g, smd(hit, hit) IS NULL AS h, fuzzy_median(CASE WHEN hit THEN 1 END) IS NULL AS i, \
        mode_latest(hit, 1) IS NULL AS j FROM nobody";
    let found = pretty_format_batches(&run(&context, statement).await.unwrap()).unwrap().to_string();
    assert!(found.contains(&format!("| true | 0 {}|", "| true ".repeat(8))), "{found}");
}
