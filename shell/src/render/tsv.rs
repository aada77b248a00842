//! Tab-separated values: tabs, line ends and backslashes in a value are written `\t`, `\n`, `\r` and `\\`.

use std::borrow::Cow;

use super::Format;
use super::delimited::Delimited;

/// `tsv`.
pub(super) const FORMAT: Format = Format {
    name: "tsv",
    aliases: &[],
    extensions: &["tsv", "tab"],
    help: "tab-separated values with a header; NULL is empty",
    machine: true,
    open: |columns, view| Box::new(Delimited::new(columns, view, "\t", escaped)),
};

fn escaped<'a>(field: &'a str, _: &str) -> Cow<'a, str> {
    if !field.contains(['\t', '\n', '\r', '\\']) {
        return Cow::Borrowed(field);
    }
    let field = field.replace('\\', "\\\\").replace('\t', "\\t");
    Cow::Owned(field.replace('\n', "\\n").replace('\r', "\\r"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_never_breaks_its_line() {
        assert_eq!(escaped("a\tb\nc\\d", ""), "a\\tb\\nc\\\\d");
        assert_eq!(escaped("plain, \"text\"", ""), "plain, \"text\"");
    }
}
