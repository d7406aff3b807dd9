//! Our own certificate and key, and the place from which every handshake takes the present ones, so that they
//! rotate without a restart.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use model::Name;
use rustls::client::ResolvesClientCert;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{InconsistentKeys, SignatureScheme};

use crate::certificate::Leaf;
use crate::pem::{self, PemError};
use crate::{IdentityError, SecretPem, Serial, crypto};

/// Why a certificate and a key can't be used together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// The certificate's text is not PEM.
    #[error("the certificate's file {0}")]
    CertificatePem(PemError),
    /// The key's text is not PEM.
    #[error("the key's file {0}")]
    KeyPem(PemError),
    /// The certificate is not one that the federation would accept.
    #[error(transparent)]
    Certificate(#[from] IdentityError),
    /// The key is of a kind that we don't use.
    #[error("the private key is of no kind in use here; issue an ECDSA P-256 one")]
    Key,
    /// The key belongs to another certificate.
    #[error("the private key does not belong to the certificate; were both files replaced?")]
    Mismatch,
    /// A rotation would change who we are.
    #[error("the new certificate is {new}, the present one {present}; a rotation keeps the name")]
    OtherName {
        /// The name in use.
        present: Name,
        /// The name in the new certificate.
        new: Name,
    },
}

/// A certificate with its chain, and its private key.
pub struct Credentials {
    leaf: Leaf,
    certified: Arc<CertifiedKey>,
}

impl Credentials {
    /// From PEM text. The chain stands holder's certificate first.
    pub fn from_pem(chain: &str, key: &SecretPem) -> Result<Self, CredentialsError> {
        let chain = pem::certificates(chain).map_err(CredentialsError::CertificatePem)?;
        let holder = chain.first().ok_or(IdentityError::NoCertificate)?;
        if chain.len() > crate::trust::CHAIN_MAX {
            let (given, max) = (chain.len(), crate::trust::CHAIN_MAX);
            return Err(IdentityError::ChainTooLong { given, max }.into());
        }
        let leaf = Leaf::read(holder)?;
        let key = pem::private_key(key).map_err(CredentialsError::KeyPem)?;
        let certified =
            CertifiedKey::from_der(chain, key, &crypto::provider()).map_err(|error| match error {
                rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => CredentialsError::Mismatch,
                _ => CredentialsError::Key,
            })?;
        Ok(Self { leaf, certified: Arc::new(certified) })
    }

    /// Who we are.
    pub fn name(&self) -> &Name {
        &self.leaf.name
    }

    /// The certificate's serial.
    pub fn serial(&self) -> &Serial {
        &self.leaf.serial
    }

    /// Start of the certificate's validity.
    pub fn not_before(&self) -> Timestamp {
        self.leaf.not_before
    }

    /// End of the certificate's validity: renew before.
    pub fn not_after(&self) -> Timestamp {
        self.leaf.not_after
    }

    pub(crate) fn certified(&self) -> &CertifiedKey {
        &self.certified
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, serial {}, key redacted)", self.leaf.name, self.leaf.serial)
    }
}

/// The credentials in use. Clones share them.
#[derive(Clone)]
pub struct CredentialStore {
    current: Arc<ArcSwap<Credentials>>,
}

impl CredentialStore {
    /// Starts with `credentials`.
    pub fn new(credentials: Credentials) -> Self {
        Self { current: Arc::new(ArcSwap::from_pointee(credentials)) }
    }

    /// The credentials as they are now.
    pub fn current(&self) -> Arc<Credentials> {
        self.current.load_full()
    }

    /// Uses `new` in every handshake from now on. The name stays: whoever expects us expects that name.
    pub fn rotate(&self, new: Credentials) -> Result<(), CredentialsError> {
        let present = self.current();
        if new.name() != present.name() {
            return Err(CredentialsError::OtherName {
                present: present.name().clone(),
                new: new.name().clone(),
            });
        }
        self.current.store(Arc::new(new));
        Ok(())
    }
}

impl fmt::Debug for CredentialStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.current.load().fmt(f)
    }
}

impl ResolvesServerCert for CredentialStore {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load().certified.clone())
    }
}

impl ResolvesClientCert for CredentialStore {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load().certified.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}
