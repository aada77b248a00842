//! How many different values a column has: exactly up to a bound, then as an estimate of fixed size.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// Registers of the estimate: a standard error of 1.6 %.
/// Flajolet, Fusy, Gandouet, Meunier: `HyperLogLog`, the analysis of a near-optimal cardinality estimation algorithm (2007).
const REGISTERS: usize = 1 << 12;

/// The values of a column as far as they were told apart.
#[derive(Debug)]
pub(super) struct Distinct {
    most: usize,
    seen: HashSet<u64, BuildHasherDefault<DefaultHasher>>,
    /// The estimate, once more values were seen than are kept.
    registers: Option<Vec<u8>>,
    duplicate: bool,
    values: u64,
}

/// How many different values there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cardinality {
    pub(super) values: u64,
    pub(super) distinct: u64,
    pub(super) exact: bool,
    /// Whether no value stood twice; `None` when that could not be held in memory.
    pub(super) unique: Option<bool>,
}

impl Distinct {
    /// Counts exactly up to `most` different values.
    pub(super) fn new(most: usize) -> Self {
        Self { most, seen: HashSet::default(), registers: None, duplicate: false, values: 0 }
    }

    /// Takes one value.
    pub(super) fn take(&mut self, value: &str) {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        let hash = hasher.finish();
        self.values += 1;
        if let Some(registers) = &mut self.registers {
            note(registers, hash);
            return;
        }
        self.duplicate |= !self.seen.insert(hash);
        if self.seen.len() > self.most {
            let mut registers = vec![0; REGISTERS];
            // The registers are the same in whatever order the values come.
            self.seen.drain().for_each(|hash| note(&mut registers, hash));
            self.seen.shrink_to_fit();
            self.registers = Some(registers);
        }
    }

    pub(super) fn cardinality(&self) -> Cardinality {
        let estimate = self.registers.as_deref().map(estimate);
        // A column never has more different values than values, nor fewer than were told apart.
        let bounded = estimate.map(|count| count.clamp(self.most as u64, self.values));
        let unique = match self.registers {
            _ if self.duplicate => Some(false),
            None => Some(true),
            Some(_) => None,
        };
        Cardinality {
            values: self.values,
            distinct: bounded.unwrap_or(self.seen.len() as u64),
            exact: estimate.is_none(),
            unique,
        }
    }
}

fn note(registers: &mut [u8], hash: u64) {
    let bits = REGISTERS.trailing_zeros();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the highest bits alone: less than the number of registers"
    )]
    let register = (hash >> (u64::BITS - bits)) as usize;
    let rank = (hash << bits).leading_zeros().min(u64::BITS - bits) + 1;
    registers[register] = registers[register].max(u8::try_from(rank).unwrap_or(u8::MAX));
}

fn estimate(registers: &[u8]) -> u64 {
    let count = registers.len() as f64;
    let alpha = 0.7213 / (1.0 + 1.079 / count);
    let sum: f64 = registers.iter().map(|rank| (-f64::from(*rank)).exp2()).sum();
    let raw = alpha * count * count / sum;
    let empty = memchr::memchr_iter(0, registers).count();
    let corrected = if raw <= 2.5 * count && empty > 0 { count * (count / empty as f64).ln() } else { raw };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of values that were read"
    )]
    let rounded = corrected.round() as u64;
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(most: usize, values: impl Iterator<Item = u64>) -> Cardinality {
        let mut distinct = Distinct::new(most);
        values.for_each(|value| distinct.take(&value.to_string()));
        distinct.cardinality()
    }

    #[test]
    fn few_values_are_counted_exactly() {
        let found = count(100, (0..100).chain(0..5));
        assert_eq!(found, Cardinality { values: 105, distinct: 100, exact: true, unique: Some(false) });
        assert_eq!(count(100, 0..3).unique, Some(true));
        assert_eq!(count(100, 0..0), Cardinality { values: 0, distinct: 0, exact: true, unique: Some(true) });
    }

    #[test]
    fn many_values_are_estimated_within_a_few_percent() {
        let found = count(1000, 0..200_000);
        assert!((190_000..=200_000).contains(&found.distinct), "{found:?}");
        assert_eq!((found.exact, found.unique), (false, None));
        assert_eq!(count(1000, (0..2).chain(0..5000)).unique, Some(false));
    }
}
