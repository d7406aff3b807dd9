//! A threat to life takes two people: one signs a request, another of the same force reads and approves it, and only then
//! is it sent.

use std::os::unix::fs::PermissionsExt;

use crate::world::World;

const PERSON: [&str; 6] = ["search", "person", "--family", "Byrne", "--dob", "1984-02-29"];
const THREAT: [&str; 4] =
    ["--break-glass", "held in a car and hurt, says his sister", "--request", "byrne.request"];

/// A second analyst's desk of `force`.
fn desk(world: &World, force: &str, id: &str) -> String {
    let authority = format!("{force}-authority");
    let said = ["--unit", "organised-crime", "--rank", "sergeant", "--vetting", "sc"];
    let issue = ["pki", "issue", "--authority", &authority, "--role", "analyst", "--id", id, "--out", force];
    world.run(&[&issue[..], &said].concat()).out();
    let file = format!("{force}-{id}.toml");
    let credentials =
        format!("certificate = \"{force}/analyst-{id}.pem\"\nkey = \"{force}/analyst-{id}.key\"\n");
    world.write(
        &file,
        &format!("bundle = \"federation.toml\"\ncoordinator = \"rocta\"\n[credentials]\n{credentials}"),
    );
    file
}

#[test]
fn a_request_is_made_read_and_approved_before_it_is_sent() {
    let world = World::at_rest();
    let second = desk(&world, "rocta", "2");
    let made = world.ask(&[&PERSON[..], &THREAT].concat());
    assert_eq!(made.code, 5, "{}", made.err);
    assert!(
        made.out.contains("signed and not sent") && made.out.contains("bluelamp approve"),
        "{}",
        made.out
    );
    let mode = world.path("byrne.request").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "the request holds whom it is about");

    world.run(&["send", "byrne.request"]).failed(2, &["nobody has approved the request", "nothing was sent"]);
    world.run(&["approve", "byrne.request", "--yes"]).failed(2, &["your own request"]);
    let stranger = desk(&world, "mps", "2");
    world
        .run(&["approve", "byrne.request", "--yes", "--config", &stranger])
        .failed(2, &["another force than you"]);

    let shown = world.run(&["approve", "byrne.request", "--config", &second]);
    assert_eq!(shown.code, 5);
    for part in ["rocta/analyst/1", "says his sister", "Byrne 1984-02-29", "nothing is approved yet"] {
        assert!(shown.out.contains(part), "{part:?} is missing from {}", shown.out);
    }
    world.run(&["send", "byrne.request"]).failed(2, &["nobody has approved"]);
    let approved = world.run(&["approve", "byrne.request", "--yes", "--config", &second]).out();
    assert!(approved.contains("bluelamp send byrne.request"), "{approved}");
    // Nobody serves this federation: the request gets as far as the door.
    world.run(&["send", "byrne.request"]).failed(1, &["can't be reached"]);
}

#[test]
fn the_glass_is_not_broken_by_the_way() {
    let world = World::at_rest();
    let table = ["table", "event", "--by", "category", "--measure", "count"];
    world.ask(&[&table[..], &THREAT].concat()).failed(2, &["is for a search about one subject"]);
    world.ask(&[&PERSON[..], &["--urgency", "threat_to_life"]].concat()).failed(2, &["--break-glass"]);
    world
        .ask(&[&PERSON[..], &["--break-glass", "quick", "--request", "r"]].concat())
        .failed(2, &["10 to 300 characters"]);
    world.run(&["approve", "analyst.toml"]).failed(1, &["analyst.toml"]);
}
