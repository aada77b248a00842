//! Canonical tables: what a row is, what names it, how rows are sorted and which columns they have.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use serde::Deserialize;

use crate::{Check, Column, DefinitionError, Period, Role, definitions::Named};

/// The first key column of every person table.
const PERSON: &str = "person_id";

/// What one row of a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// About one person: cut into ranges of `person_id` and sorted by it.
    Person,
    /// About a school, an employer or a published figure: nobody's record.
    Reference,
}

/// One canonical table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The SQL name, in `snake_case`; also the name of the file.
    pub name: String,
    /// What one row is.
    pub description: String,
    /// What a row is about.
    pub kind: TableKind,
    /// The agency that contributes the table.
    pub owner: String,
    /// The columns that name a row; no two rows agree in all of them. NULL, in a reference table only, agrees
    /// with NULL.
    pub key: Vec<String>,
    /// The columns by which a file is sorted.
    pub order: Vec<String>,
    /// The entity in the Common Education Data Standards, when there is one.
    pub ceds: Option<String>,
    /// The documents that define the table.
    pub source: String,
    /// The stretch of time a row belongs to; `None` when rows belong to none.
    pub period: Option<Period>,
    /// What must hold in the table, in the order of its file.
    #[serde(rename = "check", default)]
    pub checks: Vec<Check>,
    /// The columns, in their canonical order.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

impl Table {
    /// Reads a table file.
    ///
    /// Errors: anything TOML refuses, an unknown or a missing field, an unknown type, an empty text, a name that
    /// stands twice, key or order columns that are not there or may be NULL, and a period or a check whose columns
    /// are not there or do not fit. Only the key of a reference table may hold NULL: a figure about a state has no
    /// school.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let table: Self =
            toml::from_str(text).map_err(|error| DefinitionError::from_toml(file, text, &error))?;
        table.validate().map_err(|sentence| DefinitionError::in_file(file, sentence))?;
        Ok(table)
    }

    /// The columns as an Arrow schema, in their canonical order.
    pub fn schema(&self) -> SchemaRef {
        let field = |column: &Column| Field::new(&column.name, column.data_type.clone(), column.nullable);
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// What serde cannot see, as a sentence.
    fn validate(&self) -> Result<(), String> {
        let [name, description] = [("name", &self.name), ("description", &self.description)];
        let [owner, source] = [("owner", &self.owner), ("source", &self.source)];
        filled("the table", &[name, description, owner, source])?;
        let mut names = BTreeSet::new();
        for column in &self.columns {
            if !names.insert(column.name.as_str()) {
                let name = &column.name;
                return Err(format!("column {name:?} stands twice; remove or rename one."));
            }
            check_column(column)?;
        }
        self.check_columns("key", &self.key, self.kind == TableKind::Reference)?;
        self.check_columns("order", &self.order, false)?;
        self.period.as_ref().map_or(Ok(()), |period| period.fits(self))?;
        self.validate_checks()?;
        let person_first = |names: &[String]| names.first().is_some_and(|name| name == PERSON);
        match self.kind {
            TableKind::Person if !(person_first(&self.key) && person_first(&self.order)) => {
                let sentence = "a person table's key and order must start with";
                Err(format!("{sentence} {PERSON}; put it first in both."))
            }
            _ => Ok(()),
        }
    }

    /// Every check says what it is, has a name of its own and fits the columns.
    fn validate_checks(&self) -> Result<(), String> {
        let mut names = BTreeSet::new();
        for check in &self.checks {
            let place = format!("check {:?}", check.name);
            let [name, description] = [("name", &check.name), ("description", &check.description)];
            filled(&place, &[name, description, ("source", &check.source)])?;
            if !names.insert(check.name.as_str()) {
                return Err(format!("{place} stands twice; remove or rename one."));
            }
            check.fits(self)?;
        }
        Ok(())
    }

    /// The columns of a list must be there and, unless `nullable`, never NULL.
    fn check_columns(&self, list: &str, names: &[String], nullable: bool) -> Result<(), String> {
        if names.is_empty() {
            return Err(format!("{list} names no column; a table needs at least one."));
        }
        for name in names {
            match self.column(name) {
                None => {
                    return Err(format!(
                        "{list} names {name:?}, which is no column of the table; correct the name."
                    ));
                }
                Some(column) if column.nullable && !nullable => {
                    return Err(format!(
                        "{list} names {name:?}, which may be NULL; write nullable = false or leave it out."
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

impl Named for Table {
    fn name(&self) -> &str {
        &self.name
    }
}

fn check_column(column: &Column) -> Result<(), String> {
    let place = format!("column {:?}", column.name);
    let [name, description] = [("name", &column.name), ("description", &column.description)];
    filled(&place, &[name, description, ("source", &column.source)])?;
    if column.role == Role::Code && column.code_set.is_none() {
        let sentence = "has the role \"code\" but no code_set; name one or change the role.";
        return Err(format!("{place} {sentence}"));
    }
    if let (Some(first), Some(last)) = (column.valid_from, column.valid_to)
        && last < first
    {
        return Err(format!("{place} has valid_to {last} before valid_from {first}; swap or correct them."));
    }
    if (column.valid_from.is_some() || column.valid_to.is_some()) && !column.nullable {
        let sentence =
            "is not collected in every year, so it must be able to be NULL; write nullable = true.";
        return Err(format!("{place} {sentence}"));
    }
    Ok(())
}

/// An error when one of these texts is empty.
fn filled(place: &str, texts: &[(&str, &String)]) -> Result<(), String> {
    match texts.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((field, _)) => Err(format!("{place} has an empty {field}; fill it in.")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::DataType;

    const TABLE: &str = r#"name = "visit"
description = "d"
kind = "reference"
owner = "o"
key = ["id"]
order = ["id"]
source = "s"
[[column]]
name = "id"
type = "int64"
nullable = false
role = "identifier"
privacy = "public"
description = "d"
source = "s"
"#;

    fn sentence(from: &str, to: &str) -> String {
        assert!(TABLE.contains(from), "{from}");
        Table::parse("tables/visit.toml", &TABLE.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn a_table_gives_its_schema() {
        let table = Table::parse("tables/visit.toml", TABLE).unwrap();
        assert_eq!(table.schema().field(0), &Field::new("id", DataType::Int64, false));
        assert!(table.column("id").is_some() && table.column("other").is_none());
    }

    #[test]
    fn a_fault_names_file_and_line() {
        let unknown = sentence("source = \"s\"\n[[", "colour = \"red\"\nsource = \"s\"\n[[");
        assert!(unknown.starts_with("tables/visit.toml, line 7: unknown field `colour`"), "{unknown}");
        let kind = sentence("int64", "integer");
        assert!(kind.starts_with("tables/visit.toml, line 10: the type is \"integer\""), "{kind}");
        let role = sentence("\"identifier\"", "\"id\"");
        assert!(role.starts_with("tables/visit.toml, line 12: unknown variant `id`"), "{role}");
        assert!(sentence("privacy = \"public\"\n", "").contains("missing field `privacy`"));
    }

    #[test]
    fn a_column_may_be_collected_in_some_years_only() {
        let years = |text: &str| {
            TABLE.to_owned()
                + &format!(
                    "[[column]]\nname = \"home_language\"\ntype = \"utf8\"\nrole = \"dimension\"\nprivacy = \"public\"\n\
                 description = \"d\"\nsource = \"s\"\n{text}\n"
                )
        };
        let parse = |text: &str| Table::parse("tables/visit.toml", &years(text));
        let table = parse("nullable = true\nvalid_from = 2016\nvalid_to = 2022").unwrap();
        assert_eq!((table.columns[1].valid_from, table.columns[1].valid_to), (Some(2016), Some(2022)));
        assert_eq!((table.columns[0].valid_from, table.columns[0].valid_to), (None, None));
        let backwards = parse("nullable = true\nvalid_from = 2016\nvalid_to = 2015").unwrap_err();
        assert!(backwards.to_string().contains("valid_to 2015 before valid_from 2016"), "{backwards}");
        let required = parse("nullable = false\nvalid_from = 2016").unwrap_err();
        assert!(required.to_string().contains("must be able to be NULL"), "{required}");
    }

    #[test]
    fn key_and_order_are_columns_that_are_never_null() {
        assert!(
            sentence("key = [\"id\"]", "key = [\"no\"]").contains("key names \"no\", which is no column")
        );
        assert!(
            sentence("nullable = false", "nullable = true").contains("order names \"id\", which may be NULL")
        );
        assert!(sentence("order = [\"id\"]", "order = []").contains("order names no column"));
        assert!(sentence("\"reference\"", "\"person\"").contains("must start with person_id"));
    }
}
