//! The statement around the cursor as tokens, with its brackets paired. A bracket without a partner counts as none.

use crate::token::{Kind, Token, tokens};

/// Brackets further out than this are not looked at.
const DEEPEST: usize = 64;

/// One statement of a text.
pub(crate) struct Statement<'a> {
    /// The whole text.
    pub(crate) text: &'a str,
    /// Its tokens without comments.
    pub(crate) tokens: Vec<Token<'a>>,
    /// For each bracket that has a partner, where that is.
    partners: Vec<Option<usize>>,
}

/// Tokens from one place up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first one.
    pub(crate) from: usize,
    /// The one behind the last.
    pub(crate) to: usize,
}

/// How far a query has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Neither SELECT nor FROM has come.
    Start,
    /// FROM has come first: a SELECT that follows is its own.
    From,
    Select,
}

/// Words between two queries of one statement.
const BETWEEN_QUERIES: &[&str] = &["union", "intersect", "except"];

impl<'a> Statement<'a> {
    /// The statement in which the cursor is.
    pub(crate) fn around(text: &'a str, cursor: usize) -> Self {
        let all = tokens(text);
        let ends = |token: &Token<'_>| token.kind == Kind::Sign && token.text == ";";
        let first =
            all.iter().rposition(|token| ends(token) && token.end() <= cursor).map_or(0, |end| end + 1);
        let last = all.iter().position(|token| ends(token) && token.start >= cursor).unwrap_or(all.len());
        let tokens: Vec<_> =
            all[first..last.max(first)].iter().filter(|token| token.kind != Kind::Comment).copied().collect();
        let partners = partners(&tokens);
        Self { text, tokens, partners }
    }

    /// All of it.
    pub(crate) fn span(&self) -> Span {
        Span { from: 0, to: self.tokens.len() }
    }

    /// The other bracket of a pair.
    pub(crate) fn partner(&self, index: usize) -> Option<usize> {
        self.partners.get(index).copied().flatten()
    }

    /// The text of a span.
    pub(crate) fn written(&self, span: Span) -> &'a str {
        let last = span.to.checked_sub(1).and_then(|last| self.tokens.get(last));
        match (self.tokens.get(span.from), last) {
            (Some(first), Some(last)) if first.start < last.end() => &self.text[first.start..last.end()],
            _ => "",
        }
    }

    /// The positions of a span that are in no pair of brackets inside of it; of a pair its opening bracket only.
    pub(crate) fn level(&self, span: Span) -> impl Iterator<Item = usize> + '_ {
        let mut next = span.from;
        std::iter::from_fn(move || {
            let index = next;
            if index >= span.to {
                return None;
            }
            let closing = self.partner(index).filter(|partner| *partner > index);
            next = closing.unwrap_or(index) + 1;
            Some(index)
        })
    }

    /// The first of these words in a span, in no brackets.
    pub(crate) fn find(&self, span: Span, words: &[&str]) -> Option<usize> {
        self.level(span).find(|index| self.is(*index, words))
    }

    /// Whether a token is one of these words.
    pub(crate) fn is(&self, index: usize, words: &[&str]) -> bool {
        self.tokens.get(index).is_some_and(|token| token.is_any(words))
    }

    /// Whether a span holds a query.
    pub(crate) fn is_query(&self, span: Span) -> bool {
        span.from < span.to && self.is(span.from, &["from"]) || self.find(span, &["select"]).is_some()
    }

    /// The queries around the cursor, the innermost first.
    pub(crate) fn queries_around(&self, cursor: usize) -> Vec<Span> {
        let opening = (0..self.tokens.len()).rev().filter(|index| self.tokens[*index].text == "(");
        let inside = opening.filter_map(|open| {
            let close = self.partner(open)?;
            let holds = self.tokens[open].end() <= cursor && cursor <= self.tokens[close].start;
            let span = Span { from: open + 1, to: close };
            (holds && self.is_query(span)).then_some(span)
        });
        inside.take(DEEPEST).chain([self.span()]).collect()
    }

    /// The part of a span that is the one query in which the cursor is: from SELECT, or from a FROM that stands before it,
    /// to UNION, or to the end.
    pub(crate) fn segment(&self, span: Span, cursor: usize) -> Span {
        let mut segment = span;
        let mut seen = false;
        let mut part = Part::Start;
        for index in self.level(span) {
            let Some(next) = self.next_part(index, part) else { continue };
            let is_own_select = part == Part::From && next == Part::Select && !self.follows_bracket(index);
            part = next;
            if is_own_select {
                continue;
            }
            if self.tokens[index].start < cursor || !seen {
                segment.from = index;
                seen = true;
            } else {
                segment.to = index;
                break;
            }
        }
        segment
    }

    /// The part of a query that a token begins, behind another one; `None` where it begins none.
    fn next_part(&self, index: usize, part: Part) -> Option<Part> {
        if self.is(index, BETWEEN_QUERIES) && !self.follows_star(index) {
            return Some(Part::Start);
        }
        if self.is(index, &["select"]) {
            return Some(Part::Select);
        }
        let is_first = part == Part::Start || self.follows_bracket(index);
        (is_first && self.is(index, &["from"])).then_some(Part::From)
    }

    /// Whether a token follows a bracket; where it is on the bracket's level, the bracket has no partner.
    fn follows_bracket(&self, index: usize) -> bool {
        index > 0 && self.is(index - 1, &["("])
    }

    /// Whether an EXCEPT belongs to a `*`.
    fn follows_star(&self, index: usize) -> bool {
        index > 0 && self.tokens[index - 1].text == "*"
    }

    /// A name with dots that starts at `index`: its parts, and the position behind it.
    pub(crate) fn path(&self, index: usize) -> Option<(Vec<String>, usize)> {
        let mut parts = vec![self.tokens.get(index).filter(|token| is_part(token))?.name()];
        let mut next = index + 1;
        while self.is(next, &["."])
            && let Some(part) = self.tokens.get(next + 1).filter(|token| is_part(token))
        {
            parts.push(part.name());
            next += 2;
        }
        Some((parts, next))
    }

    /// A name with dots that ends at `index`: where it starts, and its parts.
    pub(crate) fn path_before(&self, index: usize) -> Option<(usize, Vec<String>)> {
        let mut first = index;
        self.tokens.get(index).filter(|token| is_part(token))?;
        while first >= 2 && self.is(first - 1, &["."]) && is_part(&self.tokens[first - 2]) {
            first -= 2;
        }
        let parts = (first..=index).step_by(2).map(|part| self.tokens[part].name()).collect();
        Some((first, parts))
    }
}

/// Words of SQL can be parts of a name, such as a column `year` or `date`.
fn is_part(token: &Token<'_>) -> bool {
    token.is_name() || token.kind == Kind::Keyword
}

fn partners(tokens: &[Token<'_>]) -> Vec<Option<usize>> {
    let mut partners = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.text {
            "(" => open.push(index),
            ")" => {
                if let Some(opening) = open.pop() {
                    partners[opening] = Some(index);
                    partners[index] = Some(opening);
                }
            }
            _ => {}
        }
    }
    partners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_ends_at_its_semicolon_only() {
        let text = "select 1; select ';', /* ; */ 2; select 3";
        let words = |cursor| {
            let tokens = Statement::around(text, cursor).tokens;
            tokens.iter().map(|token| token.text).collect::<Vec<_>>()
        };
        assert_eq!(words(15), ["select", "';'", ",", "2"]);
        assert_eq!(words(text.len()), ["select", "3"]);
    }

    #[test]
    fn the_query_around_the_cursor_is_the_inner_one() {
        let text = "select a from (select b from t union select c from u) where d";
        let statement = Statement::around(text, text.len());
        let segment = |cursor| {
            let span = statement.queries_around(cursor)[0];
            statement.written(statement.segment(span, cursor)).to_owned()
        };
        assert_eq!(segment(22), "select b from t");
        assert_eq!(segment(45), "select c from u");
        assert_eq!(segment(58), text);
    }

    #[test]
    fn a_query_may_begin_with_from() {
        let segment = |text: &str| {
            let cursor = text.find('|').unwrap();
            let text = text.replacen('|', "", 1);
            let statement = Statement::around(&text, cursor);
            statement.written(statement.segment(statement.queries_around(cursor)[0], cursor)).to_owned()
        };
        assert_eq!(segment("with c as (select 1) from c| select a"), "from c select a");
        assert_eq!(segment("with c as (select 1) from c select a|"), "from c select a");
        assert_eq!(segment("with c as (from t| select b) from c"), "from t select b");
        assert_eq!(segment("select a from t union from u select |"), "from u select");
        assert_eq!(segment("from t where x in (select b| from u"), "select b from u");
        assert_eq!(segment("select a from t where x in (from u select |"), "from u select");
        assert_eq!(segment("select a is distinct from b| from t"), "select a is distinct from b from t");
    }
}
