//! `.set`

use super::{Action, Argument, Command, Section, literal, matching};

pub(super) const COMMAND: Command = Command {
    name: "set",
    aliases: &[],
    section: Section::Shell,
    usage: ".set [NAME [VALUE]]",
    help: "Lists the settings of statements, or gives one a value: the same as SET.",
    argument: Argument::Setting,
    run: Action::Ask(sql),
};

fn sql(argument: &str) -> String {
    let (name, value) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let value = value.trim().trim_start_matches('=').trim().trim_matches('\'');
    if !value.is_empty() {
        return format!("SET {name} = {}", literal(value));
    }
    let filter =
        if name.is_empty() { " WHERE name LIKE 'lifetracks.%'".to_owned() } else { matching("name", name) };
    format!("SELECT name, value, description FROM information_schema.df_settings{filter} ORDER BY name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_text() {
        assert_eq!(sql("lifetracks.checked_reads true"), "SET lifetracks.checked_reads = 'true'");
        assert_eq!(sql("a.b = 'it'"), "SET a.b = 'it'");
        assert!(sql("").contains("LIKE 'lifetracks.%'"));
    }
}
