//! Fuzzes the door of SQL: whatever a statement holds, it becomes bounded questions or is refused in words.

#![no_main]

#[path = "../../crates/sql/tests/suite/fuzzed.rs"]
#[allow(dead_code, reason = "one body of the file is this target's")]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzzed::statement(&String::from_utf8_lossy(bytes)));
