//! `.quit`

use super::{Command, Next};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) struct Quit;

impl Command for Quit {
    fn name(&self) -> &'static str {
        "quit"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["\\q", ".exit"]
    }

    fn usage(&self) -> &'static str {
        ".quit [CODE]"
    }

    fn help(&self) -> &'static str {
        "Leaves, with an exit code from 0 to 255 where one is given."
    }

    fn run(&self, _: &mut Shell, argument: &str) -> Result<Next> {
        if argument.is_empty() {
            return Ok(Next::Leave(Exit::SUCCESS));
        }
        let Ok(code) = argument.parse() else {
            return Err(Failure::usage(format!("{argument} is no exit code"))
                .with_help("write a number from 0 to 255"));
        };
        Ok(Next::Leave(Exit(code)))
    }
}
