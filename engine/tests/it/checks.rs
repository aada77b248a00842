//! What must hold in a delivery: checked before a load, found after it, and never in the way of the lake.

use std::path::Path;

use lifetracks_engine::{CheckReport, CheckRequest, Engine, Severity};

use crate::support::{Lake, copy_folder, options};

const SCHOOLS: &str = "DISTRICT,SCHOOL,SCHOOL_NAME,DISTRICT_NAME,LOW_GRADE,HIGH_GRADE,COUNTY_FIPS,OPEN_DATE,CLOSE_DATE\n\
    0100,004,Some High,Some District,09,12,28001,07/01/1990,\n\
    0100,008,Other High,Some District,09,12,28001,07/01/1990,\n";

const ENROLLMENT: &str = "MSIS_ID,DISTRICT,SCHOOL,SCHOOL_YEAR,GRADE,ENTRY_DATE,ENTRY_CODE,EXIT_DATE,EXIT_CODE,EXIT_DOC,\
    SEX,RACE,HISPANIC,BIRTH_DATE,ECON_DIS,EL,IDEA,MIGRANT\n";

/// A spell in a school.
fn spell(student: &str, school: &str, entry: &str, exit: &str) -> String {
    format!("{student},0100,{school},2022,09,{entry},E1,{exit},,,F,W,N,03/01/2007,N,N,N,N\n")
}

fn check(lake: &Lake, layout: &str, name: &str, text: &str) -> CheckReport {
    let request =
        CheckRequest { file: lake.file(name, text), layout: layout.to_owned(), ..CheckRequest::default() };
    lake.engine.check(&request).unwrap()
}

/// Rule, rows and first line of each finding.
fn told(findings: &[lifetracks_engine::Finding]) -> Vec<(&str, u64, u64)> {
    findings.iter().map(|finding| (finding.rule.as_str(), finding.rows, finding.first_line)).collect()
}

/// Every file of a folder with its bytes.
fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(bytes(&path));
        } else {
            files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

#[test]
fn references_and_overlaps_are_found_by_check_and_by_load() {
    let lake = Lake::new();
    lake.load("ms_mde_schools", &[("schools.csv", SCHOOLS)]).unwrap();
    let text = [
        ENROLLMENT.to_owned(),
        spell("A", "004", "08/01/2021", "12/17/2021"),
        // From here to line 4 the same student in two schools at once.
        spell("A", "008", "12/10/2021", ""),
        spell("B", "009", "08/01/2021", "12/17/2021"),
        // A day that ends one spell and starts the next is no overlap.
        spell("C", "004", "08/01/2021", "12/17/2021"),
        spell("C", "008", "12/17/2021", "05/20/2022"),
    ]
    .concat();
    let report = check(&lake, "ms_mde_enrollment", "enrollment.csv", &text);
    assert_eq!(told(&report.findings), [("school_in_directory", 1, 4), ("spells_do_not_overlap", 2, 2)]);
    assert_eq!((report.counts.rows_in, report.counts.rejected, report.new_persons), (5, 0, 3));
    assert!(!report.failed());
    assert_eq!(report.findings[0].severity, Severity::Warning);
    assert_eq!(lake.engine.lake_version(), Some(1));

    let load = lake.load("ms_mde_enrollment", &[("enrollment.csv", &text)]).unwrap();
    assert_eq!(load.findings, report.findings);
    let journal = lake.query("select lake_version, table_name, file, severity, rule, first_line, rows from lifetracks.findings order by rule");
    assert!(journal.contains("| 2            | k12_enrollment | enrollment.csv | warning  | school_in_directory   | 4          | 1    |"), "{journal}");

    // A later spell is held against those of the lake, and only rows of the load are told of.
    let later = ENROLLMENT.to_owned() + &spell("B", "004", "12/01/2021", "12/31/2021");
    let load = lake.load("ms_mde_enrollment", &[("later.csv", &later)]).unwrap();
    assert_eq!(told(&load.findings), [("spells_do_not_overlap", 1, 2)]);
}

#[test]
fn a_reference_to_a_table_that_is_not_there_is_a_notice() {
    let lake = Lake::new();
    let text = ENROLLMENT.to_owned() + &spell("A", "004", "08/01/2021", "");
    let load = lake.load("ms_mde_enrollment", &[("enrollment.csv", &text)]).unwrap();
    assert!(load.findings.is_empty(), "{:?}", load.findings);
    assert_eq!(
        load.notices,
        ["school_in_directory was not checked: table school_directory is not in the lake."]
    );
}

#[test]
fn a_check_tells_duplicates_and_what_it_would_replace_and_writes_nothing() {
    let lake = Lake::new();
    let header = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n";
    let row = |ssn: u32, wages: &str| format!("90000000{ssn},0000000011,00001,2022,4,{wages}\n");
    let first: String = (1..=5).map(|ssn| row(ssn, "100.00")).collect();
    lake.load("ms_mdes_wage", &[("first.csv", &format!("{header}{first}"))]).unwrap();
    let text = [
        header.to_owned(),
        row(1, "100.00"),
        row(2, "250.00"),
        row(2, "250.00"),
        row(3, "100.00"),
        row(3, "300.00"),
        row(9, "1.00"),
    ]
    .concat();
    let before = (bytes(&lake.folder.path().join("lake")), bytes(&lake.folder.path().join("lake-vault")));
    let report = check(&lake, "ms_mdes_wage", "second.csv", &text);
    let after = (bytes(&lake.folder.path().join("lake")), bytes(&lake.folder.path().join("lake-vault")));
    assert!(before == after, "a check changed the lake or the vault");
    assert_eq!((report.exact_duplicates, report.conflicting_duplicates), (1, 1));
    assert_eq!((report.replaced, report.unchanged, report.new_persons), (1, 2, 1));
    assert_eq!((report.counts.rows_in, report.counts.loaded, report.counts.rejected), (6, 4, 2));
    let rejects: Vec<_> =
        report.rejects.iter().map(|reject| (reject.rule.as_str(), reject.first_line)).collect();
    assert_eq!(rejects, [("duplicate_row", 4), ("duplicate_key", 6)]);
    assert!(report.failed(), "one of six rows is refused");
    assert_eq!(report.lake_version, Some(1));

    let load = lake.load("ms_mdes_wage", &[("second.csv", &text)]).unwrap();
    assert_eq!((load.replaced, load.unchanged, load.new_persons), (1, 2, 1));
    assert_eq!((load.loaded, load.rejected), (4, 2));
    let report = check(&lake, "ms_mdes_wage", "again.csv", &text);
    assert!(report.notices[0].starts_with("lake version 2 has this file already"), "{:?}", report.notices);
}

#[test]
fn a_check_without_a_lake_needs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(&lifetracks_engine::Options::default()).unwrap();
    let file = folder.path().join("enrollment.csv");
    let text = [
        ENROLLMENT.to_owned(),
        spell("A", "004", "08/01/2021", "12/17/2021"),
        spell("A", "008", "12/10/2021", ""),
        spell("A", "004", "08/01/2021", "12/18/2021"),
    ]
    .concat();
    std::fs::write(&file, text).unwrap();
    let layout = "ms_mde_enrollment".to_owned();
    let report = engine.check(&CheckRequest { file, layout, ..CheckRequest::default() }).unwrap();
    assert_eq!(told(&report.findings), [("spells_do_not_overlap", 2, 2)]);
    assert_eq!((report.conflicting_duplicates, report.lake_version), (1, None));
}

#[test]
fn a_correction_that_says_the_same_changes_nothing() {
    let lake = Lake::new();
    let wages = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,0000000011,00001,2022,4,4000.00\n";
    lake.load("ms_mdes_wage", &[("a.csv", wages)]).unwrap();
    let again = lake.load("ms_mdes_wage", &[("b.csv", &wages.replace("4000.00", "4000.0"))]).unwrap();
    assert_eq!((again.unchanged, again.replaced, again.loaded, again.rejected), (1, 0, 1, 0));
    assert_eq!(lake.value("select distinct load_id from ui_wage"), "1");
}

#[test]
fn codes_that_nobody_knows_are_found_and_new_ones_are_told_apart() {
    let lake = Lake::new();
    let header = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n";
    let row = |student: &str, code: &str| format!("{student},0100,004,05/20/2022,{code}\n");
    let known = format!("{header}{}", row("A", "00806"));
    assert!(lake.load("ms_mde_diploma", &[("a.csv", &known)]).unwrap().findings.is_empty());
    let unknown = format!("{header}{}{}", row("B", "00806"), row("C", "99999"));
    let rules = |report: &lifetracks_engine::LoadReport| {
        report.findings.iter().map(|finding| finding.rule.clone()).collect::<Vec<_>>()
    };
    let first = lake.load("ms_mde_diploma", &[("b.csv", &unknown)]).unwrap();
    assert_eq!(rules(&first), ["new_unknown_code", "unknown_code"]);
    assert_eq!(
        (first.findings[0].first_line, first.findings[0].column.as_deref()),
        (3, Some("diploma_type"))
    );
    let more = format!("{header}{}", row("D", "99998"));
    assert_eq!(rules(&lake.load("ms_mde_diploma", &[("c.csv", &more)]).unwrap()), ["unknown_code"]);
    assert_eq!(lake.value("select count(*) from lifetracks.findings"), "3");
    assert!(
        !lake.query("select * from lifetracks.findings").contains("99999"),
        "diploma_type is confidential"
    );
}

#[test]
fn a_load_of_known_files_applies_what_an_interrupted_one_left_in_the_vault() {
    let lake = Lake::new();
    let diploma = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\nA1,0100,004,05/20/2022,00806\n";
    let wages = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,0000000011,00001,2022,4,4000.00\n";
    lake.load("ms_mde_diploma", &[("diploma.csv", diploma)]).unwrap();
    lake.load("ms_mdes_wage", &[("wage.csv", wages)]).unwrap();
    // The lake as it was, the vault as it is after the link: a load that was cut off between the two.
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&lake.folder.path().join("lake"), &copy.path().join("lake"));
    lake.load("ms_mde_link", &[("link.csv", "MSIS_ID,SSN\nA1,900000001\n")]).unwrap();
    copy_folder(&lake.folder.path().join("lake-vault"), &copy.path().join("lake-vault"));
    let entries = copy.path().join("lake-vault/persons");
    let vault = std::fs::read(&entries).unwrap();
    // The last entry says that the lake has the new numbers.
    std::fs::write(&entries, &vault[..vault.len() - 40]).unwrap();

    let cut = Lake { engine: Engine::open(&options(copy.path())).unwrap(), folder: copy };
    let doctor = Engine::doctor(&options(cut.folder.path())).unwrap();
    let vault = doctor.diagnoses.iter().find(|diagnosis| diagnosis.subject == "vault").unwrap();
    assert!(vault.found.ends_with("1 person joined, but not yet in the lake"), "{vault:?}");
    let joined = "select count(*) from diploma d join ui_wage w on d.person_id = w.person_id";
    assert_eq!(cut.value(joined), "0");
    let report = cut.load("ms_mdes_wage", &[("wage.csv", wages)]).unwrap();
    assert_eq!((report.skipped_files.len(), report.joined_persons, report.lake_version), (1, 1, 3));
    assert_eq!(cut.value(joined), "1");
    let again = cut.load("ms_mdes_wage", &[("wage.csv", wages)]).unwrap();
    assert_eq!((again.joined_persons, again.lake_version), (0, 3));
}

/// A layout of one's own, whose years differ; and an archive with two members.
#[test]
fn archives_and_years_go_through_a_load() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = folder.path().join("definitions");
    std::fs::create_dir_all(definitions.join("layouts")).unwrap();
    let layout = "name = \"my_wage\"\nextends = \"ms_mdes_wage\"\ndescription = \"d\"\nsource = \"s\"\n\
        [years]\nfrom_name = \"_(\\\\d{4})\\\\.\"\n\
        [[variant]]\nlast = 2018\ndescription = \"the SSN was called SSNO\"\nrename = { SSN = \"SSNO\" }\n";
    std::fs::write(definitions.join("layouts/my_wage.toml"), layout).unwrap();
    let options = lifetracks_engine::Options { definitions: vec![definitions], ..options(folder.path()) };
    let engine = Engine::create(&options).unwrap();
    let lake = Lake { folder, engine };
    let old =
        "SSNO,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,1,1,2018,1,10.00\n900000001,1,1,2018,1,11.00\n";
    let new = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,1,1,2019,1,20.00\n900000001,1,1,2018,1,12.00\n";
    let archive = zip(&[("wage_2018.csv", old), ("wage_2019.csv", new)]);
    let path = lake.folder.path().join("wages.zip");
    std::fs::write(&path, archive).unwrap();
    let request = lifetracks_engine::LoadRequest {
        files: vec![path],
        layout: "my_wage".to_owned(),
        max_reject_share: Some(0.5),
        ..lifetracks_engine::LoadRequest::default()
    };
    let report = lake.engine.load(&request).unwrap();
    assert_eq!(report.files, ["wages.zip"]);
    // The members came at once: nobody can tell which of the three wages of one quarter is right.
    let rejects: Vec<_> = report
        .rejects
        .iter()
        .map(|reject| (reject.file.as_str(), reject.rule.as_str(), reject.first_line))
        .collect();
    assert_eq!(
        rejects,
        [("wages.zip/wage_2018.csv", "duplicate_key", 3), ("wages.zip/wage_2019.csv", "duplicate_key", 3)]
    );
    assert_eq!((report.rows_in, report.loaded, report.rejected), (4, 2, 2));
    assert!(
        report.notices.iter().any(|notice| notice.starts_with("wages.zip/wage_2018.csv: ")),
        "{:?}",
        report.notices
    );
    assert_eq!(lake.value("select sum(wages) from ui_wage"), "30.00");
    assert_eq!(lake.engine.load(&request).unwrap().skipped_files, ["wages.zip"]);

    let unnamed = |year| CheckRequest {
        file: lake.file("wage.csv", old),
        layout: "my_wage".to_owned(),
        year,
        ..CheckRequest::default()
    };
    assert!(lake.engine.check(&unnamed(None)).unwrap_err().message().contains("--year"));
    assert_eq!(lake.engine.check(&unnamed(Some(2018))).unwrap().counts.rows_in, 2);
}

/// An archive of stored members.
fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in members {
        let start = u32::try_from(bytes.len()).unwrap();
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(crc32(text.as_bytes()).to_le_bytes());
        common.extend(length.iter().chain(&length).chain(&name_length).chain(&[0, 0]));
        bytes.extend(b"PK\x03\x04".iter().chain(&common).chain(name.as_bytes()).chain(text.as_bytes()));
        directory.extend(b"PK\x01\x02\x14\x00".iter().chain(&common).chain(&[0; 10]));
        directory.extend(start.to_le_bytes().iter().chain(name.as_bytes()));
    }
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    let start = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    bytes.extend(&directory);
    bytes.extend(
        b"PK\x05\x06\0\0\0\0".iter().chain(&count).chain(&count).chain(&size).chain(&start).chain(&[0, 0]),
    );
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    };
    !bytes.iter().fold(u32::MAX, step)
}
