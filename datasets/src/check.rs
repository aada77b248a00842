//! Checks of a canonical table: what must hold in a row, among its rows or against another table, and what follows
//! when it does not.

mod written;

use arrow::array::ArrayRef;
use arrow::compute::kernels::cmp;
use arrow::datatypes::DataType;
use serde::Deserialize;

use crate::convert::{ColumnBuilder, Reading};
use crate::{Table, closest_name};
use written::WrittenCheck;

/// What follows when a check does not hold; the worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The rows are wrong: a row that breaks a check of one row is rejected.
    Error,
    /// The rows stay and are counted: somebody should look at them.
    Warning,
    /// The rows stay and are counted: good to know.
    Info,
}

/// One thing that must hold in a table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenCheck")]
pub struct Check {
    /// The name of the check, in `snake_case`; no other check of the table has it.
    pub name: String,
    /// What follows when it does not hold.
    pub severity: Severity,
    /// What must hold and why, for a reader.
    pub description: String,
    /// The document that says so.
    pub source: String,
    /// What must hold, for the program.
    pub rule: CheckRule,
}

/// What must hold. A NULL in a column that is looked at passes, unless the rule says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckRule {
    /// In every row the first column is not greater than the second.
    Order {
        /// The column with the smaller value.
        first: String,
        /// The column with the greater value, of the same type.
        second: String,
    },
    /// In every row the column lies between two bounds; both belong to the range.
    Range {
        /// The column.
        column: String,
        /// The smallest value, as a file would hold it; `None` means none.
        minimum: Option<String>,
        /// The greatest value, as a file would hold it; `None` means none.
        maximum: Option<String>,
    },
    /// For every row there is a row of another table (or of this one) that holds its values.
    Reference {
        /// Columns of this table; a NULL in any of them passes.
        columns: Vec<String>,
        /// The other table.
        table: String,
        /// Its columns, one for each of `columns` and of the same type.
        to: Vec<String>,
    },
    /// No two rows of a group share a day. A day that ends one row and starts the next is not shared.
    Overlap {
        /// The column of the first day.
        start: String,
        /// The column of the last day; NULL means still open.
        end: String,
        /// The columns that make a group.
        within: Vec<String>,
    },
}

impl Check {
    /// Whether one row decides: an order or a range. The others look at many rows, or at another table.
    pub fn is_of_one_row(&self) -> bool {
        matches!(self.rule, CheckRule::Order { .. } | CheckRule::Range { .. })
    }

    /// What is wrong with the check in its own table, as a sentence.
    pub(crate) fn fits(&self, table: &Table) -> Result<(), String> {
        let place = format!("check {:?}", self.name);
        match &self.rule {
            CheckRule::Order { first, second } => {
                let types = [first, second].map(|name| column_type(table, &place, name));
                let [first, second] = types;
                let (first, second) = (first?, second?);
                if first != second || !is_ordered(first) {
                    let sentence =
                        "compares two columns that are not both dates or numbers of one type; name others.";
                    return Err(format!("{place} {sentence}"));
                }
            }
            CheckRule::Range { column, minimum, maximum } => {
                let data_type = column_type(table, &place, column)?;
                check_bounds(&place, column, data_type, [minimum, maximum])?;
            }
            CheckRule::Reference { columns, to, .. } => {
                if columns.is_empty() || columns.len() != to.len() {
                    return Err(format!(
                        "{place} must name as many columns in columns as in to, at least one; correct the lists."
                    ));
                }
                for column in columns {
                    column_type(table, &place, column)?;
                }
            }
            CheckRule::Overlap { start, end, within } => {
                for name in [start, end] {
                    if column_type(table, &place, name)? != &DataType::Date32 {
                        return Err(format!("{place} names {name:?}, which is no date; name a date column."));
                    }
                }
                if table.column(start).is_some_and(|column| column.nullable) {
                    let sentence =
                        "may be NULL; a row without a first day has no place in time, name another.";
                    return Err(format!("{place} starts with {start:?}, which {sentence}"));
                }
                if within.is_empty() {
                    return Err(format!(
                        "{place} has an empty within; name the columns whose equal values make a group."
                    ));
                }
                for name in within {
                    column_type(table, &place, name)?;
                }
            }
        }
        Ok(())
    }

    /// What is wrong with the check of `table` among all tables, as a sentence: a table or column that it refers to
    /// must be there, with the type of the column that refers to it.
    pub(crate) fn refers(&self, table: &Table, tables: &[Table]) -> Result<(), String> {
        let CheckRule::Reference { columns, table: other, to } = &self.rule else { return Ok(()) };
        let place = format!("check {:?} of table {:?}", self.name, table.name);
        let Some(target) = tables.iter().find(|candidate| candidate.name == *other) else {
            let help = match closest_name(other, tables.iter().map(|candidate| candidate.name.as_str())) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("add the file tables/{other}.toml."),
            };
            return Err(format!("{place} refers to the table {other:?}, which is not there; {help}"));
        };
        for (from, to) in columns.iter().zip(to) {
            let from_type = column_type(table, &place, from)?;
            let to_type = column_type(target, &place, to)?;
            if from_type != to_type {
                return Err(format!(
                    "{place} compares {from:?} ({from_type}) with {to:?} of table {other:?} ({to_type}); name columns of one type."
                ));
            }
        }
        Ok(())
    }
}

/// The bounds of a range must be values of its column, and the smaller one must come first.
fn check_bounds(
    place: &str,
    column: &str,
    data_type: &DataType,
    bounds: [&Option<String>; 2],
) -> Result<(), String> {
    if !is_ordered(data_type) {
        return Err(format!(
            "{place} bounds {column:?}, which is neither a date nor a number; name another."
        ));
    }
    let mut values = Vec::new();
    for bound in bounds.into_iter().flatten() {
        let value = typed(data_type, bound).ok_or_else(|| {
            format!(
                "{place} has the bound {bound:?}, which is no value of {column:?} ({data_type}); correct it."
            )
        })?;
        values.push(value);
    }
    match &values[..] {
        [] => Err(format!("{place} has neither a minimum nor a maximum; write one.")),
        [minimum, maximum] if cmp::gt(minimum, maximum).is_ok_and(|greater| greater.value(0)) => {
            Err(format!("{place} has a minimum above its maximum; swap or correct them."))
        }
        _ => Ok(()),
    }
}

/// One value of a column, read as a file's value is read.
fn typed(data_type: &DataType, text: &str) -> Option<ArrayRef> {
    let mut builder = ColumnBuilder::new(data_type, 1)?;
    builder.append(Some(text), &Reading::plain()).ok()?;
    Some(builder.finish())
}

fn column_type<'a>(table: &'a Table, place: &str, name: &str) -> Result<&'a DataType, String> {
    table.column(name).map(|column| &column.data_type).ok_or_else(|| {
        format!("{place} names {name:?}, which is no column of table {:?}; correct the name.", table.name)
    })
}

fn is_ordered(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Date32
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = r#"name = "stay"
description = "d"
kind = "reference"
owner = "o"
key = ["id"]
order = ["id"]
source = "s"
column = [
    { name = "id", type = "utf8", nullable = false, role = "identifier", privacy = "public", description = "d", source = "s" },
    { name = "first", type = "date", nullable = false, role = "date", privacy = "public", description = "d", source = "s" },
    { name = "last", type = "date", nullable = true, role = "date", privacy = "public", description = "d", source = "s" },
    { name = "days", type = "decimal(5,1)", nullable = true, role = "measure", privacy = "public", description = "d", source = "s" },
]
"#;

    fn table(checks: &[&str]) -> Result<Table, String> {
        let head = "[[check]]\nseverity = \"error\"\ndescription = \"d\"\nsource = \"s\"\n";
        let check = |(position, rule)| format!("{head}name = \"c{position}\"\n{rule}\n");
        let checks: String = checks.iter().enumerate().map(check).collect();
        Table::parse("tables/stay.toml", &format!("{TABLE}{checks}")).map_err(|error| error.to_string())
    }

    fn sentence(rule: &str) -> String {
        table(&[rule]).unwrap_err()
    }

    #[test]
    fn the_four_rules_are_read() {
        let table = table(&[
            "order = [\"first\", \"last\"]",
            "range = { column = \"days\", minimum = 0, maximum = 366.5 }",
            "range = { column = \"first\", minimum = \"1990-01-01\" }",
            "reference = { columns = [\"id\"], table = \"stay\", to = [\"id\"] }",
            "overlap = { start = \"first\", end = \"last\", within = [\"id\"] }",
        ])
        .unwrap();
        let text = |text: &str| text.to_owned();
        let rules: Vec<&CheckRule> = table.checks.iter().map(|check| &check.rule).collect();
        assert_eq!(rules[0], &CheckRule::Order { first: text("first"), second: text("last") });
        let [minimum, maximum] = [Some(text("0")), Some(text("366.5"))];
        assert_eq!(rules[1], &CheckRule::Range { column: text("days"), minimum, maximum });
        let minimum = Some(text("1990-01-01"));
        assert_eq!(rules[2], &CheckRule::Range { column: text("first"), minimum, maximum: None });
        let reference =
            CheckRule::Reference { columns: vec![text("id")], table: text("stay"), to: vec![text("id")] };
        assert_eq!(rules[3], &reference);
        let overlap =
            CheckRule::Overlap { start: text("first"), end: text("last"), within: vec![text("id")] };
        assert_eq!(rules[4], &overlap);
        let of_one_row: Vec<bool> = table.checks.iter().map(Check::is_of_one_row).collect();
        assert_eq!(of_one_row, [true, true, true, false, false]);
        assert!(table.checks.iter().all(|check| check.severity == Severity::Error));
        assert!(Severity::Error < Severity::Warning && Severity::Warning < Severity::Info);
    }

    #[test]
    fn a_check_has_one_rule() {
        let none = sentence("");
        assert!(
            none.starts_with("tables/stay.toml, line ") && none.contains("check \"c0\" must have"),
            "{none}"
        );
        let two = sentence("order = [\"first\", \"last\"]\nrange = { column = \"days\", minimum = 0 }");
        assert!(two.contains("exactly one of order, range, reference and overlap"), "{two}");
        assert!(sentence("order = [\"first\"]").starts_with("tables/stay.toml, line "));
        assert!(sentence("colour = 1").contains("unknown field `colour`"));
    }

    #[test]
    fn columns_must_be_there_and_fit() {
        let unknown = sentence("order = [\"first\", \"lats\"]");
        assert!(
            unknown.contains("check \"c0\" names \"lats\", which is no column of table \"stay\""),
            "{unknown}"
        );
        assert!(sentence("order = [\"first\", \"days\"]").contains("not both dates or numbers of one type"));
        assert!(sentence("order = [\"id\", \"id\"]").contains("not both dates or numbers"));
        assert!(sentence("range = { column = \"id\", minimum = 0 }").contains("neither a date nor a number"));
        assert!(
            sentence("reference = { columns = [\"id\"], table = \"stay\", to = [] }")
                .contains("as many columns")
        );
        let overlap = |start: &str, end: &str, within: &str| {
            sentence(&format!("overlap = {{ start = {start:?}, end = {end:?}, within = [{within}] }}"))
        };
        assert!(overlap("days", "last", "\"id\"").contains("\"days\", which is no date"));
        assert!(overlap("last", "last", "\"id\"").contains("which may be NULL"));
        assert!(overlap("first", "last", "").contains("empty within"));
        assert!(overlap("first", "last", "\"no\"").contains("no column"));
    }

    #[test]
    fn bounds_are_values_of_their_column() {
        let text = sentence("range = { column = \"first\", minimum = 1990 }");
        assert!(text.contains("bound \"1990\", which is no value of \"first\" (Date32)"), "{text}");
        assert!(sentence("range = { column = \"days\" }").contains("neither a minimum nor a maximum"));
        assert!(
            sentence("range = { column = \"days\", minimum = 2, maximum = 1 }").contains("above its maximum")
        );
        assert!(table(&["range = { column = \"days\", minimum = 2, maximum = 2 }"]).is_ok());
    }

    #[test]
    fn a_reference_finds_its_table_and_its_columns() {
        let refers = |columns: &str, other: &str, to: &str| {
            let rule = format!("reference = {{ columns = [{columns:?}], table = {other:?}, to = [{to:?}] }}");
            let table = table(&[rule.as_str()]).unwrap();
            table.checks[0].refers(&table, std::slice::from_ref(&table))
        };
        assert_eq!(refers("id", "stay", "id"), Ok(()));
        let table = refers("id", "stays", "id").unwrap_err();
        let expected = "check \"c0\" of table \"stay\" refers to the table \"stays\", which is not there; \
                        did you mean \"stay\"?";
        assert_eq!(table, expected);
        assert!(refers("id", "stay", "di").unwrap_err().contains("\"di\", which is no column"));
        assert!(refers("id", "stay", "days").unwrap_err().contains("name columns of one type"));
    }

    #[test]
    fn a_check_has_a_name_of_its_own() {
        let rule = "range = { column = \"days\", minimum = 0 }";
        let text = format!(
            "{rule}\n[[check]]\nname = \"c0\"\nseverity = \"info\"\ndescription = \"d\"\nsource = \"s\"\n{rule}"
        );
        assert!(sentence(&text).contains("check \"c0\" stands twice"));
        let empty = "range = { column = \"days\", minimum = 0 }\n[[check]]\nname = \"c1\"\nseverity = \"info\"\ndescription = \"d\"\nsource = \"\"";
        assert!(sentence(&format!("{empty}\n{rule}")).contains("check \"c1\" has an empty source"));
    }
}
