//! Two people, one question: who may approve, and what an approval is good for.

use identity::{Approval, SignedBytes, approve_question, sign_question};
use model::Standing;
use model::vocabulary::{Rank, Vetting};
use rcgen::SigningKey;

use crate::world::{DAY, World, crafted, credentials, name, now};

const QUESTION: &[u8] = b"somebody's life is in danger";

fn approved(world: &World, asker: &str, approval: Approval) -> SignedBytes {
    let signed = sign_question(QUESTION, &credentials(&world.issue(asker))).unwrap();
    SignedBytes { approval: Some(approval), ..signed }
}

fn by(world: &World, approver: &str, bytes: &[u8]) -> Approval {
    approve_question(bytes, &credentials(&world.issue(approver))).unwrap()
}

#[test]
fn a_second_analyst_of_the_same_force_approves() {
    let world = World::new();
    let signed = approved(&world, "rocta/analyst/7", by(&world, "rocta/analyst/8", QUESTION));
    let requester = world.trust.check_question(&signed, now()).unwrap();
    assert_eq!(requester.principal().approved_by, Some(name("rocta/analyst/8")));
    let alone = SignedBytes { approval: None, ..signed };
    assert_eq!(world.trust.check_question(&alone, now()).unwrap().principal().approved_by, None);
}

#[test]
fn nobody_else_approves_and_nothing_else() {
    let world = World::new();
    let revoked = world.issue("rocta/analyst/9");
    world.revoke("rocta", &revoked.serial);
    let question_signature = sign_question(QUESTION, &credentials(&world.issue("rocta/analyst/8"))).unwrap();
    let (der, key) = crafted(&world.rocta, "rocta/coordinator/1", |_| {});
    let message = [b"bluelamp approval v1\0", QUESTION].concat();
    let server = Approval { signature: key.sign(&message).unwrap(), chain: vec![der.to_vec()] };
    for (what, approval, expected) in [
        ("self", by(&world, "rocta/analyst/7", QUESTION), "a second person does"),
        ("another force", by(&world, "mps/analyst/1", QUESTION), "another force than the asker"),
        (
            "other bytes",
            by(&world, "rocta/analyst/8", b"another question"),
            "does not belong to what was signed",
        ),
        ("revoked", approve_question(QUESTION, &credentials(&revoked)).unwrap(), "is revoked"),
        ("a server", server, "analyst was expected"),
        (
            "a question's signature",
            Approval { signature: question_signature.signature, chain: question_signature.chain },
            "does not belong to what was signed",
        ),
        ("no chain", Approval { signature: vec![1], chain: vec![] }, "no certificate"),
    ] {
        let signed = approved(&world, "rocta/analyst/7", approval);
        let error = world.trust.check_question(&signed, now()).expect_err(what).to_string();
        assert!(error.starts_with("the approval: ") && error.contains(expected), "{what}: {error}");
    }
}

#[test]
fn two_names_for_one_key_are_one_person() {
    let world = World::new();
    let (der, key) = crafted(&world.rocta, "rocta/analyst/7", |_| {});
    let as_second_name = {
        let mut params = rcgen::CertificateParams::default();
        let at = |days: u64| {
            rcgen::date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(1_800_000_000 + days * 86_400)
        };
        (params.not_before, params.not_after) = (at(0), at(1));
        params.subject_alt_names = vec![crate::world::uri(&name("rocta/analyst/8").to_string())];
        params.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
        params.signed_by(&key, &crate::world::issuer(&world.rocta)).unwrap().der().to_vec()
    };
    let sign = |domain: &[u8]| key.sign(&[domain, QUESTION].concat()).unwrap();
    let signed = SignedBytes {
        bytes: QUESTION.to_vec(),
        signature: sign(b"bluelamp question v1\0"),
        chain: vec![der.to_vec()],
        approval: Some(Approval { signature: sign(b"bluelamp approval v1\0"), chain: vec![as_second_name] }),
        delegation: None,
    };
    let error = world.trust.check_question(&signed, now()).unwrap_err().to_string();
    assert!(error.contains("a second person does"), "{error}");
}

#[test]
fn what_a_force_says_of_its_analyst_reaches_policy_and_nothing_else_does() {
    let world = World::new();
    let said = Standing {
        unit: Some("economic-crime".parse().unwrap()),
        rank: Some(Rank::Inspector),
        vetting: Some(Vetting::SecurityCheck),
    };
    let asker = name("rocta/analyst/7");
    let issued = world.rocta.issue_with(&asker, &said, now(), DAY).unwrap();
    let signed = sign_question(QUESTION, &credentials(&issued)).unwrap();
    let principal = world.trust.check_question(&signed, now()).unwrap().principal();
    assert_eq!(principal.standing, said);
    let shown = identity::describe(&issued.certificate_pem).unwrap().to_string();
    for line in ["unit     economic-crime", "rank     inspector", "vetting  sc"] {
        assert!(shown.contains(line), "{shown}");
    }
    let plain = sign_question(QUESTION, &credentials(&world.issue("rocta/analyst/8"))).unwrap();
    assert!(world.trust.check_question(&plain, now()).unwrap().principal().standing.is_empty());
    let node = world.mps.issue_with(&name("mps/node/1"), &said, now(), DAY).unwrap_err().to_string();
    assert!(node.contains("only analysts"), "{node}");
}

#[test]
fn a_certificate_whose_facts_can_not_be_read_is_refused() {
    let world = World::new();
    for content in
        [vec![], vec![0x30, 0x01], b"\x30\x0d\x30\x0b\x06\x03\x55\x04\x0c\x31\x04\x0c\x02hi".to_vec()]
    {
        let (der, key) = crafted(&world.rocta, "rocta/analyst/7", |params| {
            let extension = rcgen::CustomExtension::from_oid_content(&[2, 5, 29, 9], content.clone());
            params.custom_extensions.push(extension);
        });
        let signature = key.sign(&[b"bluelamp question v1\0", QUESTION].concat()).unwrap();
        let signed = SignedBytes {
            bytes: QUESTION.to_vec(),
            signature,
            chain: vec![der.to_vec()],
            approval: None,
            delegation: None,
        };
        assert!(world.trust.check_question(&signed, now()).is_err(), "{content:?}");
    }
}
