//! The wire contract: round trips, what newer and broken peers send, and no breaking change to the proto files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod batches;
mod breaking;
mod fuzzed;
mod nasty;
mod questions;
mod replies;
