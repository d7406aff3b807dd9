//! A small federation: mps, colp and rocta, with fresh authorities, at a fixed moment.

use std::sync::Arc;
use std::time::Duration;

use identity::{Acceptor, Authority, Bundle, CredentialStore, Credentials, Dialler, Issued, Member, Trust};
use jiff::{SignedDuration, Timestamp};
use model::{ForceId, Name, Role};
use rustls::time_provider::TimeProvider;
use rustls_pki_types::{CertificateDer, UnixTime};

pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The moment at which the tests live.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

pub(crate) fn force(name: &str) -> ForceId {
    name.parse().unwrap()
}

/// `mps/node/1` in full.
pub(crate) fn name(short: &str) -> Name {
    format!("spiffe://bluelamp/force/{short}").parse().unwrap()
}

pub(crate) fn authority(of: &str) -> Authority {
    Authority::mint(&force(of), now(), DAY * 365).unwrap()
}

pub(crate) fn member(authority: &Authority) -> Member {
    Member::new(authority.force().clone(), "A force", "a desk", authority.certificate_pem()).unwrap()
}

/// The federation.
pub(crate) struct World {
    pub(crate) mps: Authority,
    pub(crate) colp: Authority,
    pub(crate) rocta: Authority,
    pub(crate) trust: Trust,
}

impl World {
    pub(crate) fn new() -> Self {
        let (mps, colp, rocta) = (authority("mps"), authority("colp"), authority("rocta"));
        let bundle = Bundle::new(vec![member(&mps), member(&colp), member(&rocta)]).unwrap();
        Self { mps, colp, rocta, trust: Trust::new(bundle) }
    }

    pub(crate) fn issue(&self, short: &str) -> Issued {
        let name = name(short);
        let authority = match name.force().as_str() {
            "mps" => &self.mps,
            "colp" => &self.colp,
            _ => &self.rocta,
        };
        authority.issue(&name, now(), DAY).unwrap()
    }

    pub(crate) fn store(&self, short: &str) -> CredentialStore {
        CredentialStore::new(credentials(&self.issue(short)))
    }

    /// `short` accepting callers in the roles of `admits`.
    pub(crate) fn acceptor(&self, short: &str, admits: &[Role]) -> Acceptor {
        Acceptor::new(self.trust.clone(), self.store(short), admits).with_clock(clock())
    }

    /// `short` calling `force` in `role`.
    pub(crate) fn dialler(&self, short: &str, to: &str, role: Role) -> Dialler {
        Dialler::new(self.trust.clone(), self.store(short), force(to), role).with_clock(clock())
    }

    pub(crate) fn revoke(&self, of: &str, serial: &identity::Serial) {
        let bundle = Bundle::clone(&self.trust.bundle()).with_revoked(&force(of), serial.clone()).unwrap();
        self.trust.replace(bundle);
    }
}

pub(crate) fn credentials(issued: &Issued) -> Credentials {
    Credentials::from_pem(&issued.certificate_pem, &issued.key_pem).unwrap()
}

pub(crate) fn der(pem: &str) -> CertificateDer<'static> {
    use rustls_pki_types::pem::PemObject;
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

/// A certificate signed by `by` that no honest authority would issue. It starts as a good one for `short`.
pub(crate) fn crafted(
    by: &Authority,
    short: &str,
    change: impl FnOnce(&mut rcgen::CertificateParams),
) -> (CertificateDer<'static>, rcgen::KeyPair) {
    let at =
        |days: u64| rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(1_800_000_000 + days * 86_400);
    let mut params = rcgen::CertificateParams::default();
    (params.not_before, params.not_after) = (at(0), at(1));
    params.subject_alt_names = vec![uri(&name(short).to_string())];
    params.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages =
        vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth, rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    change(&mut params);
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    (params.signed_by(&key, &issuer(by)).unwrap().der().clone(), key)
}

pub(crate) fn issuer(authority: &Authority) -> rcgen::Issuer<'static, rcgen::KeyPair> {
    let key = rcgen::KeyPair::from_pem(authority.key_pem().reveal()).unwrap();
    rcgen::Issuer::from_ca_cert_pem(authority.certificate_pem(), key).unwrap()
}

pub(crate) fn uri(text: &str) -> rcgen::SanType {
    rcgen::SanType::URI(text.try_into().unwrap())
}

#[derive(Debug)]
struct Stopped;

impl TimeProvider for Stopped {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(now().as_second().unsigned_abs())))
    }
}

/// A clock that stands at [`now`].
pub(crate) fn clock() -> Arc<dyn TimeProvider> {
    Arc::new(Stopped)
}
