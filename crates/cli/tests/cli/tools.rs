//! What a tool is given: a delegation, settings ready to paste, and a door whose certificate is checked before anybody calls.

use std::os::unix::fs::PermissionsExt;

use crate::world::World;

const DOOR: &str = "spiffe://bluelamp/force/rocta/coordinator/1";

/// A federation whose coordinator has a door.
fn with_door() -> World {
    let world = World::at_rest();
    let pki = |arguments: &[&str]| world.run(&[&["pki"], arguments].concat()).out();
    pki(&[
        "host",
        "--authority",
        "rocta-authority",
        "--host",
        "door.rocta.example,127.0.0.1",
        "--out",
        "rocta",
    ]);
    let member = ["bundle", "--out", "federation.toml", "--force", "rocta", "--authority", "rocta-authority"];
    let about = ["--title", "A unit", "--desk", "A desk", "--coordinator", "https://ask.rocta.example:7443"];
    let door = ["--door", "https://door.rocta.example:7444", "--replace"];
    pki(&[&member[..], &about, &door].concat());
    let listen = "[door]\nlisten = \"127.0.0.1:1\"\n[door.credentials]\ncertificate = \"rocta/door.pem\"\nkey = \"rocta/door.key\"\n";
    let config = world.read("coordinator.toml");
    world.write("coordinator.toml", &format!("{config}{listen}"));
    world
}

fn delegate(world: &World, rest: &[&str]) -> crate::world::Ran {
    let all =
        ["delegate", "--purpose", "prevention", "--operation", "Op Lantern", "--config", "analyst.toml"];
    world.run(&[&all[..], rest].concat())
}

#[test]
fn a_delegation_is_written_for_its_signer_alone_and_made_into_settings() {
    let world = with_door();
    let signed =
        delegate(&world, &["--door", DOOR, "--until", "2h", "--questions", "5", "--out", "delegation.txt"]);
    assert_eq!(signed.code, 0, "{}", signed.err);
    assert!(
        signed.err.contains("coordinator/1 may ask tables of mps in your name for prevention"),
        "{}",
        signed.err
    );
    let mode = std::fs::metadata(world.path("delegation.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let line = world.read("delegation.txt");
    for (tool, part) in [
        ("adbc", "\"grpc+tls://door.rocta.example:7444\""),
        ("jdbc", "jdbc:arrow-flight-sql://door.rocta.example:7444/?useEncryption=true"),
        ("dbeaver", "org.apache.arrow.driver.jdbc.ArrowFlightJdbcDriver"),
    ] {
        let told = world
            .run(&[
                "client-config",
                "--for",
                tool,
                "--delegation",
                "delegation.txt",
                "--config",
                "analyst.toml",
            ])
            .out();
        assert!(told.contains(part), "{told}");
        assert_eq!(told.contains(line.trim()), tool != "adbc", "Python reads the file: {told}");
    }
    assert_eq!(world.read("door-ca.pem"), world.read("rocta-authority/authority.pem"));
}

#[test]
fn what_can_not_be_delegated_is_said_before_anything_is_signed() {
    let world = with_door();
    for (rest, expected) in [
        (&["--door", DOOR, "--until", "25h"][..], "more than a day away"),
        (&["--door", DOOR, "--until", "2001-01-01T00:00Z"], "is over already"),
        (&["--door", DOOR, "--forces", "btp"], "btp runs no node"),
    ] {
        let refused = delegate(&world, rest);
        assert_eq!(refused.code, 2, "{}", refused.err);
        assert!(refused.err.contains(expected), "{}", refused.err);
    }
    world.write("delegation.txt", "not a delegation\n");
    let refused = world.run(&[
        "client-config",
        "--for",
        "adbc",
        "--delegation",
        "delegation.txt",
        "--config",
        "analyst.toml",
    ]);
    assert!(
        refused.code != 0 && refused.err.contains("not the line that bluelamp delegate wrote"),
        "{}",
        refused.err
    );
}

#[test]
fn a_doors_certificate_is_checked_against_what_tools_call_it() {
    let world = with_door();
    let told = world.run(&["coordinator", "check", "--config", "coordinator.toml"]).out();
    assert!(told.contains("door         door.rocta.example, 127.0.0.1, shown until"), "{told}");
    let doctor = world.run(&["doctor", "--config", "coordinator.toml"]);
    assert!(doctor.out.contains("door          tools call it door.rocta.example"), "{}", doctor.out);
    world.alter("federation.toml", "https://door.rocta.example:7444", "https://elsewhere.example:7444");
    let doctor = world.run(&["doctor", "--config", "coordinator.toml"]);
    assert!(doctor.out.contains("the bundle calls it elsewhere.example"), "{}", doctor.out);
    // Somebody's certificate is no host's.
    world.alter("coordinator.toml", "rocta/door.", "rocta/coordinator-1.");
    let refused = world.run(&["coordinator", "check", "--config", "coordinator.toml"]);
    assert!(
        refused.err.contains("is somebody's of the federation, and a door shows a host's"),
        "{}",
        refused.err
    );
}
