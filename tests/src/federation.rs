//! A running federation: nodes for the planned forces, stubs where a scenario wants them, and ROCTA's coordinator.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use identity::{CredentialStore, HostCertificate, HostStore, Trust};
use model::Role;
use node::config::NodeConfig;
use policy::bundle::signature::Signature;
use policy::{BundleFiles, Noise};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_stream::StreamExt;
use tokio_util::sync::CancellationToken;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::stub::{self, Conduct};
use crate::{Analyst, Authorities, Records, Seeded, TestClock, logs};

/// What to start at each force.
pub enum Site {
    /// A real node over these records, under the sample policy of its name (`mps`, `colp` or `btp`).
    Node(Records),
    /// A real node over sources that are configured by this text.
    Over(String),
    /// A node that misbehaves.
    Stub(Conduct),
    /// Nothing listens.
    Down,
}

/// The sites of a federation.
pub struct Plan {
    sites: Vec<(&'static str, Site)>,
    tag_keys: BTreeMap<&'static str, u8>,
    custody: BTreeMap<&'static str, usize>,
    limits: BTreeMap<&'static str, &'static str>,
    buckets: BTreeMap<&'static str, u64>,
    policies: BTreeMap<&'static str, BundleFiles>,
    watchers: BTreeMap<&'static str, Watcher>,
    door: &'static str,
}

/// Called whenever a node asks for randomness: of a table, after it was charged and counted and before it is released. The
/// place where a scenario looks at the disk of a node in the middle of a question.
pub type Watcher = Arc<dyn Fn() + Send + Sync>;

impl Plan {
    pub fn new() -> Self {
        Self {
            sites: Vec::new(),
            tag_keys: BTreeMap::new(),
            custody: BTreeMap::new(),
            limits: BTreeMap::new(),
            buckets: BTreeMap::new(),
            policies: BTreeMap::new(),
            watchers: BTreeMap::new(),
            door: "",
        }
    }

    /// Gives the coordinator's door for tools these limits, as they stand in its configuration.
    #[must_use]
    pub fn door(mut self, limits: &'static str) -> Self {
        self.door = limits;
        self
    }

    /// Has a force's node call this whenever it asks for randomness.
    #[must_use]
    pub fn watch(mut self, force: &'static str, watcher: Watcher) -> Self {
        self.watchers.insert(force, watcher);
        self
    }

    #[must_use]
    pub fn node(mut self, force: &'static str, records: Records) -> Self {
        self.sites.push((force, Site::Node(records)));
        self
    }

    #[must_use]
    pub fn over(mut self, force: &'static str, sources: String) -> Self {
        self.sites.push((force, Site::Over(sources)));
        self
    }

    /// Gives a force the key of this number, by which it tags the persons it matches.
    #[must_use]
    pub fn tag_key(mut self, force: &'static str, number: u8) -> Self {
        self.tag_keys.insert(force, number);
        self
    }

    /// Gives a force a policy of its own in `policy`, signed by as many custodians as its node asks for.
    #[must_use]
    pub fn custody(mut self, force: &'static str, signatures: usize) -> Self {
        self.custody.insert(force, signatures);
        self
    }

    /// Gives a force these limits on what is asked, in place of the harness's, which let a scenario ask what it needs.
    #[must_use]
    pub fn limits(mut self, force: &'static str, text: &'static str) -> Self {
        self.limits.insert(force, text);
        self
    }

    /// Makes a force's search answers leave at multiples of so many microseconds.
    #[must_use]
    pub fn bucket(mut self, force: &'static str, micros: u64) -> Self {
        self.buckets.insert(force, micros);
        self
    }

    /// Gives a force this policy instead of the sample of its name.
    #[must_use]
    pub fn policy(mut self, force: &'static str, files: BundleFiles) -> Self {
        self.policies.insert(force, files);
        self
    }

    #[must_use]
    pub fn stub(mut self, force: &'static str, conduct: Conduct) -> Self {
        self.sites.push((force, Site::Stub(conduct)));
        self
    }

    #[must_use]
    pub fn down(mut self, force: &'static str) -> Self {
        self.sites.push((force, Site::Down));
        self
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self::new()
    }
}

pub struct Federation {
    pub authorities: Authorities,
    pub clock: TestClock,
    pub trust: Trust,
    pub forces: Vec<&'static str>,
    pub addresses: BTreeMap<String, String>,
    pub coordinator: String,
    /// Where the coordinator's door for tools is.
    pub tools: String,
    pub stops: BTreeMap<String, CancellationToken>,
    refreshes: BTreeMap<String, Arc<Notify>>,
    tag_keys: BTreeMap<&'static str, u8>,
    custody: BTreeMap<&'static str, usize>,
    limits: BTreeMap<&'static str, &'static str>,
    buckets: BTreeMap<&'static str, u64>,
    policies: BTreeMap<&'static str, BundleFiles>,
    watchers: BTreeMap<&'static str, Watcher>,
    seeds: Arc<AtomicU64>,
    pub folder: TempDir,
    tasks: JoinSet<()>,
    stubs: BTreeMap<String, OwnRuntime>,
}

/// A runtime of its own for a stub, so that ending it ends its connections as a crash would.
struct OwnRuntime(Option<Runtime>);

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Federation {
    pub async fn start(plan: Plan) -> Self {
        logs::keep();
        let forces: Vec<&str> = plan.sites.iter().map(|(force, _)| *force).collect();
        let authorities = Authorities::mint(&[forces.as_slice(), &["rocta"]].concat());
        let folder = TempDir::new().unwrap();
        let mut listeners = BTreeMap::new();
        let mut addresses = BTreeMap::new();
        for (force, _) in &plan.sites {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            addresses.insert((*force).to_owned(), format!("https://{}", listener.local_addr().unwrap()));
            listeners.insert(*force, listener);
        }
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let coordinator = format!("https://{}", door.local_addr().unwrap());
        let for_tools = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tools = format!("https://{}", for_tools.local_addr().unwrap());
        let bundle = authorities.bundle(&addresses, Some(&coordinator));
        let trust = Trust::new(bundle.clone());
        std::fs::write(folder.path().join("federation.toml"), bundle.to_toml().unwrap()).unwrap();
        let mut federation = Self {
            authorities,
            clock: TestClock::new(),
            trust,
            forces,
            addresses,
            coordinator,
            tools,
            stops: BTreeMap::new(),
            refreshes: BTreeMap::new(),
            tag_keys: plan.tag_keys,
            custody: plan.custody,
            limits: plan.limits,
            buckets: plan.buckets,
            policies: plan.policies,
            watchers: plan.watchers,
            seeds: Arc::new(AtomicU64::new(7)),
            folder,
            tasks: JoinSet::new(),
            stubs: BTreeMap::new(),
        };
        for (force, site) in plan.sites {
            let listener = listeners.remove(force).unwrap();
            match site {
                Site::Down => drop(listener),
                Site::Stub(conduct) => federation.start_stub(force, listener, conduct),
                Site::Node(records) => {
                    let site = federation.write_site(force);
                    federation.configure(force, &records.write(&site));
                    federation.start_node(force, listener).await;
                }
                Site::Over(sources) => {
                    federation.write_site(force);
                    federation.configure(force, &sources);
                    federation.start_node(force, listener).await;
                }
            }
        }
        federation.start_coordinator(door, for_tools, plan.door).await;
        federation
    }

    /// Folder of a force's site.
    pub fn site(&self, force: &str) -> PathBuf {
        self.folder.path().join(force)
    }

    fn write_site(&self, force: &str) -> PathBuf {
        let site = self.site(force);
        std::fs::create_dir_all(&site).unwrap();
        let (certificate, key) = self.authorities.issue(force, Role::Node, "1");
        let keep = identity::files::Existing::Keep;
        identity::files::write_public(&site.join("node.pem"), &certificate, keep).unwrap();
        let keep = identity::files::Existing::Keep;
        identity::files::write_secret(&site.join("node.key"), &key, keep).unwrap();
        site
    }

    /// Writes the site's configuration with these sources.
    fn configure(&self, force: &str, sources: &str) {
        let linkage = self.tag_keys.get(force).map_or("", |&number| {
            let key = policy::TagKey::new(std::array::from_fn(|at| number.wrapping_mul(17) ^ at as u8));
            let text = identity::SecretPem::new(key.to_text().to_string());
            let file = self.site(force).join("tags.key");
            identity::files::write_secret(&file, &text, identity::files::Existing::Keep).unwrap();
            "[linkage]\ntag_key = \"tags.key\""
        });
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policies").join(force);
        let signatures = self.custody.get(force).copied().unwrap_or(0);
        let policy = match self.policies.get(force) {
            Some(files) => self.own_policy(force, files, signatures),
            None => self.own_policy(force, &node::policy_folder::read(&shipped).unwrap(), signatures),
        };
        let bucket = self.buckets.get(force).copied().unwrap_or(500);
        let config = format!(
            r#"
force = "{force}"
listen = "127.0.0.1:0"
bundle = "../federation.toml"
policy = "{}"
data = "data"
audit = "audit/audit.log"

[credentials]
certificate = "node.pem"
key = "node.key"

{linkage}

[custody]
signatures = {signatures}

[limits]
question_threads = 1
search_time_bucket_us = {bucket}
{sources}"#,
            policy.display()
        );
        std::fs::write(self.site(force).join("node.toml"), config).unwrap();
    }

    /// Writes the limits that a scenario wants, or none to speak of.
    fn limit(&self, force: &str, folder: &Path) {
        let text = self.limits.get(force).copied().unwrap_or(UNLIMITED);
        std::fs::write(folder.join("limits.toml"), text).unwrap();
    }

    /// A policy in the force's site, signed by its first custodians.
    fn own_policy(&self, force: &str, files: &BundleFiles, signatures: usize) -> PathBuf {
        let folder = self.site(force).join("policy");
        let mut files = files.clone();
        files.files.remove("limits.toml");
        node::policy_folder::write(&folder, &files).unwrap();
        self.limit(force, &folder);
        (1..=signatures).for_each(|id| self.endorse(&folder, force, &id.to_string()));
        folder
    }

    /// Signs the policy in `folder`, which is `force`'s, as custodian `id` of `by`.
    pub fn endorse(&self, folder: &Path, by: &str, id: &str) {
        let bundle = policy::Bundle::compile(&node::policy_folder::read(folder).unwrap()).unwrap();
        let (certificate, key) = self.authorities.issue(by, Role::Custodian, id);
        let credentials = identity::Credentials::from_pem(&certificate, &key).unwrap();
        let signature = identity::endorse(bundle.hash(), &credentials).unwrap();
        let signature = Signature {
            signer: credentials.name().clone(),
            bundle: bundle.hash().to_owned(),
            signature: signature.iter().map(|byte| format!("{byte:02x}")).collect(),
            certificate,
        };
        let file = folder.join(Signature::file(&signature.signer));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, toml::to_string(&signature).unwrap()).unwrap();
    }

    /// Starts a node over its written site and waits until it is ready.
    pub async fn start_node(&mut self, force: &str, listener: TcpListener) {
        let address = format!("https://{}", listener.local_addr().unwrap());
        self.launch(force, listener).unwrap();
        self.ready(force, &address).await;
    }

    /// Starts a node and returns at once; its end is in the task set.
    fn launch(&mut self, force: &str, listener: TcpListener) -> Result<(), node::error::NodeError> {
        let file = self.site(force).join("node.toml");
        let config = NodeConfig::read(&std::fs::read_to_string(&file).unwrap(), &file).unwrap();
        let (seeds, watcher) = (self.seeds.clone(), self.watchers.get(force).cloned());
        let noise = Arc::new(move || {
            if let Some(watcher) = &watcher {
                watcher();
            }
            Box::new(Seeded(seeds.fetch_add(1, Ordering::Relaxed) << 32)) as Box<dyn Noise + Send>
        });
        let mut start = node::server::Start::read(config, &file, self.clock.reader(), noise)?;
        start.trust = self.trust.clone();
        self.refreshes.insert(force.to_owned(), start.refresh.clone());
        let stop = CancellationToken::new();
        self.stops.insert(force.to_owned(), stop.clone());
        self.tasks.spawn(async move { node::server::run(start, listener, stop).await.unwrap() });
        Ok(())
    }

    /// Waits until the node's health says that it serves.
    pub async fn ready(&self, force: &str, address: &str) {
        let channel = self.channel(force, address);
        let request = HealthCheckRequest { service: "bluelamp.v1.Node".to_owned() };
        let mut watch = HealthClient::new(channel).watch(request).await.unwrap().into_inner();
        while let Some(status) = watch.next().await {
            if status.unwrap().status() == ServingStatus::Serving {
                return;
            }
        }
        panic!("{force} ended before it was ready");
    }

    /// A channel to a node, as ROCTA's coordinator.
    pub fn channel(&self, force: &str, address: &str) -> tonic::transport::Channel {
        self.channel_of("probe", force, address)
    }

    /// The same as another of ROCTA's coordinators.
    pub fn channel_of(&self, id: &str, force: &str, address: &str) -> tonic::transport::Channel {
        let credentials = self.authorities.credentials("rocta", Role::Coordinator, id);
        let dialler = identity::Dialler::new(
            self.trust.clone(),
            CredentialStore::new(credentials),
            force.parse().unwrap(),
            Role::Node,
        );
        let endpoint = tonic::transport::Endpoint::from_shared(address.to_owned()).unwrap();
        endpoint.connect_with_connector_lazy(identity::Connector::new(dialler))
    }

    fn start_stub(&mut self, force: &str, listener: TcpListener, conduct: Conduct) {
        let store = CredentialStore::new(self.authorities.credentials(force, Role::Node, "1"));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.unwrap();
        let listener = listener.into_std().unwrap();
        let trust = self.trust.clone();
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            stub::serve(listener, trust, store, conduct).await;
        });
        self.stubs.insert(force.to_owned(), OwnRuntime(Some(runtime)));
    }

    async fn start_coordinator(&mut self, listener: TcpListener, for_tools: TcpListener, limits: &str) {
        let credentials = CredentialStore::new(self.authorities.credentials("rocta", Role::Coordinator, "1"));
        let text = format!(
            r#"
force = "rocta"
listen = "127.0.0.1:0"
bundle = "federation.toml"
audit = "rocta/audit.log"
[credentials]
certificate = "coordinator.pem"
key = "coordinator.key"
[door]
listen = "127.0.0.1:0"
[door.credentials]
certificate = "door.pem"
key = "door.key"
[door.limits]
{limits}"#
        );
        let file = self.folder.path().join("coordinator.toml");
        let config = coordinator::CoordinatorConfig::read(&text, &file).unwrap();
        let door = config.door.clone().unwrap();
        let start = coordinator::Start {
            config,
            trust: self.trust.clone(),
            credentials: credentials.clone(),
            clock: self.clock.reader(),
        };
        let stop = CancellationToken::new();
        self.stops.insert("rocta".to_owned(), stop.clone());
        let coordinator = coordinator::open(start).await.unwrap();
        let door = flight::open(&door, coordinator.service(), credentials, self.host()).unwrap();
        let ends = stop.clone();
        self.tasks.spawn(async move {
            let (desks, tools) = tokio::join!(coordinator.serve(listener, stop), door.serve(for_tools, ends));
            desks.unwrap();
            tools.unwrap();
        });
    }

    /// What the door shows to tools.
    fn host(&self) -> HostStore {
        let hosts = ["127.0.0.1".to_owned()];
        let day = jiff::SignedDuration::from_hours(24);
        let issued = self.authorities.of("rocta").issue_host(&hosts, jiff::Timestamp::now(), day).unwrap();
        HostStore::new(HostCertificate::from_pem(&issued.certificate_pem, &issued.key_pem).unwrap())
    }

    /// ROCTA's analyst 7, who asks every force.
    pub fn analyst(&self) -> Analyst {
        self.analyst_of("rocta", "7")
    }

    pub fn analyst_of(&self, force: &str, id: &str) -> Analyst {
        let credentials = self.authorities.credentials(force, Role::Analyst, id);
        Analyst::new(&self.trust, credentials, &self.coordinator, &self.clock, &self.forces)
    }

    /// Stops a node and waits until it has ended.
    pub async fn stop(&mut self, force: &str) {
        self.stops.remove(force).unwrap().cancel();
        self.tasks.join_next().await.unwrap().unwrap();
    }

    /// Has a node look at its sources, as SIGHUP does.
    pub fn refresh(&self, force: &str) {
        self.refreshes[force].notify_one();
    }

    /// Ends a stub and every connection of it at once.
    pub fn crash(&mut self, force: &str) {
        self.stubs.remove(force);
    }
}

/// Limits that no scenario reaches.
const UNLIMITED: &str = "[asker]\nquestions_per_hour = 1000000\nquestions_per_day = 1000000\n\
     subjects_per_hour = 1000000\nsubjects_per_day = 1000000\n\
     [operation]\nquestions_per_day = 1000000\nsubjects_per_day = 1000000\n\
     [lockout]\nrepeats_per_day = 1000000\nrefusals_per_hour = 1000000\n";
