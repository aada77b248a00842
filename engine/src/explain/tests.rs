//! Plans over a lake go to another process as bytes, and give the same rows there.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::physical_plan::{collect, displayable};
use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_proto_converter, physical_plan_to_bytes_with_proto_converter,
};
use datafusion_proto::physical_plan::DeduplicatingProtoConverter;
use lifetracks_udfs::PlanCodec;

use crate::{Engine, LoadRequest, Options};

fn options(folder: &Path) -> Options {
    Options {
        lake: Some(folder.join("lake").display().to_string()),
        threads: Some(2),
        ranges: Some(4),
        ..Options::default()
    }
}

fn load(engine: &Engine, folder: &Path, layout: &str, text: &str) {
    let file = folder.join(format!("{layout}.csv"));
    std::fs::write(&file, text).unwrap();
    engine
        .load(&LoadRequest { files: vec![file], layout: layout.to_owned(), ..LoadRequest::default() })
        .unwrap();
}

/// A lake with 60 people's diplomas and wages, spread over all ranges.
fn lake(folder: &Path) -> Engine {
    let engine = Engine::create(&options(folder)).unwrap();
    let people = 100..160;
    let links = people.clone().map(|person| format!("M{person},900000{person}\n"));
    let awards =
        people.clone().map(|person| format!("M{person},0100,004,05/{:02}/2021,00806\n", person % 28 + 1));
    let jobs = people.flat_map(|person| {
        (1..=4).map(move |quarter| {
            format!("900000{person},000000001{},00001,2022,{quarter},{person}.00\n", person % 3)
        })
    });
    load(&engine, folder, "ms_mde_link", &format!("MSIS_ID,SSN\n{}", links.collect::<String>()));
    let head = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n";
    load(&engine, folder, "ms_mde_diploma", &format!("{head}{}", awards.collect::<String>()));
    let head = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n";
    load(&engine, folder, "ms_mdes_wage", &format!("{head}{}", jobs.collect::<String>()));
    engine
}

const COHORT: &str = "(select person_id, award_date as index_date, district_id from diploma)";

#[tokio::test(flavor = "multi_thread")]
async fn plans_over_a_lake_travel_as_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let engine = tokio::task::spawn_blocking(move || lake(&path)).await.unwrap();
    let options = options(folder.path());
    let elsewhere = tokio::task::spawn_blocking(move || Engine::open(&options)).await.unwrap().unwrap();
    let questions = [
        ("PersonMergeExec", format!("select rel, count(*) as n, sum(wages) as w, rate(wages > 0, observed) as r from panel({COHORT}, of => 'wages', unit => 'quarter', from_p => 1, to_p => 6) group by rel order by rel")),
        ("PersonMergeExec", "select * from jobs order by person_id, quarter_index, employer_account".to_owned()),
        ("AsofExec", "select d.person_id, d.award_date, w.wages from diploma d asof join ui_wage w on d.person_id = w.person_id and d.load_id <= w.load_id order by 1, 3".to_owned()),
        ("SegmentWindowExec", "select person_id, quarter_index, lag(wages) over (partition by person_id order by quarter_index) as before from ui_wage order by 1, 2".to_owned()),
        ("HashJoinExec", "select d.district_id, count(*) as n, sum(w.wages) as w from diploma d join ui_wage w using (person_id) where w.wages > 120 group by 1".to_owned()),
        ("DataSourceExec", "select count(distinct person_id) as n from ui_wage where wages > (select avg(wages) from ui_wage)".to_owned()),
    ];
    for (operator, sql) in questions {
        let plan = engine.runner(&Arc::default()).operators(&sql).await.unwrap();
        let look = displayable(plan.as_ref()).indent(true).to_string();
        assert!(look.contains(operator), "{sql}\n{look}");
        let converter = DeduplicatingProtoConverter {};
        let bytes =
            physical_plan_to_bytes_with_proto_converter(Arc::clone(&plan), &PlanCodec, &converter).unwrap();
        let task = elsewhere.runner(&Arc::default()).context.task_ctx();
        let made =
            physical_plan_from_bytes_with_proto_converter(&bytes, &task, &PlanCodec, &converter).unwrap();
        assert_eq!(displayable(made.as_ref()).indent(true).to_string(), look, "{sql}");
        let here = engine.runner(&Arc::default()).context.task_ctx();
        let expected = pretty_format_batches(&collect(plan, here).await.unwrap()).unwrap().to_string();
        assert!(expected.lines().count() > 4, "{sql}\n{expected}");
        let rows = pretty_format_batches(&collect(made, task).await.unwrap()).unwrap().to_string();
        assert_eq!(rows, expected, "{sql}");
    }
}
