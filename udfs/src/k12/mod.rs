//! What becomes of students: programs over enrollment spells and diplomas, one student at a time.
//!
//! `student` reads the rows, `stay` tells who was where, `cohort` and `event` judge by a method's rule, and
//! `grad_cohort` and `dropout_status` make the rows of a result.

mod cohort;
mod columns;
mod documentation;
mod dropout_status;
mod estimate;
mod event;
mod grad_cohort;
mod rules;
mod run;
mod stay;
mod student;
mod verdict;

pub use cohort::CohortYears;
pub(crate) use documentation::documentation;
pub use dropout_status::DropoutStatus;
pub use grad_cohort::GradCohort;
pub use student::{CALENDAR, DIPLOMA, ENROLLMENT};
