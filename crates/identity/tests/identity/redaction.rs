//! Keys and questions never show themselves in debug output.

use std::fmt::Debug;

use identity::{CredentialStore, sign_question};
use model::Role;

use crate::world::{World, credentials, now};

#[test]
fn debug_prints_neither_keys_nor_questions() {
    let world = World::new();
    let issued = world.issue("rocta/analyst/7");
    let held = credentials(&issued);
    let signed = sign_question(b"Arthur Example", &held).unwrap();
    let requester = world.trust.check_question(&signed, now()).unwrap();
    let store = CredentialStore::new(credentials(&issued));
    let acceptor = world.acceptor("mps/node/1", &[Role::Coordinator]);
    let dialler = world.dialler("rocta/coordinator/1", "mps", Role::Node);
    let shown: [&dyn Debug; 11] = [
        &world.mps,
        world.mps.key_pem(),
        &issued,
        &issued.key_pem,
        &held,
        &store,
        &signed,
        &requester,
        &acceptor,
        &dialler,
        &world.trust,
    ];
    let secrets: Vec<&str> = [world.mps.key_pem(), &issued.key_pem]
        .iter()
        .flat_map(|key| key.reveal().lines().filter(|line| !line.starts_with('-')))
        .chain(["Arthur", "65, 114, 116", "PRIVATE KEY"])
        .collect();
    for value in shown {
        for text in [format!("{value:?}"), format!("{value:#?}")] {
            assert!(!secrets.iter().any(|secret| text.contains(secret)), "{text}");
        }
    }
}
