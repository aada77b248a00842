//! What the line editor asks while a person types: is it finished, how does it look, how could it go on.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rustyline::completion::{Candidate, Completer};
use rustyline::config::CompletionType;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use unicode_width::UnicodeWidthStr;

use crate::buffer::{PROMPT, draw, unmarked};
use crate::catalogue::Catalogue;
use crate::complete::{Completion, complete};
use crate::highlight::highlight;
use crate::hint::{Ghost, hint};
use crate::keyboard::Keyboard;
use crate::names::Names;
use crate::picker::is_selected;
use crate::script::{is_command, is_complete};
use crate::terminal::Theme;
use crate::text::clipped;

/// How long Tab waits for the columns of a query that the engine has to plan.
const PLANNING: Duration = Duration::from_millis(20);

/// Offers are as wide as the widest one up to this; a longer one pushes its note to the right.
const WIDEST: usize = 36;

/// Answers the editor's questions, and remembers what the editor does not tell at the end.
#[derive(Helper)]
pub(crate) struct PromptHelper {
    catalogue: Catalogue,
    keyboard: Arc<Keyboard>,
    /// Entries of the history that failed when they were run last.
    pub(crate) failed: BTreeSet<String>,
    /// How what is typed looks.
    pub(crate) theme: Theme,
    /// Columns of the terminal; `None` where it cannot move the cursor.
    pub(crate) columns: Cell<Option<usize>>,
    /// Whether there was anything to see at the last look.
    pub(crate) has_text: Cell<bool>,
}

/// One line of the list of offers.
pub(crate) struct Offer {
    insert: String,
    shown: String,
}

impl Candidate for Offer {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.insert
    }
}

impl PromptHelper {
    /// A helper that completes from the catalogue.
    pub(crate) fn new(catalogue: Catalogue, theme: Theme, keyboard: Arc<Keyboard>) -> Self {
        let failed = BTreeSet::new();
        Self { catalogue, keyboard, failed, theme, columns: Cell::new(None), has_text: Cell::new(false) }
    }

    /// Whether what is typed narrows the list of the history.
    fn is_picking(&self) -> bool {
        self.keyboard.state().picker.is_some()
    }

    /// The room behind the prompt and the last line of what is typed.
    fn room(&self, line: &str) -> Option<usize> {
        let last = line.rsplit('\n').next().unwrap_or(line);
        Some(self.columns.get()?.saturating_sub(PROMPT.len() + last.width() + 1))
    }

    /// The completion, with the engine's help where it answers in time.
    fn completion(&self, line: &str, cursor: usize) -> Completion {
        if is_command(line) && !line.trim_start().contains(char::is_whitespace) {
            // The name of a command is known without a look into the lake.
            return complete(line, cursor, &Names::default());
        }
        let completion = complete(line, cursor, &self.catalogue.wait());
        if completion.questions.is_empty() {
            return completion;
        }
        let questions: Vec<String> = completion.questions.iter().map(|text| unmarked(text)).collect();
        if self.catalogue.ask(&questions, PLANNING) {
            complete(line, cursor, &self.catalogue.wait())
        } else {
            completion
        }
    }
}

impl Validator for PromptHelper {
    /// The keys decide where the terminal has keys; a terminal without gives whole lines until they are enough.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let is_valid = self.columns.get().is_some() || is_complete(&unmarked(context.input()));
        Ok(if is_valid { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Highlighter for PromptHelper {
    fn highlight<'l>(&self, line: &'l str, cursor: usize) -> Cow<'l, str> {
        if self.is_picking() {
            return Cow::Borrowed(line);
        }
        let has_text = !line.trim().is_empty();
        self.has_text.set(has_text);
        if has_text {
            self.catalogue.warm();
        }
        let names = self.catalogue.now();
        let styled = highlight(line, Some(cursor), &self.theme, names.as_deref());
        Cow::Owned(draw(line, self.columns.get().unwrap_or(usize::MAX), &self.theme, &styled).text)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        let (dim, selected) = (self.theme.dim, self.theme.prompt);
        if !self.is_picking() {
            return Cow::Owned(format!("{dim}{hint}{dim:#}"));
        }
        let styled = hint.split('\n').map(|row| {
            let style = if is_selected(row) { selected } else { dim };
            format!("{style}{row}{style:#}")
        });
        Cow::Owned(styled.collect::<Vec<_>>().join("\n"))
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        let Some((insert, note)) = candidate.split_once("  ") else {
            return Cow::Borrowed(candidate);
        };
        let dim = self.theme.dim;
        Cow::Owned(format!("{insert}  {dim}{note}{dim:#}"))
    }

    /// Every change draws anew: colours depend on all of the text, and a bracket on the cursor. A query has no colours, and
    /// its list would be gone when the cursor moves.
    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        !self.is_picking()
    }
}

impl Hinter for PromptHelper {
    type Hint = Ghost;

    /// Only where it can be told from what was typed: dim, at the end, on a terminal that moves the cursor. The list of the
    /// history is shown in its place, in rows of its own.
    fn hint(&self, line: &str, cursor: usize, context: &Context<'_>) -> Option<Ghost> {
        let room = self.room(line)?;
        if let Some(picker) = &mut self.keyboard.state().picker {
            picker.narrow(line);
            return Some(Ghost::shown(picker.list(self.columns.get()?, room)));
        }
        if self.theme == Theme::PLAIN || cursor < line.len() {
            return None;
        }
        hint(line, context.history(), &self.failed, self.catalogue.now().as_deref(), room)
    }
}

impl Completer for PromptHelper {
    type Candidate = Offer;

    fn complete(&self, line: &str, cursor: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Offer>)> {
        if self.is_picking() {
            return Ok((cursor, Vec::new()));
        }
        let completion = self.completion(line, cursor);
        let widths = completion.candidates.iter().map(|candidate| candidate.insert.width());
        let width = widths.filter(|width| *width <= WIDEST).max().unwrap_or(0);
        let room = self.columns.get().unwrap_or(usize::MAX).saturating_sub(1);
        let offers = completion.candidates.into_iter().map(|candidate| {
            let shown = format!("{:width$}  {}", candidate.insert, candidate.note);
            Offer { shown: clipped(shown.trim_end(), room).into_owned(), insert: candidate.insert }
        });
        Ok((completion.start, offers.collect()))
    }
}
