//! Statements written out over lines, with the words as they were typed.

use sqlformat::{FormatOptions, Indent, QueryParams};

use crate::script::is_command;

/// Brackets up to this length stay on one line.
const LONGEST_IN_BRACKETS: usize = 60;

/// The text with one clause a line; a command stays as it is.
pub(crate) fn formatted(text: &str) -> String {
    if is_command(text) {
        return text.to_owned();
    }
    let options = FormatOptions {
        indent: Indent::Spaces(2),
        max_inline_block: LONGEST_IN_BRACKETS,
        max_inline_arguments: Some(LONGEST_IN_BRACKETS),
        max_inline_top_level: Some(LONGEST_IN_BRACKETS),
        ..FormatOptions::default()
    };
    sqlformat::format(text.trim(), &QueryParams::None, &options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_get_lines_and_values_stay() {
        let text = "select a,count(*) from t where b='X  y' and $year=1 group by a;";
        let formatted = formatted(text);
        assert!(formatted.lines().count() > 2, "{formatted}");
        assert!(formatted.contains("'X  y'") && formatted.contains("$year"), "{formatted}");
        assert_eq!(super::formatted(&formatted), formatted);
    }

    #[test]
    fn named_arguments_and_casts_survive() {
        let formatted = formatted("select x::bigint, -1 from grad_cohort(2022, method => 'a')");
        assert!(
            formatted.contains("=>") && formatted.contains("x::bigint") && formatted.contains("-1"),
            "{formatted}"
        );
    }

    #[test]
    fn commands_are_left_alone() {
        assert_eq!(formatted(".mode   csv"), ".mode   csv");
    }
}
