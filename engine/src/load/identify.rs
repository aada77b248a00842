//! From an agency's id to a person: rows get their `person_id`, link extracts join what two agencies know.

use std::panic::resume_unwind;

use datafusion::arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};

use crate::error::{Error, Result};
use crate::vault::{IdKey, Vault};

/// Ids that are worth a thread of their own.
const LEAST_IDS: usize = 2048;

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
///
/// Ids are hashed and looked up on several threads; new persons are made afterwards, in the order of the rows, so that
/// the number of threads shows nowhere.
pub(crate) fn persons(
    batch: &RecordBatch,
    column: &str,
    namespace: &str,
    vault: &mut Vault,
    threads: usize,
) -> Result<Int64Array> {
    let known = each_id(batch, column, namespace, vault, threads, |id| (id, vault.person(id)))?;
    let person = |(id, known): (IdKey, Option<i64>)| match known {
        Some(person) => person,
        None => vault.person_or_new(namespace, id),
    };
    Ok(known.into_iter().map(person).collect::<Vec<_>>().into())
}

/// The keyed hashes of a column of ids.
pub(crate) fn keys(
    batch: &RecordBatch,
    column: &str,
    namespace: &str,
    vault: &Vault,
    threads: usize,
) -> Result<Vec<IdKey>> {
    each_id(batch, column, namespace, vault, threads, |id| id)
}

/// Hashes every id of a column and says something of it, on several threads; in the order of the rows.
fn each_id<T: Copy + Send>(
    batch: &RecordBatch,
    column: &str,
    namespace: &str,
    vault: &Vault,
    threads: usize,
    say: impl Fn(IdKey) -> T + Sync,
) -> Result<Vec<T>> {
    let ids = batch
        .column_by_name(column)
        .and_then(|ids| ids.as_string_opt::<i32>())
        .ok_or_else(|| Error::lake(format!("the identity column {column} is not text")))?;
    let slice = ids.len().div_ceil(threads.max(1)).max(LEAST_IDS);
    let work = |ids: StringArray| in_turn(&ids, namespace, vault, &say);
    if slice >= ids.len() {
        return Ok(work(ids.clone()));
    }
    Ok(std::thread::scope(|scope| {
        let starts = (0..ids.len()).step_by(slice);
        let work = &work;
        let slices: Vec<_> = starts
            .map(|start| ids.slice(start, slice.min(ids.len() - start)))
            .map(|ids| scope.spawn(move || work(ids)))
            .collect();
        let mut all = Vec::with_capacity(ids.len());
        for slice in slices {
            all.extend(slice.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        all
    }))
}

fn in_turn<T: Copy>(ids: &StringArray, namespace: &str, vault: &Vault, say: &impl Fn(IdKey) -> T) -> Vec<T> {
    let mut hasher = vault.namespace(namespace);
    let mut last: Option<(&str, T)> = None;
    let said = (0..ids.len()).map(|row| {
        let id = ids.value(row);
        match last {
            // Extracts often give a person's rows one after another.
            Some((same, said)) if same == id => said,
            _ => {
                let said = say(hasher.key(id));
                last = Some((id, said));
                said
            }
        }
    });
    said.collect()
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
    use std::sync::Arc;
    use std::time::Duration;

    use datafusion::arrow::array::ArrayRef;

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
    fn the_number_of_threads_shows_nowhere() {
        let ids: StringArray = (0..3 * LEAST_IDS).map(|id| Some((id / 2 % 4000).to_string())).collect();
        let batch = RecordBatch::try_from_iter([("person_id", Arc::new(ids) as ArrayRef)]).unwrap();
        let key = tempfile::tempdir().unwrap();
        drop(Vault::open_or_create(key.path(), Duration::ZERO).unwrap());
        let found = [1, 2, 7].map(|threads| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::copy(key.path().join("key"), folder.path().join("key")).unwrap();
            let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
            let persons = persons(&batch, "person_id", "MDE", &mut vault, threads).unwrap();
            vault.flush().unwrap();
            (persons, vault.created(), std::fs::read(folder.path().join("persons")).unwrap())
        });
        assert_eq!(found[0], found[1]);
        assert_eq!(found[0], found[2]);
        assert_eq!(found[0].1, 3072);
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
