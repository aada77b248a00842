//! Which version of a cohort a call means, and whether its members are still there.

use lifetracks_datasets::closest_name;

use super::registry::{CohortVersion, Registry, members_table};
use crate::error::{Error, ErrorKind, Result};
use crate::lake::Lake;

/// The error of whoever wants cohorts without a lake.
pub(crate) fn no_lake() -> Error {
    Error::usage("cohorts are kept in a lake, and no lake is open")
        .with_help("name its folder, or set LIFETRACKS_LAKE")
}

/// The error for a cohort that is not there.
pub(super) fn unknown(registry: &Registry, name: &str) -> Error {
    let live = registry.all_live();
    let near = closest_name(name, live.iter().map(|row| row.name.as_str()));
    let help = match near {
        Some(near) => format!("did you mean '{near}'?"),
        None if live.is_empty() => "CREATE COHORT makes one".to_owned(),
        None => "SHOW COHORTS lists those there are".to_owned(),
    };
    Error::new(ErrorKind::Query, format!("there is no cohort {name}")).with_help(help)
}

/// The present version of a cohort, or the version of a number.
pub(crate) fn find(registry: &Registry, name: &str, number: Option<u64>) -> Result<CohortVersion> {
    let Some(newest) = registry.newest(name) else {
        return Err(unknown(registry, name));
    };
    if newest.dropped_at.is_some() {
        return Err(Error::new(ErrorKind::Query, format!("cohort {name} was dropped")).with_help(format!(
            "cohort('{name}', as_of => {}) reads it as it was in that lake version",
            newest.kept_in
        )));
    }
    let Some(number) = number else {
        return Ok(newest.clone());
    };
    let found = registry.versions(name).find(|row| row.version == number);
    found.cloned().ok_or_else(|| {
        let message = format!("cohort {name} has no version {number}");
        Error::new(ErrorKind::Query, message).with_help(format!("its newest version is {}", newest.version))
    })
}

/// A lake version that is there and has the members of a cohort's version.
pub(crate) fn readable(lake: &Lake, cohort: &CohortVersion) -> Result<u64> {
    let oldest = lake.oldest();
    if cohort.kept_in >= oldest {
        return Ok(cohort.kept_in);
    }
    let table = members_table(&cohort.name);
    let pinned = |version: u64| lake.pins(version).get(&table).copied();
    if pinned(oldest) == pinned(cohort.kept_in) {
        return Ok(oldest);
    }
    let message =
        format!("the members of version {} of cohort {} were vacuumed away", cohort.version, cohort.name);
    Err(Error::new(ErrorKind::Query, message).with_help(format!(
        "the oldest lake version that is kept is {oldest}; the definition is in lifetracks.cohort_versions"
    )))
}
