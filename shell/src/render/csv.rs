//! Comma-separated values (RFC 4180, with line feeds): NULL is an empty field, empty text is `""`.
//!
//! Values are written as they are, those too that a spreadsheet would take for a formula.

use std::borrow::Cow;

use super::Format;
use super::delimited::Delimited;

/// `csv`.
pub(super) const FORMAT: Format = Format {
    name: "csv",
    aliases: &[],
    extensions: &["csv"],
    help: "comma-separated values with a header (RFC 4180); NULL is empty",
    machine: true,
    open: |columns, view| Box::new(Delimited::new(columns, view, ",", quoted)),
};

/// Quoted where the field would not be read as itself: what stands for NULL is quoted where it is meant.
fn quoted<'a>(field: &'a str, null: &str) -> Cow<'a, str> {
    if !field.is_empty() && field != null && !field.contains([',', '"', '\n', '\r']) {
        return Cow::Borrowed(field);
    }
    Cow::Owned(format!("\"{}\"", field.replace('"', "\"\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_only_where_needed() {
        assert_eq!(quoted("0100", ""), "0100");
        assert_eq!(quoted("a,b", ""), "\"a,b\"");
        assert_eq!(quoted("say \"no\"", ""), "\"say \"\"no\"\"\"");
        assert_eq!(quoted("two\nlines", ""), "\"two\nlines\"");
        assert_eq!(quoted("", ""), "\"\"");
    }

    #[test]
    fn a_value_that_looks_like_null_is_quoted() {
        assert_eq!(quoted("NA", "NA"), "\"NA\"");
        assert_eq!(quoted("NAN", "NA"), "NAN");
    }
}
