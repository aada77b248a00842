//! The subcommands that work on layouts: what each one is given.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// `layout`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum LayoutSubcommand {
    /// Drafts a layout of a file by reading all of it, as TOML on standard output
    Infer(InferArgs),
}

/// `layout infer`.
#[derive(Debug, ClapArgs)]
pub(crate) struct InferArgs {
    /// The file: text, a workbook of Excel, or an archive of such files
    pub(crate) file: PathBuf,

    /// The table that the file is for [default: the one that fits best]
    #[arg(long)]
    pub(crate) table: Option<String>,
}
