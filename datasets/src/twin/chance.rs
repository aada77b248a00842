//! The dice of the twin. Every person has an own stream, so that a life never depends on another one,
//! and only the four basic operations are used on floats, so that the bytes are the same on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream of draws decides about. Streams of different matters share nothing, so that an extract or a
/// defect that is added changes no life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matter {
    /// School, college and work.
    Lives,
    /// Public services: benefits, rehabilitation, training.
    Services,
    /// Days at school: absence, courses, tests.
    School,
    /// Prison, which keeps people from work.
    Prison,
    /// Mistakes in the files.
    Defects,
}

impl Matter {
    const fn label(self) -> &'static [u8; 12] {
        match self {
            Self::Lives => b"a state twin",
            Self::Services => b"public helps",
            Self::School => b"days at desk",
            Self::Prison => b"behind walls",
            Self::Defects => b"out of order",
        }
    }
}

/// One stream of random draws.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream with this number under this seed.
    pub(super) fn of(seed: u64, stream: u64) -> Self {
        Self::about(Matter::Lives, seed, stream)
    }

    /// The stream of another matter with this number under this seed.
    pub(super) fn about(matter: Matter, seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..20].copy_from_slice(matter.label());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        Self(generator)
    }

    /// A number between 0 and 1, both excluded.
    pub(super) fn unit(&mut self) -> f64 {
        (f64::from(self.0.next_u32()) + 0.5) / 4_294_967_296.0
    }

    /// True with this probability.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of `0..count`; 0 when `count` is 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let scaled = (u64::from(self.0.next_u32()) * count as u64) >> 32;
        usize::try_from(scaled).unwrap_or_default()
    }

    /// One of `low..=high`; `low` when the range is empty.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = u64::from((high - low).max(0).unsigned_abs()) + 1;
        let scaled = (u64::from(self.0.next_u32()) * width) >> 32;
        low + i32::try_from(scaled).unwrap_or_default()
    }

    /// A float between `low` and `high`.
    pub(super) fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A bell-shaped draw with mean 0 and deviation 1, never beyond 3.5.
    pub(super) fn normal(&mut self) -> f64 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (sum - 2.0) * 1.732_050_8
    }

    /// The place of one weight, drawn in proportion to the weights.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// The place in a list of running totals, drawn in proportion to the steps.
    pub(super) fn cumulative(&mut self, totals: impl Fn(usize) -> f64, count: usize) -> usize {
        let last = count.saturating_sub(1);
        let sought = self.unit() * totals(last);
        let (mut low, mut high) = (0, last);
        while low < high {
            let middle = usize::midpoint(low, high);
            if totals(middle) <= sought {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The exponential function, near enough for a simulation and equal on every machine.
pub(super) fn exponential(power: f64) -> f64 {
    let mut value = 1.0 + power / 4096.0;
    for _ in 0..12 {
        value *= value;
    }
    value
}

/// A probability from log odds.
pub(super) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + exponential(-log_odds.clamp(-12.0, 12.0)))
}

/// The whole number next to a non-negative float.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "callers pass small non-negative numbers, and the cast saturates"
)]
pub(super) fn whole(value: f64) -> u32 {
    (value + 0.5) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_repeats_and_differs_from_its_neighbours() {
        let draw = |seed, stream| Chance::of(seed, stream).unit();
        assert_eq!(draw(1, 7).to_bits(), draw(1, 7).to_bits());
        assert_ne!(draw(1, 7).to_bits(), draw(1, 8).to_bits());
        assert_ne!(draw(1, 7).to_bits(), draw(2, 7).to_bits());
        let other = Chance::about(Matter::Services, 1, 7).unit();
        assert_ne!(draw(1, 7).to_bits(), other.to_bits());
    }

    #[test]
    fn draws_stay_in_their_ranges() {
        let mut chance = Chance::of(3, 0);
        for _ in 0..2000 {
            assert!((0..5).contains(&chance.below(5)));
            assert!((-2..=2).contains(&chance.between(-2, 2)));
            assert!(chance.normal().abs() < 3.5);
            assert!(chance.weighted(&[0.0, 1.0, 0.0]) == 1);
            assert!(chance.cumulative(|place| [0.0, 2.0, 2.0][place], 3) == 1);
        }
        assert_eq!(chance.below(0), 0);
        assert_eq!(chance.between(4, 4), 4);
    }

    #[test]
    fn the_exponential_is_near_the_true_one() {
        for power in [-6.0, -1.0, 0.0, 0.5, 3.0] {
            assert!((exponential(power) / f64::exp(power) - 1.0).abs() < 0.01);
        }
        assert!((probability(0.0) - 0.5).abs() < 1e-9);
    }
}
