//! Workbooks with bad cells, cells that are errors, and the header once more, at any row.

use lifetracks_datasets::{Definitions, Part};
use rust_xlsxwriter::{Formula, Workbook};

use crate::chance::Chance;
use crate::visit::{self, AMOUNT, Expected, NAMES, Tally, definitions, found, layout, spoil};

const FILES: u64 = 60;
const ROWS: usize = 40;

#[test]
fn every_planted_defect_of_a_workbook_is_reported() {
    let definitions = definitions();
    let mut tally = Tally::default();
    for seed in 0..FILES {
        tally.add(&polluted(seed, &definitions));
    }
    let rules = [
        "error_cell",
        "repeated_header",
        "missing_required",
        "not_a_date",
        "not_a_number",
        "out_of_range",
        "not_a_boolean",
        "not_in_map",
    ];
    tally.finish("workbooks", &rules);
}

fn polluted(seed: u64, definitions: &Definitions) -> Expected {
    let mut chance = Chance::new(seed);
    let before = chance.below(4);
    let mut expected = Expected::default();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for row in 0..before {
        sheet.write(u32::try_from(row).unwrap(), 0, "A report").unwrap();
    }
    let mut row = u32::try_from(before).unwrap();
    let put = |sheet: &mut rust_xlsxwriter::Worksheet, row: u32, texts: &[String]| {
        for (column, text) in (0..).zip(texts).filter(|(_, text)| !text.is_empty()) {
            sheet.write(row, column, text.as_str()).unwrap();
        }
    };
    let names = NAMES.map(str::to_owned);
    put(sheet, row, &names);
    for _ in 0..=chance.below(ROWS) {
        row += 1;
        let line = u64::from(row) + 1;
        let mut visit = visit::visit(&mut chance);
        let mut bad = |column: Option<usize>, rule| {
            expected.rejects.push((line, column.map(|column| NAMES[column].to_owned()), rule));
        };
        match chance.below(12) {
            0 => {
                bad(Some(AMOUNT), "error_cell");
                visit[AMOUNT].clear();
                put(sheet, row, &visit);
                let error = chance.pick(&["#N/A", "#DIV/0!", "#REF!"]);
                sheet.write_formula(row, 2, Formula::new("NA()").set_result(error)).unwrap();
            }
            1 => {
                bad(None, "repeated_header");
                put(sheet, row, &names);
            }
            2..=4 => {
                let (column, rule) = spoil(&mut visit, &mut chance);
                bad(Some(column), rule);
                put(sheet, row, &visit);
            }
            // A row without a cell.
            5 => {}
            6 => {
                expected.lines.push(line);
                visit[AMOUNT].clear();
                put(sheet, row, &visit);
                sheet.write(row, 2, 12.5).unwrap();
                sheet.write(row, 3, chance.one_in(2)).unwrap();
            }
            _ => {
                expected.lines.push(line);
                put(sheet, row, &visit);
            }
        }
    }
    let layout = layout(&format!("format = \"xlsx\"\nheader_line = {}\n", before + 1), "");
    let part = Part::from_bytes("visits.xlsx", workbook.save_to_buffer().unwrap());
    let found = found(definitions, &layout, &part, 1 + chance.below(3));
    assert_eq!(found, expected, "seed {seed}");
    expected
}
