//! Tables, codes and keys, from the definitions: no file of the lake is read.

use std::collections::{BTreeMap, BTreeSet};

use lifetracks_engine::{CheckRule, Engine, Role, sql_type};

use crate::names::{Column, Link, Table, Value};
use crate::text::first_sentence;

/// Everything that FROM can name but functions.
pub(super) fn tables(engine: &Engine) -> Vec<Table> {
    let names: BTreeSet<String> = engine.table_names().into_iter().collect();
    let lake: BTreeSet<String> = engine.tables().into_iter().collect();
    let table = |name: String| {
        let definition = engine.definitions().table(&name).filter(|_| lake.contains(&name));
        let Some(definition) = definition else {
            let note = if name.contains('.') { "about the lake" } else { "of this session" };
            return Table { name, note: note.to_owned(), columns: None };
        };
        let columns = definition.columns.iter().map(|column| Column {
            name: column.name.clone(),
            note: sql_type(&column.data_type),
            code_set: column.code_set.clone(),
        });
        let note = format!("{}: {}", definition.owner, first_sentence(&definition.description));
        Table { note, columns: Some(columns.collect()), name }
    };
    names.into_iter().map(table).collect()
}

/// The codes of every code set; of a code that has changed its meaning the last one.
pub(super) fn codes(engine: &Engine) -> BTreeMap<String, Vec<Value>> {
    let sets = engine.definitions().code_sets().iter();
    let codes = sets.map(|set| {
        let mut values: Vec<Value> = Vec::new();
        for code in &set.codes {
            if values.iter().all(|known| known.value != code.code) {
                let label = set.label(&code.code, None).unwrap_or(&code.label);
                values.push(Value { value: code.code.clone(), label: label.to_owned() });
            }
        }
        (set.name.clone(), values)
    });
    codes.collect()
}

/// Columns that identify something in several tables, the commonest first.
pub(super) fn keys(engine: &Engine) -> Vec<String> {
    let mut tables_with: BTreeMap<&str, usize> = BTreeMap::new();
    let columns = engine.definitions().tables().iter().flat_map(|table| &table.columns);
    for column in columns.filter(|column| column.role == Role::Identifier) {
        *tables_with.entry(&column.name).or_default() += 1;
    }
    let mut keys: Vec<(&str, usize)> = tables_with.into_iter().filter(|(_, count)| *count > 1).collect();
    keys.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    keys.into_iter().map(|(name, _)| name.to_owned()).collect()
}

/// What the tables' checks say about which columns refer to which.
pub(super) fn links(engine: &Engine) -> Vec<Link> {
    let tables = engine.definitions().tables().iter();
    let links = tables.flat_map(|from| {
        from.checks.iter().filter_map(|check| match &check.rule {
            CheckRule::Reference { columns, table, to } => Some(Link {
                table: from.name.clone(),
                columns: columns.clone(),
                to_table: table.clone(),
                to: to.clone(),
            }),
            _ => None,
        })
    });
    links.collect()
}

/// The code set that a column of this name has wherever it has one.
pub(super) fn code_set_of<'a>(columns: impl Iterator<Item = &'a Column>, name: &str) -> Option<String> {
    let sets: BTreeSet<&String> =
        columns.filter(|column| column.name == name).filter_map(|column| column.code_set.as_ref()).collect();
    let mut sets = sets.into_iter();
    let set = sets.next()?;
    sets.next().is_none().then(|| set.clone())
}
