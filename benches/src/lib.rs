//! What the benches measure on: a small synthetic state, as files in memory and as a loaded lake.

mod state;

pub use state::{Failure, State, count_rows};
