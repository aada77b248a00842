//! The extracts whose rows may be spoiled, and in which columns.

use super::kind::Kind;
use crate::twin::agency::headers;

/// An extract whose rows may be spoiled.
pub(super) struct Subject {
    /// Its name, with its folder.
    pub(super) table: &'static str,
    /// The name of the later files with the true rows.
    pub(super) correction: &'static str,
    pub(super) header: &'static str,
    /// What may happen, all equally often, and the column it happens to.
    pub(super) kinds: &'static [(Kind, &'static str)],
}

pub(super) const SUBJECTS: [Subject; 5] = [
    Subject {
        table: "mde/enrollment",
        correction: "mde/correction_enrollment",
        header: headers::ENROLLMENT,
        kinds: &[
            (Kind::ExactDuplicate, ""),
            (Kind::ConflictingDuplicate, "ECON_DIS"),
            (Kind::BadDate, "ENTRY_DATE"),
            (Kind::BadDate, "EXIT_DATE"),
            (Kind::BadCode, "ENTRY_CODE"),
            (Kind::BadCode, "EXIT_CODE"),
            (Kind::RaggedRow, ""),
            (Kind::MissingKey, "MSIS_ID"),
            (Kind::MissingKey, "ENTRY_DATE"),
            (Kind::MistypedNumber, "MSIS_ID"),
            (Kind::UnknownSchool, "SCHOOL"),
            (Kind::OverlappingSpell, ""),
            (Kind::LateCorrection, "EXIT_DOC"),
            (Kind::LateCorrection, "IDEA"),
        ],
    },
    Subject {
        table: "mde/diploma",
        correction: "mde/correction_diploma",
        header: headers::DIPLOMA,
        kinds: &[
            (Kind::ExactDuplicate, ""),
            (Kind::BadDate, "AWARD_DATE"),
            (Kind::BadCode, "DIPLOMA_TYPE"),
            (Kind::RaggedRow, ""),
            (Kind::MissingKey, "MSIS_ID"),
            (Kind::MistypedNumber, "MSIS_ID"),
        ],
    },
    Subject {
        table: "mde/attendance",
        correction: "mde/correction_attendance",
        header: headers::ATTENDANCE,
        kinds: &[
            (Kind::ExactDuplicate, ""),
            (Kind::ConflictingDuplicate, "DAYS_ABSENT"),
            (Kind::BadNumber, "DAYS_ENROLLED"),
            (Kind::RaggedRow, ""),
            (Kind::MissingKey, "MSIS_ID"),
            (Kind::LateCorrection, "DAYS_PRESENT"),
        ],
    },
    Subject {
        table: "mccb/enrollment",
        correction: "mccb/correction_enrollment",
        header: headers::TERMS,
        kinds: &[
            (Kind::ExactDuplicate, ""),
            (Kind::ConflictingDuplicate, "FULL_TIME"),
            (Kind::BadDate, "TERM_START"),
            (Kind::BadNumber, "CREDITS"),
            (Kind::RaggedRow, ""),
            (Kind::MissingKey, "STUDENT_ID"),
            (Kind::LateCorrection, "FULL_TIME"),
        ],
    },
    Subject {
        table: "mdes/wage",
        correction: "mdes/correction_wage",
        header: headers::WAGES,
        kinds: &[
            (Kind::ExactDuplicate, ""),
            (Kind::ConflictingDuplicate, "WAGES"),
            (Kind::BadNumber, "WAGES"),
            (Kind::RaggedRow, ""),
            (Kind::MissingKey, "SSN"),
            (Kind::MistypedNumber, "SSN"),
            (Kind::LateCorrection, "WAGES"),
        ],
    },
];
