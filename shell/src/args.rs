//! The command line: what was asked for, and in which order.

mod lake;
mod layout;
mod output;
mod subcommand;
mod value;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args as ClapArgs, CommandFactory, FromArgMatches, Parser, ValueEnum};
use lifetracks_engine::{Options, Parameter};

pub(crate) use self::lake::{CheckArgs, DoctorArgs, LakeArgs, LoadArgs, VacuumArgs};
pub(crate) use self::layout::{InferArgs, LayoutSubcommand};
pub(crate) use self::output::OutputArgs;
pub(crate) use self::subcommand::{
    CommandLine, CompletionsArgs, ConfigSubcommand, DemoArgs, Subcommand, TwinArgs,
};
pub(crate) use self::value::{parse_bytes, parse_parameter, parse_time};
use crate::terminal::Color;

const LAKE_HELP: &str = "The lake: a folder or a URL [default: $LIFETRACKS_LAKE, then ./lake]";

/// SQL for state longitudinal education and workforce data.
///
/// Without -c or -f, and at a terminal, this opens a prompt; statements on standard input are run.
#[derive(Debug, Parser)]
#[command(
    name = "lifetracks",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "A lake folder named like a subcommand is written with its path: `lifetracks ./load`.\n\
        Exit codes: 0 ok, 1 query error, 2 usage, 3 lake unavailable, 4 timeout, 5 check failed, 7 refused, 130 interrupted."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) subcommand: Option<Subcommand>,

    /// The lake: a folder or a URL
    #[arg(help = LAKE_HELP)]
    pub(crate) lake: Option<String>,

    /// Runs these statements, then leaves (can be given several times)
    #[arg(short = 'c', long = "command", value_name = "SQL", allow_hyphen_values = true)]
    commands: Vec<String>,

    /// Runs the statements in this file, `-` is standard input (can be given several times)
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) results: OutputArgs,

    /// What to do after a statement that failed
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(crate) on_error: OnError,

    /// Writes at most this many rows of each result
    #[arg(long, value_name = "ROWS")]
    pub(crate) limit: Option<u64>,

    /// Shows at most this many rows in a table, half from the start and half from the end; 0 shows all
    #[arg(long, value_name = "ROWS", default_value_t = 40)]
    pub(crate) display_rows: usize,

    /// A value for `$name` in statements (can be given several times)
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    pub(crate) parameters: Vec<(String, Parameter)>,

    /// Stops a statement that takes longer, such as 90s or 10min; the exit code is then 4
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) timeout: Option<Duration>,

    /// Answers only from files whose bytes are those that were written, as `SET lifetracks.checked_reads = true` does
    #[arg(long)]
    pub(crate) checked: bool,

    /// Starts no other program: no pager, no editor, no pipe
    #[arg(long)]
    pub(crate) safe: bool,

    /// The configuration that is read in the place of your own
    #[arg(long, value_name = "FILE", conflicts_with = "no_init")]
    pub(crate) config: Option<PathBuf>,

    /// Reads no configuration, and runs no init.sql
    #[arg(long)]
    pub(crate) no_init: bool,

    #[command(flatten)]
    pub(crate) engine: EngineArgs,

    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
}

/// What the engine may use; for every subcommand too.
#[derive(Debug, ClapArgs)]
pub(crate) struct EngineArgs {
    /// Memory that queries may use, such as 4GiB
    #[arg(long, global = true, value_name = "SIZE", value_parser = parse_bytes)]
    pub(crate) memory_limit: Option<u64>,

    /// Threads that run queries [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,

    /// A folder that SQL may read files from (can be given several times) [default: the current one]
    #[arg(long, global = true, value_name = "FOLDER")]
    allow: Vec<PathBuf>,

    /// The vault of identifiers [default: beside the lake]
    #[arg(long, global = true, value_name = "PATH")]
    vault: Option<PathBuf>,

    /// A folder of your own tables, layouts, codes and maps (can be given several times)
    #[arg(long, global = true, value_name = "FOLDER")]
    definitions: Vec<PathBuf>,
}

/// What the screen shows; for every subcommand too.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub(crate) struct ScreenArgs {
    /// When to write colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,

    /// Writes results only: no banner, no footer, no messages
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// What to do after a statement that failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnError {
    /// Leave; statements before it have taken effect.
    #[default]
    Stop,
    /// Go on with the next statement; the exit code is that of the first failure.
    Continue,
}

/// Something to run, as the command line names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// `-c`.
    Command(String),
    /// `-f`; `-` is standard input.
    File(PathBuf),
}

impl Args {
    /// Parses the command line. The scripts come in the order they were given in.
    pub(crate) fn parse_from(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<(Self, Vec<Script>), clap::Error> {
        let matches = Self::command().try_get_matches_from(arguments)?;
        let args = Self::from_arg_matches(&matches)?;
        let scripts = args.scripts(&matches);
        Ok((args, scripts))
    }

    fn scripts(&self, matches: &ArgMatches) -> Vec<Script> {
        let positions = |id: &str| matches.indices_of(id).into_iter().flatten();
        let commands = self.commands.iter().cloned().map(Script::Command);
        let files = self.files.iter().cloned().map(Script::File);
        let mut scripts: Vec<(usize, Script)> = positions("commands").zip(commands).collect();
        scripts.extend(positions("files").zip(files));
        scripts.sort_by_key(|(position, _)| *position);
        scripts.into_iter().map(|(_, script)| script).collect()
    }
}

impl EngineArgs {
    /// The engine's options for a lake.
    pub(crate) fn options(&self, lake: Option<String>) -> Options {
        let allowed_folders =
            if self.allow.is_empty() { vec![PathBuf::from(".")] } else { self.allow.clone() };
        Options {
            lake,
            vault: self.vault.clone(),
            memory_limit: self.memory_limit,
            threads: self.threads.map(usize::from),
            allowed_folders,
            definitions: self.definitions.clone(),
            ..Options::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<(Args, Vec<Script>), clap::Error> {
        let arguments = ["lifetracks"].iter().chain(arguments);
        Args::parse_from(arguments.map(OsString::from))
    }

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn scripts_keep_their_order() {
        let (_, scripts) = parsed(&["-f", "a.sql", "-c", "select 1", "-f", "-"]).unwrap();
        assert_eq!(
            scripts,
            [Script::File("a.sql".into()), Script::Command("select 1".to_owned()), Script::File("-".into()),]
        );
    }

    #[test]
    fn a_folder_named_like_a_subcommand_is_reached_by_its_path() {
        let (args, _) = parsed(&["./load"]).unwrap();
        assert_eq!(args.lake.as_deref(), Some("./load"));
        assert!(parsed(&["load"]).is_err());
    }
}
