//! The tables that functions about persons read: scanned with the columns they need, in the types they expect.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::TableProvider;
use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::{ScalarValue, TableReference};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, col, lit};
use lifetracks_datasets::{Column, Definitions, MonthDay, Table};

use super::call::wrong;
use super::version::{VersionSpec, VersionedTables};
use crate::catalog::MAIN;
use crate::diagnose::own;
use crate::error::{Error, LakeContext};

/// The tables, at the version that is asked for.
pub(super) struct Inputs<'a> {
    function: &'static str,
    tables: &'a dyn VersionedTables,
    definitions: &'a Definitions,
    version: Option<VersionSpec>,
}

impl<'a> Inputs<'a> {
    pub(super) fn new(
        function: &'static str,
        tables: &'a dyn VersionedTables,
        definitions: &'a Definitions,
        version: Option<VersionSpec>,
    ) -> Self {
        Self { function, tables, definitions, version }
    }

    /// A table that must be there.
    pub(super) fn table(&self, name: &str) -> crate::Result<Arc<dyn TableProvider>> {
        self.optional(name)?.ok_or_else(|| not_there(self.function, name, self.version))
    }

    /// A table that may be missing.
    pub(super) fn optional(&self, name: &str) -> crate::Result<Option<Arc<dyn TableProvider>>> {
        let found = self.tables.main(name, self.version);
        found.map_err(|error| own(&error).unwrap_or_else(|| Error::lake(error.to_string())))
    }

    /// A scan of some columns, in this order and in their canonical types; a nullable one that the table lacks is NULL.
    pub(super) fn scan(
        &self,
        name: &str,
        provider: Arc<dyn TableProvider>,
        columns: &[&str],
    ) -> crate::Result<LogicalPlan> {
        let schema = provider.schema();
        let defined = self.definitions.table(name);
        let expression = |column: &&str| -> crate::Result<Expr> {
            let definition = defined.and_then(|table| table.column(column));
            let wanted = definition.map_or(DataType::Utf8View, |column| scanned(&column.data_type));
            match schema.field_with_name(column) {
                Ok(field) if *field.data_type() == wanted => Ok(col(*column)),
                Ok(_) => Ok(cast(col(*column), wanted).alias(*column)),
                Err(_) if definition.is_some_and(|column| column.nullable) => {
                    let null =
                        ScalarValue::try_from(&wanted).lake_context(|| format!("plan {}", self.function))?;
                    Ok(lit(null).alias(*column))
                }
                Err(_) => Err(wrong(format!("{} reads {name}.{column}, which is not there", self.function))),
            }
        };
        let expressions = columns.iter().map(expression).collect::<crate::Result<Vec<_>>>()?;
        let scan =
            LogicalPlanBuilder::scan(TableReference::partial(MAIN, name), provider_as_source(provider), None);
        scan.and_then(|scan| scan.project(expressions)?.build())
            .lake_context(|| format!("plan {}", self.function))
    }
}

/// The error for a table that a function cannot do without.
pub(super) fn not_there(function: &str, table: &str, version: Option<VersionSpec>) -> Error {
    if version.is_some() {
        wrong(format!("{function} reads the table {table}, which was not there yet in that version"))
            .with_help("`lifetracks.versions` lists what each version changed")
    } else {
        wrong(format!("{function} reads the table {table}, which is not loaded")).with_help(format!(
            "`lifetracks load {table} FILE --layout L` loads it; `.tables` shows what is there"
        ))
    }
}

/// The type of a column in a scan: text comes as views.
fn scanned(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8 => DataType::Utf8View,
        other => other.clone(),
    }
}

/// A table's columns in the types of a scan.
pub(super) fn scanned_schema(table: &Table) -> Schema {
    let field = |column: &Column| Field::new(&column.name, scanned(&column.data_type), column.nullable);
    Schema::new(table.columns.iter().map(field).collect::<Vec<_>>())
}

/// The first and the last year of a column, where the table knows them: of whole numbers, or of days, which have the
/// school year that `closes` ends.
pub(super) fn bounds(
    provider: &dyn TableProvider,
    column: &str,
    closes: Option<MonthDay>,
) -> Option<(i32, i32)> {
    let index = provider.schema().index_of(column).ok()?;
    let statistics = provider.statistics()?;
    let column = statistics.column_statistics.get(index)?;
    let year = |value: &ScalarValue| match value {
        ScalarValue::Int32(Some(year)) => Some(*year),
        ScalarValue::Date32(Some(day)) => closes.map(|closes| closes.school_year_of(*day)),
        _ => None,
    };
    Some((year(column.min_value.get_value()?)?, year(column.max_value.get_value()?)?))
}
