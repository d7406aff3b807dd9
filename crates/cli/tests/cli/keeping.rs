//! What a force keeps: its policy, its audit log, its ledger, its health.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use audit::{Entry, Event, Log};
use jiff::Timestamp;

use crate::world::{World, copy_policy};

#[test]
fn a_broken_policy_is_told_by_file_and_line() {
    let world = World::new();
    copy_policy(&world.path("policy"));
    assert!(world.run(&["policy", "check", "policy"]).out().contains("can be used"));
    assert!(world.run(&["policy", "test", "policy"]).out().contains("cases as expected"));
    let file = "policy/policies/ask.cedar";
    let sound = world.read(file);
    world.write(file, &sound.replacen("permit (", "permitt (", 1));
    for command in ["check", "test"] {
        world.run(&["policy", command, "policy"]).failed(1, &["policies/ask.cedar", "line"]);
    }
    world.run(&["policy", "check", "nowhere"]).failed(1, &["nowhere"]);
}

#[test]
fn a_policy_that_decides_otherwise_than_expected_fails_its_test() {
    let world = World::new();
    copy_policy(&world.path("policy"));
    world.alter("policy/cases/search.toml", "expect = [\"hit\", \"count\"]\n", "expect = [\"hit\"]\n");
    let ran = world.run(&["policy", "test", "policy"]);
    ran.failed(1, &["does not decide as its cases expect"]);
    for part in ["ok      cases/", "FAILED  cases/search.toml: ", "expected  hit", "found     hit, count"] {
        assert!(ran.out.contains(part), "{part:?} is missing from {}", ran.out);
    }
}

fn write_log(path: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let log: Log = Log::open(path, Timestamp::UNIX_EPOCH, |_| {}).unwrap();
        let entry =
            |records| Entry { at: Timestamp::UNIX_EPOCH, question: None, event: Event::Noticed { records } };
        log.append((0..5).map(entry).collect()).await.unwrap();
    });
}

#[test]
fn an_altered_audit_log_is_noticed_at_its_line() {
    let world = World::new();
    write_log(&world.path("audit.log"));
    assert!(world.run(&["audit", "verify", "audit.log"]).out().contains("5 entries, the chain holds\nhead "));
    assert_eq!(world.run(&["audit", "show", "audit.log", "--last", "2"]).out().lines().count(), 2);
    let unknown = ["audit", "show", "audit.log", "--question", "0197c0de-0000-7000-8000-000000000000"];
    assert_eq!(world.run(&unknown).out(), "");
    world.alter("audit.log", "{\"records\":2}", "{\"records\":7}");
    world.run(&["audit", "verify", "audit.log"]).failed(1, &["audit.log, line 3", "altered"]);
    let ran = world.run(&["audit", "show", "audit.log"]);
    ran.failed(1, &["line 3"]);
    assert_eq!(ran.out.lines().count(), 2);
}

#[test]
fn who_reads_what_stays_at_home_is_logged_before_it_is_shown() {
    let world = World::at_rest();
    let log = world.path("mps.consultations.log");
    for read in 1..=3 {
        world.run(&["node", "notices", "--config", "node.toml"]).out();
        assert_eq!(world.read("mps.consultations.log").lines().count(), read);
    }
    world.run(&["node", "resolve", "--config", "node.toml", "4ZK0 M8T1"]).failed(1, &["no such reference"]);
    let told = world.run(&["audit", "verify", "mps.consultations.log"]).out();
    assert!(told.contains("4 entries, the chain holds"), "{told}");
    let told = world.run(&["audit", "show", "mps.consultations.log"]).out();
    let user = nix::unistd::User::from_uid(nix::unistd::getuid()).unwrap().unwrap().name;
    assert!(told.contains(&format!("consulted: {user}")), "{told}");
    assert!(told.contains("read the notices, 0 records named"), "{told}");
    assert!(told.contains("read what a reference stands for, 0 records named"), "{told}");
    assert!(!told.contains("4ZK0"), "{told}");
    assert_eq!(log.metadata().unwrap().permissions().mode() & 0o007, 0, "not for everybody");

    // Altered, or where none can be written: nothing is shown.
    world.alter("mps.consultations.log", "notices", "reference");
    let ran = world.run(&["node", "notices", "--config", "node.toml"]);
    ran.failed(1, &["nothing is shown without a log of it", "consultations.log, line 1", "help: "]);
    assert_eq!(ran.out, "");
    std::fs::remove_file(&log).unwrap();
    std::fs::create_dir(&log).unwrap();
    let ran = world.run(&["node", "notices", "--config", "node.toml"]);
    ran.failed(1, &["nothing is shown without a log of it", "consultations.log"]);
    assert_eq!(ran.out, "");
}

#[test]
fn nobody_has_asked_a_node_that_never_ran() {
    let world = World::at_rest();
    assert!(world.run(&["node", "notices", "--config", "node.toml"]).out().contains("nobody"));
    world.run(&["node", "resolve", "--config", "node.toml", "4ZK0"]).failed(1, &["no such reference"]);
}

#[test]
fn the_doctor_tells_each_fault_and_its_mend() {
    let world = World::at_rest();
    copy_policy(&world.path("policy"));
    world.alter("node.toml", "127.0.0.1:1", "127.0.0.1:0");
    let told = world.run(&["doctor", "--config", "node.toml"]).out();
    assert!(told.contains("ok    policy") && told.contains("ok    membership"), "{told}");
    assert!(told.contains("warn  sources"), "{told}");

    let authority = ["--authority", "mps-authority", "--role", "node", "--id", "1", "--out", "mps"];
    world.run(&[&["pki", "issue"][..], &authority, &["--days", "3", "--replace"]].concat()).out();
    let told = world.run(&["doctor", "--config", "node.toml"]).out();
    assert!(told.contains("warn  certificate") && told.contains("mend: issue a new one"), "{told}");

    world.alter("node.toml", "mps/node-1.key", "rocta/coordinator-1.key");
    let ran = world.run(&["doctor", "--config", "node.toml"]);
    ran.failed(1, &["node.toml: not ready"]);
    assert!(ran.out.contains("FAIL  credentials") && ran.out.contains("does not belong"), "{}", ran.out);
}
