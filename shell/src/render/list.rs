//! Bare values with a separator of one's own between them: for tools that cut lines apart.

use std::borrow::Cow;

use super::Format;
use super::delimited::Delimited;

/// `list`.
pub(super) const FORMAT: Format = Format {
    name: "list",
    aliases: &[],
    extensions: &[],
    help: "bare values with | between them, or with what `.mode list SEPARATOR` says",
    machine: true,
    open: |columns, view| {
        Box::new(Delimited::new(columns, view, &view.look.separator, |field, _| Cow::Borrowed(field)))
    },
};
