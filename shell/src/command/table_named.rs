//! The table that a command's argument names, with a neighbour for one that is not there.

use lifetracks_engine::closest_name;

use crate::failure::{Failure, Result};
use crate::shell::Shell;

/// The defined table of that name, however it is capitalised; it need not be loaded.
pub(super) fn defined_table(shell: &Shell, name: &str) -> Result<String> {
    let tables = || shell.engine.definitions().tables().iter().map(|table| table.name.as_str());
    if let Some(table) = tables().find(|table| table.eq_ignore_ascii_case(name)) {
        return Ok(table.to_owned());
    }
    let help = closest_name(name, tables()).map_or_else(
        || ".tables lists the tables".to_owned(),
        |table| format!("did you mean {table}? .tables lists the tables"),
    );
    Err(Failure::usage(format!("there is no table {name}")).with_help(help))
}
