//! Delegations on the wire and as the line that tools send along.

use std::collections::BTreeSet;

use api::delegation::{decode, encode, from_text, to_text};
use api::v1;
use jiff::{SignedDuration, Timestamp};
use model::vocabulary::LegalBasis;
use model::{Delegation, DelegationId, Purpose, Refusal};
use proptest::prelude::*;
use prost::Message;
use uuid::Uuid;

fn delegation() -> Delegation {
    Delegation {
        id: DelegationId(Uuid::now_v7()),
        asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
        door: "spiffe://bluelamp/force/rocta/coordinator/1".parse().unwrap(),
        purpose: Purpose::Prevention,
        operation: "Op Lantern".parse().unwrap(),
        legal_basis: Some(LegalBasis::CommonLaw),
        audience: ["mps", "colp"].iter().map(|force| force.parse().unwrap()).collect::<BTreeSet<_>>(),
        issued_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(8),
        questions_max: 200,
    }
}

#[test]
fn a_delegation_survives_the_wire() {
    let plain = Delegation { legal_basis: None, ..delegation() };
    for given in [delegation(), plain] {
        assert_eq!(decode(&encode(&given)).unwrap(), given);
    }
}

/// Changes the encoded form of a sound delegation, and returns what a node makes of it.
fn check(expected: (Refusal, &str), change: impl FnOnce(&mut v1::Delegation)) {
    let mut wire = v1::Delegation::decode(encode(&delegation()).as_slice()).unwrap();
    change(&mut wire);
    let error = decode(&wire.encode_to_vec()).unwrap_err();
    assert_eq!((error.refusal(), error.field()), expected, "{error}");
}

#[test]
fn what_is_wrong_with_a_delegation_is_told_by_its_field() {
    use Refusal::{Incompatible, Malformed};
    check((Incompatible, "delegation.revision"), |d| d.revision = 99);
    check((Malformed, "delegation.id"), |d| d.id.clear());
    check((Malformed, "delegation.id"), |d| d.id = Uuid::new_v4().as_bytes().to_vec());
    check((Malformed, "name"), |d| d.asker = "nobody".to_owned());
    check((Malformed, "name"), |d| d.door = String::new());
    check((Malformed, "delegation.purpose"), |d| d.purpose = 0);
    check((Incompatible, "delegation.purpose"), |d| d.purpose = 99);
    check((Malformed, "operation"), |d| d.operation = "x".to_owned());
    check((Incompatible, "legal_basis"), |d| d.legal_basis = 99);
    check((Malformed, "audience"), |d| d.audience.clear());
    check((Malformed, "delegation.issued_at_ms"), |d| d.issued_at_ms = i64::MAX);
    check((Malformed, "delegation.expires_at_ms"), |d| d.expires_at_ms = i64::MIN);
    check((Malformed, "delegation.questions_max"), |d| d.questions_max = 0);
    check((Malformed, "delegation.questions_max"), |d| d.questions_max = 1_001);
    let mut newer = encode(&delegation());
    newer.extend([0xfa, 0x01, 0x01, b'x']);
    assert_eq!(decode(&newer).unwrap_err().refusal(), Incompatible, "a field of a later version");
}

#[test]
fn the_line_that_tools_send_is_read_back_and_nothing_else_is() {
    let signed = v1::SignedDelegation {
        delegation: encode(&delegation()),
        signature: vec![7; 71],
        chain: vec![vec![8; 600]],
    };
    let line = to_text(&signed);
    assert!(line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{line}");
    assert_eq!(from_text(&line).unwrap(), signed);
    assert_eq!(from_text(&format!("{line}\n")).unwrap(), signed, "as it stands in a file");
    for broken in ["not base64!", "AAAA", &"A".repeat(7_000)] {
        assert_eq!(from_text(broken).unwrap_err().field(), "delegation", "{broken:.20}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_and_no_line_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..300), line in ".{0,200}") {
        let _ = decode(&bytes);
        let _ = from_text(&line);
    }
}
