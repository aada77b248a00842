//! Parts of SQL and of arguments that commands put together.

use lifetracks_engine::Role;

/// SQL that keeps rows whose `column` matches a pattern: `*` and `%` stand for any text, and a pattern
/// without them is looked for anywhere.
pub(super) fn matching(column: &str, pattern: &str) -> String {
    if pattern.is_empty() {
        return String::new();
    }
    let pattern = pattern.replace('*', "%");
    let pattern = if pattern.contains('%') { pattern } else { format!("%{pattern}%") };
    format!(" WHERE {column} ILIKE {}", literal(&pattern))
}

/// A name as SQL reads it whatever it holds.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An argument that names a file, and whether `--force` stands behind it: an older file then gives way.
pub(super) fn forced(argument: &str) -> (&str, bool) {
    flagged(argument, "--force")
}

/// An argument without a word behind it, and whether that stood there.
pub(super) fn flagged<'a>(argument: &'a str, flag: &str) -> (&'a str, bool) {
    match argument.strip_suffix(flag) {
        Some(name) if name.is_empty() || name.ends_with(char::is_whitespace) => (name.trim_end(), true),
        _ => (argument, false),
    }
}

/// A file's name, which may stand in quotes.
pub(super) fn unquoted(name: &str) -> &str {
    name.trim().trim_matches(['\'', '"'])
}

/// Text as a SQL literal.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A role as `lifetracks.columns` writes it.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Identifier => "identifier",
        Role::Dimension => "dimension",
        Role::Measure => "measure",
        Role::Date => "date",
        Role::Code => "code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_quoted() {
        assert_eq!(matching("n", ""), "");
        assert_eq!(matching("n", "it's"), " WHERE n ILIKE '%it''s%'");
        assert_eq!(matching("n", "k12*"), " WHERE n ILIKE 'k12%'");
    }
}
