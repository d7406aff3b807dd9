//! Authorities, certificates and bundles as the binary makes them: keys for their owner only, nothing overwritten.

use std::os::unix::fs::PermissionsExt;

use crate::world::{World, copy_policy};

fn mode(world: &World, name: &str) -> u32 {
    std::fs::metadata(world.path(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn keys_are_their_owners_alone_and_certificates_everybodys() {
    let world = World::at_rest();
    for (file, expected) in [
        ("mps-authority/authority.key", 0o600),
        ("mps/node-1.key", 0o600),
        ("mps-authority/authority.pem", 0o644),
        ("mps/node-1.pem", 0o644),
        ("federation.toml", 0o644),
        ("mps-authority", 0o700),
    ] {
        assert_eq!(mode(&world, file), expected, "{file}");
    }
    let told = world.run(&["pki", "show", "mps/node-1.pem"]).out();
    assert!(told.contains("spiffe://bluelamp/force/mps/node/1"), "{told}");
    world.run(&["pki", "show", "mps/node-1.key"]).failed(2, &["never shown"]);
}

#[test]
fn what_exists_is_overwritten_only_on_request() {
    let world = World::at_rest();
    for (command, file) in [
        (&["pki", "init", "--force", "mps", "--dir", "mps-authority"][..], "mps-authority/authority.key"),
        (
            &["pki", "issue", "--authority", "mps-authority", "--role", "node", "--id", "1", "--out", "mps"],
            "mps/node-1.key",
        ),
    ] {
        let before = world.read(file);
        world.run(command).failed(1, &[file, "exists already", "--replace"]);
        assert_eq!(world.read(file), before);
    }
    let before = world.read("mps/node-1.key");
    let again = ["--role", "node", "--id", "1", "--out", "mps", "--replace"];
    world.run(&[&["pki", "issue", "--authority", "mps-authority"][..], &again].concat()).out();
    assert_ne!(world.read("mps/node-1.key"), before);
    assert_eq!(mode(&world, "mps/node-1.key"), 0o600);
}

#[test]
fn an_authority_vouches_for_its_own_force_only() {
    let world = World::at_rest();
    let name = "spiffe://bluelamp/force/colp/node/1";
    world
        .run(&["pki", "issue", "--authority", "mps-authority", "--name", name, "--out", "colp"])
        .failed(1, &["the authority of mps can't vouch for"]);
}

#[test]
fn a_revoked_certificate_stays_revoked_when_its_force_moves() {
    let world = World::at_rest();
    let told = world.run(&["pki", "show", "mps/node-1.pem"]).out();
    let serial = told.lines().find_map(|line| line.strip_prefix("serial")).unwrap().trim().to_owned();
    let revoke = ["pki", "revoke", "--bundle", "federation.toml", "--force", "mps", "--serial", &serial];
    assert!(world.run(&revoke).out().contains("is revoked"));
    assert!(world.run(&revoke).out().contains("revoked already"));
    let moved = [
        "pki",
        "bundle",
        "--out",
        "federation.toml",
        "--force",
        "mps",
        "--authority",
        "mps-authority",
        "--title",
        "MPS",
        "--desk",
        "Desk",
        "--node",
        "https://elsewhere.example:7443",
    ];
    world.run(&moved).failed(1, &["mps is a member already", "--replace"]);
    world.run(&[&moved[..], &["--replace"]].concat()).out();
    let shown = world.run(&["pki", "show", "federation.toml"]).out();
    assert!(shown.contains("elsewhere.example") && shown.contains(&serial), "{shown}");
    world
        .run(&["pki", "revoke", "--bundle", "federation.toml", "--force", "mpps", "--serial", "01"])
        .failed(1, &["did you mean \"mps\"?"]);
}

#[test]
fn a_tag_key_is_its_owners_alone_and_never_printed() {
    let world = World::at_rest();
    let mint = ["pki", "tag-key", "--out", "mps/tags.key"];
    let told = world.run(&mint).out();
    let key = world.read("mps/tags.key");
    assert_eq!((mode(&world, "mps/tags.key"), key.trim().len()), (0o600, 64));
    assert!(told.contains("tags.key") && !told.contains(key.trim()), "{told}");
    world.run(&mint).failed(1, &["tags.key", "exists already"]);
    assert_eq!(world.read("mps/tags.key"), key);
    world.run(&[&mint[..], &["--replace"]].concat()).out();
    assert_ne!(world.read("mps/tags.key"), key);
}

#[test]
fn a_node_whose_tag_key_can_not_be_used_says_how_to_mend_it() {
    let world = World::at_rest();
    copy_policy(&world.path("policy"));
    let config = world.read("node.toml") + "[linkage]\ntag_key = \"mps/tags.key\"\n";
    world.write("node.toml", &config);
    let check = || world.run(&["node", "check", "--config", "node.toml"]);
    check().failed(1, &["mps/tags.key: can't be read", "mint it once with bluelamp pki tag-key"]);
    world.run(&["pki", "tag-key", "--out", "mps/tags.key"]).out();
    let key = world.read("mps/tags.key");
    std::fs::set_permissions(world.path("mps/tags.key"), PermissionsExt::from_mode(0o644)).unwrap();
    check().failed(1, &["mps/tags.key", "chmod 600"]);
    std::fs::set_permissions(world.path("mps/tags.key"), PermissionsExt::from_mode(0o600)).unwrap();
    let sound = check();
    assert!(!sound.err.contains("tags.key"), "{}", sound.err);
    world.write("mps/tags.key", &key[1..]);
    let spoilt = check();
    spoilt.failed(1, &["mps/tags.key: does not hold a tag key", "64 hexadecimal digits"]);
    assert!(!spoilt.err.contains(key[1..].trim()), "{}", spoilt.err);
}
