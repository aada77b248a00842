//! The subcommands that work on a lake: what each one is given.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::LAKE_HELP;
use super::value::parse_share;

/// Which lake a subcommand works on.
#[derive(Debug, ClapArgs)]
pub(crate) struct LakeArgs {
    /// The lake: a folder or a URL
    #[arg(long, value_name = "PATH", help = LAKE_HELP)]
    pub(crate) lake: Option<String>,
}

/// `load`.
#[derive(Debug, ClapArgs)]
pub(crate) struct LoadArgs {
    /// The table the files are for; must be the layout's table
    pub(crate) table: String,

    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// The layout that says what the files' columns mean (`.layouts` lists them)
    #[arg(long)]
    pub(crate) layout: String,

    /// Loads nothing when more than this share of the rows is rejected [default: the layout's, usually 0.01]
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub(crate) max_reject_share: Option<f64>,

    /// The year of the files, where the layout asks for it and their names do not say it
    #[arg(long)]
    pub(crate) year: Option<i32>,

    #[command(flatten)]
    pub(crate) target: LakeArgs,
}

/// `check`.
#[derive(Debug, ClapArgs)]
pub(crate) struct CheckArgs {
    /// The file
    pub(crate) file: PathBuf,

    /// The layout that says what the file's columns mean
    #[arg(long)]
    pub(crate) layout: String,

    /// Fails when more than this share of the rows is rejected [default: the layout's, usually 0.01]
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub(crate) max_reject_share: Option<f64>,

    /// The year of the file, where the layout asks for it and its name does not say it
    #[arg(long)]
    pub(crate) year: Option<i32>,

    #[command(flatten)]
    pub(crate) target: LakeArgs,
}

/// `doctor`.
#[derive(Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    /// The lake; the same as --lake
    #[arg(value_name = "LAKE", conflicts_with = "lake")]
    pub(crate) folder: Option<String>,

    /// Writes JSON
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) target: LakeArgs,
}

/// `vacuum`.
#[derive(Debug, ClapArgs)]
pub(crate) struct VacuumArgs {
    /// The lake; the same as --lake
    #[arg(value_name = "LAKE", conflicts_with = "lake")]
    pub(crate) folder: Option<String>,

    /// Keeps this many of the newest lake versions [default: all; what interrupted loads left goes]
    #[arg(long, value_name = "VERSIONS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) keep: Option<u64>,

    /// Keeps the lake versions of the last days, this many
    #[arg(long, value_name = "DAYS", conflicts_with = "keep")]
    pub(crate) older_than: Option<u32>,

    /// Says what would be removed, and removes nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) target: LakeArgs,
}
