//! Cohorts: groups of persons with an index date, kept in the lake with the definition, the attrition and the versions of
//! the tables that made them.
//!
//! A version of a cohort is two things in one lake version: the members, a person table of their own, and a row of the
//! registry. Neither is changed afterwards; a refresh, and a link extract that joins members, make the next version.

mod compute;
mod definition;
mod drop;
mod files;
mod find;
mod flow;
mod link;
mod make;
mod members;
mod notice;
mod parse;
mod reads;
mod registry;
mod sources;
mod stale;
mod store;
mod words;

pub(crate) use find::{find, no_lake, readable};
pub(crate) use flow::rows as flow;
pub(crate) use link::rename;
pub(crate) use notice::notices;
pub(crate) use parse::{CohortStatement, parse};
pub(crate) use reads::{Read, Reads, Source};
pub(crate) use registry::{CohortVersion, REGISTRY, Registry, cohort_of, json, members_shown, members_table};
pub(crate) use stale::Light;
