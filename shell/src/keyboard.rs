//! What keys have said that the line editor cannot do by itself: a wish for something else than editing, text that is
//! being pasted, the list from which an entry is picked.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::picker::Picker;

/// What the person wants to do with the text instead of going on to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Go on in an editor of files.
    Edit,
    /// Pick an entry of the history.
    Pick {
        /// The byte at which the cursor was.
        cursor: usize,
    },
}

/// What the keys share with the prompt.
#[derive(Debug, Default)]
pub(crate) struct Keyboard {
    state: Mutex<State>,
}

/// What is going on besides typing.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Why the reading of a line has ended, where it was not Enter.
    pub(crate) wish: Option<Wish>,
    /// What has come of a text that is being pasted.
    pub(crate) pasted: Option<String>,
    /// The list that is open.
    pub(crate) picker: Option<Picker>,
}

impl Keyboard {
    /// What is going on; nobody else looks meanwhile.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
