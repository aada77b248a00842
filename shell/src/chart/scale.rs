//! Round numbers along an axis.

/// Where the values of an axis begin and end, and how far its marks are apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    /// The value at the beginning.
    pub(super) low: f64,
    /// The value at the end; always more than `low`.
    pub(super) high: f64,
    /// The distance of the marks: 1, 2 or 5 times a power of ten.
    pub(super) step: f64,
}

/// Larger values would overflow in a difference.
const LARGEST: f64 = 1e300;

impl Scale {
    /// A scale that begins and ends at marks, about `count` steps long.
    pub(super) fn round(low: f64, high: f64, count: usize, whole: bool) -> Self {
        let exact = Self::exact(low, high, count, whole);
        let (first, last) = ((exact.low / exact.step).floor(), (exact.high / exact.step).ceil());
        Self { low: first * exact.step, high: last * exact.step, ..exact }
    }

    /// A scale that begins and ends with the values.
    pub(super) fn exact(low: f64, high: f64, count: usize, whole: bool) -> Self {
        let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
        let (low, high) = if is_distinct(low, high) { (low, high) } else { around(low, whole) };
        let rough = (high - low) / count.max(1) as f64;
        let step = round_up(rough);
        Self { low, high, step: if whole { step.max(1.0) } else { step } }
    }

    /// The marks from `low` to `high`.
    pub(super) fn ticks(&self) -> Vec<f64> {
        // A hair more than the ends, for steps that have no exact binary number.
        let slack = self.step * 1e-6;
        let first = ((self.low - slack) / self.step).ceil();
        let ticks = (0..100_u32).map(|index| (first + f64::from(index)) * self.step);
        ticks.take_while(|tick| *tick <= self.high + slack).collect()
    }

    /// How far along the axis a value lies, from 0 to 1.
    pub(super) fn fraction(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// Whether there is room for steps between two numbers of this size.
fn is_distinct(low: f64, high: f64) -> bool {
    high - low > 1e-9 * low.abs().max(high.abs()) && high - low > 1e-290
}

/// A stretch around one value.
fn around(value: f64, whole: bool) -> (f64, f64) {
    let half = if whole || value == 0.0 { 1.0_f64.max(value.abs() * 1e-6) } else { value.abs() / 2.0 };
    if half < 1e-290 { (value - 1.0, value + 1.0) } else { (value - half, value + half) }
}

/// The smallest of 1, 2 and 5 times a power of ten that is not less than `value`.
pub(super) fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let step = [1.0, 2.0, 5.0].into_iter().find(|step| value <= step * power * (1.0 + 1e-9));
    step.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_include_the_values() {
        let scale = Scale::round(0.0, 0.87, 5, false);
        assert_eq!((scale.low, scale.step), (0.0, 0.2));
        assert_eq!(scale.ticks().len(), 6);
        let years = Scale::exact(2018.0, 2021.0, 8, true);
        assert_eq!(years.ticks(), [2018.0, 2019.0, 2020.0, 2021.0]);
    }

    #[test]
    fn no_range_breaks_a_scale() {
        let values = [0.0, -1.0, 1e-320, 1e308, -1e308, 3.0, 1e17, f64::MIN_POSITIVE, 2021.0];
        for low in values {
            for high in values.into_iter().filter(|high| *high >= low) {
                for whole in [true, false] {
                    for scale in [Scale::round(low, high, 5, whole), Scale::exact(low, high, 5, whole)] {
                        assert!(scale.high > scale.low && scale.step > 0.0, "{low} {high} {scale:?}");
                        let ticks = scale.ticks();
                        assert!(ticks.len() <= 20 && ticks.iter().all(|tick| tick.is_finite()), "{scale:?}");
                        assert!((0.0..=1.0).contains(&scale.fraction(high)), "{scale:?}");
                    }
                }
            }
        }
    }
}
