//! `lifetracks.links`: how tables join, as the definitions declare it.
//!
//! A reference that a check holds a table to is a link, read in both directions; tables of persons join on the person.

use datafusion::arrow::array::RecordBatch;
use lifetracks_datasets::{CheckRule, Definitions, Table, TableKind};

use super::sheet::Sheet;
use crate::error::Result;

/// The column that names a person in every table of persons.
const PERSON: &str = "person_id";

/// One way to join two tables.
struct Link<'a> {
    table: &'a str,
    to: &'a str,
    kind: &'static str,
    condition: String,
    description: &'a str,
}

/// One row per pair of tables and way to join them, in the order of the tables.
pub(super) fn links(definitions: &Definitions) -> Result<RecordBatch> {
    let tables = definitions.tables();
    let mut all: Vec<Link<'_>> = tables.iter().flat_map(references).collect();
    let persons: Vec<&Table> = tables.iter().filter(|table| table.kind == TableKind::Person).collect();
    for table in &persons {
        let others = persons.iter().filter(|other| other.name != table.name);
        all.extend(others.map(|other| Link {
            table: &table.name,
            to: &other.name,
            kind: "person",
            condition: condition(&table.name, &[PERSON], &other.name, &[PERSON]),
            description: "Rows of the same person.",
        }));
    }
    all.sort_by(|left, right| {
        (left.table, left.to, &left.condition).cmp(&(right.table, right.to, &right.condition))
    });
    all.dedup_by(|left, right| {
        (left.table, left.to, &left.condition) == (right.table, right.to, &right.condition)
    });
    Sheet::default()
        .text("table_name", all.iter().map(|link| Some(link.table)))
        .text("to_table", all.iter().map(|link| Some(link.to)))
        .text("kind", all.iter().map(|link| Some(link.kind)))
        .text("condition", all.iter().map(|link| Some(&link.condition)))
        .text("description", all.iter().map(|link| Some(link.description)))
        .finish()
}

/// The references of a table's checks, there and back.
fn references(table: &Table) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    for check in &table.checks {
        let CheckRule::Reference { columns, table: target, to } = &check.rule else { continue };
        found.push(Link {
            table: &table.name,
            to: target,
            kind: "reference",
            condition: condition(&table.name, columns, target, to),
            description: &check.description,
        });
        found.push(Link {
            table: target,
            to: &table.name,
            kind: "referenced by",
            condition: condition(target, to, &table.name, columns),
            description: &check.description,
        });
    }
    found
}

/// The condition as it is written behind ON.
fn condition<A: AsRef<str>, B: AsRef<str>>(table: &str, columns: &[A], target: &str, to: &[B]) -> String {
    let pairs = columns.iter().zip(to);
    let pairs =
        pairs.map(|(column, other)| format!("{table}.{} = {target}.{}", column.as_ref(), other.as_ref()));
    pairs.collect::<Vec<_>>().join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_can_be_copied() {
        let columns = ["person_id", "school_year"];
        let condition = condition("a", &columns, "b", &columns);
        assert_eq!(condition, "a.person_id = b.person_id AND a.school_year = b.school_year");
    }

    #[test]
    fn every_link_goes_both_ways() {
        use datafusion::arrow::array::AsArray;
        let batch = links(&Definitions::builtin()).unwrap();
        let pair = |row: usize, from: usize, to: usize| {
            let text = |column: usize| batch.column(column).as_string::<i32>().value(row).to_owned();
            (text(from), text(to))
        };
        let there: Vec<_> = (0..batch.num_rows()).map(|row| pair(row, 0, 1)).collect();
        assert!(there.len() > 100);
        assert!((0..batch.num_rows()).all(|row| there.contains(&pair(row, 1, 0))));
    }
}
