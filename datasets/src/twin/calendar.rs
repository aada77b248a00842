//! Days and quarters of the twin, computed without a clock and without a failing path.
//! A school year is named by the calendar year in which it ends.

/// A day, counted from 1 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(i32);

impl Day {
    /// After everything.
    pub(super) const NEVER: Self = Self(i32::MAX);

    /// The day of a date of the civil calendar.
    pub(super) const fn of(year: i32, month: i32, day: i32) -> Self {
        // The year is taken to begin in March, so that the leap day is its last one.
        let shifted = if month > 2 { year } else { year - 1 };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month and day of the civil calendar.
    pub(super) const fn civil(self) -> (i32, i32, i32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    /// The day this many days later (earlier when negative).
    pub(super) const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// Days from this day to a later one.
    pub(super) const fn until(self, later: Self) -> i32 {
        later.0 - self.0
    }

    /// The same day of the month this many months later, or the last one of that month.
    pub(super) const fn plus_months(self, months: i32) -> Self {
        let (year, month, day) = self.civil();
        let whole = 12 * year + month - 1 + months;
        let first = Self::of(whole.div_euclid(12), whole.rem_euclid(12) + 1, 1);
        let next = Self::of((whole + 1).div_euclid(12), (whole + 1).rem_euclid(12) + 1, 1);
        let length = first.until(next);
        first.plus(if day > length { length } else { day } - 1)
    }

    /// This day, or the Monday after it.
    pub(super) const fn workday_after(self) -> Self {
        match self.weekday() {
            5 => self.plus(2),
            6 => self.plus(1),
            _ => self,
        }
    }

    /// This day, or the Friday before it.
    pub(super) const fn workday_before(self) -> Self {
        match self.weekday() {
            5 => self.plus(-1),
            6 => self.plus(-2),
            _ => self,
        }
    }

    /// Monday is 0.
    const fn weekday(self) -> i32 {
        (self.0 + 3).rem_euclid(7)
    }

    /// The calendar year.
    pub(super) const fn year(self) -> i32 {
        self.civil().0
    }

    /// The school year, which begins on 1 July and is named by its ending year.
    pub(super) const fn school_year(self) -> i32 {
        let (year, month, _) = self.civil();
        if month >= 7 { year + 1 } else { year }
    }

    /// The quarter of the calendar year as `4 * year + quarter - 1`.
    pub(super) const fn quarter(self) -> i32 {
        let (year, month, _) = self.civil();
        4 * year + (month - 1) / 3
    }

    /// Completed years of age on `day`, for someone born on this day.
    pub(super) const fn age_on(self, day: Self) -> i32 {
        let (birth_year, birth_month, birth_day) = self.civil();
        let (year, month, day_of_month) = day.civil();
        let before = month < birth_month || (month == birth_month && day_of_month < birth_day);
        year - birth_year - if before { 1 } else { 0 }
    }
}

/// First day of a quarter given as `4 * year + quarter - 1`.
pub(super) const fn quarter_start(quarter: i32) -> Day {
    Day::of(quarter.div_euclid(4), 3 * quarter.rem_euclid(4) + 1, 1)
}

/// First day of class of a school year in a district that starts `offset` days late.
pub(super) const fn first_day(school_year: i32, offset: i32) -> Day {
    Day::of(school_year - 1, 8, 4 + offset).workday_after()
}

/// Last day of class of a school year in a district that ends `offset` days late.
pub(super) const fn last_day(school_year: i32, offset: i32) -> Day {
    Day::of(school_year, 5, 19 + offset).workday_before()
}

/// The day on which the cohort of a school year closes.
pub(super) const fn close_of(school_year: i32) -> Day {
    Day::of(school_year, 7, 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn days_agree_with_the_civil_calendar() {
        let mut date = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        while date.year() < 2101 {
            let month = i32::try_from(date.month()).unwrap();
            let day_of_month = i32::try_from(date.day()).unwrap();
            let day = Day::of(date.year(), month, day_of_month);
            assert_eq!(day.civil(), (date.year(), month, day_of_month));
            assert_eq!(i64::from(day.weekday()), i64::from(date.weekday().num_days_from_monday()));
            date = date.succ_opt().unwrap();
        }
    }

    #[test]
    fn quarters_and_ages() {
        assert_eq!(Day::of(2022, 5, 20).quarter(), 8089);
        assert_eq!(quarter_start(8091), Day::of(2022, 10, 1));
        let birth = Day::of(2004, 9, 1);
        assert_eq!(birth.age_on(Day::of(2009, 8, 31)), 4);
        assert_eq!(birth.age_on(Day::of(2009, 9, 1)), 5);
        assert_eq!(Day::of(2022, 5, 20).plus_months(16), Day::of(2023, 9, 20));
        assert_eq!(Day::of(2021, 10, 31).plus_months(16), Day::of(2023, 2, 28));
    }
}
