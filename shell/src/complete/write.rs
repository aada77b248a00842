//! How a candidate is written: in the case that was typed, in quotes where SQL needs them.

use crate::keywords::{KEYWORDS, needs_quotes};
use crate::token::{Kind, Token};

/// What has been typed of the word at the cursor.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Typed<'a> {
    /// The part before the cursor, without an opening quote.
    pub(crate) word: &'a str,
    /// Whether it starts with a double quote.
    pub(crate) is_quoted: bool,
    /// Whether words of SQL are written in capitals here.
    pub(crate) is_upper: bool,
}

impl<'a> Typed<'a> {
    /// What has been typed, and what the statement's other words look like.
    pub(crate) fn new(word: &'a str, tokens: &[Token<'_>]) -> Self {
        let is_quoted = word.starts_with('"');
        let word = word.strip_prefix('"').unwrap_or(word);
        let keyword = tokens.iter().rev().find(|token| token.kind == Kind::Keyword && !token.is(word));
        let sample = if word.is_empty() { keyword.map_or("", |token| token.text) } else { word };
        let is_upper = sample.starts_with(|first: char| first.is_ascii_uppercase());
        Self { word, is_quoted, is_upper }
    }

    /// Whether a candidate goes on as the word does.
    pub(crate) fn starts(&self, candidate: &str) -> bool {
        starts(self.word, candidate)
    }

    /// A name as it is to be inserted.
    pub(crate) fn name(&self, name: &str) -> String {
        if self.is_quoted || needs_quotes(name) {
            return format!("\"{}\"", name.replace('"', "\"\""));
        }
        name.to_owned()
    }

    /// A name with the schema before it.
    pub(crate) fn dotted(&self, path: &str) -> String {
        path.split('.').map(|part| self.name(part)).collect::<Vec<_>>().join(".")
    }

    /// A word of SQL.
    pub(crate) fn keyword(&self, word: &str) -> String {
        if self.is_upper { word.to_uppercase() } else { word.to_owned() }
    }

    /// A function as it is called; in capitals where at least two letters were typed so.
    pub(crate) fn call(&self, name: &str) -> String {
        let shouts = self.word.len() > 1 && !self.word.chars().any(|letter| letter.is_ascii_lowercase());
        format!("{}(", if shouts { name.to_uppercase() } else { name.to_owned() })
    }

    /// The words of SQL that go on as the word does.
    pub(crate) fn keywords(&self) -> impl Iterator<Item = String> + '_ {
        KEYWORDS.iter().filter(|keyword| self.starts(keyword)).map(|keyword| self.keyword(keyword))
    }
}

/// Whether a candidate starts with a word, in any case.
pub(crate) fn starts(word: &str, candidate: &str) -> bool {
    candidate.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Text as a SQL literal.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
