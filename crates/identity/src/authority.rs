//! A force's own authority: it vouches for the force's names and refuses any other's (invariant 8).

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use model::{ForceId, Name, Role, Standing};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData, SanType, SerialNumber,
};

use crate::certificate::{self, Side, sides};
use crate::pem::{self, PemError};
use crate::{IdentityError, SecretPem, Serial, crypto, standing};

/// Why an authority could not be made, loaded or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// The certificate's text is not PEM.
    #[error("the authority's certificate file {0}")]
    CertificatePem(PemError),
    /// The certificate can't be read.
    #[error("the authority's certificate: {0}")]
    Certificate(IdentityError),
    /// The certificate is no authority's.
    #[error("the certificate is not a force's authority; take the one that `bluelamp pki init` wrote")]
    NotAnAuthority,
    /// The key can't be read.
    #[error("the authority's private key can't be read; take the one that `bluelamp pki init` wrote")]
    Key,
    /// The key belongs to another certificate.
    #[error("the private key does not belong to the authority's certificate")]
    Mismatch,
    /// A name of another force.
    #[error("the authority of {force} can't vouch for {name}: only {} can", .name.force())]
    OtherForce {
        /// The force of this authority.
        force: ForceId,
        /// The name that was asked for.
        name: Name,
    },
    /// The certificate would be valid when its authority is not.
    #[error(
        "the certificate would be valid to {until}, but its authority ends {authority}; choose a shorter time or renew the authority"
    )]
    Outlives {
        /// End of the certificate's validity.
        until: Timestamp,
        /// End of the authority's validity.
        authority: Timestamp,
    },
    /// A server has no unit, rank or vetting.
    #[error("{name}: only analysts have a unit, a rank or vetting")]
    NotAPerson {
        /// The name that it was said of.
        name: Name,
    },
    /// Not a host.
    #[error("{given:?} is no name or address of a host, such as door.rocta.example or 10.0.0.7")]
    NotAHost {
        /// What was given.
        given: String,
    },
    /// No such time.
    #[error("the validity must be longer than nothing, after 1970 and before 9999")]
    Time,
    /// The cryptography failed.
    #[error("the certificate could not be made: {why}")]
    Making {
        /// The library's reason.
        why: String,
    },
}

/// A force's authority with its private key.
pub struct Authority {
    force: ForceId,
    certificate_pem: String,
    key_pem: SecretPem,
    not_after: Timestamp,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate for one name, with its new private key.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The certificate. No chain is needed: peers hold the authority's.
    pub certificate_pem: String,
    /// The private key.
    pub key_pem: SecretPem,
    /// The certificate's serial, by which it can be revoked.
    pub serial: Serial,
    /// End of its validity.
    pub not_after: Timestamp,
}

/// Validity starts a little early, for clocks that run behind.
const HEAD_START: SignedDuration = SignedDuration::from_mins(5);

impl Authority {
    /// Makes a new authority for `force`, valid for `valid` from `now`.
    pub fn mint(force: &ForceId, now: Timestamp, valid: SignedDuration) -> Result<Self, AuthorityError> {
        let key = new_key()?;
        let mut params = blank(now, valid)?;
        params.subject_alt_names = vec![uri(&certificate::authority_uri(force))?];
        params.distinguished_name.push(DnType::OrganizationName, force.as_str());
        params.distinguished_name.push(DnType::CommonName, "Bluelamp authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(making)?;
        let key_pem = SecretPem::new(key.serialize_pem());
        Self::load(&certificate.pem(), &key_pem)
    }

    /// Loads an authority from its certificate and its key.
    pub fn load(certificate_pem: &str, key_pem: &SecretPem) -> Result<Self, AuthorityError> {
        let ders = pem::certificates(certificate_pem).map_err(AuthorityError::CertificatePem)?;
        let [der] = ders.as_slice() else { return Err(AuthorityError::NotAnAuthority) };
        let parsed = certificate::parse(der).map_err(AuthorityError::Certificate)?;
        let force = certificate::authority_force(&parsed).ok_or(AuthorityError::NotAnAuthority)?;
        let (_, not_after) = certificate::validity(&parsed).map_err(AuthorityError::Certificate)?;
        let key = KeyPair::from_pem(key_pem.reveal()).map_err(|_| AuthorityError::Key)?;
        if key.subject_public_key_info() != parsed.public_key().raw {
            return Err(AuthorityError::Mismatch);
        }
        let issuer = Issuer::from_ca_cert_der(der, key).map_err(making)?;
        Ok(Self {
            force,
            certificate_pem: certificate_pem.to_owned(),
            key_pem: key_pem.clone(),
            not_after,
            issuer,
        })
    }

    /// The force whose names it vouches for.
    pub fn force(&self) -> &ForceId {
        &self.force
    }

    /// Its certificate, for the bundle.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Its private key, for its file and nowhere else.
    pub fn key_pem(&self) -> &SecretPem {
        &self.key_pem
    }

    /// End of its validity.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Issues a certificate with a new key to `name`, valid for `valid` from `now`.
    pub fn issue(
        &self,
        name: &Name,
        now: Timestamp,
        valid: SignedDuration,
    ) -> Result<Issued, AuthorityError> {
        self.issue_with(name, &Standing::default(), now, valid)
    }

    /// The same to an analyst, with what the force says of them.
    pub fn issue_with(
        &self,
        name: &Name,
        said: &Standing,
        now: Timestamp,
        valid: SignedDuration,
    ) -> Result<Issued, AuthorityError> {
        if name.force() != &self.force {
            return Err(AuthorityError::OtherForce { force: self.force.clone(), name: name.clone() });
        }
        if name.role() != Role::Analyst && !said.is_empty() {
            return Err(AuthorityError::NotAPerson { name: name.clone() });
        }
        let key = new_key()?;
        let mut params = self.holder(now, valid)?;
        params.subject_alt_names = vec![uri(&name.to_string())?];
        params.distinguished_name.push(DnType::OrganizationName, name.force().as_str());
        params.distinguished_name.push(DnType::OrganizationalUnitName, name.role().as_str());
        params.distinguished_name.push(DnType::CommonName, name.id());
        params.extended_key_usages = sides(name.role())
            .iter()
            .map(|side| match side {
                Side::Serves => ExtendedKeyUsagePurpose::ServerAuth,
                Side::Calls => ExtendedKeyUsagePurpose::ClientAuth,
            })
            .collect();
        if let Some(content) = standing::encode(said) {
            params.custom_extensions.push(CustomExtension::from_oid_content(standing::EXTENSION, content));
        }
        let certificate = params.signed_by(&key, &self.issuer).map_err(making)?;
        let leaf = certificate::Leaf::read(certificate.der()).map_err(AuthorityError::Certificate)?;
        Ok(Issued {
            certificate_pem: certificate.pem(),
            key_pem: SecretPem::new(key.serialize_pem()),
            serial: leaf.serial,
            not_after: leaf.not_after,
        })
    }

    /// Issues a certificate with a new key for the names and addresses of a host, which a door shows to tools. It holds no name
    /// of ours and is nobody in the federation.
    pub fn issue_host(
        &self,
        hosts: &[String],
        now: Timestamp,
        valid: SignedDuration,
    ) -> Result<Issued, AuthorityError> {
        let first = hosts.first().ok_or_else(|| AuthorityError::NotAHost { given: String::new() })?;
        let key = new_key()?;
        let mut params = self.holder(now, valid)?;
        params.subject_alt_names = hosts.iter().map(|host| host_name(host)).collect::<Result<_, _>>()?;
        params.distinguished_name.push(DnType::OrganizationName, self.force.as_str());
        params.distinguished_name.push(DnType::CommonName, first.as_str());
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &self.issuer).map_err(making)?;
        let parsed = certificate::parse(certificate.der()).map_err(AuthorityError::Certificate)?;
        let (_, not_after) = certificate::validity(&parsed).map_err(AuthorityError::Certificate)?;
        Ok(Issued {
            certificate_pem: certificate.pem(),
            key_pem: SecretPem::new(key.serialize_pem()),
            serial: certificate::serial(&parsed),
            not_after,
        })
    }

    /// What certificates of holders have in common. None outlives its authority.
    fn holder(&self, now: Timestamp, valid: SignedDuration) -> Result<CertificateParams, AuthorityError> {
        let until =
            seconds(now).and_then(|from| from.checked_add(valid).map_err(|_| AuthorityError::Time))?;
        if until > self.not_after {
            return Err(AuthorityError::Outlives { until, authority: self.not_after });
        }
        let mut params = blank(now, valid)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        Ok(params)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority({}, key redacted)", self.force)
    }
}

fn making(error: rcgen::Error) -> AuthorityError {
    AuthorityError::Making { why: error.to_string() }
}

fn new_key() -> Result<KeyPair, AuthorityError> {
    KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).map_err(making)
}

fn uri(text: &str) -> Result<SanType, AuthorityError> {
    Ok(SanType::URI(text.try_into().map_err(making)?))
}

/// A host's name or address as certificates hold it.
fn host_name(host: &str) -> Result<SanType, AuthorityError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let plain = |part: &str| {
        let hyphens = part.starts_with('-') || part.ends_with('-');
        !part.is_empty()
            && part.len() <= 63
            && !hyphens
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if host.len() > 253 || !host.split('.').all(plain) {
        return Err(AuthorityError::NotAHost { given: host.chars().take(100).collect() });
    }
    Ok(SanType::DnsName(host.try_into().map_err(making)?))
}

/// A certificate's parameters with a validity and a random serial, and nothing else.
fn blank(now: Timestamp, valid: SignedDuration) -> Result<CertificateParams, AuthorityError> {
    if !valid.is_positive() {
        return Err(AuthorityError::Time);
    }
    let moment = |at: Timestamp| {
        let since = u64::try_from(at.as_second()).map_err(|_| AuthorityError::Time)?;
        Ok(rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(since))
    };
    let mut params = CertificateParams::default();
    params.not_before = moment(now.checked_sub(HEAD_START).map_err(|_| AuthorityError::Time)?)?;
    params.not_after = moment(now.checked_add(valid).map_err(|_| AuthorityError::Time)?)?;
    params.serial_number = Some(random_serial()?);
    params.distinguished_name = DistinguishedName::new();
    Ok(params)
}

/// `at` as certificates hold it, in whole seconds.
fn seconds(at: Timestamp) -> Result<Timestamp, AuthorityError> {
    Timestamp::from_second(at.as_second()).map_err(|_| AuthorityError::Time)
}

/// 126 random bits in 16 bytes: positive, and never with leading zeros.
fn random_serial() -> Result<SerialNumber, AuthorityError> {
    let mut bytes = [0_u8; 16];
    crypto::provider()
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| AuthorityError::Making { why: "the system gives no random bytes".to_owned() })?;
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    Ok(SerialNumber::from_slice(&bytes))
}
