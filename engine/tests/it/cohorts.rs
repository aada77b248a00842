//! Cohorts as objects of the lake: made, told step by step, read back, and refused.

use lifetracks_engine::{Engine, ErrorKind, Options};

use crate::cohort::STATE;
use crate::support::{Lake, copy_folder, options, table};

const DIPLOMAS: &str = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n\
    A1,0100,004,05/20/2022,00806\n\
    A2,0100,004,05/20/2022,00801\n\
    A3,0100,008,05/21/2022,00806\n\
    A4,0100,008,05/22/2023,00806\n\
    A5,0200,012,05/22/2022,00806\n";
pub(crate) const WAGES: &str = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n\
    900000001,11,1,2022,4,4000.00\n\
    900000003,11,1,2022,4,7200.00\n";
pub(crate) const LINKS: &str = "MSIS_ID,SSN\nA1,900000001\nA3,900000003\n";
pub(crate) const CLASS: &str = "create cohort class2022 index award_date as \
    select person_id, award_date, school_id from diploma where school_year(award_date) = 2022";

/// A lake with five diplomas, two persons' wages and no links: lake version 2.
pub(crate) fn lake() -> Lake {
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
pub(crate) fn rows(lake: &Lake, sql: &str) -> Vec<String> {
    let table = lake.query(sql);
    let lines = table.lines().skip(3).filter(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join(",")).collect()
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
