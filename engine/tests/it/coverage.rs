//! Coverage as the log has it, absent periods, unusual changes: exact at every version, without reading a data file.

use std::path::Path;

use lifetracks_engine::{Engine, LoadRequest, Options};

use crate::support::{Lake, options, table};

const HEADER: &str = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n";

/// Wages of some people in some quarters; everybody has two jobs.
fn wages(people: std::ops::Range<u32>, year: u32, quarters: &[u32]) -> String {
    let rows = quarters.iter().flat_map(|quarter| {
        people.clone().flat_map(move |person| {
            (1..=2).map(move |job| format!("9{person:08},000000001{job},00001,{year},{quarter},100.00\n"))
        })
    });
    HEADER.to_owned() + &rows.collect::<String>()
}

const COVERAGE: &str = "select period_label, rows, persons from lifetracks.coverage";

#[test]
fn coverage_is_exact_at_every_version() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("a.csv", &wages(0..50, 2019, &[1, 2]))]).unwrap();
    lake.load("ms_mdes_wage", &[("b.csv", &wages(30..60, 2019, &[2, 3]))]).unwrap();
    let recounted = "select quarter_label(quarter_index) as period_label, count(*) as rows, \
                     count(distinct person_id) as persons from ui_wage";
    for version in ["", "version as of 1", "version as of 2"] {
        let kept = lake.query(&format!("{COVERAGE} {version} where table_name = 'ui_wage' order by period"));
        let counted = lake.query(&format!("{recounted} {version} group by quarter_index order by 1"));
        assert_eq!(kept, counted, "{version}");
    }
    let facts = "select distinct table_name, owner, source, unit from lifetracks.coverage";
    assert!(lake.query(facts).contains("| ui_wage    | MDES  |        | quarter |"), "{}", lake.query(facts));
    let error = lake.error(&format!("{COVERAGE} version as of 9"));
    assert_eq!(error.message(), "the lake has no version 9");
}

#[test]
fn coverage_reads_no_data_file_and_counts_one_that_has_no_facts() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("a.csv", &wages(0..50, 2019, &[1, 2]))]).unwrap();
    let kept = lake.query(&format!("{COVERAGE} order by period"));
    let folder = lake.folder.path().join("lake/tables/ui_wage");
    let hidden = lake.folder.path().join("hidden");
    std::fs::create_dir(&hidden).unwrap();
    let moved = move_data(&folder, &hidden);
    assert!(moved > 0);
    assert_eq!(lake.query(&format!("{COVERAGE} order by period")), kept);
    move_data(&hidden, &folder);

    // A lake of an earlier release: the same log without the facts.
    let log = folder.join("_delta_log/00000000000000000001.json");
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::write(&log, text.replace("lifetracks.coverage", "somebody.else")).unwrap();
    let engine = Engine::open(&options(lake.folder.path())).unwrap();
    assert_eq!(table(&engine, &format!("{COVERAGE} order by period")).unwrap(), kept);
}

fn move_data(from: &Path, to: &Path) -> usize {
    let files = std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path());
    let data: Vec<_> = files.filter(|file| file.extension().is_some_and(|kind| kind == "parquet")).collect();
    for file in &data {
        std::fs::rename(file, to.join(file.file_name().unwrap())).unwrap();
    }
    data.len()
}

/// Each of twelve quarters left out in turn: the first and the last are no gap, every other one is named.
#[test]
fn every_absent_quarter_is_named() {
    for absent in 0..12_u32 {
        let lake = Lake::new();
        let files: Vec<(String, String)> = (0..12)
            .filter(|quarter| *quarter != absent)
            .map(|quarter| (format!("{quarter}.csv"), wages(0..10, 2018 + quarter / 4, &[quarter % 4 + 1])))
            .collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let report = lake.load("ms_mdes_wage", &files).unwrap();
        let label = format!("{}Q{}", 2018 + absent / 4, absent % 4 + 1);
        let expected = if absent == 0 || absent == 11 { Vec::new() } else { vec![label.clone()] };
        let labels: Vec<String> = report.gaps.iter().map(|gap| gap.label.clone()).collect();
        assert_eq!(labels, expected);
        let gaps = lake.query("select message from lifetracks.coverage_gaps");
        assert_eq!(gaps.contains(&format!("ui_wage: {label} absent")), !expected.is_empty(), "{gaps}");
    }
}

#[test]
fn a_gap_is_told_once_and_is_gone_when_it_is_filled() {
    let lake = Lake::new();
    let report = lake.load("ms_mdes_wage", &[("a.csv", &wages(0..10, 2019, &[1, 2, 4]))]).unwrap();
    assert_eq!(report.gaps.len(), 1);
    let report = lake.load("ms_mdes_wage", &[("b.csv", &wages(0..10, 2020, &[1]))]).unwrap();
    assert!(report.gaps.is_empty());
    assert_eq!(lake.value("select period_label from lifetracks.coverage_gaps"), "2019Q3");
    lake.load("ms_mdes_wage", &[("c.csv", &wages(0..10, 2019, &[3]))]).unwrap();
    assert_eq!(lake.value("select count(*) from lifetracks.coverage_gaps"), "0");
    assert_eq!(lake.value("select count(*) from lifetracks.coverage_gaps version as of 1"), "1");
    assert_eq!(lake.value("select count(*) from lifetracks.coverage_gaps version as of 0"), "0");
}

#[test]
fn a_quarter_with_far_fewer_rows_raises_an_alarm() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("a.csv", &wages(0..100, 2019, &[1, 2]))]).unwrap();
    let report = lake.load("ms_mdes_wage", &[("b.csv", &wages(0..40, 2019, &[3]))]).unwrap();
    let told: Vec<String> = report.alarms.iter().map(lifetracks_engine::Alarm::sentence).collect();
    assert_eq!(told, ["ui_wage, 2019Q3: 80 rows after 200 in 2019Q2 (-60.0 %)"]);
    assert_eq!(lake.value("select rule from lifetracks.alarms"), "rows_changed");
    assert_eq!(lake.value("select count(*) from lifetracks.alarms version as of 1"), "0");
}

#[test]
fn a_folder_of_definitions_sets_the_limits() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("a.csv", &wages(0..100, 2019, &[1]))]).unwrap();
    lake.load("ms_mdes_wage", &[("b.csv", &wages(0..40, 2019, &[2]))]).unwrap();
    let definitions = lake.folder.path().join("definitions");
    std::fs::create_dir_all(definitions.join("codes")).unwrap();
    std::fs::write(definitions.join("alarms.toml"), "[table.ui_wage]\nrows_share = 0.9\n").unwrap();
    let options = Options { definitions: vec![definitions], ..options(lake.folder.path()) };
    let engine = Engine::open(&options).unwrap();
    let alarms = table(&engine, "select count(*) as n from lifetracks.alarms").unwrap();
    assert!(alarms.contains("| 0 |"), "{alarms}");
    assert_eq!(lake.value("select count(*) from lifetracks.alarms"), "1");
}

#[test]
fn a_column_that_comes_empty_raises_an_alarm() {
    let lake = Lake::new();
    let header = "ACCOUNT,UNIT,YEAR,QUARTER,EIN,NAICS,COUNTY_FIPS,OWNERSHIP\n";
    let employers = |quarter: u32, naics: &str| {
        let rows = (0..20)
            .map(|unit| format!("00000000{unit:02},00001,2019,{quarter},99{unit:07},{naics},28001,50\n"));
        header.to_owned() + &rows.collect::<String>()
    };
    let files = [("a.csv", employers(1, "622110")), ("b.csv", employers(2, ""))];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let report = lake.load("ms_mdes_employer", &files).unwrap();
    let told: Vec<String> = report.alarms.iter().map(lifetracks_engine::Alarm::sentence).collect();
    assert_eq!(
        told,
        ["employer_quarter, 2019Q2: naics is NULL in 100.0 % of the rows after 0.0 % in 2019Q1"]
    );
    let persons = "select count(persons) from lifetracks.coverage where table_name = 'employer_quarter'";
    assert_eq!(lake.value(persons), "0");
}

#[test]
fn persons_joined_by_a_link_are_counted_once() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("wage.csv", &wages(0..10, 2019, &[1]))]).unwrap();
    let diploma = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\nA1,0100,004,05/20/2022,00806\nA2,0100,004,05/21/2022,00806\n";
    lake.load("ms_mde_diploma", &[("diploma.csv", diploma)]).unwrap();
    let persons = "select persons from lifetracks.coverage where table_name = 'diploma'";
    assert_eq!(lake.value(persons), "2");
    lake.load("ms_mde_link", &[("link.csv", "MSIS_ID,SSN\nA1,900000001\nA2,900000001\n")]).unwrap();
    assert_eq!(lake.value("select count(distinct person_id) from diploma"), "1");
    assert_eq!(lake.value(persons), "1");
    assert_eq!(
        lake.value(&persons.replace("lifetracks.coverage", "lifetracks.coverage version as of 2")),
        "2"
    );
}

#[test]
fn loads_of_any_number_of_threads_give_the_same_lake() {
    let text = wages(0..4000, 2019, &[1, 2, 3]);
    let vault = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for threads in [1, 3] {
        let folder = tempfile::tempdir().unwrap();
        if threads > 1 {
            std::fs::create_dir(folder.path().join("lake-vault")).unwrap();
            std::fs::copy(vault.path().join("key"), folder.path().join("lake-vault/key")).unwrap();
        }
        let options = Options { threads: Some(threads), ..options(folder.path()) };
        let engine = Engine::create(&options).unwrap();
        let file = folder.path().join("wage.csv");
        std::fs::write(&file, &text).unwrap();
        let request =
            LoadRequest { files: vec![file], layout: "ms_mdes_wage".to_owned(), ..LoadRequest::default() };
        if threads == 1 {
            engine.load(&request).unwrap();
            std::fs::copy(folder.path().join("lake-vault/key"), vault.path().join("key")).unwrap();
        } else {
            engine.load(&request).unwrap();
        }
        let mut names: Vec<String> = std::fs::read_dir(folder.path().join("lake/tables/ui_wage"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        seen.push((names, std::fs::read(folder.path().join("lake-vault/persons")).unwrap()));
    }
    assert_eq!(seen[0], seen[1]);
}
