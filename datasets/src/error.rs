//! What is wrong with a definition file, as one sentence with its place.

use std::fmt;

use thiserror::Error;

/// A definition file (table, layout, code set or map) that cannot be used.
///
/// Displayed as `codes/grade.csv, line 3: the row has no source; write where the code comes from.`
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct DefinitionError {
    /// The file as the reader knows it: folder and file name, or the path given.
    pub file: String,
    /// The line in the file, counted from 1; `None` when the fault has no single line.
    pub line: Option<u64>,
    /// What is wrong, what was found and what to do next.
    pub sentence: String,
}

impl DefinitionError {
    /// A fault of the file as a whole.
    pub(crate) fn in_file(file: &str, sentence: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, sentence: sentence.into() }
    }

    /// A fault of one line, counted from 1.
    pub(crate) fn at_line(file: &str, line: u64, sentence: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: Some(line), sentence: sentence.into() }
    }

    /// A fault that the TOML reader found in `text`.
    pub(crate) fn from_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| line_at(text, span.start));
        let sentence = error.message().trim_end().replace('\n', " ");
        Self { file: file.to_owned(), line, sentence }
    }
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}, line {line}: {}", self.file, self.sentence),
            None => write!(formatter, "{}: {}", self.file, self.sentence),
        }
    }
}

/// The line, counted from 1, that holds the byte at `offset`.
fn line_at(text: &str, offset: usize) -> u64 {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().fold(1, |line, byte| line + u64::from(*byte == b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_file_and_line() {
        let error = DefinitionError::at_line("codes/grade.csv", 3, "the row has no source.");
        assert_eq!(error.to_string(), "codes/grade.csv, line 3: the row has no source.");
        let error = DefinitionError::in_file("codes/grade.csv", "there is no row.");
        assert_eq!(error.to_string(), "codes/grade.csv: there is no row.");
    }

    #[test]
    fn a_line_is_counted_from_one() {
        assert_eq!(line_at("a\nb\nc", 0), 1);
        assert_eq!(line_at("a\nb\nc", 2), 2);
        assert_eq!(line_at("a\nb\nc", 99), 3);
    }
}
