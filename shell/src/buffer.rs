//! The text in the line editor as it stands on the screen: prompts, colours, and how many rows it takes.
//!
//! The editor has no prompt for the second line of a statement. So such a line begins with a mark,
//! an invisible character and a tab as wide as the prompt, and the prompt is drawn in its place.

use std::fmt::Write as _;
use std::ops::Range;

use anstyle::Style;
use unicode_width::UnicodeWidthChar;

use crate::terminal::Theme;

/// The prompt of a statement's first line.
pub(crate) const PROMPT: &str = "lifetracks> ";

/// The prompt of its other lines.
const CONTINUATION: &str = "       ...> ";

/// The prompt behind which an entry of the history is looked for.
pub(crate) const PICKING: &str = "   history> ";

/// Tabs stop at the width of the prompt.
pub(crate) const TAB_STOP: u8 = 12;

/// What stands at the start of a line after the first.
const MARK: &str = "\u{2060}\t";

const JOINER: char = '\u{2060}';

/// Text with a mark at the start of each line after the first.
pub(crate) fn marked(text: &str) -> String {
    text.replace('\n', &new_line())
}

/// Text without marks, or what a deletion has left of them.
pub(crate) fn unmarked(buffer: &str) -> String {
    let text = buffer.replace(&format!("\n{MARK}"), "\n");
    text.replace(&format!("\n{JOINER}"), "\n")
}

/// A new line in the buffer.
pub(crate) fn new_line() -> String {
    format!("\n{MARK}")
}

/// A buffer ready for the screen.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// The text with colours and prompts, but for the first prompt.
    pub(crate) text: String,
    /// Rows below the first one.
    pub(crate) rows: usize,
}

/// Draws the buffer behind the prompt on a terminal of that many columns.
pub(crate) fn draw(buffer: &str, columns: usize, theme: &Theme, styled: &[(Range<usize>, Style)]) -> Drawing {
    let mut pen = Pen {
        text: String::with_capacity(buffer.len() * 2),
        columns: columns.max(1),
        column: PROMPT.len(),
        row: 0,
    };
    let mut at = 0;
    for (range, style) in styled {
        pen.write(&buffer[at..range.start], Style::new(), theme);
        pen.write(&buffer[range.clone()], *style, theme);
        at = range.end;
    }
    pen.write(&buffer[at..], Style::new(), theme);
    if pen.column == pen.columns {
        pen.row += 1;
    }
    Drawing { text: pen.text, rows: pen.row }
}

/// Writes as the editor does, and keeps count of where it is.
struct Pen {
    text: String,
    columns: usize,
    column: usize,
    row: usize,
}

impl Pen {
    fn write(&mut self, text: &str, style: Style, theme: &Theme) {
        for (index, line) in text.split('\n').enumerate() {
            let line = if index > 0 { self.start_line(line, theme) } else { line };
            if line.is_empty() {
                continue;
            }
            self.text.push_str(&style.render().to_string());
            line.chars().for_each(|character| self.push(character));
            self.text.push_str(&style.render_reset().to_string());
        }
    }

    /// Starts a row; the line's mark becomes the prompt.
    fn start_line<'a>(&mut self, line: &'a str, theme: &Theme) -> &'a str {
        self.text.push('\n');
        self.row += 1;
        self.column = 0;
        let Some(rest) = line.strip_prefix(MARK) else {
            return line;
        };
        let dim = theme.dim;
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{dim}{CONTINUATION}{dim:#}");
        self.column = CONTINUATION.len();
        rest
    }

    fn push(&mut self, character: char) {
        let stop = usize::from(TAB_STOP);
        let width = match character {
            '\t' => stop - self.column % stop,
            other => other.width().unwrap_or(0),
        };
        self.column += width;
        if self.column > self.columns {
            self.row += 1;
            self.column = width;
        }
        match character {
            '\t' => self.text.push_str(&" ".repeat(width)),
            JOINER => {}
            other => self.text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::highlight::highlight;

    #[test]
    fn the_prompts_and_the_tab_are_equally_wide() {
        assert_eq!(PROMPT.len(), CONTINUATION.len());
        assert_eq!(PROMPT.len(), PICKING.len());
        assert_eq!(PROMPT.len(), usize::from(TAB_STOP));
    }

    #[test]
    fn marks_come_and_go() {
        let text = "select 1,\n\t2\nfrom t";
        assert_eq!(unmarked(&marked(text)), text);
        assert_eq!(unmarked("select\n\u{2060}1"), "select\n1");
    }

    #[test]
    fn a_line_after_the_first_has_its_prompt() {
        let drawing = draw(&marked("select\n1"), 80, &Theme::PLAIN, &[]);
        assert_eq!(drawing.text, "select\n       ...> 1");
        assert_eq!(drawing.rows, 1);
    }

    #[test]
    fn rows_count_wrapped_lines() {
        let rows = |text: &str| draw(text, 20, &Theme::PLAIN, &[]).rows;
        assert_eq!(rows("1234567"), 0);
        assert_eq!(rows("12345678"), 1);
        assert_eq!(rows("123456789"), 1);
        assert_eq!(rows("学学学学学"), 1);
    }

    #[test]
    fn a_style_does_not_run_over_the_prompt() {
        let theme = Theme::new(true);
        let text = marked("select 'a\nb'");
        let drawing = draw(&text, 80, &theme, &highlight(&text, None, &theme, None));
        let dim = format!("{}       ...> {}", theme.dim, theme.dim.render_reset());
        assert!(drawing.text.contains(&dim), "{:?}", drawing.text);
    }
}
