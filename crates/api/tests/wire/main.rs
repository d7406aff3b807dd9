//! The wire contract: round trips, what newer and broken peers send, and no breaking change to the proto files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop there"
)]

mod batches;
mod breaking;
mod delegations;
mod fuzzed;
mod nasty;
mod questions;
mod replies;
