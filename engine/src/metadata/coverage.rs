//! What the lake's tables hold of each source and period, what is absent, and what changed more than usual.

use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, RecordBatch};
use lifetracks_datasets::{Definitions, Period, Table};

use super::sheet::Sheet;
use crate::catalog::LakeSchema;
use crate::coverage::{self, Alarm, Gap, TableCoverage, Thresholds};
use crate::error::Result;
use crate::roles::{period_label, period_unit_name, severity_name};

/// The coverage of every table that was there at a lake version.
async fn facts<'a>(
    main: &LakeSchema,
    version: u64,
    definitions: &'a Definitions,
) -> Result<Vec<TableCoverage<'a>>> {
    let mut facts = Vec::new();
    let Some(lake) = main.lake() else {
        return Ok(facts);
    };
    for table in definitions.tables() {
        if let Some(found) = main.table_at(&table.name, version).await? {
            facts.push(TableCoverage::read(lake.location(), found.version(), table).await?);
        }
    }
    Ok(facts)
}

fn unit(period: Option<&Period>) -> Option<&'static str> {
    period.map(|period| period_unit_name(period.unit))
}

/// `lifetracks.coverage`.
pub(super) async fn coverage(
    main: &LakeSchema,
    version: u64,
    definitions: &Definitions,
) -> Result<RecordBatch> {
    let facts = facts(main, version, definitions).await?;
    let rows: Vec<_> = facts
        .iter()
        .flat_map(|facts| facts.coverage.groups.iter().map(move |(group, tally)| (facts, group, tally)))
        .collect();
    let label = |(facts, group, _): &(&TableCoverage<'_>, &crate::lake::Group, _)| {
        Some(period_label(facts.table.period.as_ref()?.unit, group.period?))
    };
    Sheet::default()
        .text("table_name", rows.iter().map(|(facts, ..)| Some(&facts.table.name)))
        .text("owner", rows.iter().map(|(facts, ..)| Some(&facts.table.owner)))
        .text("source", rows.iter().map(|(_, group, _)| group.source.as_ref()))
        .small("period", rows.iter().map(|(_, group, _)| group.period))
        .text("period_label", rows.iter().map(label))
        .text("unit", rows.iter().map(|(facts, ..)| unit(facts.table.period.as_ref())))
        .number("rows", rows.iter().map(|(_, _, tally)| Some(tally.rows)))
        .number(
            "persons",
            rows.iter().map(|(facts, _, tally)| facts.counts_persons().then_some(tally.persons)),
        )
        .finish()
}

/// What a table of `definitions` is.
fn table<'a>(definitions: &'a Definitions, name: &str) -> (Option<&'a str>, Option<&'static str>) {
    let table: Option<&Table> = definitions.table(name);
    (table.map(|table| table.owner.as_str()), table.and_then(|table| unit(table.period.as_ref())))
}

/// `lifetracks.coverage_gaps`.
pub(super) async fn gaps(
    main: &LakeSchema,
    version: u64,
    definitions: &Definitions,
    thresholds: &Thresholds,
) -> Result<RecordBatch> {
    let facts = facts(main, version, definitions).await?;
    let gaps: Vec<Gap> =
        facts.iter().flat_map(|facts| coverage::gaps(facts, &thresholds.of(&facts.table.name))).collect();
    Sheet::default()
        .text("table_name", gaps.iter().map(|gap| Some(&gap.table)))
        .text("owner", gaps.iter().map(|gap| table(definitions, &gap.table).0))
        .text("source", gaps.iter().map(|gap| gap.source.as_ref()))
        .small("period", gaps.iter().map(|gap| Some(gap.period)))
        .text("period_label", gaps.iter().map(|gap| Some(&gap.label)))
        .text("unit", gaps.iter().map(|gap| table(definitions, &gap.table).1))
        .text("severity", gaps.iter().map(|gap| Some(severity_name(gap.severity))))
        .text("message", gaps.iter().map(|gap| Some(gap.sentence())))
        .finish()
}

/// `lifetracks.alarms`.
pub(super) async fn alarms(
    main: &LakeSchema,
    version: u64,
    definitions: &Definitions,
    thresholds: &Thresholds,
) -> Result<RecordBatch> {
    let facts = facts(main, version, definitions).await?;
    let alarms: Vec<Alarm> =
        facts.iter().flat_map(|facts| coverage::alarms(facts, &thresholds.of(&facts.table.name))).collect();
    let changes: Float64Array = alarms.iter().map(|alarm| Some(alarm.change())).collect();
    Sheet::default()
        .text("table_name", alarms.iter().map(|alarm| Some(&alarm.table)))
        .text("owner", alarms.iter().map(|alarm| table(definitions, &alarm.table).0))
        .text("source", alarms.iter().map(|alarm| alarm.source.as_ref()))
        .small("period", alarms.iter().map(|alarm| Some(alarm.period)))
        .text("period_label", alarms.iter().map(|alarm| Some(&alarm.label)))
        .text("unit", alarms.iter().map(|alarm| table(definitions, &alarm.table).1))
        .text("rule", alarms.iter().map(|alarm| Some(alarm.rule)))
        .text("column_name", alarms.iter().map(|alarm| alarm.column.as_ref()))
        .text("severity", alarms.iter().map(|alarm| Some(severity_name(alarm.severity))))
        .number("rows_before", alarms.iter().map(|alarm| Some(alarm.rows_before)))
        .number("rows", alarms.iter().map(|alarm| Some(alarm.rows)))
        .add("change", Arc::new(changes))
        .text("message", alarms.iter().map(|alarm| Some(alarm.sentence())))
        .finish()
}
