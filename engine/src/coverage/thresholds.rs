//! The figures past which a change is an alarm: data, not code.

use std::collections::BTreeMap;
use std::path::Path;

use lifetracks_datasets::Severity;
use serde::Deserialize;

use crate::error::{Error, Result};

const BUILTIN: &str = include_str!("../../alarms.toml");
const FILE: &str = "alarms.toml";

/// What one table's changes are held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    /// The share by which rows may change.
    pub(crate) rows_share: f64,
    /// The share of the rows of the period before under which a period looks incomplete.
    pub(crate) incomplete_share: f64,
    /// Percentage points by which a column's share of NULLs may change.
    pub(crate) null_points: f64,
    /// Rows that one of two periods must have to be compared.
    pub(crate) minimum_rows: u64,
    /// What an alarm is.
    pub(crate) severity: Severity,
}

/// Some of the figures, as a file gives them.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    rows_share: Option<f64>,
    incomplete_share: Option<f64>,
    null_points: Option<f64>,
    minimum_rows: Option<u64>,
    severity: Option<Severity>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    rows_share: Option<f64>,
    incomplete_share: Option<f64>,
    null_points: Option<f64>,
    minimum_rows: Option<u64>,
    severity: Option<Severity>,
    /// Where the figures come from: for the reader of the file.
    #[serde(rename = "source")]
    _source: Option<String>,
    #[serde(default)]
    table: BTreeMap<String, Figures>,
}

/// The limits of every table.
#[derive(Debug, Clone)]
pub(crate) struct Thresholds {
    all: Limits,
    tables: BTreeMap<String, Figures>,
}

impl Thresholds {
    /// The built-in figures and, over them, those of definition folders; a later one wins.
    pub(crate) fn read(folders: &[impl AsRef<Path>]) -> Result<Self> {
        // Every figure stands in the built-in file, which a test holds to that; these stand for none.
        let nothing = Limits {
            rows_share: 0.0,
            incomplete_share: 0.0,
            null_points: 0.0,
            minimum_rows: 0,
            severity: Severity::Warning,
        };
        let mut thresholds = Self { all: nothing, tables: BTreeMap::new() };
        thresholds.add("the built-in alarms.toml", BUILTIN)?;
        for folder in folders {
            let path = folder.as_ref().join(FILE);
            match std::fs::read_to_string(&path) {
                Ok(text) => thresholds.add(&path.display().to_string(), &text)?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(Error::usage(format!("could not read {}: {error}", path.display()))
                        .with_help("check its rights and that it is UTF-8"));
                }
            }
        }
        Ok(thresholds)
    }

    fn add(&mut self, file: &str, text: &str) -> Result<()> {
        let written: Written = toml::from_str(text).map_err(|error| {
            Error::usage(format!("{file} is not what it must be: {}", error.message())).with_help(
                "it holds rows_share, incomplete_share, null_points, minimum_rows, severity and [table.NAME] with these",
            )
        })?;
        let Written { rows_share, incomplete_share, null_points, minimum_rows, severity, table, _source } =
            written;
        let figures = Figures { rows_share, incomplete_share, null_points, minimum_rows, severity };
        for figures in std::iter::once(&figures).chain(table.values()) {
            let limit = |figure: Option<f64>| figure.is_none_or(|figure| figure >= 0.0);
            if ![figures.rows_share, figures.incomplete_share, figures.null_points].into_iter().all(limit) {
                return Err(Error::usage(format!("{file} has a limit below 0")).with_help("write 0 or more"));
            }
        }
        self.all = figures.over(self.all);
        self.tables.extend(table);
        Ok(())
    }

    /// What a table's changes are held against.
    pub(crate) fn of(&self, table: &str) -> Limits {
        self.tables.get(table).map_or(self.all, |figures| figures.over(self.all))
    }
}

impl Figures {
    fn over(&self, limits: Limits) -> Limits {
        Limits {
            rows_share: self.rows_share.unwrap_or(limits.rows_share),
            incomplete_share: self.incomplete_share.unwrap_or(limits.incomplete_share),
            null_points: self.null_points.unwrap_or(limits.null_points),
            minimum_rows: self.minimum_rows.unwrap_or(limits.minimum_rows),
            severity: self.severity.unwrap_or(limits.severity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_has_every_figure() {
        let written: Written = toml::from_str(BUILTIN).unwrap();
        assert!(
            written.rows_share.is_some()
                && written.incomplete_share.is_some()
                && written.null_points.is_some()
        );
        assert!(written.minimum_rows.is_some() && written.severity.is_some());
    }

    #[test]
    fn a_folder_changes_what_it_names() {
        let folder = tempfile::tempdir().unwrap();
        let builtin = Thresholds::read(&[folder.path()]).unwrap().of("ui_wage");
        let text = "null_points = 5\n[table.ui_wage]\nrows_share = 0.1\nseverity = \"error\"\n";
        std::fs::write(folder.path().join(FILE), text).unwrap();
        let changed = Thresholds::read(&[folder.path()]).unwrap();
        assert_eq!(changed.of("diploma"), Limits { null_points: 5.0, ..builtin });
        let wage = changed.of("ui_wage");
        assert_eq!((wage.rows_share, wage.null_points, wage.severity), (0.1, 5.0, Severity::Error));
    }

    #[test]
    fn a_wrong_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["rows = 1", "rows_share = -0.5", "severity = \"loud\""] {
            std::fs::write(folder.path().join(FILE), text).unwrap();
            let error = Thresholds::read(&[folder.path()]).unwrap_err();
            assert!(error.message().contains("alarms.toml"), "{error}");
        }
    }
}
