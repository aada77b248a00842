//! A student under a cohort method: the cohort, the status at the end of n years, and the schools that answer.

use lifetracks_datasets::{CohortRule, CredentialRule, MonthDay, SchoolRule};
use serde::{Deserialize, Serialize};

use super::rules::{Meanings, Vocabulary};
use super::stay::{self, Stay};
use super::student::{Award, Calendar, Spell, Student};
use super::verdict::{Place, Reason, Status, Verdict};
use crate::date::age;
use crate::person::{Name, Names};

/// A method that judges students, with what it has learned of their codes.
#[derive(Debug)]
pub(super) struct Judge {
    rule: CohortRule,
    /// Place of the first grade of a cohort among the grades.
    first_grade: usize,
    meanings: Meanings,
    /// The attended spells of high school of the student at hand.
    spells: Vec<Spell>,
}

/// The years that a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CohortYears {
    /// The first cohort, as the ENDING year in which four years end.
    pub first: i32,
    /// The last cohort.
    pub last: i32,
    /// After how many years the status is taken.
    pub years: i32,
    /// The last school year of which enrollment is loaded; `None` when that is not known.
    pub last_loaded: Option<i32>,
}

/// What a student is in one cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Membership {
    pub(super) cohort: i32,
    pub(super) verdict: Verdict,
    /// The last day that counts.
    pub(super) closing: i32,
}

impl Judge {
    pub(super) fn new(rule: CohortRule) -> Self {
        let place = rule.entry.grades.iter().position(|grade| *grade == rule.entry.first_grade);
        let meanings = Meanings::default();
        Self { rule, first_grade: place.unwrap_or(0), meanings, spells: Vec::new() }
    }

    /// Takes up a student; false when there is nothing of high school.
    pub(super) fn take(&mut self, student: &Student) -> bool {
        self.learn(&student.names);
        self.spells.clear();
        let dated = student.spells.iter().map(|spell| self.dated(*spell));
        let of_high_school = dated.filter(|spell| self.attended(spell) && self.grade(spell).is_some());
        self.spells = of_high_school.collect();
        !self.spells.is_empty()
    }

    fn learn(&mut self, names: &Names) {
        let entry = &self.rule.entry;
        let vocabulary = Vocabulary {
            codes: &self.rule.codes,
            grades: &entry.grades,
            ungraded: entry.ungraded.as_ref().map_or(&[], |ungraded| &ungraded.grades),
            not_attended: &entry.not_attended,
        };
        self.meanings.learn(names, &vocabulary);
    }

    /// An exit code without a day means the end of the school year.
    fn dated(&self, spell: Spell) -> Spell {
        let end = || self.closes().in_year(spell.year).max(spell.entry);
        Spell { exit: spell.exit.or_else(|| spell.exit_code.map(|_| end())), ..spell }
    }

    fn closes(&self) -> MonthDay {
        self.rule.window.closes
    }

    fn attended(&self, spell: &Spell) -> bool {
        spell.exit_code.is_none_or(|code| self.meanings.exit(code).attended)
    }

    /// The place of the spell's grade among the method's; that of the age group for the ungraded.
    fn grade(&self, spell: &Spell) -> Option<usize> {
        self.meanings.grade(spell.grade).or_else(|| self.peer_grade(spell))
    }

    fn peer_grade(&self, spell: &Spell) -> Option<usize> {
        let ungraded = self.rule.entry.ungraded.as_ref()?;
        let birth = spell.birth.filter(|_| self.meanings.is_ungraded(spell.grade))?;
        let day = ungraded.age_on.in_school_year(spell.year, self.closes());
        let place = age(birth, day) - ungraded.age_in_first_grade + i32::try_from(self.first_grade).ok()?;
        usize::try_from(place).ok().filter(|place| *place < self.rule.entry.grades.len())
    }

    /// The year in which four years of the student end: from the first year in the first grade, or for who never was
    /// in it from the first spell, as if the years before had been spent here.
    pub(super) fn cohort(&self) -> Option<i32> {
        let later = |spell: &Spell| {
            let behind = self.grade(spell).unwrap_or(self.first_grade).saturating_sub(self.first_grade);
            spell.year - i32::try_from(behind).unwrap_or(0)
        };
        let first = self.spells.iter().filter(|spell| self.grade(spell) == Some(self.first_grade));
        let first_year = first.map(|spell| spell.year).min();
        let year = first_year.or_else(|| self.spells.first().map(later))?;
        Some(year + self.rule.length() - 1)
    }

    /// All cohorts among the asked ones to which the student belongs: the own one, and one that an alternate diploma
    /// moved the student to.
    pub(super) fn memberships(&self, student: &Student, asked: CohortYears) -> [Option<Membership>; 2] {
        let Some(own) = self.cohort() else {
            return [None, None];
        };
        let inside = |cohort: &i32| (asked.first..=asked.last).contains(cohort);
        let first = Some(own).filter(inside).and_then(|cohort| self.own(student, cohort, asked));
        let moved = self.moved(student, own).filter(|(cohort, _)| inside(cohort));
        let second = moved.map(|(cohort, award)| Membership {
            cohort,
            verdict: Verdict {
                status: Status::Graduate,
                reason: Reason::AlternateDiplomaMovedIn,
                spell: self.spells.iter().rfind(|spell| spell.entry <= award.day).copied(),
                award: Some(award),
            },
            closing: self.closes().in_year(cohort),
        });
        [first, second]
    }

    /// The cohort that a late alternate diploma moves the student to.
    fn moved(&self, student: &Student, own: i32) -> Option<(i32, Award)> {
        let in_time = self.closes().in_year(own);
        if self.award(student, in_time, &[CredentialRule::Graduates]).is_some() {
            return None;
        }
        let moves = |award: &&Award| {
            award.day > in_time
                && self.meanings.credential(award.kind) == CredentialRule::GraduatesInTimeOrMoves
        };
        let award = student.awards.iter().find(moves)?;
        Some((self.closes().school_year_of(award.day), *award))
    }

    fn own(&self, student: &Student, cohort: i32, asked: CohortYears) -> Option<Membership> {
        let last_year = cohort + asked.years - self.rule.length();
        let closing = self.closes().in_year(last_year);
        let last = self.spells.iter().rfind(|spell| spell.entry <= closing)?;
        let verdict = self
            .by_award(student, cohort, closing, last)
            .unwrap_or_else(|| self.by_exit(last, (last_year, closing), asked.last_loaded));
        Some(Membership { cohort, verdict, closing })
    }

    /// The first award of one of these kinds up to a day.
    fn award(&self, student: &Student, until: i32, kinds: &[CredentialRule]) -> Option<Award> {
        let awards = student.awards.iter().take_while(|award| award.day <= until);
        awards.copied().find(|award| kinds.contains(&self.meanings.credential(award.kind)))
    }

    /// The status that a credential gives; a diploma comes before anything less.
    fn by_award(&self, student: &Student, cohort: i32, closing: i32, last: &Spell) -> Option<Verdict> {
        let in_time = self.closes().in_year(cohort).min(closing);
        let verdict =
            |status, reason, award| Verdict { status, reason, spell: Some(*last), award: Some(award) };
        if let Some(award) = self.award(student, closing, &[CredentialRule::Graduates]) {
            return Some(verdict(Status::Graduate, Reason::RegularDiploma, award));
        }
        let alternate = |until, kind| self.award(student, until, &[kind]);
        if let Some(award) = alternate(i32::MAX, CredentialRule::GraduatesAtAnyTime)
            .or_else(|| alternate(in_time, CredentialRule::GraduatesInTimeOrMoves))
        {
            return Some(verdict(Status::Graduate, Reason::AlternateDiploma, award));
        }
        if let Some((_, award)) = self.moved(student, cohort) {
            return Some(verdict(Status::Excluded, Reason::AlternateDiplomaMovedOut, award));
        }
        if let Some(award) = alternate(i32::MAX, CredentialRule::Leaves) {
            return Some(verdict(Status::Excluded, Reason::AlternateDiploma, award));
        }
        // Who came back after a certificate is judged by what followed.
        let award = alternate(closing, CredentialRule::Completes).filter(|award| award.day >= last.entry)?;
        Some(verdict(Status::Completer, Reason::Certificate, award))
    }

    /// The status that the last spell gives.
    fn by_exit(&self, last: &Spell, (year, closing): (i32, i32), last_loaded: Option<i32>) -> Verdict {
        let (status, reason) = match (last.exit, last.exit_code) {
            (Some(exit), _) if exit > closing => (Status::StillEnrolled, Reason::StillEnrolled),
            (Some(_), Some(code)) => self.by_code(last, code, (year, closing), last_loaded),
            (Some(_), None) => (Status::Dropout, Reason::NoExitReported),
            (None, _) if last.year >= year => (Status::StillEnrolled, Reason::StillEnrolled),
            (None, _) => (Status::Dropout, Reason::NotReturned),
        };
        Verdict { status, reason, spell: Some(*last), award: None }
    }

    fn by_code(
        &self,
        last: &Spell,
        code: Name,
        (year, closing): (i32, i32),
        last_loaded: Option<i32>,
    ) -> (Status, Reason) {
        if let Some(found) = self.meanings.exit(code).leads_to(last.documented) {
            return found;
        }
        // Who left for another school in the last year may appear there after the summer.
        let follows = self.spells.iter().any(|spell| spell.entry > closing && spell.year <= year + 1);
        let unseen = last.year >= year && last_loaded.is_none_or(|loaded| loaded <= year);
        if follows || unseen {
            (Status::StillEnrolled, Reason::StillEnrolled)
        } else {
            (Status::Dropout, Reason::TransferUnconfirmed)
        }
    }

    /// The schools that answer for a member, each with its share; there is at least one.
    pub(super) fn places(&self, member: &Membership, calendar: &Calendar) -> Vec<(Place, u32)> {
        let end_of = |year| self.closes().in_year(year);
        let stays = stay::stays(&self.spells, member.closing, end_of);
        let Some(last) = stays.last().map(|stay| stay.place) else {
            return Vec::new();
        };
        let one = |place: Place| vec![(place, 1)];
        match &self.rule.school {
            SchoolRule::Longest => one(stay::longest_place(&stays).unwrap_or(last)),
            SchoolRule::LastUnlessBrief if self.is_brief_leaver(member, &stays, calendar) => {
                one(stay::longest_place(&stays).unwrap_or(last))
            }
            SchoolRule::Last | SchoolRule::LastUnlessBrief => one(last),
            SchoolRule::Apportioned(days) => {
                let years = member.cohort - self.rule.length() + 1..=member.cohort;
                let days = years
                    .flat_map(|year| days.iter().map(move |day| day.in_school_year(year, self.closes())));
                let counts = stay::counted(&stays, days);
                if counts.is_empty() { one(last) } else { counts }
            }
        }
    }

    fn is_brief_leaver(&self, member: &Membership, stays: &[Stay], calendar: &Calendar) -> bool {
        let with_nothing = matches!(member.verdict.status, Status::Dropout | Status::Completer);
        let usual = |year| (self.closes().in_year(year - 1) + 1, self.closes().in_year(year));
        with_nothing && stay::is_brief(stays, calendar, usual)
    }

    /// Terms from the first day in high school to the award, the exit, or the closing day, both terms counted.
    pub(super) fn terms_at_risk(&self, member: &Membership) -> Option<i32> {
        let start = self.spells.first()?.entry;
        let verdict = &member.verdict;
        let last = verdict.spell?;
        let left = last.exit.unwrap_or_else(|| self.closes().in_year(last.year));
        let end = match (verdict.status, verdict.award) {
            (Status::StillEnrolled, _) => member.closing,
            (_, Some(award)) => award.day,
            _ => left,
        };
        let end = end.clamp(start, member.closing.max(start));
        Some(self.term(end)? - self.term(start)? + 1)
    }

    /// The number of a term; the next term has the next number.
    fn term(&self, day: i32) -> Option<i32> {
        let terms = &self.rule.window.terms;
        let year = self.closes().school_year_of(day);
        let begun = terms.iter().filter(|term| term.in_school_year(year, self.closes()) <= day).count();
        Some(year * i32::try_from(terms.len()).ok()? + i32::try_from(begun).ok()? - 1)
    }
}
