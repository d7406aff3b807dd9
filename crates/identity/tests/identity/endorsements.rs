//! Which policies a force's custodians signed: their own force's, by their own signature, while they have standing.

use identity::endorse;
use rcgen::SigningKey;

use crate::world::{DAY, World, credentials, force, now};

const HASH: &str = "3b5d";

#[test]
fn a_custodian_of_the_force_endorses_and_nobody_else_does() {
    let world = World::new();
    let one = world.issue("mps/custodian/1");
    let other = world.issue("mps/custodian/2");
    let foreign = world.issue("colp/custodian/1");
    let revoked = world.issue("mps/custodian/3");
    world.revoke("mps", &revoked.serial);
    let sign = |issued| endorse(HASH, &credentials(issued)).unwrap();
    let analyst = world.issue("mps/analyst/1");
    let key = rcgen::KeyPair::from_pem(analyst.key_pem.reveal()).unwrap();
    let by_analyst = key.sign(&[b"bluelamp policy v1\0", HASH.as_bytes()].concat()).unwrap();
    let good = sign(&one);
    let check = |hash: &str, signature: &[u8], certificate: &str| {
        let checked = world.trust.check_endorsement(&force("mps"), hash, signature, certificate, now());
        checked.map(|peer| peer.name().to_string()).map_err(|error| error.to_string())
    };
    assert_eq!(
        check(HASH, &good, &one.certificate_pem).as_deref(),
        Ok("spiffe://bluelamp/force/mps/custodian/1")
    );
    for (what, hash, signature, certificate, expected) in [
        ("another bundle", "3b5e", &good, &one.certificate_pem, "does not belong"),
        ("another's signature", HASH, &sign(&other), &one.certificate_pem, "does not belong"),
        ("no signature", HASH, &Vec::new(), &one.certificate_pem, "does not belong"),
        ("another force", HASH, &sign(&foreign), &foreign.certificate_pem, "mps was expected"),
        ("revoked", HASH, &sign(&revoked), &revoked.certificate_pem, "is revoked"),
        ("an analyst", HASH, &by_analyst, &analyst.certificate_pem, "custodian was expected"),
        ("no certificate", HASH, &good, &String::new(), "is not PEM"),
    ] {
        let error = check(hash, signature, certificate).expect_err(what);
        assert!(error.contains(expected), "{what}: {error:?} does not say {expected:?}");
    }
    let later = now() + DAY * 2;
    let expired = world.trust.check_endorsement(&force("mps"), HASH, &good, &one.certificate_pem, later);
    assert!(expired.unwrap_err().to_string().contains("expired on"));
    for other in ["mps/analyst/1", "mps/node/1"] {
        let error = endorse(HASH, &credentials(&world.issue(other))).unwrap_err().to_string();
        assert!(error.contains("custodian was expected"), "{error}");
    }
}
