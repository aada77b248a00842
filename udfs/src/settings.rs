//! The session settings that functions read: `SET lifetracks.school_year_start = 8`.

use std::any::Any;

use datafusion::common::{config_datafusion_err, config_err};
use datafusion::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};
use datafusion::error::Result;

/// The name of the setting behind the prefix.
const SCHOOL_YEAR_START: &str = "school_year_start";

/// The default: a school year runs from 1 July to 30 June, as agencies report it.
const JULY: u8 = 7;

/// The settings under the prefix `lifetracks`.
///
/// They are implemented by hand because the macro of `DataFusion` leaves the prefix out of the names, and
/// `SHOW lifetracks.school_year_start` then finds nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifetracksOptions {
    school_year_start: u8,
}

impl LifetracksOptions {
    /// The month, 1 to 12, on whose first day a school year starts; 7 unless the session says otherwise.
    pub fn school_year_start(&self) -> u8 {
        self.school_year_start
    }
}

impl Default for LifetracksOptions {
    fn default() -> Self {
        Self { school_year_start: JULY }
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
        if key != SCHOOL_YEAR_START {
            return config_err!(
                "there is no setting lifetracks.{key}; the settings are: lifetracks.{SCHOOL_YEAR_START}."
            );
        }
        self.school_year_start = month(value)?;
        Ok(())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        vec![ConfigEntry {
            key: format!("{}.{SCHOOL_YEAR_START}", Self::PREFIX),
            value: Some(self.school_year_start.to_string()),
            description: "The month, 1 to 12, on whose first day a school year starts",
        }]
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
        let entry = options.entries().remove(0);
        assert_eq!(entry.key, "lifetracks.school_year_start");
        assert_eq!(entry.value.as_deref(), Some("8"));
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
