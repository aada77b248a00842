//! Fifty defects in a million rows: fifty found, none besides.

use std::fmt::Write as _;
use std::time::Instant;

use lifetracks_datasets::Part;

use crate::chance::Chance;
use crate::visit::{Expected, NAMES, definitions, found, narrow_layout, spoil};

const ROWS: u64 = 1_000_000;
const DEFECTS: usize = 50;
/// Narrow rows: the first columns of a visit.
const COLUMNS: usize = 3;

#[test]
fn fifty_defects_in_a_million_rows() {
    let mut chance = Chance::new(50);
    let mut spoilt = std::collections::BTreeSet::new();
    while spoilt.len() < DEFECTS {
        spoilt.insert(2 + chance.next() % ROWS);
    }
    let mut expected = Expected::default();
    let mut text = NAMES[..COLUMNS].join(",") + "\n";
    for line in 2..ROWS + 2 {
        if spoilt.contains(&line) {
            let (row, column, rule) = spoilt_row(&mut chance);
            expected.rejects.push((line, Some(NAMES[column].to_owned()), rule));
            text += &row;
        } else {
            expected.lines.push(line);
            writeln!(text, "{line},08/06/2020,1.5").unwrap();
        }
    }
    let definitions = definitions();
    let part = Part::from_bytes("visits.csv", text.into_bytes());
    let begun = Instant::now();
    let found = found(&definitions, &narrow_layout(COLUMNS), &part, 2);
    println!("{ROWS} rows converted in {:.1?}", begun.elapsed());
    assert_eq!(found.rejects, expected.rejects);
    assert!(found.lines == expected.lines, "rows are loaded from other lines");
}

/// A row with one bad cell.
fn spoilt_row(chance: &mut Chance) -> (String, usize, &'static str) {
    loop {
        let mut visit = ["7", "08/06/2020", "1.5", "", "", ""].map(str::to_owned);
        let (column, rule) = spoil(&mut visit, chance);
        if column < COLUMNS {
            let quoted = visit.map(|field| if field.contains(',') { format!("\"{field}\"") } else { field });
            return (quoted[..COLUMNS].join(",") + "\n", column, rule);
        }
    }
}
