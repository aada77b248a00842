//! From an agency's id to a person: rows get their `person_id`, link extracts join what two agencies know.

use datafusion::arrow::array::{Array, AsArray, Int64Array, RecordBatch};

use crate::error::{Error, Result};
use crate::vault::{IdKey, Vault};

/// Two ids of one file row that name the same person, by their keyed hashes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) file: i32,
    pub(crate) line: i64,
    pub(crate) id: IdKey,
    pub(crate) linked: IdKey,
}

/// The rule that a link breaks which would give one person two linked ids.
pub(crate) const CONFLICTING_LINK: &str = "conflicting_link";

/// The persons of a column of ids; an id the vault does not know becomes a new person.
pub(crate) fn persons(
    batch: &RecordBatch,
    column: &str,
    namespace: &str,
    vault: &mut Vault,
) -> Result<Int64Array> {
    let ids = batch
        .column_by_name(column)
        .and_then(|ids| ids.as_string_opt::<i32>())
        .ok_or_else(|| Error::lake(format!("the identity column {column} is not text")))?;
    let mut last: Option<(&str, i64)> = None;
    let person = |row| {
        let id = ids.value(row);
        if let Some((same, person)) = last
            && same == id
        {
            return person;
        }
        let key = vault.key(namespace, id);
        let person = vault.person_or_new(namespace, key);
        last = Some((id, person));
        person
    };
    Ok((0..ids.len()).map(person).collect::<Vec<_>>().into())
}

/// What a link extract changed.
#[derive(Debug, Default)]
pub(crate) struct Linked {
    /// Links that hold, in the order of delivery.
    pub(crate) links: Vec<Link>,
    /// Links refused because the person already has another linked id.
    pub(crate) conflicts: Vec<Link>,
}

/// Joins the persons of both ids of every link.
///
/// Several ids of the first namespace may share a linked id (a student with two state ids). A link that would give one
/// person two linked ids is refused: one of the two extracts is wrong there, and nobody can tell which.
pub(crate) fn link(links: Vec<Link>, namespace: &str, linked_namespace: &str, vault: &mut Vault) -> Linked {
    let mut result = Linked::default();
    for link in links {
        match (vault.person(link.id), vault.person(link.linked)) {
            (None, None) => {
                let person = vault.person_or_new(linked_namespace, link.linked);
                vault.assign(namespace, link.id, person);
            }
            (None, Some(person)) => vault.assign(namespace, link.id, person),
            (Some(person), None) => {
                if vault.id_in(linked_namespace, person).is_some() {
                    result.conflicts.push(link);
                    continue;
                }
                vault.assign(linked_namespace, link.linked, person);
            }
            (Some(left), Some(right)) if left == right => {}
            (Some(left), Some(right)) => {
                if vault.id_in(linked_namespace, left).is_some() {
                    result.conflicts.push(link);
                    continue;
                }
                vault.merge(left, right);
            }
        }
        result.links.push(link);
    }
    result
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;

    fn link_of(vault: &Vault, line: i64, id: &str, linked: &str) -> Link {
        Link { file: 0, line, id: vault.key("MDE", id), linked: vault.key("SSN", linked) }
    }

    #[test]
    fn two_state_ids_of_one_ssn_become_one_person() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let links = vec![link_of(&vault, 2, "a", "1"), link_of(&vault, 3, "b", "1")];
        let linked = link(links, "MDE", "SSN", &mut vault);
        assert_eq!((linked.links.len(), linked.conflicts.len(), vault.renamed().len()), (2, 0, 0));
        assert_eq!(vault.person(vault.key("MDE", "a")), vault.person(vault.key("MDE", "b")));
    }

    #[test]
    fn a_second_ssn_for_one_student_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let links = vec![link_of(&vault, 2, "a", "1"), link_of(&vault, 3, "a", "2")];
        let linked = link(links, "MDE", "SSN", &mut vault);
        assert_eq!((linked.links.len(), linked.conflicts.len()), (1, 1));
        assert_eq!(linked.conflicts[0].line, 3);
    }

    #[test]
    fn people_met_before_their_link_are_renamed() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let student = vault.key("MDE", "a");
        let worker = vault.key("SSN", "1");
        let old = vault.person_or_new("MDE", student);
        let new = vault.person_or_new("SSN", worker);
        let links = vec![link_of(&vault, 2, "a", "1")];
        let linked = link(links, "MDE", "SSN", &mut vault);
        assert_eq!((linked.links.len(), vault.renamed()), (1, BTreeMap::from([(old, new)])));
        assert_eq!(vault.person(student), Some(new));
    }
}
