//! An error as a person reads it: the sentence, the place in the text, what to do next.

use std::io::{self, Write};
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::failure::Failure;
use crate::script::{Source, floor, line_and_column};
use crate::terminal::Theme;
use crate::text::visible;

/// Columns of a source line that are shown around the place, so that a long line does not fill the screen.
const EXCERPT: usize = 100;

/// Writes a failure. `source` is the text that its span points into, where there is one.
pub(crate) fn write_failure(
    out: &mut dyn Write,
    theme: &Theme,
    failure: &Failure,
    source: Option<&Source>,
) -> io::Result<()> {
    if failure.is_output_closed() {
        return Ok(());
    }
    if failure.is_cancelled() {
        return writeln!(out, "{}", failure.message);
    }
    let style = theme.error;
    writeln!(out, "{style}error:{style:#} {}", paragraph(&failure.message))?;
    if let (Some(source), Some(span)) = (source, &failure.span) {
        write_place(out, theme, source, span)?;
    }
    let style = theme.help;
    if let Some(help) = &failure.help {
        writeln!(out, "{style}help:{style:#} {}", paragraph(help))?;
    }
    let style = theme.note;
    if let Some(note) = &failure.note {
        writeln!(out, "{style}note:{style:#} {}", paragraph(note))?;
    }
    Ok(())
}

/// A message may have several lines, but nothing that moves the cursor.
fn paragraph(text: &str) -> String {
    let lines = text.trim_end().lines();
    lines.map(visible).collect::<Vec<_>>().join("\n  ")
}

/// Where it is (`file:line:column`), the line, and a caret under every character meant.
fn write_place(out: &mut dyn Write, theme: &Theme, source: &Source, span: &Range<usize>) -> io::Result<()> {
    let (line, column) = line_and_column(&source.text, span.start);
    let excerpt = Excerpt::of(&source.text, span);
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let (dim, error) = (theme.dim, theme.error);
    if let Some(name) = &source.name {
        writeln!(out, "{dim}{margin}-->{dim:#} {}:{line}:{column}", visible(name))?;
    }
    let space = " ".repeat(excerpt.before);
    let carets = "^".repeat(excerpt.meant);
    writeln!(out, "{dim}{margin} |{dim:#}")?;
    writeln!(out, "{dim}{number} |{dim:#} {}", excerpt.text)?;
    writeln!(out, "{dim}{margin} |{dim:#} {space}{error}{carets}{error:#}")
}

/// A part of one line of the source.
struct Excerpt {
    text: String,
    /// Terminal columns before the place.
    before: usize,
    /// Terminal columns of the place; at least one.
    meant: usize,
}

impl Excerpt {
    fn of(text: &str, span: &Range<usize>) -> Self {
        let start = floor(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        let end = floor(text, span.end).clamp(start, line_end);

        let before = plain(&text[line_start..start]);
        let meant = plain(&text[start..end]);
        let after = plain(text[end..line_end].trim_end());
        let meant = meant.chars().take(EXCERPT).collect::<String>();
        let before = last_columns(&before, EXCERPT / 2);
        let room = EXCERPT.saturating_sub(before.width() + meant.width());
        let after = crate::text::clipped(&after, room.max(1)).into_owned();
        Self { before: before.width(), meant: meant.width().max(1), text: format!("{before}{meant}{after}") }
    }
}

/// A source line as it is shown: tabs are single spaces, so that columns can be counted.
fn plain(text: &str) -> String {
    visible(&text.replace('\t', " ")).into_owned()
}

/// The end of the text, with `…` before it when something was left out.
fn last_columns(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let skipped = text.chars().count().saturating_sub(columns - 1);
    let rest: String = text.chars().skip(skipped).collect();
    format!("…{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    fn written(text: &str, span: Range<usize>, name: Option<&str>) -> String {
        let mut failure =
            Failure::new(Exit::QUERY, "table \"enrol\" not found").with_help("did you mean enroll?");
        failure.span = Some(span);
        let source = Source { name: name.map(str::to_owned), text: text.to_owned() };
        let mut out = Vec::new();
        write_failure(&mut out, &Theme::PLAIN, &failure, Some(&source)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_caret_covers_what_is_meant() {
        insta::assert_snapshot!(written("select 1;\nselect sid\nfrom enrol x", 26..31, Some("report.sql")), @r#"
error: table "enrol" not found
 --> report.sql:3:6
  |
3 | from enrol x
  |      ^^^^^
help: did you mean enroll?
"#);
    }

    #[test]
    fn carets_stand_under_wide_text_and_at_the_end() {
        insta::assert_snapshot!(written("select '学校' from enrol", 21..26, None), @r#"
error: table "enrol" not found
  |
1 | select '学校' from enrol
  |                    ^^^^^
help: did you mean enroll?
"#);
        insta::assert_snapshot!(written("select sid from", 15..15, None), @r#"
error: table "enrol" not found
  |
1 | select sid from
  |                ^
help: did you mean enroll?
"#);
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("select {} enrol, {}", "a, ".repeat(200), "b, ".repeat(200));
        let place = text.find("enrol").unwrap();
        insta::assert_snapshot!(written(&text, place..place + 5, None), @r#"
error: table "enrol" not found
  |
1 | …a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a,  enrol, b, b, b, b, b, b, b, b, b, b, b, b, b, b, …
  |                                                   ^^^^^
help: did you mean enroll?
"#);
    }
}
