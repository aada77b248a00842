//! Time travel: which version of a lake table `AS OF` asks for.

use std::fmt::Debug;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use datafusion::catalog::TableProvider;
use datafusion::common::{ScalarValue, TableReference};
use datafusion::error::Result;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::sql::sqlparser::ast::{Expr, Spanned, TableVersion};
use datafusion::sql::sqlparser::tokenizer::Span;

use lifetracks_datasets::Table;

use super::constant::constant;
use super::refusal::{located, refuse};
use crate::catalog::MAIN;
use crate::cohort::CohortVersion;
use crate::error::{Error, ErrorKind};

/// A state of the lake, as a statement names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VersionSpec {
    /// The lake version of this number: `VERSION AS OF 12`.
    Version(u64),
    /// What a reader saw at this moment: `FOR SYSTEM_TIME AS OF '2025-03-01'`.
    Timestamp(DateTime<Utc>),
}

/// The tables that keep their past.
pub(crate) trait VersionedTables: Debug + Send + Sync {
    /// `table` as it was at `version`; `None` when it is not a table of the lake. An error when the lake
    /// has no such version.
    fn at_version(
        &self,
        table: &TableReference,
        version: VersionSpec,
    ) -> Result<Option<Arc<dyn TableProvider>>>;

    /// A table of the lake, of the session or of the facts about them, as it is now; `None` when there is none.
    fn now(&self, table: &TableReference) -> Result<Option<Arc<dyn TableProvider>>>;

    /// A table of the lake or of the session, as it is now or as it was.
    fn main(&self, name: &str, version: Option<VersionSpec>) -> Result<Option<Arc<dyn TableProvider>>> {
        match version {
            Some(version) => self.then(name, version),
            None => self.now(&TableReference::partial(MAIN, name)),
        }
    }

    /// A table of the lake as it was at `version`; `None` when it was not there. An error when the lake has no such
    /// version.
    fn then(&self, name: &str, version: VersionSpec) -> Result<Option<Arc<dyn TableProvider>>>;

    /// A cohort: its present version, the version of a number, or the one that was the present one in a version of the
    /// lake. An error when there is none.
    fn cohort(&self, name: &str, number: Option<u64>, version: Option<VersionSpec>) -> Result<CohortVersion>;

    /// The periods of a table that are loaded, in order: those with rows, and where `whole` is asked for without those that
    /// look incomplete. `None` for a table that keeps no account of them.
    fn periods(
        &self,
        provider: &dyn TableProvider,
        definition: &Table,
        whole: bool,
    ) -> crate::Result<Option<Vec<i32>>>;

    /// The members of a version of a cohort. An error when their files were vacuumed away.
    fn members(&self, cohort: &CohortVersion) -> Result<Arc<dyn TableProvider>>;
}

/// Reads the version clause that follows a table's name at `span`.
pub(super) fn spec(
    version: &TableVersion,
    span: Span,
    context: &mut dyn RelationPlannerContext,
) -> Result<VersionSpec> {
    match version {
        TableVersion::VersionAsOf(number) => version_number(number, context),
        TableVersion::ForSystemTimeAsOf(moment) | TableVersion::TimestampAsOf(moment) => {
            system_time(moment, context)
        }
        TableVersion::Function(_) | TableVersion::Changes { changes: _, at: _, end: _ } => refuse(
            "AT, BEFORE or CHANGES after a table's name",
            "write VERSION AS OF 12 or FOR SYSTEM_TIME AS OF '2025-03-01'",
            span,
        ),
    }
}

/// Reads the argument `as_of`: a lake version, or a date or time.
pub(super) fn as_of(moment: &Expr, context: &mut dyn RelationPlannerContext) -> Result<VersionSpec> {
    match constant(moment.clone(), context)? {
        ScalarValue::Int64(_) | ScalarValue::UInt64(_) => version_number(moment, context),
        _ => system_time(moment, context),
    }
}

fn version_number(number: &Expr, context: &mut dyn RelationPlannerContext) -> Result<VersionSpec> {
    let found = constant(number.clone(), context)?;
    match found {
        ScalarValue::Int64(Some(value)) => u64::try_from(value).ok(),
        ScalarValue::UInt64(Some(value)) => Some(value),
        _ => None,
    }
    .map(VersionSpec::Version)
    .ok_or_else(|| {
        let error = Error::new(ErrorKind::Query, format!("{number} is not a lake version"))
            .with_help("a lake version is a whole number from 0: VERSION AS OF 12");
        located(error, number.span())
    })
}

fn system_time(moment: &Expr, context: &mut dyn RelationPlannerContext) -> Result<VersionSpec> {
    let found = constant(moment.clone(), context)?;
    let time = match &found {
        ScalarValue::Utf8(Some(text))
        | ScalarValue::Utf8View(Some(text))
        | ScalarValue::LargeUtf8(Some(text)) => written_time(text),
        ScalarValue::Date32(Some(days)) => DateTime::from_timestamp(i64::from(*days) * 86_400, 0),
        ScalarValue::TimestampSecond(Some(value), _) => DateTime::from_timestamp(*value, 0),
        ScalarValue::TimestampMillisecond(Some(value), _) => DateTime::from_timestamp_millis(*value),
        ScalarValue::TimestampMicrosecond(Some(value), _) => DateTime::from_timestamp_micros(*value),
        ScalarValue::TimestampNanosecond(Some(value), _) => Some(DateTime::from_timestamp_nanos(*value)),
        _ => None,
    };
    time.map(VersionSpec::Timestamp).ok_or_else(|| {
        let error = Error::new(ErrorKind::Query, format!("{moment} is not a date or a time"))
            .with_help("write '2025-03-01', or '2025-03-01 08:30:00', which is in UTC");
        located(error, moment.span())
    })
}

/// A date is its first moment; a time without a zone is in UTC.
fn written_time(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(Utc.from_utc_datetime(&date.and_time(NaiveTime::MIN)));
    }
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .map(|time| Utc.from_utc_datetime(&time))
}
