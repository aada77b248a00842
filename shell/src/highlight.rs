//! The colours of a text: words of SQL, known functions, literals, what is unbalanced, and names that do not exist.

use std::ops::Range;

use anstyle::{AnsiColor, Style};

use crate::complete::unknown_names;
use crate::names::Names;
use crate::script::is_command;
use crate::terminal::Theme;
use crate::token::{Kind, Token, tokens};

const FUNCTION: Style = AnsiColor::Cyan.on_default();

const PARAMETER: Style = AnsiColor::Yellow.on_default();

/// A name that names nothing.
const UNKNOWN: Style = AnsiColor::Red.on_default().dimmed().underline();

/// A quote or a bracket without its partner.
const UNBALANCED: Style = AnsiColor::Red.on_default();

/// The bracket at the cursor and its partner.
const MATCHING: Style = Style::new().bold().underline();

/// Names are looked up in texts up to this size: every key draws anew.
const LOOKED_UP: usize = 8 << 10;

/// The styled parts of a text in order. Without names nothing is unknown; without a cursor no bracket has a partner.
pub(crate) fn highlight(
    text: &str,
    cursor: Option<usize>,
    theme: &Theme,
    names: Option<&Names>,
) -> Vec<(Range<usize>, Style)> {
    if *theme == Theme::PLAIN {
        return Vec::new();
    }
    if is_command(text) {
        let start = text.len() - text.trim_start().len();
        let end = text[start..].find(char::is_whitespace).map_or(text.len(), |length| start + length);
        return vec![(start..end, theme.keyword)];
    }
    let all = tokens(text);
    let brackets = Brackets::new(&all, cursor);
    let unknown = match names {
        Some(names) if text.len() <= LOOKED_UP => unknown_names(text, cursor.unwrap_or(usize::MAX), names),
        _ => Vec::new(),
    };
    let style = |(index, token): (usize, &Token<'_>)| {
        let is_called = all.get(index + 1).is_some_and(|next| next.text == "(");
        let style = match token.kind {
            _ if unknown.contains(&token.start) => UNKNOWN,
            Kind::Text | Kind::Quoted if !token.closed => UNBALANCED,
            Kind::Name | Kind::Keyword if is_called && is_function(token, names) => FUNCTION,
            Kind::Keyword => theme.keyword,
            Kind::Text => theme.literal,
            Kind::Number => theme.number,
            Kind::Parameter => PARAMETER,
            Kind::Comment => theme.dim,
            Kind::Sign if brackets.alone.contains(&index) => UNBALANCED,
            Kind::Sign if brackets.matching.contains(&index) => MATCHING,
            Kind::Name | Kind::Quoted | Kind::Sign => Style::new(),
        };
        (token.range(), style)
    };
    all.iter().enumerate().map(style).filter(|(_, style)| *style != Style::new()).collect()
}

fn is_function(token: &Token<'_>, names: Option<&Names>) -> bool {
    names.is_some_and(|names| names.function(token.text).is_some())
}

/// Brackets without a partner, and the pair at the cursor.
#[derive(Default)]
struct Brackets {
    alone: Vec<usize>,
    matching: Vec<usize>,
}

impl Brackets {
    fn new(tokens: &[Token<'_>], cursor: Option<usize>) -> Self {
        let mut brackets = Self::default();
        let mut open: Vec<usize> = Vec::new();
        for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Sign) {
            match token.text {
                "(" => open.push(index),
                ";" => brackets.alone.append(&mut open),
                ")" => match open.pop() {
                    Some(partner) => {
                        let at =
                            |index: &usize| cursor.is_some_and(|cursor| touches(&tokens[*index], cursor));
                        if brackets.matching.is_empty() && [partner, index].iter().any(at) {
                            brackets.matching = vec![partner, index];
                        }
                    }
                    None => brackets.alone.push(index),
                },
                _ => {}
            }
        }
        brackets.alone.append(&mut open);
        brackets
    }
}

/// Whether the cursor is on a bracket, or right behind a closing one.
fn touches(bracket: &Token<'_>, cursor: usize) -> bool {
    cursor == bracket.start || bracket.text == ")" && cursor == bracket.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{Column, Function, Table};

    fn names() -> Names {
        let column = Column { name: "wages".to_owned(), ..Column::default() };
        let table = Table { name: "ui_wage".to_owned(), note: String::new(), columns: Some(vec![column]) };
        let function = Function { name: "sum".to_owned(), ..Function::default() };
        Names { tables: vec![table], functions: vec![function], ..Names::default() }
    }

    /// The parts of a text that have this style.
    fn styled(text: &str, cursor: Option<usize>, style: Style) -> Vec<&str> {
        let parts = highlight(text, cursor, &Theme::new(true), Some(&names()));
        parts.into_iter().filter(|(_, other)| *other == style).map(|(range, _)| &text[range]).collect()
    }

    #[test]
    fn names_that_do_not_exist_are_marked_once_from_is_known() {
        let unknown = |text| styled(text, None, UNKNOWN);
        assert_eq!(unknown("select wage, w.wages, w.x from ui_wage w where year = 1"), ["wage", "x", "year"]);
        assert_eq!(unknown("select wages as a, wages b from ui_wage order by a, b"), Vec::<&str>::new());
        assert_eq!(unknown("select wage"), Vec::<&str>::new());
        assert_eq!(unknown("select a from ui_wages"), ["ui_wages"]);
        assert_eq!(unknown("with t as (select wages as a from ui_wage) select a, wages from t"), ["wages"]);
        assert_eq!(unknown("select x from read_csv('a.csv')"), Vec::<&str>::new());
        assert_eq!(
            unknown("select extract(year from wages), wages::bigint from ui_wage"),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn the_word_at_the_cursor_is_not_judged() {
        assert_eq!(styled("select wag from ui_wage", Some(10), UNKNOWN), Vec::<&str>::new());
    }

    #[test]
    fn known_functions_and_parameters_have_their_colours() {
        assert_eq!(styled("select sum(1), total(2)", None, FUNCTION), ["sum"]);
        assert_eq!(styled("select $year", None, PARAMETER), ["$year"]);
    }

    #[test]
    fn what_is_unbalanced_stands_out() {
        assert_eq!(styled("select (1, 'a", None, UNBALANCED), ["(", "'a"]);
        assert_eq!(styled("select (1)); (", None, UNBALANCED), [")", "("]);
    }

    #[test]
    fn the_bracket_at_the_cursor_shows_its_partner() {
        assert_eq!(styled("f((1))", Some(6), MATCHING), ["(", ")"]);
        assert_eq!(styled("f((1))", Some(0), MATCHING), Vec::<&str>::new());
    }
}
