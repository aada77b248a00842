//! Panels on a lake: what a missing, a late and a cut quarter do to a rate, cohorts by name, versions, and plans.

use crate::support::{Lake, notices};

const PEOPLE: std::ops::Range<u32> = 100..140;

/// Wages of all people in the quarters of 2022 and 2023 that are asked for.
fn wages(quarters: impl Iterator<Item = (i32, i32)>, people: std::ops::Range<u32>) -> String {
    let rows = quarters.flat_map(|(year, quarter)| {
        people
            .clone()
            .map(move |person| format!("900000{person},0000000011,00001,{year},{quarter},{person}.00\n"))
    });
    format!("SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n{}", rows.collect::<String>())
}

fn quarters(of_2022: &'static [i32], of_2023: &'static [i32]) -> impl Iterator<Item = (i32, i32)> {
    let year = |year: i32, quarters: &'static [i32]| quarters.iter().map(move |quarter| (year, *quarter));
    year(2022, of_2022).chain(year(2023, of_2023))
}

/// Diplomas of May 2022, links for all but four people, and no wages yet.
fn lake() -> Lake {
    let lake = Lake::new();
    let links = PEOPLE.map(|person| {
        let number = if person < 136 { format!("900000{person}") } else { String::new() };
        format!("M{person},{number}\n")
    });
    let awards = PEOPLE.map(|person| format!("M{person},0100,004,05/20/2022,00806\n"));
    let link = format!("MSIS_ID,SSN\n{}", links.filter(|row| !row.ends_with(",\n")).collect::<String>());
    let diplomas = format!("MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n{}", awards.collect::<String>());
    lake.load("ms_mde_link", &[("link.csv", &link)]).unwrap();
    lake.load("ms_mde_diploma", &[("diploma.csv", &diplomas)]).unwrap();
    lake
}

const COHORT: &str = "(select person_id, award_date as index_date, district_id from diploma)";

/// Quarter, rows, covered and observed ones, and the rate of employment.
fn rates(lake: &Lake) -> Vec<String> {
    let sql = format!(
        "select rel, count(*) as n, count(*) filter (where covered) as covered, count(*) filter (where observed) as observed, \
         rate(wages > 0, observed) as rate, count(wages) as known \
         from panel({COHORT}, of => 'wages', unit => 'quarter', from_p => 1, to_p => 6) group by rel order by rel"
    );
    let table = lake.query(&sql);
    let rows = table.lines().skip(3).filter(|line| line.starts_with('|'));
    rows.map(|row| row.split_whitespace().filter(|cell| *cell != "|").collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_quarter_that_is_not_loaded_is_not_zero() {
    let lake = lake();
    lake.load("ms_mdes_wage", &[("first.csv", &wages(quarters(&[1, 2, 3], &[1, 2]), PEOPLE))]).unwrap();
    // 2022Q4 is absent, and the files end with 2023Q2; four people have no number and cannot be found.
    let expected = [
        "1 40 40 36 1.0 36",
        "2 40 0 0 0",
        "3 40 40 36 1.0 36",
        "4 40 40 36 1.0 36",
        "5 40 0 0 0",
        "6 40 0 0 0",
    ];
    assert_eq!(rates(&lake), expected);
    let sql = format!(
        "select count(*) from panel({COHORT}, of => 'wages', unit => 'quarter', from_p => 1, to_p => 6)"
    );
    assert_eq!(notices(&lake.engine, &sql), ["ui_wage: 2022Q4 absent: nobody is observed there."]);
    assert_eq!(
        notices(&lake.engine, "select count(*) from jobs"),
        ["ui_wage: 2022Q4 absent: nobody is observed there."]
    );
    assert!(notices(&lake.engine, "select count(*) from ui_wage").is_empty());

    // The late quarter comes, for a few at first.
    lake.load("ms_mdes_wage", &[("part.csv", &wages(quarters(&[4], &[]), 100..110))]).unwrap();
    assert_eq!(rates(&lake)[1], "2 40 0 0 0");
    let notice = &notices(&lake.engine, &sql)[0];
    assert!(notice.starts_with("ui_wage, 2022Q4: 10 rows after 40: that looks like a part"), "{notice}");

    lake.load("ms_mdes_wage", &[("late.csv", &wages(quarters(&[4], &[]), 110..140))]).unwrap();
    assert_eq!(rates(&lake)[1], "2 40 40 36 1.0 36");
    assert!(notices(&lake.engine, &sql).is_empty());
    // What was known before is still the answer of then.
    let then = format!(
        "select count(wages) from panel({COHORT}, of => 'wages', unit => 'quarter', from_p => 2, to_p => 2, as_of => 3)"
    );
    assert_eq!(lake.value(&then), "0");
}

#[test]
fn a_full_quarter_needs_both_neighbours() {
    let lake = lake();
    lake.load("ms_mdes_wage", &[("wage.csv", &wages(quarters(&[1, 2, 3, 4], &[2, 3, 4]), PEOPLE))]).unwrap();
    let sql = format!(
        "select string_agg(case when full_quarter then 'yes' when not full_quarter then 'no' else 'unknown' end, ' ' order by rel) \
         from panel({COHORT}, of => 'wages', unit => 'quarter', from_p => -1, to_p => 6) where person_id in \
         (select person_id from ui_wage) group by person_id limit 1"
    );
    // 2022Q1 and 2023Q4 are edges, and 2023Q1 is absent.
    assert_eq!(lake.value(&sql), "unknown yes yes unknown unknown unknown yes unknown");
}

#[test]
fn a_kept_cohort_is_followed_by_its_name() {
    let lake = lake();
    lake.load("ms_mdes_wage", &[("wage.csv", &wages(quarters(&[2, 3, 4], &[]), PEOPLE))]).unwrap();
    lake.query(
        "create cohort class2022 index award_date as select person_id, award_date, district_id from diploma",
    );
    let sql = |cohort: &str| {
        format!(
            "select district_id, sum(wages) from panel({cohort}, of => 'wages', unit => 'year', from_p => 0, to_p => 0) group by 1"
        )
    };
    let named = lake.query(&sql("class2022"));
    assert_eq!(named, lake.query(&sql("'class2022'")));
    assert_eq!(named, lake.query(&sql("(select * from cohort('class2022'))")));
    assert_eq!(named, lake.query(&sql("cohort => class2022")));
    let error = lake.error(&sql("class2023"));
    assert!(error.message().contains("class2023"), "{error:?}");
}

#[test]
fn a_panel_is_a_merge_and_reads_what_is_asked_for() {
    let lake = lake();
    lake.load("ms_mdes_wage", &[("wage.csv", &wages(quarters(&[2, 3, 4], &[]), PEOPLE))]).unwrap();
    let explain = |columns: &str, cohort: &str| {
        lake.query(&format!(
            "explain select {columns} from panel({cohort}, of => 'wages', unit => 'quarter', from_p => 1, to_p => 4)"
        ))
    };
    let plan = explain("rel, wages", COHORT);
    assert!(!plan.contains("SortExec") && !plan.contains("RepartitionExec"), "{plan}");
    assert!(!plan.contains("employer_account") && !plan.contains("reporting_unit"), "{plan}");
    assert!(explain("tenure", COHORT).contains("employer_account"));

    // What is not in the ranges of persons is brought to them, and the wage file stays where it is.
    for cohort in [
        "(select person_id, award_date as index_date from diploma order by person_id limit 10)",
        "(select cast(1 as bigint) as person_id, date '2022-01-01' as index_date)",
        "(select person_id, max(award_date) as index_date from diploma group by person_id, district_id)",
    ] {
        let plan = explain("rel, wages", cohort);
        let is_wage = |line: &&str| line.contains("DataSourceExec") && line.contains("/ui_wage/");
        let wage = plan.lines().find(is_wage).unwrap();
        assert!(wage.contains("output_partitioning=Range"), "{plan}");
        assert!(!plan.contains("Hash([person_id"), "{plan}");
    }
    let few = "(select person_id, award_date as index_date from diploma order by person_id limit 10)";
    let sql = format!(
        "select count(*), count(distinct person_id), sum(wages) > 0 from panel({few}, of => 'wages', unit => 'quarter', from_p => 1, to_p => 4)"
    );
    let row = lake.query(&sql);
    assert!(row.contains("| 40 ") && row.contains("| 10 ") && row.contains("true"), "{row}");
}

#[test]
fn threads_and_batches_change_nothing() {
    let lake = lake();
    lake.load("ms_mdes_wage", &[("wage.csv", &wages(quarters(&[1, 2, 3], &[1]), PEOPLE))]).unwrap();
    let sql = format!(
        "select * from panel({COHORT}, of => 'wages', unit => 'quarter', from_p => -2, to_p => 4) order by person_id, rel"
    );
    let found = lake.query(&sql);
    for setting in ["target_partitions = 1", "target_partitions = 7", "batch_size = 1", "batch_size = 7"] {
        assert_eq!(found, lake.query(&format!("set datafusion.execution.{setting}; {sql}")), "{setting}");
    }
}
