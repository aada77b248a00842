//! The upper tail of the chi-square distribution, for tests with whole degrees of freedom.
//!
//! M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions (1964): 26.4.4 and 26.4.5 give the tail as a finite
//! sum, for odd degrees of freedom beside a tail of the normal distribution; 7.1.6 and 7.1.14 give that one as a series
//! and as a continued fraction. All terms are positive, so that nothing cancels.

use std::f64::consts::PI;

/// Where the continued fraction takes over from the series.
const SERIES_UP_TO: f64 = 1.5;

/// Enough for either at [`SERIES_UP_TO`], where both need most: some 60 terms.
const TERMS: u32 = 200;

/// The probability that a chi-square variable with this many degrees of freedom exceeds `x`.
pub(super) fn tail(x: f64, degrees: u32) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let half = x / 2.0;
    let odd = degrees % 2 == 1;
    // Terms half^k exp(-half) / gamma(k + 1) for k = 0, 1, .. or 1/2, 3/2, ..; as logarithms, which do not underflow.
    let first = if odd { (2.0 * (half / PI).sqrt()).ln() } else { 0.0 };
    let logarithms = (1..=degrees / 2).scan(first - half, |logarithm, term| {
        let found = *logarithm;
        let place = f64::from(term) + if odd { 0.5 } else { 0.0 };
        *logarithm += (half / place).ln();
        Some(found)
    });
    let sum: f64 = logarithms.map(f64::exp).sum();
    (if odd { sum + complementary_error(half.sqrt()) } else { sum }).min(1.0)
}

/// The complementary error function of a number that is not negative.
fn complementary_error(z: f64) -> f64 {
    let density = (-z * z).exp() * 2.0 / PI.sqrt();
    if z * z < SERIES_UP_TO {
        // z exp(-z^2) (1 + 2 z^2 / 3 + (2 z^2)^2 / (3 5) + ..)
        let terms = (1..TERMS).scan(z, |term, place| {
            *term *= 2.0 * z * z / f64::from(2 * place + 1);
            Some(*term)
        });
        return 1.0 - density * (z + terms.sum::<f64>());
    }
    // exp(-z^2) / (z + (1/2) / (z + 1 / (z + (3/2) / (z + ..)))), from the far end.
    let fraction = (1..TERMS).rev().fold(z, |rest, place| z + f64::from(place) / 2.0 / rest);
    density / 2.0 / fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [(f64, u32, f64); 17] = [
        (1e-6, 1, 0.999_202_115_572_177_9),
        (0.1, 1, 0.751_829_634_045_849_2),
        (3.841_458_820_694_124, 1, 0.049_999_999_999_999_89),
        (2.9, 1, 0.088_579_552_579_776_22),
        (3.1, 1, 0.078_292_294_146_409_66),
        (25.0, 1, 5.733_031_437_583_875e-7),
        (200.0, 1, 2.088_487_583_762_568_8e-45),
        (5.991_464_547_107_979, 2, 0.050_000_000_000_000_07),
        (0.5, 3, 0.918_891_411_654_675_8),
        (7.814_727_903_251_179, 3, 0.049_999_999_999_999_98),
        (30.0, 4, 4.894_437_128_029_217e-6),
        (11.07, 5, 0.050_009_618_622_405_425),
        (100.0, 50, 3.454_931_382_984_871e-5),
        (50.0, 51, 0.513_358_232_549_116_8),
        (1_500.0, 999, 8.513_135_655_488_133e-23),
        (1_000.0, 999, 0.485_131_489_274_901_46),
        (2_500.0, 998, 8.395_714_791_183_127e-130),
    ];

    fn near(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn known_tails() {
        // scipy.stats.chi2.sf.
        for (x, degrees, expected) in KNOWN {
            near(tail(x, degrees), expected);
        }
    }

    #[test]
    fn the_ends() {
        assert_eq!(tail(0.0, 3).to_bits(), 1.0_f64.to_bits());
        assert_eq!(tail(1e6, 3).to_bits(), 0.0_f64.to_bits());
        near(tail(2.0, 2), (-1.0_f64).exp());
    }

    #[test]
    fn series_and_fraction_meet() {
        let edge = SERIES_UP_TO.sqrt();
        near(complementary_error(edge * (1.0 - 1e-15)), complementary_error(edge * (1.0 + 1e-15)));
    }
}
