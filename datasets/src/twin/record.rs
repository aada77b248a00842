//! What happened to a pupil: spells in schools, the diploma, and the true standing from day to day.

use super::calendar::Day;

/// Where a young person really stood with the schools of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Enrolled,
    Graduate,
    AlternateDiploma,
    Completer,
    Dropout,
    TransferredDocumented,
    TransferredUndocumented,
    Emigrated,
    PrivateSchool,
    HomeSchool,
    GedProgram,
    Deceased,
}

impl Standing {
    /// How the truth files name it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Enrolled => "still_enrolled",
            Self::Graduate => "graduate",
            Self::AlternateDiploma => "alternate_diploma",
            Self::Completer => "completer",
            Self::Dropout => "dropout",
            Self::TransferredDocumented => "transferred_out_documented",
            Self::TransferredUndocumented => "transferred_out_undocumented",
            Self::Emigrated => "emigrated",
            Self::PrivateSchool => "private_school",
            Self::HomeSchool => "home_school",
            Self::GedProgram => "ged_program",
            Self::Deceased => "deceased",
        }
    }
}

/// What the school has in hand when a pupil leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// A document that confirms the way the pupil went, or none is needed.
    Paper,
    /// Only the word of the family: the exit code says so, no document does.
    Word,
    /// Nothing: the school notes a dropout, a no-show or no exit at all.
    Nothing,
}

/// A change of standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The day from which on it holds.
    pub(super) day: Day,
    pub(super) standing: Standing,
    pub(super) notice: Notice,
}

/// The needs a school reports, in the order of the extract: poor, English learner, disability, migratory.
pub(super) type Flags = [bool; 4];

/// A stay in one school within one school year.
#[derive(Clone, Debug)]
pub(super) struct Spell {
    pub(super) year: i32,
    pub(super) school: usize,
    /// -1 is pre-kindergarten, 0 kindergarten, 1 to 12 the grades.
    pub(super) grade: i32,
    pub(super) entry: Day,
    pub(super) entry_code: &'static str,
    /// None when the pupil stayed to the end of the year.
    pub(super) exit: Option<Exit>,
    pub(super) flags: Flags,
}

impl Spell {
    /// Whether the pupil really came: a no-show has a row and was never there.
    pub(super) fn attended(&self) -> bool {
        self.exit.as_ref().is_none_or(|exit| exit.code != "NS")
    }

    /// Whether the pupil really attended a grade of high school.
    pub(super) fn in_high_school(&self) -> bool {
        self.grade >= 9 && self.attended()
    }
}

/// The end of a spell.
#[derive(Clone, Debug)]
pub(super) struct Exit {
    pub(super) day: Day,
    pub(super) code: &'static str,
    /// Whether a document confirms it; None where none is asked for.
    pub(super) documented: Option<bool>,
}

/// A diploma or certificate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Diploma {
    /// The school year it closes, summer included.
    pub(super) year: i32,
    pub(super) day: Day,
    pub(super) kind: DiplomaKind,
    pub(super) school: usize,
}

/// Kinds of diplomas and certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DiplomaKind {
    Regular,
    Endorsed,
    Alternate,
    Certificate,
}

impl DiplomaKind {
    /// The code of the extract.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Regular => "00806",
            Self::Endorsed => "00807",
            Self::Alternate => "00812",
            Self::Certificate => "00814",
        }
    }

    /// Whether its holder counts as a diploma recipient.
    pub(super) const fn is_diploma(self) -> bool {
        !matches!(self, Self::Certificate)
    }
}

/// The graduating class a pupil belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cohort {
    /// School year of the first ninth grade, or the one a late joiner would have been in it.
    pub(super) ninth_year: i32,
    /// First school year in a high school of the state.
    pub(super) seen_from: i32,
}

impl Cohort {
    /// School year in which four years end.
    pub(super) const fn year(self) -> i32 {
        self.ninth_year + 3
    }
}

/// Everything that happened between a pupil and the schools of the state.
#[derive(Default)]
pub(super) struct Record {
    /// In order of time.
    pub(super) spells: Vec<Spell>,
    pub(super) diploma: Option<Diploma>,
    /// Changes of standing, in order of time.
    pub(super) standings: Vec<Change>,
    pub(super) cohort: Option<Cohort>,
    /// Times lived outside the state: first day away, first day back.
    pub(super) away: Vec<(Day, Day)>,
    pub(super) death: Option<Day>,
}

impl Record {
    /// The last change of standing up to the end of a day; None before the first one.
    pub(super) fn change_on(&self, day: Day) -> Option<Change> {
        self.standings.iter().take_while(|change| change.day <= day).last().copied()
    }

    /// The standing at the end of a day; None before the first one.
    pub(super) fn standing_on(&self, day: Day) -> Option<Standing> {
        self.change_on(day).map(|change| change.standing)
    }

    /// The last standing of all.
    pub(super) fn last_standing(&self) -> Option<Standing> {
        self.standings.last().map(|change| change.standing)
    }

    /// Notes a change of standing of which the school has a document or needs none.
    pub(super) fn change(&mut self, day: Day, standing: Standing) {
        self.change_with(day, standing, Notice::Paper);
    }

    /// Notes a change of standing and what the school has in hand about it.
    pub(super) fn change_with(&mut self, day: Day, standing: Standing, notice: Notice) {
        self.standings.push(Change { day, standing, notice });
    }

    /// The diploma, when it is one and not a certificate.
    pub(super) fn recipient(&self) -> Option<Diploma> {
        self.diploma.filter(|diploma| diploma.kind.is_diploma())
    }
}
