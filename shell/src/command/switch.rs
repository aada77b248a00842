//! `on` and `off`, for every command that turns something on or off.

use crate::failure::{Failure, Result};

/// What a switch is after its command: as it was told, or turned over.
pub(super) fn switched(command: &str, argument: &str, now: bool) -> Result<bool> {
    match argument {
        "on" => Ok(true),
        "off" => Ok(false),
        "" => Ok(!now),
        other => {
            let wrong = Failure::usage(format!(".{command} does not know {other}"));
            Err(wrong.with_help(format!("write .{command} on or .{command} off")))
        }
    }
}

/// The state in a word.
pub(super) fn state(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
