//! The synthetic state: agency files of made-up people with planted truth.
//! A seeded simulation lives one life after the other and lets each agency write down what it would know.
//! It plays the agencies with codes of its own and shares no rule with the rest of the project, so that what
//! the engine computes from the files can be held against what really happened.

mod afterwards;
mod agency;
mod assistance;
mod calendar;
mod chance;
mod colleges;
mod defects;
mod economy;
mod error;
mod generate;
mod identity;
mod leaving;
mod life;
mod names;
mod options;
mod people;
mod places;
mod promotion;
mod pupil;
mod record;
mod services;
mod study;
mod summary;
mod table;
mod trend;
mod truth;
mod work;
mod yearly;

pub use error::TwinError;
pub use generate::generate;
pub use options::TwinOptions;
pub use summary::{TwinCount, TwinFile, TwinSummary};
