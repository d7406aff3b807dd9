//! What an analyst signs beforehand for a door, and which door their coordinator is.

use api::{delegation, v1};
use identity::sign_delegation;
use model::{Delegation, Name};

use super::Desk;
use crate::exit::Failure;

impl Desk {
    /// The name of the coordinator that this desk asks, as its certificate says.
    pub(crate) async fn door(&self) -> Result<Name, Failure> {
        let (_, connector) = self.open_channel().await?;
        let peer = connector.peer().ok_or_else(|| Failure::error("the coordinator did not say who it is"))?;
        Ok(peer.name().clone())
    }

    /// A signed delegation, as the line that tools send along.
    pub(crate) fn delegate(&self, given: &Delegation) -> Result<String, Failure> {
        let signed = sign_delegation(&delegation::encode(given), &self.credentials.current())?;
        let line = delegation::to_text(&v1::SignedDelegation {
            delegation: signed.bytes,
            signature: signed.signature,
            chain: signed.chain,
        });
        if line.len() > delegation::TEXT_BYTES_MAX {
            return Err(Failure::usage("the delegation names so many forces that no call header holds it")
                .help("name those that the tool asks: --forces"));
        }
        Ok(line)
    }
}
