//! Counts by key, small in memory for one row and for millions: what aggregates of distinct values remember.

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

/// What is counted.
pub(crate) trait Key: Clone + Ord {
    /// The bytes the key holds beside itself.
    fn heap_size(&self) -> usize {
        0
    }
}

impl Key for Arc<str> {
    fn heap_size(&self) -> usize {
        // The two counters of the pointer, and the text.
        2 * size_of::<usize>() + self.len()
    }
}

impl<A: Key, B: Key> Key for (A, B) {
    fn heap_size(&self) -> usize {
        self.0.heap_size() + self.1.heap_size()
    }
}

/// What is known of a key; adding must not depend on the order.
pub(crate) trait Count: Clone {
    /// Takes what is known from elsewhere.
    fn add(&mut self, other: &Self);
}

impl Count for i64 {
    fn add(&mut self, other: &Self) {
        *self += other;
    }
}

/// Counts by key.
///
/// Sorted entries, and after them new ones in the order of their arrival, which are sorted in when they outnumber the
/// first. A group of one row holds a handful of entries, and a key costs no more than a place in a vector.
#[derive(Debug, Clone)]
pub(crate) struct Tally<K, C> {
    entries: Vec<(K, C)>,
    sorted: usize,
    contents: usize,
}

impl<K, C> Default for Tally<K, C> {
    fn default() -> Self {
        Self { entries: Vec::new(), sorted: 0, contents: 0 }
    }
}

/// New entries that wait to be sorted in, however few there are.
const WAITING: usize = 3;

/// The most sorted entries that are searched for every new one. Among more of them a key is rarely found again, and to
/// sort it in with many others costs less than to look for it.
const SEARCHED: usize = 512;

impl<K: Key, C: Count> Tally<K, C> {
    /// Adds to what is known of a key.
    pub(crate) fn add(&mut self, key: K, count: C) {
        let sorted = &mut self.entries[..self.sorted];
        if sorted.len() <= SEARCHED
            && let Ok(position) = sorted.binary_search_by(|(known, _)| known.cmp(&key))
        {
            sorted[position].1.add(&count);
            return;
        }
        self.contents += key.heap_size();
        self.entries.push((key, count));
        if self.entries.len() > 2 * self.sorted + WAITING {
            self.sort();
        }
    }

    /// Adds all that another one has counted.
    pub(crate) fn merge(&mut self, other: &Self) {
        if other.entries.len() > SEARCHED {
            self.contents += other.contents;
            self.entries.extend_from_slice(&other.entries);
            self.sort();
            return;
        }
        for (key, count) in &other.entries {
            self.add(key.clone(), count.clone());
        }
    }

    /// Every key once, in ascending order.
    pub(crate) fn sorted(&self) -> Cow<'_, [(K, C)]> {
        if self.sorted == self.entries.len() {
            return Cow::Borrowed(&self.entries);
        }
        let mut copy = self.clone();
        copy.sort();
        Cow::Owned(copy.entries)
    }

    /// The bytes of the entries.
    pub(crate) fn heap_size(&self) -> usize {
        self.entries.capacity() * size_of::<(K, C)>() + self.contents
    }

    fn sort(&mut self) {
        let order = |(left, _): &(K, C), (right, _): &(K, C)| left.cmp(right);
        // Equal keys are added up, whose order does not matter. The second sort finds two runs and joins them.
        self.entries[self.sorted..].sort_unstable_by(order);
        self.entries.sort_by(order);
        self.entries.dedup_by(|(later, count), (earlier, sum)| {
            let same = later == earlier;
            if same {
                sum.add(count);
            }
            same
        });
        self.sorted = self.entries.len();
        self.contents = self.entries.iter().map(|(key, _)| key.heap_size()).sum();
    }
}

impl<K: Key, C: Count> FromIterator<(K, C)> for Tally<K, C> {
    fn from_iter<I: IntoIterator<Item = (K, C)>>(entries: I) -> Self {
        let mut tally = Self { entries: entries.into_iter().collect(), sorted: 0, contents: 0 };
        tally.sort();
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_counts_as_a_map_does(keys in prop::collection::vec(-20_i64..20, 0..200), many in any::<bool>(), cut in 0_usize..200) {
            let keys: Vec<i64> = if many { keys.iter().flat_map(|key| (0..40).map(move |next| key * 37 + next)).collect() } else { keys };
            let mut expected = BTreeMap::new();
            for key in &keys {
                *expected.entry(*key).or_insert(0_i64) += 1;
            }
            let (left, right) = keys.split_at(cut.min(keys.len()));
            let mut tally = Tally::default();
            for key in left {
                tally.add(*key, 1);
            }
            tally.merge(&right.iter().map(|key| (*key, 1)).collect());
            prop_assert_eq!(tally.sorted().into_owned(), expected.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_repeated_key_takes_no_more_room() {
        let mut tally: Tally<Arc<str>, i64> = Tally::default();
        (0..1000).for_each(|_| tally.add(Arc::from("Hinds"), 1));
        assert_eq!(tally.sorted().as_ref(), [(Arc::from("Hinds"), 1000)]);
        assert!(tally.heap_size() < 8 * size_of::<(Arc<str>, i64)>(), "{}", tally.heap_size());
    }
}
