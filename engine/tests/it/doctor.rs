//! The doctor and the vacuum: what is wrong is named with what to do, and what is needed stays.

use lifetracks_engine::{Diagnosis, Engine, Health, Options, VacuumRequest};

use crate::support::{Lake, options};

fn wages(quarter: u32, wages: u32) -> String {
    let rows = (0..30).map(|person| format!("9{person:08},0000000011,00001,2022,{quarter},{wages}.00\n"));
    format!("SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n{}", rows.collect::<String>())
}

fn lake() -> Lake {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("a.csv", &wages(1, 100))]).unwrap();
    lake.load("ms_mdes_wage", &[("b.csv", &wages(1, 200))]).unwrap();
    lake.load("ms_mdes_wage", &[("c.csv", &wages(3, 200))]).unwrap();
    lake
}

/// The first line of a thing that is not well, or its first line.
fn line(lake: &Lake, subject: &str) -> Diagnosis {
    let report = Engine::doctor(&options(lake.folder.path())).unwrap();
    let lines: Vec<_> = report.diagnoses.iter().filter(|line| line.subject == subject).collect();
    let worst = lines.iter().find(|line| line.health != Health::Ok).or_else(|| lines.first());
    worst.map_or_else(|| panic!("{subject}: {report:?}"), |line| (*line).clone())
}

#[test]
fn a_lake_that_is_well_has_a_line_for_everything() {
    let lake = lake();
    let report = Engine::doctor(&options(lake.folder.path())).unwrap();
    assert_eq!(report.health(), Health::Warning, "{report:?}");
    for subject in
        ["definitions", "vault", "lake", "table ui_wage", "orphans", "staging", "coverage", "last load"]
    {
        assert!(report.diagnoses.iter().any(|line| line.subject == subject), "{subject}: {report:?}");
    }
    assert!(line(&lake, "table ui_wage").found.starts_with("60 rows in 4 files, "), "{report:?}");
    let gap = line(&lake, "coverage");
    assert_eq!((gap.health, gap.found.as_str()), (Health::Warning, "ui_wage: 2022Q2 absent"));
    assert!(gap.advice.is_some());
    assert_eq!(line(&lake, "orphans").health, Health::Ok);
}

#[test]
fn what_is_wrong_is_named() {
    let lake = lake();
    let folder = lake.folder.path();
    std::fs::write(folder.join("lake/tables/ui_wage/0001-0123456789abcdef.parquet"), [0; 5000]).unwrap();
    let orphans = line(&lake, "orphans");
    assert_eq!(
        (orphans.health, orphans.found.as_str()),
        (Health::Warning, "1 data file of no lake version, 4.9 KiB")
    );

    std::fs::create_dir_all(folder.join("lake/_staging/load-x")).unwrap();
    std::fs::write(folder.join("lake/_staging/load-x/busy"), "").unwrap();
    assert_eq!(line(&lake, "staging").found, "1 folder left by a load that was cut off");

    let newest = newest_files(&lake);
    std::fs::write(folder.join("lake/tables/ui_wage").join(&newest[0]), [0; 10]).unwrap();
    let cut = line(&lake, "table ui_wage");
    assert!(
        cut.health == Health::Error && cut.found.ends_with("1 of the files are missing or cut short"),
        "{cut:?}"
    );

    std::fs::rename(folder.join("lake-vault"), folder.join("elsewhere")).unwrap();
    assert_eq!(line(&lake, "vault").health, Health::Error);
    std::fs::rename(folder.join("lake"), folder.join("gone")).unwrap();
    assert_eq!(line(&lake, "lake").health, Health::Error);
}

/// The data files that the newest version of the wages names.
fn newest_files(lake: &Lake) -> Vec<String> {
    let log = lake.folder.path().join("lake/tables/ui_wage/_delta_log/00000000000000000003.json");
    let text = std::fs::read_to_string(log).unwrap();
    let adds = text.lines().filter(|line| line.starts_with("{\"add\""));
    let path = |line: &str| line.split("\"path\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    adds.map(path).collect()
}

#[test]
fn a_bad_definition_is_a_line_and_not_the_end() {
    let lake = lake();
    let definitions = lake.folder.path().join("definitions");
    std::fs::create_dir_all(definitions.join("tables")).unwrap();
    std::fs::write(definitions.join("tables/x.toml"), "name = ").unwrap();
    let report =
        Engine::doctor(&Options { definitions: vec![definitions], ..options(lake.folder.path()) }).unwrap();
    let fault = report.diagnoses.iter().find(|line| line.health == Health::Error).unwrap();
    assert!(fault.subject == "definitions" && fault.found.contains("x.toml"), "{fault:?}");
    assert!(report.diagnoses.iter().any(|line| line.subject == "table ui_wage"));
}

#[test]
fn a_vacuum_keeps_what_it_is_told_to_keep() {
    let lake = lake();
    let sums = |version: u32| lake.value(&format!("select sum(wages) from ui_wage version as of {version}"));
    let before = [sums(2), sums(3)];
    let data = || {
        let folder = lake.folder.path().join("lake/tables/ui_wage");
        std::fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count()
    };
    let all = data();
    let dry = VacuumRequest { keep: Some(2), dry_run: true, ..VacuumRequest::default() };
    let planned = lake.engine.vacuum(&dry).unwrap();
    assert_eq!((planned.oldest, planned.newest, data()), (2, 3, all));
    let done = lake.engine.vacuum(&VacuumRequest { dry_run: false, ..dry }).unwrap();
    assert_eq!((done, data()), (planned, all - 4));
    assert!(done.files >= 4 && done.bytes > 0);

    let lake = Lake { engine: Engine::open(&options(lake.folder.path())).unwrap(), folder: lake.folder };
    let sums = |version: u32| lake.value(&format!("select sum(wages) from ui_wage version as of {version}"));
    assert_eq!([sums(2), sums(3)], before);
    let error = lake.error("select sum(wages) from ui_wage version as of 1");
    assert_eq!(error.message(), "lake version 1 was vacuumed away");
    assert_eq!(error.help(), Some("the oldest one that is kept is 2"));
    assert!(lake.engine.verify().unwrap().defects.is_empty());
    assert_eq!(lake.engine.vacuum(&VacuumRequest::default()).unwrap().files, 0);
    lake.load("ms_mdes_wage", &[("d.csv", &wages(2, 300))]).unwrap();
    assert_eq!(lake.value("select count(*) from ui_wage"), "90");
    let young = VacuumRequest { older_than_days: Some(30), ..VacuumRequest::default() };
    assert_eq!(lake.engine.vacuum(&young).unwrap().oldest, 2);
}
