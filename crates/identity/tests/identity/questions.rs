//! Who asked, and exactly what. Invariant 7: a compromised coordinator can't invent a question.

use identity::{SignedBytes, sign_question};
use proptest::prelude::*;
use rcgen::SigningKey;

use crate::world::{DAY, World, authority, crafted, credentials, name, now};

const QUESTION: &[u8] = b"do you hold anything on this?";

fn signed(world: &World, asker: &str) -> SignedBytes {
    sign_question(QUESTION, &credentials(&world.issue(asker))).unwrap()
}

/// Signs as an attacker who holds `key` would: anything, in any domain.
fn forged(
    message: &[u8],
    (der, key): (rustls_pki_types::CertificateDer<'static>, rcgen::KeyPair),
) -> SignedBytes {
    let signature = key.sign(message).unwrap();
    SignedBytes {
        bytes: QUESTION.to_vec(),
        signature,
        chain: vec![der.to_vec()],
        approval: None,
        delegation: None,
    }
}

fn in_domain() -> Vec<u8> {
    [b"bluelamp question v1\0", QUESTION].concat()
}

#[test]
fn a_signed_question_yields_its_asker_and_its_exact_bytes() {
    let world = World::new();
    let requester = world.trust.check_question(&signed(&world, "rocta/analyst/7"), now()).unwrap();
    assert_eq!(requester.principal().name, name("rocta/analyst/7"));
    assert_eq!(requester.bytes(), QUESTION);
    let by_hand = forged(&in_domain(), crafted(&world.rocta, "rocta/analyst/7", |_| {}));
    assert!(world.trust.check_question(&by_hand, now()).is_ok(), "the forger's tools work");
}

#[test]
fn a_question_that_its_asker_did_not_sign_is_refused() {
    let world = World::new();
    let good = signed(&world, "rocta/analyst/7");
    let other = signed(&world, "rocta/analyst/8");
    let revoked = world.issue("rocta/analyst/9");
    world.revoke("rocta", &revoked.serial);
    let wrong = "the signature does not belong to what was signed";
    let analyst = || crafted(&world.rocta, "rocta/analyst/7", |_| {});
    let cases = [
        ("other bytes", SignedBytes { bytes: b"another".to_vec(), ..good.clone() }, wrong),
        ("chain of another", SignedBytes { chain: other.chain.clone(), ..good.clone() }, wrong),
        ("signature of another", SignedBytes { signature: other.signature.clone(), ..good.clone() }, wrong),
        ("no signature", SignedBytes { signature: vec![], ..good.clone() }, wrong),
        ("long signature", SignedBytes { signature: vec![0x30; 1000], ..good.clone() }, wrong),
        ("outside the domain", forged(QUESTION, analyst()), wrong),
        ("no chain", SignedBytes { chain: vec![], ..good.clone() }, "no certificate"),
        ("long chain", SignedBytes { chain: vec![good.chain[0].clone(); 5], ..good.clone() }, "at most 4"),
        ("too large", SignedBytes { bytes: vec![0; 256 * 1024 + 1], ..good.clone() }, "at most 262144"),
        (
            "a coordinator's certificate",
            forged(&in_domain(), crafted(&world.rocta, "rocta/coordinator/1", |_| {})),
            "rocta/coordinator/1 has the role coordinator, analyst was expected",
        ),
        (
            "a node's certificate",
            forged(&in_domain(), crafted(&world.mps, "mps/node/1", |_| {})),
            "analyst was expected",
        ),
        (
            "an analyst of rocta by mps's authority",
            forged(&in_domain(), crafted(&world.mps, "rocta/analyst/7", |_| {})),
            "the authority of rocta did not issue",
        ),
        (
            "no member's analyst",
            forged(&in_domain(), crafted(&authority("btp"), "btp/analyst/1", |_| {})),
            "btp is not a member",
        ),
        ("revoked", sign_question(QUESTION, &credentials(&revoked)).unwrap(), "is revoked"),
    ];
    for (what, question, expected) in cases {
        let error = world.trust.check_question(&question, now()).expect_err(what).to_string();
        assert!(error.contains(expected), "{what}: {error:?} does not say {expected:?}");
    }
    let error = world.trust.check_question(&good, now() + DAY * 2).unwrap_err().to_string();
    assert!(error.contains("expired on"), "{error}");
}

#[test]
fn only_analysts_sign_questions_and_only_small_ones() {
    let world = World::new();
    for (asker, bytes, expected) in [
        ("rocta/coordinator/1", QUESTION.to_vec(), "analyst was expected"),
        ("mps/node/1", QUESTION.to_vec(), "analyst was expected"),
        ("rocta/analyst/7", vec![0; 256 * 1024 + 1], "at most 262144"),
    ] {
        let error = sign_question(&bytes, &credentials(&world.issue(asker))).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_flipped_bit_breaks_the_signature(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let world = World::new();
        let good = signed(&world, "rocta/analyst/7");
        let mut bad = good.clone();
        bad.bytes[at.index(good.bytes.len())] ^= 1 << bit;
        prop_assert!(world.trust.check_question(&bad, now()).is_err());
        let mut bad = good.clone();
        bad.signature[at.index(good.signature.len())] ^= 1 << bit;
        prop_assert!(world.trust.check_question(&bad, now()).is_err());
        let mut bad = good.clone();
        bad.chain[0][at.index(good.chain[0].len())] ^= 1 << bit;
        prop_assert!(world.trust.check_question(&bad, now()).is_err());
    }
}
