//! Damaged files: each defect is rejected at its line and column, and nothing else is.

use crate::card::{Card, card};
use crate::loaded::{load, spreadsheet, text};
use crate::records::records;
use crate::workbook::{Cell, workbook};

/// A file of three records, of which the second is changed.
fn second_changed(card: &Card, change: impl Fn(&str) -> String) -> String {
    let mut sample = records(card);
    sample.truncate(3);
    let text = text(card, &sample);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    [lines[0], &change(lines[1]), lines[2]].concat()
}

/// A line with field `at` (counted from 0) replaced by a text of its width.
fn field_changed(line: &str, at: usize, to: &str) -> String {
    let mut fields: Vec<String> = line.trim_end_matches("\r\n").split(',').map(str::to_owned).collect();
    let width = fields[at].len();
    fields[at] = format!("{to:width$}");
    fields.join(",") + "\r\n"
}

/// A change of the second record, and what is said about it.
type Case = (&'static str, &'static str, usize, &'static str, (&'static str, &'static str));

const FIELDS: [Case; 24] = [
    ("unknown record type", "mct", 2, "102", ("RECTYPE", "unknown_record_type")),
    ("record type of another file", "mct", 2, "601", ("RECTYPE", "unknown_record_type")),
    ("no record type", "mct", 2, "", ("RECTYPE", "unknown_record_type")),
    ("other program", "mct", 3, "NRT", ("PROGRAM", "unexpected_value")),
    ("subject of another type", "mct", 4, "MATH", ("SUBJECT", "unexpected_value")),
    ("level of another type", "mct", 5, "GR3", ("LEVEL", "unexpected_value")),
    ("level of the other test", "mcti", 5, "GR2", ("LEVEL", "unexpected_value")),
    ("subject where none is", "writ", 4, "READ", ("SUBJECT", "unexpected_value")),
    ("grade without the test", "writ", 5, "GR5", ("LEVEL", "unexpected_value")),
    ("other course", "satp", 4, "HIST", ("SUBJECT", "unexpected_value")),
    ("other section", "fle", 4, "PASS", ("SUBJECT", "unexpected_value")),
    ("grade without a code", "nrt", 5, "GR3", ("LEVEL", "unexpected_value")),
    ("not a composite", "act", 4, "READ", ("SUBJECT", "unexpected_value")),
    ("core students", "act", 5, "COR", ("LEVEL", "unexpected_value")),
    ("other last character", "mct", 38, "!", ("END", "unexpected_value")),
    ("no last character", "act", 9, "", ("END", "unexpected_value")),
    ("school of the state", "mct", 1, "004", ("SCHOOL", "not_in_tokens")),
    ("no district", "mct", 0, "", ("SCHOOL", "not_in_tokens")),
    ("more than all", "mct", 6, "101", ("ALL_BASIC", "not_in_tokens")),
    ("less than none", "mct", 7, "-1.0", ("ALL_PROFICIENT", "not_in_tokens")),
    ("a mark of the HTML pages", "mct", 9, "<", ("NDO_PROFICIENT", "not_in_tokens")),
    ("not a number", "satp", 6, "n/a", ("ALL", "not_in_tokens")),
    ("no equivalent", "nrt", 20, "99.5", ("MIG", "not_in_tokens")),
    ("no composite", "act", 6, "36.1", ("ALL", "not_in_tokens")),
];

#[test]
fn a_wrong_field_is_found_at_its_line_and_column() {
    for (name, program, at, to, (column, rule)) in FIELDS {
        let card = card(&format!("ms_report_card_2002_{program}"));
        let text = second_changed(&card, |line| field_changed(line, at, to));
        for layout in [card.layout.to_owned(), format!("{}_fixed", card.layout)] {
            let loaded = load(&layout, text.as_str());
            assert_eq!(loaded.faults(), [(2, Some(column), rule)], "{name} under {layout}");
            assert_eq!((loaded.counts.loaded, loaded.counts.rejected), (2, 1), "{name} under {layout}");
            assert!(!loaded.lines.contains(&2), "{name} under {layout}");
        }
    }
}

#[test]
fn the_scale_of_a_value_is_that_of_its_record_type() {
    let line = |program: &str, code: &str, value: &str| {
        let card = card(&format!("ms_report_card_2002_{program}"));
        let mut record = records(&card).remove(0);
        record.kind = card.types.iter().find(|kind| kind.code == code).unwrap().clone();
        record.values.fill(None);
        load(card.layout, field_changed(&record.line(&card), 6, value))
    };
    // An essay has at most four points, a share at most a hundred percent; a scale score may be larger.
    for (program, code, value) in [("satp", "319", "4.1"), ("satp", "323", "340.0"), ("fle", "339", "100.1")]
    {
        assert_eq!(line(program, code, value).faults(), [(1, Some("ALL"), "not_in_tokens")]);
    }
    for (program, code, value, unit, low) in [
        ("satp", "315", "340.0", "scale_score", 340.0),
        ("satp", "319", "4.0", "rubric_score", 4.0),
        ("fle", "338", "250.1", "scale_score", 250.1),
        ("fle", "339", "100.0", "fraction", 1.0),
    ] {
        let loaded = line(program, code, value);
        assert_eq!((loaded.texts("unit")[0], loaded.numbers("low")[0]), (Some(unit), Some(low)));
    }
}

#[test]
fn a_record_of_another_shape_is_found_at_its_line() {
    let card = card("ms_report_card_2002_mct");
    let fixed = format!("{}_fixed", card.layout);
    let without_last = |line: &str| line.replace(",#", "");
    let longer = |line: &str| line.replace(",#", ", ,#");
    let cut = |line: &str| format!("{}\r\n", &line[..100]);
    let changes: [&dyn Fn(&str) -> String; 3] = [&without_last, &longer, &cut];
    for change in changes {
        let text = second_changed(&card, change);
        assert_eq!(load(card.layout, text.as_str()).faults(), [(2, None, "ragged_row")]);
        assert_eq!(load(&fixed, text.as_str()).faults(), [(2, None, "wrong_length")]);
    }
}

/// A transfer that broke off leaves a last record without its end.
#[test]
fn a_file_that_breaks_off_loses_its_last_record_only() {
    let card = card("ms_report_card_2002_act");
    let records = records(&card);
    let text = text(&card, &records);
    let text = &text[..text.len() - 30];
    let last = card.records as u64;
    for (layout, rule) in [(card.layout, "ragged_row"), ("ms_report_card_2002_act_fixed", "wrong_length")] {
        let loaded = load(layout, text);
        assert_eq!(loaded.faults(), [(last, None, rule)]);
        assert_eq!(loaded.counts.rows_in, last);
        assert_eq!(loaded.counts.loaded, last - 1);
    }
}

/// A column too many or too few: the file has other subgroups than the layout lists.
#[test]
fn other_subgroups_than_listed_are_rejected() {
    let mut card = card("ms_report_card_2002_satp");
    card.subgroups = &crate::card::SUBGROUPS;
    let mut sample = records(&card);
    sample.truncate(2);
    let rejected = |rule| [(1, None, rule), (2, None, rule)];
    let text = text(&card, &sample);
    assert_eq!(load(card.layout, text.as_str()).faults(), rejected("ragged_row"));
    assert_eq!(load("ms_report_card_2002_satp_fixed", text).faults(), rejected("wrong_length"));
    let sheet = spreadsheet(&card, &sample);
    assert_eq!(load("ms_report_card_2002_satp_xls", sheet).faults(), rejected("ragged_row"));
}

#[test]
fn a_wrong_cell_of_the_spreadsheet_is_found_at_its_row() {
    let card = card("ms_report_card_2002_mct");
    let changed = |row: usize, column: usize, cell: Cell| {
        let mut rows: Vec<_> = records(&card).iter().take(5).map(|record| record.cells(&card)).collect();
        rows[row - 1][column] = cell;
        load("ms_report_card_2002_mct_xls", workbook("Data", &rows))
    };
    let text = |text: &str| Cell::Text(text.to_owned());
    for (row, column, cell, fault) in [
        (2, 2, text("102"), ("RECTYPE", "unknown_record_type")),
        (3, 4, text("READ"), ("SUBJECT", "unexpected_value")),
        (4, 6, Cell::Hundredths(10_010), ("ALL_BASIC", "not_in_tokens")),
        (5, 38, text("##"), ("END", "unexpected_value")),
    ] {
        let loaded = changed(row, column, cell);
        assert_eq!(loaded.faults(), [(row as u64, Some(fault.0), fault.1)]);
        assert_eq!((loaded.counts.loaded, loaded.counts.rejected), (4, 1));
    }
}
