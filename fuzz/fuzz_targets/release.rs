//! Fuzzes the decoders of what forces release and what a coordinator answers.

#![no_main]

#[path = "../../crates/api/tests/wire/fuzzed.rs"]
#[allow(dead_code, reason = "one body of the file is this target's")]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzzed::release(bytes));
