//! What the description leaves open is assumed in the layouts, and a site that knows better says so in a layout of its own.

use std::fs;

use lifetracks_datasets::Definitions;

use crate::card::{SUBGROUPS, card};
use crate::loaded::{load, load_with, text, three_ways};
use crate::records::records;
use crate::workbook::{Cell, workbook};

/// The built-in definitions and one layout more.
fn with_layout(name: &str, text: &str) -> Definitions {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("layouts")).unwrap();
    let heading = format!("name = {name:?}\ndescription = \"As our files are.\"\nsource = \"Our files\"\n");
    fs::write(folder.path().join(format!("layouts/{name}.toml")), heading + text).unwrap();
    Definitions::builtin().with_folder(folder.path()).unwrap()
}

/// Other subgroups than assumed: the file lacks ELL and MIG.
#[test]
fn the_subgroups_are_those_of_the_layout() {
    let mut card = card("ms_report_card_2002_satp");
    let kept: Vec<&str> =
        SUBGROUPS.into_iter().filter(|subgroup| !matches!(*subgroup, "ELL" | "MIG")).collect();
    let names = |names: &[&str]| names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    let definitions = with_layout(
        "our_satp",
        &format!(
            "extends = \"ms_report_card_2002_satp\"\ncolumns = [\"DISTRICT\", \"SCHOOL\", \"RECTYPE\", \"PROGRAM\", \"SUBJECT\", \
             \"LEVEL\", {}, \"SCHOOL_NAME\", \"DISTRICT_NAME\", \"END\"]\n[unpivot]\nvalues = [{}]\n",
            names(&kept),
            names(&kept)
        ),
    );
    card.subgroups = kept.leak();
    let mut sample = records(&card);
    sample.truncate(2);
    let loaded = load_with(&definitions, "our_satp", text(&card, &sample));
    assert_eq!(loaded.faults(), []);
    let subgroups: Vec<_> = card.subgroups.iter().map(|subgroup| Some(*subgroup)).collect();
    assert_eq!(loaded.texts("subgroup"), [subgroups.clone(), subgroups].concat());
}

/// Another division of the forty characters of the names.
#[test]
fn the_names_are_where_the_layout_says() {
    let definitions = with_layout(
        "our_act",
        "extends = \"ms_report_card_2002_act_fixed\"\n[fields]\nSCHOOL_NAME = [33, 25]\nDISTRICT_NAME = [59, 15]\n",
    );
    let line = "0100,004,903,ACT ,COMP,COR,18.5,The School of Long Names ,Short District ,#\r\n";
    assert_eq!(line.len(), 77);
    let loaded = load_with(&definitions, "our_act", line);
    assert_eq!(loaded.faults(), []);
    assert_eq!(loaded.texts("name"), [Some("The School of Long Names")]);
}

/// Another school year for the file that is named for another one.
#[test]
fn the_school_year_is_that_of_the_layout() {
    use arrow::array::AsArray;
    use arrow::datatypes::Int32Type;
    let definitions =
        with_layout("our_fle", "extends = \"ms_report_card_2002_fle\"\n[constants]\nschool_year = 2001\n");
    let card = card("ms_report_card_2002_fle");
    let loaded = load_with(&definitions, "our_fle", records(&card)[0].line(&card));
    let years = loaded.rows.column_by_name("school_year").unwrap().as_primitive::<Int32Type>();
    assert_eq!(years.values().to_vec(), [2001; 15]);
}

/// Quoted texts, line feeds alone and another justification change nothing; a header row is one rejected record.
#[test]
fn other_ways_to_write_the_text_are_read_alike() {
    let card = card("ms_report_card_2002_act");
    let mut sample = records(&card);
    sample.truncate(9);
    let plain = text(&card, &sample);
    let rows = load(card.layout, plain.as_str()).rows;
    let quoted = |line: &str| {
        let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        for field in &mut fields[7..9] {
            *field = format!("\"{field}\"");
        }
        fields.join(",") + "\n"
    };
    let quoted: String = plain.lines().map(quoted).collect();
    let other = plain.replace("  ", " ").replace(", ", ",").replace("\r\n", "\n");
    assert_ne!(other, plain);
    for text in [quoted, other] {
        let loaded = load(card.layout, text);
        assert_eq!(loaded.faults(), []);
        assert!(loaded.rows == rows);
    }
    let header = "DISTRICT,SCHOOL,RECTYPE,PROGRAM,SUBJECT,LEVEL,ALL,SCHOOL_NAME,DISTRICT_NAME,END\r\n";
    let loaded = load(card.layout, format!("{header}{plain}"));
    assert_eq!(loaded.faults(), [(1, Some("RECTYPE"), "unknown_record_type")]);
    assert!(loaded.rows == rows);
}

/// A spreadsheet in which the codes became numbers, so that their leading zeros are gone, has the same rows.
#[test]
fn codes_that_became_numbers_are_read_alike() {
    let card = card("ms_report_card_2002_satp");
    let mut sample = records(&card);
    sample.truncate(20);
    let rows = load(card.layout, text(&card, &sample)).rows;
    let number = |cell: &Cell| match cell {
        Cell::Text(text) => {
            text.parse::<i32>().map_or_else(|_| cell.clone(), |number| Cell::Hundredths(100 * number))
        }
        cell => cell.clone(),
    };
    let cells: Vec<Vec<Cell>> =
        sample.iter().map(|record| record.cells(&card).iter().map(number).collect()).collect();
    assert_eq!(cells[0][..3], [Cell::Hundredths(0), Cell::Hundredths(0), Cell::Hundredths(30_300)]);
    let loaded = load("ms_report_card_2002_satp_xls", workbook("Data", &cells));
    assert_eq!(loaded.faults(), []);
    assert!(loaded.rows == rows);
}

/// Writes the files below the target folder, for whoever wants to look at them or load them from the shell.
#[test]
#[ignore = "writes files to try things on; run it by name"]
fn write_the_files() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report_card");
    fs::create_dir_all(&folder).unwrap();
    for card in crate::card::cards() {
        let [csv, _, xls] = three_ways(&card, &records(&card));
        fs::write(folder.join(format!("{}.TXT", card.file)), csv.1).unwrap();
        fs::write(folder.join(format!("{}.XLS", card.file)), xls.1).unwrap();
    }
}
