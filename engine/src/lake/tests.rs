//! What the lake promises DataFusion: order and ranges are declared, so person queries neither sort nor shuffle.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Int32Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::*;

const RANGES: usize = 4;

fn wages() -> Shape {
    let field = |name: &str, data_type| Field::new(name, data_type, false);
    Shape {
        name: "ui_wage".to_owned(),
        kind: Kind::Person,
        schema: Arc::new(Schema::new(vec![
            field("person_id", DataType::Int64),
            field("quarter_index", DataType::Int32),
            field("employer", DataType::Int64),
            field("wages", DataType::Int64),
        ])),
        order: vec!["person_id".to_owned(), "quarter_index".to_owned()],
    }
}

/// 400 persons spread over all ranges, five quarters each.
fn rows(ranges: Ranges, range: usize) -> RecordBatch {
    let step = i64::MAX / 800;
    let persons = (0..400).map(|person| (2 * person + 1) * step).filter(|person| ranges.of(*person) == range);
    let all: Vec<(i64, i32)> =
        persons.flat_map(|person| (8060..8065).map(move |quarter| (person, quarter))).collect();
    RecordBatch::try_new(
        wages().schema,
        vec![
            Arc::new(Int64Array::from_iter_values(all.iter().map(|(person, _)| *person))),
            Arc::new(Int32Array::from_iter_values(all.iter().map(|(_, quarter)| *quarter))),
            Arc::new(Int64Array::from_iter_values(all.iter().map(|(person, _)| person % 3))),
            Arc::new(Int64Array::from_iter_values(
                all.iter().map(|(person, quarter)| person % 1000 + i64::from(*quarter)),
            )),
        ],
    )
    .unwrap()
}

async fn write(lake: &Lake, ranges_to_write: &[usize]) -> Lake {
    let shape = wages();
    let mut files =
        lake.table("ui_wage", lake.version()).await.unwrap().map(|table| table.files).unwrap_or_default();
    let sorted = Contents { person_sorted: true, period: None };
    for range in ranges_to_write {
        let encoded = encode(&shape.schema, [Ok(rows(lake.ranges(), *range))], sorted).unwrap();
        files.push(put(lake.location(), "ui_wage", *range, &encoded).await.unwrap());
    }
    let version = commit(lake.location(), &shape, &files, HashMap::new()).await.unwrap();
    let entry = Entry::new(lake.version() + 1, "ui_wage", version, "load");
    lake.log().append(lake.location(), vec![entry]).await.unwrap();
    lake.refresh().await.unwrap()
}

async fn lake(folder: &std::path::Path) -> Lake {
    let location = Location::local(folder).unwrap();
    Lake::open_or_create(location, RANGES).await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the lake is tested beneath the engine's door")]
async fn query(lake: &Lake, version: u64, sql: &str) -> String {
    let mut config = SessionConfig::new().with_target_partitions(2);
    let optimizer = &mut config.options_mut().optimizer;
    optimizer.subset_repartition_threshold = 1;
    // However small the tables are, joins are planned as those of large ones: both sides by range.
    optimizer.hash_join_single_partition_threshold = 0;
    optimizer.hash_join_single_partition_threshold_rows = 0;
    let context = SessionContext::new_with_config(config);
    context.register_object_store(Lake::store_url().unwrap().as_ref(), Arc::clone(lake.location().store()));
    let table = lake.provider("ui_wage", version, None).await.unwrap().unwrap();
    context.register_table("ui_wage", Arc::new(table)).unwrap();
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    pretty_format_batches(&batches).unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn person_queries_neither_sort_nor_shuffle() {
    let folder = tempfile::tempdir().unwrap();
    let lake = write(&lake(folder.path()).await, &[0, 1, 2, 3]).await;
    for sql in [
        "select person_id, sum(wages) from ui_wage group by person_id",
        "select person_id, lag(wages) over (partition by person_id order by quarter_index) from ui_wage",
        "select a.person_id, a.wages, b.wages from ui_wage a join ui_wage b on a.person_id = b.person_id",
        "select count(distinct person_id) from ui_wage",
    ] {
        let plan = query(&lake, 1, &format!("explain {sql}")).await;
        assert!(!plan.contains("SortExec"), "{sql}\n{plan}");
        assert!(!plan.contains("RepartitionExec"), "{sql}\n{plan}");
    }
    let two_keys = "explain select lag(wages) over (partition by person_id, employer order by quarter_index) from ui_wage";
    let plan = query(&lake, 1, two_keys).await;
    assert!(!plan.contains("RepartitionExec"), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_stays_what_it_was_after_later_commits() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let first = write(&lake, &[0, 1]).await;
    let second = write(&first, &[2, 3]).await;
    let sql = "select count(*) as n from ui_wage";
    assert!(query(&second, 1, sql).await.contains("1000"), "{}", query(&second, 1, sql).await);
    assert!(query(&second, 2, sql).await.contains("2000"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_writers_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let base = lake(folder.path()).await;
    write(&base, &[0]).await;
    let late = base.log().append(base.location(), Vec::new()).await.unwrap_err();
    assert!(late.message().contains("at the same time"), "{late}");
}
