//! Among the words of a statement: `a ASOF LEFT JOIN b ON ..` becomes `a ASOF JOIN b MATCH_CONDITION ('left') ON ..`,
//! which the parser reads. A text in the place of a condition says that the condition stands in ON or USING.

use datafusion::sql::sqlparser::ast::{Expr, Value};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

/// What happens to rows without a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Those of the left side go.
    Inner,
    /// Those of the left side stay.
    Left,
    /// Those of the right side stay.
    Right,
    /// All stay.
    Full,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Inner, Self::Left, Self::Right, Self::Full];

    fn keyword(self) -> Keyword {
        match self {
            Self::Inner => Keyword::INNER,
            Self::Left => Keyword::LEFT,
            Self::Right => Keyword::RIGHT,
            Self::Full => Keyword::FULL,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Inner => "inner",
            Self::Left => "left",
            Self::Right => "right",
            Self::Full => "full",
        }
    }

    /// The kind that [`read`] has put in the place of a match condition.
    pub(crate) fn of(match_condition: &Expr) -> Option<Self> {
        let Expr::Value(value) = match_condition else { return None };
        let Value::SingleQuotedString(text) = &value.value else { return None };
        Self::ALL.into_iter().find(|kind| kind.text() == text)
    }
}

/// Writes every ASOF JOIN among the words of a statement in the form that the parser reads.
pub(crate) fn read(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let joins: Vec<Written> = (0..tokens.len()).filter_map(|word| Written::at(word, &tokens)).collect();
    if joins.is_empty() {
        return tokens;
    }
    let mut read = Vec::with_capacity(tokens.len() + joins.len() * 4);
    for position in 0..=tokens.len() {
        for join in joins.iter().filter(|join| join.condition == Some(position)) {
            // Errors about the join point to its first word.
            let span = tokens[join.asof].span;
            let text = Token::SingleQuotedString(join.kind.text().to_owned());
            let words = [Token::make_keyword("MATCH_CONDITION"), Token::LParen, text, Token::RParen];
            read.extend(words.map(|token| TokenWithSpan { token, span }));
        }
        let is_dropped = joins.iter().any(|join| (join.asof + 1..join.join).contains(&position));
        read.extend(tokens.get(position).filter(|_| !is_dropped).cloned());
    }
    read
}

/// An ASOF JOIN that is to be written otherwise: the positions of its words.
struct Written {
    asof: usize,
    join: usize,
    /// Where the condition begins, if no match condition stands before it.
    condition: Option<usize>,
    kind: Kind,
}

impl Written {
    /// The join that the word at a position begins.
    fn at(asof: usize, tokens: &[TokenWithSpan]) -> Option<Self> {
        if keyword(&tokens[asof].token) != Some(Keyword::ASOF) || !follows_a_table(&tokens[..asof]) {
            return None;
        }
        let mut words = significant(tokens, asof + 1);
        let mut next = words.next()?;
        let named = Kind::ALL.into_iter().find(|kind| keyword(next.1) == Some(kind.keyword()));
        if named.is_some() {
            next = words.next()?;
            if keyword(next.1) == Some(Keyword::OUTER) {
                next = words.next()?;
            }
        }
        if keyword(next.1) != Some(Keyword::JOIN) {
            return None;
        }
        let condition = end_of_table(tokens, next.0 + 1);
        // A match condition says LEFT by itself.
        if condition.is_none() && named != Some(Kind::Left) {
            return None;
        }
        Some(Self { asof, join: next.0, condition, kind: named.unwrap_or(Kind::Inner) })
    }
}

/// Whether these words may end with a table: `FROM asof JOIN b` and `FROM a AS asof JOIN b` name a table.
fn follows_a_table(tokens: &[TokenWithSpan]) -> bool {
    let before = tokens.iter().map(|token| &token.token).rfind(|token| !is_space(token));
    match before {
        None | Some(Token::Comma | Token::LParen | Token::Period) => false,
        Some(token) => {
            !matches!(keyword(token), Some(Keyword::FROM | Keyword::JOIN | Keyword::AS | Keyword::ONLY))
        }
    }
}

/// The first word after a table; `None` when a match condition follows it.
fn end_of_table(tokens: &[TokenWithSpan], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (position, token) in significant(tokens, start) {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
            Token::RParen | Token::RBracket | Token::RBrace if depth > 0 => depth -= 1,
            Token::RParen | Token::RBracket | Token::RBrace | Token::EOF => return Some(position),
            Token::Comma | Token::SemiColon if depth == 0 => return Some(position),
            token if depth == 0 => match keyword(token) {
                Some(Keyword::MATCH_CONDITION) => return None,
                Some(word) if ENDS.contains(&word) => return Some(position),
                _ => {}
            },
            _ => {}
        }
    }
    // The statement ends with the table: there is no condition, which is said after parsing.
    Some(tokens.len())
}

/// Words that come after a table.
const ENDS: [Keyword; 19] = [
    Keyword::ON,
    Keyword::USING,
    Keyword::WHERE,
    Keyword::GROUP,
    Keyword::HAVING,
    Keyword::QUALIFY,
    Keyword::WINDOW,
    Keyword::ORDER,
    Keyword::LIMIT,
    Keyword::UNION,
    Keyword::EXCEPT,
    Keyword::INTERSECT,
    Keyword::JOIN,
    Keyword::INNER,
    Keyword::LEFT,
    Keyword::RIGHT,
    Keyword::FULL,
    Keyword::CROSS,
    Keyword::ASOF,
];

fn significant(tokens: &[TokenWithSpan], start: usize) -> impl Iterator<Item = (usize, &Token)> {
    let rest = tokens.iter().enumerate().skip(start).map(|(position, token)| (position, &token.token));
    rest.filter(|(_, token)| !is_space(token))
}

fn is_space(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_))
}

/// The keyword of a word without quotes.
fn keyword(token: &Token) -> Option<Keyword> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.keyword),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::dialect;

    /// How the parser understands a statement.
    fn understood(text: &str) -> String {
        dialect::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
    }

    #[test]
    fn both_forms_are_read() {
        for (text, expected) in [
            ("ASOF JOIN b ON a.x >= b.x", "ASOF JOIN b MATCH_CONDITION ('inner') ON a.x >= b.x"),
            ("asof inner join b USING (k, x)", "ASOF JOIN b MATCH_CONDITION ('inner') USING(k, x)"),
            ("ASOF LEFT OUTER JOIN b c ON true", "ASOF JOIN b c MATCH_CONDITION ('left') ON true"),
            ("ASOF /* l */ RIGHT JOIN b ON true", "ASOF JOIN b MATCH_CONDITION ('right') ON true"),
            ("ASOF FULL JOIN b ON true", "ASOF JOIN b MATCH_CONDITION ('full') ON true"),
            (
                "ASOF JOIN b MATCH_CONDITION (a.x >= b.x) ON true",
                "ASOF JOIN b MATCH_CONDITION (a.x >= b.x) ON true",
            ),
            (
                "ASOF LEFT JOIN b MATCH_CONDITION (a.x >= b.x) ON true",
                "ASOF JOIN b MATCH_CONDITION (a.x >= b.x) ON true",
            ),
            ("ASOF JOIN b MATCH_CONDITION (a.x >= b.x)", "ASOF JOIN b MATCH_CONDITION (a.x >= b.x)"),
            ("ASOF JOIN b", "ASOF JOIN b MATCH_CONDITION ('inner')"),
            ("ASOF JOIN b -- the end", "ASOF JOIN b MATCH_CONDITION ('inner')"),
            ("ASOF JOIN b WHERE true", "ASOF JOIN b MATCH_CONDITION ('inner') WHERE true"),
            (
                "ASOF JOIN (SELECT 1 FROM c JOIN d ON true) AS b ON true",
                "ASOF JOIN (SELECT 1 FROM c JOIN d ON true) AS b MATCH_CONDITION ('inner') ON true",
            ),
            (
                "ASOF JOIN f(1, x => 2) b ON true ASOF LEFT JOIN c USING (k, x) JOIN d ON true",
                "ASOF JOIN f(1, x => 2) b MATCH_CONDITION ('inner') ON true \
                 ASOF JOIN c MATCH_CONDITION ('left') USING(k, x) JOIN d ON true",
            ),
            (
                "ASOF JOIN (SELECT 1 FROM c ASOF JOIN d ON true) b ON true",
                "ASOF JOIN (SELECT 1 FROM c ASOF JOIN d MATCH_CONDITION ('inner') ON true) b \
                 MATCH_CONDITION ('inner') ON true",
            ),
        ] {
            assert_eq!(understood(&format!("SELECT 1 FROM a {text}")), format!("SELECT 1 FROM a {expected}"));
            let inside = format!("WITH t AS (SELECT 1 FROM a {text}\n) SELECT 1 FROM t");
            assert!(understood(&inside).contains(expected), "{inside}");
        }
    }

    #[test]
    fn the_word_is_a_name_elsewhere() {
        for text in [
            "SELECT asof FROM a",
            "SELECT 1 AS asof",
            "SELECT a.asof, asof + 1 FROM a",
            "SELECT * FROM asof JOIN b ON true",
            "SELECT * FROM a, asof JOIN b ON true",
            "SELECT * FROM a AS asof JOIN b ON true",
            "SELECT * FROM main.asof JOIN b ON true",
            "SELECT * FROM a JOIN asof ON true",
            "SELECT 'a ASOF JOIN b ON true' AS x",
        ] {
            assert_eq!(understood(text), text);
        }
    }

    #[test]
    fn an_error_points_to_the_words_that_were_written() {
        let error = dialect::parse("SELECT 1\nFROM a ASOF LEFT JOIN b\nON a.x >= )").unwrap_err();
        assert_eq!(error.diagnostic().unwrap().span.unwrap().start.line, 3);
    }
}
