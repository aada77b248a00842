//! Reads the statements about cohorts from tokens, before the SQL parser sees them: every part keeps its place.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::words::{Words, error_at};
use crate::dialect::LifetracksDialect;
use crate::error::{Error, Result, Span};

/// A statement about cohorts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CohortStatement {
    /// `CREATE [OR REPLACE] COHORT name INDEX col AS query [REQUIRE 'why' AS condition | EXCLUDE 'why' AS condition]*`
    Create(Create),
    /// `REFRESH COHORT name`
    Refresh(Name),
    /// `DROP COHORT [IF EXISTS] name`
    Drop { name: Name, if_exists: bool },
    /// `SHOW COHORTS`
    Show,
}

/// A name, lower case unless it was quoted, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// What a cohort is made by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Create {
    pub(crate) or_replace: bool,
    pub(crate) name: Name,
    /// The column that becomes `index_date`.
    pub(crate) index: Name,
    /// From INDEX to the end, in bytes: what is kept, behind CREATE COHORT and the name.
    pub(crate) body: Range<usize>,
    /// The query, in bytes.
    pub(crate) query: Range<usize>,
    pub(crate) rules: Vec<Rule>,
}

/// A rule that takes persons out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) kind: RuleKind,
    pub(crate) why: String,
    /// The condition, in bytes.
    pub(crate) condition: Range<usize>,
}

/// Whom a rule keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleKind {
    /// Those for whom the condition is true.
    Require,
    /// Those for whom it is not true: false, or unknown.
    Exclude,
}

impl RuleKind {
    /// The kind in `cohort_flow`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Require => "require",
            Self::Exclude => "exclude",
        }
    }
}

/// The statement of a text; `None` if it is not about cohorts, or no tokens can be read from it.
///
/// Errors, with their place: a clause is missing or not where it belongs.
pub(crate) fn parse(text: &str) -> Result<Option<CohortStatement>> {
    let mut tokens = Vec::new();
    if Tokenizer::new(&LifetracksDialect, text).tokenize_with_location_into_buf(&mut tokens).is_err() {
        return Ok(None);
    }
    let mut words = Words::new(text, tokens);
    let statement = if words.take_all(&["show", "cohorts"]) {
        CohortStatement::Show
    } else if words.take_all(&["refresh", "cohort"]) {
        CohortStatement::Refresh(words.name("the cohort's name")?)
    } else if words.take_all(&["drop", "cohort"]) {
        let if_exists = words.take_all(&["if", "exists"]);
        CohortStatement::Drop { name: words.name("the cohort's name")?, if_exists }
    } else if words.take_all(&["create", "cohort"]) {
        return create(&mut words, false).map(Some).map_err(with_example);
    } else if words.take_all(&["create", "or", "replace", "cohort"]) {
        return create(&mut words, true).map(Some).map_err(with_example);
    } else {
        return Ok(None);
    };
    words.end()?;
    Ok(Some(statement))
}

fn create(words: &mut Words<'_>, or_replace: bool) -> Result<CohortStatement> {
    if let Some((name, place)) = words.parameter() {
        let error = error_at("a cohort is made again later, so it takes no parameters", place);
        return Err(error.with_help(format!("write the value in the place of {name}")));
    }
    let name = words.name("the cohort's name")?;
    let body = words.here().start;
    words.expect("index", "INDEX and the column of the index date")?;
    let index = words.name("the column of the index date")?;
    words.expect("as", "AS and a query")?;
    let query = words.until(starts_rule)?;
    if query.is_empty() {
        return Err(error_at("expected a query here", words.here()));
    }
    let mut rules = Vec::new();
    while !words.is_end() {
        rules.push(rule(words)?);
    }
    let body = body..words.here().start;
    Ok(CohortStatement::Create(Create { or_replace, name, index, body, query, rules }))
}

/// Shows a whole statement where the error has nothing better to say.
fn with_example(error: Error) -> Error {
    if error.help().is_some() {
        return error;
    }
    error.with_help(
        "write CREATE COHORT class2022 INDEX award_date AS SELECT person_id, award_date FROM diploma \
         REQUIRE 'why' AS condition",
    )
}

/// Whether a rule starts at the cursor: a word that is also SQL's own (`* EXCLUDE (a)`), and a reason behind it.
fn starts_rule(words: &Words<'_>) -> bool {
    (words.is("require", 0) || words.is("exclude", 0)) && words.text_at(1).is_some()
}

fn rule(words: &mut Words<'_>) -> Result<Rule> {
    let kind = if words.take_all(&["require"]) { RuleKind::Require } else { RuleKind::Exclude };
    if kind == RuleKind::Exclude {
        words.take_all(&["exclude"]);
    }
    let place = words.here();
    let why = words.take_text().unwrap_or_default();
    if why.trim().is_empty() {
        return Err(error_at("the rule has no reason, which the attrition table shows", place)
            .with_help("write REQUIRE 'why' AS condition"));
    }
    words.expect("as", "AS and the rule's condition")?;
    let condition = words.until(starts_rule)?;
    if condition.is_empty() {
        return Err(error_at("expected the rule's condition here", words.here())
            .with_help("write REQUIRE 'why' AS condition"));
    }
    Ok(Rule { kind, why, condition })
}

/// Whether a token opens or closes a pair of parentheses, and which.
pub(super) fn nesting(token: &Token) -> i32 {
    match token {
        Token::LParen | Token::LBracket | Token::LBrace => 1,
        Token::RParen | Token::RBracket | Token::RBrace => -1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create_of(text: &str) -> Create {
        match parse(text).unwrap() {
            Some(CohortStatement::Create(create)) => create,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn clauses_are_found_outside_parentheses_only() {
        let text = "create or replace cohort Class2022 index d as\n\
            with x as (select 'REQUIRE' \"require\", (1) from t -- EXCLUDE 'a'\n)\n\
            select * exclude (a) from x where b in (select exclude from y)\n\
            EXCLUDE 'it''s out' AS exists (select 1 where require 'x' = 'y')\n\
            require 'in' as case when a then 'exclude' end = 'b' /* end */";
        let create = create_of(text);
        assert!(create.or_replace);
        assert_eq!((create.name.text.as_str(), create.index.text.as_str()), ("class2022", "d"));
        assert!(text[create.query.clone()].starts_with("with x as"));
        assert!(text[create.query].ends_with("from y)"));
        let rules: Vec<_> = create
            .rules
            .iter()
            .map(|rule| (rule.kind, rule.why.as_str(), &text[rule.condition.clone()]))
            .collect();
        assert_eq!(
            rules,
            [
                (RuleKind::Exclude, "it's out", "exists (select 1 where require 'x' = 'y')"),
                (RuleKind::Require, "in", "case when a then 'exclude' end = 'b'"),
            ]
        );
        assert!(text[create.body].starts_with("index d as"));
    }

    #[test]
    fn other_statements_are_left_to_the_sql_parser() {
        for text in [
            "select 1",
            "create view cohort as select 1",
            "show tables",
            "create cohort 'x",
            "drop table cohort",
        ] {
            assert_eq!(parse(text).unwrap(), None, "{text}");
        }
        assert_eq!(parse("Show Cohorts").unwrap(), Some(CohortStatement::Show));
        let Some(CohortStatement::Drop { name, if_exists }) = parse("DROP COHORT IF EXISTS \"a\"").unwrap()
        else {
            panic!("no DROP")
        };
        assert_eq!((name.text.as_str(), name.span.start, if_exists), ("a", 22, true));
    }

    #[test]
    fn errors_keep_their_place() {
        let wrong = |text: &str| {
            let error = parse(text).unwrap_err();
            let span = error.span().unwrap();
            (error.message().to_owned(), text.get(span.start..span.end.min(text.len())).unwrap().to_owned())
        };
        let told = |message: &str, place: &str| (message.to_owned(), place.to_owned());
        assert_eq!(
            wrong("create cohort a select 1"),
            told("expected INDEX and the column of the index date here, found select", "select")
        );
        assert_eq!(
            wrong("create cohort a index d select 1"),
            told("expected AS and a query here, found select", "select")
        );
        assert_eq!(wrong("create cohort a index d as"), told("expected a query here", ""));
        assert_eq!(
            wrong("create cohort a index d as select 1 require 'x' a > 1"),
            told("expected AS and the rule's condition here, found a", "a")
        );
        assert_eq!(
            wrong("refresh cohort"),
            told("expected the cohort's name here, found the end of the statement", "")
        );
        assert_eq!(wrong("drop cohort a b"), told("expected the end of the statement here, found b", "b"));
        assert_eq!(
            wrong("create cohort a index d as select (1 require 'x' as a"),
            told("a parenthesis is not closed", "(")
        );
        assert_eq!(
            wrong("create cohort a index d as select 1 require 'x' as a) or (b"),
            told("this parenthesis was not opened", ")")
        );
    }
}
