//! `.codes`

use lifetracks_engine::{Definitions, closest_name};

use super::{Action, Argument, Command, Next, Section, literal, matching};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "codes",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".codes [TABLE.COLUMN|SET] [PATTERN]",
    help: "Shows the codes of a column or of a code set, with what they mean and when; without a name, the code sets.",
    argument: Argument::Codes,
    run: Action::Do(run),
};

const SETS: &str = "\
    SELECT s.code_set, s.codes, u.used_by FROM \
    (SELECT code_set, count(*) AS codes FROM lifetracks.codes GROUP BY code_set) s LEFT JOIN \
    (SELECT code_set, string_agg(concat(table_name, '.', column_name), ', ' \
        ORDER BY concat(table_name, '.', column_name)) AS used_by \
     FROM lifetracks.columns WHERE code_set IS NOT NULL GROUP BY code_set) u USING (code_set) \
    ORDER BY code_set";

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let (name, pattern) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    if name.is_empty() {
        return Ok(Next::Query(SETS.to_owned()));
    }
    let set = set_of(shell.engine.definitions(), name)?;
    let pattern = matching("concat(code, ' ', label)", pattern.trim()).replacen("WHERE", "AND", 1);
    Ok(Next::Query(format!(
        "SELECT code, label, valid_from, valid_to, source FROM lifetracks.codes \
         WHERE code_set = {}{pattern}",
        literal(&set)
    )))
}

/// The code set of that name, or that of the column.
fn set_of(definitions: &Definitions, name: &str) -> Result<String> {
    let sets = definitions.code_sets();
    if let Some(set) = sets.iter().find(|set| set.name.eq_ignore_ascii_case(name)) {
        return Ok(set.name.clone());
    }
    let mut known: Vec<String> = sets.iter().map(|set| set.name.clone()).collect();
    for table in definitions.tables() {
        for column in &table.columns {
            let full = format!("{}.{}", table.name, column.name);
            let is_meant = full.eq_ignore_ascii_case(name) || column.name.eq_ignore_ascii_case(name);
            match &column.code_set {
                Some(set) if is_meant => return Ok(set.clone()),
                None if full.eq_ignore_ascii_case(name) => {
                    return Err(Failure::usage(format!("{full} holds no codes"))
                        .with_help(".codes lists the columns that do"));
                }
                Some(_) => known.push(full),
                None => {}
            }
        }
    }
    let help = closest_name(name, known.iter().map(String::as_str)).map_or_else(
        || ".codes lists the code sets and the columns that use them".to_owned(),
        |known| format!("did you mean {known}? .codes lists the code sets and the columns that use them"),
    );
    Err(Failure::usage(format!("there is no code set or coded column {name}")).with_help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_named_by_itself_or_by_a_column() {
        let definitions = Definitions::builtin();
        let set = |name: &str| set_of(&definitions, name);
        assert_eq!(set("msis_exit").unwrap(), "msis_exit");
        assert_eq!(set("K12_ENROLLMENT.exit_code").unwrap(), set("exit_code").unwrap());
        assert_eq!(set("diploma.award_date").unwrap_err().message, "diploma.award_date holds no codes");
        let unknown = set("msis_exits").unwrap_err();
        assert!(unknown.help.unwrap().starts_with("did you mean msis_exit?"));
    }
}
