//! What the line editor asks while a person types: is it finished, how does it look, how could it go on.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper, Hinter};

use crate::buffer::{draw, unmarked};
use crate::catalogue::{Catalogue, Names};
use crate::complete::complete;
use crate::script::{is_command, is_complete};
use crate::terminal::Theme;

/// Answers the editor's questions, and remembers what the editor does not tell at the end.
#[derive(Helper, Hinter)]
pub(crate) struct PromptHelper {
    catalogue: Rc<Catalogue>,
    theme: Theme,
    /// Columns of the terminal; `None` where it cannot move the cursor.
    pub(crate) columns: Cell<Option<usize>>,
    /// Whether there was anything to see at the last look.
    pub(crate) has_text: Cell<bool>,
    /// Where the cursor was at the last look.
    cursor: Cell<usize>,
    /// Where the cursor was when Enter did not finish the statement.
    pub(crate) unfinished_at: Cell<Option<usize>>,
}

impl PromptHelper {
    /// A helper that completes from the catalogue.
    pub(crate) fn new(catalogue: Rc<Catalogue>, theme: Theme) -> Self {
        Self {
            catalogue,
            theme,
            columns: Cell::new(None),
            has_text: Cell::new(false),
            cursor: Cell::new(0),
            unfinished_at: Cell::new(None),
        }
    }
}

impl Validator for PromptHelper {
    /// Enter always ends the reading; the editor goes on with a new line when the statement is unfinished.
    /// A statement that does not parse is not held back: running it shows the error and keeps it in the history.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        if is_complete(&unmarked(context.input())) {
            self.unfinished_at.set(None);
            return Ok(ValidationResult::Valid(None));
        }
        if self.columns.get().is_none() {
            return Ok(ValidationResult::Incomplete);
        }
        self.unfinished_at.set(Some(self.cursor.get()));
        Ok(ValidationResult::Valid(None))
    }
}

impl Highlighter for PromptHelper {
    fn highlight<'l>(&self, line: &'l str, cursor: usize) -> Cow<'l, str> {
        self.cursor.set(cursor);
        self.has_text.set(!line.trim().is_empty());
        let columns = self.columns.get().unwrap_or(usize::MAX);
        Cow::Owned(draw(line, columns, &self.theme).text)
    }

    /// Every change draws anew: that is how the cursor's place is known.
    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        true
    }
}

impl Completer for PromptHelper {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let complete = |names: &_| complete(line, cursor, names);
        if is_command(line) && !line.trim().contains(char::is_whitespace) {
            // The name of a command is known without a look into the lake.
            return Ok(complete(&Names::default()));
        }
        Ok(self.catalogue.with_names(complete))
    }
}
