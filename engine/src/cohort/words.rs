//! A statement's tokens with their bytes, and a cursor that goes through them.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::parse::{Name, nesting};
use crate::error::{Error, ErrorKind, Result, Span};
use crate::statement::ByteOffsets;

/// The tokens of a statement, without spaces and comments.
pub(super) struct Words<'a> {
    text: &'a str,
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str, tokens: Vec<TokenWithSpan>) -> Self {
        let mut bytes = ByteOffsets::new(text);
        let located = tokens.into_iter().map(|TokenWithSpan { token, span }| {
            let start = bytes.at(span.start);
            (token, start..bytes.at(span.end))
        });
        let tokens =
            located.filter(|(token, _)| !matches!(token, Token::Whitespace(_) | Token::EOF)).collect();
        Self { text, tokens, at: 0 }
    }

    /// Where the cursor stands; an empty place behind the last token at the end.
    pub(super) fn here(&self) -> Range<usize> {
        let end = self.tokens.last().map_or(0, |(_, bytes)| bytes.end);
        self.tokens.get(self.at).map_or(end..end, |(_, bytes)| bytes.clone())
    }

    /// The first `$name`.
    pub(super) fn parameter(&self) -> Option<(&str, Range<usize>)> {
        self.tokens.iter().find_map(|(token, bytes)| match token {
            Token::Placeholder(name) => Some((name.as_str(), bytes.clone())),
            _ => None,
        })
    }

    pub(super) fn is_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Whether the token so many places from the cursor is a word, in any case and without quotes.
    pub(super) fn is(&self, word: &str, ahead: usize) -> bool {
        matches!(self.tokens.get(self.at + ahead), Some((Token::Word(found), _))
            if found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word))
    }

    /// The text in single quotes so many places from the cursor.
    pub(super) fn text_at(&self, ahead: usize) -> Option<&str> {
        match self.tokens.get(self.at + ahead) {
            Some((Token::SingleQuotedString(text), _)) => Some(text),
            _ => None,
        }
    }

    /// Takes the words if all of them come next.
    pub(super) fn take_all(&mut self, words: &[&str]) -> bool {
        let come = words.iter().enumerate().all(|(ahead, word)| self.is(word, ahead));
        if come {
            self.at += words.len();
        }
        come
    }

    /// Takes a text in single quotes if one comes next.
    pub(super) fn take_text(&mut self) -> Option<String> {
        let text = self.text_at(0)?.to_owned();
        self.at += 1;
        Some(text)
    }

    /// Takes a word that must come next; `what` names it in the error.
    pub(super) fn expect(&mut self, word: &str, what: &str) -> Result<()> {
        if self.take_all(&[word]) { Ok(()) } else { Err(self.expected(what)) }
    }

    /// Takes a name that must come next.
    pub(super) fn name(&mut self, what: &str) -> Result<Name> {
        let Some((Token::Word(word), bytes)) = self.tokens.get(self.at) else {
            return Err(self.expected(what));
        };
        let text =
            if word.quote_style.is_some() { word.value.clone() } else { word.value.to_ascii_lowercase() };
        let name = Name { text, span: Span { start: bytes.start, end: bytes.end } };
        self.at += 1;
        Ok(name)
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Result<()> {
        if self.is_end() { Ok(()) } else { Err(self.expected("the end of the statement")) }
    }

    /// Goes on to where `stop` says, outside of parentheses, or to the end; returns the bytes in between.
    pub(super) fn until(&mut self, stop: impl Fn(&Self) -> bool) -> Result<Range<usize>> {
        let first = self.here().start;
        let mut last = first;
        let mut open = Vec::new();
        while let Some((token, bytes)) = self.tokens.get(self.at) {
            if open.is_empty() && stop(self) {
                break;
            }
            match nesting(token) {
                1 => open.push(bytes.clone()),
                -1 if open.pop().is_none() => {
                    return Err(error_at("this parenthesis was not opened", bytes.clone()));
                }
                _ => {}
            }
            last = bytes.end;
            self.at += 1;
        }
        match open.pop() {
            Some(bytes) => Err(error_at("a parenthesis is not closed", bytes)),
            None => Ok(first..last),
        }
    }

    fn expected(&self, what: &str) -> Error {
        let here = self.here();
        let found = if self.is_end() { "the end of the statement" } else { &self.text[here.clone()] };
        error_at(format!("expected {what} here, found {found}"), here)
    }
}

/// An error at a place of the statement.
pub(super) fn error_at(message: impl Into<String>, bytes: Range<usize>) -> Error {
    let span = Span { start: bytes.start, end: bytes.end.max(bytes.start + 1) };
    Error::new(ErrorKind::Query, message).with_span(Some(span))
}
