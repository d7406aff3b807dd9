//! What a door shows to tools that know nothing of our names: an ordinary certificate for the name of its host. It is nobody in
//! the federation: it holds no name of ours, so that it opens nothing.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use rustls::InconsistentKeys;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use x509_parser::extensions::GeneralName;

use crate::pem::{self, PemError};
use crate::{IdentityError, SecretPem, certificate, crypto};

/// Why a certificate and a key can't be shown to tools.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// The certificate's text is not PEM.
    #[error("the certificate's file {0}")]
    CertificatePem(PemError),
    /// The key's text is not PEM.
    #[error("the key's file {0}")]
    KeyPem(PemError),
    /// The certificate can't be read.
    #[error(transparent)]
    Certificate(#[from] IdentityError),
    /// The certificate is not one of a host.
    #[error("the certificate {why}; issue one: bluelamp pki host")]
    NotAHosts {
        /// What it lacks, or has beside.
        why: &'static str,
    },
    /// The key is of a kind that we don't use.
    #[error("the private key is of no kind in use here; an ECDSA P-256 one is")]
    Key,
    /// The key belongs to another certificate.
    #[error("the private key does not belong to the certificate; were both files replaced?")]
    Mismatch,
}

/// A host's certificate with its chain, and its private key.
pub struct HostCertificate {
    certified: Arc<CertifiedKey>,
    hosts: Vec<String>,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl HostCertificate {
    /// From PEM text. The chain stands the host's certificate first; any authority that the tools trust may have issued it.
    pub fn from_pem(chain: &str, key: &SecretPem) -> Result<Self, HostError> {
        let chain = pem::certificates(chain).map_err(HostError::CertificatePem)?;
        let (hosts, (not_before, not_after)) = {
            let holder = chain.first().ok_or(IdentityError::NoCertificate)?;
            let parsed = certificate::parse(holder)?;
            let unreadable = |_| IdentityError::Unreadable { why: "it is not well-formed X.509" };
            let names = parsed.subject_alternative_name().map_err(unreadable)?;
            let names = names.map(|names| names.value.general_names.as_slice()).unwrap_or_default();
            if names.iter().any(|name| matches!(name, GeneralName::URI(_))) || parsed.is_ca() {
                return Err(HostError::NotAHosts {
                    why: "is somebody's of the federation, and a door shows a host's",
                });
            }
            let hosts: Vec<String> = names.iter().filter_map(host).collect();
            if hosts.is_empty() {
                return Err(HostError::NotAHosts { why: "names no host" });
            }
            let usage = parsed.extended_key_usage().map_err(unreadable)?;
            if !usage.is_some_and(|usage| usage.value.server_auth) {
                return Err(HostError::NotAHosts { why: "lacks the extended key usage serverAuth" });
            }
            (hosts, certificate::validity(&parsed)?)
        };
        let key = pem::private_key(key).map_err(HostError::KeyPem)?;
        let certified =
            CertifiedKey::from_der(chain, key, &crypto::provider()).map_err(|error| match error {
                rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => HostError::Mismatch,
                _ => HostError::Key,
            })?;
        Ok(Self { certified: Arc::new(certified), hosts, not_before, not_after })
    }

    /// The names and addresses that tools may call it by.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// Start of the certificate's validity.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// End of the certificate's validity: renew before.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }
}

fn host(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            four.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from)).ok().map(|ip| ip.to_string())
        }
        _ => None,
    }
}

impl fmt::Debug for HostCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostCertificate({}, key redacted)", self.hosts.join(", "))
    }
}

/// The host's certificate in use. Clones share it.
#[derive(Clone, Debug)]
pub struct HostStore(Arc<ArcSwap<HostCertificate>>);

impl HostStore {
    /// Starts with `certificate`.
    pub fn new(certificate: HostCertificate) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(certificate)))
    }

    /// The certificate as it is now.
    pub fn current(&self) -> Arc<HostCertificate> {
        self.0.load_full()
    }

    /// Shows `new` in every handshake from now on.
    pub fn rotate(&self, new: HostCertificate) {
        self.0.store(Arc::new(new));
    }
}

impl ResolvesServerCert for HostStore {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load().certified.clone())
    }
}
