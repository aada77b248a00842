//! What must hold between the rows of a file, and what may and may not be concluded from them.

use std::collections::{BTreeMap, BTreeSet};

use crate::card::{card, cards};
use crate::loaded::{Loaded, load, text};
use crate::records::records;

/// The state's record of the published example, with all but the first subgroup blank.
fn example() -> Loaded {
    let blank = "    ,".repeat(28);
    let line = format!(
        "0000,000,101,MCT ,READ,GR2,94.1,83.7,{blank}State Level Data    ,Mississippi         ,#\r\n"
    );
    load("ms_report_card_2002_mct", line)
}

/// The share in the lowest level follows, that in the highest does not:
///
/// ```sql
/// SELECT subgroup, 1 - low AS minimal FROM published_measure
/// WHERE source = 'MDE Report Card' AND measure = 'basic_and_above' AND state = 'exact'
/// ```
#[test]
fn the_lowest_level_follows_from_the_example() {
    let rows = example();
    assert_eq!((rows.texts("subgroup")[0], rows.texts("measure")[0]), (Some("ALL"), Some("basic_and_above")));
    assert_eq!(rows.texts("measure")[1], Some("proficient_and_above"));
    assert_eq!(rows.numbers("low")[..2], [Some(0.941), Some(0.837)]);
    assert_eq!(rows.numbers("high")[..2], [Some(0.941), Some(0.837)]);
    let minimal = 1.0 - rows.numbers("low")[0].unwrap();
    assert!((minimal - 0.059).abs() < 1e-12);
}

/// A blank is neither zero nor known to be suppressed, and it is a row.
#[test]
fn blanks_are_rows_without_a_value() {
    let rows = example();
    assert_eq!(rows.rows.num_rows(), 30);
    assert_eq!(rows.texts("state")[2..], [Some("blank"); 28]);
    assert_eq!(rows.numbers("low")[2..], [None; 28]);
    assert_eq!(rows.numbers("high")[2..], [None; 28]);
    for column in ["num", "den"] {
        assert_eq!(rows.rows.column_by_name(column).unwrap().null_count(), 30);
    }
}

/// The subgroups of a place and test in which fewer reach the lower level than the higher one:
///
/// ```sql
/// SELECT b.name, b.subject, b.grade, b.subgroup FROM published_measure b JOIN published_measure p
///   ON  p.source = b.source AND p.school_year = b.school_year AND p.assessment = b.assessment AND p.subject = b.subject
///   AND p.grade = b.grade AND p.subgroup = b.subgroup AND p.level = b.level AND p.name = b.name
///   AND (p.district_id IS NOT DISTINCT FROM b.district_id) AND (p.school_id IS NOT DISTINCT FROM b.school_id)
/// WHERE b.measure = 'basic_and_above' AND p.measure = 'proficient_and_above' AND p.low > b.low
/// ```
fn reversed(loaded: &Loaded) -> Vec<(u64, &str)> {
    let (subgroups, values) = (loaded.texts("subgroup"), loaded.numbers("low"));
    let mut of_record: BTreeMap<(u64, &str), Vec<Option<f64>>> = BTreeMap::new();
    for (at, value) in values.into_iter().enumerate() {
        of_record.entry((loaded.lines[at], subgroups[at].unwrap())).or_default().push(value);
    }
    let is_reversed =
        |values: &[Option<f64>]| matches!(values, [Some(lower), Some(higher)] if higher > lower);
    of_record.into_iter().filter(|(_, values)| is_reversed(values)).map(|(place, _)| place).collect()
}

#[test]
fn no_more_are_proficient_than_basic() {
    for layout in ["ms_report_card_2002_mct", "ms_report_card_2002_mcti", "ms_report_card_2002_writ"] {
        let card = card(layout);
        let mut records = records(&card);
        records.truncate(1000);
        assert_eq!(reversed(&load(layout, text(&card, &records))), []);
        // Planted: two records in which one of the subgroups is the wrong way round.
        records[5].values[..2].copy_from_slice(&[Some(400), Some(401)]);
        records[900].values[28..].copy_from_slice(&[Some(0), Some(1000)]);
        assert_eq!(reversed(&load(layout, text(&card, &records))), [(6, "ALL"), (901, "MIG")]);
    }
}

/// District, school and record type name a record, and their canonical columns name a row: in all seven files together.
#[test]
fn keys_are_unique_over_all_files() {
    let key = &super::loaded::definitions().table("published_measure").unwrap().key;
    let mut rows = 0;
    let mut keys = BTreeSet::new();
    for card in cards() {
        let mut records = records(&card);
        let named: BTreeSet<_> =
            records.iter().map(|record| (&record.district, &record.school, &record.kind.code)).collect();
        assert_eq!(named.len(), records.len(), "{}", card.file);
        // The state and the first districts stand for all.
        records.truncate(500);
        let loaded = load(card.layout, text(&card, &records));
        let columns: Vec<_> =
            key.iter().filter(|name| *name != "school_year").map(|name| loaded.texts(name)).collect();
        rows += loaded.rows.num_rows();
        for row in 0..loaded.rows.num_rows() {
            let cell = |column: &Vec<Option<&str>>| column[row].map(str::to_owned);
            keys.insert(columns.iter().map(cell).collect::<Vec<_>>());
        }
    }
    assert_eq!(keys.len(), rows);
}

/// The file of the literacy exam is named for another year, but it belongs to this report card.
#[test]
fn all_files_are_of_one_school_year() {
    use arrow::array::AsArray;
    use arrow::datatypes::Int32Type;
    for card in cards() {
        let loaded = load(card.layout, records(&card)[0].line(&card));
        let years =
            loaded.rows.column_by_name("school_year").unwrap().as_primitive::<Int32Type>().values().to_vec();
        assert!(years.iter().all(|year| *year == 2002), "{}", card.file);
    }
}
