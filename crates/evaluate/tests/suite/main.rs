//! The measurement, measured: its counts against the files' own, its table, and what it says to bad files.
//! One world of made-up records serves all tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop where they fail"
)]

mod bad;
mod counts;
mod febrl;
mod same;
mod table;
