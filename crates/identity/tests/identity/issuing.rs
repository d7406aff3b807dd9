//! What an authority issues, and what it refuses.

use identity::certificate::describe;
use identity::{Authority, CredentialStore};
use jiff::SignedDuration;
use model::Role;

use crate::world::{DAY, World, authority, credentials, der, name, now};

#[test]
fn what_is_issued_is_accepted_described_and_loads_again() {
    let world = World::new();
    for (short, role) in [
        ("mps/node/1", Role::Node),
        ("rocta/coordinator/1", Role::Coordinator),
        ("rocta/analyst/7", Role::Analyst),
    ] {
        let issued = world.issue(short);
        let peer = world.trust.verify_chain(&[der(&issued.certificate_pem)], now()).unwrap();
        assert_eq!((peer.name(), peer.serial()), (&name(short), &issued.serial));
        let summary = describe(&issued.certificate_pem).unwrap();
        assert_eq!(summary.name, Some(name(short)));
        assert_eq!(summary.role, Some(role));
        assert_eq!(summary.serial, issued.serial);
        assert_eq!(summary.not_after, now() + DAY);
        assert!(summary.not_before < now());
        assert_eq!(credentials(&issued).name(), &name(short));
        assert_ne!(world.issue(short).serial, issued.serial, "serials are random");
    }
}

#[test]
fn an_authority_describes_itself_and_loads_again() {
    let made = authority("mps");
    let summary = describe(made.certificate_pem()).unwrap();
    assert_eq!((summary.name, summary.role, summary.force.as_str()), (None, None, "mps"));
    let loaded = Authority::load(made.certificate_pem(), made.key_pem()).unwrap();
    let issued = loaded.issue(&name("mps/node/1"), now(), DAY).unwrap();
    let world = World::new();
    let trust = identity::Trust::new(
        identity::Bundle::new(vec![crate::world::member(&made), crate::world::member(&world.colp)]).unwrap(),
    );
    assert!(trust.verify_chain(&[der(&issued.certificate_pem)], now()).is_ok());
}

#[test]
fn an_authority_refuses_what_it_can_not_vouch_for() {
    let mps = authority("mps");
    for (short, valid, expected) in [
        (
            "colp/node/1",
            DAY,
            "the authority of mps can't vouch for spiffe://bluelamp/force/colp/node/1: only colp can",
        ),
        ("mps/node/1", DAY * 366, "choose a shorter time"),
        ("mps/node/1", SignedDuration::ZERO, "longer than nothing"),
        ("mps/node/1", SignedDuration::MAX, "before 9999"),
    ] {
        let error = mps.issue(&name(short), now(), valid).unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?} does not say {expected:?}");
    }
}

#[test]
fn a_rotation_keeps_the_name() {
    let world = World::new();
    let store = CredentialStore::new(credentials(&world.issue("mps/node/1")));
    let renewed = world.issue("mps/node/1");
    store.rotate(credentials(&renewed)).unwrap();
    assert_eq!(store.current().serial(), &renewed.serial);
    let error = store.rotate(credentials(&world.issue("mps/node/2"))).unwrap_err().to_string();
    assert!(error.contains("a rotation keeps the name"), "{error}");
    assert_eq!(store.current().serial(), &renewed.serial);
}
