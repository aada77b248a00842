//! `.tables`

use super::{Argument, Command, Next, matching};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) struct Tables;

impl Command for Tables {
    fn name(&self) -> &'static str {
        "tables"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["\\dt"]
    }

    fn usage(&self) -> &'static str {
        ".tables [PATTERN]"
    }

    fn help(&self) -> &'static str {
        "Lists the tables with their owner agency, rows and meaning, and the cohorts."
    }

    fn argument(&self) -> Argument {
        Argument::Table
    }

    fn run(&self, _: &mut Shell, argument: &str) -> Result<Next> {
        let filter = matching("table_name", argument);
        Ok(Next::Query(format!(
            "SELECT table_name, kind, owner, rows, description FROM ( \
             SELECT table_name, kind, owner, rows, description FROM lifetracks.tables UNION ALL \
             SELECT concat('cohort(''', name, ''')'), 'cohort', author, members, \
             concat('Version ', version, ', made from lake version ', lake_version, '.') FROM lifetracks.cohorts \
             ){filter} ORDER BY table_name"
        )))
    }
}
