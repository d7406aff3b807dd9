//! Fuzzes the reader of addresses. The body, and the ordinary tests that drive it, stand with linkage's tests.

#![no_main]

#[path = "../../crates/linkage/tests/suite/fuzzed.rs"]
#[allow(dead_code, reason = "one body of the file is this target's")]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzzed::addresses(bytes));
