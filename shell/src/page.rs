//! Pages of text for a reader: headings, paragraphs, lists and code, wrapped to a width.

use std::fmt::Write as _;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::terminal::Theme;
use crate::text::visible;

/// Columns of a page where no terminal says how many there are, and the widest line that is read with ease.
const USUAL: usize = 80;
const WIDEST: usize = 100;

/// Columns before code and the entries of a list.
const INDENT: usize = 2;

/// Columns before the words of sections.
const SECTION: usize = 15;

/// Columns before the texts of entries.
const TEXT: usize = 22;

/// A page under construction.
pub(crate) struct Page {
    text: String,
    width: usize,
    theme: Theme,
}

impl Page {
    /// An empty page for a terminal of so many columns, or for no terminal.
    pub(crate) fn new(width: Option<usize>, theme: Theme) -> Self {
        Self {
            text: String::new(),
            width: width.map_or(USUAL, |width| width.saturating_sub(1).clamp(TEXT + 8, WIDEST)),
            theme,
        }
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// A line that is a title, with a remark behind it.
    pub(crate) fn title(&mut self, title: &str, remark: &str) {
        let Theme { keyword, dim, .. } = self.theme;
        let title = visible(title);
        let _ = match remark {
            "" => writeln!(self.text, "{keyword}{title}{keyword:#}"),
            remark => writeln!(self.text, "{keyword}{title}{keyword:#}  {dim}{}{dim:#}", visible(remark)),
        };
    }

    /// A heading, with an empty line before it unless it is the first line.
    pub(crate) fn heading(&mut self, heading: &str) {
        self.gap();
        self.title(heading, "");
    }

    /// An empty line, unless there is one or nothing stands before it.
    pub(crate) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Lines that are laid out already.
    pub(crate) fn laid_out(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.hang("", 0, text);
    }

    /// Lines of code, as they are.
    pub(crate) fn code(&mut self, code: &str) {
        for line in code.trim_end().lines() {
            // Code can be broken at spaces; what is cut off by the screen cannot be copied.
            let line = visible(line);
            let words = line.trim_start();
            let lead = INDENT + line.len() - words.len();
            let room = self.width.saturating_sub(lead + INDENT).max(INDENT);
            for (number, part) in wrapped(words, room).into_iter().enumerate() {
                let indent = if number == 0 { lead } else { lead + INDENT };
                // Writing to a string cannot fail.
                let _ = writeln!(self.text, "{:indent$}{part}", "");
            }
        }
    }

    /// A name with its text behind it, or below it where the name is long.
    pub(crate) fn entry(&mut self, name: &str, text: &str) {
        self.hang(name, TEXT, text);
    }

    /// A heading with words beside it.
    pub(crate) fn section(&mut self, heading: &str, words: &str) {
        let Theme { keyword, .. } = self.theme;
        let mut lines = wrapped(&visible(words), self.width - SECTION).into_iter();
        let first = lines.next().unwrap_or_default();
        let heading = visible(heading);
        let _ = writeln!(self.text, "{keyword}{heading:SECTION$}{keyword:#}{first}");
        for line in lines {
            let _ = writeln!(self.text, "{:SECTION$}{line}", "");
        }
    }

    /// Markdown: `#` headings, fenced code, `-` lists and paragraphs.
    pub(crate) fn markdown(&mut self, text: &str) {
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if line.starts_with("```") {
                let code: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
                self.code(&code.join("\n"));
            } else if line.starts_with('#') {
                self.heading(line.trim_start_matches(['#', ' ']));
            } else if line.trim().is_empty() {
                self.gap();
            } else {
                let mut paragraph = line.to_owned();
                while let Some(more) = lines.next_if(|next| continues(next)) {
                    paragraph.push(' ');
                    paragraph.push_str(more.trim());
                }
                match paragraph.strip_prefix("- ") {
                    Some(item) => self.hang("-", 2 * INDENT, item),
                    None => self.paragraph(&paragraph),
                }
            }
        }
    }

    /// A text whose lines all start at `column`, with a name before the first one. Empty lines in it stay.
    fn hang(&mut self, name: &str, column: usize, text: &str) {
        let mut line = String::new();
        if !name.is_empty() {
            let _ = write!(line, "{:INDENT$}{}", "", visible(name));
            if line.width() + 1 > column {
                self.text.push_str(&line);
                self.text.push('\n');
                line.clear();
            }
        }
        let paragraphs = text.trim().split("\n\n").filter(|paragraph| !paragraph.is_empty());
        for (number, paragraph) in paragraphs.enumerate() {
            if number > 0 {
                self.gap();
            }
            let words = without_links(&visible(&paragraph.replace('\n', " ")));
            let mut in_code = false;
            for wrapped in wrapped(&words, self.width - column) {
                let _ = write!(line, "{:width$}", "", width = column - line.width().min(column));
                in_code = push_styled(&mut line, &wrapped, in_code, self.theme.literal);
                self.text.push_str(line.trim_end());
                self.text.push('\n');
                line.clear();
            }
        }
        if !line.is_empty() {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }
}

/// Whether a line of Markdown goes on with the paragraph before it.
fn continues(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with(['#', '`', '-'])
}

/// The text cut between words into lines of at most `width` columns; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if shown_width(line) + 1 + shown_width(word) <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// The columns of a text whose backticks are not shown.
fn shown_width(text: &str) -> usize {
    text.width() - text.matches('`').count()
}

/// Adds a line of a paragraph in which backticks stand around code; whether the line ends inside code.
fn push_styled(out: &mut String, line: &str, mut in_code: bool, code: Style) -> bool {
    for (number, part) in line.split('`').enumerate() {
        in_code = if number > 0 { !in_code } else { in_code };
        // Writing to a string cannot fail.
        let _ = if in_code { write!(out, "{code}{part}{code:#}") } else { write!(out, "{part}") };
    }
    in_code
}

/// Markdown's links as their texts: a page has nowhere to lead to.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('[') {
        plain.push_str(before);
        let link = inside.split_once(']').filter(|(label, _)| !label.contains('['));
        let target = link.and_then(|(label, behind)| {
            let inside = behind.strip_prefix('(')?;
            inside.split_once(')').map(|(_, behind)| (label, behind))
        });
        // A name alone in brackets leads to what has the name.
        let named =
            link.filter(|(label, _)| label.len() > 2 && label.starts_with('`') && label.ends_with('`'));
        if let Some((label, behind)) = target.or(named) {
            plain.push_str(label);
            rest = behind;
        } else {
            plain.push('[');
            rest = inside;
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize, write: impl FnOnce(&mut Page)) -> String {
        let mut page = Page { text: String::new(), width, theme: Theme::PLAIN };
        write(&mut page);
        page.finish()
    }

    #[test]
    fn paragraphs_are_wrapped_between_words() {
        let text = page(20, |page| page.paragraph("one two three four five averyveryveryverylongword six"));
        assert_eq!(text, "one two three four\nfive\naveryveryveryverylongword\nsix\n");
    }

    #[test]
    fn entries_have_their_texts_in_one_column() {
        let text = page(40, |page| {
            page.entry("a", "first of them, long");
            page.entry("an_exceedingly_long_name", "x");
            page.entry("bcd", "");
        });
        let gap = " ".repeat(TEXT);
        let wanted = format!(
            "  a{}first of them,\n{gap}long\n  an_exceedingly_long_name\n{gap}x\n  bcd\n",
            " ".repeat(TEXT - 3)
        );
        assert_eq!(text, wanted);
    }

    #[test]
    fn markdown_is_laid_out() {
        let text = "# Title\nSome words\nmore of them.\n\n```sql\nSELECT 1;\n  FROM t\n```\n- an item\n  and its end\n- two\n";
        let text = page(30, |page| page.markdown(text));
        assert_eq!(
            text,
            "Title\nSome words more of them.\n\n  SELECT 1;\n    FROM t\n  - an item and its end\n  - two\n"
        );
    }

    #[test]
    fn marks_of_markdown_are_not_shown() {
        let text = "Not `NULL`: see [the rules](rules.md) and [`rate`]; in [0, 1]. [a](b";
        let shown = page(100, |page| page.paragraph(text));
        assert_eq!(shown, "Not NULL: see the rules and rate; in [0, 1]. [a](b\n");
        let wrapped = page(30, |page| page.paragraph("one `two three four five six seven` eight"));
        assert_eq!(wrapped, "one two three four five six\nseven eight\n");
    }

    #[test]
    fn code_keeps_its_style_over_lines() {
        let mut line = String::new();
        let code = anstyle::AnsiColor::Green.on_default();
        assert!(push_styled(&mut line, "a `b", false, code));
        assert!(!push_styled(&mut line, "c` d", true, code));
        assert_eq!(line, format!("a {code}b{code:#}{code}c{code:#} d"));
    }

    #[test]
    fn nothing_moves_the_cursor() {
        let text = page(30, |page| page.entry("a\u{1b}[2J", "b\u{202e}c"));
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
    }
}
