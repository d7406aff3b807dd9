//! A private key as PEM text that never shows itself: not in debug output, not in errors, and wiped from
//! memory when it is dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A private key in PEM.
#[derive(Clone)]
pub struct SecretPem(Zeroizing<String>);

impl SecretPem {
    /// Takes PEM text into custody.
    pub fn new(pem: String) -> Self {
        Self(Zeroizing::new(pem))
    }

    /// The text itself, for whoever writes the key to its file or parses it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretPem(redacted)")
    }
}
