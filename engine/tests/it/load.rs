//! Loading as a user sees it: counts that add up, versions, corrections, links, refused rows.

use lifetracks_engine::ErrorKind;

use crate::support::Lake;

const WAGES: &str = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n\
    900000001,0000000011,00001,2022,4,4000.00\n\
    900000001,0000000012,00001,2022,4,1500.00\n\
    900000003,0000000011,00001,2022,4,7200.00\n";

#[test]
fn loading_the_same_file_twice_changes_nothing() {
    let lake = Lake::new();
    let first = lake.load("ms_mdes_wage", &[("wage_2022.csv", WAGES)]).unwrap();
    assert_eq!((first.rows_in, first.loaded, first.rejected, first.lake_version), (3, 3, 0, 1));
    let again = lake.load("ms_mdes_wage", &[("wage_2022.csv", WAGES)]).unwrap();
    assert_eq!((again.skipped_files.len(), again.rows_in, again.lake_version), (1, 0, 1));
    assert_eq!(lake.value("select count(*) from ui_wage"), "3");
    assert_eq!(lake.value("select count(distinct person_id) from ui_wage"), "2");
}

#[test]
fn a_correction_replaces_by_natural_key_and_the_old_version_stays() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("a.csv", WAGES)]).unwrap();
    let corrected = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000003,0000000011,00001,2022,4,7300.50\n";
    let report = lake.load("ms_mdes_wage", &[("b.csv", corrected)]).unwrap();
    assert_eq!((report.loaded, report.replaced, report.lake_version), (1, 1, 2));
    assert_eq!(lake.value("select sum(wages) from ui_wage"), "12800.50");
    assert_eq!(lake.value("select sum(wages) from ui_wage version as of 1"), "12700.00");
    assert_eq!(lake.value("select count(*) from ui_wage"), "3");
}

#[test]
fn a_moment_names_the_version_that_was_newest_then() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("a.csv", WAGES)]).unwrap();
    assert_eq!(lake.value("select count(*) from ui_wage for system_time as of '2999-01-01'"), "3");
    let error = lake.error("select count(*) from ui_wage for system_time as of '2000-01-01'");
    assert!(error.message().starts_with("the lake is younger than 2000-01-01"), "{error}");
    let error = lake.error("select count(*) from ui_wage version as of 7");
    assert_eq!(error.message(), "the lake has no version 7");
}

#[test]
fn errors_say_what_is_wrong_and_what_to_do() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("a.csv", WAGES)]).unwrap();
    for (sql, message, help) in [
        ("select wagez from ui_wage", "column \"wagez\" not found", "did you mean \"wages\"?"),
        ("select * from ui_wages", "table \"ui_wages\" not found", "did you mean \"ui_wage\"?"),
        (
            "select sum(employer_account) from ui_wage",
            "sum() needs a number; employer_account is varchar",
            "count() counts any values",
        ),
        (
            "select employer_account, count(*) from ui_wage",
            "\"employer_account\" must be in GROUP BY",
            "add GROUP BY",
        ),
    ] {
        let error = lake.error(sql);
        assert!(error.message().starts_with(message), "{sql}: {error:?}");
        assert!(error.help().is_some_and(|found| found.starts_with(help)), "{sql}: {error:?}");
    }
    let open = lake.error("select 'abc from ui_wage");
    assert_eq!(open.message(), "this text in quotes is not closed");
}

#[test]
fn a_damaged_parquet_file_is_an_error_and_the_session_lives() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("a.csv", WAGES)]).unwrap();
    let files = walk(&lake.folder.path().join("lake/tables/ui_wage"));
    let file = files.iter().find(|file| file.extension().is_some_and(|kind| kind == "parquet")).unwrap();
    let bytes = std::fs::read(file).unwrap();
    for damage in (0..bytes.len()).step_by(bytes.len() / 60) {
        let mut damaged = bytes.clone();
        damaged[damage] ^= 0x55;
        std::fs::write(lake.folder.path().join("damaged.parquet"), &damaged).unwrap();
        // Either the rows or an error; never the end of the program.
        drop(crate::support::table(&lake.engine, "select * from read_parquet('damaged.parquet')"));
    }
    std::fs::write(lake.folder.path().join("damaged.parquet"), &bytes[..bytes.len() / 2]).unwrap();
    lake.error("select * from read_parquet('damaged.parquet')");
    assert_eq!(lake.value("select count(*) from ui_wage"), "3");
}

#[test]
fn ten_loads_of_one_person_range_read_in_order_without_a_sort() {
    let lake = Lake::new();
    for year in 2010..2020 {
        let rows =
            (1..=40).map(|person| format!("9{person:08},0000000011,00001,{year},{},100.00\n", year % 4 + 1));
        let text = std::iter::once("SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n".to_owned())
            .chain(rows)
            .collect::<String>();
        lake.load("ms_mdes_wage", &[(&format!("{year}.csv"), &text)]).unwrap();
    }
    let sql = "select count(*) from (select person_id, quarter_index, lag(quarter_index) over \
               (partition by person_id order by quarter_index) as earlier from ui_wage) where earlier >= quarter_index";
    assert_eq!(lake.value(sql), "0");
    let plan = lake.query(&format!("explain {sql}"));
    assert!(!plan.contains("SortExec") && !plan.contains("RepartitionExec: partitioning=Hash"), "{plan}");
}

#[test]
fn duplicates_of_one_file_are_refused_with_their_line() {
    let lake = Lake::new();
    let text =
        format!("{WAGES}900000003,0000000011,00001,2022,4,7200.00\n900000003,0000000011,00001,2022,4,1.00\n");
    let report = lake.load("ms_mdes_wage", &[("wage.csv", &text)]).unwrap();
    assert_eq!((report.rows_in, report.loaded, report.rejected), (5, 3, 2));
    let rejects = lake.query("select line, rule from lifetracks.rejects order by line");
    assert!(rejects.contains("| 5    | duplicate_row |"), "{rejects}");
    assert!(rejects.contains("| 6    | duplicate_key |"), "{rejects}");
    assert_eq!(lake.value("select sum(wages) from ui_wage"), "12700.00");
}

#[test]
fn refused_rows_are_kept_with_file_line_column_and_rule_and_no_value() {
    let lake = Lake::new();
    let text = format!("{WAGES}987654321,0000000011,00001,2022,x,7200.00\n");
    let report = lake.load("ms_mdes_wage", &[("wage.csv", &text)]).unwrap();
    assert_eq!((report.rows_in, report.loaded, report.rejected), (4, 3, 1));
    let reject = &report.rejects[0];
    assert_eq!((reject.file.as_str(), reject.first_line, reject.rows), ("wage.csv", 5, 1));
    assert_eq!(lake.value("select column_name from lifetracks.rejects"), "QUARTER");
    assert!(!format!("{report:?}").contains("987654321"));
}

#[test]
fn a_load_past_its_share_of_refused_rows_commits_nothing() {
    let lake = Lake::new();
    let bad = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,1,1,2022,x,1\n900000002,1,1,2022,x,1\n";
    let error = lake.load("ms_mdes_wage", &[("bad.csv", bad)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Query);
    assert!(error.message().contains("2 of 2 rows were refused"), "{error}");
    assert!(error.note().unwrap().contains("bad.csv line 2, column QUARTER"), "{error:?}");
    assert_eq!(lake.engine.lake_version(), Some(0));
    assert!(lake.error("select * from ui_wage").message().contains("\"ui_wage\" not found"));
}

#[test]
fn a_link_joins_people_whichever_extract_came_first() {
    let diploma = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\nA1,0100,004,05/20/2022,00806\nA2,0100,004,05/20/2022,00806\n";
    let link = "MSIS_ID,SSN\nA1,900000001\nA9,900000009\n";
    let joined = "select count(*) from diploma d join ui_wage w on d.person_id = w.person_id";
    let orders = [["link", "diploma", "wage"], ["diploma", "wage", "link"], ["wage", "link", "diploma"]];
    for order in orders {
        let lake = Lake::new();
        for extract in order {
            match extract {
                "link" => lake.load("ms_mde_link", &[("link.csv", link)]),
                "diploma" => lake.load("ms_mde_diploma", &[("diploma.csv", diploma)]),
                _ => lake.load("ms_mdes_wage", &[("wage.csv", WAGES)]),
            }
            .unwrap();
        }
        assert_eq!(lake.value(joined), "2", "{order:?}");
        assert_eq!(lake.value("select count(distinct person_id) from diploma"), "2", "{order:?}");
        assert_eq!(lake.value("select count(*) from person_xwalk where agency = 'SSN'"), "2", "{order:?}");
    }
}

#[test]
fn no_identifier_is_in_the_lake_or_the_vault() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("wage.csv", WAGES)]).unwrap();
    for entry in
        walk(&lake.folder.path().join("lake")).into_iter().chain(walk(&lake.folder.path().join("lake-vault")))
    {
        let bytes = std::fs::read(&entry).unwrap();
        let found = bytes.windows(9).any(|window| window == b"900000001");
        assert!(!found, "{}", entry.display());
    }
}

#[test]
fn a_damaged_file_is_found_and_named() {
    let lake = Lake::new();
    lake.load("ms_mdes_wage", &[("wage.csv", WAGES)]).unwrap();
    assert!(lake.engine.verify().unwrap().defects.is_empty());
    let files = walk(&lake.folder.path().join("lake/tables/ui_wage"));
    let file = files.iter().find(|file| file.extension().is_some_and(|kind| kind == "parquet")).unwrap();
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file, bytes).unwrap();
    let report = lake.engine.verify().unwrap();
    assert_eq!(report.defects.len(), 1);
    assert_eq!(report.defects[0].table, "ui_wage");

    std::fs::remove_file(file).unwrap();
    let error = lake.error("select sum(wages) from ui_wage");
    let name = file.file_name().unwrap().to_string_lossy();
    assert_eq!(error.message(), format!("the data file tables/ui_wage/{name} cannot be read"));
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}
