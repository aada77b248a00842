//! What a method makes of a student: status, reason and the rows that decided.

use super::student::{Award, Spell};
use crate::person::Name;

/// The five statuses; the codes of `cohort_status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Graduate,
    Completer,
    Dropout,
    StillEnrolled,
    Excluded,
}

impl Status {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Graduate => "graduate",
            Self::Completer => "completer",
            Self::Dropout => "dropout",
            Self::StillEnrolled => "still_enrolled",
            Self::Excluded => "excluded",
        }
    }
}

/// Why a student has a status; the codes of `cohort_reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    RegularDiploma,
    AlternateDiploma,
    AlternateDiplomaMovedIn,
    AlternateDiplomaMovedOut,
    Certificate,
    ExitGraduate,
    ExitCompleter,
    ExitDropout,
    ExitUnknownCode,
    ExitEquivalencyProgram,
    ExitAbsence,
    TransferDocumented,
    TransferUndocumented,
    TransferReported,
    TransferUnconfirmed,
    Death,
    StillEnrolled,
    NotReturned,
    NoExitReported,
    Member,
    Returned,
    SummerDropout,
    FinishedYear,
}

impl Reason {
    #[cfg(test)]
    pub(super) const ALL: [Self; 23] = [
        Self::RegularDiploma,
        Self::AlternateDiploma,
        Self::AlternateDiplomaMovedIn,
        Self::AlternateDiplomaMovedOut,
        Self::Certificate,
        Self::ExitGraduate,
        Self::ExitCompleter,
        Self::ExitDropout,
        Self::ExitUnknownCode,
        Self::ExitEquivalencyProgram,
        Self::ExitAbsence,
        Self::TransferDocumented,
        Self::TransferUndocumented,
        Self::TransferReported,
        Self::TransferUnconfirmed,
        Self::Death,
        Self::StillEnrolled,
        Self::NotReturned,
        Self::NoExitReported,
        Self::Member,
        Self::Returned,
        Self::SummerDropout,
        Self::FinishedYear,
    ];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::RegularDiploma => "regular_diploma",
            Self::AlternateDiploma => "alternate_diploma",
            Self::AlternateDiplomaMovedIn => "alternate_diploma_moved_in",
            Self::AlternateDiplomaMovedOut => "alternate_diploma_moved_out",
            Self::Certificate => "certificate",
            Self::ExitGraduate => "exit_graduate",
            Self::ExitCompleter => "exit_completer",
            Self::ExitDropout => "exit_dropout",
            Self::ExitUnknownCode => "exit_unknown_code",
            Self::ExitEquivalencyProgram => "exit_equivalency_program",
            Self::ExitAbsence => "exit_absence",
            Self::TransferDocumented => "transfer_documented",
            Self::TransferUndocumented => "transfer_undocumented",
            Self::TransferReported => "transfer_reported",
            Self::TransferUnconfirmed => "transfer_unconfirmed",
            Self::Death => "death",
            Self::StillEnrolled => "still_enrolled",
            Self::NotReturned => "not_returned",
            Self::NoExitReported => "no_exit_reported",
            Self::Member => "member",
            Self::Returned => "returned",
            Self::SummerDropout => "summer_dropout",
            Self::FinishedYear => "finished_year",
        }
    }
}

/// A status with its reason and its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) status: Status,
    pub(super) reason: Reason,
    /// The last spell that was looked at.
    pub(super) spell: Option<Spell>,
    /// The award that decided, where one did.
    pub(super) award: Option<Award>,
}

/// A district and a school of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) district: Name,
    pub(super) school: Name,
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifetracks_datasets::Definitions;

    #[test]
    fn every_status_and_reason_is_a_code() {
        let definitions = Definitions::builtin();
        let reasons = definitions.code_set("cohort_reason").unwrap();
        let known: Vec<&str> = reasons.codes.iter().map(|code| code.code.as_str()).collect();
        assert_eq!(known.len(), Reason::ALL.len());
        assert!(Reason::ALL.iter().all(|reason| known.contains(&reason.code())), "{known:?}");
        let statuses = definitions.code_set("cohort_status").unwrap();
        let all =
            [Status::Graduate, Status::Completer, Status::Dropout, Status::StillEnrolled, Status::Excluded];
        assert!(all.iter().map(|status| status.code()).eq(statuses.codes.iter().map(|code| &code.code)));
    }
}
