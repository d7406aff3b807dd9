//! Scenarios over real mutual TLS: what an analyst gets, what an attacker does not, and what a broken force does to
//! an answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "tests"
)]

mod batches;
mod canary;
mod custody;
mod delegation;
mod door;
mod door_refusals;
mod forgery;
mod lakes;
mod limits;
mod links;
mod noise;
mod peers;
mod picture;
mod policeuk;
mod releases;
mod renewal;
mod restart;
mod same;
mod search;
mod silence;
mod simulation;
mod sql;
mod story;
mod tables;
mod things;
mod threat_to_life;
mod trouble;
