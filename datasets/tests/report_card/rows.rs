//! Each file, as large as it is said to be, is read three ways into the same rows: those that its records stand for.

use crate::card::{Card, card};
use crate::loaded::{Loaded, load, text, three_ways};
use crate::records::{Record, records};

/// Reads the file every way and compares each row with the record it comes from.
fn reads(layout: &str) {
    let card = card(layout);
    let records = records(&card);
    let [csv, fixed, xls] = three_ways(&card, &records).map(|(layout, bytes)| load(&layout, bytes));
    assert_eq!(csv.counts.rows_in, card.records as u64);
    for loaded in [&csv, &fixed, &xls] {
        assert_eq!(loaded.faults(), []);
        assert_eq!(loaded.counts, csv.counts);
        assert_eq!(loaded.lines, csv.lines);
        assert!(loaded.rows == csv.rows, "other rows than from the comma-delimited file");
    }
    assert_eq!(csv.rows.num_rows(), card.records * card.subgroups.len() * card.values);
    assert_rows(&csv, &card, &records);
    assert_sums(&csv, &card, &text(&card, &records));
}

/// Compares every row with what its record says.
fn assert_rows(loaded: &Loaded, card: &Card, records: &[Record]) {
    let columns = [
        "source",
        "level",
        "district_id",
        "school_id",
        "name",
        "subgroup",
        "measure",
        "assessment",
        "subject",
        "grade",
        "unit",
        "state",
    ];
    let texts = columns.map(|column| loaded.texts(column));
    let (low, high) = (loaded.numbers("low"), loaded.numbers("high"));
    let mut at = 0;
    for (line, record) in (1..).zip(records) {
        for (place, value) in record.values.iter().enumerate() {
            let expected = expected(card, record, place);
            let found = texts.each_ref().map(|texts| texts[at]);
            let wanted = expected.each_ref().map(|text| text.as_deref());
            assert_eq!((loaded.lines[at], found), (line, wanted), "row {at} of {}", card.file);
            let number = value.map(|tenths| record.kind.scale.value(tenths));
            assert_eq!((low[at], high[at]), (number, number), "row {at} of {}", card.file);
            at += 1;
        }
    }
    assert_eq!(at, loaded.rows.num_rows());
}

/// The texts of the row for one value of a record.
fn expected(card: &Card, record: &Record, place: usize) -> [Option<String>; 12] {
    let text = |text: &str| Some(text.to_owned());
    let is_district = record.district != "0000";
    let is_school = record.school != "000";
    let (level, name) = match (is_district, is_school) {
        (false, _) => ("state", "Mississippi"),
        (true, false) => ("district", record.district_name.as_str()),
        (true, true) => ("school", record.school_name.as_str()),
    };
    [
        text("MDE Report Card"),
        text(level),
        text(&record.district).filter(|_| is_district),
        Some(format!("{}{}", record.district, record.school)).filter(|_| is_school),
        text(name),
        text(card.subgroups[place / card.values]),
        text(record.kind.measures[place % card.values]),
        text(card.assessment),
        text(record.kind.canonical_subject),
        record.kind.grade.clone(),
        text(record.kind.scale.unit()),
        text(if record.values[place].is_some() { "exact" } else { "blank" }),
    ]
}

/// Compares the sums of the values with those of the text, recomputed from it alone.
fn assert_sums(loaded: &Loaded, card: &Card, text: &str) {
    let mut tenths = vec![0; card.values];
    for line in text.lines() {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        for (place, field) in fields[6..fields.len() - 3].iter().enumerate() {
            let (ones, tenth) = field.split_once('.').unwrap_or((field, "0"));
            tenths[place % card.values] += format!("0{ones}{tenth}").parse::<i64>().unwrap();
        }
    }
    let units = loaded.texts("unit");
    let mut sums = vec![0; card.values];
    for (at, value) in loaded.numbers("low").into_iter().enumerate() {
        let factor = if units[at] == Some("fraction") { 1000.0 } else { 10.0 };
        sums[at % card.values] += value.map_or(0, |value| whole(value * factor));
    }
    assert_eq!(sums, tenths, "{}", card.file);
}

/// A number that is whole but for the last bits of a float.
#[expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
fn whole(number: f64) -> i64 {
    assert!((number - number.round()).abs() < 1e-6);
    number.round() as i64
}

#[test]
fn curriculum_test_by_grade() {
    reads("ms_report_card_2002_mct");
}

#[test]
fn curriculum_test_by_level() {
    reads("ms_report_card_2002_mcti");
}

#[test]
fn writing_assessment() {
    reads("ms_report_card_2002_writ");
}

#[test]
fn subject_area_tests() {
    reads("ms_report_card_2002_satp");
}

#[test]
fn functional_literacy() {
    reads("ms_report_card_2002_fle");
}

#[test]
fn norm_referenced_assessment() {
    reads("ms_report_card_2002_nrt");
}

#[test]
fn graduating_seniors() {
    reads("ms_report_card_2002_act");
}

/// The generated files have the published counts and sizes, so the layouts are tried on files of the true shape.
#[test]
fn files_are_as_long_as_published() {
    for card in crate::card::cards() {
        let text = text(&card, &records(&card));
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        assert_eq!(lines.len(), card.records, "{}", card.file);
        assert!(lines.iter().all(|line| line.len() == card.record_length), "{}", card.file);
        let kilobytes = text.len().div_ceil(1024);
        assert_eq!(kilobytes, card.kilobytes.unwrap_or(kilobytes), "{}", card.file);
    }
}
