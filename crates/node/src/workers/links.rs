//! Channels between a force's own processes: each end shows a certificate of the role node, and talks with its own force alone.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion_distributed::grpc::{BoxCloneSyncChannel, create_worker_client};
use datafusion_distributed::{ChannelResolver, WorkerChannel};
use identity::{Connector, CredentialStore, Dialler, Trust};
use model::Role;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use url::Url;

use crate::answer::Clock;

/// How often an idle connection is asked whether it still lives, and how long it has to say so.
const KEEPALIVE: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(5)];

/// The channels of one process to the workers of its force. Clones share them.
#[derive(Clone)]
pub(super) struct Links(Arc<Inner>);

struct Inner {
    trust: Trust,
    credentials: CredentialStore,
    clock: Clock,
    patience: Duration,
    open: Mutex<HashMap<Url, Link>>,
}

struct Link {
    connector: Connector,
    channel: Channel,
}

impl Links {
    pub(super) fn new(trust: Trust, credentials: CredentialStore, clock: Clock, patience: Duration) -> Self {
        Self(Arc::new(Inner { trust, credentials, clock, patience, open: Mutex::default() }))
    }

    /// Whether the worker there answers, and holds the snapshot of this seal.
    pub(super) async fn holds(&self, url: &Url, seal: &str) -> bool {
        let Ok(channel) = self.channel(url) else { return false };
        let asked = HealthCheckRequest { service: seal.to_owned() };
        let answer = HealthClient::new(channel).check(asked).await;
        answer.is_ok_and(|answer| answer.into_inner().status() == ServingStatus::Serving)
    }

    /// A channel to the worker there, opened anew where its peer has lost its standing since.
    fn channel(&self, url: &Url) -> Result<Channel> {
        let inner = &self.0;
        let mut open = inner.open.lock().map_err(|_| exec_datafusion_err!("the channels are lost"))?;
        let now = (inner.clock)();
        let stands =
            |link: &Link| link.connector.peer().is_none_or(|peer| inner.trust.standing(&peer, now).is_ok());
        if let Some(link) = open.get(url).filter(|link| stands(link)) {
            return Ok(link.channel.clone());
        }
        let force = inner.credentials.current().name().force().clone();
        let dialler = Dialler::new(inner.trust.clone(), inner.credentials.clone(), force, Role::Node);
        let connector = Connector::new(dialler).with_patience(inner.patience);
        let [interval, timeout] = KEEPALIVE;
        let channel = endpoint(url)?
            .http2_keep_alive_interval(interval)
            .keep_alive_timeout(timeout)
            .connect_with_connector_lazy(connector.clone());
        open.insert(url.clone(), Link { connector, channel: channel.clone() });
        Ok(channel)
    }
}

/// Where a worker is, with the port that an address may leave out.
fn endpoint(url: &Url) -> Result<Endpoint> {
    let place = url.host_str().zip(url.port_or_known_default());
    let (host, port) = place.ok_or_else(|| exec_datafusion_err!("a worker has no address"))?;
    Endpoint::from_shared(format!("https://{host}:{port}"))
        .map_err(|_| exec_datafusion_err!("a worker has no address"))
}

#[async_trait]
impl ChannelResolver for Links {
    async fn get_worker_client_for_url(&self, url: &Url) -> Result<Box<dyn WorkerChannel>> {
        Ok(create_worker_client(BoxCloneSyncChannel::new(self.channel(url)?)))
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Links")
    }
}
