//! Marks along an axis of days: first days of years or months, or single days.

use super::scale::Scale;

/// Months between marks.
const STEPS: &[i64] = &[1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];

/// Axes shorter than this many days are marked by days.
const SHORT: f64 = 75.0;

/// Days and their labels, about `count` of them.
pub(super) fn ticks(low: f64, high: f64, count: usize) -> Vec<(f64, String)> {
    if high - low < SHORT {
        let days = Scale::exact(low, high, count, true).ticks();
        return days.into_iter().map(|day| (day, label(day))).collect();
    }
    let (first, last) = (month_of(low.ceil()), month_of(high));
    let room = |step: &&i64| (last - first) / **step <= i64::try_from(count).unwrap_or(i64::MAX);
    let step = STEPS.iter().find(room).copied().unwrap_or(12_000);
    let months = (first.div_euclid(step) * step..=last).step_by(usize::try_from(step).unwrap_or(1));
    let marks = months.map(|month| (day_of(month), month));
    let inside = marks.filter(|(day, _)| (low..=high).contains(day));
    let year = |month: i64| month.div_euclid(12);
    inside
        .map(|(day, month)| {
            let text = if step % 12 == 0 {
                year(month).to_string()
            } else {
                format!("{}-{:02}", year(month), month.rem_euclid(12) + 1)
            };
            (day, text)
        })
        .collect()
}

/// A day as `2021-05-20`.
pub(super) fn label(day: f64) -> String {
    let (year, month, day) = civil(whole(day));
    format!("{year}-{month:02}-{day:02}")
}

fn whole(day: f64) -> i64 {
    // Saturates, and days come from dates, which lie far inside.
    #[expect(clippy::cast_possible_truncation, reason = "a date's days fit in 64 bits")]
    let day = day.floor() as i64;
    day.clamp(-100_000_000, 100_000_000)
}

/// Months since January of the year 0.
fn month_of(day: f64) -> i64 {
    let (year, month, _) = civil(whole(day));
    year * 12 + month - 1
}

/// The first day of a month.
fn day_of(month: i64) -> f64 {
    days(month.div_euclid(12), month.rem_euclid(12) + 1) as f64
}

/// Year, month and day of a day since 1970, in the proleptic Gregorian calendar.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years that begin in March, eras of 400 years.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Days since 1970 of the first of a month: the inverse of [`civil`].
fn days(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * from_march + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_calendar_names() {
        for (day, name) in [
            (0.0, "1970-01-01"),
            (18_321.0, "2020-02-29"),
            (18_322.0, "2020-03-01"),
            (-1.0, "1969-12-31"),
            (11_016.0, "2000-02-29"),
        ] {
            assert_eq!(label(day), name);
        }
        assert!((-5000..5000).all(|month| month_of(day_of(month)) == month));
    }

    #[test]
    fn marks_stand_at_the_first_of_years_or_months() {
        let labels = |low, high| ticks(low, high, 6).into_iter().map(|(_, label)| label).collect::<Vec<_>>();
        assert_eq!(labels(17_000.0, 18_500.0), ["2017", "2018", "2019", "2020"]);
        assert_eq!(labels(18_262.0, 18_400.0)[..2], ["2020-01", "2020-02"]);
        assert_eq!(labels(18_320.0, 18_323.0)[0], "2020-02-28");
    }
}
