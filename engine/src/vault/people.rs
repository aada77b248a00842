//! Who is who: the person of every id, and the ids of a person.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasherDefault;

use super::IdKey;
use crate::hashed::Hashed;

/// What the vault's entries say, in memory.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Person of every id; the last entry of an id wins.
    persons: HashMap<IdKey, i64, BuildHasherDefault<Hashed>>,
    /// Which namespace's id a person is known by, for the ids that name one person only.
    holders: HashMap<(u64, i64), IdKey>,
    namespaces: BTreeSet<u64>,
    /// Made when persons are first joined: most loads join nobody.
    ids: Option<Ids>,
}

/// The ids of every person.
#[derive(Debug)]
struct Ids {
    /// As they were when the list was made, by person.
    sorted: Vec<(i64, IdKey)>,
    /// Those assigned since.
    since: HashMap<i64, Vec<IdKey>>,
}

impl People {
    /// Notes that an id belongs to a person from now on.
    pub(super) fn remember(&mut self, namespace: u64, id: IdKey, person: i64) {
        self.persons.insert(id, person);
        self.holders.entry((namespace, person)).or_insert(id);
        self.namespaces.insert(namespace);
        if let Some(ids) = &mut self.ids {
            ids.since.entry(person).or_default().push(id);
        }
    }

    /// The person of an id.
    pub(super) fn person(&self, id: IdKey) -> Option<i64> {
        self.persons.get(&id).copied()
    }

    /// The id by which a person is known in a namespace, if any.
    pub(super) fn holder(&self, namespace: u64, person: i64) -> Option<IdKey> {
        self.holders.get(&(namespace, person)).copied()
    }

    /// How many ids are known.
    pub(super) fn len(&self) -> usize {
        self.persons.len()
    }

    /// The ids of a person in the order of their numbers, each with its namespace; 0 where another id holds that place.
    pub(super) fn ids_of(&mut self, person: i64) -> Vec<(u64, IdKey)> {
        let ids = self.ids.get_or_insert_with(|| {
            let mut sorted: Vec<(i64, IdKey)> =
                self.persons.iter().map(|(id, person)| (*person, *id)).collect();
            sorted.sort_unstable();
            Ids { sorted, since: HashMap::new() }
        });
        let start = ids.sorted.partition_point(|(other, _)| *other < person);
        let before = ids.sorted[start..].iter().take_while(|(other, _)| *other == person).map(|(_, id)| *id);
        let since = ids.since.get(&person).into_iter().flatten().copied();
        // An id that has moved on stays in the lists under its earlier person.
        let mut found: Vec<IdKey> =
            before.chain(since).filter(|id| self.persons.get(id) == Some(&person)).collect();
        found.sort_unstable();
        found.dedup();
        let held: Vec<(u64, IdKey)> = self
            .namespaces
            .iter()
            .filter_map(|namespace| Some((*namespace, self.holder(*namespace, person)?)))
            .collect();
        let namespace = |id: IdKey| held.iter().find(|(_, holder)| *holder == id).map_or(0, |held| held.0);
        found.into_iter().map(|id| (namespace(id), id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_their_person_through_several_moves() {
        let mut people = People::default();
        for (namespace, id, person) in [(1, 10, 1), (1, 20, 2), (2, 30, 2), (1, 40, 3)] {
            people.remember(namespace, id, person);
        }
        assert_eq!(people.ids_of(2), [(1, 20), (2, 30)]);
        people.remember(1, 20, 3);
        people.remember(2, 30, 3);
        assert_eq!(people.ids_of(3), [(0, 20), (2, 30), (1, 40)]);
        assert!(people.ids_of(2).is_empty());
        people.remember(1, 40, 1);
        assert_eq!(people.ids_of(1).len(), 2);
        assert_eq!(people.ids_of(3).len(), 2);
    }
}
