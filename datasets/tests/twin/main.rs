//! The twin as its readers see it: the same bytes from the same seed, files that agree with each other and
//! with the truth beside them, rates as of a real state, layouts that read every file, defects as they are listed.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod defects;
mod layouts;
mod marginals;
mod methods;
mod state;
mod support;
