//! How roles, privacy classes and kinds of tables are written in SQL results.

use lifetracks_datasets::{Privacy, Role, TableKind};

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

/// The kind's name.
pub(crate) fn kind_name(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Person => "person",
        TableKind::Reference => "reference",
    }
}
