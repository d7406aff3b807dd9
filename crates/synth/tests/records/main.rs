//! What is written, read back: same bytes, shared schema, known truth, planted people.
//! One specification for all tests, written once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop where they fail"
)]

mod bytes;
mod identifier;
mod people;
mod profile;
mod read;
mod schema;
mod spec;
