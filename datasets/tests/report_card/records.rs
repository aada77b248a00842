//! Made-up records in the published form, as many as each file is said to hold: the state, its districts, their schools.

use crate::card::Card;
use crate::record_types::RecordType;
use crate::workbook::Cell;

/// The characters that the names of school and district take together.
const NAMES: usize = 40;
/// How the generated files divide them.
const SCHOOL_NAME: usize = 20;

/// One record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) district: String,
    pub(crate) school: String,
    pub(crate) school_name: String,
    pub(crate) district_name: String,
    pub(crate) kind: RecordType,
    /// In tenths, subgroup by subgroup; `None` is blank.
    pub(crate) values: Vec<Option<i32>>,
}

/// The records of a file, in the order of districts and schools.
pub(crate) fn records(card: &Card) -> Vec<Record> {
    let state = place(card, "0000", "000", "State Level Data", "Mississippi");
    state
        .into_iter()
        .chain((0..).flat_map(|district| district_records(card, district)))
        .take(card.records)
        .collect()
}

fn district_records(card: &Card, number: u64) -> Vec<Record> {
    let code = format!("{:04}", 100 + 10 * number);
    let name = format!("District No. {number}");
    let mut records = place(card, &code, "000", "District Level Data", &name);
    for school in 1..=3 + chance(&[number, 3]) % 6 {
        let school_name = format!("School {school} of {number}");
        records.extend(place(card, &code, &format!("{:03}", 4 * school), &school_name, &name));
    }
    records
}

/// The records of one district or school; a school gives the tests of its lower, its upper or all grades.
fn place(card: &Card, district: &str, school: &str, school_name: &str, district_name: &str) -> Vec<Record> {
    let split = card.types.len() * 4 / 7;
    let seed: u64 = format!("1{district}{school}").parse().unwrap();
    let types = match chance(&[seed, 1]) % 3 {
        _ if school == "000" => &card.types[..],
        0 => &card.types[..split.max(1)],
        1 => &card.types[split..],
        _ => &card.types[..],
    };
    let record = |kind: &RecordType| Record {
        district: district.to_owned(),
        school: school.to_owned(),
        school_name: school_name.to_owned(),
        district_name: district_name.to_owned(),
        kind: kind.clone(),
        values: values(card, kind, seed),
    };
    types.iter().map(record).collect()
}

/// The values of one record. The second value of a subgroup is no larger than the first; a district that did not keep
/// its lists up to date has neither of the two economic subgroups; small subgroups are blank.
fn values(card: &Card, kind: &RecordType, seed: u64) -> Vec<Option<i32>> {
    let (least, most) = kind.scale.tenths();
    let code: u64 = kind.code.parse().unwrap();
    let mut values = Vec::new();
    for (at, subgroup) in (0..).zip(card.subgroups) {
        let is_outdated = matches!(*subgroup, "ED" | "NED") && chance(&[seed, 2]).is_multiple_of(4);
        let is_blank = is_outdated || chance(&[seed, code, at, 4]) % 10 < at.min(6);
        let mut upper = most;
        for value in 0..card.values as u64 {
            let drawn = chance(&[seed, code, at, value, 5]);
            // The largest value, which is the widest, occurs more often than it would by chance.
            if !drawn.is_multiple_of(50) {
                upper =
                    least + i32::try_from(drawn / 50 % u64::try_from(upper - least + 1).unwrap()).unwrap();
            }
            values.push(Some(upper).filter(|_| !is_blank));
        }
    }
    values
}

/// A number that follows from these and looks like none of them (the finalizer of `SplitMix64`, over and over).
fn chance(of: &[u64]) -> u64 {
    of.iter().fold(0x9E37_79B9_7F4A_7C15, |state: u64, number| {
        let mut mixed = state.wrapping_mul(31).wrapping_add(*number).wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    })
}

impl Record {
    /// The fields of the record, each filled up to its width.
    pub(crate) fn fields(&self, card: &Card) -> Vec<String> {
        let mut fields = vec![
            self.district.clone(),
            self.school.clone(),
            self.kind.code.clone(),
            format!("{:4}", card.program),
            format!("{:4}", self.kind.subject),
            format!("{:3}", self.kind.level),
        ];
        fields.extend(self.values.iter().map(|value| written(*value, card.width)));
        fields.push(format!("{:SCHOOL_NAME$}", self.school_name));
        fields.push(format!("{:width$}", self.district_name, width = NAMES - SCHOOL_NAME));
        fields.push("#".to_owned());
        fields
    }

    /// The record as a line of the file.
    pub(crate) fn line(&self, card: &Card) -> String {
        format!("{}\r\n", self.fields(card).join(","))
    }

    /// The record as a row of the spreadsheet: numbers are numbers, what is blank is not there.
    pub(crate) fn cells(&self, card: &Card) -> Vec<Cell> {
        let text = |field: &String| match field.trim_end() {
            "" => Cell::Empty,
            text => Cell::Text(text.to_owned()),
        };
        let mut cells: Vec<Cell> = self.fields(card).iter().map(text).collect();
        for (cell, value) in cells.iter_mut().skip(6).zip(&self.values) {
            *cell = value.map_or(Cell::Empty, |tenths| Cell::Hundredths(10 * tenths));
        }
        cells
    }
}

/// A value with one decimal; a hundred percent has no room for one.
fn written(tenths: Option<i32>, width: usize) -> String {
    let Some(tenths) = tenths else { return " ".repeat(width) };
    let decimal = format!("{}.{}", tenths / 10, tenths % 10);
    let text = if decimal.len() > width { (tenths / 10).to_string() } else { decimal };
    format!("{text:>width$}")
}
