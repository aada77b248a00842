//! Reads one statement or command at the prompt, over several lines where it takes them.

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) use rustyline::EditMode;
use rustyline::Editor;
use rustyline::config::{Behavior, Builder, ColorMode, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;

use crate::buffer::{PROMPT, TAB_STOP, draw, marked, unmarked};
use crate::catalogue::Catalogue;
use crate::exit::Exit;
use crate::external::edit;
use crate::failure::{Failure, Result};
use crate::helper::PromptHelper;
use crate::history::{self, ENTRIES, append, history_path};
use crate::keys::bind;
use crate::marks;
use crate::terminal::{Theme, is_dumb};

/// More offers than this are listed only after a question.
const OFFERS_WITHOUT_QUESTION: usize = 60;

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
    /// Set by the keys that ask for an editor of files.
    asks_editor: Arc<AtomicBool>,
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
        editor.set_helper(Some(PromptHelper::new(catalogue.clone(), theme)));
        let asks_editor = Arc::default();
        bind(&mut editor, &asks_editor);
        let mut problem = None;
        let history = history_path().filter(|path| match history::open(path) {
            Ok(entries) => {
                entries.into_iter().all(|entry| editor.add_history_entry(as_buffer(entry)).is_ok())
            }
            Err(error) => {
                problem = Some(Failure::file("open the history", path, &error));
                false
            }
        });
        let prompt = prompt(theme);
        Ok((Self { editor, history, prompt, asks_editor, catalogue: catalogue.clone() }, problem))
    }

    /// Changes how the prompt and what is typed look.
    pub(crate) fn set_theme(&mut self, theme: Theme) {
        self.prompt = prompt(theme);
        if let Some(helper) = self.editor.helper_mut() {
            helper.theme = theme;
        }
    }

    /// Reads until a statement is finished. The text starts with `draft`.
    pub(crate) fn read(&mut self, draft: Option<String>) -> Result<Input> {
        self.catalogue.update();
        let columns = self.editor.dimensions().map(|(columns, _)| usize::from(columns));
        let movable = columns.filter(|_| !is_dumb());
        let mut text = draft.unwrap_or_default();
        marks::prompt();
        loop {
            if let Some(helper) = self.editor.helper() {
                helper.columns.set(movable);
            }
            self.asks_editor.store(false, Ordering::Relaxed);
            let line = self.editor.readline_with_initial(&self.prompt, (&marked(&text), ""));
            let buffer = match line {
                Ok(buffer) => buffer,
                Err(ReadlineError::Eof) => return Ok(Input::End),
                Err(ReadlineError::Interrupted) => {
                    let had_text = self.editor.helper().is_some_and(|helper| helper.has_text.get());
                    return Ok(Input::Interrupted { had_text });
                }
                Err(error) => return Err(unusable(&error)),
            };
            text = unmarked(&buffer);
            let (true, Some(columns)) = (self.asks_editor.load(Ordering::Relaxed), movable) else {
                return Ok(Input::Text(text));
            };
            erase(draw(&buffer, columns, &Theme::PLAIN, &[]).rows + 1)?;
            text = match edit(&text) {
                Ok(text) => text,
                Err(failure) => return Ok(Input::Unedited { text, failure }),
            };
        }
    }

    /// Adds an entry to the history and its file; one that starts with a space is forgotten.
    pub(crate) fn remember(&mut self, text: &str) -> Result<()> {
        let text = text.trim_end();
        let added = self.editor.add_history_entry(marked(text)).map_err(|error| unusable(&error))?;
        let Some(path) = self.history.as_ref().filter(|_| added) else {
            return Ok(());
        };
        append(path, text).map_err(|error| {
            let failure = Failure::usage(format!("could not add to the history: {error}"));
            failure.with_help("the shell goes on without a history file")
        })
    }
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
