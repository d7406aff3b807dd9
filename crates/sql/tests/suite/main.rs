//! SQL over an in-process federation: forces whose records are lists, counted the plain way, with as much suppressed as a
//! test wants; and one database over all of them as the oracle.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod explained;
mod forces;
mod fuzzed;
mod generated;
mod linked;
mod oracle;
mod records;
mod refused;
mod sound;
mod statements;
