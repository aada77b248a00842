//! The twin against published marginals, each with its tolerance. The Kentucky codebook (Faketucky, fixtures) is of
//! another state, so that only what hardly depends on the state is held to it; graduation and dropout rates are those
//! the Mississippi Department of Education published.

use std::collections::BTreeMap;

use crate::support::{TWIN, rows};

fn near(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found:.4}, expected {expected} ± {tolerance}");
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[percent * values.len() / 100]
}

/// Share of the cohorts of some years that has one of some outcomes, of those who count.
fn share(years: std::ops::RangeInclusive<i32>, outcomes: &[&str]) -> f64 {
    let gone = [
        "transferred_out_documented",
        "emigrated",
        "private_school",
        "home_school",
        "deceased",
        "alternate_diploma",
    ];
    let count = |name: &str| -> f64 {
        years.clone().filter_map(|year| TWIN.1.count("cohort", year, name)).map(|count| count as f64).sum()
    };
    let base = count("members") - gone.iter().map(|name| count(name)).sum::<f64>();
    outcomes.iter().map(|name| count(name)).sum::<f64>() / base
}

#[test]
fn grades_and_tests_are_those_of_the_codebook() {
    let mut grades: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in rows("mde/course") {
        let Some(points) = "FDCBA".find(&row["GRADE"]) else { continue };
        let credits: f64 = row["CREDITS_ATTEMPTED"].parse().unwrap();
        let sum = grades.entry(row["MSIS_ID"].clone()).or_default();
        *sum = (sum.0 + credits, sum.1 + credits * points as f64);
    }
    let mut averages: Vec<f64> = grades.values().map(|(credits, points)| points / credits).collect();
    near("mean grade point average", mean(&averages), 2.627, 0.12);
    near("its deviation", deviation(&averages), 0.854, 0.08);
    near("its median", percentile(&mut averages, 50), 2.6845, 0.15);
    near("its tenth percentile", percentile(&mut averages, 10), 1.4845, 0.25);
    near("its ninetieth percentile", percentile(&mut averages, 90), 3.732, 0.15);
    let mut composites: Vec<f64> = rows("mde/assessment")
        .into_iter()
        .filter(|row| row["TEST"] == "ACT" && row["SUBJECT"] == "COMP")
        .map(|row| row["SCALE_SCORE"].parse().unwrap())
        .collect();
    near("mean ACT composite", mean(&composites), 19.367, 0.6);
    near("its deviation", deviation(&composites), 5.015, 0.5);
    near("its median", percentile(&mut composites, 50), 19.0, 1.0);
}

#[test]
fn needs_absence_and_college_are_near_the_codebook() {
    let cohort = rows("truth/cohort");
    let ever = |need: &str| cohort.iter().filter(|row| row[need] == "Y").count() as f64 / cohort.len() as f64;
    near("ever in special education", ever("IDEA"), 12_639.0 / 111_991.0, 0.035);
    near("ever an English learner", ever("EL"), 1_944.0 / 111_991.0, 0.015);
    let persons = rows("truth/person");
    let male = persons.iter().filter(|row| row["SEX"] == "M").count() as f64 / persons.len() as f64;
    near("male", male, 58_042.0 / 111_972.0, 0.02);
    let college = rows("truth/college");
    let known: Vec<_> = college.iter().filter(|row| !row["FIRST_FALL"].is_empty()).collect();
    let gone = known.iter().filter(|row| row["FIRST_FALL"] == "Y").count() as f64;
    near("in college in the first fall", gone / known.len() as f64, 44_442.0 / 85_160.0, 0.08);
    let mut absence: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in rows("mde/attendance").iter().filter(|row| row["SCHOOL_YEAR"].as_str() < "2020") {
        let sum = absence.entry(row["MSIS_ID"].clone()).or_default();
        let number = |name: &str| row[name].parse::<f64>().unwrap();
        assert!((number("DAYS_ENROLLED") - number("DAYS_PRESENT") - number("DAYS_ABSENT")).abs() < 1e-9);
        *sum = (sum.0 + number("DAYS_ENROLLED"), sum.1 + number("DAYS_ABSENT"));
    }
    let mut shares: Vec<f64> = absence.values().map(|(days, absent)| 100.0 * absent / days).collect();
    near("median percent of days absent", percentile(&mut shares, 50), 6.183, 1.8);
}

#[test]
fn graduation_and_dropout_follow_the_published_rates() {
    let out = ["dropout", "transferred_out_undocumented", "ged_program"];
    // Published for the class of 2022: 88.9 % and 9.0 %; of 2023: 89.4 % and 8.5 %.
    near("graduates of 2021 to 2024", share(2021..=2024, &["graduate"]), 0.889, 0.03);
    near("dropouts of 2021 to 2024", share(2021..=2024, &out), 0.0875, 0.025);
    // The law's aim of 85 % was reached about the class of 2019.
    near("graduates of 2017 to 2020", share(2017..=2020, &["graduate"]), 0.85, 0.035);
}
