//! `.find`

use super::{Action, Argument, Command, Next, Section, matching};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "find",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".find PATTERN",
    help: "Looks for words in tables, columns, codes, functions, methods, cohorts and layouts, and says where they are.",
    argument: Argument::Other,
    run: Action::Do(run),
};

/// All that has a name and a meaning, in the order of the answer.
const EVERYTHING: &str = "\
    SELECT 1 AS place, 'table' AS kind, table_name AS name, description AS meaning FROM lifetracks.tables \
    UNION ALL SELECT 2, 'column', concat(table_name, '.', column_name), \
        concat_ws(' ', description, CASE WHEN ceds IS NOT NULL THEN concat('CEDS: ', ceds, '.') END) FROM lifetracks.columns \
    UNION ALL SELECT 3, 'code', concat(code_set, ' ', code), label FROM lifetracks.codes \
    UNION ALL SELECT 4, 'function', name, description FROM lifetracks.functions \
    UNION ALL SELECT 5, 'method', name, concat(title, ', ', owner, '. ', description) FROM lifetracks.methods \
    UNION ALL SELECT 6, 'cohort', name, sql FROM lifetracks.cohorts \
    UNION ALL SELECT 7, 'layout', name, description FROM lifetracks.layouts";

fn run(_: &mut Shell, argument: &str) -> Result<Next> {
    if argument.is_empty() {
        return Err(Failure::usage("there is nothing to look for")
            .with_help("write a word, such as .find dropout, or a pattern, such as .find k12*date"));
    }
    let filter = matching("concat(name, ' ', meaning)", argument);
    Ok(Next::Query(format!(
        "SELECT kind, name, split_part(meaning, '. ', 1) AS meaning FROM ({EVERYTHING}) \
         {filter} ORDER BY place, name"
    )))
}
