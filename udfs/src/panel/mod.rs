//! Persons followed through time: `panel`, from an event on and period by period, and `jobs`, quarter by quarter.
//!
//! `unit` makes periods of days, `loaded` and `timeline` tell which of them the sources cover, `members` repeats the
//! cohort's rows, `run` goes through persons. What is followed is `wages` (put together by `work`, with `prices` and
//! `industry`) or `spells` (whose rows `chunks` keeps).

mod chunks;
mod documentation;
mod estimate;
mod industry;
mod jobs;
mod loaded;
mod members;
mod prices;
mod program;
mod real_dollars;
mod run;
mod spells;
mod timeline;
mod unit;
mod wage_columns;
mod wages;
mod work;

pub(crate) use documentation::documentation;
pub use jobs::Jobs;
pub use loaded::LoadedRule;
pub use members::INDEX_DATE;
pub use prices::{Prices, Worth};
pub use program::{Followed, Panel, PanelSource};
pub use real_dollars::real_dollars;
pub use spells::SpellSource;
pub use unit::Unit;

/// The column that tells persons apart.
pub const PERSON: &str = "person_id";
