//! From a word to the command that it names.

use lifetracks_engine::closest_name;

use super::{COMMANDS, Command};
use crate::failure::{Failure, Result};

/// The command written as `word`: by its name, an alias, or the start of one name only.
pub(crate) fn find(word: &str) -> Result<&'static Command> {
    let exact =
        |command: &&Command| word.strip_prefix('.') == Some(command.name) || command.aliases.contains(&word);
    if let Some(command) = COMMANDS.iter().find(exact) {
        return Ok(command);
    }
    let written = word.trim_start_matches(['.', '\\']);
    let starts: Vec<_> = COMMANDS
        .iter()
        .filter(|command| word.starts_with('.') && command.name.starts_with(written))
        .collect();
    match starts.as_slice() {
        [command] => Ok(command),
        [] => Err(Failure::usage(format!("there is no command {word}")).with_help(nearest(written))),
        several => {
            let names: Vec<_> = several.iter().map(|command| format!(".{}", command.name)).collect();
            Err(Failure::usage(format!("{word} could be {}", names.join(" or "))))
        }
    }
}

fn nearest(written: &str) -> String {
    let names = COMMANDS.iter().map(|command| command.name);
    closest_name(written, names).map_or_else(
        || ".help lists the commands".to_owned(),
        |name| format!("did you mean .{name}? .help lists the commands"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unique_start_is_enough() {
        assert_eq!(find(".ta").map(|command| command.name).unwrap(), "tables");
        assert_eq!(find("\\q").map(|command| command.name).unwrap(), "quit");
        assert_eq!(find(".t").err().unwrap().message, ".t could be .tables or .types or .theme or .timer");
    }

    #[test]
    fn an_unknown_command_has_a_neighbour() {
        let failure = find(".tabels").err().unwrap();
        assert_eq!(failure.message, "there is no command .tabels");
        assert_eq!(failure.help.unwrap(), "did you mean .tables? .help lists the commands");
        assert_eq!(find("\\x").err().unwrap().help.unwrap(), ".help lists the commands");
    }
}
