//! Fuzzes the decoder of questions, single and batches, and what a node makes of their probes.

#![no_main]

#[path = "../../crates/api/tests/wire/fuzzed.rs"]
#[allow(dead_code, reason = "one body of the file is this target's")]
mod fuzzed;

use linkage::Subject;
use model::Ask;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some(question) = fuzzed::question(bytes) else { return };
    let searches = match &question.ask {
        Ask::Search(search) => std::slice::from_ref(search),
        Ask::Batch(searches) => searches,
        Ask::Tabulate(_) => &[],
    };
    for search in searches {
        let _ = Subject::try_from(&search.probe);
    }
});
