//! Cohorts as objects of the lake: made, told step by step, kept, refreshed, dropped, renamed, and refused.

use std::sync::Arc;

use futures::StreamExt;
use lifetracks_engine::{Engine, ErrorKind, Options, Outcome, VacuumRequest};

use crate::cohort::STATE;
use crate::support::{Lake, copy_folder, options, table};

const DIPLOMAS: &str = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n\
    A1,0100,004,05/20/2022,00806\n\
    A2,0100,004,05/20/2022,00801\n\
    A3,0100,008,05/21/2022,00806\n\
    A4,0100,008,05/22/2023,00806\n\
    A5,0200,012,05/22/2022,00806\n";
const WAGES: &str = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n\
    900000001,11,1,2022,4,4000.00\n\
    900000003,11,1,2022,4,7200.00\n";
const LINKS: &str = "MSIS_ID,SSN\nA1,900000001\nA3,900000003\n";
const CLASS: &str = "create cohort class2022 index award_date as \
    select person_id, award_date, school_id from diploma where school_year(award_date) = 2022";

/// A lake with five diplomas, two persons' wages and no links: lake version 2.
fn lake() -> Lake {
    let lake = Lake::new();
    lake.load("ms_mde_diploma", &[("diploma.csv", DIPLOMAS)]).unwrap();
    lake.load("ms_mdes_wage", &[("wage.csv", WAGES)]).unwrap();
    lake
}

/// A lake of its own with the made-up state that other tests share.
fn state() -> Lake {
    let folder = tempfile::tempdir().unwrap();
    let whole = STATE.folder.path().join("lake");
    copy_folder(&whole, &folder.path().join("lake"));
    let engine = Engine::open(&options(folder.path())).unwrap();
    Lake { folder, engine }
}

/// The cells of a result's rows, joined by commas.
fn rows(lake: &Lake, sql: &str) -> Vec<String> {
    let table = lake.query(sql);
    let lines = table.lines().skip(3).filter(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join(",")).collect()
}

/// The notices of a text.
fn notices(engine: &Engine, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut run = engine.run(sql).unwrap();
        let mut notices = Vec::new();
        while let Some(outcome) = run.next().await {
            match outcome.unwrap() {
                Outcome::Notice(notice) => notices.push(notice),
                Outcome::Rows(mut rows) => while rows.next().await.is_some() {},
                Outcome::Done(_) => {}
            }
        }
        notices
    })
}

#[test]
fn a_cohort_is_made_kept_and_read_back() {
    let lake = lake();
    assert_eq!(lake.query(CLASS), "Cohort class2022 created: 4 members of 4 (version 1, lake version 3).");
    let columns =
        "select column_name, data_type, is_nullable from information_schema.columns where table_name = 'c'";
    lake.query("create view c as select * from cohort('class2022')");
    assert_eq!(
        rows(&lake, columns),
        ["person_id,Int64,NO", "index_date,Date32,NO", "school_id,Utf8View,YES"]
    );
    assert_eq!(lake.value("select count(*) from cohort(class2022)"), "4");
    assert_eq!(
        lake.value("select count(*) from cohort('class2022') c join diploma d using (person_id) where c.index_date = d.award_date"),
        "4"
    );
    let shown = "select name, version, members, index_column, author, lake_version, is_stale, stale_because, length(checksum), sql \
        from lifetracks.cohorts";
    let sql = CLASS.replace("create cohort", "CREATE COHORT");
    assert_eq!(rows(&lake, shown), [format!("class2022,1,4,award_date,tester,2,false,,64,{sql}")]);
    assert!(lake.query("show cohorts").contains("class2022"));
    // Hidden from the tables, in the log, and whole.
    assert!(!lake.engine.tables().iter().any(|name| name.starts_with('_')));
    assert!(lake.error("select * from _cohort_class2022").message().contains("not found"));
    assert_eq!(lake.engine.verify().unwrap().defects, []);
    // Another engine on the same lake.
    let other = Engine::open(&options(lake.folder.path())).unwrap();
    assert!(table(&other, "select count(*) from cohort('class2022')").unwrap().contains("| 4 "));
    // Without rows.
    lake.query(
        "create cohort nobody index award_date as select person_id, award_date from diploma where false",
    );
    assert_eq!(lake.value("select count(*) from cohort('nobody')"), "0");
    assert_eq!(rows(&lake, "select * from cohort_flow('nobody')"), ["0,select,the query,0,0,0,0"]);
}

#[test]
fn attrition_adds_up_and_unknown_is_counted() {
    let lake = lake();
    lake.load("ms_mde_link", &[("link.csv", LINKS)]).unwrap();
    // The credential is NULL for one, so that the conditions are unknown for it.
    let base = "select person_id, award_date, school_id, nullif(diploma_type, '00801') as kind from diploma";
    lake.query(&format!(
        "create cohort a index award_date as with d as ({base}) select * from d \
         require 'in 2022' as school_year(a.award_date) = 2022 \
         require 'a known kind' as kind = '00806' \
         exclude 'of district 0200' as school_id like '0200%' -- a remark"
    ));
    assert_eq!(
        rows(&lake, "select * from cohort_flow(a) order by step"),
        [
            "0,select,the query,5,5,0,0",
            "1,require,in 2022,5,4,1,0",
            "2,require,a known kind,4,3,1,1",
            "3,exclude,of district 0200,3,2,1,0",
        ]
    );
    assert_eq!(lake.value("select count(*) from cohort('a')"), "2");
    lake.query(&format!(
        "create cohort b index award_date as {base} \
         exclude 'of a kind' as kind = '00806' \
         require 'works' as exists (select 1 from ui_wage w where w.person_id = b.person_id)"
    ));
    // Who is unknown stays under EXCLUDE, and has no job.
    assert_eq!(
        rows(&lake, "select * from cohort_flow('b') order by step"),
        ["0,select,the query,5,5,0,0", "1,exclude,of a kind,5,1,4,1", "2,require,works,1,0,1,0"]
    );
    lake.query(&format!(
        "create cohort c index award_date as {base} \
         require 'works' as person_id in (select person_id from ui_wage) \
         require 'more than others' as (select sum(wages) from ui_wage w where w.person_id = c.person_id) > 5000 \
         require 'is not in a list with NULL' as person_id not in (select nullif(person_id, person_id) from diploma)"
    ));
    assert_eq!(
        rows(&lake, "select * from cohort_flow('c') order by step"),
        [
            "0,select,the query,5,5,0,0",
            "1,require,works,5,2,3,0",
            "2,require,more than others,2,1,1,0",
            "3,require,is not in a list with NULL,1,0,1,1",
        ]
    );
    let sums = "select count(*) from cohort_flow('a') x join cohort_flow('a') y on y.step = x.step + 1 \
        where x.n_out <> y.n_in or y.n_in - y.n_removed <> y.n_out";
    assert_eq!(lake.value(sums), "0");
}

#[test]
fn what_is_no_cohort_is_refused_in_a_sentence() {
    let lake = lake();
    lake.query("create view mine as select * from diploma");
    let file = lake.file("list.csv", "person_id,award_date\n1,2022-05-20\n").display().to_string();
    let made = |query: &str| lake.error(&format!("create cohort x index award_date as {query}"));
    for (query, message, help) in [
        ("select award_date from diploma", "the query has no column person_id", "one row per person"),
        (
            "select person_id from diploma",
            "the query has no column award_date to be the index date",
            "its columns are person_id",
        ),
        (
            "select person_id::int as person_id, award_date from diploma",
            "person_id must be a BIGINT",
            "BIGINT",
        ),
        (
            "select person_id, award_date::timestamp as award_date from diploma",
            "must be a DATE",
            "award_date::DATE AS award_date",
        ),
        ("select person_id, '2022-01-01' as award_date from diploma", "must be a DATE", "cast it"),
        (
            "select person_id, nullif(award_date, date '2022-05-20') as award_date from diploma",
            "2 rows of the query have no award_date",
            "WHERE award_date IS NOT NULL",
        ),
        (
            "select person_id, award_date from diploma union all select person_id, award_date from diploma",
            "5 persons come more than once",
            "QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY award_date) = 1",
        ),
        (
            "select person_id, award_date, award_date as index_date from diploma",
            "has another column of that name",
            "another name",
        ),
        ("select person_id, award_date, count(*) over () from diploma", "has no plain name", "AS"),
        (
            "select person_id, award_date, [1] as list from diploma",
            "a type that a cohort cannot keep",
            "cast it",
        ),
        ("select -1::bigint as person_id, date '2022-01-01' as award_date", "below 0", "lake's tables"),
        (
            "select person_id, award_date from mine",
            "cannot read mine, a table or view of this session",
            "WITH",
        ),
        (
            "select person_id, award_date from diploma where person_id in (select person_id from main.mine)",
            "cannot read main.mine",
            "WITH",
        ),
        (&format!("select * from read_csv('{file}')"), "cannot read read_csv, a file", "load it"),
        (
            "select person_id, award_date from diploma where exists (select 1 from lifetracks.versions)",
            "facts that keep no past",
            "the values themselves",
        ),
        (
            "select person_id, award_date from diploma where award_date < current_date",
            "gives another answer at another time",
            "DATE '2024-10-01'",
        ),
        (
            "select person_id, award_date from diploma where random() < 0.5",
            "\"random\" gives another answer",
            "DATE",
        ),
        (
            "select person_id, award_date from diploma require award_date is not null",
            "",
            "REQUIRE 'why' AS condition",
        ),
        ("insert into diploma select 1", "a cohort is made by a query", "SELECT"),
    ] {
        let error = made(query);
        assert!(error.message().contains(message), "{query}: {error}");
        assert!(error.help().is_some_and(|text| text.contains(help)), "{query}: {error:?}");
    }
    assert_eq!(rows(&lake, "select * from lifetracks.cohorts"), Vec::<String>::new());
    assert_eq!(lake.engine.lake_version(), Some(2));
}

#[test]
fn a_name_is_plain_and_new_and_a_lake_is_there() {
    let lake = lake();
    for (name, message) in [
        ("diploma", "diploma is a table"),
        ("grad_cohort", "is a function in FROM"),
        ("generate_series", "is a function in FROM"),
        ("subgroups", "is a function in FROM"),
        ("cohort", "is a function in FROM"),
        ("\"Class\"", "is no name for a cohort"),
        ("_a", "is no name for a cohort"),
    ] {
        let error = lake.error(&CLASS.replace("class2022", name));
        assert!(error.message().contains(message), "{name}: {error}");
    }
    let error = lake.error("select * from cohort('class2022')");
    assert_eq!(error.message(), "there is no cohort class2022");
    let without = Engine::open(&Options::default()).unwrap();
    for sql in [CLASS, "refresh cohort a", "drop cohort a", "select * from cohort('a')"] {
        let error = table(&without, sql).unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Usage, "cohorts are kept in a lake, and no lake is open")
        );
    }
}

#[test]
fn errors_point_into_the_statement() {
    let lake = lake();
    let place = |sql: &str| {
        let error = lake.error(sql);
        let span = error.span().unwrap_or_else(|| panic!("{error:?}"));
        sql[span.start..span.end.min(sql.len())].to_owned()
    };
    let start = "select 1; create cohort a index award_date as select person_id, award_date from diploma";
    assert_eq!(place(&start.replace("from diploma", "from diplom")), "diplom");
    assert_eq!(place(&start.replace("award_date as", "day as")), "day");
    assert_eq!(place(&format!("{start}\n require 'x' as\n award_day > 1")), "award_day");
    assert_eq!(place(&format!("{start} exclude 'x' as award_date > '2020-01-01' and")), "");
    let error = lake.error(&format!("{start} exclude 'x' as award_date > '2020-01-01' and"));
    assert!(error.message().ends_with("found the end of the condition"), "{error}");
    assert_eq!(place(&format!("{start} require 'x' as nothing(award_date)")), "nothing");
    assert_eq!(place(&format!("{start} require 'x' award_date > 1")), "award_date");
}

#[test]
fn a_cohort_joins_person_tables_without_a_sort_or_a_shuffle() {
    let lake = Lake::new();
    let people = 100..160;
    let entries = people.clone().map(|person| format!("M{person},0100,004,05/20/2022,00806\n"));
    let diplomas =
        format!("MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n{}", entries.collect::<String>());
    for setting in ["", "_rows"] {
        lake.query(&format!("set datafusion.optimizer.hash_join_single_partition_threshold{setting} = 0"));
    }
    lake.load("ms_mde_diploma", &[("diploma.csv", &diplomas)]).unwrap();
    lake.query(CLASS);
    lake.query(
        "create cohort again index index_date as select person_id, index_date from cohort('class2022')",
    );
    for sql in [
        "select * from cohort('class2022') c join diploma d using (person_id)",
        "select * from diploma d left join cohort('class2022') c on c.person_id = d.person_id",
        "select person_id, count(*) from cohort('class2022') group by person_id",
        "select * from cohort('class2022') join cohort('again') b using (person_id)",
    ] {
        let plan = lake.query(&format!("explain {sql}"));
        assert!(!plan.contains("SortExec"), "{sql}\n{plan}");
        assert!(!plan.contains("RepartitionExec"), "{sql}\n{plan}");
    }
    assert_eq!(
        lake.value("select count(*) from cohort('class2022') join cohort('again') b using (person_id)"),
        "60"
    );
}

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
fn reads_of_relations_are_known_and_settings_stay_with_the_definition() {
    let lake = lake();
    lake.query("set lifetracks.school_year_start = 9");
    lake.query("create cohort late index award_date as select person_id, award_date from diploma where school_year(award_date) = 2022");
    let reads = "select reads, parameters from lifetracks.cohort_versions where name = 'late'";
    let text = rows(&lake, reads).join("");
    assert!(
        text.contains(r#""lifetracks.school_year_start":"9""#) && !text.contains("checked_reads"),
        "{text}"
    );
    assert!(text.contains(r#"{"source":"table","name":"diploma","version":1,"fixed":false}"#), "{text}");
    lake.query("set lifetracks.school_year_start = 5");
    lake.query("refresh cohort late");
    assert!(rows(&lake, reads)[1].contains(r#""lifetracks.school_year_start":"9""#));
    // What functions in FROM read is known too, and what they would read if it were there.
    let state = state();
    let class = "create cohort grads index award_date as select person_id, award_date, school_id \
        from grad_cohort(2022) join subgroups using (person_id) where in_num and subgroup = 'all'";
    state.query(class);
    let reads = state.value("select reads from lifetracks.cohort_versions");
    for table in ["calendar", "diploma", "k12_enrollment", "k12_person_status"] {
        assert!(reads.contains(&format!("\"{table}\"")), "{table}: {reads}");
    }
    assert!(reads.contains(r#""version":null"#) && !reads.contains("school_directory"), "{reads}");
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
    assert_eq!(lake.engine.lake_version(), Some(2 + made as u64));
    let versions = "select count(*), count(distinct kept_in), min(kept_in), max(kept_in) from lifetracks.cohort_versions";
    assert_eq!(rows(&lake, versions), [format!("{made},{made},3,{}", made + 2)]);
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
