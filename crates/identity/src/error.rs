//! Why a peer or an asker is not who they would have to be: one closed list, told in words that help an
//! operator. Peers are told less: a TLS alert in a handshake, `not_authentic` in a reply.

use jiff::Timestamp;
use model::{ForceId, Name, Role};

use crate::Serial;

/// Why an identity was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// There was no certificate at all.
    #[error("no certificate was presented")]
    NoCertificate,
    /// The chain is longer than any force's should be.
    #[error("the chain holds {given} certificates; at most {max} are accepted")]
    ChainTooLong {
        /// How many were presented.
        given: usize,
        /// How many are accepted.
        max: usize,
    },
    /// The bytes are not an X.509 certificate that we can read whole.
    #[error("the certificate can't be read: {why}")]
    Unreadable {
        /// What stopped the reading.
        why: &'static str,
    },
    /// Anything but exactly one URI as subject alternative name.
    #[error("the certificate must hold exactly one name, a URI, and no name of another kind; issue it anew")]
    NotOneName,
    /// The URI is not a name of this federation.
    #[error("the certificate's URI {given:?} is not a name such as spiffe://bluelamp/force/mps/node/1")]
    NotAName {
        /// The beginning of the URI.
        given: String,
    },
    /// The name's force is not in the bundle.
    #[error("{force} is not a member of this federation; check the bundle")]
    UnknownForce {
        /// The force in the name.
        force: ForceId,
    },
    /// The force in the name did not issue the certificate.
    #[error("{name}: the authority of {} did not issue this certificate", .name.force())]
    NotIssued {
        /// The name that was claimed.
        name: Name,
    },
    /// The authority was not valid at that moment.
    #[error("{name}: the authority of {} is valid from {from} to {until} only; renew it in the bundle", .name.force())]
    AuthorityNotValid {
        /// The name that it should vouch for.
        name: Name,
        /// Start of the authority's validity.
        from: Timestamp,
        /// End of the authority's validity.
        until: Timestamp,
    },
    /// The authority that vouched has left the bundle since.
    #[error("{name}: the authority that issued this certificate is no longer in the bundle")]
    AuthorityReplaced {
        /// The name that it vouched for.
        name: Name,
    },
    /// The certificate is not valid yet.
    #[error("{name}: the certificate is not valid before {from}; check the clocks")]
    NotYetValid {
        /// The name in the certificate.
        name: Name,
        /// Start of its validity.
        from: Timestamp,
    },
    /// The certificate has expired.
    #[error("{name}: the certificate expired on {since}; renew it")]
    Expired {
        /// The name in the certificate.
        name: Name,
        /// End of its validity.
        since: Timestamp,
    },
    /// The certificate's serial is on its force's list of revoked ones.
    #[error("{name}: the certificate with serial {serial} is revoked")]
    Revoked {
        /// The name in the certificate.
        name: Name,
        /// Its serial.
        serial: Serial,
    },
    /// The certificate's key usages do not fit its role.
    #[error("{name}: the certificate lacks the key usage {missing}, which the role {} needs; issue it anew", .name.role())]
    WrongUsage {
        /// The name in the certificate.
        name: Name,
        /// The usage that is missing.
        missing: &'static str,
    },
    /// Something else in the chain is not acceptable.
    #[error("{name}: the chain is not acceptable: {why}")]
    Unacceptable {
        /// The name in the certificate.
        name: Name,
        /// The verifier's reason.
        why: String,
    },
    /// The peer belongs to another force.
    #[error("the peer's certificate is of {}, {expected} was expected", .found.force())]
    OtherForce {
        /// Who it is.
        found: Name,
        /// The force that should have answered.
        expected: ForceId,
    },
    /// The peer has another role.
    #[error("{found} has the role {}, {} was expected", .found.role(), roles(.expected))]
    OtherRole {
        /// Who it is.
        found: Name,
        /// The roles that are accepted here.
        expected: Vec<Role>,
    },
    /// The peer's role has no place at this end of a connection.
    #[error("{found} has the role {}, which never {verb}", .found.role())]
    WrongEnd {
        /// Who it is.
        found: Name,
        /// What its role does not do: `calls` or `serves`.
        verb: &'static str,
    },
    /// The question is larger than any question may be.
    #[error("what was signed has {given} bytes; at most {max} are accepted")]
    TooLarge {
        /// Its size in bytes.
        given: usize,
        /// The largest size accepted.
        max: usize,
    },
    /// The signature is not over these bytes by this key.
    #[error("{name}: the signature does not belong to what was signed and this certificate")]
    BadSignature {
        /// The name in the certificate.
        name: Name,
    },
    /// The approval of a question does not hold.
    #[error("the approval: {cause}")]
    NotApproved {
        /// Why not.
        cause: Box<IdentityError>,
    },
    /// The delegation under which a door asks does not hold.
    #[error("the delegation: {cause}")]
    NotDelegated {
        /// Why not.
        cause: Box<IdentityError>,
    },
    /// The one who approves is of another force than the one who asks.
    #[error("{approver} is of another force than the asker; an analyst of the asker's own force approves")]
    ForeignApprover {
        /// Who approved.
        approver: Name,
    },
    /// The one who approves is the one who asks.
    #[error("{approver} can't approve a question of their own; a second person does")]
    SelfApproved {
        /// Who approved.
        approver: Name,
    },
    /// Our own key can't make the signature that questions and policies carry.
    #[error("{name}: questions and policies are signed with an ECDSA P-256 key; issue the certificate anew")]
    CannotSign {
        /// The name in the certificate.
        name: Name,
    },
}

fn roles(expected: &[Role]) -> String {
    let words: Vec<&str> = expected.iter().map(|role| role.as_str()).collect();
    words.join(" or ")
}
