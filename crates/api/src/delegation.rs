//! Delegations between model and wire, and as one line of text that a tool sends along as a call header. `decode` is the one
//! checklist that turns signed bytes into a delegation.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::delegation::QUESTIONS_MAX;
use model::{Delegation, DelegationId, Purpose};
use prost::Message;

use crate::question::{Misunderstood, audience, legal_basis, malformed, moment, newer, uuid, word};
use crate::words::Word;
use crate::{PROTOCOL_REVISION, v1};

/// Longest text of a signed delegation, in bytes: what proxies let through as a header.
pub const TEXT_BYTES_MAX: usize = 6 * 1024;

/// The bytes that an asker signs.
pub fn encode(delegation: &Delegation) -> Vec<u8> {
    v1::Delegation {
        revision: PROTOCOL_REVISION,
        id: delegation.id.0.as_bytes().to_vec(),
        asker: delegation.asker.to_string(),
        door: delegation.door.to_string(),
        purpose: delegation.purpose.number(),
        operation: delegation.operation.to_string(),
        legal_basis: delegation.legal_basis.map_or(0, Word::number),
        audience: delegation.audience.iter().map(ToString::to_string).collect(),
        issued_at_ms: delegation.issued_at.as_millisecond(),
        expires_at_ms: delegation.expires_at.as_millisecond(),
        questions_max: delegation.questions_max,
    }
    .encode_to_vec()
}

/// Understands the bytes of a delegation: they hold nothing that this build would overlook, and every field has its shape.
pub fn decode(bytes: &[u8]) -> Result<Delegation, Misunderstood> {
    let wire =
        v1::Delegation::decode(bytes).map_err(|_| malformed("delegation", "is not a protobuf delegation"))?;
    if wire.revision > PROTOCOL_REVISION {
        return Err(newer("delegation.revision", "is newer than this node speaks"));
    }
    if wire.encode_to_vec() != bytes {
        return Err(newer(
            "delegation",
            "holds fields that are not known here, or is not canonically encoded",
        ));
    }
    if !(1..=QUESTIONS_MAX).contains(&wire.questions_max) {
        return Err(malformed("delegation.questions_max", "must be 1 to 1000"));
    }
    Ok(Delegation {
        id: DelegationId(uuid("delegation.id", &wire.id)?),
        asker: wire.asker.parse()?,
        door: wire.door.parse()?,
        purpose: word::<Purpose>("delegation.purpose", wire.purpose)?,
        operation: wire.operation.parse()?,
        legal_basis: legal_basis(wire.legal_basis)?,
        audience: audience(&wire.audience)?,
        issued_at: moment("delegation.issued_at_ms", wire.issued_at_ms)?,
        expires_at: moment("delegation.expires_at_ms", wire.expires_at_ms)?,
        questions_max: wire.questions_max,
    })
}

/// A signed delegation as one line of text without spaces.
pub fn to_text(signed: &v1::SignedDelegation) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(signed.encode_to_vec())
}

/// Reads the line back. Proves nothing: the signature is checked elsewhere.
pub fn from_text(text: &str) -> Result<v1::SignedDelegation, Misunderstood> {
    let unreadable = || malformed("delegation", "is not the line that bluelamp delegate wrote");
    if text.len() > TEXT_BYTES_MAX {
        return Err(malformed("delegation", "is longer than 6 KiB"));
    }
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| unreadable())?;
    v1::SignedDelegation::decode(bytes.as_slice()).map_err(|_| unreadable())
}
