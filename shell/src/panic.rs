//! What is shown when the program itself fails: where, and never with which value.

use std::io::Write as _;

/// From now on a panic says its place in the source only. Its message may hold a value, and standard error is logged.
pub(crate) fn hide_values() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| format!(" at {place}"));
        // Nobody is left to tell when even this cannot be written.
        let _ = writeln!(std::io::stderr(), "error: the program failed{place}; please report this place");
    }));
}
