//! Lines of text in colours, and the pieces that every chart shares: the heading, the legend and the caption.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::terminal::Theme;
use crate::text::clipped;

/// One colour for each series; they come again where there are more.
const COLORS: [AnsiColor; 6] = [
    AnsiColor::Blue,
    AnsiColor::Yellow,
    AnsiColor::Magenta,
    AnsiColor::Cyan,
    AnsiColor::Green,
    AnsiColor::Red,
];

/// Text that grows from top to bottom.
#[derive(Debug)]
pub(super) struct Page {
    /// Columns of text.
    pub(super) width: usize,
    theme: Theme,
    text: String,
}

impl Page {
    /// An empty page.
    pub(super) fn new(width: usize, theme: Theme) -> Self {
        Self { width, theme, text: String::new() }
    }

    /// Adds text as it is.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds text in a style.
    pub(super) fn paint(&mut self, style: Style, text: &str) {
        let is_plain = style == Style::new() || text.is_empty();
        if is_plain {
            self.text.push_str(text);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(self.text, "{style}{text}{style:#}");
        }
    }

    /// Adds text that should stay in the background.
    pub(super) fn dim(&mut self, text: &str) {
        self.paint(self.theme.dim, text);
    }

    /// Adds text in the colour of a series.
    pub(super) fn color(&mut self, series: usize, text: &str) {
        self.paint(self.series_style(series), text);
    }

    /// Ends the line, without blanks at its end.
    pub(super) fn end(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }

    /// The title, above everything.
    pub(super) fn heading(&mut self, title: &str) {
        let style = if self.is_colored() { Style::new().bold() } else { Style::new() };
        let title = clipped(title, self.width).into_owned();
        self.paint(style, &title);
        self.end();
    }

    /// The letters of the series with their names, in as many lines as they need; nothing where there is one series.
    pub(super) fn legend<'s>(&mut self, names: impl Iterator<Item = &'s str>) {
        let names: Vec<_> = names.collect();
        if names.len() < 2 {
            return;
        }
        let mut used = 0;
        for (series, name) in names.iter().enumerate() {
            let entry = format!("{} {}", letter(series), clipped(name, (self.width / 2).max(8)));
            let width = entry.width();
            if used > 0 && used + 3 + width > self.width {
                self.end();
                used = 0;
            }
            if used > 0 {
                self.push("   ");
                used += 3;
            }
            self.color(series, &entry);
            used += width;
        }
        self.end();
    }

    /// A sentence of the caption, in as many lines as it needs.
    pub(super) fn note(&mut self, note: &str) {
        let mut line = String::new();
        for word in note.split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > self.width {
                self.dim(&line);
                self.end();
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.dim(&line);
        self.end();
    }

    /// The finished text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn is_colored(&self) -> bool {
        self.theme.dim != Style::new()
    }

    fn series_style(&self, series: usize) -> Style {
        if self.is_colored() { COLORS[series % COLORS.len()].on_default() } else { Style::new() }
    }
}

/// The letter of a series.
pub(super) fn letter(series: usize) -> char {
    let index = u8::try_from(series % 26).unwrap_or(0);
    char::from(b'A' + index)
}

/// Text cut or filled up to a width, at its end.
pub(super) fn left(text: &str, width: usize) -> String {
    let text = clipped(text, width);
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Text cut or filled up to a width, before its beginning.
pub(super) fn right(text: &str, width: usize) -> String {
    let text = clipped(text, width);
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// The width of the widest text, but no more than `most`.
pub(super) fn widest<'s>(texts: impl Iterator<Item = &'s str>, most: usize) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or(0).min(most)
}
