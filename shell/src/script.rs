//! Text to run, cut into statements and dot commands that know where they start.

mod data;

use lifetracks_engine::statement;

pub(crate) use self::data::{refuse_data, refuse_data_file};

/// Text and where it came from.
#[derive(Debug)]
pub(crate) struct Source {
    /// The name shown in errors, such as a file's; `None` at the prompt.
    pub(crate) name: Option<String>,
    /// SQL statements and dot commands.
    pub(crate) text: String,
}

/// A part of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    /// Where it starts in the source, in bytes.
    pub(crate) start: usize,
    /// What it says.
    pub(crate) text: &'a str,
    /// Whether it is a dot command.
    pub(crate) is_command: bool,
}

/// Whether a line is a dot command, or one of psql's backslash commands.
pub(crate) fn is_command(line: &str) -> bool {
    line.trim_start().starts_with(['.', '\\'])
}

/// Whether text is finished at the prompt: a dot command, or statements that all have an end.
pub(crate) fn is_complete(text: &str) -> bool {
    text.trim().is_empty() || is_command(text) || statement::is_complete(text)
}

/// Statements and commands in order. A line is a command only where no statement is unfinished.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut pending = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if is_command(line) && ends_a_statement(&text[pending..start]) {
            push_statements(text, pending, start, &mut pieces);
            pieces.push(Piece { start, text: line.trim_end(), is_command: true });
            pending = start + line.len();
        }
        start += line.len();
    }
    push_statements(text, pending, text.len(), &mut pieces);
    pieces
}

/// Whether no statement is unfinished at the end of a text.
pub(crate) fn ends_a_statement(text: &str) -> bool {
    statement::split(text).is_empty() || statement::is_complete(text)
}

fn push_statements<'a>(text: &'a str, from: usize, to: usize, pieces: &mut Vec<Piece<'a>>) {
    let part = &text[from..to];
    for statement in statement::split(part) {
        let start = from + statement.start;
        pieces.push(Piece { start, text: &text[start..start + statement.text.len()], is_command: false });
    }
}

/// Line and column of a byte, both from 1, columns in characters.
pub(crate) fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..floor(text, byte)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// The last character boundary at or before `byte`.
pub(crate) fn floor(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rev().find(|&index| text.is_char_boundary(index)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(bool, &str)> {
        let pieces = pieces(text);
        for piece in &pieces {
            assert_eq!(&text[piece.start..piece.start + piece.text.len()], piece.text);
        }
        let each = pieces.iter();
        each.map(|piece| (piece.is_command, piece.text.trim())).collect()
    }

    #[test]
    fn commands_stand_between_statements() {
        let text = "select 1;\n.mode csv\nselect 2;\n  \\dt\nselect 3";
        assert_eq!(
            cut(text),
            [
                (false, "select 1"),
                (true, ".mode csv"),
                (false, "select 2"),
                (true, "\\dt"),
                (false, "select 3"),
            ]
        );
    }

    #[test]
    fn a_dot_inside_a_statement_is_no_command() {
        assert_eq!(cut("select 1 +\n.5;"), [(false, "select 1 +\n.5")]);
        assert_eq!(cut("select '\n.quit\n';"), [(false, "select '\n.quit\n'")]);
    }

    #[test]
    fn blank_text_is_nothing() {
        assert_eq!(cut("  \n\n"), []);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_and_column("a\nñb", 4), (2, 2));
        assert_eq!(line_and_column("ab", 99), (1, 3));
    }
}
