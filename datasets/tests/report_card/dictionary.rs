//! The record types of the layouts, the code set that names them and the published description are one list.

use std::collections::BTreeSet;

use crate::card::{Card, cards};
use crate::loaded::{definitions, load};
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

/// Every code of the rows is in the code set of its column.
#[test]
fn codes_of_the_rows_are_known() {
    let table = definitions().table("published_measure").unwrap();
    for card in cards() {
        let mut sample = records(&card);
        sample.truncate(card.types.len());
        let loaded = load(card.layout, crate::loaded::text(&card, &sample));
        for column in table.columns.iter().filter(|column| column.code_set.is_some()) {
            let codes = definitions().code_set(column.code_set.as_deref().unwrap()).unwrap();
            let unknown = loaded
                .texts(&column.name)
                .into_iter()
                .flatten()
                .find(|code| codes.label(code, None).is_none());
            assert_eq!(unknown, None, "{} of {}", column.name, card.file);
        }
    }
}
