//! `lifetracks twin`

use std::time::Instant;

use lifetracks_engine::twin::{TwinOptions, generate};

use super::{Around, write_result};
use crate::args::TwinArgs;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::text::{counted, seconds};

/// Writes the extracts of a synthetic state.
pub(super) fn run(args: &TwinArgs, around: &Around<'_>) -> Result<Exit> {
    let started = Instant::now();
    let options = TwinOptions {
        scale: args.scale,
        seed: args.seed,
        first_school_year: args.first_year,
        last_school_year: args.last_year,
        defects: args.defects,
    };
    around.say("simulating a state; its people are made up")?;
    let summary = generate(&options, &args.folder).map_err(|error| Failure::usage(error.to_string()))?;
    write_result(&format!(
        "{}: {} of {} in {} ({})\n",
        args.folder.display(),
        counted(summary.files.iter().map(|file| file.rows).sum(), "row"),
        counted(summary.persons, "person"),
        counted(summary.files.len() as u64, "file"),
        seconds(started.elapsed())
    ))?;
    Ok(Exit::SUCCESS)
}
