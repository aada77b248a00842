//! CREATE and REFRESH COHORT: make it from the newest lake version, and keep it unless somebody else was first.

use std::time::Duration;

use lifetracks_udfs::LifetracksOptions;

use super::CohortStatement;
use super::compute::{Made, compute};
use super::definition::Definition;
use super::find::unknown;
use super::parse::{Create, Name};
use super::reads::Source;
use super::registry::Registry;
use super::stale::Light;
use super::store::{Told, at_the_same_time, keep};
use crate::error::{Error, ErrorKind, Result};
use crate::lake::{Lake, lock};
use crate::relation;
use crate::run::Runner;

/// How long a statement waits for others to be done with the lake.
pub(super) const WAIT: Duration = Duration::from_mins(1);
/// Times a commit is tried when somebody else commits at the same moment.
pub(super) const ATTEMPTS: usize = 20;
/// Times a cohort is made again because what it reads changed meanwhile.
const REMAKES: usize = 3;
pub(super) const PAUSE: Duration = Duration::from_millis(50);

/// How a name stands: its newest version, and whether that was dropped.
pub(super) type Standing = Option<(u64, bool)>;

pub(super) fn standing(registry: &Registry, name: &str) -> Standing {
    registry.newest(name).map(|row| (row.version, row.dropped_at.is_some()))
}

impl Runner {
    /// Carries out a statement about cohorts, but for SHOW, which is a query.
    pub(crate) async fn carry_out(&self, statement: &CohortStatement, text: &str) -> Result<Told> {
        match statement {
            CohortStatement::Create(create) => self.create_cohort(create, text).await,
            CohortStatement::Refresh(name) => self.refresh_cohort(name).await,
            CohortStatement::Drop { name, if_exists } => self.drop_cohort(name, *if_exists).await,
            CohortStatement::Show => Ok(Told::default()),
        }
    }

    async fn create_cohort(&self, create: &Create, text: &str) -> Result<Told> {
        let name = &create.name;
        let (lake, registry) = self.newest_cohorts().await?;
        self.check_name(name)?;
        let exists = registry.live(&name.text).is_some();
        if exists && !create.or_replace {
            let text = &name.text;
            return Err(Error::new(ErrorKind::Query, format!("there is a cohort {text} already"))
                .with_help(format!(
                    "REFRESH COHORT {text} runs its definition again; CREATE OR REPLACE COHORT {text} gives it this one"
                ))
                .with_span(Some(name.span)));
        }
        let verb = if exists { "replaced" } else { "created" };
        self.make(&Definition::new(create, text, self.settings()), verb, lake, &registry).await
    }

    async fn refresh_cohort(&self, name: &Name) -> Result<Told> {
        let (lake, registry) = self.newest_cohorts().await?;
        let Some(kept) = registry.live(&name.text) else {
            return Err(unknown(&registry, &name.text).with_span(Some(name.span)));
        };
        let sql = kept.sql.clone();
        let made = async {
            let definition = Definition::kept(&sql, &kept.parameters, &self.settings())?;
            self.make(&definition, "refreshed", lake, &registry).await
        };
        made.await.map_err(|error| {
            // The place is in a text that the user has not written now.
            let error = error.with_span(None);
            if error.note().is_some() {
                error
            } else {
                error.with_note(format!("in the kept definition: {sql}"))
            }
        })
    }

    async fn make(
        &self,
        definition: &Definition<'_>,
        verb: &str,
        mut lake: Lake,
        registry: &Registry,
    ) -> Result<Told> {
        let name = &definition.create.name.text;
        let begun = standing(registry, name);
        let mut made = compute(self, definition, &lake).await?;
        refuse_circle(name, &made, registry)?;
        let (mut attempt, mut remade) = (1, 0);
        loop {
            let held = lock(lake.location(), WAIT).await?;
            let (newest, registry) = self.newest_cohorts().await?;
            lake = newest;
            if standing(&registry, name) != begun {
                return Err(at_the_same_time(name));
            }
            if !made.holds(&lake, &registry) {
                drop(held);
                remade += 1;
                if remade > REMAKES {
                    return Err(Error::lake(format!("what cohort {name} reads changes while it is made"))
                        .with_help("nothing is kept; try again when the loads are done"));
                }
                made = compute(self, definition, &lake).await?;
                refuse_circle(name, &made, &registry)?;
                continue;
            }
            match keep(&lake, &registry, definition, &made, &self.author).await {
                Ok(mut told) => {
                    drop(held);
                    let kept = told.sentence(verb, &made);
                    told.sentence = kept;
                    told.notices.extend(stale_sources(&made, &lake, &registry));
                    self.main.set_lake(self.newest(&lake).await?);
                    return Ok(told);
                }
                Err(error) if error.kind() == ErrorKind::Lake && attempt < ATTEMPTS => {
                    drop(held);
                    attempt += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The newest lake version and its cohorts.
    pub(super) async fn newest_cohorts(&self) -> Result<(Lake, Registry)> {
        let lake = self.main.lake().ok_or_else(super::no_lake)?;
        let lake = self.newest(&lake).await?;
        self.main.set_lake(lake.clone());
        let registry = match lake.table(super::REGISTRY, lake.version()).await? {
            Some(table) => Registry::of(lake.location(), &table).await?,
            None => Registry::default(),
        };
        Ok((lake, registry))
    }

    fn settings(&self) -> LifetracksOptions {
        let config = self.context.copied_config();
        config.options().extensions.get::<LifetracksOptions>().cloned().unwrap_or_default()
    }

    /// A name must be one that can be typed anywhere, and one that FROM does not know yet.
    fn check_name(&self, name: &Name) -> Result<()> {
        const LONGEST: usize = 63;
        let text = &name.text;
        let wrong = |message: String, help: &str| {
            Err(Error::new(ErrorKind::Query, message).with_help(help).with_span(Some(name.span)))
        };
        let is_plain = text.len() <= LONGEST
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !is_plain {
            return wrong(
                format!("{text} is no name for a cohort"),
                "use lower-case letters, digits and _, 63 at most, with a letter first",
            );
        }
        let is_table = self.main.is_defined(text) || self.main.lake_tables().contains(text);
        if is_table {
            return wrong(format!("{text} is a table"), "give the cohort another name");
        }
        let is_function = relation::is_function(text, &self.definitions)
            || self.context.state().table_functions().contains_key(text);
        if is_function {
            return wrong(format!("{text} is a function in FROM"), "give the cohort another name");
        }
        Ok(())
    }
}

/// A cohort may not be read by one that it reads.
fn refuse_circle(name: &str, made: &Made, registry: &Registry) -> Result<()> {
    let moving = |reads: &[super::Read]| -> Vec<String> {
        let cohorts = reads.iter().filter(|read| read.source == Source::Cohort && !read.fixed);
        cohorts.map(|read| read.name.clone()).collect()
    };
    let mut open: Vec<(String, String)> =
        moving(&made.reads).into_iter().map(|read| (read.clone(), read)).collect();
    let mut seen = Vec::new();
    while let Some((first, next)) = open.pop() {
        if next == name {
            let message = if first == name {
                format!("cohort {name} cannot be made of itself")
            } else {
                format!("cohort {name} cannot read cohort {first}, which is made of {name}")
            };
            let help =
                format!("name the version that is meant, as in cohort('{first}', 1): it stays what it is");
            return Err(Error::new(ErrorKind::Refused, message).with_help(help));
        }
        if !seen.contains(&next) {
            let below = registry.live(&next).map(|cohort| moving(&cohort.reads)).unwrap_or_default();
            open.extend(below.into_iter().map(|read| (first.clone(), read)));
            seen.push(next);
        }
    }
    Ok(())
}

/// Cohorts that a new one is made of and that are not up to date themselves.
fn stale_sources(made: &Made, lake: &Lake, registry: &Registry) -> Vec<String> {
    let light = Light { lake, registry, version: lake.version() };
    let moving = made.reads.iter().filter(|read| read.source == Source::Cohort && !read.fixed);
    moving.filter_map(|read| light.notice(registry.live(&read.name)?)).collect()
}
