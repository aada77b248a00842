//! `config`: what the configuration says, and whether it can be read.

use super::Around;
use crate::args::ConfigSubcommand;
use crate::config::{Config, files};
use crate::exit::Exit;
use crate::failure::Result;

/// Reads the files as a prompt would.
pub(super) fn run(config: &ConfigSubcommand, around: &Around<'_>) -> Result<Exit> {
    let ConfigSubcommand::Validate { file } = config;
    Config::load(file.as_deref())?;
    for (path, _) in files(file.as_deref()) {
        let state = if path.is_file() { "well" } else { "not there" };
        around.say(&format!("{}: {state}", path.display()))?;
    }
    Ok(Exit::SUCCESS)
}
