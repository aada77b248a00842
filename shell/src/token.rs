//! Cuts text into words, literals and signs. Works on text that does not parse.

use std::ops::Range;

use crate::keywords::is_keyword;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word of SQL.
    Keyword,
    /// A name without quotes.
    Name,
    /// A name in double quotes, or as much of it as has been typed.
    Quoted,
    /// Text in single quotes, or as much of it as has been typed.
    Text,
    /// A number.
    Number,
    /// A parameter such as `$year`.
    Parameter,
    /// A comment.
    Comment,
    /// An operator, a bracket, a comma.
    Sign,
}

/// A piece of text that belongs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// Where it starts, in bytes.
    pub(crate) start: usize,
    /// As it was written.
    pub(crate) text: &'a str,
    /// What it is.
    pub(crate) kind: Kind,
    /// Whether it has its closing quote, where it needs one.
    pub(crate) closed: bool,
}

impl<'a> Token<'a> {
    /// The byte behind it.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Where it stands.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end()
    }

    /// Whether it is this word or sign, in any case.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is one of these words or signs.
    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Whether it can name something.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Name | Kind::Quoted)
    }

    /// The name it stands for: without quotes, and folded as SQL does where there are none.
    pub(crate) fn name(&self) -> String {
        match self.kind {
            Kind::Quoted => self.inside().replace("\"\"", "\""),
            _ => self.text.to_lowercase(),
        }
    }

    /// The text between the quotes.
    pub(crate) fn inside(&self) -> &'a str {
        let inside = self.text.get(1..).unwrap_or_default();
        if self.closed { inside.get(..inside.len().saturating_sub(1)).unwrap_or_default() } else { inside }
    }
}

/// The tokens of `text` in order, without the white space between them.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        let (length, kind, closed) = read(first, rest);
        if !first.is_whitespace() && !is_invisible(first) {
            tokens.push(Token { start, text: &rest[..length], kind, closed });
        }
        start += length;
    }
    tokens
}

fn read(first: char, rest: &str) -> (usize, Kind, bool) {
    match first {
        '\'' => quoted(rest, '\'', Kind::Text),
        '"' => quoted(rest, '"', Kind::Quoted),
        '-' if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), Kind::Comment, false),
        '/' if rest.starts_with("/*") => match rest.find("*/") {
            Some(end) => (end + 2, Kind::Comment, true),
            None => (rest.len(), Kind::Comment, false),
        },
        '$' if rest[1..].starts_with(is_name_part) => {
            (1 + length_of(&rest[1..], is_name_part), Kind::Parameter, true)
        }
        digit if digit.is_ascii_digit() => {
            (length_of(rest, |part| part.is_alphanumeric() || part == '.'), Kind::Number, true)
        }
        letter if is_name_part(letter) => {
            let length = length_of(rest, is_name_part);
            let kind = if is_keyword(&rest[..length]) { Kind::Keyword } else { Kind::Name };
            (length, kind, true)
        }
        sign => {
            let double = SIGNS_OF_TWO.iter().any(|sign| rest.starts_with(sign));
            (if double { 2 } else { sign.len_utf8() }, Kind::Sign, true)
        }
    }
}

/// Signs that are written as two characters.
const SIGNS_OF_TWO: &[&str] = &["<>", "!=", "<=", ">=", "=>", "||", "::"];

/// The word joiner, which the line editor's marks begin with.
fn is_invisible(character: char) -> bool {
    character == '\u{2060}'
}

/// Whether a character can be part of an unquoted name.
pub(crate) fn is_name_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn length_of(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|character| !belongs(character)).unwrap_or(rest.len())
}

/// Quoted text; a doubled quote stands for one.
fn quoted(rest: &str, quote: char, kind: Kind) -> (usize, Kind, bool) {
    let mut end = 1;
    while let Some(found) = rest[end..].find(quote) {
        end += found + 1;
        if !rest[end..].starts_with(quote) {
            return (end, kind, true);
        }
        end += 1;
    }
    (rest.len(), kind, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_unfinished_text() {
        let text = "select \"a b\", 1.5 /* x */ from t -- y\nwhere n <> 'it''s' and $year = 'abc";
        let words: Vec<_> = tokens(text)
            .into_iter()
            .filter(|token| !token.is_any(&[",", "and", "="]))
            .map(|token| (token.text, token.kind, token.closed))
            .collect();
        assert_eq!(
            words,
            [
                ("select", Kind::Keyword, true),
                ("\"a b\"", Kind::Quoted, true),
                ("1.5", Kind::Number, true),
                ("/* x */", Kind::Comment, true),
                ("from", Kind::Keyword, true),
                ("t", Kind::Name, true),
                ("-- y", Kind::Comment, false),
                ("where", Kind::Keyword, true),
                ("n", Kind::Name, true),
                ("<>", Kind::Sign, true),
                ("'it''s'", Kind::Text, true),
                ("$year", Kind::Parameter, true),
                ("'abc", Kind::Text, false),
            ]
        );
    }

    #[test]
    fn names_fold_as_sql_folds_them() {
        let names: Vec<_> = tokens("Person \"Person\" \"a\"\"b\" \"open").iter().map(Token::name).collect();
        assert_eq!(names, ["person", "Person", "a\"b", "open"]);
    }
}
