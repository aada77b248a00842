//! The end of a school year: promotion, retention, and the ways to finish high school.

use super::calendar::Day;
use super::chance::probability;
use super::pupil::{Next, Pupil};
use super::record::DiplomaKind;
use super::trend;

/// Log odds of repeating a grade, from pre-kindergarten (never) to grade 11.
const RETENTION: [f64; 13] =
    [-12.0, -2.9, -2.75, -3.3, -3.2, -4.1, -4.3, -3.9, -3.8, -3.8, -3.55, -3.9, -4.0];

impl Pupil<'_> {
    /// Ends a school year that was attended to its last day.
    pub(super) fn end_year(&mut self, year: i32) -> Next {
        let last = self.places.districts[self.district].last_day(year);
        let early = self.grade == 11 && !self.person.needs.severe;
        if early && self.chance.happens(probability(-5.6 + 1.3 * self.readiness())) {
            let kind = self.diploma_kind(year);
            return self.finish(year, last, kind);
        }
        if self.grade == 12 {
            return self.end_final_year(year, last);
        }
        self.promote(year);
        self.summer(year + 1)
    }

    /// Some seniors need one term only: late ones of the year before, and the quickest.
    pub(super) fn finish_in_december(&mut self, year: i32, entry: Day) -> Option<Next> {
        let end = Day::of(year - 1, 12, 16).workday_before();
        if self.grade != 12 || self.person.needs.severe || entry.until(end) < 60 {
            return None;
        }
        let late = self.record.cohort.is_some_and(|cohort| year > cohort.year());
        if !self.chance.happens(if late { 0.3 } else { 0.006 }) {
            return None;
        }
        let kind = self.diploma_kind(year);
        Some(self.finish(year, end, kind))
    }

    /// Moves up, stays, or catches up a lost year.
    fn promote(&mut self, year: i32) {
        let place = usize::try_from(self.grade + 1).unwrap_or_default();
        let behind = self.behind(year);
        // From grade 9 on, who lost a year repeats less: recovery courses wait for them.
        let eased = if self.grade >= 9 { -0.4 * f64::from(behind) } else { -1.5 * f64::from(behind) };
        let trend = if self.grade >= 9 { trend::repeating(year) } else { 0.0 };
        let usual = RETENTION[place.min(12)] + trend;
        let repeats = probability(usual - 0.8 * self.readiness() + eased);
        if self.chance.happens(repeats) {
            return;
        }
        let may_jump = behind > 0 && matches!(self.grade, 9 | 10) && !self.on_time(year);
        self.grade += if may_jump && self.chance.happens(0.6) { 2 } else { 1 };
    }

    /// Whether the pupil is in the grade of the graduating class.
    fn on_time(&self, year: i32) -> bool {
        self.record.cohort.is_none_or(|cohort| self.grade - 9 >= year - cohort.ninth_year)
    }

    /// Log odds of passing all courses by the end of grade 12.
    fn senior_odds(&self) -> f64 {
        let disability = if self.person.needs.disability.is_some() { -1.1 } else { 0.0 };
        let learner = if self.person.needs.english_learner_years > 5 { -0.6 } else { 0.0 };
        3.95 + disability + learner + 0.9 * self.readiness()
    }

    fn end_final_year(&mut self, year: i32, last: Day) -> Next {
        if self.person.needs.severe {
            return self.end_severe(year, last);
        }
        if self.chance.happens(probability(self.senior_odds() + trend::finishing(year))) {
            let kind = self.diploma_kind(year);
            return self.finish(year, last, kind);
        }
        if self.chance.happens(0.25) {
            let day = Day::of(year, 7, self.chance.between(1, 28)).workday_before();
            return self.finish(year, day, DiplomaKind::Regular);
        }
        let certificate = if self.person.needs.disability.is_some() { 0.5 } else { 0.08 };
        if self.chance.happens(certificate) {
            return self.finish(year, last, DiplomaKind::Certificate);
        }
        if self.person.birth.age_on(last) >= 20 {
            return self.age_out(last);
        }
        self.summer(year + 1)
    }

    /// Pupils on the alternate assessment: alternate diploma, certificate, or services until they are too old.
    fn end_severe(&mut self, year: i32, last: Day) -> Next {
        let too_old = self.person.birth.age_on(last) >= 20;
        match self.chance.weighted(&[0.45, 0.3, 0.25]) {
            0 => self.finish(year, last, DiplomaKind::Alternate),
            1 => self.finish(year, last, DiplomaKind::Certificate),
            _ if too_old => self.finish(year, last, DiplomaKind::Certificate),
            _ => self.summer(year + 1),
        }
    }
}
