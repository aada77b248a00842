//! `ASOF JOIN` as it is written: Snowflake's form, which the parser reads, and `DuckDB`'s, which it is taught to.
//!
//! [`read`] makes one form of both among the words of a statement; [`nest`] makes the join a FROM item of its own, so that
//! the planner of FROM items sees it.

mod nest;
mod words;

pub(crate) use nest::nest;
pub(crate) use words::{Kind, read};
