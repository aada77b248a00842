//! Methods: how an agency computes a rate, as data. Each is one file with its owner, its years, its source and its rule.

mod day;
mod written;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::definitions::Named;
pub use day::MonthDay;
pub(crate) use written::{WrittenMethod, resolve};

/// A documented way of computing a rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// The name in SQL; also the name of the file.
    pub name: String,
    /// What the rate is called.
    pub title: String,
    /// The agency whose rule it is.
    pub owner: String,
    /// The first school year (ENDING year) or cohort it was in force for; `None` means it is not known.
    pub first_year: Option<i32>,
    /// The last one; `None` means it still is.
    pub last_year: Option<i32>,
    /// Whether it is meant where no method is named.
    pub is_default: bool,
    /// The rule in words.
    pub description: String,
    /// The documents that define it, and what in it is an assumption.
    pub source: String,
    /// The rule for the program.
    pub rule: MethodRule,
}

/// A rule, by what it computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MethodRule {
    /// A status for every person of a graduating cohort.
    Cohort(CohortRule),
    /// A status for every person of a school year.
    EventDropout(EventRule),
    /// An estimate from counts, without a row per person.
    Estimate(EstimateRule),
    /// Flags of students at risk.
    EarlyWarning(EarlyWarningRule),
}

impl MethodRule {
    /// The kind as it stands in the file.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cohort(_) => "cohort",
            Self::EventDropout(_) => "event_dropout",
            Self::Estimate(_) => "estimate",
            Self::EarlyWarning(_) => "early_warning",
        }
    }

    /// What each exit code and each credential leads to.
    pub fn codes(&self) -> Option<&CodeRules> {
        match self {
            Self::Cohort(rule) => Some(&rule.codes),
            Self::EventDropout(rule) => Some(&rule.codes),
            Self::Estimate(_) | Self::EarlyWarning(_) => None,
        }
    }
}

/// How a graduating cohort is built and what becomes of its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CohortRule {
    /// Who belongs to the cohort.
    pub entry: EntryRule,
    /// When the years end.
    pub window: WindowRule,
    /// What exit codes and credentials lead to.
    pub codes: CodeRules,
    /// Which school answers for a member.
    pub school: SchoolRule,
}

impl CohortRule {
    /// Years from the first grade to the last: after so many a cohort has its name.
    pub fn length(&self) -> i32 {
        let first = self.entry.grades.iter().position(|grade| *grade == self.entry.first_grade);
        i32::try_from(self.entry.grades.len() - first.unwrap_or(0)).unwrap_or(i32::MAX)
    }
}

/// Who belongs to a cohort: those whose first attended grade is one of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryRule {
    /// The grade in which four years begin.
    pub first_grade: String,
    /// The grades of high school in their order, the first one among them. Who joins in a later grade is given the
    /// year of the first grade he would have had.
    pub grades: Vec<String>,
    /// Exit classes of rows that were never attended.
    #[serde(default)]
    pub not_attended: Vec<String>,
    /// How students without a grade find theirs; `None` leaves their rows out.
    pub ungraded: Option<UngradedRule>,
}

/// The grade of an ungraded student: that of the age group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UngradedRule {
    /// The grades that mean ungraded.
    pub grades: Vec<String>,
    /// Completed years of age in the first grade of high school.
    pub age_in_first_grade: i32,
    /// The day of the school year on which age is taken.
    pub age_on: MonthDay,
}

/// When the years of a cohort end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowRule {
    /// The last day of year n, in the calendar year that the cohort is named after when n is four.
    pub closes: MonthDay,
    /// The shortest and the longest rate, in years.
    pub years: (i32, i32),
    /// The first days of terms, in the order of a school year.
    pub terms: Vec<MonthDay>,
}

/// What exit codes and credentials lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRules {
    /// By exit code: its class and what it leads to.
    pub exits: BTreeMap<String, (String, ExitRule)>,
    /// By credential: its class and what it leads to.
    pub credentials: BTreeMap<String, (String, CredentialRule)>,
}

/// What an exit leads to when no later enrollment follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitRule {
    /// The student goes on in the public schools of the state; one who never appears there dropped out.
    Continues,
    /// The student leaves the cohort.
    Leaves,
    /// The student leaves the cohort with a document, and is a dropout without one. No word on a document is none.
    LeavesIfDocumented,
    /// A graduate, award or not.
    Graduates,
    /// A completer.
    Completes,
    /// A dropout.
    DropsOut,
}

impl ExitRule {
    /// The rule as it stands in a method's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Continues => "continues",
            Self::Leaves => "leaves",
            Self::LeavesIfDocumented => "leaves_if_documented",
            Self::Graduates => "graduates",
            Self::Completes => "completes",
            Self::DropsOut => "drops_out",
        }
    }
}

/// What a credential leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialRule {
    /// A graduate, when it is awarded by the closing day.
    Graduates,
    /// A graduate of the own cohort whenever it is awarded.
    GraduatesAtAnyTime,
    /// A graduate when it is awarded by the end of the fourth year; awarded later, it moves its holder as a graduate
    /// to the cohort of that year.
    GraduatesInTimeOrMoves,
    /// A completer, when it is awarded by the closing day.
    Completes,
    /// Its holder leaves the cohort, whenever it is awarded.
    Leaves,
    /// It changes nothing; the exit decides.
    Ignored,
}

impl CredentialRule {
    /// The rule as it stands in a method's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Graduates => "graduates",
            Self::GraduatesAtAnyTime => "graduates_at_any_time",
            Self::GraduatesInTimeOrMoves => "graduates_in_time_or_moves",
            Self::Completes => "completes",
            Self::Leaves => "leaves",
            Self::Ignored => "ignored",
        }
    }
}

/// Which school answers for a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchoolRule {
    /// The last one.
    Last,
    /// The last one; but for those who left with nothing and attended it for less than half of its school year the
    /// longest one.
    LastUnlessBrief,
    /// The school of the longest enrollment in the district of the longest enrollment; the last one when equal.
    Longest,
    /// Every school, in proportion to how many of these days of four years a student was enrolled there.
    Apportioned(Vec<MonthDay>),
}

/// How the dropouts of a school year are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    /// The days and grades that are looked at.
    pub event: EventWindow,
    /// What exit codes and credentials lead to.
    pub codes: CodeRules,
}

/// The days and grades of an event rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventWindow {
    /// The day on which members are counted.
    pub count_day: MonthDay,
    /// From this day on a student has finished the school year, where the school's calendar does not say.
    pub summer_begins: MonthDay,
    /// The grades that are looked at, in their order.
    pub grades: Vec<String>,
    /// The grade before the first of them, from which students fail to go on to it; `None` when there is none.
    pub grade_before: Option<String>,
    /// Exit classes of rows that were never attended.
    #[serde(default)]
    pub not_attended: Vec<String>,
}

/// How a rate is estimated from counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EstimateRule {
    /// The formula.
    pub formula: EstimateFormula,
    /// The day on which members are counted.
    pub count_day: MonthDay,
    /// The last day of a year of diplomas.
    pub closes: MonthDay,
    /// The grades that are counted, in their order.
    pub grades: Vec<String>,
    /// Grades that mean ungraded.
    #[serde(default)]
    pub ungraded: Vec<String>,
}

/// The formulas of estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EstimateFormula {
    /// Diplomas over the mean of three grades that followed each other.
    AveragedFreshman,
    /// The product of promotions from grade to grade and to a diploma.
    PromotionIndex,
}

/// The thresholds of an early-warning system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyWarningRule {
    /// Percent of days enrolled; absent for at least so much is a flag.
    pub absent_percent: i32,
    /// Days; who was enrolled for fewer has no attendance flag.
    pub minimum_days: i32,
    /// Discipline incidents of the school year; so many or more are a flag.
    pub incidents: i32,
    /// Course failures of the school year; so many or more are a flag.
    pub course_failures: i32,
    /// Final grades that are failures.
    pub failing_grades: Vec<String>,
}

impl Method {
    /// Whether the method was in force for a cohort or a school year.
    pub fn is_in_force(&self, year: i32) -> bool {
        self.first_year.is_none_or(|first| first <= year) && self.last_year.is_none_or(|last| year <= last)
    }
}

impl Named for Method {
    fn name(&self) -> &str {
        &self.name
    }
}
