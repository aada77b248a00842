//! What a panel reads: the queries of its definition, with their columns in the types that the operator expects.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, col, in_list, lit};
use lifetracks_datasets::{PanelInput, PanelKind, PanelReference};

use super::Planning;
use crate::catalog::external;
use crate::relation::call::wrong;
use crate::relation::inputs::{Inputs, bounds, not_there};
use crate::relation::refusal::located;
use crate::relation::shipped::{Written, planned};

const WAGES: &str = "wages";
const LINKS: &str = "person_xwalk";

/// Plans a query of a definition.
pub(super) fn query(
    planning: &Planning<'_>,
    of: &str,
    text: &str,
    missing: &[&str],
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    planned(&Written { of, text, values: &[], missing }, &planning.call, planning.definitions, context)
}

/// The table of an input, which must be there.
pub(super) fn table(planning: &Planning<'_>, function: &str, name: &str) -> Result<Arc<dyn TableProvider>> {
    let found = planning.tables.main(name, planning.call.version)?;
    found.ok_or_else(|| located(not_there(function, name, planning.call.version), planning.call.span))
}

/// The rows of an input.
pub(super) fn rows(
    planning: &Planning<'_>,
    input: &PanelInput,
    kind: PanelKind,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let plan = query(planning, &input.name, &input.sql, &[], context)?;
    let mut columns = vec![typed(&plan, "person_id", &DataType::Int64)?];
    match kind {
        PanelKind::Wages => {
            columns.push(typed(&plan, "quarter_index", &DataType::Int32)?);
            columns.push(dollars(&plan)?);
            columns.push(typed(&plan, "employer_account", &DataType::Utf8View)?);
            columns.push(typed(&plan, "reporting_unit", &DataType::Utf8View)?);
        }
        PanelKind::Spells => {
            columns.push(typed(&plan, "start_date", &DataType::Date32)?);
            columns.push(typed(&plan, "end_date", &DataType::Date32)?);
            columns.extend(input.carried.iter().map(|name| col(name.as_str())));
        }
    }
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

/// A column in a type.
fn typed(plan: &LogicalPlan, name: &str, wanted: &DataType) -> Result<Expr> {
    let (qualifier, field) = plan.schema().qualified_field_with_unqualified_name(name)?;
    let column = Expr::Column((qualifier, field).into());
    Ok(if field.data_type() == wanted { column } else { cast(column, wanted.clone()).alias(name) })
}

/// Wages with two places behind the point; however many are before it.
fn dollars(plan: &LogicalPlan) -> Result<Expr> {
    let found = plan.schema().field_with_unqualified_name(WAGES)?.data_type().clone();
    match found {
        DataType::Decimal128(_, 2) => typed(plan, WAGES, &found),
        _ => typed(plan, WAGES, &DataType::Decimal128(18, 2)),
    }
}

/// Whether wages of a table may be negative: they are not when its statistics say so.
pub(super) fn may_be_negative(provider: &dyn TableProvider) -> bool {
    let place = provider.schema().index_of(WAGES).ok();
    let statistics = provider.statistics();
    let least = statistics.zip(place).and_then(|(statistics, place)| {
        statistics.column_statistics.get(place)?.min_value.get_value().cloned()
    });
    !matches!(least, Some(ScalarValue::Decimal128(Some(cents), _, _)) if cents >= 0)
}

/// The employer file, where it is loaded.
pub(super) fn industry(
    planning: &Planning<'_>,
    reference: &PanelReference,
    context: &mut dyn RelationPlannerContext,
) -> Result<Option<LogicalPlan>> {
    if planning.tables.main(&reference.table, planning.call.version)?.is_none() {
        return Ok(None);
    }
    let plan = query(planning, &reference.name, &reference.sql, &[], context)?;
    let columns = vec![
        typed(&plan, "employer_account", &DataType::Utf8View)?,
        typed(&plan, "reporting_unit", &DataType::Utf8View)?,
        typed(&plan, "quarter_index", &DataType::Int32)?,
        typed(&plan, "naics", &DataType::Utf8View)?,
    ];
    LogicalPlanBuilder::from(plan).project(columns)?.build().map(Some)
}

/// The price index, which must be there and reach the year in whose dollars wages are asked for.
pub(super) fn prices(
    planning: &Planning<'_>,
    reference: &PanelReference,
    base_year: i32,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let provider = table(planning, "panel with base_year", &reference.table)?;
    if let Some((first, last)) = bounds(provider.as_ref(), "year", None)
        && !(first..=last).contains(&base_year)
    {
        let message = format!(
            "there are no dollars of {base_year}: {} is loaded from {first} to {last}",
            reference.table
        );
        let error = wrong(message).with_help("take another base_year, or load more of the price index");
        return Err(located(error, planning.call.span));
    }
    let plan = query(planning, &reference.name, &reference.sql, &[], context)?;
    let columns = vec![
        typed(&plan, "year", &DataType::Int32)?,
        typed(&plan, "month", &DataType::Int32)?,
        typed(&plan, "value", &DataType::Float64)?,
    ];
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

/// The identifiers of some name spaces, where links are loaded.
pub(super) fn links(planning: &Planning<'_>, agencies: &[&str]) -> Result<Option<LogicalPlan>> {
    let inputs = Inputs::new(super::PANEL, planning.tables, planning.definitions, planning.call.version);
    let Some(provider) = inputs.optional(LINKS).map_err(external)? else {
        return Ok(None);
    };
    let scan = inputs.scan(LINKS, provider, &["person_id", "agency"]).map_err(external)?;
    let agencies = agencies.iter().map(|agency| lit(*agency)).collect();
    LogicalPlanBuilder::from(scan).filter(in_list(col("agency"), agencies, false))?.build().map(Some)
}
