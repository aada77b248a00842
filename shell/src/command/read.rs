//! `.read`

use std::path::PathBuf;

use super::{Command, Next};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) struct Read;

impl Command for Read {
    fn name(&self) -> &'static str {
        "read"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["\\i"]
    }

    fn usage(&self) -> &'static str {
        ".read FILE"
    }

    fn help(&self) -> &'static str {
        "Runs the statements and commands in a file."
    }

    fn run(&self, _: &mut Shell, argument: &str) -> Result<Next> {
        let name = argument.trim_matches(['\'', '"']);
        if name.is_empty() {
            return Err(Failure::usage("there is no file to read").with_help(self.usage()));
        }
        Ok(Next::Read(PathBuf::from(name)))
    }
}
