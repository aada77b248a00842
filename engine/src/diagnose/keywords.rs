//! The keywords that a misspelt word may have meant.

use lifetracks_datasets::closest_name;

/// What a statement begins with.
pub(super) const STATEMENTS: &[&str] = &[
    "SELECT", "WITH", "FROM", "VALUES", "CREATE", "DROP", "DESCRIBE", "EXPLAIN", "SHOW", "SET", "RESET",
    "REFRESH",
];

/// What follows CREATE and DROP.
pub(super) const OBJECTS: &[&str] = &["VIEW", "TABLE", "FUNCTION", "COHORT", "OR REPLACE"];

/// What may stand where a misspelt word is taken for an alias, or for nothing at all.
pub(super) const CLAUSES: &[&str] = &[
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "QUALIFY",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "JOIN",
    "LEFT",
    "RIGHT",
    "FULL",
    "INNER",
    "CROSS",
    "ON",
    "USING",
    "AS",
    "AND",
    "OR",
    "BETWEEN",
    "LIKE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "OVER",
    "FILTER",
    "WINDOW",
    "DESC",
    "ASC",
    "NULLS",
];

/// The clauses of a query in their order.
pub(super) const ORDER: &[&str] =
    &["FROM", "WHERE", "GROUP", "HAVING", "QUALIFY", "ORDER", "LIMIT", "OFFSET"];

/// The order of the clauses, as it is told.
pub(super) const ORDER_TOLD: &str =
    "the order is SELECT, FROM, WHERE, GROUP BY, HAVING, QUALIFY, ORDER BY, LIMIT, OFFSET";

/// What BY must follow.
pub(super) const BEFORE_BY: &[&str] = &["ORDER", "GROUP", "PARTITION"];

/// What a table's name must follow.
pub(super) const BEFORE_TABLE: &[&str] = &["FROM", "JOIN", "INTO", "UPDATE", "DESCRIBE"];

/// Shorter words are like too many others.
const SHORTEST: usize = 3;

/// The keyword that a word most likely meant; `None` when it is one, or is like none.
pub(super) fn meant(word: &str, keywords: &[&'static str]) -> Option<&'static str> {
    if keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(word)) {
        return None;
    }
    let swapped = |keyword: &&&str| keyword.len() == word.len() && letters(keyword) == letters(word);
    if let Some(found) = keywords.iter().find(swapped) {
        return Some(found);
    }
    if word.chars().count() < SHORTEST {
        return None;
    }
    let near = closest_name(word, keywords.iter().copied())?;
    // A word with much more to it is a name: `order_date`, `fromage`.
    let is_as_long = near.len().abs_diff(word.chars().count()) <= 1;
    keywords.iter().copied().find(|keyword| is_as_long && *keyword == near)
}

fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.to_ascii_uppercase().chars().collect();
    letters.sort_unstable();
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_understood() {
        for (word, keyword) in [
            ("wher", "WHERE"),
            ("whre", "WHERE"),
            ("were", "WHERE"),
            ("frm", "FROM"),
            ("form", "FROM"),
            ("fro", "FROM"),
            ("gruop", "GROUP"),
            ("oder", "ORDER"),
            ("limt", "LIMIT"),
            ("jion", "JOIN"),
            ("no", "ON"),
            ("haveing", "HAVING"),
        ] {
            assert_eq!(meant(word, CLAUSES), Some(keyword), "{word}");
        }
        assert_eq!(meant("selct", STATEMENTS), Some("SELECT"));
        assert_eq!(meant("veiw", OBJECTS), Some("VIEW"));
    }

    #[test]
    fn a_name_is_no_keyword() {
        for word in
            ["e", "d1", "where", "WHERE", "k12_enrollment", "order_date", "year", "school_year", "grade"]
        {
            assert_eq!(meant(word, CLAUSES), None, "{word}");
        }
    }
}
