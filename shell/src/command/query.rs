//! `.query`

use std::sync::Arc;

use super::{Action, Argument, Command, Next, Section};
use crate::args::parse_parameter;
use crate::failure::{Failure, Result};
use crate::queries;
use crate::script::Source;
use crate::shell::Shell;
use crate::text::visible;

pub(super) const COMMAND: Command = Command {
    name: "query",
    aliases: &[],
    section: Section::Query,
    usage: ".query NAME [PARAMETER=VALUE ..]",
    help: "Runs a statement that was saved, with these values for its parameters.",
    argument: Argument::Query,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let mut words = words(argument).into_iter();
    let Some(name) = words.next() else {
        return Err(
            Failure::usage("there is no query to run").with_help(".queries lists those that were saved")
        );
    };
    let query = queries::find(&name)?;
    let mut parameters = (*shell.parameters).clone();
    parameters.extend(query.parameters);
    for word in words {
        let (name, value) = parse_parameter(&word).map_err(|why| {
            Failure::usage(format!("{} is no parameter: {why}", visible(&word))).with_help(COMMAND.usage)
        })?;
        parameters.insert(name, value);
    }
    let source = Source { name: Some(query.path.display().to_string()), text: query.text };
    Ok(Next::Run(source, Arc::new(parameters)))
}

/// Words, of which a part in single quotes may hold spaces.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for part in text.chars() {
        match (part, words.last_mut()) {
            (space, _) if space.is_whitespace() && !quoted => words.push(String::new()),
            (part, Some(word)) => {
                quoted ^= part == '\'';
                word.push(part);
            }
            (_, None) => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(words("a  b='c d' e=it''s"), ["a", "b='c d'", "e=it''s"]);
    }
}
