//! The one owner of the wall clock: everything that needs "now" asks here.

use chrono::{DateTime, Utc};

/// The present moment in UTC.
#[expect(clippy::disallowed_methods, reason = "this module is the wall clock's owner")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}
