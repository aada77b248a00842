//! What operators that go through persons tell of their result before it is made, and what is planned by it.

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::common::stats::Precision;
use datafusion::common::{ScalarValue, Statistics};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::prelude::SessionContext;

use crate::people::{PERSONS, people};
use crate::session::run;

async fn statistics(context: &SessionContext, sql: &str) -> Statistics {
    let plan = context.state().create_logical_plan(sql).await.unwrap();
    let plan = context.state().create_physical_plan(&plan).await.unwrap();
    let known = StatisticsContext::new().compute(plan.as_ref() as &dyn ExecutionPlan, &StatisticsArgs::new());
    known.unwrap().as_ref().clone()
}

async fn count(context: &SessionContext, table: &str) -> usize {
    let batches = run(context, &format!("SELECT * FROM {table}")).await.unwrap();
    batches.iter().map(datafusion::arrow::array::RecordBatch::num_rows).sum()
}

async fn explain(context: &SessionContext, sql: &str) -> String {
    pretty_format_batches(&run(context, sql).await.unwrap()).unwrap().to_string()
}

#[tokio::test]
async fn a_panel_has_its_cohorts_rows_in_every_period() {
    let context = people().await;
    let known = statistics(&context, "SELECT person_id, rel, period FROM followed").await;
    assert_eq!(known.num_rows, Precision::Inexact(PERSONS / 4 * 4));
    assert_eq!(known.num_rows.get_value().copied(), Some(count(&context, "followed").await));
    let rel = &known.column_statistics[1];
    let bound = |number| Precision::Exact(ScalarValue::Int32(Some(number)));
    assert_eq!((rel.min_value.clone(), rel.max_value.clone()), (bound(-1), bound(2)));
    assert_eq!((rel.distinct_count, rel.null_count), (Precision::Exact(4), Precision::Exact(0)));
    // Eight bytes of the person and four of each number.
    assert_eq!(known.total_byte_size, Precision::Inexact(PERSONS * 16));
}

#[tokio::test]
async fn nothing_is_certain_of_a_cohort_that_is_a_guess() {
    let context = people().await;
    let known = statistics(&context, "SELECT rel FROM followed WHERE district = '3'").await;
    assert!(matches!(known.num_rows, Precision::Inexact(rows) if rows < PERSONS), "{known:?}");
    let rel = &known.column_statistics[0];
    assert_eq!(rel.min_value, Precision::Inexact(ScalarValue::Int32(Some(-1))));
}

#[tokio::test]
async fn there_are_at_most_as_many_jobs_as_wage_records() {
    let context = people().await;
    for view in ["job", "own_job"] {
        let known = statistics(&context, &format!("SELECT * FROM {view}")).await;
        assert_eq!(known.num_rows, Precision::Inexact(PERSONS * 10), "{view}");
        assert!(count(&context, view).await <= PERSONS * 10, "{view}");
    }
}

#[tokio::test]
async fn there_are_at_most_as_many_students_as_spells_under_every_method() {
    let context = people().await;
    for view in ["graduate", "dropout"] {
        let known = statistics(&context, &format!("SELECT * FROM {view}")).await;
        let methods =
            explain(&context, &format!("SELECT count(DISTINCT method) AS methods FROM {view}")).await;
        let rows = known.num_rows.get_value().copied().unwrap();
        assert!(matches!(known.num_rows, Precision::Inexact(_)), "{view}: {known:?}");
        assert!(
            rows.is_multiple_of(PERSONS) && rows >= count(&context, view).await,
            "{view}: {rows}\n{methods}"
        );
    }
}

#[tokio::test]
async fn joins_by_moment_and_windows_have_the_rows_of_their_input() {
    let context = people().await;
    let rows = async |sql: &str| statistics(&context, sql).await.num_rows;
    assert_eq!(rows("SELECT * FROM at_index").await, Precision::Exact(PERSONS / 4));
    assert_eq!(rows("SELECT * FROM before_index").await, Precision::Inexact(PERSONS / 4));
    let windows = "SELECT lag(grade) OVER (PARTITION BY person_id ORDER BY entry_date) FROM enrollment";
    assert_eq!(rows(windows).await, Precision::Exact(PERSONS * 4));
}

#[tokio::test]
async fn a_join_is_built_of_the_smaller_side() {
    let context = people().await;
    for sql in [
        "SELECT number, rel FROM large JOIN followed ON followed.district = large.district",
        "SELECT number, rel FROM followed JOIN large ON followed.district = large.district",
    ] {
        let plan = explain(&context, &format!("EXPLAIN FORMAT INDENT {sql}")).await;
        let join = plan.find("HashJoinExec").unwrap_or_else(|| panic!("{plan}"));
        let after =
            |operator: &str| plan[join..].find(operator).unwrap_or_else(|| panic!("{operator}: {plan}"));
        // The first input is the one that is kept in memory.
        assert!(after("PanelExec") < after("DataSourceExec"), "{plan}");
    }
}

#[tokio::test]
async fn the_references_of_an_operator_and_its_bytes_are_shown() {
    let context = people().await;
    let plan = explain(&context, "EXPLAIN FORMAT INDENT SELECT * FROM followed").await;
    assert!(
        plan.contains("PanelExec: of=wages, unit=quarter, periods=-1..=2, base_year=2022, references=3"),
        "{plan}"
    );
    let analyzed = explain(&context, "EXPLAIN ANALYZE SELECT * FROM followed").await;
    let operator = analyzed.lines().find(|line| line.contains("PanelExec")).unwrap();
    assert!(operator.contains("output_rows=240") && operator.contains("output_bytes="), "{operator}");
}
