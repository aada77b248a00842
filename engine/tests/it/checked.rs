//! Checked reads: no answer from a lake file whose bytes are not those that were written.

use std::path::{Path, PathBuf};

use lifetracks_engine::{Engine, ErrorKind, Options};

use crate::support::{Lake, options, table};

const WAGES: &str =
    "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,11,1,2022,4,4000.00\n900000003,11,1,2022,4,7200.00\n";
const COUNT: &str = "select count(*) as n from ui_wage";
const SUM: &str = "select sum(wages) as sum from ui_wage";

fn lake() -> Lake {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("wage.csv", WAGES)]).unwrap();
    lake
}

/// A new session with checked reads on the same lake.
fn checking(lake: &Lake) -> Engine {
    Engine::open(&Options { checked_reads: true, ..options(lake.folder.path()) }).unwrap()
}

fn file(lake: &Lake, table: &str, ending: &str) -> PathBuf {
    let folder = lake.folder.path().join("lake/tables").join(table);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_str().unwrap().ends_with(ending)).collect();
    files.sort();
    files.swap_remove(0)
}

/// Changes one byte in the middle of a file; returns what was there.
fn damage(path: &Path) -> Vec<u8> {
    let whole = std::fs::read(path).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    std::fs::write(path, changed).unwrap();
    whole
}

#[test]
fn a_damaged_data_file_is_named_and_a_restored_one_is_read() {
    let lake = lake();
    lake.query("set lifetracks.checked_reads = true");
    let before = lake.query(SUM);
    let path = file(&lake, "ui_wage", ".parquet");
    let whole = damage(&path);
    let error = lake.error(SUM);
    assert_eq!(error.kind(), ErrorKind::Lake);
    let name = path.file_name().unwrap().to_str().unwrap();
    let sentence = format!("the data file tables/ui_wage/{name} is damaged");
    assert!(error.message().starts_with(&sentence), "{error}");
    assert!(error.help().unwrap().starts_with("run `verify`"), "{error}");
    // What the log alone answers stays right.
    assert!(lake.query(COUNT).contains("| 2 |"));
    std::fs::remove_file(&path).unwrap();
    assert!(lake.error(SUM).message().ends_with(".parquet is missing"), "{}", lake.error(SUM));
    std::fs::write(&path, whole).unwrap();
    assert_eq!(lake.query(SUM), before);
}

#[test]
fn a_file_that_makes_the_decoder_panic_is_named() {
    let lake = lake();
    let before = lake.query(SUM);
    let path = file(&lake, "ui_wage", ".parquet");
    let whole = std::fs::read(&path).unwrap();
    // The length of the footer, which then begins before the file does.
    let mut changed = whole.clone();
    let at = whole.len() - 5;
    changed[at] ^= 0x40;
    std::fs::write(&path, changed).unwrap();
    for setting in ["false", "true"] {
        lake.query(&format!("set lifetracks.checked_reads = {setting}"));
        let error = lake.error(SUM);
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(error.message().starts_with(&format!("the data file tables/ui_wage/{name} ")), "{error}");
        assert_eq!(error.kind(), ErrorKind::Lake);
    }
    std::fs::write(&path, whole).unwrap();
    assert_eq!(lake.query(SUM), before);
}

#[test]
fn counts_that_no_file_is_opened_for_are_checked_too() {
    let lake = lake();
    let commit = lake.folder.path().join("lake/tables/ui_wage/_delta_log/00000000000000000001.json");
    let log = std::fs::read_to_string(&commit).unwrap();
    // Persons fall into ranges at random: a file of the first commit has one row or two.
    let count = log.find("numRecords\\\":").unwrap() + "numRecords\\\":".len();
    let mut changed = log.clone();
    changed.replace_range(count..=count, "9");
    let before = lake.query(COUNT);
    std::fs::write(&commit, changed).unwrap();
    let unchecked = Engine::open(&options(lake.folder.path())).unwrap();
    assert_ne!(table(&unchecked, COUNT).unwrap(), before, "the log is believed");
    let checked = checking(&lake);
    for question in [COUNT, "select rows from lifetracks.tables", "select * from lifetracks.coverage"] {
        let error = table(&checked, question).unwrap_err();
        assert!(
            error.message().starts_with("the log of table ui_wage in tables/ui_wage/_delta_log/"),
            "{question}: {error}"
        );
    }
}

#[test]
fn journals_are_checked() {
    let lake = Lake::new();
    let diploma = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\nA1,0100,004,05/20/2022,99999\n\
        A3,0100,004,13/20/2022,00806\n";
    lake.load("ms_mde_diploma", &[("diploma.csv", diploma)]).unwrap();
    let checked = checking(&lake);
    for journal in ["rejects", "findings"] {
        let question = format!("select * from lifetracks.{journal}");
        table(&checked, &question).unwrap();
        damage(&file(&lake, &format!("_{journal}"), ".parquet"));
        let error = table(&checked, &question).unwrap_err();
        assert!(error.message().starts_with(&format!("the data file tables/_{journal}/")), "{error}");
    }
}

#[test]
fn a_damaged_lake_log_answers_nothing_and_the_setting_can_be_taken_back() {
    let lake = lake();
    lake.query("set lifetracks.checked_reads = true");
    lake.query(COUNT);
    // Another hash, which is still one: half of its digits are 0 to 7, and one of those is changed.
    let seal = lake.folder.path().join("lake/lake.seal");
    let whole = std::fs::read_to_string(&seal).unwrap();
    let digit = whole.rfind(|character: char| ('0'..='7').contains(&character)).unwrap();
    let mut changed = whole.clone();
    let other = if whole[digit..].starts_with('7') { "0" } else { "7" };
    changed.replace_range(digit..=digit, other);
    std::fs::write(&seal, changed).unwrap();
    let error = lake.error(COUNT);
    assert!(error.message().contains("and its seal, lake.seal, do not fit"), "{error}");
    std::fs::write(lake.folder.path().join("lake/lake.seal"), "").unwrap();
    let error = lake.error(COUNT);
    assert!(error.message().contains("lake.seal, is damaged or missing"), "{error}");
    lake.query("set lifetracks.checked_reads = false");
    lake.query(COUNT);
    std::fs::write(lake.folder.path().join("lake/lake.seal"), whole).unwrap();
    damage(&lake.folder.path().join("lake/tables/_lake_log/_delta_log/00000000000000000001.json"));
    // The open session still knows the log; a new one must read it.
    let opened = Engine::open(&Options { checked_reads: true, ..options(lake.folder.path()) });
    let error = opened.and_then(|engine| table(&engine, COUNT)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Lake, "{error}");
}

#[test]
fn views_of_before_are_made_again() {
    let lake = lake();
    lake.query("create view pay as select person_id, wages from ui_wage");
    lake.query("set lifetracks.checked_reads = true");
    let error = lake.error("select count(*) from pay");
    assert!(
        error.message().contains("ui_wage was opened before lifetracks.checked_reads was set"),
        "{error}"
    );
    lake.query("drop view pay");
    lake.query("create view pay as select person_id, wages from ui_wage");
    assert!(lake.query("select count(*) as n from pay").contains("| 2 |"));
}

#[test]
fn a_session_with_checked_reads_loads_and_reads_every_version() {
    let lake = lake();
    lake.query("set lifetracks.checked_reads = true");
    let more = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000004,11,1,2023,1,10.00\n";
    lake.load("ms_mdes_wage", &[("more.csv", more)]).unwrap();
    assert!(lake.query(COUNT).contains("| 3 |"));
    assert!(lake.query(&format!("{COUNT} version as of 1")).contains("| 2 |"));
    assert!(lake.query("show lifetracks.checked_reads").contains("true"));
}

#[test]
fn a_version_without_a_seal_is_sealed_by_the_next_load() {
    let lake = lake();
    let seal = lake.folder.path().join("lake/lake.seal");
    let old = std::fs::read(&seal).unwrap();
    let more = ("more.csv", "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000004,11,1,2023,1,10.00\n");
    lake.load("ms_mdes_wage", &[more]).unwrap();
    // As if the load had been cut off after its commit.
    std::fs::write(&seal, old).unwrap();
    lake.query("set lifetracks.checked_reads = true");
    let error = lake.error(COUNT);
    assert!(error.message().starts_with("the newest lake version has no seal"), "{error}");
    let again = lake.load("ms_mdes_wage", &[more]).unwrap();
    assert_eq!(again.skipped_files, ["more.csv"]);
    assert!(lake.query(COUNT).contains("| 3 |"));
}
