//! A door asks in an analyst's name only under what that analyst signed, and only with its own signature on each question.

use identity::{SignedBytes, SignedDelegation, sign_delegated_question, sign_delegation, sign_question};
use proptest::prelude::*;
use rcgen::SigningKey;

use crate::world::{DAY, World, crafted, credentials, name, now};

const QUESTION: &[u8] = b"how much of this do you see?";
const DELEGATION: &[u8] = b"the door may ask this in my name";
const DOOR: &str = "rocta/coordinator/1";

fn delegation(world: &World, asker: &str) -> SignedDelegation {
    sign_delegation(DELEGATION, &credentials(&world.issue(asker))).unwrap()
}

fn asked(world: &World, under: &SignedDelegation) -> SignedBytes {
    sign_delegated_question(QUESTION, under, &credentials(&world.issue(DOOR))).unwrap()
}

#[test]
fn the_asker_is_who_delegated_and_the_door_is_who_signed() {
    let world = World::new();
    let under = delegation(&world, "rocta/analyst/7");
    let requester = world.trust.check_question(&asked(&world, &under), now()).unwrap();
    assert_eq!(requester.principal().name, name("rocta/analyst/7"));
    assert_eq!(requester.bytes(), QUESTION);
    let door = requester.door().unwrap();
    assert_eq!((door.peer().name(), door.delegation()), (&name(DOOR), DELEGATION));
    assert_eq!(requester.principal().delegated, None, "nobody has read the delegation yet");
    let own = sign_question(QUESTION, &credentials(&world.issue("rocta/analyst/7"))).unwrap();
    assert!(world.trust.check_question(&own, now()).unwrap().door().is_none());
}

#[test]
fn what_either_did_not_sign_is_refused() {
    let world = World::new();
    let under = delegation(&world, "rocta/analyst/7");
    let good = asked(&world, &under);
    let revoked = world.issue("rocta/analyst/9");
    world.revoke("rocta", &revoked.serial);
    let lost = world.issue("rocta/coordinator/9");
    world.revoke("rocta", &lost.serial);
    let with = |delegation: SignedDelegation| SignedBytes { delegation: Some(delegation), ..good.clone() };
    let forged = |short: &str, domain: &[u8], bytes: &[u8]| {
        let (der, key) = crafted(&world.rocta, short, |_| {});
        (key.sign(&[domain, bytes].concat()).unwrap(), vec![der.to_vec()])
    };
    let (signature, chain) = forged("rocta/analyst/7", b"bluelamp question v1\0", DELEGATION);
    let as_question = SignedDelegation { bytes: DELEGATION.to_vec(), signature, chain };
    let (signature, chain) = forged(DOOR, b"bluelamp delegation v1\0", DELEGATION);
    let by_the_door = SignedDelegation { bytes: DELEGATION.to_vec(), signature, chain };
    let by_an_analyst = sign_question(QUESTION, &credentials(&world.issue("rocta/analyst/7"))).unwrap();
    let (signature, chain) = forged(DOOR, b"bluelamp question v1\0", QUESTION);
    let wrong = "the signature does not belong";
    for (what, question, expected) in [
        (
            "another delegation",
            with(SignedDelegation { bytes: b"anything".to_vec(), ..under.clone() }),
            wrong,
        ),
        ("no signature of it", with(SignedDelegation { signature: vec![], ..under.clone() }), wrong),
        (
            "another's chain of it",
            with(SignedDelegation { chain: delegation(&world, "rocta/analyst/8").chain, ..under.clone() }),
            wrong,
        ),
        ("a signature of a question", with(as_question), wrong),
        ("a delegation that the door signed", with(by_the_door), "analyst was expected"),
        (
            "a delegation by somebody revoked",
            with(sign_delegation(DELEGATION, &credentials(&revoked)).unwrap()),
            "is revoked",
        ),
        (
            "a large one",
            with(SignedDelegation { bytes: vec![0; 4097], ..under.clone() }),
            "at most 4096 are accepted",
        ),
        ("another question", SignedBytes { bytes: b"another".to_vec(), ..good.clone() }, wrong),
        (
            "an analyst's question beside a delegation",
            SignedBytes { delegation: Some(under.clone()), ..by_an_analyst },
            "coordinator was expected",
        ),
        ("an ordinary signature of the door", SignedBytes { signature, chain, ..good.clone() }, wrong),
        (
            "a door that lost its certificate",
            sign_delegated_question(QUESTION, &under, &credentials(&lost)).unwrap(),
            "is revoked",
        ),
        (
            "the door without a delegation",
            SignedBytes { delegation: None, ..good.clone() },
            "analyst was expected",
        ),
    ] {
        let error = world.trust.check_question(&question, now()).expect_err(what).to_string();
        assert!(error.contains(expected), "{what}: {error:?} does not say {expected:?}");
    }
    let later = world.trust.check_question(&good, now() + DAY * 2).unwrap_err().to_string();
    assert!(later.contains("expired on"), "{later}");
}

#[test]
fn only_analysts_delegate_and_only_coordinators_are_doors() {
    let world = World::new();
    let under = delegation(&world, "rocta/analyst/7");
    for other in [DOOR, "mps/node/1"] {
        let error = sign_delegation(DELEGATION, &credentials(&world.issue(other))).unwrap_err().to_string();
        assert!(error.contains("analyst was expected"), "{error}");
    }
    for other in ["rocta/analyst/7", "mps/node/1"] {
        let holder = credentials(&world.issue(other));
        let error = sign_delegated_question(QUESTION, &under, &holder).unwrap_err().to_string();
        assert!(error.contains("coordinator was expected"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn any_flipped_bit_breaks_it(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let world = World::new();
        let good = asked(&world, &delegation(&world, "rocta/analyst/7"));
        let flipped = |change: &dyn Fn(&mut SignedBytes) -> &mut Vec<u8>| {
            let mut bad = good.clone();
            let bytes = change(&mut bad);
            let place = at.index(bytes.len());
            bytes[place] ^= 1 << bit;
            world.trust.check_question(&bad, now()).is_err()
        };
        prop_assert!(flipped(&|bad| &mut bad.bytes));
        prop_assert!(flipped(&|bad| &mut bad.signature));
        prop_assert!(flipped(&|bad| &mut bad.chain[0]));
        prop_assert!(flipped(&|bad| &mut bad.delegation.as_mut().unwrap().bytes));
        prop_assert!(flipped(&|bad| &mut bad.delegation.as_mut().unwrap().signature));
        prop_assert!(flipped(&|bad| &mut bad.delegation.as_mut().unwrap().chain[0]));
    }
}
