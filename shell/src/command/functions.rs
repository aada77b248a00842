//! `.functions`

use super::{Command, Next, matching};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) struct Functions;

impl Command for Functions {
    fn name(&self) -> &'static str {
        "functions"
    }

    fn usage(&self) -> &'static str {
        ".functions [PATTERN]"
    }

    fn help(&self) -> &'static str {
        "Lists the SQL functions and how they are called."
    }

    fn run(&self, _: &mut Shell, argument: &str) -> Result<Next> {
        let filter = matching("name", argument);
        Ok(Next::Query(format!(
            "SELECT name, syntax, split_part(description, '. ', 1) AS description FROM lifetracks.functions{filter} ORDER BY name, kind, syntax"
        )))
    }
}
