//! A force's authority as the other members hold it: its certificate only, which vouches for the force's
//! own names (invariant 8).

use jiff::Timestamp;
use model::ForceId;
use rustls_pki_types::{CertificateDer, TrustAnchor};

use crate::certificate;

/// One authority certificate, ready to verify chains.
#[derive(Debug, Clone)]
pub(crate) struct Anchor {
    anchor: TrustAnchor<'static>,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
}

impl Anchor {
    /// Reads the authority certificate of `force`; the error completes the phrase "its authority …".
    pub(crate) fn read(der: &CertificateDer<'_>, force: &ForceId) -> Result<Self, String> {
        let parsed = certificate::parse(der).map_err(|error| format!("can't be used: {error}"))?;
        let signs = parsed.key_usage().ok().flatten().is_some_and(|usage| usage.value.key_cert_sign());
        if !parsed.is_ca() || !signs {
            return Err("is not an authority's certificate (CA with keyCertSign); \
                        take the one that `bluelamp pki init` wrote"
                .to_owned());
        }
        match certificate::authority_force(&parsed) {
            Some(named) if named != *force => {
                return Err(format!("belongs to {named}; every force has its own"));
            }
            _ => {}
        }
        let (not_before, not_after) =
            certificate::validity(&parsed).map_err(|error| format!("can't be used: {error}"))?;
        let anchor = webpki::anchor_from_trusted_cert(der)
            .map_err(|error| format!("can't be used: {error}"))?
            .to_owned();
        Ok(Self { anchor, not_before, not_after })
    }

    pub(crate) fn trust_anchor(&self) -> &TrustAnchor<'static> {
        &self.anchor
    }

    /// The authority's public key, which tells authorities apart.
    pub(crate) fn key(&self) -> &[u8] {
        self.anchor.subject_public_key_info.as_ref()
    }

    pub(crate) fn valid_at(&self, now: Timestamp) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}
