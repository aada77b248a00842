//! `ASOF JOIN` with everything that may stand in FROM: lake tables, versions of them, cohorts and functions.

use crate::cohort::STATE;
use crate::cohorts::{CLASS, LINKS, lake, rows};

#[test]
fn cohorts_functions_and_versions_may_be_its_sides() {
    let lake = lake();
    lake.load("ms_mde_link", &[("link.csv", LINKS)]).unwrap();
    lake.query(CLASS);
    let day = "(select person_id, wages, make_date(quarter_index / 4, quarter_index % 4 * 3 + 1, 1) as day from ui_wage)";
    let by = |kind: &str, column: &str| {
        format!("asof {kind} join {day} w on c.person_id = w.person_id and c.{column} < w.day")
    };
    let members = by("", "index_date");
    assert_eq!(
        rows(&lake, &format!("select w.wages, w.day from cohort('class2022') c {members} order by 1")),
        ["4000.00,2022-10-01", "7200.00,2022-10-01"]
    );
    let with = format!("with c as (select * from cohort(class2022)) select sum(w.wages) from c {members}");
    assert_eq!(rows(&lake, &with), ["11200.00"]);
    let all = by("left", "award_date");
    assert_eq!(rows(&lake, &format!("select count(*), count(w.day) from diploma c {all}")), ["5,2"]);
    let version = format!("select count(*) from diploma version as of 1 as c {all}");
    assert_eq!(rows(&lake, &version), ["5"]);
    let shipped = "select count(*) from k12_enrollment e asof join subgroups s \
                   on e.person_id = s.person_id and e.person_id >= s.person_id";
    let members = "select count(*) from k12_enrollment where person_id in (select person_id from subgroups)";
    assert_eq!(rows(&STATE, shipped), rows(&STATE, members));
}

#[test]
fn a_cohort_may_be_made_of_it() {
    let lake = lake();
    lake.load("ms_mde_link", &[("link.csv", LINKS)]).unwrap();
    let made = lake.query(
        "create cohort worked index award_date as select d.person_id, d.award_date from diploma d \
         asof join ui_wage w on d.person_id = w.person_id and d.school_year <= w.quarter_index / 4",
    );
    assert!(made.starts_with("Cohort worked created: 2 members"), "{made}");
    assert_eq!(rows(&lake, "select count(*) from cohort('worked')"), ["2"]);
}

#[test]
fn the_same_rows_come_whatever_the_number_of_threads_and_the_size_of_batches() {
    let lake = lake();
    lake.load("ms_mde_link", &[("link.csv", LINKS)]).unwrap();
    let sql = "select d.person_id, d.award_date, w.wages from diploma d asof left join ui_wage w \
               on d.person_id = w.person_id and d.school_year <= w.quarter_index / 4 order by 1, 2";
    let usual = rows(&lake, sql);
    for (threads, size) in [(1, 1), (3, 2), (7, 8_192)] {
        lake.query(&format!("set datafusion.execution.target_partitions = {threads}"));
        lake.query(&format!("set datafusion.execution.batch_size = {size}"));
        assert_eq!(rows(&lake, sql), usual, "{threads} threads");
    }
}
