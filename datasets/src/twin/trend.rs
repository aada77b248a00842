//! What changed in the schools of the state over the years, as log odds that are added to those of a usual year.
//!
//! Four-year graduation and dropout rates that were published for the state: 73.8 % and 15.9 % of the class of 2007,
//! about 75 % and 13.9 % of the class of 2013, 88.9 % and 9.0 % of 2022, 89.4 % and 8.5 % of 2023 (Mississippi
//! Department of Education).

/// Dropping out became rarer.
pub(super) fn dropping_out(year: i32) -> f64 {
    (0.6 - 0.04 * f64::from(year - 2005)).clamp(-0.2, 0.8)
}

/// Passing the last year became easier when the tests at the end of courses were no longer needed for a diploma.
pub(super) fn finishing(year: i32) -> f64 {
    (-1.35 + 0.26 * f64::from(year - 2014)).clamp(-1.7, 0.5)
}

/// Repeating a grade of high school became rarer.
pub(super) fn repeating(year: i32) -> f64 {
    (0.35 - 0.07 * f64::from(year - 2008)).clamp(-0.8, 0.5)
}
