//! The engine as its users meet it: one binary for all integration tests.

mod load;
mod plan;
mod published;
mod store;
mod support;
mod twin;
