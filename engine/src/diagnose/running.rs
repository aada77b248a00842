//! Statements that fail while they run: what the layers below say of a value is left out.

use std::sync::LazyLock;

use datafusion::error::DataFusionError;

use super::kinds::{in_sql_words, named};
use super::{between, first_line, known, place, query, sayings, unexpected, without_prefix};
use crate::error::Error;
use crate::redact::without_values;

/// The engine's error for a statement that failed while it ran.
pub(crate) fn diagnose_run(error: &DataFusionError, text: &str) -> Error {
    let span = place(error, text);
    if let Some(found) = known(error, span) {
        return found;
    }
    let root = error.find_root();
    let prose = root.strip_backtrace();
    let found =
        failed(&first_line(without_prefix(&prose)), text, matches!(root, DataFusionError::Internal(_)));
    let place = found.span().or(span);
    found.with_span(place)
}

/// What went wrong with a value, without the value.
fn failed(message: &str, text: &str, is_internal: bool) -> Error {
    static OWN: LazyLock<Vec<String>> =
        LazyLock::new(|| lifetracks_udfs::docs().into_iter().map(|function| function.name + "(").collect());
    if OWN.iter().any(|name| message.starts_with(name.as_str())) {
        return query(message);
    }
    if let Some(file) = data_file(message) {
        return Error::lake(format!("the data file {file} cannot be read"))
            .with_help("run `verify` to see what else cannot, and restore the lake from a copy");
    }
    let message = without_values(message, text);
    if let Some(data_type) = between(&message, " to value of ", " type")
        && message.starts_with("Cannot cast ")
    {
        return query(format!("a value cannot be cast to {}", named(data_type).sql))
            .with_help("try_cast() gives NULL where a value does not fit");
    }
    if let Some(told) = sayings::told_of_run(&message, text) {
        return told;
    }
    if is_internal { unexpected(&message) } else { query(in_sql_words(&message)) }
}

/// The lake's data file that a message names, below the lake's folder: its name is a hash and no value.
fn data_file(message: &str) -> Option<&str> {
    const KIND: &str = ".parquet";
    const HASH: usize = 32;
    let end = message.find(KIND)? + KIND.len();
    let start = message[..end].rfind("tables/")?;
    let file = &message[start..end];
    let (_, name) = file.rsplit_once('/')?;
    let (range, hash) = name.strip_suffix(KIND)?.split_once('-')?;
    let is_range = !range.is_empty() && range.bytes().all(|byte| byte.is_ascii_digit());
    let is_hash = hash.len() == HASH && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_range && is_hash && file.matches('/').count() == 2).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_told_in_any_words() {
        for message in [
            "Cannot cast string '987-65-4320' to value of Decimal128(10, 2) type",
            "Error parsing timestamp from '987-65-4320': invalid",
            "Date part '987-65-4320' not supported",
            "Invalid input syntax for type interval: \"987-65-4320\"",
        ] {
            for is_internal in [false, true] {
                let error = failed(message, "select cast(a as date) from t", is_internal);
                assert!(!format!("{error:?}").contains("987"), "{error:?}");
            }
        }
    }

    #[test]
    fn what_the_engine_does_not_expect_stays_as_a_note() {
        let error = failed("DataFusion cannot do this with Utf8View", "select 1", true);
        assert_eq!(error.note(), Some("the engine cannot do this with varchar"));
        assert!(error.help().is_some());
    }
}
