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

#[cfg(test)]
mod tests {
    use super::*;

    /// What happened to a member: the changes of standing after the first day, and the diploma.
    type Story = (Vec<Change>, Option<Diploma>);

    fn at(day: Day, standing: Standing, notice: Notice) -> Story {
        (vec![Change { day, standing, notice }], None)
    }

    fn earned(day: Day, kind: DiplomaKind) -> Story {
        let standing = match kind {
            DiplomaKind::Regular | DiplomaKind::Endorsed => Standing::Graduate,
            DiplomaKind::Alternate => Standing::AlternateDiploma,
            DiplomaKind::Certificate => Standing::Completer,
        };
        let diploma = Diploma { year: day.civil().0, day, kind, school: 0 };
        (vec![Change { day, standing, notice: Notice::Paper }], Some(diploma))
    }

    /// The worked case T1 of the domain rules, S01 to S20; S12 went to a juvenile facility with a document, for
    /// which the twin has no way of its own, and is told as a documented transfer.
    fn stories() -> Vec<Story> {
        let left = |standing, notice| at(Day::of(2021, 2, 1), standing, notice);
        let (paper, word, nothing) = (Notice::Paper, Notice::Word, Notice::Nothing);
        let regular = |day| earned(day, DiplomaKind::Regular);
        let on_time = Day::of(2022, 5, 20);
        let mut returned = left(Standing::Dropout, nothing);
        let diploma = regular(on_time);
        returned.0.push(Change { day: Day::of(2021, 8, 9), standing: Standing::Enrolled, notice: paper });
        returned.0.extend(diploma.0);
        returned.1 = diploma.1;
        vec![
            regular(on_time),
            regular(Day::of(2021, 5, 21)),
            regular(Day::of(2022, 7, 20)),
            regular(Day::of(2022, 12, 16)),
            regular(Day::of(2023, 5, 19)),
            left(Standing::TransferredDocumented, paper),
            left(Standing::TransferredUndocumented, word),
            left(Standing::PrivateSchool, paper),
            left(Standing::HomeSchool, paper),
            left(Standing::GedProgram, paper),
            left(Standing::Deceased, paper),
            left(Standing::TransferredDocumented, paper),
            left(Standing::Emigrated, paper),
            regular(on_time),
            left(Standing::Dropout, nothing),
            earned(Day::of(2024, 5, 17), DiplomaKind::Alternate),
            earned(on_time, DiplomaKind::Certificate),
            returned,
            regular(on_time),
            left(Standing::Dropout, nothing),
        ]
    }

    fn statuses(name: &str, years: i32) -> Vec<Status> {
        let method = METHODS.iter().find(|method| method.name == name).unwrap();
        let first = Change { day: Day::of(2018, 8, 7), standing: Standing::Enrolled, notice: Notice::Paper };
        let closing = Day::of(2018 + years, 7, 31);
        let status = |(changes, diploma): Story| {
            let last = changes.into_iter().take_while(|change| change.day <= closing).last();
            method.status(last.unwrap_or(first), diploma, (Day::of(2022, 7, 31), closing))
        };
        stories().into_iter().map(status).collect()
    }

    fn rate(name: &str, years: i32) -> (usize, usize) {
        let statuses = statuses(name, years);
        let of = |sought| statuses.iter().filter(|status| **status == sought).count();
        (of(Status::Graduate), statuses.len() - of(Status::Excluded))
    }

    #[test]
    fn the_worked_case_has_its_rates() {
        assert_eq!([4, 5, 6].map(|years| rate("fed-essa", years)), [(6, 13), (8, 13), (8, 13)]);
        assert_eq!([4, 5, 6].map(|years| rate("fed-essa-alt-literal", years)), [(7, 14), (9, 14), (9, 14)]);
        assert_eq!(rate("ms-mde-2018", 4), (6, 13));
    }

    #[test]
    fn the_worked_case_has_its_five_statuses() {
        let statuses = statuses("ms-mde-2018", 4);
        let members = |sought: Status| -> Vec<usize> {
            let found = (1..).zip(&statuses).filter(|(_, status)| **status == sought);
            found.map(|(number, _)| number).collect()
        };
        assert_eq!(members(Status::Graduate), [1, 2, 3, 14, 18, 19]);
        assert_eq!(members(Status::Completer), [17]);
        assert_eq!(members(Status::StillEnrolled), [4, 5]);
        assert_eq!(members(Status::Dropout), [7, 10, 15, 20]);
        assert_eq!(members(Status::Excluded), [6, 8, 9, 11, 12, 13, 16]);
    }

    #[test]
    fn a_late_alternate_diploma_moves_its_holder_under_one_method() {
        let in_time = Day::of(2022, 7, 31);
        let late = stories().swap_remove(15).1;
        let moved: Vec<&str> = METHODS
            .iter()
            .filter(|method| method.moves_to(late, in_time) == Some(2024))
            .map(|method| method.name)
            .collect();
        assert_eq!(moved, ["fed-essa"]);
    }
}
