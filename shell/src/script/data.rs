//! Files of data that are taken for scripts: refused without a word of what stands in them, which may be confidential.

use std::path::Path;

use crate::failure::{Failure, Result};
use crate::script::{is_command, line_and_column};
use crate::text::visible;

/// How the names of files of data end.
const DATA: [&str; 12] =
    ["arrow", "csv", "dat", "feather", "gz", "json", "jsonl", "parquet", "tsv", "xls", "xlsx", "zip"];

/// How the names of scripts end: whatever is wrong in one may be shown.
const SCRIPT: &str = "sql";

/// Words that a statement begins with.
const OPENERS: [&str; 40] = [
    "alter",
    "analyze",
    "attach",
    "begin",
    "call",
    "commit",
    "copy",
    "create",
    "deallocate",
    "delete",
    "desc",
    "describe",
    "detach",
    "drop",
    "execute",
    "explain",
    "from",
    "grant",
    "insert",
    "install",
    "load",
    "merge",
    "optimize",
    "pivot",
    "pragma",
    "prepare",
    "reset",
    "revoke",
    "rollback",
    "select",
    "set",
    "show",
    "start",
    "summarize",
    "table",
    "truncate",
    "update",
    "use",
    "values",
    "with",
];

/// Refuses a file whose name says that it holds data.
pub(crate) fn refuse_data_file(path: &Path) -> Result<()> {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    if DATA.contains(&end.to_ascii_lowercase().as_str()) {
        let message = format!("{} is a file of data, and no script", path.display());
        return Err(Failure::usage(message).with_help(HELP));
    }
    Ok(())
}

/// Refuses text that begins neither with a statement nor with a command, unless its name says that it is a script.
pub(crate) fn refuse_data(path: &Path, text: &str) -> Result<()> {
    let is_named = path.extension().is_some_and(|end| end.eq_ignore_ascii_case(SCRIPT));
    let start = text.len() - beginning(text).len();
    let is_binary = text.contains('\0');
    if !is_binary && (is_named || begins_well(&text[start..])) {
        return Ok(());
    }
    let (line, column) = line_and_column(text, start);
    let name = path.display().to_string();
    let message = if is_binary {
        format!("{} is no text, and no script", visible(&name))
    } else {
        format!(
            "{} is no script: neither a statement nor a command begins in line {line}, column {column}",
            visible(&name)
        )
    };
    Err(Failure::usage(message).with_help(HELP))
}

const HELP: &str = "data is asked for, such as select * from read_csv('FILE'); a script whose name ends in .sql is always run";

/// The text from its first word on: behind blanks and comments.
fn beginning(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|character: char| character.is_whitespace() || character == ';');
        let behind = if rest.starts_with("--") {
            rest.find('\n').map(|end| &rest[end..])
        } else if rest.starts_with("/*") {
            behind_comment(rest)
        } else {
            None
        };
        let Some(behind) = behind else { return rest };
        rest = behind;
    }
}

/// What stands behind the comment that a text begins with, in which others may stand; `None` where it has no end.
fn behind_comment(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" if depth <= 1 => return text.get(at + 2..),
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
    }
    None
}

fn begins_well(text: &str) -> bool {
    let end = text.find(|character: char| !character.is_alphabetic()).unwrap_or(text.len());
    let word = text[..end].to_ascii_lowercase();
    text.is_empty()
        || is_command(text)
        || ["(", "--", "/*"].iter().any(|start| text.starts_with(start))
        || OPENERS.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, text: &str) -> Option<String> {
        let path = Path::new(name);
        refuse_data_file(path).and_then(|()| refuse_data(path, text)).err().map(|failure| failure.message)
    }

    #[test]
    fn statements_and_commands_are_run() {
        for text in
            ["", "-- rates\n/* of\nall */ Select 1;", ".mode csv\n", "(select 1)", "\\dt", "from _", "-- end"]
        {
            assert_eq!(refusal("rates", text), None, "{text}");
        }
        assert_eq!(refusal("typo.sql", "selct 1"), None);
    }

    #[test]
    fn comments_may_stand_in_each_other_and_be_many() {
        assert_eq!(refusal("rates", "/* a /* b */ c */ select 1;"), None);
        assert_eq!(refusal("rates", "/* a /* b */ 900000001"), None, "the comment has no end");
        let many = "-- a line\n/**/".repeat(100_000);
        assert_eq!(refusal("rates", &format!("{many}select 1")), None);
        assert!(refusal("rates", &format!("{many}900000001")).is_some());
    }

    #[test]
    fn data_is_refused_without_its_words() {
        assert_eq!(
            refusal("rates", "\n  900000001,Jones").unwrap(),
            "rates is no script: neither a statement nor a command begins in line 2, column 3"
        );
        assert_eq!(
            refusal("<stdin>", "900000001,Jones\n").unwrap(),
            "<stdin> is no script: neither a statement nor a command begins in line 1, column 1"
        );
        assert_eq!(refusal("wages.CSV", "select 1").unwrap(), "wages.CSV is a file of data, and no script");
        assert_eq!(refusal("a.sql", "PAR1\0").unwrap(), "a.sql is no text, and no script");
    }

    #[test]
    fn words_are_in_order() {
        assert!(OPENERS.is_sorted() && DATA.is_sorted());
    }
}
