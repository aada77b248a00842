//! Survival of special educators, as a textbook publishes it, from the file it publishes.

use lifetracks_engine::{Engine, Options};

use crate::support::{fixtures, table};

/// J. D. Singer, J. B. Willett, Applied Longitudinal Data Analysis (2003), table 10.1: year, at risk, events, censored,
/// share of survivors.
const LIFE_TABLE: [&str; 12] = [
    "1 3941 456 0 0.8843",
    "2 3485 384 0 0.7869",
    "3 3101 359 0 0.6958",
    "4 2742 295 0 0.6209",
    "5 2447 218 0 0.5656",
    "6 2229 184 0 0.5189",
    "7 2045 123 280 0.4877",
    "8 1642 79 307 0.4642",
    "9 1256 53 255 0.4446",
    "10 948 35 265 0.4282",
    "11 648 16 241 0.4177",
    "12 391 5 386 0.4123",
];

/// The cells of a result's rows.
fn rows(engine: &Engine, sql: &str) -> Vec<String> {
    let table = table(engine, sql).unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    let cells = |line: &str| line.split('|').map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned();
    table.lines().skip(3).filter(|line| line.starts_with('|')).map(cells).collect()
}

#[test]
fn special_educators_leave_teaching_as_published() {
    let Some(fixtures) = fixtures("special_educators_leave_teaching_as_published") else { return };
    let folder = fixtures.join("singer_willett");
    let lake = tempfile::tempdir().unwrap();
    let engine = Engine::create(&Options {
        lake: Some(lake.path().join("lake").display().to_string()),
        allowed_folders: vec![folder.clone()],
        ..Options::default()
    })
    .unwrap();
    let teachers = format!("read_csv('{}')", folder.join("teachers.csv").display());
    for (function, time) in [("kaplan_meier", "t"), ("life_table", "period")] {
        let found = rows(
            &engine,
            &format!(
                "select step['{time}'] as year, step['at_risk'] as at_risk, step['events'] as events, \
                 step['censored'] as censored, round(step['survival'], 4) as survival \
                 from (select unnest({function}(years, censor = 0)) as step from {teachers}) order by year"
            ),
        );
        assert_eq!(found, LIFE_TABLE, "{function}");
    }
    // The book's 6.6 years are interpolated; this is the first year with no more than half left.
    assert_eq!(rows(&engine, &format!("select km_median(years, censor = 0) from {teachers}")), ["7.0"]);
    let hazard = rows(
        &engine,
        &format!(
            "select round(row['hazard'], 4) as hazard from \
             (select unnest(life_table(years, censor = 0)) as row from {teachers}) where row['period'] in (1, 12) \
             order by hazard desc"
        ),
    );
    assert_eq!(hazard, ["0.1157", "0.0128"]);
}
