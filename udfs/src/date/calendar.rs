//! Days since 1970-01-01 as civil dates and back, for every day that `Date32` can hold.
//!
//! The arithmetic of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2021): a year that starts in
//! March has its leap day last, so that months and years are found by division.

/// Days in 400 years, after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// A civil date in the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CivilDate {
    /// The year; 0 is the year before 1.
    pub(crate) year: i32,
    /// 1 to 12.
    pub(crate) month: u8,
    /// 1 to 31.
    pub(crate) day: u8,
}

impl CivilDate {
    /// The date that lies `days` after 1970-01-01.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the days of an i32 span 12 million years, and months and days are small"
    )]
    pub(crate) fn from_days(days: i32) -> Self {
        let shifted = i64::from(days) + EPOCH;
        let era = shifted.div_euclid(DAYS_PER_ERA);
        let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year: year as i32, month: month as u8, day: day as u8 }
    }
}

/// Days from 1970-01-01 to the first day of a month.
pub(crate) fn first_of_month(year: i64, month: u8) -> i64 {
    let month = i64::from(month);
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(year: i32, month: u8, day: u8) -> CivilDate {
        CivilDate { year, month, day }
    }

    #[test]
    fn known_days() {
        assert_eq!(CivilDate::from_days(0), date(1970, 1, 1));
        assert_eq!(CivilDate::from_days(-1), date(1969, 12, 31));
        assert_eq!(CivilDate::from_days(11_016), date(2000, 2, 29));
        assert_eq!(CivilDate::from_days(11_017), date(2000, 3, 1));
        assert_eq!(CivilDate::from_days(-719_529), date(-1, 12, 31));
        assert_eq!(first_of_month(2021, 7), 18_809);
        assert_eq!(first_of_month(1970, 1), 0);
        assert_eq!(CivilDate::from_days(i32::MAX), date(5_881_580, 7, 11));
        assert_eq!(CivilDate::from_days(i32::MIN), date(-5_877_641, 6, 23));
    }

    proptest! {
        #[test]
        fn a_day_is_found_again(days in any::<i32>()) {
            let found = CivilDate::from_days(days);
            let first = first_of_month(i64::from(found.year), found.month);
            prop_assert_eq!(first + i64::from(found.day) - 1, i64::from(days));
            prop_assert!((1..=12).contains(&found.month) && (1..=31).contains(&found.day));
        }
    }
}
