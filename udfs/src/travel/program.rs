//! Programs in a message: the name, which stands in one list, and the parameters.

use std::sync::Arc;

use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::read;
use crate::k12::{DropoutStatus, GradCohort};
use crate::panel::{Jobs, Panel};
use crate::person::Program;

/// How a program is made of its parameters.
type Make = fn(Value) -> Result<Arc<dyn Program>>;

/// Every program that travels, by its name.
const PROGRAMS: [(&str, Make); 4] = [
    ("DropoutStatus", make::<DropoutStatus>),
    ("GradCohort", make::<GradCohort>),
    ("Jobs", make::<Jobs>),
    ("Panel", make::<Panel>),
];

fn make<P: Program + DeserializeOwned + 'static>(parameters: Value) -> Result<Arc<dyn Program>> {
    Ok(Arc::new(read::<P>(parameters)?))
}

/// The parameters of a program as they are written.
pub(crate) fn parameters(program: &impl Serialize) -> Result<Value> {
    serde_json::to_value(program)
        .map_err(|error| exec_datafusion_err!("a program cannot be written: {error}"))
}

/// A program as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgramMessage {
    name: String,
    parameters: Value,
}

impl ProgramMessage {
    /// Writes a program. Errors: one that is not in the list, or holds a column whose type cannot be written.
    pub(crate) fn of(program: &dyn Program) -> Result<Self> {
        maker(program.name())?;
        Ok(Self { name: program.name().to_owned(), parameters: program.parameters()? })
    }

    /// Makes the program.
    pub(crate) fn program(self) -> Result<Arc<dyn Program>> {
        maker(&self.name)?(self.parameters)
    }
}

fn maker(name: &str) -> Result<Make> {
    let Some((_, make)) = PROGRAMS.iter().find(|(known, _)| *known == name) else {
        let known = PROGRAMS.map(|(known, _)| known).join(", ");
        return exec_err!(
            "the program {name} does not travel; those that do are {known}. Run one version of lifetracks on all machines"
        );
    };
    Ok(*make)
}
