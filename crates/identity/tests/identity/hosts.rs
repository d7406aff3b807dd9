//! What a door shows to tools: a certificate for its host's name, which is nobody in the federation.

use identity::{Credentials, HostCertificate};

use crate::world::{DAY, World, now};

fn hosts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn an_authority_vouches_for_a_hosts_names_and_addresses() {
    let world = World::new();
    let names = hosts(&["door.rocta.example", "10.0.0.7", "::1"]);
    let issued = world.rocta.issue_host(&names, now(), DAY).unwrap();
    let shown = HostCertificate::from_pem(&issued.certificate_pem, &issued.key_pem).unwrap();
    assert_eq!(shown.hosts(), names);
    assert_eq!((shown.not_after(), issued.not_after), (now() + DAY, now() + DAY));
    for wrong in [
        "",
        "door rocta",
        "-door.example",
        "door..example",
        "*.example",
        "https://door.example",
        "dóor.example",
    ] {
        let error = world.rocta.issue_host(&hosts(&[wrong]), now(), DAY).unwrap_err().to_string();
        assert!(error.contains("is no name or address of a host"), "{wrong}: {error}");
    }
    assert!(world.rocta.issue_host(&[], now(), DAY).is_err());
    assert!(
        world
            .rocta
            .issue_host(&names, now(), DAY * 1000)
            .unwrap_err()
            .to_string()
            .contains("its authority ends")
    );
}

#[test]
fn a_host_is_nobody_and_nobody_is_a_host() {
    let world = World::new();
    let host = world.rocta.issue_host(&hosts(&["door.rocta.example"]), now(), DAY).unwrap();
    let error = Credentials::from_pem(&host.certificate_pem, &host.key_pem).unwrap_err().to_string();
    assert!(error.contains("exactly one name, a URI"), "{error}");
    let coordinator = world.issue("rocta/coordinator/1");
    for (certificate, key, expected) in [
        (coordinator.certificate_pem.as_str(), &coordinator.key_pem, "is somebody's of the federation"),
        (world.rocta.certificate_pem(), world.rocta.key_pem(), "is somebody's of the federation"),
        (host.certificate_pem.as_str(), &coordinator.key_pem, "does not belong to the certificate"),
        ("nothing", &host.key_pem, "holds no certificate"),
    ] {
        let error = HostCertificate::from_pem(certificate, key).unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?} does not say {expected:?}");
    }
    let shown = HostCertificate::from_pem(&host.certificate_pem, &host.key_pem).unwrap();
    assert!(!format!("{shown:?}").contains("PRIVATE"));
}
