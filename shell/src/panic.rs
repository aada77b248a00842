//! What is shown when the program itself fails: where, and never with which value.

use std::cell::Cell;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Whether a panic of this thread is caught by a caller who says in other words what is wrong.
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// From now on a panic says its place in the source only. Its message may hold a value, and standard error is logged.
pub(crate) fn hide_values() {
    std::panic::set_hook(Box::new(|panic| {
        if IS_CAUGHT.get() {
            return;
        }
        let place = panic.location().map_or_else(String::new, |place| format!(" at {place}"));
        // Nobody is left to tell when even this cannot be written.
        let _ = writeln!(std::io::stderr(), "error: the program failed{place}; please report this place");
    }));
}

/// Runs code of a library that may panic where it should fail: then nothing is shown, and the answer is `None`. What
/// `run` was changing is half done, and not to be used again.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    let before = IS_CAUGHT.replace(true);
    let ran = catch_unwind(AssertUnwindSafe(run));
    IS_CAUGHT.set(before);
    ran.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_that_is_caught_is_no_answer_and_the_next_one_is_shown_again() {
        assert_eq!(caught(|| 1), Some(1));
        assert_eq!(caught(|| assert!(IS_CAUGHT.get(), "shown")), Some(()));
        assert_eq!(caught(|| panic!("no room")), None::<()>);
        assert!(!IS_CAUGHT.get());
    }
}
