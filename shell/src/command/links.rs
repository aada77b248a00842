//! `.links`

use super::table_named::defined_table;
use super::{Action, Argument, Command, Next, Section, literal};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "links",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".links [TABLE]",
    help: "Shows how tables join, as conditions to copy behind ON.",
    argument: Argument::Table,
    run: Action::Do(run),
};

/// Without a table, the links between persons are one line: there is one for each pair of tables.
const ALL: &str = "\
    SELECT table_name, to_table, condition, description FROM lifetracks.links WHERE kind = 'reference' \
    UNION ALL SELECT 'any table of persons', 'any other', 'USING (person_id)', \
        concat('Rows of the same person: ', string_agg(DISTINCT table_name, ', ' ORDER BY table_name), '.') \
        FROM lifetracks.links WHERE kind = 'person' \
    ORDER BY table_name, to_table, condition";

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.is_empty() {
        return Ok(Next::Query(ALL.to_owned()));
    }
    let table = defined_table(shell, argument)?;
    Ok(Next::Query(format!(
        "SELECT to_table, kind, condition, description FROM lifetracks.links WHERE table_name = {} \
         ORDER BY CASE kind WHEN 'reference' THEN 1 WHEN 'referenced by' THEN 2 ELSE 3 END, to_table, condition",
        literal(&table)
    )))
}
