//! The time until an event, or until a person was last seen: whole periods, or any number.

use datafusion::arrow::datatypes::FieldRef;
use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::native::{Native, Real};

/// A time since the start.
pub(crate) trait Time: Native {
    /// Whether it can be one: neither before the start nor without an end.
    fn is_duration(self) -> bool;

    /// It as a number.
    fn number(self) -> f64;
}

impl Time for i64 {
    fn is_duration(self) -> bool {
        self >= 0
    }

    fn number(self) -> f64 {
        self as f64
    }
}

impl Time for Real {
    fn is_duration(self) -> bool {
        self.value().is_finite() && self.value() >= 0.0
    }

    fn number(self) -> f64 {
        self.value()
    }
}

/// Whether the time, the first argument, is a floating-point number.
pub(super) fn is_real(arguments: &[FieldRef]) -> bool {
    arguments.first().is_some_and(|time| time.data_type().is_floating())
}

/// One person: how long, and whether it happened then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Person<T> {
    /// `None` when the person was never watched.
    pub(crate) time: Option<T>,
    /// `Some(false)` when nothing had happened by then; `None` when nobody knows.
    pub(crate) event: Option<bool>,
}

impl<T: Time> Person<T> {
    /// The time and whether it happened; `None` for a person who does not count.
    pub(crate) fn known(self, function: &str) -> Result<Option<(T, bool)>> {
        let Some(time) = self.time else { return Ok(None) };
        if !time.is_duration() {
            return exec_err!(
                "{function}() met a time that is negative or not finite; \
                 count from the start of each person's own watch, and filter out rows whose dates are wrong."
            );
        }
        let Some(event) = self.event else {
            return exec_err!(
                "{function}() met a row with a time whose event is NULL; an unknown outcome is neither an event nor \
                 a censoring: filter such rows out, or decide with coalesce(event, false)."
            );
        };
        Ok(Some((time, event)))
    }
}
