//! The real binary, run as an operator and an analyst would run it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod world;

mod approving;
mod asking;
mod batches;
mod custody;
mod demo;
mod drafting;
mod keeping;
mod linkage;
mod pki;
mod serving;
mod sources;
mod statements;
mod tools;
mod workers;
