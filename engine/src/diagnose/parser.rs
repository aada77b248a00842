//! Statements that cannot be read: what the parser stumbled over, which is seldom what is wrong.

use super::keywords::{BEFORE_BY, BEFORE_TABLE, CLAUSES, OBJECTS, ORDER, ORDER_TOLD, STATEMENTS, meant};
use super::sayings::WHOLE_DIVISION;
use super::words::{Word, Words};
use crate::error::{Error, ErrorKind, Span};

/// Where the parser stopped, and what it says of that.
pub(super) struct Stop<'a> {
    words: &'a Words<'a>,
    /// The place of the word that it did not expect; the number of words at the end of the statement.
    at: usize,
    expected: Option<&'a str>,
    message: &'a str,
}

/// What may be wrong, the likeliest first.
const CHECKS: &[fn(&Stop<'_>) -> Option<Error>] = &[
    not_closed_text,
    statement,
    without_by,
    misspelt,
    case_without_end,
    not_closed,
    closes_nothing,
    misplaced,
    table_name,
    distinct_of_nothing,
    pieces,
    no_operator,
    expected,
];

/// The error of a statement that cannot be read, where the parser says at which byte it stopped.
pub(super) fn syntax(message: &str, words: &Words<'_>, stopped: Option<Span>) -> Error {
    let is_end = message.contains("found: EOF");
    let at = stopped.filter(|_| !is_end).map_or(words.len(), |span| words.at_byte(span.start));
    let expected = message.split_once("Expected: ").map(|(_, rest)| rest);
    let expected = expected.map(|rest| rest.split(", found").next().unwrap_or(rest));
    let stop = Stop { words, at, expected, message };
    let found = CHECKS.iter().find_map(|check| check(&stop));
    found.unwrap_or_else(|| {
        let message = message.split(" at Line: ").next().unwrap_or(message);
        wrong(message).with_span(stopped)
    })
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Query, message)
}

fn did_you_mean(keyword: &str) -> String {
    format!("did you mean {keyword}?")
}

impl Stop<'_> {
    /// The word that was not expected.
    fn word(&self) -> Option<&str> {
        self.words.get(self.at).map(|word| word.text)
    }

    fn span(&self) -> Span {
        self.words.get(self.at).map_or_else(|| self.words.end(), Word::span)
    }

    /// The keyword that a word at a place, no name that is defined before, most likely meant.
    fn meant(&self, at: usize, keywords: &[&'static str]) -> Option<&'static str> {
        let word = self.words.get(at).filter(|word| word.is_bare())?;
        meant(word.text, keywords)
    }
}

fn not_closed_text(stop: &Stop<'_>) -> Option<Error> {
    const OPEN: &[(&str, &str)] = &[
        ("multi-line comment", "comment"),
        ("close delimiter", "name in quotes"),
        ("dollar", "text in dollar signs"),
        ("Unterminated", "text in quotes"),
    ];
    let start = stop.words.unread()?;
    let (_, what) = OPEN.iter().find(|(sign, _)| stop.message.contains(sign))?;
    Some(wrong(format!("this {what} is not closed")).with_span(Some(Span { start, end: start + 1 })))
}

fn statement(stop: &Stop<'_>) -> Option<Error> {
    let expected = stop.expected?;
    let (list, what) = if expected.starts_with("an SQL statement") {
        (STATEMENTS, "no statement begins with")
    } else if expected.starts_with("an object type after") {
        (OBJECTS, "there is nothing to make or drop that is called")
    } else {
        return None;
    };
    let error = wrong(format!("{what} {}", stop.word()?)).with_span(Some(stop.span()));
    Some(match stop.meant(stop.at, list) {
        Some(keyword) => error.with_help(did_you_mean(keyword)),
        None => error.with_help(format!("there are: {}", list.join(", "))),
    })
}

fn without_by(stop: &Stop<'_>) -> Option<Error> {
    let is_before_by = |at: &usize| stop.words.is_one_of(*at, BEFORE_BY) && !stop.words.is(at + 1, "BY");
    // The parser takes what stands in a window's parentheses for a frame, and stops at the parenthesis or behind it.
    let mut places = [Some(stop.at), stop.at.checked_sub(1), Some(stop.at + 1)].into_iter().flatten();
    let at = places.find(is_before_by)?;
    let word = stop.words.get(at)?;
    let keyword = word.text.to_uppercase();
    let error = wrong(format!("{keyword} must be followed by BY")).with_span(Some(word.span()));
    let next = at + if stop.meant(at + 1, &["BY"]).is_some() { 2 } else { 1 };
    let what = stop.words.get(next).filter(|word| word.is_name()).map_or("..", |word| word.text);
    Some(error.with_help(format!("write {keyword} BY {what}")))
}

fn misspelt(stop: &Stop<'_>) -> Option<Error> {
    // The word before may have been taken for an alias, which does not follow FROM, a comma or a point.
    let may_be_alias = |at: usize| {
        at > 0
            && !stop.words.is_one_of(at - 1, BEFORE_TABLE)
            && !stop.words.is_one_of(at - 1, &["AS", "SELECT", "BY", "AND", "OR", "WHERE", "ON"])
            && ![",", ".", "(", "=", "<", ">", "+", "-", "*", "/"].contains(&stop.words.text(at - 1, at - 1))
    };
    let before = stop.at.checked_sub(1).filter(|at| may_be_alias(*at) && stop.at < stop.words.len());
    let mut places = [before, Some(stop.at)].into_iter().flatten();
    let (at, keyword) = places.find_map(|at| stop.meant(at, CLAUSES).map(|keyword| (at, keyword)))?;
    let word = stop.words.get(at)?;
    let error = wrong(format!("{} is not expected here", word.text)).with_span(Some(word.span()));
    Some(error.with_help(did_you_mean(keyword)))
}

fn case_without_end(stop: &Stop<'_>) -> Option<Error> {
    let mut open = Vec::new();
    for (at, word) in stop.words.iter() {
        if word.is("CASE") {
            open.push(at);
        } else if word.is("END") {
            open.pop();
        }
    }
    let case = stop.words.get(*open.first()?).filter(|case| case.range.start <= stop_byte(stop))?;
    let error = wrong("this CASE has no END").with_span(Some(case.span()));
    Some(error.with_help("write CASE WHEN condition THEN value ELSE value END"))
}

fn stop_byte(stop: &Stop<'_>) -> usize {
    stop.span().start
}

fn not_closed(stop: &Stop<'_>) -> Option<Error> {
    let open = stop.words.open(stop.words.len());
    let at = *open.last().filter(|at| **at < stop.at)?;
    Some(wrong("this parenthesis is not closed").with_span(Some(stop.words.get(at)?.span())))
}

fn closes_nothing(stop: &Stop<'_>) -> Option<Error> {
    let is_closing = stop.word()? == ")" && stop.words.open(stop.at).is_empty();
    is_closing.then(|| wrong("this parenthesis closes nothing").with_span(Some(stop.span())))
}

fn misplaced(stop: &Stop<'_>) -> Option<Error> {
    let clause = ORDER.iter().find(|clause| stop.words.is(stop.at, clause))?;
    let by = if BEFORE_BY.contains(clause) { " BY" } else { "" };
    let is_end = stop.expected?.starts_with("end of statement") || stop.expected? == ")";
    let error = wrong(format!("{clause}{by} stands in the wrong place")).with_span(Some(stop.span()));
    is_end.then(|| error.with_help(ORDER_TOLD))
}

fn table_name(stop: &Stop<'_>) -> Option<Error> {
    if !stop.expected?.starts_with("identifier") {
        return None;
    }
    let before = stop.at.checked_sub(1)?;
    let follows_comma = || {
        let clauses = || stop.words.iter().rev().filter(|(at, _)| *at < before);
        let last = clauses().find(|(at, _)| stop.words.is_one_of(*at, ORDER) || stop.words.is(*at, "SELECT"));
        stop.words.is_sign(before, ",") && last.is_some_and(|(at, _)| stop.words.is(at, "FROM"))
    };
    let is_table = stop.words.is_one_of(before, BEFORE_TABLE) || follows_comma();
    is_table.then(|| wrong("expected a table name here").with_span(Some(stop.span())))
}

fn distinct_of_nothing(stop: &Stop<'_>) -> Option<Error> {
    let distinct = stop.at.checked_sub(1)?;
    if stop.word()? != ")" || !stop.words.is(distinct, "DISTINCT") || distinct < 2 {
        return None;
    }
    let function = stop.words.get(distinct - 2)?.text.to_lowercase();
    let error = wrong(format!("{function}(DISTINCT) needs what to look at")).with_span(Some(stop.span()));
    Some(error.with_help(format!("name a column, as in {function}(DISTINCT person_id)")))
}

/// `LEFT jion`, which the parser finds wrong without a place.
fn pieces(stop: &Stop<'_>) -> Option<Error> {
    const SIDES: &[&str] = &["LEFT", "RIGHT", "FULL", "INNER", "CROSS", "OUTER", "NATURAL"];
    const NEXT: &[&str] = &["JOIN", "OUTER", "SEMI", "ANTI", "APPLY"];
    if !stop.message.contains("JOIN") {
        return None;
    }
    let is_wrong = |at: &usize| stop.words.is_one_of(*at, SIDES) && !stop.words.is_one_of(at + 1, NEXT);
    let (at, side) = stop.words.iter().find(|(at, _)| is_wrong(at))?;
    let side = side.text.to_uppercase();
    let next = stop.words.get(at + 1).map_or_else(|| stop.words.end(), Word::span);
    let error = wrong(format!("{side} must be followed by JOIN")).with_span(Some(next));
    Some(match stop.meant(at + 1, NEXT) {
        Some(keyword) => error.with_help(did_you_mean(keyword)),
        None => error,
    })
}

/// `7 DIV 2`, a word that is an operator elsewhere.
fn no_operator(stop: &Stop<'_>) -> Option<Error> {
    let word = stop.word().filter(|_| stop.message.starts_with("No infix parser for token"))?;
    let error = wrong(format!("{word} is no operator here")).with_span(Some(stop.span()));
    Some(if word.eq_ignore_ascii_case("DIV") { error.with_help(WHOLE_DIVISION) } else { error })
}

/// What the parser expects in the words of a reader.
const EXPECTED: &[(&str, &str)] = &[
    ("identifier", "a name"),
    ("end of statement", "the end of the statement"),
    ("literal string", "a text in single quotes"),
    ("[NOT] NULL", "NULL, NOT NULL, TRUE, FALSE or DISTINCT FROM"),
    ("literal int", "a whole number"),
    (")", "a closing parenthesis"),
    ("(", "an opening parenthesis"),
];

fn expected(stop: &Stop<'_>) -> Option<Error> {
    let expected = stop.expected?;
    let told =
        EXPECTED.iter().find(|(said, _)| expected.starts_with(said)).map_or(expected, |(_, told)| told);
    let Some(found) = stop.word() else {
        return Some(wrong(format!("expected {told} here")).with_span(Some(stop.span())));
    };
    let error = wrong(format!("expected {told} here, found {found}")).with_span(Some(stop.span()));
    let is_value = stop.words.get(stop.at).is_some_and(|word| word.is_number() || word.literal().is_some());
    let is_after_value = expected.starts_with("end of statement") && is_value;
    Some(if is_after_value { error.with_help("is a comma or an operator missing before it?") } else { error })
}

#[cfg(test)]
mod tests {
    use crate::diagnose::unread;
    use crate::dialect;

    /// The message, what the caret stands under, and the help.
    fn told(text: &str) -> String {
        let error = dialect::parse(text).unwrap_err();
        let error = unread(&error, text).unwrap();
        let span = error.span().unwrap();
        let place = text.get(span.start..span.end).unwrap_or("end");
        format!("{} [{place}] {}", error.message(), error.help().unwrap_or_default())
    }

    #[test]
    fn a_misspelt_keyword_is_named() {
        for (text, expected) in [
            ("select 1 from t wher x", "wher is not expected here [wher] did you mean WHERE?"),
            ("selct 1", "no statement begins with selct [selct] did you mean SELECT?"),
            ("select 1 frm t", "frm is not expected here [frm] did you mean FROM?"),
            ("select * form t", "form is not expected here [form] did you mean FROM?"),
            ("select * from t e whre x = 1", "whre is not expected here [whre] did you mean WHERE?"),
            ("select * from t limt 5", "limt is not expected here [limt] did you mean LIMIT?"),
            ("select * from t oder by x", "oder is not expected here [oder] did you mean ORDER?"),
            ("select * from t order x", "ORDER must be followed by BY [order] write ORDER BY x"),
            ("select * from t group bye x", "GROUP must be followed by BY [group] write GROUP BY x"),
            (
                "select count(*) over (partition x) from t",
                "PARTITION must be followed by BY [partition] write PARTITION BY x",
            ),
            (
                "create veiw v as select 1",
                "there is nothing to make or drop that is called veiw [veiw] did you mean VIEW?",
            ),
            (
                "select * from t left jion u on a = b",
                "LEFT must be followed by JOIN [jion] did you mean JOIN?",
            ),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_open_or_missing_is_named() {
        for (text, expected) in [
            ("select x from", "expected a table name here [end] "),
            ("select x from t,", "expected a table name here [end] "),
            ("select count((1 + 2) from t", "this parenthesis is not closed [(] "),
            ("select * from (select 1", "this parenthesis is not closed [(] "),
            ("select 1 from t )", "this parenthesis closes nothing [)] "),
            (
                "select case when 1 = 1 then 2 from t",
                "this CASE has no END [case] write CASE WHEN condition THEN value ELSE value END",
            ),
            (
                "select count(distinct) from t",
                "count(DISTINCT) needs what to look at [)] name a column, as in count(DISTINCT person_id)",
            ),
            ("select 'abc", "this text in quotes is not closed ['] "),
            ("select \"abc", "this name in quotes is not closed [\"] "),
            ("select 1 /* a", "this comment is not closed [/] "),
            (
                "select 1 2",
                "expected the end of the statement here, found 2 [2] is a comma or an operator missing before it?",
            ),
            (
                "select 7 div 2",
                "div is no operator here [div] of whole numbers a / b drops the fraction; of others write floor(a / b)",
            ),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        let misplaced = told("select x from t order by x where x = 1");
        assert!(
            misplaced.starts_with("WHERE stands in the wrong place [where] the order is "),
            "{misplaced}"
        );
    }
}
