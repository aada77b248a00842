//! How `panel` and `jobs` are planned, and when they have no answer.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::planner::RelationPlannerContext;
use lifetracks_datasets::{
    Definitions, MonthDay, PANEL_UNITS, Panel, PanelInput, PanelKind, PanelUnit, closest_name,
};
use lifetracks_udfs::{
    Followed, Jobs, LifetracksOptions, Panel as Program, PanelSource, PersonMerge, SpellSource, Unit,
};

use super::cohort::{self, Cohort};
use super::{JOBS, PANEL, Planning, SIGNATURE, coverage, sources};
use crate::catalog::external;
use crate::error::{Error, ErrorKind};
use crate::relation::call::{usage, wrong};
use crate::relation::refusal::located;

/// Periods that a panel may have for each row of its cohort.
const MOST_PERIODS: i64 = 2_000;

/// The map of terms.
const TERMS: &str = "academic_term";

/// Plans `panel`.
pub(super) fn panel(
    planning: &Planning<'_>,
    cohort: &Cohort,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let panel = of(planning)?;
    let (unit, relative) = (unit(planning, panel, context)?, relative(planning)?);
    let chosen = chosen(planning, panel)?;
    let mut persons = Vec::new();
    let mut references = Vec::new();
    let mut read = Vec::new();
    let mut may_be_negative = false;
    for input in &chosen {
        let provider = sources::table(planning, PANEL, &input.table)?;
        let (loaded, rule) = coverage::plan(planning, input, &provider, context)?;
        persons.push(sources::rows(planning, input, panel.kind, context)?);
        references.push(loaded);
        read.push(PanelSource { table: input.table.clone(), agencies: input.agencies.clone(), loaded: rule });
        may_be_negative |= sources::may_be_negative(provider.as_ref());
    }
    let agencies: Vec<&str> =
        chosen.iter().flat_map(|input| input.agencies.iter().map(String::as_str)).collect();
    let links = sources::links(planning, &agencies)?;
    let has_links = links.is_some();
    persons.extend(links);
    let followed = match panel.kind {
        PanelKind::Wages => wages(planning, panel, &mut references, may_be_negative, context)?,
        PanelKind::Spells => Followed::Spells {
            sources: chosen.iter().zip(&persons).map(|(input, rows)| spells(input, rows)).collect(),
            idle: panel.idle.clone(),
        },
    };
    let of = panel.name.clone();
    let empty = Arc::new(datafusion::arrow::datatypes::Schema::empty());
    let program = Program { of, cohort: empty, unit, relative, sources: read, has_links, followed };
    let members = cohort::plan(planning, cohort, &program.names(), context)?;
    let program = Program { cohort: Arc::new(members.schema().as_arrow().clone()), ..program };
    persons.insert(0, members);
    PersonMerge::plan(Arc::new(program), persons, references)
}

/// Plans `jobs`.
pub(super) fn jobs(
    planning: &Planning<'_>,
    cohort: Option<&Cohort>,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let panel = wage_panel(planning.definitions)?;
    let Some(input) = panel.inputs.first() else {
        return Err(external(Error::new(ErrorKind::Internal, "the panel of wages has no input")));
    };
    let provider = sources::table(planning, JOBS, &input.table)?;
    let (loaded, rule) = coverage::plan(planning, input, &provider, context)?;
    let rows = sources::rows(planning, input, PanelKind::Wages, context)?;
    let industry = industry(planning, panel, context)?;
    let members = cohort.map(|cohort| cohort::persons(planning, cohort, context)).transpose()?;
    let program = Jobs { loaded: rule, has_industry: industry.is_some(), has_cohort: members.is_some() };
    let references = std::iter::once(loaded).chain(industry).collect();
    PersonMerge::plan(Arc::new(program), members.into_iter().chain([rows]).collect(), references)
}

/// The panel that follows wages.
fn wage_panel(definitions: &Definitions) -> Result<&Panel> {
    let found = definitions.panels().iter().find(|panel| panel.kind == PanelKind::Wages);
    found.ok_or_else(|| external(wrong("no panel of wages is defined")))
}

fn industry(
    planning: &Planning<'_>,
    panel: &Panel,
    context: &mut dyn RelationPlannerContext,
) -> Result<Option<LogicalPlan>> {
    match panel.reference("industry") {
        Some(reference) => sources::industry(planning, reference, context),
        None => Ok(None),
    }
}

fn wages(
    planning: &Planning<'_>,
    panel: &Panel,
    references: &mut Vec<LogicalPlan>,
    has_negative: bool,
    context: &mut dyn RelationPlannerContext,
) -> Result<Followed> {
    let industry = industry(planning, panel, context)?;
    let has_industry = industry.is_some();
    references.extend(industry);
    let base_year = planning.call.integer("base_year");
    if let (Some(year), Some(prices)) = (base_year, panel.reference("prices")) {
        references.push(sources::prices(planning, prices, year, context)?);
    }
    Ok(Followed::Wages { base_year, has_industry, has_negative })
}

fn spells(input: &PanelInput, rows: &LogicalPlan) -> SpellSource {
    let schema = rows.schema();
    let carried = input.carried.iter().filter_map(|name| schema.field_with_unqualified_name(name).ok());
    SpellSource {
        state: input.name.clone(),
        open_ends: input.open_ends,
        flag: input.flag.clone(),
        days: input.days.clone(),
        count: input.count.clone(),
        carried: carried.map(|field| field.as_ref().clone()).collect(),
        carry: input.carry,
    }
}

/// What is followed.
fn of<'a>(planning: &Planning<'a>) -> Result<&'a Panel> {
    let definitions = planning.definitions;
    let names = || definitions.panels().iter().map(|panel| panel.name.as_str());
    let list = || names().collect::<Vec<_>>().join(", ");
    let Some(name) = planning.call.text("of") else {
        let message = format!("panel needs `of`, what is followed: {}", list());
        return Err(usage(SIGNATURE, message, planning.call.span));
    };
    definitions.panel(name).ok_or_else(|| {
        let help = closest_name(name, names()).map_or_else(
            || format!("a panel is of {}", list()),
            |near| format!("did you mean '{near}'? A panel is of {}", list()),
        );
        located(wrong(format!("there is no panel of {name}")).with_help(help), planning.call.span)
    })
}

/// The unit that the call names, which the panel must have.
fn unit(planning: &Planning<'_>, panel: &Panel, context: &dyn RelationPlannerContext) -> Result<Unit> {
    let fault = |message: String| {
        let name =
            |unit: &PanelUnit| PANEL_UNITS.iter().find(|(_, known)| known == unit).map(|(name, _)| *name);
        let units: Vec<&str> = panel.units.iter().filter_map(name).collect();
        let help = format!("a panel of {} has the units {}", panel.name, units.join(", "));
        Err(located(wrong(message).with_help(help), planning.call.span))
    };
    let Some(name) = planning.call.text("unit") else {
        return fault("panel needs `unit`, what its periods are".to_owned());
    };
    let Some((_, unit)) = PANEL_UNITS.iter().find(|(known, _)| *known == name) else {
        return fault(format!("'{name}' is no unit of a panel"));
    };
    if !panel.units.contains(unit) {
        return fault(format!("a panel of {} has no periods of a {name}", panel.name));
    }
    let terms = planning.definitions.map(TERMS).map(|map| &map.rows).into_iter().flatten();
    let terms: Vec<MonthDay> = terms.filter_map(|row| MonthDay::try_from(row.to.clone()).ok()).collect();
    let options = context.context_provider().options();
    let options = options.extensions.get::<LifetracksOptions>();
    let start = options.map_or(7, LifetracksOptions::school_year_start);
    let unit = Unit::new(*unit, &terms, start).map_err(|sentence| external(wrong(sentence)))?;
    if panel.kind == PanelKind::Wages && !unit.is_of_quarters() {
        return fault(format!(
            "wages are known by quarter, and with lifetracks.school_year_start = {start} a school year begins within one"
        ));
    }
    Ok(unit)
}

/// The first and the last period.
fn relative(planning: &Planning<'_>) -> Result<(i32, i32)> {
    let call = &planning.call;
    let (Some(from), Some(to)) = (call.integer("from_p"), call.integer("to_p")) else {
        let message = "panel needs `from_p` and `to_p`, the first and the last period counted from that of the index date";
        return Err(usage(SIGNATURE, message.to_owned(), call.span));
    };
    if to < from {
        let message = format!("panel is asked for the periods {from} to {to}, and {to} comes first");
        return Err(usage(SIGNATURE, message, call.span));
    }
    if i64::from(to) - i64::from(from) >= MOST_PERIODS {
        let message =
            format!("panel is asked for the periods {from} to {to}, and it has at most {MOST_PERIODS}");
        return Err(usage(SIGNATURE, message, call.span));
    }
    Ok((from, to))
}

/// The inputs that are looked at, in the order of precedence.
fn chosen<'a>(planning: &Planning<'_>, panel: &'a Panel) -> Result<Vec<&'a PanelInput>> {
    let Some(states) = planning.call.text("states") else {
        return Ok(panel.inputs.iter().collect());
    };
    let known = || panel.inputs.iter().map(|input| input.name.as_str());
    let fault = |message: String| {
        let list = known().collect::<Vec<_>>().join(", ");
        let help =
            format!("write some of {list} with commas between, the one that goes before the others first");
        Err(located(wrong(message).with_help(help), planning.call.span))
    };
    let mut chosen: Vec<&PanelInput> = Vec::new();
    for name in states.split(',').map(str::trim) {
        let Some(input) = panel.input(name) else {
            return fault(format!("'{name}' is no state of a panel of {}", panel.name));
        };
        if chosen.iter().any(|other| other.name == name) {
            return fault(format!("the state '{name}' stands twice"));
        }
        chosen.push(input);
    }
    Ok(chosen)
}
