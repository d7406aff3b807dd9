//! Which certificate chains are believed. Invariant 8: each force's authority counts for its own names only.

use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, SanType};
use rustls_pki_types::CertificateDer;

use crate::world::{DAY, World, authority, crafted, der, name, now, uri};

type Chain = Vec<CertificateDer<'static>>;

/// Verifies every chain and compares the error with what it should say.
fn check(world: &World, cases: Vec<(&str, Chain, &str)>) {
    for (what, chain, expected) in cases {
        let error = world.trust.verify_chain(&chain, now()).expect_err(what).to_string();
        assert!(error.contains(expected), "{what}: {error:?} does not say {expected:?}");
    }
}

fn leaf(certificate: (CertificateDer<'static>, rcgen::KeyPair)) -> Chain {
    vec![certificate.0]
}

#[test]
fn a_force_can_not_vouch_for_another() {
    let world = World::new();
    let colp_der = der(world.colp.certificate_pem());
    let forged = crafted(&world.colp, "mps/node/1", |_| {}).0;
    let impostor = authority("mps");
    let btp = authority("btp");
    check(
        &world,
        vec![
            ("colp for mps", vec![forged.clone()], "the authority of mps did not issue this certificate"),
            ("colp for mps, its authority along", vec![forged, colp_der], "did not issue"),
            ("same subject, other key", leaf(crafted(&impostor, "mps/node/1", |_| {})), "did not issue"),
            ("no member", leaf(crafted(&btp, "btp/node/1", |_| {})), "btp is not a member"),
        ],
    );
}

#[test]
fn a_certificate_has_exactly_one_name() {
    let world = World::new();
    let named = |names: Vec<SanType>| {
        leaf(crafted(&world.mps, "mps/node/1", |params| params.subject_alt_names = names))
    };
    let own = || uri(&name("mps/node/1").to_string());
    let dns = || SanType::DnsName("node.mps.example".try_into().unwrap());
    let mail = || SanType::Rfc822Name("node@mps.example".try_into().unwrap());
    let address = || SanType::IpAddress([127, 0, 0, 1].into());
    let one = "exactly one name";
    check(
        &world,
        vec![
            ("none", named(vec![]), one),
            ("two URIs", named(vec![own(), uri("spiffe://bluelamp/force/mps/node/2")]), one),
            ("the same twice", named(vec![own(), own()]), one),
            ("DNS besides", named(vec![own(), dns()]), one),
            ("DNS before", named(vec![dns(), own()]), one),
            ("DNS only", named(vec![dns()]), one),
            ("mail besides", named(vec![own(), mail()]), one),
            ("address besides", named(vec![own(), address()]), one),
            ("another domain", named(vec![uri("spiffe://other/force/mps/node/1")]), "is not a name such as"),
            ("upper case", named(vec![uri("spiffe://bluelamp/force/MPS/node/1")]), "is not a name such as"),
            (
                "no role of ours",
                named(vec![uri("spiffe://bluelamp/force/mps/king/1")]),
                "is not a name such as",
            ),
            ("the authority itself", vec![der(world.mps.certificate_pem())], "is not a name such as"),
        ],
    );
}

#[test]
fn a_certificate_counts_in_its_time_only() {
    let world = World::new();
    let issued = der(&world.issue("mps/node/1").certificate_pem);
    for (at, expected) in [
        (now() - DAY, Some("is not valid before")),
        (now(), None),
        (now() + DAY, None),
        (now() + DAY + jiff::SignedDuration::from_secs(1), Some("expired on 2027-01-16T08:00:00Z; renew it")),
    ] {
        let verified = world.trust.verify_chain(std::slice::from_ref(&issued), at);
        match expected {
            None => assert!(verified.is_ok(), "{at}"),
            Some(words) => {
                let error = verified.unwrap_err().to_string();
                assert!(error.contains(words), "{error}");
            }
        }
    }
    // An authority that has ended vouches for nobody, whatever its certificates say.
    let (long, _) =
        crafted(&world.mps, "mps/node/1", |params| params.not_after = rcgen::date_time_ymd(2090, 1, 1));
    let error = world.trust.verify_chain(&[long], now() + DAY * 366).unwrap_err().to_string();
    assert!(error.contains("the authority of mps is valid from"), "{error}");
}

#[test]
fn a_certificate_serves_its_role_only() {
    use ExtendedKeyUsagePurpose::{Any, ClientAuth, ServerAuth};
    let world = World::new();
    let usages = |short: &str, usages: Vec<ExtendedKeyUsagePurpose>| {
        leaf(crafted(&world.mps, short, |params| params.extended_key_usages = usages))
    };
    check(
        &world,
        vec![
            (
                "node without usages",
                usages("mps/node/1", vec![]),
                "lacks the key usage serverAuth, which the role node needs",
            ),
            ("node that calls only", usages("mps/node/1", vec![ClientAuth]), "serverAuth"),
            ("node that serves only", usages("mps/node/1", vec![ServerAuth]), "clientAuth"),
            ("any usage", usages("mps/node/1", vec![Any]), "serverAuth"),
            ("coordinator that calls only", usages("mps/coordinator/1", vec![ClientAuth]), "serverAuth"),
            ("coordinator that serves only", usages("mps/coordinator/1", vec![ServerAuth]), "clientAuth"),
            ("analyst that serves only", usages("mps/analyst/1", vec![ServerAuth]), "clientAuth"),
            (
                "no digital signature",
                leaf(crafted(&world.mps, "mps/node/1", |p| {
                    p.key_usages = vec![KeyUsagePurpose::KeyAgreement]
                })),
                "digitalSignature",
            ),
            (
                "no key usage",
                leaf(crafted(&world.mps, "mps/node/1", |p| p.key_usages = vec![])),
                "digitalSignature",
            ),
            (
                "an authority under a holder's name",
                leaf(crafted(&world.mps, "mps/node/1", |p| {
                    p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)
                })),
                "an authority can't be a holder",
            ),
        ],
    );
}

#[test]
fn revoked_long_and_broken_chains_are_refused() {
    let world = World::new();
    let issued = world.issue("mps/node/1");
    let good = der(&issued.certificate_pem);
    let trailing = CertificateDer::from([good.as_ref(), b"\0"].concat());
    let cut = CertificateDer::from(good[..good.len() - 1].to_vec());
    // An authority issues itself: nobody below it may.
    let (middle, middle_key) = crafted(&world.mps, "mps/node/9", |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.extended_key_usages = vec![];
        params.distinguished_name.push(rcgen::DnType::CommonName, "middle");
    });
    let below = {
        let issuer = rcgen::Issuer::from_ca_cert_der(&middle, middle_key).unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.subject_alt_names = vec![uri("spiffe://bluelamp/force/mps/node/1")];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.signed_by(&rcgen::KeyPair::generate().unwrap(), &issuer).unwrap().der().clone()
    };
    world.revoke("colp", &issued.serial);
    assert!(
        world.trust.verify_chain(std::slice::from_ref(&good), now()).is_ok(),
        "colp revokes its own only"
    );
    world.revoke("mps", &issued.serial);
    check(
        &world,
        vec![
            ("revoked", vec![good.clone()], "is revoked"),
            ("empty", vec![], "no certificate"),
            ("long", vec![good.clone(); 5], "holds 5 certificates; at most 4"),
            ("garbage", vec![CertificateDer::from(b"garbage".to_vec())], "can't be read"),
            ("large", vec![CertificateDer::from(vec![0x30; 17 * 1024])], "larger than 16 KiB"),
            ("trailing", vec![trailing], "something follows it"),
            ("cut", vec![cut], "not well-formed"),
            ("issued below", vec![below, middle], "did not issue"),
        ],
    );
}
