//! The true status of every member of a cohort under every method: complete, exclusive, and what the other truth says.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Row, rows, set};

const METHODS: [&str; 7] = [
    "fed-essa",
    "fed-essa-alt-literal",
    "ms-mde-2018",
    "ms-mde-apportioned",
    "msis-2006",
    "nga-2005",
    "nm-shared",
];

fn key(row: &Row) -> (String, String, String, String) {
    (row["MSIS_ID"].clone(), row["COHORT"].clone(), row["METHOD"].clone(), row["YEARS"].clone())
}

#[test]
fn every_member_has_a_status_under_every_method_and_weights_add_up() {
    let status = rows("truth/status");
    let mut weights: BTreeMap<_, f64> = BTreeMap::new();
    let mut found: BTreeMap<_, (String, String, String)> = BTreeMap::new();
    for row in &status {
        *weights.entry(key(row)).or_default() += row["WEIGHT"].parse::<f64>().unwrap();
        let verdict = (row["STATUS"].clone(), row["IN_DEN"].clone(), row["IN_NUM"].clone());
        assert_eq!(*found.entry(key(row)).or_insert_with(|| verdict.clone()), verdict, "{row:?}");
        assert_eq!(row["IN_DEN"] == "0", row["STATUS"] == "excluded", "{row:?}");
        assert_eq!(row["IN_NUM"] == "1", row["STATUS"] == "graduate", "{row:?}");
    }
    assert!(weights.values().all(|weight| (weight - 1.0).abs() < 1e-4));
    let members: BTreeSet<(String, String)> = rows("truth/cohort")
        .into_iter()
        .filter(|row| ("2015".."2026").contains(&row["COHORT_YEAR"].as_str()))
        .map(|row| (row["MSIS_ID"].clone(), row["COHORT_YEAR"].clone()))
        .collect();
    for method in METHODS {
        let counted: BTreeSet<(String, String)> = found
            .keys()
            .filter(|(_, _, name, years)| name == method && years == "4")
            .map(|(person, cohort, _, _)| (person.clone(), cohort.clone()))
            .collect();
        assert!(members.is_subset(&counted), "{method}");
        // Only a late alternate diploma makes a member of a second cohort.
        let second = counted.difference(&members).count();
        assert!(second == 0 || method == "fed-essa", "{method}: {second}");
    }
}

#[test]
fn the_rates_of_the_state_are_the_sums_of_its_members() {
    let mut sums: BTreeMap<(String, String, String), (u64, u64)> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for row in rows("truth/status") {
        if seen.insert(key(&row)) {
            let sum =
                sums.entry((row["METHOD"].clone(), row["COHORT"].clone(), row["YEARS"].clone())).or_default();
            sum.0 += row["IN_NUM"].parse::<u64>().unwrap();
            sum.1 += row["IN_DEN"].parse::<u64>().unwrap();
        }
    }
    let mut published = 0;
    for row in rows("truth/method_rates") {
        let rate: f64 = row["RATE"].parse().unwrap_or_default();
        if ["afgr", "cpi"].contains(&row["METHOD"].as_str()) {
            if row["DISTRICT"].is_empty() {
                assert!((0.6..0.95).contains(&rate), "{row:?}");
            }
            continue;
        }
        published += 1;
        let (num, den) = sums[&(row["METHOD"].clone(), row["COHORT"].clone(), row["YEARS"].clone())];
        assert_eq!((row["NUM"].as_str(), row["DEN"].as_str()), (&*num.to_string(), &*den.to_string()));
        assert!((rate - num as f64 / den as f64).abs() < 1e-6);
    }
    assert_eq!(published, sums.len());
}

#[test]
fn methods_differ_where_their_rules_do() {
    let mut by_person: BTreeMap<(String, String), BTreeMap<String, Row>> = BTreeMap::new();
    for row in rows("truth/status").into_iter().filter(|row| row["YEARS"] == "4") {
        let person = (row["MSIS_ID"].clone(), row["COHORT"].clone());
        by_person.entry(person).or_default().insert(row["METHOD"].clone(), row);
    }
    let mut standings: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
    for methods in by_person.values().filter(|methods| methods.len() == METHODS.len()) {
        let statuses = METHODS.iter().map(|method| methods[*method]["STATUS"].clone()).collect();
        standings.entry(methods["fed-essa"]["STANDING"].clone()).or_default().insert(statuses);
    }
    let only = |standing: &str, expected: [&str; 7]| {
        let found = standings[standing].iter().any(|statuses| statuses.as_slice() == expected);
        assert!(found, "{standing}: {:?}", standings[standing]);
    };
    let (g, x, d, c) = ("graduate", "excluded", "dropout", "completer");
    only("graduate", [g; 7]);
    only("completer", [c; 7]);
    only("dropout", [d; 7]);
    only("deceased", [x; 7]);
    only("home_school", [x; 7]);
    only("emigrated", [x; 7]);
    only("ged_program", [d, d, d, d, x, d, d]);
    only("transferred_out_undocumented", [d, d, d, d, x, x, d]);
    only("transferred_out_undocumented", [d; 7]);
    only("alternate_diploma", [g, g, x, x, c, c, g]);
}

#[test]
fn everyone_leaves_in_some_way_and_every_way_is_taken() {
    let exits = set("mde/enrollment", "EXIT_CODE");
    for code in ["", "C1", "C2", "NS", "T1", "T2", "T3", "T4", "T5", "T7", "T8", "Z1"] {
        assert!(exits.contains(code), "nobody leaves by {code}");
    }
    let dropouts = exits.iter().filter(|code| code.starts_with('D')).count();
    assert!(dropouts >= 17, "{dropouts} reasons of dropping out");
    let entries = set("mde/enrollment", "ENTRY_CODE");
    assert!(entries.contains("R1") && entries.contains("E6") && entries.contains("E8"));
    assert!(entries.iter().filter(|code| code.len() == 3).count() >= 5, "{entries:?}");
    let documents: BTreeSet<(String, String)> = rows("mde/enrollment")
        .into_iter()
        .map(|row| (row["EXIT_CODE"].clone(), row["EXIT_DOC"].clone()))
        .collect();
    for code in ["T4", "T5", "T7", "T8"] {
        for paper in ["Y", "N"] {
            assert!(documents.contains(&(code.to_owned(), paper.to_owned())), "{code} {paper}");
        }
    }
    let ahead = |row: &&Row, years: i32| {
        let cohort: i32 = row["COHORT_YEAR"].parse().unwrap();
        row["DIPLOMA_DATE"].get(..4).is_some_and(|year| year.parse::<i32>().unwrap() == cohort + years)
    };
    let cohort = rows("truth/cohort");
    for (years, least) in [(-1, 20), (0, 500), (1, 20)] {
        assert!(cohort.iter().filter(|row| ahead(row, years)).count() >= least, "{years}");
    }
}
