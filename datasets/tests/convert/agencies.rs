//! The built-in layouts read the files of their agencies, those of the twin among them.

use std::fs;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Decimal128Type, Float64Type, Int32Type, Int64Type};
use lifetracks_datasets::twin::{TwinOptions, generate};
use lifetracks_datasets::{Counts, Definitions, Request, check, parts};

use crate::visits::{load, rejects};

#[test]
fn every_builtin_layout_fits_its_table() {
    let definitions = Definitions::builtin();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layouts");
    assert_eq!(definitions.layouts().len(), fs::read_dir(folder).unwrap().count());
    for layout in definitions.layouts() {
        layout.resolve(&definitions).unwrap();
        assert_eq!(layout.is_link(), layout.table == "person_xwalk");
    }
    let link = definitions.layout("ms_mde_link").unwrap();
    assert_eq!(link.identities(), [("person_id", "MDE"), ("linked_id", "SSN")]);
}

#[test]
fn the_layouts_of_the_agencies_read_their_files() {
    let definitions = Definitions::builtin();
    let load = |layout: &str, text: &str| {
        load(&definitions, definitions.layout(layout).unwrap(), text.as_bytes(), 2).unwrap()
    };

    let spells = load(
        "ms_mde_enrollment",
        "MSIS_ID,DISTRICT,SCHOOL,SCHOOL_YEAR,GRADE,ENTRY_DATE,ENTRY_CODE,EXIT_DATE,EXIT_CODE,EXIT_DOC,SEX,RACE,HISPANIC,BIRTH_DATE,ECON_DIS,EL,IDEA,MIGRANT\n\
         001234567,0100,004,2021,9,08/06/2020,E1,,,,F,W,Y,01/31/2006,Y,N,,N\n\
         001234568,100,4,2021,KG,08/06/2020,E1,05/21/2021,T5,Y,M,B,N,02/01/2015,N,N,N,N\n",
    );
    assert_eq!(spells.counts.loaded, 2);
    let text = |name: &str| {
        spells
            .rows
            .column_by_name(name)
            .unwrap()
            .as_string::<i32>()
            .iter()
            .map(Option::unwrap_or_default)
            .collect::<Vec<_>>()
    };
    assert_eq!(text("school_id"), ["0100004", "0100004"]);
    assert_eq!(text("district_id"), ["0100", "0100"]);
    assert_eq!(text("grade"), ["09", "KG"]);
    assert_eq!(text("race_ethnicity"), ["H", "B"]);
    assert!(spells.rows.column_by_name("idea").unwrap().is_null(0));

    let diplomas = load(
        "ms_mde_diploma",
        "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n001234567,0100,004,06/30/2021,00806\n1,0100,004,07/01/2021,806\n",
    );
    assert_eq!(
        diplomas.rows.column_by_name("school_year").unwrap().as_primitive::<Int32Type>().values(),
        &[2021, 2022]
    );

    let wages = load(
        "ms_mdes_wage",
        "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n012345678,0000000001,00001,2021,1,1234.5\n12345678,1,1,2021,4,0.01\n1,1,1,2021,5,1\n1,1,1,x,5,1\n",
    );
    assert_eq!(rejects(&wages), [(4, Some("QUARTER"), "out_of_range"), (5, Some("YEAR"), "not_a_number")]);
    assert_eq!(
        wages.rows.column_by_name("quarter_index").unwrap().as_primitive::<Int32Type>().values(),
        &[8084, 8087]
    );
    assert_eq!(
        wages.rows.column_by_name("wages").unwrap().as_primitive::<Decimal128Type>().values(),
        &[123_450, 1]
    );
    assert_eq!(wages.rows.column(0).as_string::<i32>().value(1), "012345678");

    let links = load("ms_mde_link", "MSIS_ID,SSN\n001234567,012345678\n1,\n");
    assert_eq!(rejects(&links), [(3, Some("SSN"), "missing_required")]);
    assert_eq!(
        links.rows.schema().fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(),
        ["person_id", "linked_id"]
    );
}

#[test]
fn one_text_becomes_bounds_and_a_state() {
    let definitions = Definitions::builtin();
    let layout = definitions.layout("edfacts_acgr_2012_13").unwrap();
    let groups = ["ALL", "MAM", "MAS", "MBL", "MHI", "MTR", "MWH", "CWD", "ECD", "LEP"];
    let header = groups.map(|group| format!("{group}_COHORT_1213,{group}_RATE_1213")).join(",");
    let row = "MISSISSIPPI,28,2800360,D,280036000001,S,256,83,.,.,20,85-89,9,GE50,9,LT50,30,LE1,200,GE99,4,PS,,,100,100,X\n";
    let bad = row.replace("85-89", "about 85");
    let text = format!("STNAM,FIPST,LEAID,LEANM,NCESSCH,SCHNAM,{header},DATE_CUR\n{row}{bad}");
    let outcome = load(&definitions, layout, text.as_bytes(), 1).unwrap();
    assert_eq!(outcome.counts, Counts { rows_in: 2, loaded: 1, rejected: 1 });
    assert_eq!(rejects(&outcome), [(3, Some("MAS_RATE_1213"), "not_in_tokens")]);
    let column = |name: &str| outcome.rows.column_by_name(name).unwrap();
    let text = |name: &str| column(name).as_string::<i32>().iter().map(Option::unwrap).collect::<Vec<_>>();
    let bounds = |name: &str| column(name).as_primitive::<Float64Type>().iter().collect::<Vec<_>>();
    assert_eq!(text("subgroup"), groups);
    assert_eq!(
        text("state"),
        [
            "rounded",
            "missing",
            "banded",
            "bounded",
            "bounded",
            "bounded",
            "bounded",
            "suppressed",
            "missing",
            "rounded"
        ]
    );
    let (low, high) = (bounds("low"), bounds("high"));
    assert_eq!(
        low,
        [
            Some(0.825),
            None,
            Some(0.845),
            Some(0.5),
            Some(0.0),
            Some(0.0),
            Some(0.99),
            None,
            None,
            Some(0.995)
        ]
    );
    assert_eq!(
        high,
        [Some(0.835), None, Some(0.895), Some(1.0), Some(0.5), Some(0.01), Some(1.0), None, None, Some(1.0)]
    );
    let den: Vec<Option<i64>> = column("den").as_primitive::<Int64Type>().iter().collect();
    assert_eq!(
        den,
        [256, 0, 20, 9, 9, 30, 200, 4, 0, 100].map(|count| Some(count).filter(|count| *count > 0))
    );
    assert_eq!((column("num").null_count(), text("name")[0]), (10, "S"));
    assert_eq!(text("district_id")[0], "2800360");
}

#[test]
fn every_row_of_the_twin_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let options = TwinOptions {
        scale: 0.0005,
        seed: 7,
        first_school_year: 2009,
        last_school_year: 2013,
        ..TwinOptions::default()
    };
    generate(&options, folder.path()).unwrap();
    let definitions = Definitions::builtin();
    let mut files = 0;
    for layout in definitions.layouts().iter().filter(|layout| layout.name.starts_with("ms_")) {
        let (agency, table) = layout.name.trim_start_matches("ms_").split_once('_').unwrap();
        // The twin stands for the agencies of today, not for the report cards of twenty years ago.
        let Ok(entries) = fs::read_dir(folder.path().join(agency)) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            // Workbooks and packed files have no lines to count.
            if path.extension().is_none_or(|ending| ending != "csv") {
                continue;
            }
            if name.trim_end_matches(|end: char| end == '_' || end.is_ascii_digit()) != table {
                continue;
            }
            let [part] = &parts(&path, layout).unwrap()[..] else { panic!("{name}") };
            let request = Request { part, layout, definitions: &definitions, year: None, threads: 2 };
            let report = check(&request).unwrap();
            // Before the first line end stands the header, after the last one nothing.
            let rows = fs::read(&path).unwrap().split(|byte| *byte == b'\n').count() as u64 - 2;
            assert_eq!(report.counts, Counts { rows_in: rows, loaded: rows, rejected: 0 }, "{agency}/{name}");
            assert_eq!(report.findings, [], "{agency}/{name}");
            files += 1;
        }
    }
    assert!(files >= 12, "{files} files");
}
