//! How far the tables of a panel are loaded.

use std::sync::Arc;

use datafusion::arrow::array::{Date32Array, Int32Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::TableProvider;
use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::ScalarValue;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, cast, col};
use lifetracks_datasets::{PanelInput, PanelUnit, Period, PeriodUnit};
use lifetracks_udfs::{LoadedRule, Unit};

use super::Planning;
use super::sources::query;
use crate::catalog::external;
use crate::error::{Error, ErrorKind};

/// The rows that tell how far an input is loaded, and how they are read.
pub(super) fn plan(
    planning: &Planning<'_>,
    input: &PanelInput,
    provider: &Arc<dyn TableProvider>,
    context: &mut dyn RelationPlannerContext,
) -> Result<(LogicalPlan, LoadedRule)> {
    if let Some(sql) = &input.loaded.sql {
        let days = query(planning, &input.name, sql, &[], context)?;
        let days = LogicalPlanBuilder::from(days).project(vec![
            cast(col("from_day"), DataType::Date32).alias("from_day"),
            cast(col("to_day"), DataType::Date32).alias("to_day"),
        ])?;
        return Ok((days.build()?, LoadedRule::Days));
    }
    let table = planning.definitions.table(&input.table);
    let Some((table, period)) = table.and_then(|table| Some((table, table.period.as_ref()?))) else {
        let message = format!(
            "the table {} of a panel has no period; give it one, or the panel a query of loaded days",
            input.table
        );
        return Err(external(Error::new(ErrorKind::Query, message)));
    };
    let rule = LoadedRule::Periods { unit: unit(period.unit)?, tail_days: input.loaded.tail_days };
    // The last day of a row tells how far a table of days has come; of others a part of the rows would go unseen.
    let whole = input.loaded.tail_days.is_none();
    let Some(periods) = planning.tables.periods(provider.as_ref(), table, whole).map_err(external)? else {
        return Ok((counted(planning, input, period, provider, context)?, rule));
    };
    let mut days = vec![None; periods.len()];
    if let Some(day) = days.last_mut() {
        *day = last_day(provider.as_ref(), &period.column);
    }
    known(periods, days).map(|plan| (plan, rule))
}

/// The last day of a column of days, where the table knows it.
fn last_day(provider: &dyn TableProvider, column: &str) -> Option<i32> {
    let place = provider.schema().index_of(column).ok()?;
    let statistics = provider.statistics()?;
    match statistics.column_statistics.get(place)?.max_value.get_value()? {
        ScalarValue::Date32(day) => *day,
        _ => None,
    }
}

/// Periods that the lake's log tells.
fn known(periods: Vec<i32>, days: Vec<Option<i32>>) -> Result<LogicalPlan> {
    let schema = Schema::new(vec![
        Field::new("period", DataType::Int32, false),
        Field::new("last_day", DataType::Date32, true),
    ]);
    let columns = vec![Arc::new(Int32Array::from(periods)) as _, Arc::new(Date32Array::from(days)) as _];
    let batch = RecordBatch::try_new(Arc::new(schema), columns)?;
    let table = MemTable::try_new(batch.schema(), vec![vec![batch]])?;
    LogicalPlanBuilder::scan("loaded", provider_as_source(Arc::new(table)), None)?.build()
}

/// Periods of a table that keeps no log: they are counted.
fn counted(
    planning: &Planning<'_>,
    input: &PanelInput,
    period: &Period,
    provider: &Arc<dyn TableProvider>,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let (table, column) = (&input.table, &period.column);
    let is_day = matches!(
        provider.schema().field_with_name(column)?.data_type(),
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
    );
    let (number, day) = match (is_day, period.unit) {
        (false, _) => (column.clone(), "CAST(NULL AS DATE)".to_owned()),
        (true, PeriodUnit::Quarter) => (format!("quarter_index({column})"), format!("max({column})")),
        (true, PeriodUnit::CalendarYear) => {
            (format!("extract(YEAR FROM {column})"), format!("max({column})"))
        }
        (true, PeriodUnit::SchoolYear) => (
            format!(
                "extract(YEAR FROM {column}) + CASE WHEN extract(MONTH FROM {column}) >= 7 THEN 1 ELSE 0 END"
            ),
            format!("max({column})"),
        ),
    };
    let sql = format!(
        "SELECT CAST({number} AS INT) AS period, CAST({day} AS DATE) AS last_day FROM main.{table} GROUP BY 1"
    );
    query(planning, &input.name, &sql, &[], context)
}

/// Periods as panels count them. A school year of the lake begins in July whatever a session says.
fn unit(unit: PeriodUnit) -> Result<Unit> {
    let unit = match unit {
        PeriodUnit::SchoolYear => PanelUnit::SchoolYear,
        PeriodUnit::CalendarYear => PanelUnit::Year,
        PeriodUnit::Quarter => PanelUnit::Quarter,
    };
    Unit::new(unit, &[], 7).map_err(|sentence| external(Error::new(ErrorKind::Internal, sentence)))
}
