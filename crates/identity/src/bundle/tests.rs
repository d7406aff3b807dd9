//! What makes a bundle and what is refused.

use jiff::{SignedDuration, Timestamp};
use model::ForceId;

use super::{Bundle, Member};
use crate::Authority;

fn force(name: &str) -> ForceId {
    name.parse().unwrap()
}

fn authority(name: &str) -> String {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    Authority::mint(&force(name), now, SignedDuration::from_hours(24)).unwrap().certificate_pem().to_owned()
}

fn entry(name: &str, authority: &str, more: &str) -> String {
    format!(
        "[[member]]\nforce = '{name}'\ntitle = 'The {name}'\ndesk = '{name} desk'\n{more}\nauthority = '''\n{authority}'''\n"
    )
}

#[test]
fn a_bundle_reads_back_what_it_wrote() {
    let text = entry("mps", &authority("mps"), "node = 'https://node.mps.example:7443'\nrevoked = ['0A:1b']")
        + &entry("rocta", &authority("rocta"), "coordinator = 'https://[::1]:7443'");
    let bundle = Bundle::read(&text, "federation.toml").unwrap();
    let again = Bundle::read(&bundle.to_toml().unwrap(), "again.toml").unwrap();
    for bundle in [&bundle, &again] {
        let mps = bundle.member(&force("mps")).unwrap();
        assert_eq!(mps.title(), "The mps");
        assert_eq!(mps.desk(), "mps desk");
        assert_eq!(mps.node().unwrap().to_string(), "https://node.mps.example:7443/");
        assert!(mps.coordinator().is_none());
        assert_eq!(mps.revoked().iter().map(|serial| serial.as_str()).collect::<Vec<_>>(), ["0a1b"]);
        assert_eq!(bundle.members().len(), 2);
    }
    assert_eq!(bundle.to_toml().unwrap(), again.to_toml().unwrap());
}

#[test]
fn members_are_added_replaced_and_their_certificates_revoked() {
    let one = |desk: &str| Member::new(force("mps"), "The Met", desk, &authority("mps")).unwrap();
    let bundle = Bundle::new(vec![one("old desk")]).unwrap().with_member(one("new desk")).unwrap();
    assert_eq!(bundle.members().len(), 1);
    assert_eq!(bundle.member(&force("mps")).unwrap().desk(), "new desk");
    let bundle = bundle.with_revoked(&force("mps"), "ff".parse().unwrap()).unwrap();
    assert_eq!(bundle.member(&force("mps")).unwrap().revoked().len(), 1);
    let error = bundle.with_revoked(&force("mpss"), "ff".parse().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "mpss is not a member of this federation; did you mean \"mps\"?");
}

#[test]
fn what_does_not_hold_together_is_refused_with_a_reason() {
    let (mps, colp) = (authority("mps"), authority("colp"));
    let nameless = {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
        params.self_signed(&key).unwrap().pem()
    };
    let no_authority = {
        let key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertificateParams::default().self_signed(&key).unwrap().pem()
    };
    let cases = [
        (String::new(), "no member"),
        (entry("mps", &mps, "") + &entry("mps", &mps, ""), "mps is a member twice"),
        (entry("mps", &nameless, "") + &entry("colp", &nameless, ""), "mps and colp have the same authority"),
        (entry("colp", &mps, ""), "member colp: its authority belongs to mps"),
        (entry("mps", &no_authority, ""), "is not an authority's certificate"),
        (entry("mps", "nothing", ""), "holds no certificate"),
        (entry("mps", "-----BEGIN CERTIFICATE-----\nAAAA\n", ""), "cut short or damaged"),
        (entry("mps", &mps, "nodee = 'x'"), "line 5: unknown key \"nodee\"; did you mean \"node\"?"),
        (entry("mps", &mps, "node = 'http://mps.example:7443'"), "member mps: node: must be an address"),
        (entry("mps", &mps, "node = 'https://mps.example'"), "must be an address"),
        (entry("mps", &mps, "node = 'https://mps.example:7443/path'"), "must be an address"),
        (entry("mps", &mps, "node = 'https://me@mps.example:7443'"), "must be an address"),
        (entry("mps", &mps, "revoked = ['xyz']"), "line 5: serial: must be"),
        (entry("MPS", &mps, ""), "line 2: force: "),
        (entry("mps", &mps, "").replace("The mps", "  "), "title: must be one line"),
        (entry("colp", &colp, "").replace("colp desk", &"x".repeat(201)), "desk: must be one line"),
    ];
    for (text, expected) in cases {
        let error = Bundle::read(&text, "federation.toml").unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?} does not say {expected:?}");
    }
}
