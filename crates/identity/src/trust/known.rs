//! Certificates that an authority was found to vouch for, so that the same asker does not cost the same proof again.
//! A memory belongs to one bundle and is gone with it. It holds no verdict on time, standing or revocation: those are
//! asked anew on every use.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;

use super::Peer;

/// Most certificates that are remembered. When full it starts afresh, so that nobody can make it grow.
const KNOWN_MAX: usize = 1024;

/// A certificate's holder, as an authority of its own force vouches for it.
#[derive(Clone)]
pub(super) struct Vouched {
    pub(super) not_before: Timestamp,
    pub(super) peer: Peer,
}

/// Vouched certificates by their exact bytes. What was refused is never kept.
#[derive(Default)]
pub(super) struct Known(Mutex<HashMap<Vec<u8>, Vouched>>);

impl Known {
    pub(super) fn recall(&self, holder: &CertificateDer<'_>) -> Option<Vouched> {
        // A poisoned lock means no memory, not a wrong one.
        self.0.lock().ok()?.get(holder.as_ref()).cloned()
    }

    pub(super) fn keep(&self, holder: &CertificateDer<'_>, vouched: Vouched) {
        let Ok(mut known) = self.0.lock() else { return };
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(holder.to_vec(), vouched);
    }
}
