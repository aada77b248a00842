//! The normal quantile, for intervals of confidence.
//!
//! M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988),
//! 477-484, routine PPND16: three quotients of polynomials, accurate to about one part in 10^16.

/// Numerator and denominator of a quotient of polynomials, the constant term first.
type Quotient = ([f64; 8], [f64; 8]);

/// For probabilities within 0.425 of one half; in (0.425^2 - distance^2).
const CENTRE: Quotient = (
    [
        3.387_132_872_796_366_5,
        1.331_416_678_917_843_8e2,
        1.971_590_950_306_551_3e3,
        1.373_169_376_550_946e4,
        4.592_195_393_154_987e4,
        6.726_577_092_700_87e4,
        3.343_057_558_358_813e4,
        2.509_080_928_730_122_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091e1,
        6.871_870_074_920_579e2,
        5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4,
        3.930_789_580_009_271e4,
        2.872_908_573_572_194_3e4,
        5.226_495_278_852_854e3,
    ],
);

/// For tails of at least exp(-25); in (r - 1.6), where r = sqrt(-ln tail).
const TAIL: Quotient = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        2.417_807_251_774_506e-1,
        2.272_384_498_926_918_4e-2,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1,
        1.519_866_656_361_645_7e-2,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

/// For smaller tails; in (r - 5).
const FAR_TAIL: Quotient = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        2.965_605_718_285_048_7e-1,
        2.653_218_952_657_612_4e-2,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        5.998_322_065_558_88e-1,
        1.369_298_809_227_358e-1,
        1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

/// The number below which a standard normal variable lies with this probability, which is between 0 and 1.
pub(super) fn quantile(probability: f64) -> f64 {
    let distance = probability - 0.5;
    if distance.abs() <= 0.425 {
        return distance * evaluate(&CENTRE, 0.180_625 - distance * distance);
    }
    let tail = if distance < 0.0 { probability } else { 1.0 - probability };
    let root = (-tail.ln()).sqrt();
    let size = if root <= 5.0 { evaluate(&TAIL, root - 1.6) } else { evaluate(&FAR_TAIL, root - 5.0) };
    size.copysign(distance)
}

fn evaluate((numerator, denominator): &Quotient, x: f64) -> f64 {
    let polynomial = |terms: &[f64; 8]| terms.iter().rev().fold(0.0, |sum, term| sum * x + term);
    polynomial(numerator) / polynomial(denominator)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities and quantiles; the quantiles to 16 digits from tables of the normal distribution.
    const KNOWN: [(f64, f64); 8] = [
        (0.5, 0.0),
        (0.75, 0.674_489_750_196_081_7),
        (0.9, 1.281_551_565_544_600_4),
        (0.95, 1.644_853_626_951_472_2),
        (0.975, 1.959_963_984_540_054_2),
        (0.99, 2.326_347_874_040_841),
        (0.995, 2.575_829_303_548_900_4),
        (0.9995, 3.290_526_731_491_925_5),
    ];

    #[test]
    fn known_quantiles() {
        for (probability, expected) in KNOWN {
            for (probability, expected) in [(probability, expected), (1.0 - probability, -expected)] {
                let found = quantile(probability);
                assert!((found - expected).abs() < 1e-12, "{probability}: {found} is not {expected}");
            }
        }
    }

    #[test]
    fn far_tails() {
        for (probability, expected) in [(1e-12, -7.034_483_825_301_132), (1e-20, -9.262_340_089_798_408)] {
            let found = quantile(probability);
            assert!((found / expected - 1.0).abs() < 1e-12, "{probability}: {found} is not {expected}");
        }
    }

    #[test]
    fn the_three_quotients_meet() {
        for edge in [0.075, 1.0 - 0.075, (-25.0_f64).exp()] {
            let (below, above) = (quantile(edge * (1.0 - 1e-14)), quantile(edge * (1.0 + 1e-14)));
            assert!((below - above).abs() < 1e-12, "{edge}: {below} and {above}");
        }
    }
}
