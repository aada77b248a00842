//! The table that a command's argument names, with a neighbour for one that is not there.

use lifetracks_engine::table_not_found;

use crate::failure::Result;
use crate::shell::Shell;

/// The defined table of that name, however it is capitalised; it need not be loaded.
pub(super) fn defined_table(shell: &Shell, name: &str) -> Result<String> {
    let tables = || shell.engine.definitions().tables().iter().map(|table| table.name.as_str());
    match tables().find(|table| table.eq_ignore_ascii_case(name)) {
        Some(table) => Ok(table.to_owned()),
        None => Err(table_not_found(name, tables()).into()),
    }
}
