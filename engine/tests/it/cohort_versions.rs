//! Cohorts over time: not up to date, refreshed, dropped, renamed by links, made by many at once, damaged.

use std::sync::Arc;

use lifetracks_engine::{Engine, Options, VacuumRequest};

use crate::cohorts::{CLASS, LINKS, WAGES, lake, rows};
use crate::support::{notices, options, table};

#[test]
fn a_load_makes_a_cohort_stale_and_a_refresh_makes_its_next_version() {
    let lake = lake();
    lake.query(CLASS);
    lake.query("create cohort schools index index_date as select * from cohort('class2022') where school_id like '%004'");
    assert_eq!(notices(&lake.engine, "select * from cohort('class2022')"), Vec::<String>::new());
    let more = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\nA9,0100,004,05/20/2022,00806\n";
    assert_eq!(lake.load("ms_mde_diploma", &[("more.csv", more)]).unwrap().lake_version, 5);
    let because = "select name, is_stale, stale_because from lifetracks.cohorts order by name";
    assert_eq!(
        rows(&lake, because),
        [
            "class2022,true,diploma has changed since (version 5)",
            "schools,true,cohort class2022 is not up to date itself",
        ]
    );
    let notice = "cohort class2022 was made at lake version 2; diploma has changed since (version 5). \
        REFRESH COHORT class2022 brings it up to date.";
    let used = "select count(*) from cohort('class2022') a join cohort('class2022') b using (person_id) \
        where a.person_id in (select person_id from cohort(class2022))";
    assert_eq!(notices(&lake.engine, used), [notice]);
    assert_eq!(
        notices(&lake.engine, "create view v as select * from cohort('class2022'); select * from v"),
        [notice, notice]
    );
    assert_eq!(notices(&lake.engine, "select * from cohort('class2022', 1)"), Vec::<String>::new());
    assert_eq!(lake.value("select count(*) from cohort('class2022')"), "4");

    let first = lake.value("select checksum from lifetracks.cohorts where name = 'class2022'");
    assert_eq!(
        lake.query("refresh cohort class2022"),
        "Cohort class2022 refreshed: 5 members of 5 (version 2, lake version 6)."
    );
    assert_eq!(
        rows(&lake, because),
        ["class2022,false,", "schools,true,cohort class2022 has a newer version (2)"]
    );
    let count = |call: &str| lake.value(&format!("select count(*) from {call}"));
    assert_eq!(count("cohort('class2022')"), "5");
    assert_eq!(count("cohort('class2022', 1)"), "4");
    assert_eq!(count("cohort('class2022', as_of => 5)"), "4");
    assert_eq!(count("cohort_flow('class2022', version => 1) where n_out = 4"), "1");
    assert_eq!(
        lake.error("select * from cohort('class2022', 3)").message(),
        "cohort class2022 has no version 3"
    );
    let versions = "select version, made_by, members, checksum = '{}' from lifetracks.cohort_versions \
        where name = 'class2022' order by version";
    assert_eq!(rows(&lake, &versions.replace("{}", &first)), ["1,create,4,true", "2,refresh,5,false"]);

    lake.query("drop cohort schools");
    assert_eq!(rows(&lake, because), ["class2022,false,"]);
    let error = lake.error("select * from cohort('schools')");
    assert_eq!(error.message(), "cohort schools was dropped");
    assert!(error.help().unwrap().contains("as_of => 4"), "{error}");
    assert_eq!(count("cohort('schools', as_of => 6)"), "2");
    assert!(lake.error("drop cohort schools").message().contains("there is no cohort"));
    assert_eq!(lake.query("drop cohort if exists schools"), "There is no cohort schools.");
    assert_eq!(lake.engine.verify().unwrap().defects, []);

    // A version whose files are gone says so; the newest one stays.
    lake.engine.vacuum(&VacuumRequest { keep: Some(1), ..VacuumRequest::default() }).unwrap();
    let error = lake.error("select * from cohort('class2022', 1)");
    assert_eq!(error.message(), "the members of version 1 of cohort class2022 were vacuumed away");
    assert_eq!(count("cohort('class2022')"), "5");
    assert_eq!(lake.engine.verify().unwrap().defects, []);
}

#[test]
fn another_definition_needs_to_be_asked_for_and_may_have_other_columns() {
    let lake = lake();
    lake.query(CLASS);
    let error = lake.error(CLASS);
    assert_eq!(error.message(), "there is a cohort class2022 already");
    assert!(error.help().unwrap().contains("CREATE OR REPLACE COHORT class2022"), "{error}");
    let other = "create or replace cohort class2022 index day as select person_id, award_date as day, 1.5 as weight from diploma";
    assert_eq!(lake.query(other), "Cohort class2022 replaced: 5 members of 5 (version 2, lake version 4).");
    assert_eq!(lake.value("select sum(weight) from cohort('class2022')"), "7.5");
    assert_eq!(lake.value("select count(school_id) from cohort('class2022', 1)"), "4");
    let error = lake
        .error("create or replace cohort class2022 index index_date as select * from cohort('class2022')");
    assert_eq!(error.message(), "cohort class2022 cannot be made of itself");
    lake.query("create or replace cohort class2022 index index_date as select * from cohort('class2022', 1)");
    lake.query("create cohort below index index_date as select * from cohort('class2022')");
    let error =
        lake.error("create or replace cohort class2022 index index_date as select * from cohort('below')");
    assert_eq!(error.message(), "cohort class2022 cannot read cohort below, which is made of class2022");
    assert_eq!(lake.engine.verify().unwrap().defects, []);
    // A dropped name goes on counting.
    lake.query("drop cohort below");
    assert!(
        lake.query("create cohort below index award_date as select person_id, award_date from diploma")
            .contains("(version 2,")
    );
}

#[test]
fn persons_whom_a_link_joins_are_joined_in_cohorts() {
    let lake = lake();
    let all = "create cohort all_of_them index day as select person_id, min(day) as day from ( \
        select person_id, award_date as day from diploma union all \
        select person_id, date '2022-10-01' from ui_wage) group by person_id";
    assert!(lake.query(all).contains("7 members of 7"));
    lake.query(
        "create cohort wages index d as select distinct person_id, date '2022-10-01' as d from ui_wage",
    );
    let report = lake.load("ms_mde_link", &[("link.csv", LINKS)]).unwrap();
    assert_eq!(report.joined_persons, 2);
    let after = "select version, made_by, members from lifetracks.cohort_versions where name = 'all_of_them' order by version";
    assert_eq!(rows(&lake, after), ["1,create,7", "2,link,5"]);
    // Everybody is found in the diplomas under one number, with the earlier date.
    let sql = "select count(*), max(index_date) from cohort('all_of_them') join diploma using (person_id)";
    assert_eq!(rows(&lake, sql), ["5,2023-05-22"]);
    assert_eq!(lake.value("select count(*) from cohort('wages') join ui_wage using (person_id)"), "2");
    assert_eq!(lake.value("select count(*) from cohort('all_of_them', 1)"), "7");
    assert_eq!(
        rows(&lake, "select step, kind, n_in, n_out from cohort_flow('all_of_them') order by step"),
        ["0,select,7,7", "1,link,7,5"]
    );
    assert_eq!(lake.engine.verify().unwrap().defects, []);
}

#[test]
fn two_authors_at_once_lose_nothing() {
    const THREADS: usize = 8;
    const EACH: usize = 4;
    let lake = lake();
    let folder = Arc::new(lake.folder.path().to_owned());
    let threads: Vec<_> = (0..THREADS)
        .map(|author| {
            let folder = Arc::clone(&folder);
            std::thread::spawn(move || {
                let options = Options { author: Some(format!("author{author}")), ..options(&folder) };
                let engine = Engine::open(&options).unwrap();
                for number in 0..EACH {
                    let name = format!("c{author}_{number}");
                    table(&engine, &CLASS.replace("class2022", &name)).unwrap();
                }
                table(&engine, &CLASS.replace("class2022", "same")).err()
            })
        })
        .collect();
    // A load meanwhile: it begins again, and then the others wait.
    let more = WAGES.replace(",4,", ",3,");
    assert_eq!(lake.load("ms_mdes_wage", &[("more.csv", &more)]).unwrap().loaded, 2);
    let errors: Vec<_> = threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect();
    assert_eq!(errors.len(), THREADS - 1);
    for error in &errors {
        let message = error.message();
        let is_clear = message == "someone else created or changed cohort same at the same time"
            || message == "there is a cohort same already";
        assert!(is_clear, "{error}");
    }
    let made = THREADS * EACH + 1;
    assert_eq!(
        lake.value("select count(*) from lifetracks.cohorts where version = 1 and members = 4"),
        made.to_string()
    );
    assert_eq!(lake.value("select count(distinct author) from lifetracks.cohorts"), THREADS.to_string());
    assert_eq!(lake.value("select sum(wages) from ui_wage"), "22400.00");
    let versions =
        "select count(distinct lake_version), min(lake_version), max(lake_version) from lifetracks.versions";
    assert_eq!(rows(&lake, versions), [format!("{0},1,{0}", made + 3)]);
    let kept = "select count(*), count(distinct kept_in) from lifetracks.cohort_versions";
    assert_eq!(rows(&lake, kept), [format!("{made},{made}")]);
    assert_eq!(lake.value("select count(*) from cohort('c7_3') join diploma using (person_id)"), "4");
    assert_eq!(lake.engine.verify().unwrap().defects, []);
}

#[test]
fn a_damaged_file_of_a_cohort_is_found() {
    let lake = lake();
    lake.query(CLASS);
    for folder in ["_cohort_class2022", "_cohorts"] {
        let folder = lake.folder.path().join("lake/tables").join(folder);
        let file = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let file =
            file.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "parquet")).unwrap();
        let whole = std::fs::read(&file).unwrap();
        let mut bytes = whole.clone();
        bytes[6] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        let defects = lake.engine.verify().unwrap().defects;
        assert_eq!(defects.len(), 1, "{defects:?}");
        let checked = Options { checked_reads: true, ..options(lake.folder.path()) };
        let error = table(&Engine::open(&checked).unwrap(), "select * from cohort('class2022')").unwrap_err();
        assert!(error.message().contains("is damaged"), "{error}");
        std::fs::write(&file, whole).unwrap();
    }
    assert_eq!(lake.engine.verify().unwrap().defects, []);
}
