//! Plans over a lake go to another process as bytes, and give the same rows there.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::physical_plan::{collect, displayable};
use lifetracks_udfs::{plan_from_bytes, plan_to_bytes};

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

/// Questions of the lake, and an operator that each is answered by.
fn questions() -> [(&'static str, String); 6] {
    [
        ("PanelExec", format!("select rel, count(*) as n, sum(wages) as w, rate(wages > 0, observed) as r from panel({COHORT}, of => 'wages', unit => 'quarter', from_p => 1, to_p => 6) group by rel order by rel")),
        ("JobsExec", "select * from jobs order by person_id, quarter_index, employer_account".to_owned()),
        ("AsofExec", "select d.person_id, d.award_date, w.wages from diploma d asof join ui_wage w on d.person_id = w.person_id and d.load_id <= w.load_id order by 1, 3".to_owned()),
        ("SegmentWindowExec", "select person_id, quarter_index, lag(wages) over (partition by person_id order by quarter_index) as before from ui_wage order by 1, 2".to_owned()),
        ("HashJoinExec", "select d.award_date, count(*) as n, sum(w.wages) as w from diploma d join ui_wage w using (person_id) where w.wages > 120 group by 1 order by 1".to_owned()),
        ("DataSourceExec", "select quarter_index, count(distinct person_id) as n from ui_wage where wages > (select avg(wages) from ui_wage) group by 1 order by 1".to_owned()),
    ]
}

fn opened(folder: &Path) -> (Engine, Engine) {
    let (folder, options) = (folder.to_owned(), options(folder));
    let made = || (lake(&folder), Engine::open(&options).unwrap());
    std::thread::scope(|scope| scope.spawn(made).join().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_over_a_lake_travel_as_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = opened(folder.path());
    let context = |engine: &Engine| engine.runner(&Arc::default()).context.task_ctx();
    for (operator, sql) in questions() {
        let plan = here.runner(&Arc::default()).operators(&sql).await.unwrap();
        let look = displayable(plan.as_ref()).indent(true).to_string();
        assert!(look.contains(operator), "{sql}\n{look}");
        let made = plan_from_bytes(&plan_to_bytes(&plan).unwrap(), &context(&there)).unwrap();
        assert_eq!(displayable(made.as_ref()).indent(true).to_string(), look, "{sql}");
        let expected = collect(plan, context(&here)).await.unwrap();
        let expected = pretty_format_batches(&expected).unwrap().to_string();
        assert!(expected.lines().count() > 6, "{sql}\n{expected}");
        let rows = collect(made, context(&there)).await.unwrap();
        assert_eq!(pretty_format_batches(&rows).unwrap().to_string(), expected, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn checked_reads_do_not_travel() {
    let folder = tempfile::tempdir().unwrap();
    let (_, engine) = opened(folder.path());
    let runner = engine.runner(&Arc::default());
    let set =
        runner.context.state().create_logical_plan("set lifetracks.checked_reads = true").await.unwrap();
    runner.context.execute_logical_plan(set).await.unwrap();
    for (_, sql) in questions() {
        let plan = runner.operators(&sql).await.unwrap();
        let error = plan_to_bytes(&plan).unwrap_err().to_string();
        assert!(error.contains("checks of the files that are read do not travel"), "{sql}: {error}");
    }
}
