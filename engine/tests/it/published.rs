//! Published figures of two real sources, loaded by layout and recomputed in SQL.

use lifetracks_engine::LoadRequest;

use crate::support::{Lake, fixtures};

fn load(lake: &Lake, layout: &str, file: std::path::PathBuf) -> lifetracks_engine::LoadReport {
    let request = LoadRequest { files: vec![file], layout: layout.to_owned(), ..LoadRequest::default() };
    lake.engine.load(&request).unwrap()
}

#[test]
fn north_dakotas_published_rates_are_recomputed() {
    let Some(fixtures) = fixtures("north_dakotas_published_rates_are_recomputed") else { return };
    let lake = Lake::new();
    let folder = fixtures.join("nd_graduation");
    let report = load(&lake, "nd_graduation", folder.join("nd_grad_2013_2024.csv"));
    assert_eq!((report.rows_in, report.loaded, report.rejected), (13_232, 13_232, 0));
    let equal = "select count(*) from (select round(rate(num, den), 3) as recomputed, max(low) as published \
                 from published_measure group by school_year, level, district_id, school_id, name, subgroup, measure) \
                 where abs(recomputed - published) < 0.0000001";
    assert_eq!(lake.value(equal), "13232");
    let expected = std::fs::read_to_string(folder.join("expected_state_trend.csv")).unwrap();
    for line in expected.lines().skip(1).filter(|line| !line.is_empty()) {
        let [year, rate, cohort, graduates] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let found = lake.query(&format!(
            "select round(rate(num, den), 3) as rate, sum(den) as den, sum(num) as num from published_measure \
             where level = 'state' and subgroup = 'ALL' and school_year = {year}"
        ));
        let row: Vec<&str> = found.lines().nth(3).unwrap().split('|').map(str::trim).collect();
        assert_eq!(row[1..4], [rate, cohort, graduates], "{year}");
    }
}

#[test]
fn mississippis_bounds_in_the_edfacts_file_are_the_known_ones() {
    let Some(fixtures) = fixtures("mississippis_bounds_in_the_edfacts_file_are_the_known_ones") else {
        return;
    };
    let lake = Lake::new();
    let report = load(&lake, "edfacts_acgr_2012_13", fixtures.join("edfacts_acgr/acgr-sch-sy2012-13.csv"));
    assert_eq!((report.rows_in, report.rejected), (22_077, 0));
    let all = "from published_measure where subgroup = 'ALL'";
    assert_eq!(lake.value(&format!("select count(distinct school_id) {all}")), "22077");
    assert_eq!(lake.value(&format!("select sum(den) {all}")), "3625961");
    let mississippi = lake.query(&format!(
        "select count(*) as schools, sum(den) as cohort, \
         round(100 * sum(low * den) / sum(den) filter (where low is not null), 2) as low, \
         round(100 * sum(high * den) / sum(den) filter (where high is not null), 2) as high \
         {all} and district_id like '28%'"
    ));
    let row: Vec<&str> = mississippi.lines().nth(3).unwrap().split('|').map(str::trim).collect();
    assert_eq!(row[1..5], ["245", "33866", "74.05", "77.51"], "{mississippi}");
}
