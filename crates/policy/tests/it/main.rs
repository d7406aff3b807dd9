//! The policy crate from outside: bundles, decisions, releases, and what must not compile.
//! One binary; `support`, `attacker` and `solver` hold what its modules share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop there"
)]

mod absence;
mod along;
mod attacker;
mod solver;
mod support;

mod batch;
mod bundle;
mod delegated;
mod difference;
mod facts;
mod lint;
mod matrix;
mod memory;
mod noise;
mod protection;
mod reconstruction;
mod releases;
mod samples;
mod search;
mod shielding;
mod table;
mod tags;
mod usage;
mod uses;
mod walkthrough;

#[test]
fn what_would_bypass_the_policy_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
