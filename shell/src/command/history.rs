//! `.history`

use std::fmt::Write as _;

use lifetracks_engine::RESTRICTED;

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::history::{history_path, load};
use crate::shell::Shell;
use crate::text::visible;

/// Entries that are shown when no number is given.
const USUAL: usize = 20;

pub(super) const COMMAND: Command = Command {
    name: "history",
    aliases: &["\\s"],
    section: Section::Shell,
    usage: ".history [N] [PATTERN]",
    help: "Shows the last entries of the history, or the last that hold a text.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let path = history_path().ok_or_else(|| {
        Failure::usage("there is no history without a home folder").with_help("set HOME or XDG_STATE_HOME")
    })?;
    let entries = load(&path).map_err(|error| Failure::file("read", &path, &error))?;
    let (count, pattern) = parse(argument);
    let text = shown(entries.iter().map(String::as_str).enumerate().collect(), count, pattern);
    if !text.is_empty() {
        // A statement may hold confidential values, as `shell_history()` says.
        shell.record(|recording| recording.restrict(RESTRICTED));
    }
    shell.print(&text)?;
    Ok(Next::Done)
}

/// How many entries, and what they hold.
fn parse(argument: &str) -> (usize, &str) {
    let (first, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    first.parse().map_or((USUAL, argument), |count| (count, rest.trim()))
}

/// The last `count` entries that hold the pattern, with their numbers; further lines of an entry stand below its first.
fn shown(entries: Vec<(usize, &str)>, count: usize, pattern: &str) -> String {
    let pattern = pattern.to_lowercase();
    let found: Vec<_> =
        entries.into_iter().filter(|(_, entry)| entry.to_lowercase().contains(&pattern)).collect();
    let mut text = String::new();
    for (number, entry) in &found[found.len().saturating_sub(count)..] {
        for (index, line) in entry.lines().enumerate() {
            let number = if index == 0 { (number + 1).to_string() } else { String::new() };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{number:>6}  {}", visible(line));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_is_a_number_a_pattern_or_both() {
        assert_eq!(parse(""), (USUAL, ""));
        assert_eq!(parse("5"), (5, ""));
        assert_eq!(parse("5 diploma"), (5, "diploma"));
        assert_eq!(parse("from diploma"), (USUAL, "from diploma"));
    }

    #[test]
    fn the_last_entries_that_hold_a_text_are_shown() {
        let entries = || ["select 1", "SELECT\n2", "select 3", "x"].into_iter().enumerate().collect();
        assert_eq!(shown(entries(), 2, "select"), "     2  SELECT\n        2\n     3  select 3\n");
        assert_eq!(shown(entries(), 9, "none"), "");
    }
}
