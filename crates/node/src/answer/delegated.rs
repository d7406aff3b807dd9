//! Who asks, as policy sees them: whoever signed the question, or, where a door did, whoever signed the delegation that it
//! asks under.

use identity::{Peer, Requester};
use model::{Delegated, Principal, Refusal};

use super::{Denied, denied};

/// The asker with what they delegated. A delegated question comes straight from its door: one that another coordinator
/// hands on is refused, so that a copied question is of use to nobody else.
pub(super) fn principal(requester: &Requester, peer: &Peer) -> Result<Principal, Denied> {
    let mut principal = requester.principal();
    if let Some(door) = requester.door() {
        let name = door.peer().name();
        if name != peer.name() {
            return Err(denied(Refusal::NotDelegated, "the question was handed on by another than its door"));
        }
        let delegation = api::delegation::decode(door.delegation())
            .map_err(|error| denied(Refusal::NotDelegated, error.field()))?;
        principal.delegated = Some(Delegated { door: name.clone(), delegation });
    }
    Ok(principal)
}
