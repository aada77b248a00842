//! `.versions`

use super::{Argument, Command, Next, matching};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) struct Versions;

impl Command for Versions {
    fn name(&self) -> &'static str {
        "versions"
    }

    fn usage(&self) -> &'static str {
        ".versions [TABLE]"
    }

    fn help(&self) -> &'static str {
        "Lists the lake's versions: what was loaded, when, and how many rows were rejected."
    }

    fn argument(&self) -> Argument {
        Argument::Table
    }

    fn run(&self, _: &mut Shell, argument: &str) -> Result<Next> {
        let filter = matching("table_name", argument);
        Ok(Next::Query(format!(
            "SELECT lake_version, table_name, committed_at, operation, layout, rows_in, loaded, rejected \
             FROM lifetracks.versions{filter} ORDER BY lake_version, table_name"
        )))
    }
}
