//! Reads one statement or command at the prompt, over several lines where it takes them.

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) use rustyline::EditMode;
use rustyline::Editor;
use rustyline::config::{Behavior, Builder, ColorMode, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;

use crate::buffer::{PICKING, PROMPT, TAB_STOP, draw, marked, unmarked};
use crate::catalogue::Catalogue;
use crate::exit::Exit;
use crate::external::edit;
use crate::failure::{Failure, Result};
use crate::helper::PromptHelper;
use crate::history::{self, ENTRIES, append, append_failure, history_path};
use crate::keyboard::{Keyboard, Wish};
use crate::keys::bind;
use crate::marks;
use crate::picker::Picker;
use crate::script::floor;
use crate::terminal::{Theme, is_dumb};

/// More offers than this are listed only after a question.
const OFFERS_WITHOUT_QUESTION: usize = 60;

/// Milliseconds in which the rest of a key must follow its Escape; after that it was the key Escape.
const REST_OF_A_KEY: u16 = 100;

/// What the person did at the prompt.
#[derive(Debug)]
pub(crate) enum Input {
    /// Entered this.
    Text(String),
    /// Pressed Ctrl-C, with something typed or not.
    Interrupted {
        /// Whether something was typed.
        had_text: bool,
    },
    /// Asked for an editor that could not be used. The text is as it was.
    Unedited {
        /// What had been typed.
        text: String,
        /// Why the editor could not be used.
        failure: Failure,
    },
    /// Pressed Ctrl-D.
    End,
}

/// The prompt with its history.
pub(crate) struct LineEditor {
    editor: Editor<PromptHelper, MemHistory>,
    history: Option<PathBuf>,
    prompt: (String, String),
    /// What the keys have said.
    keyboard: Arc<Keyboard>,
    catalogue: Catalogue,
}

impl LineEditor {
    /// Opens the terminal and the history. The second value says why there is no history, if so.
    pub(crate) fn open(
        catalogue: &Catalogue,
        theme: Theme,
        mode: EditMode,
    ) -> Result<(Self, Option<Failure>)> {
        let config = config(mode).map_err(|error| unusable(&error))?;
        let history = MemHistory::with_config(&config);
        let mut editor = Editor::with_history(config, history).map_err(|error| unusable(&error))?;
        let keyboard: Arc<Keyboard> = Arc::default();
        let mut helper = PromptHelper::new(catalogue.clone(), theme, Arc::clone(&keyboard));
        bind(&mut editor, &keyboard);
        let mut problem = None;
        let history = history_path().filter(|path| match history::open(path) {
            Ok(remembered) => {
                helper.failed = remembered.failed.into_iter().map(as_buffer).collect();
                let mut entries = remembered.entries.into_iter();
                entries.all(|entry| editor.add_history_entry(as_buffer(entry)).is_ok())
            }
            Err(error) => {
                problem = Some(Failure::file("open the history", path, &error));
                false
            }
        });
        editor.set_helper(Some(helper));
        let prompt = prompt(theme);
        Ok((Self { editor, history, prompt, keyboard, catalogue: catalogue.clone() }, problem))
    }

    /// Changes how the prompt and what is typed look.
    pub(crate) fn set_theme(&mut self, theme: Theme) {
        self.prompt = prompt(theme);
        if let Some(helper) = self.editor.helper_mut() {
            helper.theme = theme;
        }
    }

    /// Reads until a statement is finished. The text starts with `draft`; `safe` starts no other program.
    pub(crate) fn read(&mut self, draft: Option<String>, safe: bool) -> Result<Input> {
        self.catalogue.update();
        let mut buffer = marked(&draft.unwrap_or_default());
        let mut cursor = buffer.len();
        marks::prompt();
        loop {
            let (left, right) = buffer.split_at(floor(&buffer, cursor));
            self.measure();
            let line = self.editor.readline_with_initial(&self.prompt, (left, right));
            let wish = self.keyboard.state().wish.take();
            buffer = match line {
                Ok(buffer) => buffer,
                Err(ReadlineError::Eof) => return Ok(Input::End),
                Err(ReadlineError::Interrupted) => {
                    let had_text = self.editor.helper().is_some_and(|helper| helper.has_text.get());
                    return Ok(Input::Interrupted { had_text });
                }
                Err(error) => return Err(unusable(&error)),
            };
            // The screen may have become another one meanwhile.
            let (Some(wish), Some(columns)) = (wish, self.measure()) else {
                return Ok(Input::Text(unmarked(&buffer)));
            };
            erase(rows(&buffer, columns))?;
            let changed = match wish {
                Wish::Edit => {
                    let text = unmarked(&buffer);
                    match edit(&text, safe) {
                        Ok(text) => Some(text),
                        Err(failure) => return Ok(Input::Unedited { text, failure }),
                    }
                }
                Wish::Pick { cursor: at } => {
                    cursor = at;
                    self.pick(columns)?
                }
            };
            if let Some(text) = changed {
                buffer = marked(&text);
                cursor = buffer.len();
            }
        }
    }

    /// Lets the person pick an entry of the history, in a line of its own with a list below; `None` where they leave it.
    /// Nothing of it stays on the screen.
    fn pick(&mut self, columns: usize) -> Result<Option<String>> {
        let height = self.editor.dimensions().map_or(0, |(_, rows)| usize::from(rows));
        let entries = self.editor.history().into_iter().rev().map(|entry| unmarked(entry));
        let picker = Picker::new(entries, height);
        self.keyboard.state().picker = Some(picker);
        let style = self.editor.helper().map_or(Theme::PLAIN, |helper| helper.theme).prompt;
        let prompt = (PICKING.to_owned(), format!("{style}{PICKING}{style:#}"));
        let line = self.editor.readline_with_initial(&prompt, ("", ""));
        let picker = self.keyboard.state().picker.take();
        let below = match &line {
            Ok(query) => rows(query, columns),
            // A signal, unlike a key, leaves the list where it is.
            Err(ReadlineError::Interrupted) => picker.as_ref().map_or(0, Picker::rows) + 1,
            Err(_) => 1,
        };
        erase(below)?;
        match line {
            Ok(_) => Ok(picker.and_then(Picker::taken)),
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
            Err(error) => Err(unusable(&error)),
        }
    }

    /// The columns that the terminal has now, for whatever is drawn next; `None` where it cannot move the cursor.
    fn measure(&mut self) -> Option<usize> {
        let columns = self.editor.dimensions().map(|(columns, _)| usize::from(columns));
        let columns = columns.filter(|_| !is_dumb());
        if let Some(helper) = self.editor.helper() {
            helper.columns.set(columns);
        }
        columns
    }

    /// Adds an entry to the history and its file; one that starts with a space is forgotten, and one that is
    /// the last again. Returns whether it stands in the file's last line.
    pub(crate) fn remember(&mut self, text: &str) -> Result<bool> {
        let text = text.trim_end();
        let added = self.editor.add_history_entry(marked(text)).map_err(|error| unusable(&error))?;
        let Some(path) = self.history.as_ref().filter(|_| added) else {
            return Ok(false);
        };
        append(path, text).map_err(|error| not_added(&error))?;
        Ok(true)
    }

    /// Takes note how an entry has ended: what has failed is not proposed again before it has gone well.
    /// `is_added` says whether it was [remembered](Self::remember) in the file just now: there that clears an earlier
    /// failure.
    pub(crate) fn judge(&mut self, text: &str, has_failed: bool, is_added: bool) -> Result<()> {
        let text = text.trim_end();
        let Some(helper) = self.editor.helper_mut() else { return Ok(()) };
        let is_new =
            if has_failed { helper.failed.insert(marked(text)) } else { helper.failed.remove(&marked(text)) };
        let is_kept = is_due(has_failed, is_new, is_added) && !text.starts_with(char::is_whitespace);
        let Some(path) = self.history.as_ref().filter(|_| is_kept) else {
            return Ok(());
        };
        let note = if has_failed { append_failure } else { append };
        note(path, text).map_err(|error| not_added(&error))
    }
}

/// Whether the file needs a line about how an entry has ended. `is_new`: it ended differently before, as far as is known;
/// `is_added`: its own line has just been added, which says that nothing has failed.
fn is_due(has_failed: bool, is_new: bool, is_added: bool) -> bool {
    if has_failed { is_new || is_added } else { is_new && !is_added }
}

fn not_added(error: &io::Error) -> Failure {
    Failure::usage(format!("could not add to the history: {error}"))
        .with_help("the shell goes on without a history file")
}

/// Rows that a text has taken on the screen, the prompt's row included.
fn rows(buffer: &str, columns: usize) -> usize {
    draw(buffer, columns, &Theme::PLAIN, &[]).rows + 1
}

/// An entry of the history as the line editor has it; an older file may hold the marks of lines.
fn as_buffer(entry: String) -> String {
    if entry.contains('\n') { marked(&unmarked(&entry)) } else { entry }
}

fn config(mode: EditMode) -> rustyline::Result<Config> {
    Ok(Builder::new()
        .max_history_size(ENTRIES)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .completion_prompt_limit(OFFERS_WITHOUT_QUESTION)
        .completion_show_all_if_ambiguous(true)
        .behavior(Behavior::PreferTerm)
        .edit_mode(mode)
        // Without an end to the waiting, Escape would swallow the key that comes next.
        .keyseq_timeout(Some(REST_OF_A_KEY))
        // The helper draws the prompts of further lines; it decides about colours itself.
        .color_mode(ColorMode::Forced)
        .tab_stop(TAB_STOP)
        .bell_style(rustyline::config::BellStyle::None)
        .build())
}

/// Clears the rows above the cursor, so that the same text is drawn again.
fn erase(rows: usize) -> Result<()> {
    let sequence = format!("\x1b[{rows}A\r\x1b[J");
    if io::stdout().is_terminal() {
        let mut out = io::stdout();
        out.write_all(sequence.as_bytes())?;
        out.flush()?;
    } else {
        io::stderr().write_all(sequence.as_bytes())?;
    }
    Ok(())
}

fn unusable(error: &ReadlineError) -> Failure {
    Failure::new(Exit::QUERY, format!("the terminal cannot be used: {error}"))
}

/// The prompt, plain and as it is shown.
fn prompt(theme: Theme) -> (String, String) {
    let style = theme.prompt;
    let input = if is_dumb() { "" } else { marks::INPUT };
    (PROMPT.to_owned(), format!("{style}{PROMPT}{style:#}{input}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_noted_behind_each_line_of_its_entry_and_success_adds_no_second_line() {
        // It failed, something else was run, and it fails again or goes well.
        assert!(is_due(true, false, true));
        assert!(!is_due(false, true, true));
        // It is entered again at once, so that no line is added.
        assert!(!is_due(true, false, false));
        assert!(is_due(false, true, false));
        // It is run for the first time.
        assert!(is_due(true, true, true));
        assert!(!is_due(false, false, true));
    }
}
