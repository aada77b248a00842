//! How each function is planned, and when it has no answer.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::logical_expr::LogicalPlan;
use lifetracks_datasets::{CohortRule, EventRule, Method, MethodRule};
use lifetracks_udfs::{
    CALENDAR, CohortYears, DIPLOMA, DropoutStatus, ENROLLMENT, GradCohort, PersonMerge, Program,
};

use super::Planning;
use super::methods::choose;
use crate::clock;
use crate::error::LakeContext;
use crate::relation::call::wrong;
use crate::relation::inputs::bounds;

const ENROLLMENT_TABLE: &str = "k12_enrollment";

/// Plans `grad_cohort`.
///
/// Errors: an unknown method, a number of years the method does not have, a cohort whose first year is not loaded, and
/// one whose last year is not loaded or not over.
pub(super) fn grad_cohort(planning: &Planning<'_>) -> crate::Result<LogicalPlan> {
    let named = planning.call.text("method");
    let chosen = choose(planning.definitions, "cohort", planning.function, named)?;
    let cohort = |method: &'_ Method| match &method.rule {
        MethodRule::Cohort(rule) => Some(rule.clone()),
        _ => None,
    };
    let chosen: Vec<(&Method, CohortRule)> =
        chosen.into_iter().filter_map(|method| Some((method, cohort(method)?))).collect();
    let shortest = chosen.iter().map(|(_, rule)| rule.window.years.0).min();
    let years = planning.call.integer("years").or(shortest).unwrap_or_default();
    let mut methods: Vec<(String, CohortRule)> = Vec::new();
    for (method, rule) in chosen {
        let (shortest, longest) = rule.window.years;
        if (shortest..=longest).contains(&years) {
            methods.push((method.name.clone(), rule));
        } else if named != Some("*") {
            return Err(wrong(format!("the method {} has no rate of {years} years", method.name)).with_help(
                if shortest == longest {
                    format!(
                        "it is a rate of {shortest} years; `lifetracks.methods` tells which others have more"
                    )
                } else {
                    format!("it has rates of {shortest} to {longest} years")
                },
            ));
        }
    }
    if methods.is_empty() {
        return Err(wrong(format!("no method has a rate of {years} years"))
            .with_help("`lifetracks.methods` tells how many years each has"));
    }
    let enrollment = planning.inputs.table(ENROLLMENT_TABLE)?;
    let loaded = bounds(enrollment.as_ref(), "school_year", None);
    let (first, last) = planning.years;
    for (_, rule) in &methods {
        if let Some(loaded) = loaded {
            cohort_has_data((first, last), years, rule, loaded)?;
        }
    }
    let asked = CohortYears { first, last, years, last_loaded: loaded.map(|(_, last)| last) };
    merge(planning, enrollment, Arc::new(GradCohort::new(asked, methods)))
}

/// A cohort needs the year of its first grade, and the closing year, which must be over. Who repeated the first grade
/// in the first loaded year looks like a member of the first cohort; nobody can know better.
fn cohort_has_data(
    (first, last): (i32, i32),
    years: i32,
    rule: &CohortRule,
    (first_loaded, last_loaded): (i32, i32),
) -> crate::Result<()> {
    let length = rule.length();
    let earliest = first_loaded + length - 1;
    let latest = last_loaded + length - years;
    if first < earliest {
        let first_grade = &rule.entry.first_grade;
        let message = format!(
            "there is no data for the cohort of {first}: its grade {first_grade} was in school year {}, and {ENROLLMENT_TABLE} begins with {first_loaded}",
            first - length + 1
        );
        return Err(wrong(message).with_help(suggestion(earliest, latest)));
    }
    let closing_year = last + years - length;
    let closes = rule.window.closes;
    if last > latest {
        let message = format!(
            "the {years} years of the cohort of {last} end on {closing_year}-{closes}, and {ENROLLMENT_TABLE} is loaded to school year {last_loaded}"
        );
        return Err(wrong(message).with_help(suggestion(earliest, latest)));
    }
    let today = i32::try_from(clock::now().timestamp().div_euclid(86_400)).unwrap_or(i32::MAX);
    if today <= closes.in_year(closing_year) {
        let message = format!(
            "the {years} years of the cohort of {last} are not over: they end on {closing_year}-{closes}"
        );
        return Err(wrong(message).with_help(suggestion(earliest, latest - 1)));
    }
    Ok(())
}

fn suggestion(earliest: i32, latest: i32) -> String {
    match earliest.cmp(&latest) {
        Ordering::Greater => "load more school years: a cohort needs all of its own".to_owned(),
        Ordering::Equal => format!("ask for the cohort of {latest}"),
        Ordering::Less => format!("ask for a cohort from {earliest} to {latest}"),
    }
}

/// Plans `dropout_status`.
///
/// Errors: an unknown method, a school year before the first loaded one, and one whose next count day is not loaded.
pub(super) fn dropout_status(planning: &Planning<'_>) -> crate::Result<LogicalPlan> {
    let named = planning.call.text("method");
    let chosen = choose(planning.definitions, "event_dropout", planning.function, named)?;
    let methods = chosen.into_iter().filter_map(|method| match &method.rule {
        MethodRule::EventDropout(rule) => Some((method.name.clone(), rule.clone())),
        _ => None,
    });
    let methods: Vec<(String, EventRule)> = methods.collect();
    let enrollment = planning.inputs.table(ENROLLMENT_TABLE)?;
    if let Some(loaded) = bounds(enrollment.as_ref(), "school_year", None) {
        event_has_data(planning.years, loaded)?;
    }
    merge(planning, enrollment, Arc::new(DropoutStatus::new(planning.years, methods)))
}

fn event_has_data((first, last): (i32, i32), (first_loaded, last_loaded): (i32, i32)) -> crate::Result<()> {
    // Summer dropouts were enrolled the year before, and returners are the year after.
    let (earliest, latest) = (first_loaded + 1, last_loaded - 1);
    let help = if earliest <= latest {
        format!("ask for a school year from {earliest} to {latest}")
    } else {
        "load at least three school years in a row".to_owned()
    };
    if first < earliest {
        let message = format!(
            "the dropouts of school year {first} need the year before, and {ENROLLMENT_TABLE} begins with {first_loaded}"
        );
        return Err(wrong(message).with_help(help));
    }
    if last > latest {
        let message = format!(
            "the dropouts of school year {last} are known when the next one is loaded, and {ENROLLMENT_TABLE} is loaded to {last_loaded}"
        );
        return Err(wrong(message).with_help(help));
    }
    Ok(())
}

/// The plan of a program over enrollment, diplomas and, where it is loaded, the calendar.
fn merge(
    planning: &Planning<'_>,
    enrollment: Arc<dyn TableProvider>,
    program: Arc<dyn Program>,
) -> crate::Result<LogicalPlan> {
    let inputs = &planning.inputs;
    let diploma = inputs.scan("diploma", inputs.table("diploma")?, &DIPLOMA)?;
    let enrollment = inputs.scan(ENROLLMENT_TABLE, enrollment, &ENROLLMENT)?;
    let calendar = inputs.optional("calendar")?;
    let calendar = calendar.map(|table| inputs.scan("calendar", table, &CALENDAR)).transpose()?;
    PersonMerge::plan(program, vec![enrollment, diploma], calendar.into_iter().collect())
        .lake_context(|| format!("plan {}", planning.function))
}
