//! Which numbers of the agencies are one person: `truth/links.csv`.

use crate::twin::agency::Presence;
use crate::twin::error::TwinError;
use crate::twin::identity::{self, Person};
use crate::twin::table::Table;

pub(super) const LINKS: &str = "PERSON,AGENCY,AGENCY_ID,LINKED";

/// Writes one row for each number a person has in the files; `LINKED` tells whether the agency's link file leads
/// from it to the social security number, and is blank for that number itself.
pub(super) fn write_links(file: &mut Table, person: &Person, presence: Presence) -> Result<(), TwinError> {
    let number = person.number;
    let social = person.social_security;
    let [by, linked] = presence.assistance;
    let knows = |known: bool| known && social.is_some();
    let mut write = |agency: &str, held: bool, id: &dyn Fn() -> String, linked: Option<bool>| {
        if !held {
            return Ok(());
        }
        file.number(number, 1).text(agency).text(&id()).maybe_flag(linked).end_row()
    };
    let nine = |number: identity::Number| format!("{:09}", number.0);
    write(
        "MDE",
        presence.schools,
        &|| nine(identity::student_number(number)),
        Some(knows(person.known.schools)),
    )?;
    let college = || format!("{:08}", identity::community_college_number(number).0);
    let known = Some(knows(person.known.community_colleges));
    write("MCCB", presence.community_colleges, &college, known)?;
    let known = Some(knows(person.known.universities));
    write("IHL", presence.universities, &|| identity::university_number(number), known)?;
    let [trained, known] = presence.training;
    write("MDES", trained, &|| identity::participant_number(number), Some(known))?;
    write("MDHS", by[0], &|| nine(identity::client_number(number)), Some(linked[0]))?;
    write("MDC", by[1], &|| identity::inmate_number(number), Some(linked[1]))?;
    write("MDRS", by[2], &|| identity::rehabilitation_number(number), Some(linked[2]))?;
    write("SSN", social.is_some(), &|| social.map_or_else(String::new, nine), None)
}
