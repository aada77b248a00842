//! Whole numbers that commands are given.

use super::Command;
use crate::failure::{Failure, Result};

/// The number that stands in an argument.
pub(super) fn number(command: &Command, argument: &str) -> Result<usize> {
    argument.parse().map_err(|_| {
        let wrong = if argument.is_empty() {
            format!(".{} needs a number", command.name)
        } else {
            format!("{argument} is no number from 0 up")
        };
        Failure::usage(wrong).with_help(command.usage)
    })
}
