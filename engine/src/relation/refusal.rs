//! How a refusal reads: what is not available, and what to write in its place.

use datafusion::common::{Diagnostic, Span};
use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::tokenizer::Span as TokenSpan;

/// Refuses `what`, with `instead` as the way out.
pub(super) fn refuse<T>(what: &str, instead: &str, span: TokenSpan) -> Result<T> {
    Err(refusal(format!("{what} is not available: {instead}."), span))
}

/// Refuses `what` when `present`.
pub(super) fn refuse_if(present: bool, what: &str, instead: &str, span: TokenSpan) -> Result<()> {
    if present { refuse(what, instead, span) } else { Ok(()) }
}

/// A planning error with one sentence and its place in the statement.
pub(super) fn refusal(sentence: String, span: TokenSpan) -> DataFusionError {
    let diagnostic = Diagnostic::new_error(sentence.clone(), Span::try_from_sqlparser_span(span));
    DataFusionError::Plan(sentence).with_diagnostic(diagnostic)
}
