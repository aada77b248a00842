//! A student in a school year under an event method: member, dropout, or neither.
//!
//! The year runs from one count day to the next, which settles it: who is there then has not dropped out. Who leaves
//! before the summer is judged by the exit; who finished the year before and does not come in this one is a summer
//! dropout of this year.

use lifetracks_datasets::{CredentialRule, EventRule, ExitRule};

use super::rules::{Meanings, Vocabulary};
use super::student::{Award, Calendar, Spell, Student};
use super::verdict::{Reason, Status, Verdict};
use crate::person::Name;

/// A method that judges a student's school years, with what it has learned of their codes.
#[derive(Debug)]
pub(super) struct EventJudge {
    rule: EventRule,
    /// The grade before the first one and the grades themselves.
    grades: Vec<String>,
    meanings: Meanings,
    /// The attended spells of the student at hand, each with its last day.
    spells: Vec<(Spell, i32)>,
    /// Year and grade of the rows that were never attended.
    no_shows: Vec<(i32, Name)>,
}

/// What a student is in one school year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    /// The grade that was left or not reached; of who stays the one of the year.
    pub(super) grade: String,
    /// The spell of the first count day, in one of the grades, and that grade.
    pub(super) member: Option<(Spell, String)>,
}

impl EventJudge {
    pub(super) fn new(rule: EventRule) -> Self {
        let before = rule.event.grade_before.clone().unwrap_or_default();
        let grades = std::iter::once(before).chain(rule.event.grades.iter().cloned()).collect();
        Self { rule, grades, meanings: Meanings::default(), spells: Vec::new(), no_shows: Vec::new() }
    }

    /// Takes up a student.
    pub(super) fn take(&mut self, student: &Student) {
        let vocabulary = Vocabulary {
            codes: &self.rule.codes,
            grades: &self.grades,
            ungraded: &[],
            not_attended: &self.rule.event.not_attended,
        };
        self.meanings.learn(&student.names, &vocabulary);
        self.spells.clear();
        let attended = |spell: &&Spell| spell.exit_code.is_none_or(|code| self.meanings.exit(code).attended);
        let (attended, no_shows): (Vec<&Spell>, Vec<&Spell>) = student.spells.iter().partition(attended);
        self.no_shows = no_shows.into_iter().map(|spell| (spell.year, spell.grade)).collect();
        for (index, spell) in attended.iter().enumerate() {
            let next = attended.get(index + 1).map_or(i32::MAX, |next| next.entry - 1);
            let open = next.min(self.count_day(spell.year + 1) - 1).max(spell.entry);
            self.spells.push((**spell, spell.exit.unwrap_or(open)));
        }
    }

    /// The day on which the members of a school year are counted.
    fn count_day(&self, year: i32) -> i32 {
        self.rule.event.count_day.in_year(year - 1)
    }

    /// The spell that covers a day; the last one when several do.
    fn on(&self, day: i32) -> Option<&Spell> {
        let covers = |(spell, until): &&(Spell, i32)| (spell.entry..=*until).contains(&day);
        self.spells.iter().rfind(covers).map(|(spell, _)| spell)
    }

    /// Place among the grades, the one before the first counted as 0.
    fn grade(&self, grade: Name) -> Option<usize> {
        self.meanings.grade(grade)
    }

    fn counted(&self, spell: &Spell) -> bool {
        self.grade(spell.grade).is_some_and(|place| place > 0)
    }

    /// What the student is in a school year; `None` for who was not in one of the grades.
    pub(super) fn outcome(&self, student: &Student, year: i32, calendar: &Calendar) -> Option<Outcome> {
        let member = self.on(self.count_day(year)).filter(|spell| self.counted(spell));
        let member = member.map(|spell| (*spell, self.text(spell.grade)));
        let last = self.spells.iter().rfind(|(spell, _)| spell.year == year).map(|(spell, _)| *spell);
        let last = last.or_else(|| member.as_ref().map(|(spell, _)| *spell));
        let (verdict, grade) = match (last, &member) {
            (Some(last), _) if self.counted(&last) => {
                (self.judge(student, &last, year, calendar), self.text(last.grade))
            }
            // A member stays one, whatever the grade afterwards.
            (Some(last), Some((_, grade))) => (self.judge(student, &last, year, calendar), grade.clone()),
            (Some(_), None) => return None,
            (None, _) => self.summer(student, year, calendar)?,
        };
        Some(Outcome { verdict, grade, member })
    }

    fn text(&self, grade: Name) -> String {
        self.grade(grade).and_then(|place| self.grades.get(place)).cloned().unwrap_or_default()
    }

    /// The verdict on who was in school during the year.
    fn judge(&self, student: &Student, last: &Spell, year: i32, calendar: &Calendar) -> Verdict {
        let verdict = |status, reason| Verdict { status, reason, spell: Some(*last), award: None };
        let next_count = self.count_day(year + 1);
        if self.on(next_count).is_some() {
            let left = last.exit.is_some() && last.exit_code.is_some_and(|code| self.is_dropout(code));
            return verdict(Status::StillEnrolled, if left { Reason::Returned } else { Reason::Member });
        }
        if let Some(found) = self.by_award(student, last, next_count) {
            return found;
        }
        let (status, reason) = self.by_exit(last);
        if status == Status::Dropout && self.finished(last, calendar) {
            return verdict(Status::StillEnrolled, Reason::FinishedYear);
        }
        verdict(status, reason)
    }

    /// The verdict on who finished the year before and did not come in this one. As for all dropouts of the year, the
    /// next count day settles it: who is back by then has not dropped out.
    fn summer(&self, student: &Student, year: i32, calendar: &Calendar) -> Option<(Verdict, String)> {
        let (last, _) = self.spells.iter().rfind(|(spell, _)| spell.year < year)?;
        let next_count = self.count_day(year + 1);
        let finished = last.year == year - 1 && self.finished(last, calendar);
        if !finished || self.on(next_count).is_some() || self.by_award(student, last, next_count).is_some() {
            return None;
        }
        let expected = self.no_shows.iter().find(|(expected, _)| *expected == year);
        let place = match expected.and_then(|(_, grade)| self.grade(*grade)) {
            Some(place) => place,
            None => (self.grade(last.grade)? + 1).min(self.grades.len() - 1),
        };
        let grade = self.grades.get(place).filter(|_| place > 0)?.clone();
        let (status, _) = self.by_exit(last);
        let reason = Reason::SummerDropout;
        let verdict = Verdict { status, reason, spell: Some(*last), award: None };
        (status == Status::Dropout).then_some((verdict, grade))
    }

    /// Whether a spell lasted to the end of its school year.
    fn finished(&self, spell: &Spell, calendar: &Calendar) -> bool {
        let usual = self.rule.event.summer_begins.in_year(spell.year);
        let last_day = calendar.school_year(spell.school, spell.year).map_or(usual, |(_, last)| last);
        spell.exit.is_none_or(|exit| exit >= last_day)
    }

    fn by_award(&self, student: &Student, last: &Spell, before: i32) -> Option<Verdict> {
        let status = |award: &Award| match self.meanings.credential(award.kind) {
            CredentialRule::Graduates => Some((Status::Graduate, Reason::RegularDiploma)),
            CredentialRule::Completes => Some((Status::Completer, Reason::Certificate)),
            _ => None,
        };
        let mut earned = student.awards.iter().filter(|award| award.day < before);
        earned.find_map(|award| {
            let (status, reason) = status(award)?;
            Some(Verdict { status, reason, spell: Some(*last), award: Some(*award) })
        })
    }

    fn is_dropout(&self, code: Name) -> bool {
        self.meanings.exit(code).rule == ExitRule::DropsOut
    }

    fn by_exit(&self, last: &Spell) -> (Status, Reason) {
        let Some(code) = last.exit_code else {
            let reason = if last.exit.is_some() { Reason::NoExitReported } else { Reason::NotReturned };
            return (Status::Dropout, reason);
        };
        // Who went on in a public school of the state and is in none on the count day is not accounted for.
        let unaccounted = (Status::Dropout, Reason::TransferUnconfirmed);
        self.meanings.exit(code).leads_to(last.documented).unwrap_or(unaccounted)
    }
}
