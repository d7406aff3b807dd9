//! Who asks, once proven: what policy may know about the asker.

use crate::{ForceId, Name};

/// A person who asked a question, as policy sees them. `identity` makes one from a checked signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The name in the asker's certificate, vouched for by the asker's own force.
    pub name: Name,
}

impl Principal {
    /// The asker's force.
    pub fn force(&self) -> &ForceId {
        self.name.force()
    }
}
