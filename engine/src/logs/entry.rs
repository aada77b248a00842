//! One line of the query log: what is kept of a statement that has run.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::key::LogKey;
use crate::clock;

/// How a statement ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryStatus {
    /// It came to its end, or nobody read on.
    Ok,
    /// It could not be planned, or failed while it ran.
    Error,
    /// A person stopped it.
    Cancelled,
    /// It took longer than it was given.
    Timeout,
    /// Policy or safe mode refused it.
    Refused,
}

impl QueryStatus {
    /// The status as the log writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timeout",
            Self::Refused => "refused",
        }
    }
}

/// What is kept of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryEntry {
    /// When it began, in UTC, as RFC 3339.
    pub(crate) started_at: String,
    /// The user's name in the operating system.
    pub(crate) who: String,
    /// The lake's folder; `None` without a lake.
    pub(crate) lake: Option<String>,
    /// The newest version of the lake that was seen when it ended, whatever `VERSION AS OF` read; `None` without a
    /// lake.
    pub(crate) lake_version: Option<u64>,
    /// blake3 of the statement's text, in hexadecimal digits; in the log's file under the log's key.
    pub(crate) sql_hash: String,
    /// The dot command that ran it, without its dot; `None` where somebody wrote it.
    pub command: Option<String>,
    /// The tables that it reads, in the order of their names; those beneath a view, not the view.
    pub tables: Vec<String>,
    /// Rows that it gave, as far as it came; `None` where it gives none.
    pub rows: Option<u64>,
    /// How long it took.
    pub milliseconds: u64,
    /// How it ended.
    pub status: QueryStatus,
    /// The file that took its rows, absolute; `None` where they went elsewhere.
    pub output_file: Option<String>,
}

impl QueryEntry {
    /// The entry of a statement that begins now.
    pub(crate) fn begin(sql: &str, who: &str, lake: Option<&str>) -> Self {
        Self {
            started_at: clock::now().to_rfc3339_opts(SecondsFormat::Millis, true),
            who: who.to_owned(),
            lake: lake.map(str::to_owned),
            lake_version: None,
            sql_hash: blake3::hash(sql.as_bytes()).to_hex().to_string(),
            command: None,
            tables: Vec::new(),
            rows: None,
            milliseconds: 0,
            status: QueryStatus::Ok,
            output_file: None,
        }
    }

    /// The entry as the log keeps it: whoever guesses the text cannot find out that the guess is right without the key.
    pub(super) fn under(&self, key: &LogKey) -> Self {
        let sql_hash = blake3::keyed_hash(key, self.sql_hash.as_bytes()).to_hex().to_string();
        Self { sql_hash, ..self.clone() }
    }

    /// When it began; `None` where the line does not say it as RFC 3339.
    pub(crate) fn started_at(&self) -> Option<DateTime<Utc>> {
        Some(DateTime::parse_from_rfc3339(&self.started_at).ok()?.to_utc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_knows_its_statement_by_hash_alone() {
        let entry = QueryEntry::begin("select '123-45-6789'", "me", Some("/lake"));
        let line = serde_json::to_string(&entry).unwrap();
        assert!(!line.contains("select") && !line.contains("6789"), "{line}");
        assert!(entry.started_at().is_some());
        assert_eq!(entry.sql_hash, QueryEntry::begin("select '123-45-6789'", "you", None).sql_hash);
        assert_ne!(entry.sql_hash, QueryEntry::begin("select '123-45-6780'", "me", None).sql_hash);
    }

    #[test]
    fn a_hash_is_the_same_under_the_same_key_and_says_nothing_without_it() {
        let hash = |sql: &str, key: u8| QueryEntry::begin(sql, "me", None).under(&[key; 32]).sql_hash;
        assert_eq!(hash("select 1", 1), hash("select 1", 1));
        assert_ne!(hash("select 1", 1), hash("select 2", 1));
        assert_ne!(hash("select 1", 1), hash("select 1", 2));
        assert_ne!(hash("select 1", 1), blake3::hash(b"select 1").to_hex().to_string());
    }

    #[test]
    fn a_status_has_one_name() {
        for status in [
            QueryStatus::Ok,
            QueryStatus::Error,
            QueryStatus::Cancelled,
            QueryStatus::Timeout,
            QueryStatus::Refused,
        ] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
    }
}
