//! Cuts a text into SQL statements and says whether the prompt must ask for more.
//!
//! One splitter serves the prompt, `-c`, `-f` and notebooks. It reads tokens, not grammar, so it never
//! refuses a text: what cannot be read becomes the last statement, and the parser explains what is wrong.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, TokenizerError};

use crate::dialect::LifetracksDialect;

/// One statement of a text: without its `;`, and without the comments and spaces around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The statement as it was written.
    pub text: &'a str,
    /// Where `text` starts in the whole text, in bytes.
    pub start: usize,
}

/// Cuts `text` into its statements, in order; a `;` outside strings and comments ends one.
///
/// A last statement without `;` counts, and so does a rest that no token can be read from (an
/// unterminated string, for example): parsing it gives the error. Text that holds only spaces, comments
/// and `;` gives no statement.
///
/// ```
/// use lifetracks_engine::statement::split;
///
/// let statements = split("SELECT 1; -- one\nSELECT ';'");
/// assert_eq!(statements.len(), 2);
/// assert_eq!(statements[1].text, "SELECT ';'");
/// assert_eq!(statements[1].start, 17);
/// ```
pub fn split(text: &str) -> Vec<Statement<'_>> {
    pieces(text)
        .pieces
        .into_iter()
        .filter_map(|piece| piece.body)
        .map(|body| Statement { text: &text[body.clone()], start: body.start })
        .collect()
}

/// Whether every statement in `text` has its `;`, so that the prompt can run it.
///
/// False while a string, a comment, a quoted name or a dollar quote is open, and after words that no `;`
/// follows. True for text without a statement, and for text that more typing cannot mend.
///
/// ```
/// use lifetracks_engine::statement::is_complete;
///
/// assert!(is_complete("SELECT 1;"));
/// assert!(!is_complete("SELECT 'a;"));
/// ```
pub fn is_complete(text: &str) -> bool {
    let Pieces { pieces, end } = pieces(text);
    match end {
        End::Open => false,
        End::Unreadable => true,
        End::Read => pieces.last().is_none_or(|piece| piece.terminated || piece.body.is_none()),
    }
}

/// A text cut after every `;`.
struct Pieces {
    pieces: Vec<Piece>,
    end: End,
}

struct Piece {
    /// From the first to the last token that is neither space nor comment nor the closing `;`.
    body: Option<Range<usize>>,
    terminated: bool,
}

/// How reading the tokens ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// At the end of the text.
    Read,
    /// Inside a string, a comment or a quoted name.
    Open,
    /// At something that no further text turns into a token.
    Unreadable,
}

fn pieces(text: &str) -> Pieces {
    let mut tokens = Vec::new();
    let outcome = Tokenizer::new(&LifetracksDialect, text).tokenize_with_location_into_buf(&mut tokens);
    let mut bytes = ByteOffsets::new(text);
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut body: Option<Range<usize>> = None;
    for TokenWithSpan { token, span } in tokens {
        match token {
            Token::Whitespace(_) => {}
            Token::SemiColon => {
                let end = bytes.at(span.end);
                pieces.push(Piece { body: body.take(), terminated: true });
                start = end;
            }
            _ => {
                let first = bytes.at(span.start);
                let last = bytes.at(span.end);
                body = Some(body.map_or(first, |body| body.start)..last);
            }
        }
    }
    let end = match outcome {
        Ok(()) => End::Read,
        Err(error) => {
            // The unreadable rest belongs to the statement, even when it is all there is of it.
            let first = body.map_or_else(|| start + leading_space(&text[start..]), |b| b.start);
            let last = text.trim_end().len().max(first);
            body = Some(first..last);
            end_at(&error, text)
        }
    };
    if start < text.len() {
        pieces.push(Piece { body, terminated: false });
    }
    Pieces { pieces, end }
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The tokenizer's message is the only sign of what stopped it.
fn end_at(error: &TokenizerError, text: &str) -> End {
    let message = error.message.as_str();
    let open = if message.starts_with("Unterminated encoded string literal") {
        // Said of an escape string that is open, and of a closed one with an escape that means nothing.
        let from = ByteOffsets::new(text).at(error.location);
        !escape_string_closes(&text[from..])
    } else {
        message.starts_with("Unterminated")
            || message.starts_with("Unexpected EOF")
            || message.ends_with("before EOF.")
    };
    if open { End::Open } else { End::Unreadable }
}

/// Whether the `E'..'` string at the start of `text` has its closing quote.
fn escape_string_closes(text: &str) -> bool {
    let mut characters = text.chars().skip_while(|&c| c != '\'').skip(1).peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '\'' if characters.next_if_eq(&'\'').is_none() => return true,
            _ => {}
        }
    }
    false
}

/// Turns the tokenizer's locations (line and column, in characters, from 1) into bytes, going forward.
pub(crate) struct ByteOffsets<'a> {
    rest: std::str::CharIndices<'a>,
    line: u64,
    column: u64,
    length: usize,
}

impl<'a> ByteOffsets<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text.char_indices(), line: 1, column: 1, length: text.len() }
    }

    /// The byte at `location`; locations must not decrease from call to call.
    pub(crate) fn at(&mut self, location: Location) -> usize {
        while (self.line, self.column) < (location.line, location.column) {
            match self.rest.next() {
                None => return self.length,
                Some((_, '\n')) => {
                    self.line += 1;
                    self.column = 1;
                }
                Some(_) => self.column += 1,
            }
        }
        self.rest.offset()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|statement| statement.text).collect()
    }

    #[test]
    fn a_semicolon_ends_a_statement() {
        assert_eq!(texts("SELECT 1; SELECT 2;\nSELECT 3"), ["SELECT 1", "SELECT 2", "SELECT 3"]);
        assert_eq!(texts("SELECT (1; 2)"), ["SELECT (1", "2)"]);
    }

    #[test]
    fn a_semicolon_in_quotes_or_a_comment_does_not() {
        for text in [
            "SELECT 'a;b'",
            "SELECT 'it''s;'",
            "SELECT \"a;b\"",
            "SELECT `a;b`",
            "SELECT $$a;b$$",
            "SELECT $t$a;$$;b$t$",
            "SELECT /* ; /* ; */ ; */ 1",
            "SELECT -- ;\n1",
            "SELECT E'\\';'",
            "SELECT U&'\\003B;'",
            "SELECT q'[;]'",
        ] {
            assert_eq!(texts(text), [text]);
            assert!(is_complete(&format!("{text};")), "{text}");
        }
    }

    #[test]
    fn spaces_and_comments_around_a_statement_are_left_out() {
        assert_eq!(texts("-- a\n\n /* b */ SELECT 1 -- c\n ; -- d"), ["SELECT 1"]);
        assert_eq!(texts(" ;; ; -- nothing\n"), Vec::<&str>::new());
    }

    #[test]
    fn starts_are_bytes_and_not_characters() {
        let text = "SELECT 'año ☂'; -- ñ\r\n\tSELECT 'ñ' ;SELECT\r3";
        let statements = split(text);
        assert_eq!(statements.len(), 3);
        for statement in statements {
            assert!(text[statement.start..].starts_with(statement.text));
            assert!(statement.text.starts_with("SELECT"));
        }
    }

    #[test]
    fn an_open_text_is_incomplete_and_still_a_last_statement() {
        for text in [
            "SELECT 1; SELECT 'a",
            "SELECT 1; SELECT \"a",
            "SELECT 1; SELECT `a;",
            "SELECT 1; SELECT 2 /* ;",
            "SELECT 1; SELECT $$;",
            "SELECT 1; SELECT $t$ $$;",
            "SELECT 1; SELECT E'\\';",
            "SELECT 1; SELECT U&'a;",
            "SELECT 1; SELECT 2",
        ] {
            assert!(!is_complete(text), "{text}");
            assert_eq!(texts(text), ["SELECT 1", &text[10..]]);
        }
        assert_eq!(texts(" /* open ; "), ["/* open ;"]);
    }

    #[test]
    fn nothing_is_complete() {
        for text in ["", "  \n", "-- a", "/* a */", ";", "SELECT 1; -- a", "SELECT 1;\n\n"] {
            assert!(is_complete(text), "{text}");
        }
    }

    #[test]
    fn what_typing_on_cannot_mend_is_handed_to_the_parser() {
        for text in ["SELECT U&'\\zz' x", "SELECT E'\\0';", "SELECT ._a"] {
            assert!(is_complete(text), "{text}");
            let statements = split(text);
            assert_eq!(statements.len(), 1);
            assert!(crate::dialect::parse(statements[0].text).is_err());
        }
    }

    fn sql_like() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("'".to_owned()),
            Just("\"".to_owned()),
            Just("$$".to_owned()),
            Just("$a$".to_owned()),
            Just("/*".to_owned()),
            Just("*/".to_owned()),
            Just("--".to_owned()),
            Just("\n".to_owned()),
            Just("\r".to_owned()),
            Just(";".to_owned()),
            Just("E'".to_owned()),
            Just("U&'".to_owned()),
            Just("q'".to_owned()),
            Just("\\".to_owned()),
            Just("ñ☂".to_owned()),
            Just(" SELECT 1 ".to_owned()),
            "[ -~]{0,3}",
        ];
        proptest::collection::vec(part, 0..20).prop_map(|parts| parts.concat())
    }

    /// Nothing but spaces, comments and `;` is left out.
    fn check(text: &str) -> Result<(), TestCaseError> {
        let mut before = 0;
        for Statement { text: body, start } in split(text) {
            prop_assert!(!body.is_empty());
            prop_assert_eq!(&text[start..start + body.len()], body);
            prop_assert!(split(&text[before..start]).is_empty());
            before = start + body.len();
        }
        prop_assert!(split(&text[before..]).is_empty());
        let _ = is_complete(text);
        Ok(())
    }

    proptest! {
        #[test]
        fn nothing_that_counts_is_left_out(text in sql_like()) {
            check(&text)?;
        }

        #[test]
        fn any_text_is_cut(text in any::<String>()) {
            check(&text)?;
        }

        #[test]
        fn a_finished_text_stays_cut_when_more_is_typed(text in sql_like()) {
            let text = format!("{text};");
            if !is_complete(&text) || pieces(&text).end != End::Read {
                return Ok(());
            }
            let longer = format!("{text}\nSELECT 2");
            let before = split(&text);
            let after = split(&longer);
            prop_assert_eq!(&after[..before.len()], &before[..]);
            prop_assert_eq!(after.last().map(|last| last.text), Some("SELECT 2"));
        }
    }
}
