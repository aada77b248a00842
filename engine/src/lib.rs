//! One session over a versioned lake of state longitudinal data: load extracts, ask in SQL.
//!
//! [`Engine`] is the one door: [`Engine::run`] plans and runs SQL, [`Engine::load`] brings agency files into the lake as
//! one new version, [`Engine::check`] and [`Engine::verify`] look without changing anything.

mod asof;
mod author;
mod catalog;
mod classification;
mod clock;
mod cohort;
mod column_names;
mod coverage;
mod damage;
mod define;
mod describe;
mod diagnose;
mod dialect;
mod doctor;
mod engine;
mod error;
mod explain;
mod export;
mod fraction;
mod from_first;
mod hashed;
mod heading;
mod kept;
mod lake;
mod load;
mod logs;
mod macros;
mod metadata;
mod options;
mod parameters;
mod patience;
mod prices;
mod progress;
mod read;
mod redact;
mod relation;
mod roles;
mod run;
mod same_names;
mod scans;
mod session;
mod sql_type;

pub mod statement;
mod threads;
mod vacuum;
mod vault;
mod verify;
mod versions;
mod writes;

pub use catalog::privacy;
pub use classification::{RESTRICTED, classification};
pub use clock::time_of_day;
pub use coverage::{Alarm, Gap};
pub use datafusion::arrow;
pub use diagnose::table_not_found;
pub use doctor::{Diagnosis, DoctorReport, Health};
pub use engine::Engine;
pub use error::{Error, ErrorKind, Result, Span};
pub use export::{ArrowFile, ParquetFile};
pub use kept::Keeper;
pub use lifetracks_datasets::{
    CheckRule, Counts, Definitions, Draft, InferError, Privacy, REFERENCE_FILES, Role, Severity,
    closest_name, infer, twin,
};
pub use lifetracks_udfs::{FunctionDoc, FunctionKind};
pub use load::{CheckReport, CheckRequest, Finding, LoadReport, LoadRequest, RejectCount};
pub use logs::{LOG_FUNCTIONS, Logs, QueryEntry, QueryStatus};
pub use options::Options;
pub use parameters::{Parameter, Parameters};
pub use patience::patiently;
pub use progress::{Memory, PlanNode, Progress, Snapshot};
pub use run::{Outcome, Rows, Run};
pub use sql_type::sql_type;
pub use vacuum::{VacuumReport, VacuumRequest};
pub use verify::{Defect, VerifyReport};
