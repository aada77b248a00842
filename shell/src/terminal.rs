//! What the terminal is: whether there is one, how wide, and in which colours we may write.

use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};
use rustyline::history::MemHistory;
use rustyline::{Config, Editor};

/// When to write colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal that can show them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The styles of everything the shell writes; all plain where colours are off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Theme {
    pub(crate) dim: Style,
    pub(crate) error: Style,
    pub(crate) help: Style,
    pub(crate) note: Style,
    pub(crate) prompt: Style,
    pub(crate) keyword: Style,
    pub(crate) literal: Style,
    pub(crate) number: Style,
}

impl Theme {
    /// No colours at all.
    pub(crate) const PLAIN: Self = Self {
        dim: Style::new(),
        error: Style::new(),
        help: Style::new(),
        note: Style::new(),
        prompt: Style::new(),
        keyword: Style::new(),
        literal: Style::new(),
        number: Style::new(),
    };

    /// The styles, or plain text.
    pub(crate) fn new(colored: bool) -> Self {
        if !colored {
            return Self::PLAIN;
        }
        let colour = |colour: AnsiColor| colour.on_default();
        Self {
            dim: Style::new().dimmed(),
            error: colour(AnsiColor::Red).bold(),
            help: colour(AnsiColor::Cyan).bold(),
            note: colour(AnsiColor::Blue).bold(),
            prompt: colour(AnsiColor::Green).bold(),
            keyword: colour(AnsiColor::Blue).bold(),
            literal: colour(AnsiColor::Green),
            number: colour(AnsiColor::Magenta),
        }
    }
}

/// The terminal around standard output and standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Styles for standard output.
    pub(crate) output: Theme,
    /// Styles for standard error.
    pub(crate) errors: Theme,
}

impl Terminal {
    /// Looks at the standard streams and at `NO_COLOR`, `CLICOLOR` and `TERM`.
    pub(crate) fn new(color: Color) -> Self {
        let choose = |auto: anstream::ColorChoice| match color {
            Color::Auto => !matches!(auto, anstream::ColorChoice::Never),
            Color::Always => true,
            Color::Never => false,
        };
        Self {
            output: Theme::new(choose(anstream::AutoStream::choice(&io::stdout()))),
            errors: Theme::new(choose(anstream::AutoStream::choice(&io::stderr()))),
        }
    }
}

/// Whether a person sits at the keyboard: standard input is a terminal, and so is one of the outputs.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && (io::stdout().is_terminal() || io::stderr().is_terminal())
}

/// The columns of the terminal that standard output goes to; `None` when it goes elsewhere.
pub(crate) fn columns() -> Option<usize> {
    size().map(|(columns, _)| columns)
}

/// The columns and rows of the terminal that standard output goes to; `None` when it goes elsewhere.
pub(crate) fn size() -> Option<(usize, usize)> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let (columns, rows) =
        Editor::<(), MemHistory>::with_history(Config::default(), MemHistory::new()).ok()?.dimensions()?;
    (columns > 0 && rows > 0).then_some((usize::from(columns), usize::from(rows)))
}

/// Whether the terminal cannot move its cursor.
pub(crate) fn is_dumb() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    ["", "dumb", "cons25", "emacs"].contains(&term.as_str())
}
