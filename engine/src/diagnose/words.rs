//! A statement as words with their places: where a call, a literal or a name stands that an error speaks of.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::dialect::LifetracksDialect;
use crate::error::Span;
use crate::statement::ByteOffsets;

/// A word, a number, a text or a sign of the statement.
#[derive(Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) range: Range<usize>,
    token: Token,
}

impl Word<'_> {
    /// Whether it is this keyword, or a name that is not quoted and reads like it.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.is_bare() && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether it is a name or a keyword, without quotes.
    pub(super) fn is_bare(&self) -> bool {
        matches!(&self.token, Token::Word(word) if word.quote_style.is_none())
    }

    /// Whether it is a name or a keyword, quoted or not.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.token, Token::Word(_))
    }

    /// The name that it is, without its quotes.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.token {
            Token::Word(word) => Some(&word.value),
            _ => None,
        }
    }

    /// What the text in single quotes says.
    pub(super) fn literal(&self) -> Option<&str> {
        match &self.token {
            Token::SingleQuotedString(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a number.
    pub(super) fn is_number(&self) -> bool {
        matches!(self.token, Token::Number(..))
    }

    pub(super) fn span(&self) -> Span {
        Span { start: self.range.start, end: self.range.end }
    }
}

/// The words of a statement, as far as it can be read.
#[derive(Debug)]
pub(super) struct Words<'a> {
    text: &'a str,
    all: Vec<Word<'a>>,
    /// Where the first thing starts that is no word: a quote or a comment that is not closed.
    unread: Option<usize>,
}

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut tokens = Vec::new();
        let read = Tokenizer::new(&LifetracksDialect, text).tokenize_with_location_into_buf(&mut tokens);
        let mut bytes = ByteOffsets::new(text);
        let mut words = Vec::new();
        let mut end = 0;
        for TokenWithSpan { token, span } in tokens {
            let range = bytes.at(span.start)..bytes.at(span.end);
            end = range.end;
            if !matches!(token, Token::Whitespace(_)) {
                words.push(Word { text: &text[range.clone()], range, token });
            }
        }
        let unread = read.is_err().then(|| text.len() - text[end..].trim_start().len());
        Self { text, all: words, unread }
    }

    /// Where what cannot be read starts.
    pub(super) fn unread(&self) -> Option<usize> {
        self.unread
    }

    pub(super) fn get(&self, at: usize) -> Option<&Word<'a>> {
        self.all.get(at)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (usize, &Word<'a>)> {
        self.all.iter().enumerate()
    }

    /// Whether the word at a place is this keyword.
    pub(super) fn is(&self, at: usize, keyword: &str) -> bool {
        self.get(at).is_some_and(|word| word.is(keyword))
    }

    /// Whether the word at a place is one of these keywords.
    pub(super) fn is_one_of(&self, at: usize, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(at, keyword))
    }

    /// Whether the word at a place is this sign.
    pub(super) fn is_sign(&self, at: usize, sign: &str) -> bool {
        self.get(at).is_some_and(|word| word.text == sign)
    }

    /// The place of the word that a byte lies in, or of the first one after it.
    pub(super) fn at_byte(&self, byte: usize) -> usize {
        self.all.partition_point(|word| word.range.end <= byte)
    }

    /// The end of the statement, as the place of something that is missing there.
    pub(super) fn end(&self) -> Span {
        let end = self.text.trim_end().len();
        Span { start: end, end: end + 1 }
    }

    /// Where parentheses are open, outermost first, after `count` words.
    pub(super) fn open(&self, count: usize) -> Vec<usize> {
        let mut open = Vec::new();
        for (at, word) in self.all.iter().enumerate().take(count) {
            match word.text {
                "(" => open.push(at),
                ")" => {
                    open.pop();
                }
                _ => {}
            }
        }
        open
    }

    /// The place of the parenthesis that closes the one at a place.
    pub(super) fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, word) in self.all.iter().enumerate().skip(open) {
            match word.text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    /// From one word to another, both included.
    pub(super) fn span(&self, first: usize, last: usize) -> Option<Span> {
        Some(Span { start: self.get(first)?.range.start, end: self.get(last)?.range.end })
    }

    /// The statement's text from one word to another, both included.
    pub(super) fn text(&self, first: usize, last: usize) -> &'a str {
        match (self.get(first), self.get(last)) {
            (Some(first), Some(last)) if first.range.start < last.range.end => {
                &self.text[first.range.start..last.range.end]
            }
            _ => "",
        }
    }

    /// The calls of a function.
    pub(super) fn calls(&self, function: &str) -> Vec<Call> {
        let named = |word: &Word<'_>| word.name().is_some_and(|name| name.eq_ignore_ascii_case(function));
        let starts = self.all.iter().enumerate().filter(|(_, word)| named(word)).map(|(at, _)| at);
        starts.filter_map(|at| self.call_at(at)).collect()
    }

    /// The call whose name is at a place.
    pub(super) fn call_at(&self, at: usize) -> Option<Call> {
        if !self.get(at)?.is_name() || !self.is_sign(at + 1, "(") {
            return None;
        }
        let last = self.closing(at + 1)?;
        let mut arguments = Vec::new();
        let mut start = at + 2;
        let mut place = start;
        while place < last {
            if self.is_sign(place, "(") {
                place = self.closing(place)?;
            } else if self.is_sign(place, ",") {
                arguments.push(start..place);
                start = place + 1;
            }
            place += 1;
        }
        if start < last {
            arguments.push(start..last);
        }
        Some(Call { name: at, last, arguments })
    }
}

/// A call in a statement, as places of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) name: usize,
    /// The closing parenthesis.
    pub(super) last: usize,
    pub(super) arguments: Vec<Range<usize>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_have_arguments() {
        let words = Words::of("select sum(a), ñ, SUM( f(b, 1), 'x, y' ) from t");
        let calls = words.calls("sum");
        assert_eq!(calls.len(), 2);
        let call = &calls[1];
        let arguments: Vec<&str> =
            call.arguments.iter().map(|range| words.text(range.start, range.end - 1)).collect();
        assert_eq!(arguments, ["f(b, 1)", "'x, y'"]);
        assert_eq!(words.text(call.name, call.last), "SUM( f(b, 1), 'x, y' )");
        assert!(Words::of("select now()").calls("now")[0].arguments.is_empty());
        assert!(Words::of("select now(").calls("now").is_empty());
    }

    #[test]
    fn a_byte_is_in_a_word() {
        let words = Words::of("select  año from t");
        assert_eq!(words.get(words.at_byte(9)).unwrap().text, "año");
        assert_eq!(words.get(words.at_byte(6)).unwrap().text, "año");
        assert!(words.get(words.at_byte(99)).is_none());
    }

    #[test]
    fn what_is_open_is_known() {
        let words = Words::of("select (1 + (2) from (");
        let open: Vec<usize> =
            words.open(words.len()).iter().map(|at| words.get(*at).unwrap().range.start).collect();
        assert_eq!(open, [7, 21]);
        assert_eq!(Words::of("select 'abc").unread(), Some(7));
        assert_eq!(Words::of("select 1 /* a").unread(), Some(9));
    }
}
