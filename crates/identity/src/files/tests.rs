//! Modes, refusals and words of files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn secret(text: &str) -> SecretPem {
    SecretPem::new(text.to_owned())
}

#[test]
fn a_private_key_is_its_owners_only_and_never_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("keys");
    secret_folder(&inner).unwrap();
    secret_folder(&inner).unwrap();
    assert_eq!(mode(&inner), 0o700);
    let path = inner.join("node.key");
    write_secret(&path, &secret("first"), Existing::Keep).unwrap();
    assert_eq!(mode(&path), 0o600);
    let error = write_secret(&path, &secret("second"), Existing::Keep).unwrap_err().to_string();
    assert!(error.contains("node.key: exists already"), "{error}");
    assert_eq!(read_secret(&path).unwrap().reveal(), "first");
    write_secret(&path, &secret("third"), Existing::Replace).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(read_secret(&path).unwrap().reveal(), "third");
    assert_eq!(fs::read_dir(&inner).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_key_that_others_can_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.key");
    write_secret(&path, &secret("key"), Existing::Keep).unwrap();
    for (mode, accepted) in [
        (0o600, true),
        (0o400, true),
        (0o440, true),
        (0o640, true),
        (0o660, false),
        (0o644, false),
        (0o604, false),
        (0o602, false),
        (0o777, false),
    ] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let read = read_secret(&path);
        assert_eq!(read.is_ok(), accepted, "{mode:o}");
        if let Err(error) = read {
            assert!(error.to_string().ends_with(&format!("(mode {mode:o}); run chmod 600 on it")), "{error}");
        }
    }
}

#[test]
fn errors_name_the_file_and_never_quote_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let mint =
        |force: &str| Authority::mint(&force.parse().unwrap(), now, SignedDuration::from_hours(48)).unwrap();
    let (mps, colp) = (mint("mps"), mint("colp"));
    let node = mps
        .issue(&"spiffe://bluelamp/force/mps/node/1".parse().unwrap(), now, SignedDuration::from_hours(1))
        .unwrap();
    let broken_key = node.key_pem.reveal().replace("-----END PRIVATE KEY-----", "");
    for (name, text) in [
        ("node.pem", node.certificate_pem.as_str()),
        ("ca.pem", mps.certificate_pem()),
        ("empty.pem", ""),
        ("bundle.toml", "[[member]]\nforce = 'mps'\nnod = 'x'\n"),
    ] {
        write_public(&at(name), text, Existing::Keep).unwrap();
    }
    for (name, key) in [
        ("node.key", node.key_pem.clone()),
        ("ca.key", mps.key_pem().clone()),
        ("colp.key", colp.key_pem().clone()),
        ("broken.key", secret(&broken_key)),
        ("two.key", secret(&node.key_pem.reveal().repeat(2))),
    ] {
        write_secret(&at(name), &key, Existing::Keep).unwrap();
    }
    assert_eq!(read_credentials(&at("node.pem"), &at("node.key")).unwrap().serial(), &node.serial);
    assert_eq!(read_authority(&at("ca.pem"), &at("ca.key")).unwrap().force().as_str(), "mps");

    let credentials = |pem: &str, key: &str| read_credentials(&at(pem), &at(key)).map(|_| ());
    let authority = |pem: &str, key: &str| read_authority(&at(pem), &at(key)).map(|_| ());
    let cases = [
        (credentials("gone.pem", "node.key"), "gone.pem: can't be read: No such file"),
        (credentials("empty.pem", "node.key"), "empty.pem: the certificate's file holds no certificate"),
        (credentials("ca.pem", "ca.key"), "ca.pem: the certificate's URI"),
        (credentials("node.pem", "ca.key"), "ca.key: the private key does not belong"),
        (credentials("node.pem", "broken.key"), "broken.key: the key's file holds PEM that is cut short"),
        (credentials("node.pem", "two.key"), "two.key: the key's file holds more than one"),
        (authority("ca.pem", "colp.key"), "colp.key: the private key does not belong"),
        (authority("ca.pem", "broken.key"), "broken.key: the authority's private key can't be read"),
        (authority("node.pem", "node.key"), "node.pem: the certificate is not a force's authority"),
        (
            read_bundle(&at("bundle.toml")).map(|_| ()),
            "bundle.toml: line 3: unknown key \"nod\"; did you mean \"node\"?",
        ),
    ];
    let body = node.key_pem.reveal().lines().nth(1).unwrap().to_owned();
    for (result, expected) in cases {
        let error = result.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(error.to_string().contains(expected), "{error} does not say {expected:?}");
        assert!(!said.contains(&body), "a key leaked into {expected:?}");
    }
}
