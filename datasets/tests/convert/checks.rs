//! The checks of a table: what rejects a row, and what is only found in it.

use std::fs;

use lifetracks_datasets::{CheckReport, Definitions, Finding, Part, Request, Severity, check};
use tempfile::TempDir;

const TABLE: &str = r#"
name = "stay"
description = "d"
kind = "reference"
owner = "o"
key = ["id"]
order = ["id"]
source = "s"
period = { column = "school_year", unit = "school_year" }
check = [
  { name = "in_order", severity = "error", description = "d", source = "s", order = ["first", "last"] },
  { name = "year_in_range", severity = "error", description = "d", source = "s", range = { column = "school_year", minimum = 2000, maximum = 2030 } },
  { name = "not_before_1990", severity = "warning", description = "d", source = "s", range = { column = "first", minimum = "1990-01-01" } },
  { name = "short", severity = "info", description = "d", source = "s", range = { column = "days", maximum = 366 } },
  { name = "no_overlap", severity = "error", description = "d", source = "s", overlap = { start = "first", end = "last", within = ["id"] } },
]
column = [
  { name = "id", type = "utf8", nullable = false, role = "identifier", privacy = "public", description = "d", source = "s" },
  { name = "school_year", type = "int32", nullable = false, role = "dimension", privacy = "public", description = "d", source = "s" },
  { name = "first", type = "date", nullable = false, role = "date", privacy = "public", description = "d", source = "s" },
  { name = "last", type = "date", nullable = true, role = "date", privacy = "public", description = "d", source = "s" },
  { name = "days", type = "decimal(6,1)", nullable = true, role = "measure", privacy = "public", description = "d", source = "s" },
  { name = "reason", type = "utf8", nullable = true, role = "code", code_set = "reason", privacy = "public", description = "d", source = "s" },
  { name = "secret", type = "utf8", nullable = true, role = "code", code_set = "reason", privacy = "confidential", valid_from = 2016, valid_to = 2020, description = "d", source = "s" },
]
"#;

const LAYOUT: &str = r#"
name = "stays"
table = "stay"
agency = "a"
description = "d"
source = "s"
column = [
  { from = "ID", to = "id" }, { from = "YEAR", to = "school_year" }, { from = "FIRST", to = "first" },
  { from = "LAST", to = "last" }, { from = "DAYS", to = "days" }, { from = "REASON", to = "reason" },
  { from = "SECRET", to = "secret" },
]
"#;

const CODES: &str =
    "code,label,valid_from,valid_to,source\nA,always,,,s\nOLD,old,,2015-12-31,s\nNEW,new,2016-01-01,,s\n";

fn report(rows: &str, threads: usize) -> CheckReport {
    let folder = TempDir::new().unwrap();
    for (path, text) in
        [("tables/stay.toml", TABLE), ("layouts/stays.toml", LAYOUT), ("codes/reason.csv", CODES)]
    {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let definitions = Definitions::builtin().with_folder(folder.path()).unwrap();
    let layout = definitions.layout("stays").unwrap();
    let part = Part::from_bytes("stays.csv", format!("ID,YEAR,FIRST,LAST,DAYS,REASON,SECRET\n{rows}").into());
    let request = Request { part: &part, layout, definitions: &definitions, year: None, threads };
    check(&request).unwrap()
}

fn rejects(report: &CheckReport) -> Vec<(Option<&str>, &str, u64, u64)> {
    let rejects = report.rejects.iter();
    rejects.map(|reject| (reject.column.as_deref(), reject.rule, reject.first_line, reject.rows)).collect()
}

#[test]
fn an_error_rejects_the_row() {
    let report = report(
        "1,2016,2015-08-01,2015-08-01,,,\n\
         2,2016,2015-08-02,2015-08-01,,,\n\
         3,1999,2015-08-01,,,,\n\
         4,2031,2015-08-02,2015-08-01,,,\n\
         5,2016,2015-08-01,,,,\n",
        2,
    );
    assert_eq!((report.counts.loaded, report.counts.rejected), (2, 3));
    assert_eq!(
        rejects(&report),
        [(Some("LAST"), "out_of_order", 3, 1), (Some("YEAR"), "out_of_range", 4, 2)]
    );
    assert_eq!(report.findings, []);
}

#[test]
fn a_warning_is_found_and_the_row_stays() {
    let rows = "1,2016,1989-12-31,,366,,\n2,2016,1990-01-01,,366.1,,\n3,2016,1980-01-01,,,,\n";
    let finding = |severity, rule: &str, column: &str, first_line, rows| Finding {
        severity,
        rule: rule.to_owned(),
        column: Some(column.to_owned()),
        first_line,
        rows,
        detail: None,
    };
    for threads in [1, 3] {
        let report = report(rows, threads);
        assert_eq!(report.counts.loaded, 3);
        assert_eq!(
            report.findings,
            [
                finding(Severity::Warning, "not_before_1990", "first", 2, 2),
                finding(Severity::Info, "short", "days", 3, 1),
            ]
        );
    }
}

#[test]
fn a_code_is_looked_up_in_the_year_of_its_row() {
    // The school year 2016 ends in June 2016, so both codes are valid in a part of it.
    let rows = "1,2016,2015-08-01,,,OLD,\n2,2016,2015-08-01,,,NEW,\n3,2017,2016-08-01,,,OLD,\n4,2015,2014-08-01,,,NEW,\n\
                5,2016,2015-08-01,,,A,NOPE\n6,2016,2015-08-01,,,NOPE,\n7,2015,2014-08-01,,,a,\n";
    let report = report(rows, 2);
    let finding = |rule: &str, column: &str, first_line, rows, detail: Option<&str>| Finding {
        severity: Severity::Warning,
        rule: rule.to_owned(),
        column: Some(column.to_owned()),
        first_line,
        rows,
        detail: detail.map(str::to_owned),
    };
    assert_eq!(report.counts.loaded, 7);
    assert_eq!(
        report.findings,
        [
            finding("unknown_code", "reason", 7, 2, Some("NOPE, a")),
            finding("code_not_valid", "reason", 4, 2, Some("NEW, OLD")),
            finding("unknown_code", "secret", 6, 1, None),
        ]
    );
}

#[test]
fn a_column_is_collected_in_some_years() {
    let rows =
        "1,2015,2015-01-01,,,,A\n2,2016,2016-01-01,,,,A\n3,2021,2021-01-01,,,,A\n4,2021,2021-01-01,,,,\n";
    let report = report(rows, 1);
    let [finding] = report.findings.as_slice() else { panic!("{report:?}") };
    assert_eq!((finding.rule.as_str(), finding.first_line, finding.rows), ("not_collected", 2, 2));
    assert_eq!((finding.column.as_deref(), finding.detail.as_deref()), (Some("secret"), None));
}
