//! What custodians do at the command line: sign a bundle, see it voided by a change, and find nothing to go back to yet.

use crate::world::{World, copy_policy};

fn issue(world: &World, id: &str) {
    let issue =
        ["pki", "issue", "--authority", "mps-authority", "--role", "custodian", "--id", id, "--out", "mps"];
    world.run(&issue).out();
}

fn sign<'a>(certificate: &'a str, key: &'a str) -> [&'a str; 7] {
    ["policy", "sign", "policy", "--certificate", certificate, "--key", key]
}

#[test]
fn a_bundle_is_signed_by_custodians_and_by_nobody_else() {
    let world = World::at_rest();
    copy_policy(&world.path("policy"));
    issue(&world, "1");
    let said = world.run(&sign("mps/custodian-1.pem", "mps/custodian-1.key")).out();
    assert!(said.contains("mps/custodian/1 signed policy version 1"), "{said}");
    assert!(world.run(&["policy", "check", "policy"]).out().contains("signatures  1"));
    world
        .run(&sign("mps/node-1.pem", "mps/node-1.key"))
        .failed(1, &["has the role node, custodian was expected"]);
    world
        .run(&sign("mps/node-1.pem", "mps/custodian-1.key"))
        .failed(1, &["does not belong to the certificate"]);

    // What its own cases contradict is not signed.
    world.alter("policy/cases/search.toml", "expect = [\"hit\", \"count\"]", "expect = [\"hit\"]");
    world
        .run(&sign("mps/custodian-1.pem", "mps/custodian-1.key"))
        .failed(1, &["does not decide as its cases expect", "bluelamp policy test"]);
}

#[test]
fn there_is_nothing_to_go_back_to_before_a_node_has_served() {
    let world = World::at_rest();
    copy_policy(&world.path("policy"));
    let history = world.run(&["policy", "history", "--config", "node.toml"]).out();
    assert_eq!(history, "this node has not served yet\n");
    world
        .run(&["policy", "rollback", "--config", "node.toml"])
        .failed(1, &["has not served yet, so there is nothing to go back to"]);
}
