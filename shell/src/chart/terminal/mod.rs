//! Charts as lines of text: no cursor movement, so that they scroll, pipe and paste.
//!
//! The lines and braille are our own, not a widget library's: series are told apart by letters as well as by colours, gaps
//! stay open, and one table turns a finished drawing into ASCII.

mod ascii;
mod bars;
mod canvas;
mod flow;
mod page;
mod plot;
mod sparks;

use super::figure::{Drawn, Figure};
use crate::terminal::{Theme, size};
use page::Page;

/// What is drawn on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    /// Columns of text.
    pub(crate) width: usize,
    /// Rows of the area between the axes.
    pub(crate) height: usize,
    /// Whether only ASCII characters may be used.
    pub(crate) ascii: bool,
    /// Colours, or none.
    pub(crate) theme: Theme,
}

/// Where the width of the terminal is not known.
const USUAL_WIDTH: usize = 80;

/// Rows between the axes where there is room.
const USUAL_HEIGHT: usize = 18;

/// Rows for the heading, the legend, the labels of an axis, the caption and the next prompt.
const FRAME: usize = 7;

/// Narrower drawings say nothing.
const LEAST_WIDTH: usize = 20;

/// Wider drawings are hard to follow with the eyes.
const MOST_WIDTH: usize = 160;

impl Screen {
    /// The screen of standard output; what the locale cannot show is drawn with ASCII characters.
    pub(crate) fn of_terminal(theme: Theme, ascii: bool) -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        let ascii = ascii || !speaks_unicode(variable);
        let (width, rows) = size().unwrap_or((USUAL_WIDTH, USUAL_HEIGHT + FRAME));
        Self { width, height: rows.saturating_sub(FRAME).clamp(8, USUAL_HEIGHT), ascii, theme }
    }
}

/// Whether the first of the variables of the locale that is set names UTF-8.
fn speaks_unicode(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| {
        let value = variable(name);
        value.filter(|value| !value.is_empty())
    });
    let Some(locale) = set.map(|locale| locale.to_lowercase()) else { return false };
    locale.contains("utf-8") || locale.contains("utf8")
}

/// The chart as text, with a line's end after its last line.
pub(super) fn draw(title: &str, drawn: &Drawn, screen: &Screen) -> String {
    let mut page = Page::new(screen.width.clamp(LEAST_WIDTH, MOST_WIDTH), screen.theme);
    page.heading(title);
    match &drawn.figure {
        Figure::Bars(bars) => bars::draw(&mut page, bars),
        Figure::Histogram(histogram) => bars::draw_histogram(&mut page, histogram),
        Figure::Plot(plot) => plot::draw(&mut page, plot, screen.height.max(4)),
        Figure::Sparks(plot) => sparks::draw(&mut page, plot),
        Figure::Flow(flow) => flow::draw(&mut page, flow),
    }
    for note in &drawn.notes {
        page.note(note);
    }
    let text = page.into_text();
    if screen.ascii { ascii::only(&text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides_on_unicode() {
        let with = |set: &'static [(&str, &str)]| {
            let value = move |name: &str| set.iter().find(|(known, _)| *known == name);
            speaks_unicode(move |name| value(name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(with(&[("LANG", "en_US.UTF-8")]));
        assert!(with(&[("LC_ALL", ""), ("LANG", "C.utf8")]));
        assert!(!with(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]));
        assert!(!with(&[]));
    }
}
