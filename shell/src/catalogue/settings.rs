//! The settings of statements, as the engine lists them.

use crate::names::Setting;
use crate::text::first_sentence;

/// Name, value and description of every setting, our own first.
pub(super) const SETTINGS: &str = "SELECT name, value, description FROM information_schema.df_settings \
     ORDER BY name NOT LIKE 'lifetracks.%', name";

/// What a setting can be whose value is one of these.
const SWITCH: &[&str] = &["false", "true"];

/// The settings, from rows of name, value and description.
pub(super) fn settings(rows: &[Vec<String>]) -> Vec<Setting> {
    let setting = |row: &Vec<String>| match row.as_slice() {
        [name, value, description] => Some(Setting {
            name: name.clone(),
            note: first_sentence(description).to_owned(),
            values: if SWITCH.contains(&value.as_str()) { SWITCH } else { &[] },
        }),
        _ => None,
    };
    rows.iter().filter_map(setting).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_is_on_or_off_has_two_values() {
        let row = |name: &str, value: &str| {
            vec![name.to_owned(), value.to_owned(), "What it does. And more.".to_owned()]
        };
        let settings = settings(&[row("a.b", "true"), row("a.c", "12"), vec!["broken".to_owned()]]);
        let values: Vec<_> = settings.iter().map(|setting| (setting.name.as_str(), setting.values)).collect();
        assert_eq!(values, [("a.b", SWITCH), ("a.c", &[])]);
        assert_eq!(settings[0].note, "What it does");
    }
}
