//! Why a question was not answered, in fixed codes that tell a peer no more than policy allows.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// A refusal as a peer sees it. Full detail stays in the refusing node's own log under the question's id.
    Refusal is "refusal code" {
        /// The bytes are not a question that this protocol knows.
        Malformed = "malformed",
        /// The question uses something newer than this node.
        Incompatible = "incompatible",
        /// The signature, the chain or the asker's standing does not hold.
        NotAuthentic = "not_authentic",
        /// The question has expired, is not yet valid, or lives too long.
        NotInTime = "not_in_time",
        /// The question was not addressed to this force.
        NotAddressed = "not_addressed",
        /// The question was answered before.
        Replayed = "replayed",
        /// Policy does not permit this asker to ask this for this purpose.
        NotPermitted = "not_permitted",
        /// The question is larger than this node accepts.
        TooLarge = "too_large",
        /// The node has as much to do as it accepts.
        Busy = "busy",
        /// The node could not answer. Its own log says why.
        Failed = "failed",
        /// The asker, or their operation, has asked as much or as often as that force allows for now.
        Limited = "limited",
        /// A threat to life was stated and no second person of the asker's force approved this very question.
        NotApproved = "not_approved",
        /// What the force tells the asker's pool of such tables is used up.
        Exhausted = "exhausted",
        /// The delegation under which a door asks does not hold, or does not cover the question.
        NotDelegated = "not_delegated",
    }
}

impl Refusal {
    /// What the asker can do about it.
    pub fn mend(self) -> &'static str {
        match self {
            Self::Malformed => {
                "the question breaks the shared schema's rules; check it against the documentation"
            }
            Self::Incompatible => "that force runs an older version; ask without what is new",
            Self::NotAuthentic => {
                "the asker's certificate or signature was not accepted; renew the certificate, check the bundle"
            }
            Self::NotInTime => "check the clock and ask again; questions live ten minutes at most",
            Self::NotAddressed => "name the force in the question's audience",
            Self::Replayed => "each question is answered once; ask again as a new question",
            Self::NotPermitted => {
                "that force's policy does not permit this asker and purpose; speak to its intelligence unit"
            }
            Self::TooLarge => "ask for less at once",
            Self::Busy => "ask again shortly",
            Self::Failed => "that force's operators find the cause under the question's id",
            Self::Limited => "that force limits how much is asked; wait, or speak to its intelligence unit",
            Self::NotApproved => {
                "have another analyst of your force approve the very same question: bluelamp approve"
            }
            Self::NotDelegated => "sign a delegation for this door, purpose and operation: bluelamp delegate",
            Self::Exhausted => {
                "that force has told your pool all that it tells of this dataset for now; questions asked before are still answered"
            }
        }
    }
}
