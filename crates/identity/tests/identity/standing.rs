//! A connection outlives a change of the bundle; the standing of its peer does not.

use identity::{Bundle, Trust};

use crate::world::{DAY, World, authority, der, member, now};

#[test]
fn a_peer_loses_its_standing_with_the_bundle_or_with_time() {
    let world = World::new();
    let issued = world.issue("mps/node/1");
    let peer = world.trust.verify_chain(&[der(&issued.certificate_pem)], now()).unwrap();
    let good = Bundle::clone(&world.trust.bundle());
    let mps = &"mps".parse().unwrap();
    let bundles = [
        ("unchanged", good.clone(), now(), None),
        ("renewed entry", good.clone().with_member(member(&world.mps)).unwrap(), now(), None),
        ("time", good.clone(), now() + DAY * 2, Some("expired on")),
        (
            "revoked",
            good.clone().with_revoked(mps, issued.serial.clone()).unwrap(),
            now(),
            Some("is revoked"),
        ),
        ("gone", Bundle::new(vec![member(&world.colp)]).unwrap(), now(), Some("mps is not a member")),
        (
            "another authority",
            good.clone().with_member(member(&authority("mps"))).unwrap(),
            now(),
            Some("the authority that issued this certificate is no longer in the bundle"),
        ),
    ];
    for (what, bundle, at, expected) in bundles {
        world.trust.replace(bundle);
        match (world.trust.standing(&peer, at), expected) {
            (Ok(()), None) => {}
            (Err(error), Some(words)) => assert!(error.to_string().contains(words), "{what}: {error}"),
            (standing, _) => panic!("{what}: {standing:?}"),
        }
    }
}

#[test]
fn while_one_authority_follows_another_both_count() {
    let (old, new) = (authority("mps"), authority("mps"));
    let both = format!("{}{}", old.certificate_pem(), new.certificate_pem());
    let member = identity::Member::new("mps".parse().unwrap(), "The Met", "desk", &both).unwrap();
    let trust = Trust::new(Bundle::new(vec![member]).unwrap());
    for authority in [old, new] {
        let issued = authority.issue(&crate::world::name("mps/node/1"), now(), DAY).unwrap();
        let peer = trust.verify_chain(&[der(&issued.certificate_pem)], now()).unwrap();
        trust.standing(&peer, now()).unwrap();
    }
}

#[test]
fn a_certificate_that_is_known_is_held_to_time_and_to_the_bundle_all_the_same() {
    let world = World::new();
    let issued = world.issue("mps/node/1");
    let known = || world.trust.verify_chain(&[der(&issued.certificate_pem)], now());
    let good = Bundle::clone(&world.trust.bundle());
    let mps = &"mps".parse().unwrap();
    let check = |what: &str, at, words: &str| {
        let error = world.trust.verify_chain(&[der(&issued.certificate_pem)], at).unwrap_err().to_string();
        assert!(error.contains(words), "{what}: {error}");
    };
    assert_eq!(known().unwrap(), known().unwrap());
    check("later", now() + DAY * 2, "expired on");
    check("earlier", now() - DAY, "not valid before");
    assert!(known().is_ok(), "a wrong clock leaves nothing behind");
    world.trust.replace(good.clone().with_revoked(mps, issued.serial.clone()).unwrap());
    check("revoked", now(), "is revoked");
    world.trust.replace(good.clone().with_member(member(&authority("mps"))).unwrap());
    check("another authority", now(), "did not issue");
    world.trust.replace(good);
    assert!(known().is_ok());
}
