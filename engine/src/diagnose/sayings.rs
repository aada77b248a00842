//! What the planner says, and what we say in its place.

use super::kinds::{Kind, in_sql_words, named};
use super::places::{self, Place};
use super::words::Words;
use super::{Scope, query};
use crate::error::{Error, Span};

/// What there is in place of an operator that divides without the fraction.
pub(super) const WHOLE_DIVISION: &str =
    "of whole numbers a / b drops the fraction; of others write floor(a / b)";

/// A sentence of the planner. `{}` is a part that changes; `{0}` tells the first of them as it is, `{t0}` as a type.
struct Saying {
    said: &'static str,
    told: &'static str,
    help: &'static str,
    place: Place,
}

const fn saying(said: &'static str, told: &'static str, help: &'static str, place: Place) -> Saying {
    Saying { said, told, help, place }
}

const SAYINGS: &[Saying] = &[
    saying(
        "Aggregate functions are not allowed in the WHERE clause",
        "{at} cannot stand in WHERE",
        "use HAVING, behind GROUP BY",
        Place::AggregateInWhere,
    ),
    saying(
        "does not support logical expression WindowFunction(",
        "{at} cannot stand in WHERE",
        "use QUALIFY, which looks at the rows behind WHERE and GROUP BY",
        Place::WindowInWhere,
    ),
    saying(
        "does not support logical expression WindowFunction(",
        "a window function cannot be computed where it stands",
        "compute it in a sub-query or in WITH",
        Place::Nowhere,
    ),
    saying(
        "Aggregate function calls cannot be nested: '{}' is nested inside",
        "an aggregate cannot stand inside another one",
        "compute the inner one in a sub-query or in WITH",
        Place::Nowhere,
    ),
    saying(
        "Cannot create filter with non-boolean predicate '{}' returning {}",
        "a condition is needed, and {n0} is {t1}",
        "compare it with a value, as in {n0} = ..",
        Place::Name,
    ),
    saying(
        "Unary operator 'NOT' requires a boolean expression, got {}",
        "NOT needs a condition; this is {t0}",
        "compare it with a value first",
        Place::Nowhere,
    ),
    saying("Unary operator '{}' only supports signed", "{0} needs a number behind it", "", Place::Nowhere),
    saying(
        "There isn't a common type to coerce {} and {} in LIKE expression",
        "LIKE compares two texts; here are {t0} and {t1}",
        "cast the other one, as in CAST(x AS varchar), and write the pattern in single quotes",
        Place::Keyword("LIKE"),
    ),
    saying(
        "Cannot access field at argument 1: type {} is not Struct",
        "a value of type {t0} has no parts to take with . or []",
        "parts are taken of structs, lists and maps",
        Place::Nowhere,
    ),
    saying(
        "Schema contains duplicate qualified field name {}.{}",
        "two tables here are called {0}",
        "give one of them another alias",
        Place::Nowhere,
    ),
    saying(
        "Projections require unique expression names but the expression \"{}\" at",
        "two columns have the same name, {a0}",
        "name one of them another way with AS",
        Place::Nowhere,
    ),
    // The same where the names are hidden, because rows may stand in them.
    saying(
        "require unique expression names",
        "two expressions here have the same name for the planner, which leaves casts out of names",
        "compute one of them in a sub-query or in WITH",
        Place::Nowhere,
    ),
    saying(
        "Schema contains duplicate unqualified field name \"{}\"",
        "two expressions here have the same name for the planner, which leaves casts out of names",
        "compute one of them in a sub-query or in WITH",
        Place::Nowhere,
    ),
    saying(
        "WITH query name \"{}\" specified more than once",
        "WITH defines {0} twice",
        "give one of them another name",
        Place::Given,
    ),
    saying(
        "Inconsistent data length across values list: got {} values in row {} but expected {}",
        "VALUES has a row of length {0} where the first has length {2}",
        "give every row as many values",
        Place::Keyword("VALUES"),
    ),
    saying(
        "Source table contains {} columns but only {} names given as column alias",
        "the alias names {1} columns, and the table has {0}",
        "name as many columns as there are, or none",
        Place::Nowhere,
    ),
    saying(
        "The window {} is not defined!",
        "there is no window {0}",
        "define it behind FROM: WINDOW {0} AS (PARTITION BY .. ORDER BY ..)",
        Place::Capture,
    ),
    saying(
        "Order by column out of bounds, specified: {}, max: {}",
        "ORDER BY {0} is no column of the result: it has {1}",
        "",
        Place::Keyword("ORDER"),
    ),
    saying(
        "Cannot find column with position {} in SELECT clause. Valid columns: {}",
        "GROUP BY {0} is no column of SELECT: it has {1}",
        "",
        Place::Keyword("GROUP"),
    ),
    saying(
        "Expected LIMIT to be an integer or null, but got {}",
        "LIMIT needs a whole number; this is {t0}",
        "write LIMIT 10",
        Place::Behind("LIMIT"),
    ),
    saying(
        "Expected OFFSET to be an integer or null, but got {}",
        "OFFSET needs a whole number; this is {t0}",
        "write OFFSET 10",
        Place::Behind("OFFSET"),
    ),
    saying("LIMIT must be >= ", "LIMIT cannot be negative", "write LIMIT 10", Place::Behind("LIMIT")),
    saying("OFFSET must be >=", "OFFSET cannot be negative", "write OFFSET 10", Place::Behind("OFFSET")),
    saying(
        "Unsupported binary operator: {}",
        "this operator is not available",
        "conditions are joined with AND and OR",
        Place::Nowhere,
    ),
    saying(
        "Unsupported SQL statement: {}",
        "{first0} is not available",
        "a statement asks (SELECT), or makes a view, table, function or cohort of the session",
        Place::Start,
    ),
    saying(
        "'{}' is not a variable which can be viewed with 'SHOW'",
        "there is no setting {0}",
        "SHOW ALL lists the settings",
        Place::Capture,
    ),
    saying(
        "Invalid or Unsupported Configuration",
        "there is no such setting, or it does not take this value",
        "SHOW ALL lists the settings with their values",
        Place::Start,
    ),
    saying("SUM not supported for Null", "sum() needs a column", "count(*) counts rows", Place::Call("sum")),
    saying("AVG not supported for Null", "avg() needs a column", "count(*) counts rows", Place::Call("avg")),
    saying(
        "Substring without for/from is not valid",
        "substring() needs where to begin",
        "write substring(text, 1, 4)",
        Place::Call("substring"),
    ),
    saying(
        "Unsupported compound identifier '{}'",
        "{0} has too many parts for a name",
        "write table, or schema.table",
        Place::Nowhere,
    ),
    saying(
        "Invalid input syntax for type interval: \"{}\"",
        "'{0}' is no interval",
        "write interval '1 year 2 months' or interval '30 days'",
        Place::Given,
    ),
    saying(
        "Scalar subquery returned more than one row",
        "a sub-query that stands for one value gave several rows",
        "take one with max(..), min(..) or LIMIT 1, or write IN (SELECT ..)",
        Place::ScalarQuery,
    ),
    saying(
        "Unsupported date_trunc granularity",
        "date_trunc() does not know this part of a date",
        "it knows year, quarter, month, week, day, hour, minute and second",
        Place::Call("date_trunc"),
    ),
    saying(
        "Date part '{}' not supported",
        "a date has no part of this name",
        "there are year, quarter, month, week, day, dow, doy, hour, minute and second",
        Place::Nowhere,
    ),
    saying(
        "Error parsing timestamp from",
        "a text is taken for a date, and is none",
        "try_cast(x AS timestamp) gives NULL where a text is no date",
        Place::Nowhere,
    ),
    saying(
        "to_date function unsupported data type",
        "to_date() takes a text, and the formats that it may have",
        "write to_date(text, '%m/%d/%Y')",
        Place::Call("to_date"),
    ),
    saying(
        "Unsupported data type {} for function to_timestamp",
        "to_timestamp() needs a date, a text or a number; this is {t0}",
        "write to_timestamp(text, '%m/%d/%Y')",
        Place::Call("to_timestamp"),
    ),
    saying("Operator DIV is not yet supported", "// is not available", WHOLE_DIVISION, Place::Nowhere),
    saying(
        "Divide by zero",
        "something is divided by zero",
        "x / nullif(y, 0) gives NULL where y is 0",
        Place::Nowhere,
    ),
    saying(
        "Cannot infer common argument type for logical boolean operation {}",
        "AND and OR join conditions; here are {types0}",
        "compare each with a value",
        Place::Given,
    ),
    saying(
        "Cannot infer common argument type for comparison operation {}",
        "{types0} cannot be compared",
        "cast one of them to the other's type",
        Place::Given,
    ),
];

/// Our error for what is said, where we have words of our own.
pub(super) fn told(said: &str, scope: &Scope<'_>, span: Option<Span>) -> Option<Error> {
    told_in(said, scope.text, Some(scope), span)
}

/// The same of a statement that failed while it ran.
pub(super) fn told_of_run(said: &str, text: &str) -> Option<Error> {
    told_in(said, text, None, None)
}

fn told_in(said: &str, text: &str, scope: Option<&Scope<'_>>, span: Option<Span>) -> Option<Error> {
    let words = Words::of(text);
    let (saying, parts, place) = SAYINGS.iter().find_map(|saying| {
        let parts = captures(saying.said, said)?;
        let place = places::find(saying.place, &words, &parts, span, scope);
        let is_elsewhere = place.is_none() && saying.place == Place::WindowInWhere;
        (!is_elsewhere).then_some((saying, parts, place))
    })?;
    let at = place.and_then(|span| text.get(span.start..span.end)).unwrap_or("this");
    let error = query(filled(saying.told, &parts, at)).with_span(place);
    let help = filled(saying.help, &parts, at);
    Some(if help.is_empty() { error } else { error.with_help(help) })
}

/// The parts of a text that stand where a pattern has `{}`; `None` when the text is another.
fn captures<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split("{}");
    let first = pieces.next()?;
    let mut rest = &text[text.find(first)? + first.len()..];
    let mut parts = Vec::new();
    for piece in pieces {
        let end = if piece.is_empty() { rest.len() } else { rest.find(piece)? };
        parts.push(&rest[..end]);
        rest = &rest[end + piece.len()..];
    }
    Some(parts)
}

/// A sentence with its parts in place.
fn filled(template: &str, parts: &[&str], at: &str) -> String {
    let mut text = template.replace("{at}", at);
    for (number, part) in parts.iter().enumerate() {
        let part = part.trim();
        let alias = alias(part);
        let name = part.rsplit('.').next().unwrap_or(part).trim_matches('"');
        let first = part.split_whitespace().next().unwrap_or(part);
        for (form, value) in [
            ("", part),
            ("t", &named(part).sql),
            ("a", &alias),
            ("n", name),
            ("first", first),
            ("types", &types(part)),
        ] {
            text = text.replace(&format!("{{{form}{number}}}"), value);
        }
    }
    text
}

/// The name of a column that the planner writes out with all that it is made of.
fn alias(part: &str) -> String {
    // The AS of a cast has a type behind it, and a parenthesis that was opened before.
    let is_whole = |alias: &str| alias.matches('(').count() == alias.matches(')').count();
    let alias = part.rsplit_once(" AS ").filter(|(_, alias)| is_whole(alias));
    let alias = alias.map_or(part, |(_, alias)| alias);
    match alias.strip_suffix(')').and_then(|literal| literal.split_once('(')) {
        Some((kind, literal)) if named(kind).kind != Kind::Other => literal.to_owned(),
        _ => in_sql_words(alias),
    }
}

/// `Int32 = Utf8` as `integer and varchar`.
fn types(operation: &str) -> String {
    const OPERATORS: &[&str] = &[" = ", " != ", " <> ", " < ", " <= ", " > ", " >= ", " AND ", " OR "];
    let operation = operation.trim_end_matches('.');
    let sides = OPERATORS.iter().find_map(|operator| operation.split_once(operator));
    match sides {
        Some((left, right)) => format!("{} and {}", named(left).sql, named(right).sql),
        None => in_sql_words(operation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_out_of_a_text() {
        assert_eq!(captures("a '{}' b {}", "so: a 'x' b y z"), Some(vec!["x", "y z"]));
        assert_eq!(captures("a '{}' b", "a 'x' c"), None);
        assert_eq!(captures("a", "b"), None);
    }

    #[test]
    fn a_window_function_is_in_where_only_where_it_stands_there() {
        let told = |text| told_of_run("does not support logical expression WindowFunction(..", text).unwrap();
        let in_where = told("select x from t where lag(x) over (order by x) = 1");
        assert_eq!(in_where.message(), "lag(x) over (order by x) cannot stand in WHERE");
        let elsewhere = told("select lag(x) over (order by x) from t");
        assert_eq!(elsewhere.message(), "a window function cannot be computed where it stands");
    }

    #[test]
    fn parts_are_told_as_types_and_names() {
        let parts = ["k12.district_id", "Utf8View", "Int32 = Decimal128(10, 2)"];
        assert_eq!(
            filled("{n0} is {t1}: {types2} ({at})", &parts, "here"),
            "district_id is varchar: integer and decimal(10,2) (here)"
        );
    }
}
