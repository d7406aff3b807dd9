//! What custodians do with a policy before anybody is asked under it.

use crate::world::{World, copy_policy};

/// A world with a sample policy in it.
fn world() -> World {
    let world = World::new();
    copy_policy(&world.path("policy"));
    world
}

#[test]
fn a_question_is_walked_through_before_anybody_asks_it() {
    let world = world();
    let explain = |rest: &[&str]| {
        let ask = ["policy", "explain", "policy", "--force", "rocta", "--purpose", "prevention"];
        world.run(&[&ask[..], rest].concat())
    };
    let said = explain(&["--search", "vrm", "--part", "--vetting", "sc", "--granularity", "count"]).out();
    for part in [
        "principal.vetting     sc",
        "context.known         part",
        "mps-ask-prevention-count (policies/ask.cedar)",
        "an answer on rung count\n",
    ] {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
    assert!(explain(&["--table", "event"]).out().contains("counted, alone under profile open"));
    explain(&["--search", "persn"]).failed(2, &["did you mean \"person\"?"]);
    explain(&["--search", "person", "--hour", "24"]).failed(2, &["must be 0 to 23"]);
    explain(&[]).failed(2, &["--search"]);
    explain(&["--search", "person", "--table", "event"]).failed(2, &["cannot be used with"]);
}
