//! Marks for the terminal around prompts and results (OSC 133, "semantic prompts"): terminals jump from one to the next
//! by them, and tests wait for them.

use std::io::{self, IsTerminal as _, Write as _};

use crate::terminal::is_dumb;

/// Where the input starts; it belongs to the prompt's text and is drawn with it.
pub(crate) const INPUT: &str = "\x1b]133;B\x07";

/// A prompt is about to be drawn.
pub(crate) fn prompt() {
    write("A");
}

/// A statement or command starts.
pub(crate) fn started() {
    write("C");
}

/// A statement or command has ended with this exit code.
pub(crate) fn ended(exit: u8) {
    write(&format!("D;{exit}"));
}

fn write(mark: &str) {
    let mut out = io::stdout();
    if !is_dumb() && out.is_terminal() {
        // A terminal that has gone shows itself where the results are written.
        let _ = write!(out, "\x1b]133;{mark}\x07").and_then(|()| out.flush());
    }
}
