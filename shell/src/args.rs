//! The command line: what was asked for, and in which order.

mod lake;
mod layout;
mod output;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args as ClapArgs, CommandFactory, FromArgMatches, Parser, ValueEnum};
use lifetracks_engine::{Options, Parameter};

pub(crate) use self::lake::{CheckArgs, DoctorArgs, LakeArgs, LoadArgs, VacuumArgs};
pub(crate) use self::layout::{InferArgs, LayoutSubcommand};
pub(crate) use self::output::OutputArgs;
use crate::log::logs;
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

/// Everything that is not running SQL.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
    /// Loads agency files into a table of the lake, which is created when it is not there
    Load(LoadArgs),
    /// Checks a file against a layout and the lake without loading it
    Check(CheckArgs),
    /// Works on layouts of agency files
    #[command(subcommand)]
    Layout(LayoutSubcommand),
    /// Writes the extracts of a synthetic state, to try everything on
    Twin(TwinArgs),
    /// Checks the lake's files against their checksums
    Verify(LakeArgs),
    /// Looks at the lake and everything it needs, and says what to do
    Doctor(DoctorArgs),
    /// Removes data files that no lake version needs which is kept
    Vacuum(VacuumArgs),
    /// Works on the configuration
    #[command(subcommand)]
    Config(ConfigSubcommand),
    /// Builds a synthetic state, loads it, and shows first answers
    Demo(DemoArgs),
    /// Says which build this is, where it looks and what it may use
    Info(LakeArgs),
    /// Writes what a command-line shell needs to complete this command
    Completions(CompletionsArgs),
    /// Writes the manual page
    Man,
}

/// `config`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConfigSubcommand {
    /// Reads the configuration and says what is wrong in it
    Validate {
        /// The file [default: your own]
        file: Option<PathBuf>,
    },
}

/// `twin`.
#[derive(Debug, ClapArgs)]
pub(crate) struct TwinArgs {
    /// The folder that receives the extracts
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,

    /// The size of the state; 1 is Mississippi's
    #[arg(long, value_parser = parse_scale)]
    pub(crate) scale: f64,

    /// The same seed gives the same files
    #[arg(long)]
    pub(crate) seed: u64,

    /// The first school year, by the year it ends in
    #[arg(long, value_name = "YEAR", default_value_t = 2010)]
    pub(crate) first_year: i32,

    /// The last school year, by the year it ends in
    #[arg(long, value_name = "YEAR", default_value_t = 2023)]
    pub(crate) last_year: i32,

    /// The share of rows that are spoiled on purpose, up to 0.1; truth/defects.csv lists them
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub(crate) defects: f64,
}

/// `demo`.
#[derive(Debug, ClapArgs)]
pub(crate) struct DemoArgs {
    /// The folder of the demo; an earlier demo in it is used again
    #[arg(value_name = "FOLDER", default_value = "lifetracks-demo")]
    pub(crate) folder: PathBuf,
}

/// `completions`.
#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: CommandLine,
}

/// A command-line shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CommandLine {
    /// `lifetracks completions bash > ~/.local/share/bash-completion/completions/lifetracks`
    Bash,
    /// `lifetracks completions zsh > "${fpath[1]}/_lifetracks"`
    Zsh,
    /// `lifetracks completions fish > ~/.config/fish/completions/lifetracks.fish`
    Fish,
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
            logs: logs(),
            ..Options::default()
        }
    }
}

/// A size in bytes: a number with an optional unit, such as `4GiB`, `512 MB` or `1073741824`.
pub(crate) fn parse_bytes(text: &str) -> Result<u64, String> {
    let digits =
        text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err("use a unit such as MiB, GiB or GB".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| "write a number and a unit, such as 4GiB".to_owned())?;
    let bytes = number * factor as f64;
    if !(1.0..9e18).contains(&bytes) {
        return Err("this is no usable amount of memory".to_owned());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked above"
    )]
    let bytes = bytes as u64;
    Ok(bytes)
}

/// A parameter as the command line and `.query` write it.
pub(crate) fn parse_parameter(text: &str) -> Result<(String, Parameter), String> {
    let (name, value) = text.split_once('=').ok_or("write a name and its value, such as year=2022")?;
    let name = name.trim().trim_start_matches('$');
    if name.is_empty() || !name.chars().all(crate::token::is_name_part) {
        return Err("a parameter's name has letters, digits and _ only".to_owned());
    }
    Ok((name.to_owned(), Parameter::read(value)))
}

/// A time: a number with a unit, seconds where it has none.
pub(crate) fn parse_time(text: &str) -> Result<Duration, String> {
    let digits = text.find(|part: char| !part.is_ascii_digit() && part != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "s" | "sec" => 1.0,
        "ms" => 1e-3,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("use ms, s, min or h".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| "write a number and a unit, such as 90s".to_owned())?;
    let time = Duration::try_from_secs_f64(number * factor).ok().filter(|time| !time.is_zero());
    time.ok_or_else(|| "this is no usable time".to_owned())
}

fn parse_share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 1".to_owned()),
    }
}

fn parse_scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if scale > 0.0 && scale.is_finite() => Ok(scale),
        _ => Err("a scale is a number above 0; 1 is the size of Mississippi".to_owned()),
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

    #[test]
    fn parameters_have_names_and_values() {
        assert_eq!(
            parse_parameter("year=2022"),
            Ok(("year".to_owned(), Parameter::Number("2022".to_owned())))
        );
        assert_eq!(parse_parameter("$d=a=b"), Ok(("d".to_owned(), Parameter::Text("a=b".to_owned()))));
        assert!(parse_parameter("year").is_err());
        assert!(parse_parameter("a b=1").is_err());
    }

    #[test]
    fn times_have_units() {
        assert_eq!(parse_time("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_time("1.5 min"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_time("250ms"), Ok(Duration::from_millis(250)));
        for wrong in ["", "0", "-1", "soon", "5 weeks"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_bytes("4GiB"), Ok(4 << 30));
        assert_eq!(parse_bytes("1.5 MB"), Ok(1_500_000));
        assert_eq!(parse_bytes("512"), Ok(512));
        for wrong in ["", "GiB", "4 apples", "0", "1e9"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }
}
