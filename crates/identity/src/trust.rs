//! Who is trusted, now: the bundle, shared by every listener and connector and replaceable while they run.
//!
//! A name is believed only when the authority of the force *in that name* vouches for it (invariant 8).

mod chain;
mod known;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use model::{Name, Standing};
use rustls_pki_types::CertificateDer;

use crate::bundle::Bundle;
use crate::certificate::Leaf;
use crate::{IdentityError, Serial};
use known::{Known, Vouched};

/// Longest chain that is looked at.
pub const CHAIN_MAX: usize = 4;

/// The trusted members of the federation. Clones share one bundle.
#[derive(Clone)]
pub struct Trust {
    in_use: Arc<ArcSwap<InUse>>,
}

/// A bundle, and what was found out under it: replaced together.
struct InUse {
    bundle: Arc<Bundle>,
    known: Known,
}

impl InUse {
    fn new(bundle: Bundle) -> Self {
        Self { bundle: Arc::new(bundle), known: Known::default() }
    }
}

impl Trust {
    /// Trusts the members of `bundle`.
    pub fn new(bundle: Bundle) -> Self {
        Self { in_use: Arc::new(ArcSwap::from_pointee(InUse::new(bundle))) }
    }

    /// Trusts the members of `bundle` from now on, and nobody else. Open connections are held to it by
    /// [`Trust::standing`].
    pub fn replace(&self, bundle: Bundle) {
        self.in_use.store(Arc::new(InUse::new(bundle)));
    }

    /// The bundle as it is now.
    pub fn bundle(&self) -> Arc<Bundle> {
        self.in_use.load().bundle.clone()
    }

    /// Verifies a chain, holder's certificate first; what follows it is not needed. The only place that makes a
    /// [`Peer`].
    pub fn verify_chain(&self, chain: &[CertificateDer<'_>], now: Timestamp) -> Result<Peer, IdentityError> {
        let holder = chain.first().ok_or(IdentityError::NoCertificate)?;
        if chain.len() > CHAIN_MAX {
            return Err(IdentityError::ChainTooLong { given: chain.len(), max: CHAIN_MAX });
        }
        let in_use = self.in_use.load();
        let vouched = match in_use.known.recall(holder) {
            Some(vouched) => vouched,
            None => {
                let vouched = vouched(&in_use.bundle, holder, now)?;
                in_use.known.keep(holder, vouched.clone());
                vouched
            }
        };
        // Time passes, and is asked anew also of what is known.
        in_time(&vouched.peer.name, (vouched.not_before, vouched.peer.not_after), now)?;
        stands(&in_use.bundle, &vouched.peer, now)?;
        Ok(vouched.peer)
    }

    /// Whether `peer`, verified earlier, still counts: its force is a member, its authority is still that
    /// force's, its certificate has not expired and is not revoked. Asked on every call, since a connection
    /// outlives a change of the bundle.
    pub fn standing(&self, peer: &Peer, now: Timestamp) -> Result<(), IdentityError> {
        stands(&self.in_use.load().bundle, peer, now)
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bundle = self.bundle();
        f.debug_set().entries(bundle.members().iter().map(crate::Member::force)).finish()
    }
}

/// The other end of a connection, or the signer of a question, once verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Peer {
    name: Name,
    said: Standing,
    serial: Serial,
    not_after: Timestamp,
    vouched_by: Arc<[u8]>,
}

impl Peer {
    /// The name in its certificate.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// What its force says of it beside the name.
    pub fn said(&self) -> &Standing {
        &self.said
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

/// What an authority of the force in its name vouches for.
fn vouched(bundle: &Bundle, holder: &CertificateDer<'_>, now: Timestamp) -> Result<Vouched, IdentityError> {
    let Leaf { name, standing: said, serial, not_before, not_after } = Leaf::read(holder)?;
    let home = bundle.home(&name)?;
    in_time(&name, (not_before, not_after), now)?;
    let vouched_by = chain::vouching(home.anchors(), &name, holder, now)?.key().into();
    Ok(Vouched { not_before, peer: Peer { name, said, serial, not_after, vouched_by } })
}

fn stands(bundle: &Bundle, peer: &Peer, now: Timestamp) -> Result<(), IdentityError> {
    let home = bundle.home(&peer.name)?;
    if now > peer.not_after {
        return Err(IdentityError::Expired { name: peer.name.clone(), since: peer.not_after });
    }
    // A renewed authority may keep its key: one of the same key that is valid now is enough.
    let mut authorities = home.anchors().iter().filter(|anchor| anchor.key() == &*peer.vouched_by);
    let first =
        authorities.next().ok_or_else(|| IdentityError::AuthorityReplaced { name: peer.name.clone() })?;
    if !authorities.any(|authority| chain::authority_in_time(authority, &peer.name, now).is_ok()) {
        chain::authority_in_time(first, &peer.name, now)?;
    }
    if home.revoked().contains(&peer.serial) {
        return Err(IdentityError::Revoked { name: peer.name.clone(), serial: peer.serial.clone() });
    }
    Ok(())
}

fn in_time(name: &Name, (from, until): (Timestamp, Timestamp), now: Timestamp) -> Result<(), IdentityError> {
    if now < from {
        return Err(IdentityError::NotYetValid { name: name.clone(), from });
    }
    if now > until {
        return Err(IdentityError::Expired { name: name.clone(), since: until });
    }
    Ok(())
}
