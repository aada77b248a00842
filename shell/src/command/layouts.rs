//! `.layouts`

use super::{Command, Next, matching};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) struct Layouts;

impl Command for Layouts {
    fn name(&self) -> &'static str {
        "layouts"
    }

    fn usage(&self) -> &'static str {
        ".layouts [PATTERN]"
    }

    fn help(&self) -> &'static str {
        "Lists the layouts that `lifetracks load` knows, and the table each one fills."
    }

    fn run(&self, _: &mut Shell, argument: &str) -> Result<Next> {
        let filter = matching("name", argument);
        Ok(Next::Query(format!(
            "SELECT name, table_name, agency, description FROM lifetracks.layouts{filter} ORDER BY name"
        )))
    }
}
