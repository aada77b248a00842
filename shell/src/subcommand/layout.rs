//! `lifetracks layout`

use lifetracks_engine::{Engine, infer};

use super::{Around, write_result};
use crate::args::{InferArgs, LayoutSubcommand};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Does what was asked about layouts.
pub(super) fn run(subcommand: &LayoutSubcommand, around: &Around<'_>) -> Result<Exit> {
    match subcommand {
        LayoutSubcommand::Infer(args) => draft(args, around),
    }
}

/// Writes a draft to standard output, and beside it what has to be decided.
fn draft(args: &InferArgs, around: &Around<'_>) -> Result<Exit> {
    let engine = Engine::open(&around.engine.options(None))?;
    let drafted = infer(&args.file, args.table.as_deref(), engine.definitions());
    let draft = drafted.map_err(|error| Failure::usage(error.to_string()))?;
    write_result(&draft.layout)?;
    for note in &draft.notes {
        around.say(note)?;
    }
    Ok(Exit::SUCCESS)
}
