//! Who is trusted, now: the bundle, shared by every listener and connector and replaceable while they run.
//!
//! A name is believed only when the authority of the force *in that name* vouches for it (invariant 8).

mod chain;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use model::Name;
use rustls_pki_types::CertificateDer;

use crate::bundle::Bundle;
use crate::certificate::Leaf;
use crate::{IdentityError, Serial};

/// Longest chain that is looked at.
pub const CHAIN_MAX: usize = 4;

/// The trusted members of the federation. Clones share one bundle.
#[derive(Clone)]
pub struct Trust {
    bundle: Arc<ArcSwap<Bundle>>,
}

impl Trust {
    /// Trusts the members of `bundle`.
    pub fn new(bundle: Bundle) -> Self {
        Self { bundle: Arc::new(ArcSwap::from_pointee(bundle)) }
    }

    /// Trusts the members of `bundle` from now on, and nobody else. Open connections are held to it by
    /// [`Trust::standing`].
    pub fn replace(&self, bundle: Bundle) {
        self.bundle.store(Arc::new(bundle));
    }

    /// The bundle as it is now.
    pub fn bundle(&self) -> Arc<Bundle> {
        self.bundle.load_full()
    }

    /// Verifies a chain, holder's certificate first; what follows it is not needed. The only place that makes a
    /// [`Peer`].
    pub fn verify_chain(&self, chain: &[CertificateDer<'_>], now: Timestamp) -> Result<Peer, IdentityError> {
        let holder = chain.first().ok_or(IdentityError::NoCertificate)?;
        if chain.len() > CHAIN_MAX {
            return Err(IdentityError::ChainTooLong { given: chain.len(), max: CHAIN_MAX });
        }
        let leaf = Leaf::read(holder)?;
        let bundle = self.bundle.load();
        let home = bundle.home(&leaf.name)?;
        in_time(&leaf, now)?;
        let authority = chain::vouching(home.anchors(), &leaf.name, holder, now)?;
        let peer = Peer {
            not_after: leaf.not_after,
            vouched_by: authority.key().into(),
            name: leaf.name,
            serial: leaf.serial,
        };
        not_revoked(&bundle, &peer)?;
        Ok(peer)
    }

    /// Whether `peer`, verified earlier, still counts: its force is a member, its authority is still that
    /// force's, its certificate has not expired and is not revoked. Asked on every call, since a connection
    /// outlives a change of the bundle.
    pub fn standing(&self, peer: &Peer, now: Timestamp) -> Result<(), IdentityError> {
        let bundle = self.bundle.load();
        let home = bundle.home(&peer.name)?;
        if now > peer.not_after {
            return Err(IdentityError::Expired { name: peer.name.clone(), since: peer.not_after });
        }
        let authority = home
            .anchors()
            .iter()
            .find(|anchor| anchor.key() == &*peer.vouched_by)
            .ok_or_else(|| IdentityError::AuthorityReplaced { name: peer.name.clone() })?;
        chain::authority_in_time(authority, &peer.name, now)?;
        not_revoked(&bundle, peer)
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bundle = self.bundle.load();
        f.debug_set().entries(bundle.members().iter().map(crate::Member::force)).finish()
    }
}

/// The other end of a connection, or the signer of a question, once verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Peer {
    name: Name,
    serial: Serial,
    not_after: Timestamp,
    vouched_by: Arc<[u8]>,
}

impl Peer {
    /// The name in its certificate.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The serial of its certificate.
    pub fn serial(&self) -> &Serial {
        &self.serial
    }

    /// End of its certificate's validity.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Peer({}, serial {})", self.name, self.serial)
    }
}

fn in_time(leaf: &Leaf, now: Timestamp) -> Result<(), IdentityError> {
    if now < leaf.not_before {
        return Err(IdentityError::NotYetValid { name: leaf.name.clone(), from: leaf.not_before });
    }
    if now > leaf.not_after {
        return Err(IdentityError::Expired { name: leaf.name.clone(), since: leaf.not_after });
    }
    Ok(())
}

fn not_revoked(bundle: &Bundle, peer: &Peer) -> Result<(), IdentityError> {
    if bundle.home(&peer.name)?.revoked().contains(&peer.serial) {
        return Err(IdentityError::Revoked { name: peer.name.clone(), serial: peer.serial.clone() });
    }
    Ok(())
}
