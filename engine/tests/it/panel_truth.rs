//! Wages after the diploma on a synthetic state: every graduate and every quarter against the planted truth.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lifetracks_engine::twin::{TwinOptions, generate};
use lifetracks_engine::{Engine, LoadRequest, Options};

use crate::support::{Lake, options};

fn files(folder: &Path, start: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(start)).collect();
    files.sort();
    files
}

/// A state with its links, diplomas and wages, and the numbers of the truth files.
fn state() -> Lake {
    let folder = tempfile::tempdir().unwrap();
    let twin = folder.path().join("twin");
    let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/oracle/definitions");
    let state = TwinOptions {
        scale: 0.002,
        seed: 29,
        first_school_year: 2015,
        last_school_year: 2020,
        ..TwinOptions::default()
    };
    generate(&state, &twin).unwrap();
    let persons = std::fs::read_to_string(twin.join("truth/person.csv")).unwrap();
    let numbers = persons.lines().filter_map(|line| line.split(',').nth(1));
    let numbers: Vec<&str> = numbers.filter(|number| !number.is_empty()).collect();
    std::fs::write(twin.join("mde/key.csv"), numbers.join("\n")).unwrap();
    let engine = Engine::create(&Options { definitions: vec![key], ..options(folder.path()) }).unwrap();
    for (agency, start, layout) in [
        ("mde", "link", "ms_mde_link"),
        ("mde", "key", "twin_key"),
        ("mde", "diploma_", "ms_mde_diploma"),
        ("mdes", "wage_", "ms_mdes_wage"),
    ] {
        let files = files(&twin.join(agency), start);
        let request = LoadRequest { files, layout: layout.to_owned(), ..LoadRequest::default() };
        assert_eq!(engine.load(&request).unwrap().rejected, 0, "{layout}");
    }
    Lake { folder, engine }
}

#[test]
fn every_linked_graduate_has_the_planted_wages_in_every_quarter() {
    let lake = state();
    let sql = "select student_number, index_date, rel, observed, wages \
               from panel((select person_id, award_date as index_date, student_number from diploma join twin_key using (person_id)), \
               of => 'wages', unit => 'quarter', from_p => 1, to_p => 8)";
    let table = lake.query(sql);
    let mut found = BTreeMap::new();
    for line in table.lines().skip(3).filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [student, day, quarter, observed, wages] = cells[..] else { panic!("{line}") };
        let known = (observed == "true").then(|| wages.to_owned());
        found.insert((student.to_owned(), day.to_owned(), quarter.parse::<usize>().unwrap()), known);
    }
    let truth = std::fs::read_to_string(lake.folder.path().join("twin/truth/employment.csv")).unwrap();
    let (mut compared, mut beyond, mut unlinked) = (0, 0, 0);
    for line in truth.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (student, day) = (cells[0].to_owned(), cells[1].to_owned());
        for quarter in 1..=8 {
            let Some(known) = found.get(&(student.clone(), day.clone(), quarter)) else {
                panic!("{student} has no row for {day}, {quarter}")
            };
            match (cells[2], cells[2 + quarter]) {
                ("Y", "") => {
                    assert_eq!(known, &None, "{student} {quarter}: not loaded");
                    beyond += 1;
                }
                ("Y", wages) => {
                    let wages: f64 = wages.parse().unwrap();
                    let found: f64 = known.as_ref().unwrap().parse().unwrap();
                    assert!((wages - found).abs() < 0.001, "{student} {quarter}: {wages} {found}");
                    compared += 1;
                }
                _ => {
                    assert_eq!(known, &None, "{student} {quarter}: cannot be found");
                    unlinked += 1;
                }
            }
        }
    }
    assert!(compared > 1_000 && beyond > 100 && unlinked > 50, "{compared} {beyond} {unlinked}");
}
