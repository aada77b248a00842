//! DROP COHORT: from the next lake version on it is gone, and earlier ones still have it until they are vacuumed away.

use super::find::unknown;
use super::make::{ATTEMPTS, PAUSE, WAIT};
use super::parse::Name;
use super::registry::Registry;
use super::store::{Told, append, emptied};
use crate::clock;
use crate::error::{Error, ErrorKind, Result};
use crate::lake::{Lake, lock};
use crate::load::doubt;
use crate::run::Runner;

impl Runner {
    pub(super) async fn drop_cohort(&self, name: &Name, if_exists: bool) -> Result<Told> {
        let mut attempt = 1;
        loop {
            let (lake, _) = self.newest_cohorts().await?;
            let held = lock(lake.location(), WAIT).await?;
            // Who held the lock until now may have committed.
            let (lake, registry) = self.newest_cohorts().await?;
            if registry.live(&name.text).is_none() {
                if if_exists {
                    let sentence = format!("There is no cohort {}.", name.text);
                    return Ok(Told { sentence, ..Told::default() });
                }
                return Err(unknown(&registry, &name.text).with_span(Some(name.span)));
            }
            match drop_from(&lake, registry, &name.text).await {
                Ok(told) => {
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
}

async fn drop_from(lake: &Lake, mut registry: Registry, name: &str) -> Result<Told> {
    let now = clock::now();
    let rows = registry.rows.iter_mut().filter(|row| row.name == name && row.dropped_at.is_none());
    rows.for_each(|row| row.dropped_at = Some(now));
    let shape = emptied(lake, name).await?;
    let shape = shape.ok_or_else(|| {
        Error::lake(format!("the members of cohort {name} are missing"))
            .with_help("run `verify` to see what else is")
    })?;
    let version = lake.version() + 1;
    let appended = append(lake, (&shape, &[]), &registry).await?;
    let mut told =
        Told { sentence: format!("Cohort {name} dropped (lake version {version})."), ..Told::default() };
    match doubt(version, appended, &mut told.notices) {
        Some(error) => Err(error),
        None => Ok(told),
    }
}
