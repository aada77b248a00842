//! What stands below a table: how many rows and columns there are, how long it took, who may see it.

use std::io::{self, Write};

use super::Ending;
use crate::text::{bytes, clipped, counted, seconds, width};

/// The parts of a footer.
pub(super) struct Footer {
    parts: Vec<String>,
}

impl Footer {
    /// Counts, and what the ending knows.
    pub(super) fn new(rows: u64, columns: usize, ending: &Ending) -> Self {
        Self::with_parts(counted(rows, "row"), counted(columns as u64, "column"), ending)
    }

    /// Counts in words of their own, and what the ending knows.
    pub(super) fn with_parts(rows: String, columns: String, ending: &Ending) -> Self {
        let read = ending.read.map(|read| format!("{} read", bytes(read)));
        let parts = [Some(rows), Some(columns), ending.elapsed.map(seconds), read];
        Self { parts: parts.into_iter().flatten().collect() }
    }

    /// Adds a part at the end.
    pub(super) fn push(&mut self, part: String) {
        self.parts.push(part);
    }

    /// Writes the parts on one line, or on several where they do not fit.
    pub(super) fn write(&self, out: &mut dyn Write, separator: &str, limit: Option<usize>) -> io::Result<()> {
        let limit = limit.unwrap_or(usize::MAX);
        let mut line = String::new();
        for part in &self.parts {
            if !line.is_empty() && width(&line) + width(separator) + width(part) > limit {
                writeln!(out, "{}", clipped(&line, limit))?;
                line.clear();
            }
            if !line.is_empty() {
                line.push_str(separator);
            }
            line.push_str(part);
        }
        writeln!(out, "{}", clipped(&line, limit))
    }
}
