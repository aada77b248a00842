//! What can stand where the cursor is, read off the tokens before it.

use super::statement::Statement;
use crate::token::{Kind, Token};

/// What can stand at a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The first word of a statement or a sub-query.
    Start,
    /// A table, or something else that gives rows.
    Table,
    /// A value: columns, functions.
    Value,
    /// A value that is compared with a column.
    Compared(Compared),
    /// A condition of a join.
    Condition,
    /// A column that both sides of a join have.
    Shared,
    /// An argument of a function.
    Argument(Argument),
    /// The name of a cohort.
    Cohort,
    /// A word that goes on after a value or a table.
    Word,
    /// A name that only the person can think of, or a number.
    Nothing,
}

/// A comparison without its right side.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    /// The left side.
    pub(crate) path: Vec<String>,
    /// The values of the list so far, as they are written.
    pub(crate) given: Vec<String>,
    /// Whether it is a condition of a join.
    pub(crate) is_join: bool,
}

/// An argument of a call, by its place or its name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    /// The function.
    pub(crate) function: String,
    /// Arguments before this one.
    pub(crate) position: usize,
    /// Its name, where `name =>` stands before.
    pub(crate) name: Option<String>,
    /// Names that are given already.
    pub(crate) given: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clause {
    Start,
    Values,
    From,
    On,
    Using,
    Number,
    With,
    Other,
}

/// Brackets that are open at the cursor, or the statement itself.
struct Frame {
    clause: Clause,
    /// The token before its bracket.
    before: Option<usize>,
    /// The first token inside.
    first: usize,
    /// Whether it belongs to a function's name.
    is_call: bool,
    commas: usize,
}

/// What can stand behind the first `count` tokens.
pub(crate) fn place(statement: &Statement<'_>, count: usize) -> Place {
    let frames = frames(statement, count);
    let Some(frame) = frames.last() else { return Place::Start };
    let previous = count.checked_sub(1).filter(|last| *last >= frame.first);
    let Some(previous) = previous.map(|index| (index, &statement.tokens[index])) else {
        return opened(statement, frame, count);
    };
    let (at, token) = previous;
    if token.is("cohort") && at > 0 && statement.is(at - 1, &["refresh", "drop"]) {
        return Place::Cohort;
    }
    if token.is("as") {
        return match frame.clause {
            Clause::Other => Place::Start,
            Clause::With => Place::Word,
            _ if frame.is_call => Place::Word,
            _ => Place::Nothing,
        };
    }
    if token.is("by") && frame.clause == Clause::Start {
        return Place::Value;
    }
    if let Some(compared) = compared(statement, at, frame) {
        return Place::Compared(compared);
    }
    if let Some(found) = listed(statement, at, frame) {
        return found;
    }
    if is_operand(statement, at) {
        return if frame.clause == Clause::With && token.text == ")" { Place::Start } else { Place::Word };
    }
    match frame.clause {
        Clause::Start => Place::Start,
        Clause::From
            if token
                .is_any(&["from", "join", ",", "lateral", "update", "describe", "table", "into", "view"]) =>
        {
            Place::Table
        }
        Clause::On if token.is_any(&["on", "and", "or", "not"]) => Place::Condition,
        Clause::Values if token.is_any(&["group", "order", "partition"]) => Place::Word,
        Clause::On | Clause::Values => Place::Value,
        Clause::From | Clause::Using | Clause::Other => Place::Word,
        Clause::Number | Clause::With => Place::Nothing,
    }
}

/// What can stand right behind an opening bracket.
fn opened(statement: &Statement<'_>, frame: &Frame, count: usize) -> Place {
    if count == 0 || frame.before.is_none() {
        return Place::Start;
    }
    if let Some(found) = frame.before.and_then(|_| listed(statement, frame.first - 1, frame)) {
        return found;
    }
    match frame.clause {
        Clause::From => Place::Table,
        Clause::On => Place::Condition,
        Clause::Using => Place::Shared,
        Clause::Values => Place::Value,
        _ => Place::Start,
    }
}

/// A place in a list: the arguments of a function, the values behind IN, the columns behind USING.
fn listed(statement: &Statement<'_>, at: usize, frame: &Frame) -> Option<Place> {
    if !statement.is(at, &["(", ",", "=>"]) {
        return None;
    }
    let before = frame.before?;
    if statement.is(before, &["using"]) {
        return Some(Place::Shared);
    }
    if statement.is(before, &["in"]) {
        let end = before.checked_sub(1)?;
        let end = if statement.is(end, &["not"]) { end.checked_sub(1)? } else { end };
        let (_, path) = statement.path_before(end)?;
        let given = statement.tokens.iter().take(at + 1).skip(frame.first);
        let given = given.filter(|token| token.kind != Kind::Sign).map(|token| token.text.to_owned());
        return Some(Place::Compared(Compared { path, given: given.collect(), is_join: false }));
    }
    if !frame.is_call {
        return None;
    }
    let given = (frame.first..at).filter(|index| statement.is(index + 1, &["=>"]));
    let given: Vec<String> = given.map(|index| statement.tokens[index].name()).collect();
    let name = statement.is(at, &["=>"]).then(|| given.last().cloned()).flatten();
    Some(Place::Argument(Argument {
        function: statement.tokens[before].name(),
        position: frame.commas,
        name,
        given,
    }))
}

fn compared(statement: &Statement<'_>, at: usize, frame: &Frame) -> Option<Compared> {
    if !statement.is(at, &["=", "<>", "!="]) {
        return None;
    }
    let (_, path) = statement.path_before(at.checked_sub(1)?)?;
    Some(Compared { path, given: Vec::new(), is_join: frame.clause == Clause::On })
}

/// Whether a value or a name ends here, so that no other can follow.
fn is_operand(statement: &Statement<'_>, at: usize) -> bool {
    let token = &statement.tokens[at];
    match token.kind {
        Kind::Name | Kind::Quoted | Kind::Text | Kind::Number | Kind::Parameter => true,
        Kind::Keyword => token.is_any(&["end", "null", "true", "false"]),
        Kind::Sign if token.text == "*" => {
            at == 0 || statement.is(at - 1, &["select", ",", ".", "(", "distinct"])
        }
        Kind::Sign => token.text == ")",
        Kind::Comment => false,
    }
}

fn frames(statement: &Statement<'_>, count: usize) -> Vec<Frame> {
    let mut frames = vec![Frame { clause: Clause::Start, before: None, first: 0, is_call: false, commas: 0 }];
    for (index, token) in statement.tokens[..count].iter().enumerate() {
        if token.text == ")" && frames.len() > 1 {
            frames.pop();
            continue;
        }
        let Some(frame) = frames.last_mut() else { continue };
        match token.text {
            "(" => {
                let inside = inside(statement, index, frame.clause);
                frames.push(inside);
            }
            "," => frame.commas += 1,
            _ if token.kind == Kind::Keyword => {
                let is_value = frame.is_call
                    && frame.clause != Clause::From
                    && !token.is_any(&["select", "with"])
                    && !holds_query(statement, frame, index);
                let follows = |words: &[&str]| index > 0 && statement.is(index - 1, words);
                if let Some(clause) = clause(token, &follows)
                    && !is_value
                {
                    frame.clause = clause;
                }
            }
            _ => {}
        }
    }
    frames
}

fn holds_query(statement: &Statement<'_>, frame: &Frame, index: usize) -> bool {
    statement.tokens[frame.first..index].iter().any(|token| token.is("select"))
}

/// The frame that a bracket opens.
fn inside(statement: &Statement<'_>, open: usize, around: Clause) -> Frame {
    let before = open.checked_sub(1);
    let token = before.map(|index| &statement.tokens[index]);
    let touches = token.is_some_and(|token| token.end() == statement.tokens[open].start);
    let is_call = token.is_some_and(|token| {
        token.is_name() || (token.kind == Kind::Keyword && touches && !token.is_any(NOT_CALLED))
    });
    let clause = match token {
        Some(token) if token.is("using") => Clause::Using,
        Some(token) if token.is_any(&["exists", "as", "any", "all", "union", "except", "intersect"]) => {
            Clause::Start
        }
        None => Clause::Start,
        Some(_) if is_call => Clause::Values,
        Some(_) => around,
    };
    Frame { clause, before, first: open + 1, is_call, commas: 0 }
}

/// Words of SQL that a bracket may touch without being called.
const NOT_CALLED: &[&str] = &[
    "and", "any", "all", "as", "by", "except", "exists", "from", "in", "join", "not", "on", "or", "over",
    "select", "using", "values", "when", "where",
];

/// The clause that a word starts.
fn clause(token: &Token<'_>, follows: &impl Fn(&[&str]) -> bool) -> Option<Clause> {
    let word = token.text.to_ascii_lowercase();
    Some(match word.as_str() {
        "from" | "on" if follows(&["distinct"]) => return None,
        "from" | "join" | "update" | "describe" | "into" => Clause::From,
        "table" | "view" if follows(&["drop"]) => Clause::From,
        "on" => Clause::On,
        "using" => Clause::Using,
        "select" | "where" | "having" | "group" | "order" | "qualify" | "partition" | "require"
        | "exclude" => Clause::Values,
        "limit" | "offset" => Clause::Number,
        "union" | "intersect" | "explain" | "analyze" => Clause::Start,
        "except" if !follows(&["*"]) => Clause::Start,
        "with" => Clause::With,
        "create" | "drop" | "refresh" | "show" | "set" | "values" => Clause::Other,
        _ => return None,
    })
}
