//! The cut of `person_id` into even ranges: a property of the lake, fixed when it is created, the same for all tables.

/// The number of ranges of a new lake.
pub(crate) const DEFAULT_RANGES: usize = 16;

/// Even ranges of the non-negative 64-bit integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ranges {
    count: usize,
}

impl Ranges {
    /// A cut into `count` ranges; at least one.
    pub(crate) fn new(count: usize) -> Self {
        Self { count: count.max(1) }
    }

    /// How many ranges there are.
    pub(crate) fn count(self) -> usize {
        self.count
    }

    /// The range that holds a person.
    pub(crate) fn of(self, person_id: i64) -> usize {
        let id = u128::from(person_id.unsigned_abs());
        let range = (id * self.count as u128) >> 63;
        usize::try_from(range).map_or(self.count - 1, |range| range.min(self.count - 1))
    }

    /// The first `person_id` of a range.
    pub(crate) fn first(self, range: usize) -> i64 {
        let first = ((range as u128) << 63).div_ceil(self.count as u128);
        i64::try_from(first).unwrap_or(i64::MAX)
    }

    /// Cuts the ranges into at most `groups` contiguous, even groups; returns the end of each (exclusive).
    pub(crate) fn groups(self, groups: usize) -> Vec<usize> {
        let groups = groups.clamp(1, self.count);
        (1..=groups).map(|group| group * self.count / groups).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_begins_where_the_last_one_ends() {
        for count in [1, 2, 3, 7, 16, 60] {
            let ranges = Ranges::new(count);
            assert_eq!(ranges.of(0), 0);
            assert_eq!(ranges.of(i64::MAX), count - 1);
            for range in 1..count {
                let first = ranges.first(range);
                assert_eq!((ranges.of(first - 1), ranges.of(first)), (range - 1, range), "{count} ranges");
            }
        }
    }

    #[test]
    fn groups_cover_all_ranges_in_order() {
        assert_eq!(Ranges::new(16).groups(2), vec![8, 16]);
        assert_eq!(Ranges::new(16).groups(3), vec![5, 10, 16]);
        assert_eq!(Ranges::new(2).groups(8), vec![1, 2]);
    }
}
