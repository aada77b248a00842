//! The checks of a table that look at one row: two columns in order, one column in a range.

use arrow::array::ArrayRef;
use arrow::datatypes::SchemaRef;

use crate::convert::{ColumnBuilder, Reading};
use crate::{CheckRule, Severity, Table};

/// One check of a row, with its columns looked up.
#[derive(Debug, Clone)]
pub(crate) struct RowCheck {
    pub(crate) name: String,
    pub(crate) severity: Severity,
    pub(crate) test: RowTest,
}

/// What a row must be; NULL passes.
#[derive(Debug, Clone)]
pub(crate) enum RowTest {
    /// The first column is at most the second.
    Order { first: usize, second: usize },
    /// The column lies between the bounds, both of them allowed; each is one value of its type.
    Range { column: usize, minimum: Option<ArrayRef>, maximum: Option<ArrayRef> },
}

impl RowCheck {
    /// The checks of one row that `table` has, for rows of `schema`: the table's, with identity columns as text, which
    /// no check can look at.
    pub(crate) fn of(table: &Table, schema: &SchemaRef) -> Vec<Self> {
        let check = |check: &crate::Check| {
            Some(Self {
                name: check.name.clone(),
                severity: check.severity,
                test: test(&check.rule, table, schema)?,
            })
        };
        table.checks.iter().filter_map(check).collect()
    }
}

fn test(rule: &CheckRule, table: &Table, schema: &SchemaRef) -> Option<RowTest> {
    let position = |name: &str| {
        let (position, field) = schema.column_with_name(name)?;
        table.column(name).filter(|column| column.data_type == *field.data_type()).map(|_| position)
    };
    match rule {
        CheckRule::Order { first, second } => {
            Some(RowTest::Order { first: position(first)?, second: position(second)? })
        }
        CheckRule::Range { column, minimum, maximum } => {
            let column = position(column)?;
            let bound = |text: &Option<String>| {
                let mut builder = ColumnBuilder::new(schema.field(column).data_type(), 1)?;
                builder.append(Some(text.as_deref()?), &Reading::plain()).ok()?;
                Some(builder.finish())
            };
            Some(RowTest::Range { column, minimum: bound(minimum), maximum: bound(maximum) })
        }
        CheckRule::Reference { .. } | CheckRule::Overlap { .. } => None,
    }
}
