//! `.schema`

use lifetracks_engine::closest_name;

use super::{Action, Argument, Command, Next, Section, literal};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "schema",
    aliases: &["\\d"],
    section: Section::Catalogue,
    usage: ".schema [TABLE]",
    help: "Lists the columns of a table, or of every table: type, role, code set and meaning.",
    argument: Argument::Table,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.is_empty() {
        return Ok(Next::Query(
            "SELECT table_name, column_name, data_type, nullable, role, code_set \
             FROM lifetracks.columns"
                .to_owned(),
        ));
    }
    let definitions = shell.engine.definitions();
    let mut tables = shell.engine.tables();
    tables.extend(definitions.tables().iter().map(|table| table.name.clone()));
    if let Some(table) = tables.iter().find(|table| table.eq_ignore_ascii_case(argument)) {
        return Ok(Next::Query(format!(
            "SELECT column_name, data_type, nullable, role, code_set, description \
             FROM lifetracks.columns WHERE table_name = {}",
            literal(table)
        )));
    }
    Err(Failure::usage(format!("there is no table {argument}")).with_help(nearest(argument, &tables)))
}

fn nearest(written: &str, tables: &[String]) -> String {
    closest_name(written, tables.iter().map(String::as_str)).map_or_else(
        || ".tables lists the tables".to_owned(),
        |table| format!("did you mean {table}? .tables lists the tables"),
    )
}
