//! The workbook of rehabilitation cases, with the number in its identifier column and in other cells.

use rust_xlsxwriter::Workbook;

use super::{Case, FORMS};

pub(super) const TABLE: &str = "rehab_case";
pub(super) const LAYOUT: &str = "ms_mdrs_case";
/// The sheet and the header's row, counted from 0, as the layout has them.
const SHEET: &str = "Cases";
const HEADER: u32 = 2;
const CASE: [(&str, &str); 8] = [
    ("CLIENT_ID", ""),
    ("APPLICATION_DATE", "2020-02-03"),
    ("ELIGIBILITY_DATE", "2020-03-02"),
    ("PLAN_DATE", "2020-04-06"),
    ("EXIT_DATE", "2021-05-03"),
    ("CLOSURE", "employed"),
    ("EMPLOYED", "Y"),
    ("CREDENTIAL_DATE", ""),
];
/// The columns that hold the number where something else belongs. A code that no code set knows is loaded and told of,
/// so `CLOSURE` is not among them.
const SPOILT: [&str; 4] = ["APPLICATION_DATE", "EXIT_DATE", "EMPLOYED", "CREDENTIAL_DATE"];
/// The number as a workbook holds it when nobody said that it is text.
const NUMBER: f64 = 987_654_320.0;

/// Loads cases and makes loads, checks and queries of such workbooks fail.
pub(super) fn load_and_fail(case: &mut Case) {
    write(case, "cases.xlsx", HEADER, None);
    let good = arguments("cases.xlsx");
    let output = case.command(&[&good[..], &["--max-reject-share", "1"]].concat()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("rehab_case"), "{told}");
    case.errors += &told;
    for (number, spoilt) in SPOILT.iter().enumerate() {
        let name = format!("cases_{number}.xlsx");
        write(case, &name, HEADER, Some(spoilt));
        fail(case, &name);
        // SQL takes the first row for a header.
        write(case, "plain.xlsx", 0, Some(spoilt));
        for kind in ["date", "smallint", "boolean", "interval"] {
            let query = format!("select cast(\"{spoilt}\" as {kind}) as x from read_xlsx('plain.xlsx')");
            case.fails(&["--csv", "-c", &query]);
        }
    }
    // The first row is taken for a header; the file ends in the middle.
    write(case, "cases_bare.xlsx", HEADER - 1, None);
    fail(case, "cases_bare.xlsx");
    let bytes = std::fs::read(case.path("cases.xlsx")).unwrap();
    std::fs::write(case.path("cases_cut.xlsx"), &bytes[..bytes.len() / 2]).unwrap();
    fail(case, "cases_cut.xlsx");
    case.fails(&["-c", "select * from read_xlsx('cases_cut.xlsx')"]);
    case.says(&["layout", "infer", "cases.xlsx"]);
    case.says(&["layout", "infer", "cases_bare.xlsx"]);
}

fn fail(case: &mut Case, file: &str) {
    case.fails(&arguments(file));
    case.fails(&["check", file, "--layout", LAYOUT]);
}

fn arguments(file: &str) -> [&str; 7] {
    ["load", TABLE, file, "--layout", LAYOUT, "--lake", "lake"]
}

/// Writes a workbook with the number in every form, as a text and as a number, and in one more column.
fn write(case: &Case, name: &str, header: u32, spoilt: Option<&str>) {
    let mut workbook = Workbook::new();
    let cells = workbook.add_worksheet();
    cells.set_name(SHEET).unwrap();
    if header > 0 {
        cells.write(0, 0, "Cases by year of application").unwrap();
    }
    for (column, (title, value)) in (0..).zip(CASE) {
        cells.write(header, column, title).unwrap();
        let holds = column == 0 || spoilt == Some(title);
        for (row, form) in (header + 1..).zip(FORMS) {
            cells.write(row, column, if holds { form } else { value }).unwrap();
        }
        let row = header + 1 + u32::try_from(FORMS.len()).unwrap();
        if holds {
            cells.write(row, column, NUMBER).unwrap();
        } else {
            cells.write(row, column, value).unwrap();
        }
    }
    workbook.save(case.path(name)).unwrap();
}
