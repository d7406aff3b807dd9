//! The attack suite: what a clever analyst, alone or with colleagues, learns through the public doors of a node over planted
//! records. Each attack measures itself and fails past its bound.
//!
//! `cargo test -p tests --test attacks -- --nocapture` prints what each measured; `BLUELAMP_ATTACKS=full` makes the runs as
//! large as the table in the threat model says, best in release and with `--test-threads 1`: side by side they starve each other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs,
    reason = "tests"
)]

mod ground;
mod score;

mod absence;
mod averaging;
mod budget;
mod differencing;
mod marginals;
mod noise;
mod oracles;
mod reconstruction;
mod trackers;
mod unseen;
