//! Reads one statement or command at the prompt, over several lines where it takes them.

use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;

use rustyline::Editor;
use rustyline::config::{Behavior, Builder, ColorMode, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;

use crate::buffer::{PROMPT, TAB_STOP, broken, draw, marked, unmarked};
use crate::catalogue::Catalogue;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::helper::PromptHelper;
use crate::history::{history_path, prepare};
use crate::terminal::{Theme, is_dumb};

/// Entries kept in the history.
const HISTORY_ENTRIES: usize = 100_000;

/// More offers than this are listed only after a question.
const OFFERS_WITHOUT_QUESTION: usize = 60;

/// What the person did at the prompt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Entered this.
    Text(String),
    /// Pressed Ctrl-C, with something typed or not.
    Interrupted {
        /// Whether something was typed.
        had_text: bool,
    },
    /// Pressed Ctrl-D.
    End,
}

/// The prompt with its history.
pub(crate) struct LineEditor {
    editor: Editor<PromptHelper, FileHistory>,
    history: Option<PathBuf>,
    prompt: (String, String),
}

impl LineEditor {
    /// Opens the terminal and the history. The second value says why there is no history, if so.
    pub(crate) fn open(catalogue: Rc<Catalogue>, theme: Theme) -> Result<(Self, Option<Failure>)> {
        let mut editor = Editor::with_config(config().map_err(|error| unusable(&error))?)
            .map_err(|error| unusable(&error))?;
        editor.set_helper(Some(PromptHelper::new(catalogue, theme)));
        let mut problem = None;
        let history = history_path().filter(|path| match prepare(path) {
            Ok(()) => true,
            Err(error) => {
                problem = Some(Failure::file("open the history", path, &error));
                false
            }
        });
        if let Some(path) = &history {
            // An empty file is no history yet; one that cannot be read must not keep anyone from working.
            let _ = editor.load_history(path);
        }
        let style = theme.prompt;
        let prompt = (PROMPT.to_owned(), format!("{style}{PROMPT}{style:#}"));
        let line_editor = Self { editor, history, prompt };
        Ok((line_editor, problem))
    }

    /// Reads until a statement is finished.
    pub(crate) fn read(&mut self) -> Result<Input> {
        let columns = self.editor.dimensions().map(|(columns, _)| usize::from(columns));
        let movable = columns.filter(|_| !is_dumb());
        let mut initial = (String::new(), String::new());
        loop {
            if let Some(helper) = self.editor.helper() {
                helper.columns.set(movable);
            }
            let line = self.editor.readline_with_initial(&self.prompt, (&initial.0, &initial.1));
            let helper = self.editor.helper();
            let buffer = match line {
                Ok(buffer) => buffer,
                Err(ReadlineError::Eof) => return Ok(Input::End),
                Err(ReadlineError::Interrupted) => {
                    let had_text = helper.is_some_and(|helper| helper.has_text.get());
                    return Ok(Input::Interrupted { had_text });
                }
                Err(error) => return Err(unusable(&error)),
            };
            let unfinished_at = helper.and_then(|helper| helper.unfinished_at.take());
            let (Some(cursor), Some(columns)) = (unfinished_at, movable) else {
                return Ok(Input::Text(unmarked(&buffer)));
            };
            erase(draw(&buffer, columns, &Theme::PLAIN).rows + 1)?;
            initial = broken(&buffer, cursor);
        }
    }

    /// Adds an entry to the history and its file; one that starts with a space is forgotten.
    pub(crate) fn remember(&mut self, text: &str) -> Result<()> {
        let added = self.editor.add_history_entry(marked(text.trim_end()));
        if !added.map_err(|error| unusable(&error))? {
            return Ok(());
        }
        let Some(path) = &self.history else {
            return Ok(());
        };
        let appended = self.editor.append_history(path);
        appended.map_err(|error| {
            let failure = Failure::usage(format!("could not add to the history: {error}"));
            failure.with_help("this session goes on without a history file")
        })
    }
}

fn config() -> rustyline::Result<Config> {
    Ok(Builder::new()
        .max_history_size(HISTORY_ENTRIES)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .completion_prompt_limit(OFFERS_WITHOUT_QUESTION)
        .completion_show_all_if_ambiguous(true)
        .behavior(Behavior::PreferTerm)
        // The helper draws the prompts of further lines; it decides about colours itself.
        .color_mode(ColorMode::Forced)
        .tab_stop(TAB_STOP)
        .bell_style(rustyline::config::BellStyle::None)
        .build())
}

/// Clears the rows above the cursor, so that the same text is drawn again with one line more.
fn erase(rows: usize) -> Result<()> {
    use std::io::IsTerminal as _;
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
