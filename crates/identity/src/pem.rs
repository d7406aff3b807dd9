//! PEM text to DER and back to words when it can't be read. The words never quote the text: the broken line
//! may be a piece of a key.

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::SecretPem;

/// Why PEM text could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// A section is broken.
    #[error("holds PEM that is cut short or damaged; copy the file again")]
    Damaged,
    /// No certificate in it.
    #[error("holds no certificate; the text between BEGIN CERTIFICATE and END CERTIFICATE is needed")]
    NoCertificate,
    /// No private key in it.
    #[error("holds no private key; the text between BEGIN PRIVATE KEY and END PRIVATE KEY is needed")]
    NoKey,
    /// Several private keys in it.
    #[error("holds more than one private key; keep one key to a file")]
    SeveralKeys,
}

/// Every certificate in `text`, in order; at least one.
pub(crate) fn certificates(text: &str) -> Result<Vec<CertificateDer<'static>>, PemError> {
    let found = CertificateDer::pem_slice_iter(text.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| PemError::Damaged)?;
    if found.is_empty() { Err(PemError::NoCertificate) } else { Ok(found) }
}

/// The one private key in `secret`.
pub(crate) fn private_key(secret: &SecretPem) -> Result<PrivateKeyDer<'static>, PemError> {
    let mut found = PrivateKeyDer::pem_slice_iter(secret.reveal().as_bytes());
    let key = found.next().ok_or(PemError::NoKey)?.map_err(|_| PemError::Damaged)?;
    if found.next().is_some() { Err(PemError::SeveralKeys) } else { Ok(key) }
}
