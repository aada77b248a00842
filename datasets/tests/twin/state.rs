//! Files that agree with each other and with the truth beside them, and rates as of a real state.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use chrono::NaiveDate;
use lifetracks_datasets::twin::{TwinError, TwinOptions, generate};

use crate::support::{Row, TWIN, american, columns, files, hash, iso, rows, set, small, text, total};

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_does_not() {
    let hash_of = |seed| {
        let folder = tempfile::tempdir().unwrap();
        generate(&small(seed), folder.path()).unwrap();
        hash(folder.path())
    };
    let first = hash_of(5);
    assert_eq!(first, hash_of(5));
    assert_ne!(first, hash_of(6));
}

#[test]
fn options_outside_their_range_and_full_folders_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let scale = TwinOptions { scale: f64::NAN, ..small(1) };
    assert!(matches!(generate(&scale, folder.path()), Err(TwinError::Scale { .. })));
    let years = TwinOptions { first_school_year: 2024, ..small(1) };
    assert!(matches!(generate(&years, folder.path()), Err(TwinError::Years { .. })));
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let error = generate(&small(1), folder.path()).unwrap_err();
    assert!(error.to_string().contains("is not empty; choose a new folder"), "{error}");
}

#[test]
fn every_file_has_the_rows_the_summary_tells() {
    let (folder, summary) = &*TWIN;
    for file in &summary.files {
        let path = folder.path().join(file.path());
        if file.extension == "xlsx" {
            assert!(fs::read(&path).unwrap().starts_with(b"PK"), "{}", file.path());
            continue;
        }
        let header = u64::from(file.extension != "txt");
        assert_eq!(text(&path).lines().count() as u64, file.rows + header, "{}", file.path());
    }
    let listed: Vec<Row> = csv::Reader::from_path(folder.path().join("truth/summary.csv"))
        .unwrap()
        .into_deserialize()
        .map(Result::unwrap)
        .collect();
    let written: BTreeMap<String, String> = listed
        .into_iter()
        .filter(|row| row["SECTION"] == "rows")
        .map(|row| (format!("{} {}", row["NAME"], row["YEAR"]), row["COUNT"].clone()))
        .collect();
    assert_eq!(written.len(), summary.files.len());
    // The summary itself is the one file it does not count.
    assert_eq!(files(folder.path()).len(), summary.files.len() + 1);
    assert_eq!(summary.persons, summary.rows("truth/person"));
}

#[test]
fn spells_of_a_student_follow_each_other() {
    let mut spells: BTreeMap<String, Vec<(NaiveDate, NaiveDate, Row)>> = BTreeMap::new();
    for row in rows("mde/enrollment") {
        let year: i32 = row["SCHOOL_YEAR"].parse().unwrap();
        let entry = american(&row["ENTRY_DATE"]);
        assert_eq!(row["EXIT_DATE"].is_empty(), row["EXIT_CODE"].is_empty());
        // Who stays is there up to the end of May.
        let stayed = NaiveDate::from_ymd_opt(year, 5, 31).unwrap();
        let exit = if row["EXIT_DATE"].is_empty() { stayed } else { american(&row["EXIT_DATE"]) };
        assert!(entry <= exit, "{row:?}");
        assert!(NaiveDate::from_ymd_opt(year - 1, 8, 1).unwrap() <= entry && entry <= stayed);
        spells.entry(row["MSIS_ID"].clone()).or_default().push((entry, exit, row));
    }
    let (mut moves, mut returns) = (0, 0);
    for student in spells.values_mut() {
        student.sort_by_key(|(entry, exit, _)| (*entry, *exit));
        for pair in student.windows(2) {
            let [(_, exit, before), (entry, _, after)] = pair else { unreachable!() };
            assert!(exit < entry, "{before:?} {after:?}");
            let code = &after["ENTRY_CODE"];
            if code.len() == 3 {
                returns += 1;
                assert_eq!(code[1..], before["EXIT_CODE"][1..], "a return answers the dropout before it");
            }
            moves += u32::from(before["EXIT_CODE"] == "T3" && code == "E4");
            assert_eq!(before["BIRTH_DATE"], after["BIRTH_DATE"]);
        }
    }
    assert!(moves > 100 && returns > 5, "{moves} moves, {returns} returns");
}

#[test]
fn schools_of_the_rows_are_in_the_directory() {
    let code = |row: &Row| format!("{}{}", row["DISTRICT"], row["SCHOOL"]);
    let schools = rows("mde/schools");
    let known: BTreeSet<String> = schools.iter().map(code).collect();
    assert_eq!(known.len(), schools.len());
    assert!(known.iter().all(|code| code.len() == 7));
    for table in ["mde/enrollment", "mde/diploma"] {
        assert!(rows(table).iter().all(|row| known.contains(&code(row))));
    }
    let districts: BTreeSet<&String> = schools.iter().map(|row| &row["DISTRICT"]).collect();
    assert!(districts.len() >= 6);
}

#[test]
fn wages_are_positive_and_their_employers_known() {
    let key = ["ACCOUNT", "UNIT", "YEAR", "QUARTER"];
    let employers: BTreeSet<[String; 4]> = columns("mdes/employer", key).into_iter().collect();
    let wages = columns("mdes/wage", ["ACCOUNT", "UNIT", "YEAR", "QUARTER", "SSN", "WAGES"]);
    let mut keys = BTreeSet::new();
    for [account, unit, year, quarter, social, amount] in &wages {
        assert!(social.len() == 9 && (social.starts_with('9') || social.starts_with("000")));
        assert!(amount.parse::<f64>().unwrap() > 0.0 && amount.find('.') == Some(amount.len() - 3));
        let place = [account, unit, year, quarter].map(String::clone);
        assert!(employers.contains(&place));
        keys.insert((social, place));
    }
    assert_eq!(keys.len(), wages.len(), "one row for each person, employer, unit and quarter");
}

#[test]
fn college_terms_have_one_row_and_their_students_an_own_number() {
    for (agency, level) in [("mccb", "2"), ("ihl", "4")] {
        let terms = rows(&format!("{agency}/enrollment"));
        let key = |row: &Row| ["STUDENT_ID", "UNITID", "TERM_START"].map(|name| row[name].clone());
        assert_eq!(terms.iter().map(key).collect::<BTreeSet<_>>().len(), terms.len());
        for row in &terms {
            assert_eq!(row["LEVEL"], level);
            assert!(iso(&row["TERM_START"]) < iso(&row["TERM_END"]));
        }
        let students = set(&format!("{agency}/enrollment"), "STUDENT_ID");
        let mut linked = set(&format!("{agency}/link"), "STUDENT_ID");
        // The community colleges know the learners of adult education too.
        linked.retain(|student| students.contains(student));
        assert!(linked.len() < students.len() && linked.len() * 100 > students.len() * 93);
    }
}

#[test]
fn the_truth_of_a_cohort_agrees_with_the_diplomas() {
    let diplomas: BTreeMap<String, Row> =
        rows("mde/diploma").into_iter().map(|row| (row["MSIS_ID"].clone(), row)).collect();
    let cohort = rows("truth/cohort");
    let ids: BTreeSet<&String> = cohort.iter().map(|row| &row["MSIS_ID"]).collect();
    assert_eq!(ids.len(), cohort.len());
    for row in &cohort {
        let diploma = diplomas.get(&row["MSIS_ID"]);
        assert_eq!(row["DIPLOMA_DATE"].is_empty(), diploma.is_none());
        let Some(diploma) = diploma else {
            assert!(
                !["graduate", "completer", "alternate_diploma"].contains(&row["OUTCOME"].as_str()),
                "{row:?}"
            );
            continue;
        };
        assert_eq!(iso(&row["DIPLOMA_DATE"]), american(&diploma["AWARD_DATE"]));
        assert_eq!(row["DIPLOMA_TYPE"], diploma["DIPLOMA_TYPE"]);
        let close = NaiveDate::from_ymd_opt(row["COHORT_YEAR"].parse().unwrap(), 7, 31).unwrap();
        if row["COHORT_YEAR"].as_str() > "2025" {
            assert!(row["OUTCOME"].is_empty(), "this cohort has not closed yet");
        } else if iso(&row["DIPLOMA_DATE"]) <= close {
            let expected = match row["DIPLOMA_TYPE"].as_str() {
                "00812" => "alternate_diploma",
                "00814" => "completer",
                _ => "graduate",
            };
            assert_eq!(row["OUTCOME"], expected);
        }
    }
    assert!(diplomas.keys().all(|id| ids.contains(id)));
}

#[test]
fn the_truth_of_employment_agrees_with_the_wages_that_can_be_linked() {
    let social: BTreeMap<String, String> =
        rows("mde/link").into_iter().map(|row| (row["MSIS_ID"].clone(), row["SSN"].clone())).collect();
    let mut earned: BTreeMap<(String, i32), f64> = BTreeMap::new();
    for [number, year, quarter, amount] in columns("mdes/wage", ["SSN", "YEAR", "QUARTER", "WAGES"]) {
        let quarter = 4 * year.parse::<i32>().unwrap() + quarter.parse::<i32>().unwrap() - 1;
        *earned.entry((number, quarter)).or_default() += amount.parse::<f64>().unwrap();
    }
    let truth = rows("truth/employment");
    for row in truth.iter().filter(|row| row["LINKED"] == "Y") {
        let award = iso(&row["AWARD_DATE"]);
        let (year, month) = (award.format("%Y").to_string(), award.format("%m").to_string());
        let quarter = 4 * year.parse::<i32>().unwrap() + (month.parse::<i32>().unwrap() - 1) / 3;
        for ahead in 1..=8 {
            let expected = &row[&format!("WAGES_Q{ahead}")];
            let found =
                earned.get(&(social[&row["MSIS_ID"]].clone(), quarter + ahead)).copied().unwrap_or_default();
            assert!(expected.is_empty() || (expected.parse::<f64>().unwrap() - found).abs() < 0.005);
            assert_eq!(expected.is_empty(), quarter + ahead > 4 * 2025 + 3);
        }
    }
    assert!(truth.iter().any(|row| row["LINKED"] == "N" && row["EMPLOYED_Q4"] == "Y"));
}

#[test]
fn rates_are_those_of_a_state() {
    let (_, summary) = &*TWIN;
    let cohort = |name| total(name, "cohort");
    let excluded: f64 = [
        "transferred_out_documented",
        "emigrated",
        "private_school",
        "home_school",
        "deceased",
        "alternate_diploma",
    ]
    .into_iter()
    .map(cohort)
    .sum();
    let base = cohort("members") - excluded;
    let within = |rate: f64, low: f64, high: f64| assert!((low..high).contains(&rate), "{rate}");
    within(cohort("graduate") / base, 0.83, 0.89);
    let out = cohort("dropout") + cohort("transferred_out_undocumented") + cohort("ged_program");
    within(out / base, 0.075, 0.125);
    within(cohort("still_enrolled") / base, 0.02, 0.06);
    within(cohort("completer") / base, 0.003, 0.02);
    let class = |name| total(name, "class");
    within(class("first_fall") / class("first_fall_known"), 0.52, 0.62);
    within(class("employed_q4") / class("employed_q4_known"), 0.54, 0.65);
    within(class("diplomas_linked") / class("diplomas"), 0.94, 0.98);
    let in_2020 =
        columns("mde/enrollment", ["SCHOOL_YEAR", "MSIS_ID"]).into_iter().filter(|[year, _]| year == "2020");
    let students: BTreeSet<String> = in_2020.map(|[_, student]| student).collect();
    within(students.len() as f64 / (465_000.0 * 0.005), 0.9, 1.1);
    within(summary.rows("mdes/wage") as f64 / (14.0 * 5_000_000.0 * 0.005), 0.85, 1.15);
}
