//! Windows over persons give what `DataFusion`'s own operators give, whatever the batches are.

use std::sync::Arc;

use datafusion::arrow::array::{Date32Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::datasource::MemTable;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::session::{run, session};

const WINDOWS: &str = "SELECT person_id, start, school, \
    row_number() OVER p AS number, rank() OVER p AS rank, lag(start) OVER p AS before, lag(start, 2, DATE '1970-01-01') OVER p AS second, \
    lead(school) OVER p AS after, lag(school) IGNORE NULLS OVER p AS known, first_value(school) OVER p AS first, \
    last_value(start) OVER (PARTITION BY person_id ORDER BY start, school ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last, \
    sum(days) OVER p AS running, count(*) FILTER (WHERE days > 30) OVER p AS long, min(school) OVER (PARTITION BY person_id ORDER BY start DESC) AS least, \
    max(days) OVER (PARTITION BY person_id ORDER BY start, school ROWS UNBOUNDED PRECEDING) AS most, lead(days, 3) OVER p AS third_next, \
    count(DISTINCT school) OVER (PARTITION BY person_id) AS schools, sum(days) OVER (PARTITION BY person_id ORDER BY days) AS peers, count(*) OVER (PARTITION BY person_id) AS spells, \
    avg(days) OVER (PARTITION BY person_id ORDER BY start, school ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) AS near, \
    max(start) OVER (PARTITION BY person_id, school ORDER BY start) AS latest, ntile(3) OVER p AS third, percent_rank() OVER p AS place, \
    spell_id(start, finish, 20) OVER (PARTITION BY person_id ORDER BY start) AS spell \
    FROM stay WINDOW p AS (PARTITION BY person_id ORDER BY start, school) ORDER BY person_id, start, school, number";

const ROWS: i32 = 900;

/// Persons with one row and with hundreds, in no order; a NULL person and NULL schools too.
fn rows() -> RecordBatch {
    let numbers = || (0..ROWS).map(|row| i64::from(row * 7919 % 1_009));
    let person = |number: i64| match number % 10 {
        0 => None,
        1..=4 => Some(77),
        _ => Some(number / 6),
    };
    let persons: Int64Array = numbers().map(person).collect();
    let starts: Date32Array = (0..ROWS).map(|row| Some(15_000 + row * 631 % 3_000)).collect();
    let schools: StringArray =
        numbers().map(|number| ["a", "b", "c"].get(usize::try_from(number % 4).unwrap()).copied()).collect();
    let finishes: Date32Array = (0..ROWS).map(|row| Some(15_000 + row * 631 % 3_000 + row % 60)).collect();
    let days: Int64Array = numbers().map(|number| Some(number % 60)).collect();
    RecordBatch::try_from_iter([
        ("person_id", Arc::new(persons) as _),
        ("start", Arc::new(starts) as _),
        ("finish", Arc::new(finishes) as _),
        ("school", Arc::new(schools) as _),
        ("days", Arc::new(days) as _),
    ])
    .unwrap()
}

fn register(context: &SessionContext, size: usize) {
    let rows = rows();
    let batches =
        (0..rows.num_rows()).step_by(size).map(|start| rows.slice(start, size.min(rows.num_rows() - start)));
    let table = MemTable::try_new(rows.schema(), vec![batches.collect()]).unwrap();
    context.register_table("stay", Arc::new(table)).unwrap();
}

fn config(size: usize) -> SessionConfig {
    SessionConfig::new().with_batch_size(size).with_target_partitions(2)
}

/// The same session without the rule.
fn plain() -> SessionContext {
    let state = session(config(8_192)).unwrap().state();
    let rules =
        state.physical_optimizers().iter().filter(|rule| rule.name() != "segment_windows").cloned().collect();
    SessionContext::new_with_state(
        SessionStateBuilder::new_from_existing(state).with_physical_optimizer_rules(rules).build(),
    )
}

#[tokio::test]
async fn windows_over_persons_are_the_same_windows() {
    let plain = plain();
    register(&plain, 8_192);
    let expected = pretty_format_batches(&run(&plain, WINDOWS).await.unwrap()).unwrap().to_string();
    assert_eq!(expected.lines().count(), usize::try_from(ROWS).unwrap() + 4);
    for size in [1, 7, 100, 8_192] {
        let context = session(config(size)).unwrap();
        register(&context, size);
        let found = pretty_format_batches(&run(&context, WINDOWS).await.unwrap()).unwrap().to_string();
        assert_eq!(found, expected, "batches of {size}");
    }
}

#[tokio::test]
async fn only_windows_over_persons_are_cut_by_person() {
    let context = session(config(8_192)).unwrap();
    register(&context, 8_192);
    let plan = async |sql: &str| {
        let batches = run(&context, &format!("EXPLAIN FORMAT INDENT {sql}")).await.unwrap();
        pretty_format_batches(&batches).unwrap().to_string()
    };
    let own = plan("SELECT lag(start) OVER (PARTITION BY person_id ORDER BY start) FROM stay").await;
    assert!(own.contains("SegmentWindowExec") && !own.contains("WindowAggExec"), "{own}");
    // A school may have more rows than fit into memory.
    let other = plan("SELECT lag(start) OVER (PARTITION BY school ORDER BY start) FROM stay").await;
    assert!(other.contains("BoundedWindowAggExec") && !other.contains("SegmentWindowExec"), "{other}");
}
