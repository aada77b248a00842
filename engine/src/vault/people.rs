//! Who is who: the person of every id, and the ids of a person.
//!
//! A state has millions of ids, so each costs few bytes: ids stand in plain columns in the order in which they came, and
//! tables of hashes hold their places only.

use hashbrown::HashTable;

use super::IdKey;
use super::holders::Holders;

/// What the vault's entries say, in memory.
#[derive(Debug, Default)]
pub(super) struct People {
    ids: Vec<IdKey>,
    /// The person of each id; the last entry of an id wins.
    persons: Vec<i64>,
    /// The namespace of each id, by its place among `namespaces`.
    spaces: Vec<u16>,
    namespaces: Vec<u64>,
    /// The places of the ids above.
    places: HashTable<u32>,
    /// Made when persons are first joined: most loads join nobody.
    holders: Option<Holders>,
}

impl People {
    /// Makes room for so many more ids.
    pub(super) fn reserve(&mut self, more: usize) {
        self.ids.reserve_exact(more);
        self.persons.reserve_exact(more);
        self.spaces.reserve_exact(more);
        let Self { ids, places, .. } = self;
        places.reserve(more, |place| hash(ids[*place as usize]));
    }

    /// Notes that an id belongs to a person from now on. An id stays in the namespace in which it was met first.
    pub(super) fn remember(&mut self, namespace: u64, id: IdKey, person: i64) {
        if let Some(place) = self.place(id) {
            if self.persons[place] != person {
                self.persons[place] = person;
                self.holders = None;
            }
            return;
        }
        let space = self.space(namespace);
        let place = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.ids.push(id);
        self.persons.push(person);
        self.spaces.push(space);
        let Self { ids, persons, spaces, places, .. } = self;
        places.insert_unique(hash(id), place, |place| hash(ids[*place as usize]));
        if let Some(holders) = &mut self.holders {
            holders.add(place, persons, spaces);
        }
    }

    /// The person of an id.
    pub(super) fn person(&self, id: IdKey) -> Option<i64> {
        self.place(id).map(|place| self.persons[place])
    }

    /// An id by which a person is known in a namespace, if any.
    pub(super) fn holder(&mut self, namespace: u64, person: i64) -> Option<IdKey> {
        let space = self.namespaces.iter().position(|known| *known == namespace)?;
        let space = u16::try_from(space).ok()?;
        let Self { persons, spaces, .. } = self;
        let holders = self.holders.get_or_insert_with(|| Holders::of(persons, spaces));
        holders.first(space, person, persons, spaces).map(|place| self.ids[place as usize])
    }

    /// How many ids are known.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Gives every id of one person to another; returns those ids in the order of their numbers, each with its namespace.
    pub(super) fn merge(&mut self, from: i64, into: i64) -> Vec<(u64, IdKey)> {
        let Self { persons, spaces, namespaces, .. } = self;
        let holders = self.holders.get_or_insert_with(|| Holders::of(persons, spaces));
        let mut moved = Vec::new();
        for (space, namespace) in (0..).zip(namespaces.iter()) {
            let places = holders.remove(space, from, persons, spaces);
            for place in places {
                persons[place as usize] = into;
                holders.add(place, persons, spaces);
                moved.push((*namespace, self.ids[place as usize]));
            }
        }
        moved.sort_unstable_by_key(|(_, id)| *id);
        moved
    }

    fn place(&self, id: IdKey) -> Option<usize> {
        let place = self.places.find(hash(id), |place| self.ids[*place as usize] == id)?;
        Some(*place as usize)
    }

    /// The place of a namespace among those met; an agency more is rare.
    fn space(&mut self, namespace: u64) -> u16 {
        let found = self.namespaces.iter().position(|known| *known == namespace);
        let space = found.unwrap_or_else(|| {
            self.namespaces.push(namespace);
            self.namespaces.len() - 1
        });
        u16::try_from(space).unwrap_or(u16::MAX)
    }
}

/// An id is a keyed hash already: a part of it will do.
fn hash(id: IdKey) -> u64 {
    let low = id & IdKey::from(u64::MAX);
    u64::try_from(low).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn ids_follow_their_person_through_several_moves() {
        let mut people = People::default();
        for (namespace, id, person) in [(1, 10, 1), (1, 20, 2), (2, 30, 2), (1, 40, 3)] {
            people.remember(namespace, id, person);
        }
        assert_eq!(people.merge(2, 3), [(1, 20), (2, 30)]);
        assert_eq!(people.merge(2, 3), []);
        people.remember(2, 50, 3);
        people.remember(1, 40, 1);
        assert_eq!(people.holder(2, 1), None);
        assert!(
            people.holder(2, 3).is_some() && people.holder(2, 2).is_none() && people.holder(9, 3).is_none()
        );
        assert_eq!(people.merge(3, 4), [(1, 20), (2, 30), (2, 50)]);
        assert_eq!([10, 20, 30, 40, 50].map(|id| people.person(id)), [1, 4, 4, 1, 4].map(Some));
        assert_eq!((people.person(60), people.len()), (None, 5));
    }

    /// The same in the plainest way.
    #[derive(Default)]
    struct Plain(BTreeMap<IdKey, (u64, i64)>);

    impl Plain {
        fn ids(&self, person: i64) -> Vec<(u64, IdKey)> {
            let ids = self.0.iter().filter(|(_, (_, other))| *other == person);
            ids.map(|(id, (namespace, _))| (*namespace, *id)).collect()
        }
    }

    #[test]
    fn many_ids_joins_and_questions_are_answered_as_a_plain_list_would() {
        let (mut people, mut plain) = (People::default(), Plain::default());
        let mut seed = 11_u64;
        let mut below = |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        for step in 0..5_000 {
            let person = i64::try_from(below(100)).unwrap();
            let other = i64::try_from(below(100)).unwrap();
            match below(if step < 1_000 { 3 } else { 6 }) {
                0..3 => {
                    // Some differ in their upper half only.
                    let id = IdKey::from(below(400)) | IdKey::from(below(2)) << 100;
                    let namespace = plain.0.get(&id).map_or_else(|| below(4), |(namespace, _)| *namespace);
                    people.remember(namespace, id, person);
                    plain.0.insert(id, (namespace, person));
                }
                3 if person != other => {
                    let moved = plain.ids(person);
                    assert_eq!(people.merge(person, other), moved, "step {step}");
                    for (namespace, id) in moved {
                        plain.0.insert(id, (namespace, other));
                    }
                }
                _ => {
                    let namespace = below(5);
                    let held = plain.ids(person).into_iter().filter(|(space, _)| *space == namespace);
                    let held: Vec<IdKey> = held.map(|(_, id)| id).collect();
                    let found = people.holder(namespace, person);
                    assert!(found.map_or(held.is_empty(), |id| held.contains(&id)), "step {step}");
                }
            }
        }
        assert_eq!(people.len(), plain.0.len());
        for (id, (_, person)) in &plain.0 {
            assert_eq!(people.person(*id), Some(*person));
        }
    }

    #[test]
    fn a_move_that_names_no_namespace_leaves_the_first_one() {
        let mut people = People::default();
        people.remember(7, 10, 1);
        people.remember(0, 10, 2);
        assert_eq!(people.holder(7, 2), Some(10));
        assert_eq!(people.holder(0, 2), None);
    }
}
