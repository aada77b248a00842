//! The documented methods of counting a cohort, as the truth reads them. `status` tells how each was read.

use super::stay::School;
use crate::twin::calendar::Day;
use crate::twin::record::{Change, Diploma, DiplomaKind, Notice, Standing};

/// How a method counts those who left and those who finished otherwise.
pub(super) struct Method {
    pub(super) name: &'static str,
    /// Whether a transfer needs a document.
    needs_paper: bool,
    /// Whether an approved equivalency program is a transfer.
    equivalency_leaves: bool,
    alternate: Alternate,
    pub(super) school: School,
    /// Whether the method has rates after five and six years.
    pub(super) extended: bool,
}

/// What becomes of an alternate diploma.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alternate {
    /// It counts when earned in time; later it moves its holder to the cohort of that year.
    Reassigned,
    /// It counts in the own cohort whenever it is earned.
    Literal,
    /// Its holder leaves the cohort.
    Excluded,
    /// It counts like a certificate.
    Completion,
    /// It counts like a regular diploma.
    Graduation,
}

/// What a method makes of a member of a cohort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Graduate,
    Completer,
    Dropout,
    StillEnrolled,
    Excluded,
}

impl Status {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Graduate => "graduate",
            Self::Completer => "completer",
            Self::Dropout => "dropout",
            Self::StillEnrolled => "still_enrolled",
            Self::Excluded => "excluded",
        }
    }
}

const fn method(
    name: &'static str,
    (needs_paper, equivalency_leaves): (bool, bool),
    alternate: Alternate,
    school: School,
) -> Method {
    let extended = matches!(school, School::Federal);
    Method { name, needs_paper, equivalency_leaves, alternate, school, extended }
}

/// The methods, in the order of the file.
pub(super) const METHODS: [Method; 7] = [
    method("ms-mde-2018", (true, false), Alternate::Excluded, School::Longest),
    method("ms-mde-apportioned", (true, false), Alternate::Excluded, School::Months),
    method("msis-2006", (false, true), Alternate::Completion, School::Last),
    method("fed-essa", (true, false), Alternate::Reassigned, School::Federal),
    method("fed-essa-alt-literal", (true, false), Alternate::Literal, School::Federal),
    method("nga-2005", (false, false), Alternate::Completion, School::Last),
    method("nm-shared", (true, false), Alternate::Graduation, School::Snapshots),
];

impl Method {
    /// The status at the end of a closing day, from the last change of standing up to it and from the diploma of
    /// the whole life. `in_time` is the day on which four years end.
    pub(super) fn status(
        &self,
        change: Change,
        diploma: Option<Diploma>,
        (in_time, closing): (Day, Day),
    ) -> Status {
        if let Some(diploma) = diploma.filter(|diploma| diploma.kind == DiplomaKind::Alternate) {
            match self.alternate {
                Alternate::Literal => return Status::Graduate,
                Alternate::Excluded => return Status::Excluded,
                Alternate::Reassigned if diploma.day > in_time => return Status::Excluded,
                Alternate::Completion if diploma.day <= closing => return Status::Completer,
                Alternate::Reassigned | Alternate::Graduation if diploma.day <= closing => {
                    return Status::Graduate;
                }
                _ => {}
            }
        }
        match (change.standing, change.notice) {
            (Standing::Graduate | Standing::AlternateDiploma, _) => Status::Graduate,
            (Standing::Completer, _) => Status::Completer,
            (Standing::Enrolled, _) => Status::StillEnrolled,
            (Standing::GedProgram, _) if self.equivalency_leaves => Status::Excluded,
            (Standing::TransferredUndocumented, Notice::Word) if !self.needs_paper => Status::Excluded,
            (Standing::Dropout | Standing::TransferredUndocumented | Standing::GedProgram, _) => {
                Status::Dropout
            }
            (
                Standing::TransferredDocumented
                | Standing::Emigrated
                | Standing::PrivateSchool
                | Standing::HomeSchool
                | Standing::Deceased,
                _,
            ) => Status::Excluded,
        }
    }

    /// The cohort an alternate diploma moves its holder to.
    pub(super) fn moves_to(&self, diploma: Option<Diploma>, in_time: Day) -> Option<i32> {
        let late = diploma.filter(|found| found.kind == DiplomaKind::Alternate && found.day > in_time)?;
        (self.alternate == Alternate::Reassigned).then_some(late.year)
    }
}
