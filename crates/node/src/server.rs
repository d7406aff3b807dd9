//! A node's life: listen, prepare, serve, drain. The caller owns the bound listener and the stop.

use std::path::Path;
use std::sync::Arc;

use api::v1::node_server::NodeServer;
use arc_swap::{ArcSwap, ArcSwapOption};
use audit::{Entry, Event, Journal};
use identity::listen::Limits;
use identity::{Acceptor, CredentialStore, Listener, Trust, serve};
use jiff::tz::TimeZone;
use model::{ForceId, Role};
use policy::{Bundle, Policy, TagKey, Tagging};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::answer::{BatchRoom, Clock, Desk, NoiseSource};
use crate::catalogue::Sources;
use crate::config::NodeConfig;
use crate::custody::{Begun, Custody};
use crate::error::NodeError;
use crate::holding::Holder;
use crate::keeping::{Keeper, Outfit, taken_up};
use crate::ledger::Ledger;
use crate::references::References;
use crate::releases::Releases;
use crate::service::Service;
use crate::usage::Counter;
use crate::workers::Workers;

/// What a node is started with. The shell reads files, binds the listener and holds the clock.
pub struct Start {
    /// The configuration, paths resolved.
    pub config: NodeConfig,
    /// Where the sources lie.
    pub sources: Sources,
    /// Who is trusted.
    pub trust: Trust,
    /// The node's certificate and key.
    pub credentials: CredentialStore,
    /// The clock.
    pub clock: Clock,
    /// Randomness for releases.
    pub noise: NoiseSource,
    /// The key of tags, where the force has one.
    pub tag_key: Option<TagKey>,
    /// Ring it to have the sources and the policy looked at now.
    pub refresh: Arc<Notify>,
}

impl Start {
    /// Reads everything that `node.toml` at `file` names.
    pub fn read(
        config: NodeConfig,
        file: &Path,
        clock: Clock,
        noise: NoiseSource,
    ) -> Result<Self, NodeError> {
        let trust = Trust::new(identity::files::read_bundle(&config.bundle)?);
        let credentials = config.credentials.read()?;
        let name = credentials.name();
        if *name.force() != config.force || name.role() != Role::Node {
            return Err(NodeError::OtherName { name: name.clone(), force: config.force.clone() });
        }
        let sources = config.sources(file);
        let credentials = CredentialStore::new(credentials);
        let tag_key = config.linkage.read_tag_key()?;
        Ok(Self { config, sources, trust, credentials, clock, noise, tag_key, refresh: Arc::default() })
    }
}

/// Serves until `stop` is cancelled, then lets questions in flight finish within the grace time.
///
/// The node is alive as soon as it listens; it is ready (`bluelamp.v1.Node` is `SERVING`) once its data epoch stands.
pub async fn run(start: Start, listener: TcpListener, stop: CancellationToken) -> Result<(), NodeError> {
    let Start { config, sources, trust, credentials, clock, noise, tag_key, refresh } = start;
    let force = config.force.clone();
    let outfit = outfit(&force, &trust, tag_key, config.zone()?)?;
    std::fs::create_dir_all(&config.data).map_err(|e| NodeError::folder(&config.data, e))?;
    if let Some(folder) = config.audit.parent() {
        std::fs::create_dir_all(folder).map_err(|e| NodeError::folder(folder, e))?;
    }
    // One journal, so that a question waits for one durable write and not for three.
    let mut journal = Journal::open(&config.data.join("journal"))?;
    let audit = journal.log("audit", &config.audit, clock(), |_: Entry| {})?;
    let ledger = Ledger::open(&mut journal, &config.data.join("ledger.log"), clock())?;
    let references = References::open(&config.data.join("references.key"), &noise)?;
    let usage = {
        let mut noise = (noise)();
        Arc::new(Counter::open(&mut journal, &config.data, clock(), [noise.bits(), noise.bits()])?)
    };
    journal.start()?;
    let releases = Releases::open(&config.releases())?;
    let started = Event::Started { version: env!("CARGO_PKG_VERSION").to_owned() };
    audit.append(vec![Entry { at: clock(), question: None, event: started }]).await?;
    let whose = (force.clone(), trust.clone());
    let mut custody = Custody::open(whose, &config.policy, &config.data, config.custody.signatures, clock())?;
    let Begun { bundle, news, refused } = custody.begin(clock()).await?;
    if let Some(news) = news {
        audit.append(vec![Entry { at: clock(), question: None, event: taken_up(&news) }]).await?;
    }

    let policy = outfit(bundle);
    usage.clone().hold(*policy.limits()).await;
    let limits = config.limits;
    let epoch = Arc::new(ArcSwapOption::empty());
    let desk = Arc::new(Desk {
        force,
        trust: trust.clone(),
        policy: ArcSwap::from_pointee(policy),
        audit,
        ledger,
        usage,
        releases,
        clock: clock.clone(),
        noise,
        references,
        room: Semaphore::new(limits.questions_in_flight),
        batches: BatchRoom::new(limits.batch_threads()),
        buckets: limits.buckets(),
        question_time: limits.question_time(),
    });
    let service = NodeServer::new(Service::new(desk.clone(), epoch.clone()))
        .max_decoding_message_size(api::REQUEST_BYTES_MAX)
        .max_encoding_message_size(api::batch::ANSWER_BYTES_MAX);
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_not_serving::<NodeServer<Service>>().await;

    let workers = config.workers.clone();
    let workers = workers
        .map(|workers| Arc::new(Workers::new(workers, trust.clone(), credentials.clone(), clock.clone())));
    let acceptor = Acceptor::new(trust, credentials, &[Role::Coordinator]);
    let acceptor_limits = Limits { connections: limits.connections, ..Limits::default() };
    let listener = Listener::with_limits(listener, acceptor, acceptor_limits);
    let router = serve::server().add_service(health_service).add_service(service);
    let serving = serve::serve(router, listener, stop.clone(), limits.stop_grace());
    let mut serving = std::pin::pin!(serving);

    let bound = limits.index_memory_mib.saturating_mul(1 << 20);
    let holder = Holder { desk: desk.clone(), epoch: epoch.clone(), bound };
    let mut keeper =
        Keeper { desk, custody, outfit, sources, config, clock, epoch, workers, refresh, refused: None };
    let keeping = async {
        if let Some(error) = refused {
            keeper.refuse_policy(&error).await;
        }
        keeper.start().await?;
        health.set_serving::<NodeServer<Service>>().await;
        keeper.keep().await;
        Ok::<(), NodeError>(())
    };
    let mut holding = JoinSet::new();
    holding.spawn(holder.hold());
    tokio::select! {
        served = &mut serving => return served.map_err(NodeError::from),
        kept = keeping => kept?,
        () = stop.cancelled() => {}
    }
    Ok(serving.await?)
}

/// Makes this node's policy of a bundle: the desk that referrals name, and the key of tags.
fn outfit(
    force: &ForceId,
    trust: &Trust,
    tag_key: Option<TagKey>,
    zone: TimeZone,
) -> Result<Outfit, NodeError> {
    let desk = trust.bundle().member(force).map(|member| member.desk().to_owned())?;
    let tagging = tag_key.map(|key| Tagging::new(key, force.clone()));
    Ok(Box::new(move |bundle: Bundle| {
        let policy = Policy::new(bundle, desk.clone()).in_zone(zone.clone());
        match &tagging {
            Some(tagging) => policy.tagging(tagging.clone()),
            None => policy,
        }
    }))
}
