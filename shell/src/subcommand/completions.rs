//! `lifetracks completions`

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::write_result;
use crate::args::{Args, CommandLine, CompletionsArgs};
use crate::exit::Exit;
use crate::failure::Result;

/// Writes the completion script of a shell.
pub(super) fn run(args: &CompletionsArgs) -> Result<Exit> {
    write_result(&script(args.shell))?;
    Ok(Exit::SUCCESS)
}

fn script(shell: CommandLine) -> String {
    let shell = match shell {
        CommandLine::Bash => Shell::Bash,
        CommandLine::Zsh => Shell::Zsh,
        CommandLine::Fish => Shell::Fish,
    };
    let mut command = Args::command();
    let mut script = Vec::new();
    generate(shell, &mut command, "lifetracks", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_knows_every_subcommand_and_option() {
        for shell in [CommandLine::Bash, CommandLine::Zsh, CommandLine::Fish] {
            let script = script(shell);
            let command = Args::command();
            for subcommand in command.get_subcommands() {
                assert!(script.contains(subcommand.get_name()), "{shell:?}: {}", subcommand.get_name());
            }
            for long in command.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(script.contains(long), "{shell:?}: {long}");
            }
        }
    }
}
