//! How a refusal reads: what is not available, and what to write in its place.

use datafusion::common::{Diagnostic, Span};
use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::tokenizer::Span as TokenSpan;

use crate::catalog::external;
use crate::error::{Error, ErrorKind};

/// Refuses `what`, with `instead` as the way out.
pub(super) fn refuse<T>(what: &str, instead: &str, span: TokenSpan) -> Result<T> {
    let error = Error::new(ErrorKind::Refused, format!("{what} is not available")).with_help(instead);
    Err(located(error, span))
}

/// Refuses `what` when `present`.
pub(super) fn refuse_if(present: bool, what: &str, instead: &str, span: TokenSpan) -> Result<()> {
    if present { refuse(what, instead, span) } else { Ok(()) }
}

/// An error with its place in the statement.
pub(crate) fn located(error: Error, span: TokenSpan) -> DataFusionError {
    let diagnostic = Diagnostic::new_error(error.message(), Span::try_from_sqlparser_span(span));
    external(error).with_diagnostic(diagnostic)
}
