//! The vault as loads use it: read when persons are loaded or wait for their new number, closed otherwise.

use std::path::PathBuf;

use lifetracks_engine::Engine;

use crate::support::{Lake, copy_folder, options};

const SCHOOLS: (&str, &str) = (
    "schools.csv",
    "DISTRICT,SCHOOL,SCHOOL_NAME,DISTRICT_NAME,LOW_GRADE,HIGH_GRADE,COUNTY_FIPS,OPEN_DATE,CLOSE_DATE\n\
     0100,004,A High School,A District,09,12,28001,08/01/1990,\n",
);
const WAGES: (&str, &str) = (
    "wage.csv",
    "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n\
     900000001,0000000011,00001,2022,4,4000.00\n\
     900000003,0000000011,00001,2022,4,7200.00\n",
);
const DIPLOMA: (&str, &str) =
    ("diploma.csv", "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\nA1,0100,004,05/20/2022,00806\n");
const LINK: (&str, &str) = ("link.csv", "MSIS_ID,SSN\nA1,900000001\n");
const JOINED: &str = "select count(*) from diploma d join ui_wage w on d.person_id = w.person_id";
/// The bytes of an entry of the vault.
const ENTRY: usize = 40;

fn entries(lake: &Lake) -> PathBuf {
    lake.folder.path().join("lake-vault/persons")
}

#[test]
fn a_table_without_persons_is_loaded_with_the_vault_closed() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[WAGES]).unwrap();
    let mut bytes = std::fs::read(entries(&lake)).unwrap();
    bytes[20] ^= 1;
    std::fs::write(entries(&lake), bytes).unwrap();
    let report = lake.load("ms_mde_schools", &[SCHOOLS]).unwrap();
    assert_eq!((report.loaded, report.new_persons, report.lake_version), (1, 0, 2));
    // Nor for files that are there already.
    assert_eq!(lake.load("ms_mdes_wage", &[WAGES]).unwrap().skipped_files, ["wage.csv"]);
    // Whoever needs the vault is told that it is damaged.
    let error = lake.load("ms_mde_diploma", &[DIPLOMA]).unwrap_err();
    assert!(error.message().contains("is damaged at entry 0"), "{error}");
}

#[test]
fn a_load_without_persons_applies_what_a_load_that_was_cut_off_left_joined() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[WAGES]).unwrap();
    lake.load("ms_mde_diploma", &[DIPLOMA]).unwrap();
    let (now, before) = (lake.folder.path().join("lake"), lake.folder.path().join("before"));
    copy_folder(&now, &before);
    lake.load("ms_mde_link", &[LINK]).unwrap();
    assert_eq!(lake.value(JOINED), "1");
    // As if the load had been cut off after it wrote the vault: no commit, and no entry that says so.
    std::fs::remove_dir_all(&now).unwrap();
    copy_folder(&before, &now);
    let bytes = std::fs::read(entries(&lake)).unwrap();
    std::fs::write(entries(&lake), &bytes[..bytes.len() - ENTRY]).unwrap();

    let Lake { folder, engine } = lake;
    drop(engine);
    let engine = Engine::create(&options(folder.path())).unwrap();
    let lake = Lake { folder, engine };
    assert_eq!(lake.value(JOINED), "0");
    let report = lake.load("ms_mde_schools", &[SCHOOLS]).unwrap();
    assert_eq!((report.loaded, report.joined_persons, report.lake_version), (1, 1, 3));
    assert_eq!(lake.value(JOINED), "1");
    assert_eq!(std::fs::read(entries(&lake)).unwrap(), bytes);
}
