//! Operators that travel: what another machine needs of an operator of ours to make it again.
//!
//! An operator becomes a message of its own parameters. Its inputs come before it, as those of any operator; plans and
//! expressions within it (references, windows, moments) are packed by whoever carries the rest of the plan, [`Pack`] and
//! [`Unpack`]: [`PlanCodec`] for bytes. Functions travel by name, so that [`register`](crate::register) makes them known on
//! both sides.

mod codec;
pub(crate) mod fields;
mod message;
mod packed;
mod program;

pub use codec::PlanCodec;
pub use message::{Pack, Unpack, decode, encode};
pub(crate) use message::{body, read};
pub(crate) use packed::Packed;
pub(crate) use program::{ProgramMessage, parameters};
