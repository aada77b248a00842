//! The merge against a plain loop.
