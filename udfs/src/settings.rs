//! The settings of a session: `SET lifetracks.school_year_start = 8`, `SET lifetracks.checked_reads = true`.

use std::any::Any;

use datafusion::common::{config_datafusion_err, config_err};
use datafusion::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};
use datafusion::error::Result;

/// The names of the settings behind the prefix.
const CHECKED_READS: &str = "checked_reads";
const SCHOOL_YEAR_START: &str = "school_year_start";
const SUBGROUP_MEMBERSHIP: &str = "subgroup_membership";

/// When a student belongs to a subgroup, the default first.
const MEMBERSHIPS: [&str; 3] = ["ever", "at_exit", "at_first9"];

/// The default: a school year runs from 1 July to 30 June, as agencies report it.
const JULY: u8 = 7;

/// The settings under the prefix `lifetracks`.
///
/// They are implemented by hand because the macro of `DataFusion` leaves the prefix out of the names, and
/// `SHOW lifetracks.school_year_start` then finds nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifetracksOptions {
    checked_reads: bool,
    school_year_start: u8,
    subgroup_membership: &'static str,
}

impl LifetracksOptions {
    /// Whether every byte of the lake that an answer depends on is compared with its hash; not unless the session says so.
    pub fn checked_reads(&self) -> bool {
        self.checked_reads
    }

    /// The same settings with checked reads, or without.
    #[must_use]
    pub fn with_checked_reads(mut self, checked_reads: bool) -> Self {
        self.checked_reads = checked_reads;
        self
    }

    /// The month, 1 to 12, on whose first day a school year starts; 7 unless the session says otherwise.
    pub fn school_year_start(&self) -> u8 {
        self.school_year_start
    }

    /// A setting that is a word, by its name behind the prefix; `None` for any other.
    pub fn text(&self, name: &str) -> Option<&'static str> {
        (name == SUBGROUP_MEMBERSHIP).then_some(self.subgroup_membership)
    }
}

impl Default for LifetracksOptions {
    fn default() -> Self {
        Self { checked_reads: false, school_year_start: JULY, subgroup_membership: MEMBERSHIPS[0] }
    }
}

impl ConfigExtension for LifetracksOptions {
    const PREFIX: &'static str = "lifetracks";
}

impl ExtensionOptions for LifetracksOptions {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        match key {
            CHECKED_READS => self.checked_reads = switch(value)?,
            SCHOOL_YEAR_START => self.school_year_start = month(value)?,
            SUBGROUP_MEMBERSHIP => self.subgroup_membership = membership(value)?,
            _ => {
                return config_err!(
                    "there is no setting lifetracks.{key}; the settings are: lifetracks.{CHECKED_READS}, lifetracks.{SCHOOL_YEAR_START}, lifetracks.{SUBGROUP_MEMBERSHIP}."
                );
            }
        }
        Ok(())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        let entry = |name: &str, value: String, description| ConfigEntry {
            key: format!("{}.{name}", Self::PREFIX),
            value: Some(value),
            description,
        };
        vec![
            entry(
                CHECKED_READS,
                self.checked_reads.to_string(),
                "Whether every byte of the lake that an answer depends on is compared with its hash",
            ),
            entry(
                SCHOOL_YEAR_START,
                self.school_year_start.to_string(),
                "The month, 1 to 12, on whose first day a school year starts",
            ),
            entry(
                SUBGROUP_MEMBERSHIP,
                self.subgroup_membership.to_owned(),
                "When a student belongs to a subgroup: ever in high school, at_exit, or at_first9",
            ),
        ]
    }
}

/// The settings a session starts with, to be put into its configuration's extensions.
///
/// [`crate::register`] adds them to a session that has none.
pub fn settings() -> LifetracksOptions {
    LifetracksOptions::default()
}

/// The month in which a school year starts in this session; `None` for a configuration without our settings.
pub(crate) fn school_year_start(options: &ConfigOptions) -> Option<u8> {
    let settings = options.extensions.get::<LifetracksOptions>()?;
    Some(settings.school_year_start)
}

fn switch(value: &str) -> Result<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" | "on" | "1" => Ok(true),
        "false" | "off" | "0" => Ok(false),
        _ => config_err!("lifetracks.{CHECKED_READS} is {value:?}; set it to true or false."),
    }
}

fn membership(value: &str) -> Result<&'static str> {
    let value = value.trim().to_ascii_lowercase();
    MEMBERSHIPS.into_iter().find(|known| *known == value).ok_or_else(|| {
        config_datafusion_err!(
            "lifetracks.{SUBGROUP_MEMBERSHIP} is {value:?}; set it to one of {}.",
            MEMBERSHIPS.join(", ")
        )
    })
}

fn month(value: &str) -> Result<u8> {
    let number = value.trim().parse::<u8>().ok();
    number.filter(|month| (1..=12).contains(month)).ok_or_else(|| {
        config_datafusion_err!(
            "lifetracks.{SCHOOL_YEAR_START} is {value:?}, which is no month; set a number from 1 (January) to 12, such as 7 for July."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_set_and_shown_with_its_prefix() {
        let mut options = settings();
        options.set("school_year_start", "8").unwrap();
        let entry = options.entries().remove(1);
        assert_eq!(entry.key, "lifetracks.school_year_start");
        assert_eq!(entry.value.as_deref(), Some("8"));
    }

    #[test]
    fn reads_are_checked_when_a_session_says_so() {
        let mut options = settings();
        assert!(!options.checked_reads());
        for (value, is) in [("true", true), ("OFF", false), ("1", true), (" false ", false), ("on", true)] {
            options.set("checked_reads", value).unwrap();
            assert_eq!(options.checked_reads(), is, "{value}");
        }
        let entry = options.entries().remove(0);
        assert_eq!((entry.key.as_str(), entry.value.as_deref()), ("lifetracks.checked_reads", Some("true")));
        let error = options.set("checked_reads", "yes please").unwrap_err().to_string();
        assert!(error.contains("set it to true or false"), "{error}");
        assert_eq!(options, settings().with_checked_reads(true));
    }

    #[test]
    fn membership_in_a_subgroup_is_one_of_three_rules() {
        let mut options = settings();
        assert_eq!(options.text("subgroup_membership"), Some("ever"));
        options.set("subgroup_membership", "At_Exit").unwrap();
        assert_eq!(options.text("subgroup_membership"), Some("at_exit"));
        assert_eq!(options.text("school_year_start"), None);
        let error = options.set("subgroup_membership", "always").unwrap_err().to_string();
        assert!(error.contains("set it to one of ever, at_exit, at_first9"), "{error}");
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for value in ["0", "13", "July", "", "-1"] {
            let error = settings().set("school_year_start", value).unwrap_err().to_string();
            assert!(error.contains("which is no month; set a number"), "{error}");
        }
        let error = settings().set("year", "7").unwrap_err().to_string();
        assert!(error.contains("no setting lifetracks.year; the settings are"), "{error}");
    }

    #[test]
    fn a_configuration_without_the_settings_has_no_month() {
        let mut options = ConfigOptions::default();
        assert_eq!(school_year_start(&options), None);
        options.extensions.insert(settings());
        assert_eq!(school_year_start(&options), Some(7));
    }
}
