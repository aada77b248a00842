//! The subcommands, and the arguments of those that need few.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::lake::{CheckArgs, DoctorArgs, LakeArgs, LoadArgs, VacuumArgs};
use super::layout::LayoutSubcommand;
use super::value::parse_scale;

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
