//! The canonical tables at work: an agency that is added while the program runs, the reference data that comes with
//! it, and checks that good rows pass.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, Datum, RecordBatch, Scalar, StringArray};
use arrow::compute::kernels::cmp;
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{Date32Type, Decimal128Type, Int32Type};
use lifetracks_datasets::twin::{TwinOptions, generate};
use lifetracks_datasets::{CheckRule, Counts, Definitions, Part, Request, Severity, Table, convert};

/// The rows of a file under a layout, all in one batch.
fn load(definitions: &Definitions, layout: &str, name: &str, text: &[u8]) -> (Counts, RecordBatch) {
    let layout = definitions.layout(layout).unwrap();
    let mut batches = Vec::new();
    let mut keep = |chunk: lifetracks_datasets::Chunk| {
        batches.push(chunk.batch);
        Ok(())
    };
    let part = Part::from_bytes(name, text.to_vec());
    let request = Request { part: &part, layout, definitions, year: None, threads: 2 };
    let counts = convert(&request, &mut keep).unwrap().counts;
    let schema = definitions.table(&layout.table).unwrap().schema();
    let schema = batches.first().map_or(schema, RecordBatch::schema);
    (counts, concat_batches(&schema, &batches).unwrap())
}

/// How many rows break the rule, of those that one row decides.
fn breaches(rule: &CheckRule, rows: &RecordBatch) -> usize {
    let column = |name: &str| rows.column_by_name(name).unwrap();
    let bound = |name: &str, text: &String| -> ArrayRef {
        cast(&StringArray::from(vec![text.as_str()]), column(name).data_type()).unwrap()
    };
    let count = |left: &dyn Datum, right: &dyn Datum| cmp::lt(left, right).unwrap().true_count();
    match rule {
        CheckRule::Order { first, second } => count(column(second), column(first)),
        CheckRule::Range { column: name, minimum, maximum } => {
            let low = minimum.as_ref().map_or(0, |text| count(column(name), &Scalar::new(bound(name, text))));
            low + maximum.as_ref().map_or(0, |text| count(&Scalar::new(bound(name, text)), column(name)))
        }
        CheckRule::Reference { .. } | CheckRule::Overlap { .. } => 0,
    }
}

/// No row breaks a check that would reject it.
fn assert_no_reject(table: &Table, rows: &RecordBatch, place: &str) {
    for check in table.checks.iter().filter(|check| check.severity == Severity::Error) {
        assert_eq!(breaches(&check.rule, rows), 0, "{place}: {}", check.name);
    }
}

const TABLE: &str = r#"name = "library_loan"
description = "One row per book that a person borrowed."
kind = "person"
owner = "MLC"
key = ["person_id", "loan_date", "title"]
order = ["person_id", "loan_date"]
source = "Loan file of the library commission"

[period]
column = "loan_date"
unit = "calendar_year"

[[check]]
name = "return_not_before_loan"
severity = "error"
description = "A book does not come back before it leaves."
source = "Loan file of the library commission"
order = ["loan_date", "return_date"]

[[check]]
name = "school_in_directory"
severity = "warning"
description = "The school of the library stands in the school directory."
source = "Loan file of the library commission"
reference = { columns = ["school_id"], table = "school_directory", to = ["school_id"] }

[[column]]
name = "person_id"
type = "int64"
nullable = false
role = "identifier"
privacy = "pseudonym"
description = "The reader. Never NULL."
source = "LifeTracks identity vault"

[[column]]
name = "loan_date"
type = "date"
nullable = false
role = "date"
privacy = "confidential"
description = "Day of the loan. Never NULL."
source = "Loan file"

[[column]]
name = "return_date"
type = "date"
nullable = true
role = "date"
privacy = "confidential"
description = "Day of the return. NULL: not back yet."
source = "Loan file"

[[column]]
name = "title"
type = "utf8"
nullable = false
role = "dimension"
privacy = "confidential"
description = "The book. Never NULL."
source = "Loan file"

[[column]]
name = "school_id"
type = "utf8"
nullable = true
role = "identifier"
privacy = "confidential"
description = "School of the library. NULL: a public library."
source = "Loan file"
valid_from = 2019
"#;

const LAYOUT: &str = r#"name = "ms_library_loan"
table = "library_loan"
agency = "MLC"
description = "The loans of a year."
source = "Library commission"
format = "csv"

[[column]]
from = "CARD"
to = "person_id"
identity = "MLC"
pad = 6

[[column]]
from = "OUT"
to = "loan_date"
format = "%m/%d/%Y"

[[column]]
from = "BACK"
to = "return_date"
format = "%m/%d/%Y"

[[column]]
from = "TITLE"
to = "title"
"#;

#[test]
fn an_agency_is_added_without_a_new_program() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("tables/library_loan.toml", TABLE), ("layouts/ms_library_loan.toml", LAYOUT)] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let definitions = Definitions::builtin().with_folder(folder.path()).unwrap();
    assert_eq!(definitions.problems(), []);
    let table = definitions.table("library_loan").unwrap();
    assert_eq!((table.checks.len(), table.column("school_id").unwrap().valid_from), (2, Some(2019)));
    let file = "CARD,OUT,BACK,TITLE\n1234,01/05/2021,02/01/2021,Emma\n1235,01/06/2021,,\"Middlemarch, 1\"\n9,2021,,X\n";
    let (counts, rows) = load(&definitions, "ms_library_loan", "file", file.as_bytes());
    assert_eq!(counts, Counts { rows_in: 3, loaded: 2, rejected: 1 });
    assert_eq!(rows.column(0).as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["001234", "001235"]);
    assert_eq!(rows.column(3).as_string::<i32>().value(1), "Middlemarch, 1");
    assert!(rows.column(2).is_null(1) && rows.column(4).null_count() == 2);
    assert_no_reject(table, &rows, "ms_library_loan");
    let late = "CARD,OUT,BACK,TITLE\n1,01/05/2021,01/04/2021,Emma\n";
    let (counts, rows) = load(&definitions, "ms_library_loan", "file", late.as_bytes());
    assert_eq!((counts, rows.num_rows()), (Counts { rows_in: 1, loaded: 0, rejected: 1 }, 0));
}

#[test]
fn the_federal_minimum_wage_has_no_gap() {
    let definitions = Definitions::builtin();
    let file = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/us_min_wage.csv")).unwrap();
    let (counts, rows) = load(&definitions, "us_min_wage", "file", &file);
    assert_eq!(counts, Counts { rows_in: 23, loaded: 23, rejected: 0 });
    let day = |name: &str| rows.column_by_name(name).unwrap().as_primitive::<Date32Type>().clone();
    let (first, last) = (day("valid_from"), day("valid_to"));
    for row in 1..rows.num_rows() {
        assert_eq!(first.value(row), last.value(row - 1) + 1, "row {row}");
    }
    assert_eq!((last.null_count(), last.is_null(22)), (1, true));
    let hourly = rows.column_by_name("hourly").unwrap().as_primitive::<Decimal128Type>();
    assert_eq!((hourly.value(0), hourly.value(22)), (25, 725));
    assert_no_reject(definitions.table("min_wage").unwrap(), &rows, "min_wage");
}

#[test]
fn the_consumer_price_index_is_read_as_it_is_published() {
    let file = "series_id        \tyear\tperiod\t       value\tfootnote_codes\n\
                CUUR0000SA0      \t2021\tM01\t     261.582\t\n\
                CUUR0000SA0      \t2021\tM13\t     270.970\t\n\
                CUUS0000SA0      \t2021\tS01\t     266.236\t\n";
    let definitions = Definitions::builtin();
    let (counts, rows) = load(&definitions, "bls_cpi", "file", file.as_bytes());
    assert_eq!(counts, Counts { rows_in: 3, loaded: 2, rejected: 1 });
    assert_eq!(rows.column(0).as_string::<i32>().value(1), "CUUR0000SA0");
    assert_eq!(rows.column(2).as_primitive::<Int32Type>().values(), &[1, 13]);
    assert_eq!(rows.column(3).as_primitive::<Decimal128Type>().values(), &[261_582, 270_970]);
    assert_no_reject(definitions.table("cpi").unwrap(), &rows, "cpi");
}

#[test]
fn the_consumer_price_index_of_all_urban_consumers_has_its_months() {
    let definitions = Definitions::builtin();
    let file = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/bls_cpi_u.txt")).unwrap();
    let (counts, rows) = load(&definitions, "bls_cpi", "file", &file);
    // Twenty-five years of twelve months and an average; October 2025 was not collected.
    assert_eq!(counts, Counts { rows_in: 324, loaded: 324, rejected: 0 });
    let whole = |name: &str| rows.column_by_name(name).unwrap().as_primitive::<Int32Type>().clone();
    let (year, month) = (whole("year"), whole("month"));
    let value = rows.column_by_name("value").unwrap().as_primitive::<Decimal128Type>();
    let of = |wanted: (i32, i32)| {
        (0..rows.num_rows())
            .find(|row| (year.value(*row), month.value(*row)) == wanted)
            .map(|row| value.value(row))
    };
    for (wanted, index) in
        [(2001, 177_100), (2010, 218_056), (2021, 270_970), (2022, 292_655), (2024, 313_689)]
    {
        assert_eq!(of((wanted, 13)), Some(index), "{wanted}");
    }
    for wanted in 2001..=2024 {
        let sum: i128 = (1..=12).filter_map(|month| of((wanted, month))).sum();
        // The average is that of the months, in the digits that were published then.
        let digits = if wanted < 2007 { 100 } else { 1 };
        let mean = (2 * sum + 12 * digits) / (24 * digits) * digits;
        assert_eq!(of((wanted, 13)), Some(mean), "{wanted}");
    }
    assert_eq!((of((2025, 10)), of((2025, 11))), (None, Some(324_122)));
    assert_no_reject(definitions.table("cpi").unwrap(), &rows, "cpi");
}

/// The layout of a file of the twin.
fn layout_of(path: &Path) -> Option<String> {
    let agency = path.parent()?.file_name()?.to_str()?;
    let name = path.file_stem()?.to_str()?.trim_end_matches(|letter: char| letter.is_ascii_digit());
    Some(format!("ms_{agency}_{}", name.trim_end_matches('_')))
}

#[test]
fn the_rows_of_the_twin_break_no_check_that_rejects() {
    let folder = tempfile::tempdir().unwrap();
    let options = TwinOptions {
        scale: 0.001,
        seed: 7,
        first_school_year: 2016,
        last_school_year: 2023,
        ..TwinOptions::default()
    };
    generate(&options, folder.path()).unwrap();
    let definitions = Definitions::builtin();
    let mut checked = 0;
    for agency in fs::read_dir(folder.path()).unwrap() {
        let agency = agency.unwrap().path();
        for file in fs::read_dir(&agency).into_iter().flatten() {
            let path = file.unwrap().path();
            let layout = layout_of(&path).filter(|name| definitions.layout(name).is_some());
            let Some(layout) = layout.filter(|name| !definitions.layout(name).unwrap().is_link()) else {
                continue;
            };
            let (counts, rows) =
                load(&definitions, &layout, &path.display().to_string(), &fs::read(&path).unwrap());
            assert_eq!(counts.rejected, 0, "{}", path.display());
            let table = definitions.table(&definitions.layout(&layout).unwrap().table).unwrap();
            assert_no_reject(table, &rows, &path.display().to_string());
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}

#[test]
fn the_rows_of_real_published_files_break_no_check_that_rejects() {
    let Some(fixtures) = env::var_os("LIFETRACKS_FIXTURES").map(PathBuf::from) else {
        println!("skipped: LIFETRACKS_FIXTURES names no folder with the published files");
        return;
    };
    let definitions = Definitions::builtin();
    for (layout, file) in [
        ("nd_graduation", "nd_graduation/nd_grad_2013_2024.csv"),
        ("edfacts_acgr_2012_13", "edfacts_acgr/acgr-sch-sy2012-13.csv"),
    ] {
        let (counts, rows) = load(&definitions, layout, "file", &fs::read(fixtures.join(file)).unwrap());
        assert!(counts.loaded > 10_000 && counts.rejected == 0, "{file}: {counts:?}");
        assert_no_reject(definitions.table("published_measure").unwrap(), &rows, file);
    }
}
