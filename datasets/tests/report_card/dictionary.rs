//! The record types of the layouts, the code set that names them and the published description are one list.

use std::collections::BTreeSet;

use lifetracks_datasets::{Part, Request, check};

use crate::card::{Card, cards};
use crate::loaded::{definitions, load, three_ways};
use crate::records::records;

fn codes(cards: &[Card]) -> Vec<&str> {
    cards.iter().flat_map(|card| card.types.iter().map(|record_type| record_type.code.as_str())).collect()
}

#[test]
fn every_record_type_is_named_once() {
    let cards = cards();
    let described = codes(&cards);
    let named: Vec<&str> = definitions()
        .code_set("ms_report_card_record")
        .unwrap()
        .codes
        .iter()
        .map(|code| code.code.as_str())
        .collect();
    assert_eq!(described.len(), 63);
    assert_eq!(named.len(), 63);
    assert_eq!(described.into_iter().collect::<BTreeSet<_>>(), named.into_iter().collect());
}

/// A layout knows the record types of its own file and of no other.
#[test]
fn a_layout_knows_the_types_of_its_file() {
    let cards = cards();
    for card in &cards {
        let mut record = records(card).remove(0);
        for code in codes(&cards) {
            let own = card.types.iter().find(|record_type| record_type.code == code);
            record.kind = own.unwrap_or(&card.types[0]).clone();
            code.clone_into(&mut record.kind.code);
            record.values.fill(None);
            let loaded = load(card.layout, record.line(card));
            let expected: &[_] =
                if own.is_some() { &[] } else { &[(1, Some("RECTYPE"), "unknown_record_type")] };
            assert_eq!(loaded.faults(), expected, "{code} in {}", card.file);
        }
    }
}

/// A check has nothing to say: every code of the rows is in the code set of its column, and the checks of the table hold.
#[test]
fn a_check_finds_nothing() {
    let definitions = definitions();
    for card in cards() {
        let mut sample = records(&card);
        sample.truncate(200);
        for (layout, bytes) in three_ways(&card, &sample) {
            let part = Part::from_bytes(card.file, bytes);
            let layout = definitions.layout(&layout).unwrap();
            let report =
                check(&Request { part: &part, layout, definitions, year: None, threads: 1 }).unwrap();
            assert_eq!((report.rejects, report.findings), (vec![], vec![]), "{}", layout.name);
            assert_eq!(report.counts.loaded, sample.len() as u64, "{}", layout.name);
        }
    }
}
