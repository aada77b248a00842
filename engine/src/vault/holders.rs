//! The ids of every person in every namespace: chains of places, so that an id more costs no allocation.

use hashbrown::HashTable;

/// The end of a chain.
const NONE: u32 = u32::MAX;

/// By namespace and person, the places of their ids.
#[derive(Debug)]
pub(super) struct Holders {
    /// The place of the first id of each chain.
    first: HashTable<u32>,
    /// The place that follows in the chain of each place.
    next: Vec<u32>,
}

impl Holders {
    /// The chains of all places, whose persons and namespaces stand in two columns.
    pub(super) fn of(persons: &[i64], spaces: &[u16]) -> Self {
        let mut holders = Self { first: HashTable::new(), next: Vec::with_capacity(persons.len()) };
        for (place, _) in (0..).zip(persons) {
            holders.add(place, persons, spaces);
        }
        holders
    }

    /// Adds a place that is in no chain.
    pub(super) fn add(&mut self, place: u32, persons: &[i64], spaces: &[u16]) {
        let key = |place: u32| (spaces[place as usize], persons[place as usize]);
        if self.next.len() <= place as usize {
            self.next.resize(place as usize + 1, NONE);
        }
        let (space, person) = key(place);
        let same = |other: &u32| key(*other) == (space, person);
        if let Some(first) = self.first.find(hash(space, person), same) {
            // Behind the first, which stays where it is.
            self.next[place as usize] = std::mem::replace(&mut self.next[*first as usize], place);
            return;
        }
        self.next[place as usize] = NONE;
        let hash_of = |place: &u32| hash(spaces[*place as usize], persons[*place as usize]);
        self.first.insert_unique(hash(space, person), place, hash_of);
    }

    /// The place of the id that a person had first in a namespace.
    pub(super) fn first(&self, space: u16, person: i64, persons: &[i64], spaces: &[u16]) -> Option<u32> {
        let same = |place: &u32| (spaces[*place as usize], persons[*place as usize]) == (space, person);
        self.first.find(hash(space, person), same).copied()
    }

    /// Takes a chain out; its places.
    pub(super) fn remove(&mut self, space: u16, person: i64, persons: &[i64], spaces: &[u16]) -> Vec<u32> {
        let same = |place: &u32| (spaces[*place as usize], persons[*place as usize]) == (space, person);
        let Ok(found) = self.first.find_entry(hash(space, person), same) else {
            return Vec::new();
        };
        let (mut place, _) = found.remove();
        let mut places = Vec::new();
        while place != NONE {
            places.push(place);
            place = self.next[place as usize];
        }
        places
    }
}

/// A person's number is random.
fn hash(space: u16, person: i64) -> u64 {
    person.cast_unsigned().rotate_left(1) ^ u64::from(space)
}
