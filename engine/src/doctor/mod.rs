//! Doctor: one look at everything a lake needs, each line with what to do when it is not well.

mod disk;
mod lake;
mod words;

use std::path::Path;

use lifetracks_datasets::{Definitions, Severity};

use self::words::counted;
use crate::coverage::Thresholds;
use crate::error::{Error, Result};
use crate::lake::{Lake, Location};
use crate::options::{Options, vault_of};
use crate::threads::Threads;
use crate::vault::Vault;

/// How well one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it should be.
    Ok,
    /// Somebody should look at it.
    Warning,
    /// Something does not work, or gives wrong answers.
    Error,
}

impl From<Severity> for Health {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Ok,
        }
    }
}

/// What the doctor says of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The thing: `lake`, `vault`, `table ui_wage`, ..
    pub subject: String,
    /// How well it is.
    pub health: Health,
    /// What was found.
    pub found: String,
    /// What to do, where something is to be done.
    pub advice: Option<String>,
}

impl Diagnosis {
    fn new(subject: impl Into<String>, health: Health, found: impl Into<String>) -> Self {
        Self { subject: subject.into(), health, found: found.into(), advice: None }
    }

    fn ok(subject: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(subject, Health::Ok, found)
    }

    fn warning(subject: impl Into<String>, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..Self::new(subject, Health::Warning, found) }
    }

    fn error(subject: impl Into<String>, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..Self::new(subject, Health::Error, found) }
    }

    fn failed(subject: &str, error: &Error) -> Self {
        let advice = error.help().map(str::to_owned);
        Self { advice, ..Self::new(subject, Health::Error, error.message()) }
    }
}

/// What the doctor found, in the order to read it in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoctorReport {
    /// One line for each thing that was looked at.
    pub diagnoses: Vec<Diagnosis>,
}

impl DoctorReport {
    /// The worst of all lines.
    pub fn health(&self) -> Health {
        self.diagnoses.iter().map(|diagnosis| diagnosis.health).max().unwrap_or(Health::Ok)
    }
}

/// Looks at the lake, the vault and the definitions that `options` name. Nothing is changed.
pub(crate) fn doctor(options: &Options) -> Result<DoctorReport> {
    let mut report = DoctorReport::default();
    let (definitions, thresholds) = definitions(options, &mut report)?;
    let Some(folder) = options.lake.as_deref() else {
        return Err(
            Error::usage("the doctor needs a lake").with_help("name its folder, or set LIFETRACKS_LAKE")
        );
    };
    let runtime = Threads::new(1)?;
    let opened = runtime.handle()?.block_on(Lake::open(Location::local(Path::new(folder))?));
    let lake = match opened {
        Ok(Some(lake)) => lake,
        Ok(None) => {
            let advice =
                format!("name another folder, or load something: `lifetracks load .. --lake {folder}`");
            report.diagnoses.push(Diagnosis::error("lake", format!("there is no lake at {folder}"), advice));
            return Ok(report);
        }
        Err(error) => {
            report.diagnoses.push(Diagnosis::failed("lake", &error));
            return Ok(report);
        }
    };
    vault(options, &lake, &mut report);
    let patient = lake::Patient { lake: &lake, definitions: &definitions, thresholds: &thresholds };
    runtime.handle()?.block_on(patient.examine(&mut report));
    Ok(report)
}

fn definitions(options: &Options, report: &mut DoctorReport) -> Result<(Definitions, Thresholds)> {
    let mut definitions = Definitions::builtin();
    let mut faults: Vec<String> = definitions.problems().iter().map(ToString::to_string).collect();
    for folder in &options.definitions {
        match definitions.clone().with_folder(folder) {
            Ok(more) => definitions = more,
            Err(error) => faults.push(error.to_string()),
        }
    }
    let thresholds = match Thresholds::read(&options.definitions) {
        Ok(thresholds) => thresholds,
        Err(error) => {
            faults.push(error.to_string());
            Thresholds::read(&[] as &[&Path])?
        }
    };
    report.diagnoses.push(Diagnosis::ok(
        "definitions",
        format!(
            "{}, {}, {}, {}",
            counted(definitions.tables().len() as u64, "table"),
            counted(definitions.layouts().len() as u64, "layout"),
            counted(definitions.code_sets().len() as u64, "code set"),
            counted(definitions.maps().len() as u64, "map"),
        ),
    ));
    let fault = |fault| Diagnosis::error("definitions", fault, "correct the file, or leave its folder out");
    report.diagnoses.extend(faults.into_iter().map(fault));
    Ok((definitions, thresholds))
}

fn vault(options: &Options, lake: &Lake, report: &mut DoctorReport) {
    let Some(folder) = vault_of(options) else {
        return;
    };
    let needed = lake.version() > 0;
    let diagnosis = match Vault::look(&folder) {
        Err(error) => Diagnosis::failed("vault", &error),
        Ok(None) if needed => Diagnosis::error(
            "vault",
            format!(
                "there is none at {}, and the next load would give known people new numbers",
                folder.display()
            ),
            "name it with --vault, or restore it from a copy, before anything is loaded",
        ),
        Ok(None) => {
            Diagnosis::ok("vault", format!("none yet at {}; the first load makes it", folder.display()))
        }
        Ok(Some(vault)) => {
            let found = format!("{} at {}", counted(vault.ids() as u64, "id"), folder.display());
            match vault.renamed().len() {
                0 => Diagnosis::ok("vault", found),
                joined => Diagnosis::warning(
                    "vault",
                    format!("{found}; {} joined, but not yet in the lake", counted(joined as u64, "person")),
                    "a load was cut off; run it, or any other, again",
                ),
            }
        }
    };
    report.diagnoses.push(diagnosis);
}
