//! `ASOF JOIN` of tables of persons: each row of the left side gets the row of the same person on the right side that
//! is nearest in time.
//!
//! Both sides come in the order of persons and are read side by side. While SQL is planned, the join is an ordinary one
//! whose condition is [`asof_match`], so that names work as in any join; [`AsofJoins`] then puts in the node,
//! [`AsofFilters`] moves filters below it, and `exec` is its operator.

mod exec;
mod filters;
mod group;
mod keys;
mod mark;
mod matched;
mod merge;
pub(crate) mod message;
mod node;
mod physical;
mod right;
mod rule;
mod time;

#[cfg(test)]
mod tests;

pub(super) use exec::AsofExec;
pub(crate) use filters::AsofFilters;
pub use mark::asof_match;
pub(super) use node::AsofJoin;
pub(crate) use rule::AsofJoins;
pub use time::is_comparable;
