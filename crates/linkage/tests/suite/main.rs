//! Record linkage through its public promise: identifiers, persons, organisations.
//! Cases are data; properties hold for whatever text arrives.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod addresses;
mod counted;
mod fuzzed;
mod generated;
mod identifiers;
mod names;
mod nasty;
mod organisations;
mod pairs;
mod partials;
mod persons;
mod properties;
mod same;
mod subjects;
mod weighing;
