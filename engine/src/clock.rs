//! The one owner of the wall clock: everything that needs "now" asks here.

use chrono::{DateTime, Local, Utc};

/// The present moment in UTC.
#[expect(clippy::disallowed_methods, reason = "this module is the wall clock's owner")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The time of day here, as `14:02:11`.
#[expect(clippy::disallowed_methods, reason = "this module is the wall clock's owner")]
pub fn time_of_day() -> String {
    Local::now().format("%H:%M:%S").to_string()
}
