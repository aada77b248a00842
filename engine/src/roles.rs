//! How roles, privacy classes, kinds of tables, periods and severities are written in SQL results.

use lifetracks_datasets::{PeriodUnit, Privacy, Role, Severity, TableKind};

const ROLES: [(Role, &str); 5] = [
    (Role::Identifier, "identifier"),
    (Role::Dimension, "dimension"),
    (Role::Measure, "measure"),
    (Role::Date, "date"),
    (Role::Code, "code"),
];

/// The role's name.
pub(crate) fn role_name(role: Role) -> &'static str {
    ROLES.iter().find(|(known, _)| *known == role).map_or("", |(_, name)| name)
}

/// The role of a name.
pub(crate) fn parse_role(name: &str) -> Option<Role> {
    ROLES.iter().find(|(_, known)| *known == name).map(|(role, _)| *role)
}

/// The privacy class's name.
pub(crate) fn privacy_name(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Pseudonym => "pseudonym",
        Privacy::Confidential => "confidential",
        Privacy::Public => "public",
    }
}

/// The privacy class of a name.
pub(crate) fn parse_privacy(name: &str) -> Option<Privacy> {
    let classes = [Privacy::Pseudonym, Privacy::Confidential, Privacy::Public];
    classes.into_iter().find(|privacy| privacy_name(*privacy) == name)
}

/// The kind's name.
pub(crate) fn kind_name(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Person => "person",
        TableKind::Reference => "reference",
    }
}

/// A period unit's name.
pub(crate) fn period_unit_name(unit: PeriodUnit) -> &'static str {
    match unit {
        PeriodUnit::SchoolYear => "school_year",
        PeriodUnit::CalendarYear => "calendar_year",
        PeriodUnit::Quarter => "quarter",
    }
}

/// A period as people write it: 2019Q3, 2018-19, 2019.
pub(crate) fn period_label(unit: PeriodUnit, period: i32) -> String {
    match unit {
        PeriodUnit::SchoolYear => format!("{}-{:02}", period.saturating_sub(1), period.rem_euclid(100)),
        PeriodUnit::CalendarYear => period.to_string(),
        PeriodUnit::Quarter => format!("{}Q{}", period.div_euclid(4), period.rem_euclid(4) + 1),
    }
}

/// A severity's name.
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_written_as_people_do() {
        assert_eq!(period_label(PeriodUnit::Quarter, 8078), "2019Q3");
        assert_eq!(period_label(PeriodUnit::SchoolYear, 2000), "1999-00");
        assert_eq!(period_label(PeriodUnit::SchoolYear, 2019), "2018-19");
        assert_eq!(period_label(PeriodUnit::CalendarYear, 2019), "2019");
    }
}
