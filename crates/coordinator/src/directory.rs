//! Who is in the federation and how to reach them: one lazily opened channel for each force's node.

use std::collections::HashMap;
use std::sync::Mutex;

use api::v1::node_client::NodeClient;
use http::Uri;
use identity::{Connector, CredentialStore, Dialler, Trust};
use jiff::Timestamp;
use model::{ForceId, Role};
use tonic::transport::{Channel, Endpoint};

/// The federation's nodes, as the bundle of the moment lists them.
#[derive(Debug)]
pub struct Directory {
    trust: Trust,
    credentials: CredentialStore,
    links: Mutex<HashMap<ForceId, Link>>,
}

#[derive(Debug)]
struct Link {
    address: Uri,
    connector: Connector,
    channel: Channel,
}

impl Directory {
    /// Reaches the members that `trust` lists, as whom `credentials` name.
    pub fn new(trust: Trust, credentials: CredentialStore) -> Self {
        Self { trust, credentials, links: Mutex::new(HashMap::new()) }
    }

    /// Who is trusted.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Forces that run a node, with their titles, in the order of their names.
    pub fn nodes(&self) -> Vec<(ForceId, String)> {
        let bundle = self.trust.bundle();
        let with_node = bundle.members().iter().filter(|member| member.node().is_some());
        let mut nodes: Vec<_> = with_node.map(|m| (m.force().clone(), m.title().to_owned())).collect();
        nodes.sort();
        nodes
    }

    /// A client of the force's node. The channel is opened anew when the force has moved, and when the peer at its
    /// other end has lost its standing since.
    pub fn client(&self, force: &ForceId, now: Timestamp) -> Option<NodeClient<Channel>> {
        let bundle = self.trust.bundle();
        let address = bundle.find(force)?.node()?;
        let mut links = self.links.lock().ok()?;
        let usable = links.get(force).is_some_and(|link| {
            let standing = link.connector.peer().is_none_or(|peer| self.trust.standing(&peer, now).is_ok());
            link.address == *address && standing
        });
        if !usable {
            links.insert(force.clone(), self.open(force, address));
        }
        let channel = links.get(force)?.channel.clone();
        let client = NodeClient::new(channel)
            .max_decoding_message_size(api::MESSAGE_BYTES_MAX)
            .max_encoding_message_size(api::REQUEST_BYTES_MAX);
        Some(client)
    }

    fn open(&self, force: &ForceId, address: &Uri) -> Link {
        let dialler = Dialler::new(self.trust.clone(), self.credentials.clone(), force.clone(), Role::Node);
        let connector = Connector::new(dialler);
        let endpoint = Endpoint::from(address.clone())
            .http2_keep_alive_interval(std::time::Duration::from_secs(20))
            .keep_alive_timeout(std::time::Duration::from_secs(10));
        let channel = endpoint.connect_with_connector_lazy(connector.clone());
        Link { address: address.clone(), connector, channel }
    }
}
