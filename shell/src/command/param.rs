//! `.param`

use std::sync::Arc;

use lifetracks_engine::{Parameter, closest_name};

use super::{Action, Argument, Command, Next, Section};
use crate::args::parse_parameter;
use crate::failure::{Failure, Result};
use crate::shell::Shell;
use crate::text::visible;

pub(super) const COMMAND: Command = Command {
    name: "param",
    aliases: &[],
    section: Section::Query,
    usage: ".param [set NAME VALUE | unset NAME | load FILE]",
    help: "Gives $NAME a value in statements, takes it away, or lists the values; a file has a line NAME=VALUE for each.",
    argument: Argument::Parameter,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let (verb, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    match verb {
        "" | "list" => list(shell)?,
        "set" => set(shell, rest.trim())?,
        "unset" => unset(shell, rest.trim())?,
        "load" => load(shell, rest.trim())?,
        other => {
            return Err(Failure::usage(format!(".param does not know {other}")).with_help(COMMAND.usage));
        }
    }
    Ok(Next::Done)
}

fn list(shell: &mut Shell) -> Result<()> {
    if shell.parameters.is_empty() {
        return shell.say("There are no parameters; `.param set year 2022` makes $year stand for 2022.");
    }
    let parameters = Arc::clone(&shell.parameters);
    let width = parameters.keys().map(String::len).max().unwrap_or(0);
    let lines = parameters.iter().map(|(name, value)| {
        format!("${name:<width$}  {:<7}  {}\n", value.kind(), visible(&value.to_string()))
    });
    let text: String = lines.collect();
    shell.print(&text)
}

fn set(shell: &mut Shell, rest: &str) -> Result<()> {
    let (name, value) =
        rest.split_once(|part: char| part.is_whitespace() || part == '=').ok_or_else(|| {
            Failure::usage("a parameter needs a name and a value").with_help(".param set year 2022")
        })?;
    let value = value.trim_start().trim_start_matches('=');
    let (name, value) = named(&format!("{name}={value}"))?;
    Arc::make_mut(&mut shell.parameters).insert(name, value);
    Ok(())
}

fn unset(shell: &mut Shell, name: &str) -> Result<()> {
    let name = name.trim_start_matches('$');
    if Arc::make_mut(&mut shell.parameters).remove(name).is_some() {
        return Ok(());
    }
    let near = closest_name(name, shell.parameters.keys().map(String::as_str));
    let help = near.map_or_else(|| ".param lists them".to_owned(), |near| format!("did you mean ${near}?"));
    Err(Failure::usage(format!("there is no parameter ${name}")).with_help(help))
}

fn load(shell: &mut Shell, file: &str) -> Result<()> {
    let path = std::path::Path::new(file.trim_matches(['\'', '"']));
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let written = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with(['#', '-']));
    // The file may be another one than was meant, so nothing of it is repeated.
    let read = written.map(|(number, line)| {
        parse_parameter(line).map_err(|why| {
            Failure::usage(format!("{}:{number}: this is no parameter: {why}", path.display()))
        })
    });
    let read: Vec<(String, Parameter)> = read.collect::<Result<_>>()?;
    let count = read.len() as u64;
    Arc::make_mut(&mut shell.parameters).extend(read);
    shell.say(&format!("Read {}.", crate::text::counted(count, "parameter")))
}

fn named(text: &str) -> Result<(String, Parameter)> {
    let help = "write NAME=VALUE, such as year=2022";
    parse_parameter(text)
        .map_err(|why| Failure::usage(format!("{} is no parameter: {why}", visible(text))).with_help(help))
}
