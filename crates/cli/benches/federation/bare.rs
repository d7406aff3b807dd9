//! The baseline of searches: a bare three-way fan-out on the same stack with one durable write at each end. Same
//! certificates, TLS and messages, processes of their own, the same group commit; no signature, no policy, no index.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use api::v1::coordinator_client::CoordinatorClient;
use api::v1::node_server::{Node, NodeServer};
use api::{reply, v1};
use audit::Log;
use identity::files::{read_bundle, read_credentials};
use identity::{Acceptor, Connector, CredentialStore, Dialler, Listener, Trust};
use jiff::Timestamp;
use model::reply::SearchReply;
use model::{Granularity, QuestionId, Role};
use tokio::net::TcpListener;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};

use crate::centre::{self, Written, write};

const FORCES: [&str; 3] = ["btp", "colp", "mps"];

/// The bare processes, and a client of their coordinator.
pub(crate) struct Bare {
    children: Vec<Child>,
    client: CoordinatorClient<Channel>,
    question: Vec<u8>,
}

impl Bare {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut children = Vec::new();
        let mut nodes = Vec::new();
        for force in FORCES {
            let (child, address) = launch(&["bare-node", &folder.to_string_lossy(), force]);
            children.push(child);
            nodes.push(address);
        }
        let folder_text = folder.to_string_lossy().into_owned();
        let arguments: Vec<&str> =
            ["bare-coordinator", &folder_text].into_iter().chain(nodes.iter().map(String::as_str)).collect();
        let (child, address) = launch(&arguments);
        children.push(child);
        let site = folder.join("rocta");
        let trust = Trust::new(read_bundle(&site.join("federation.toml")).unwrap());
        let credentials = read_credentials(&site.join("analyst.pem"), &site.join("analyst.key")).unwrap();
        let store = CredentialStore::new(credentials);
        let dialler = Dialler::new(trust, store, "rocta".parse().unwrap(), Role::Coordinator);
        let channel =
            Endpoint::from_shared(address).unwrap().connect_with_connector_lazy(Connector::new(dialler));
        Self { children, client: CoordinatorClient::new(channel), question: vec![7; 200] }
    }

    pub(crate) async fn search(&self) {
        let signed = v1::SignedQuestion {
            question: self.question.clone(),
            signature: vec![7; 70],
            chain: vec![vec![7; 600]],
            approval: None,
            delegation: None,
        };
        let request = v1::SearchRequest { question: Some(signed), deadline_ms: 0 };
        let answer = self.client.clone().search(request).await.unwrap().into_inner();
        assert_eq!(answer.answers.len(), 3);
    }

    /// Each server's process by name.
    pub(crate) fn servers(&self) -> Vec<(String, String)> {
        let names = FORCES.into_iter().chain(["rocta"]).map(str::to_owned);
        names.zip(self.children.iter().map(|child| child.id().to_string())).collect()
    }

    pub(crate) fn stop(self) {
        for mut child in self.children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

/// Starts this benchmark again in another part and reads the address that it prints.
fn launch(arguments: &[&str]) -> (Child, String) {
    let program: PathBuf = std::env::current_exe().unwrap();
    let mut child = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().to_owned())
}

fn log(folder: &str, force: &str) -> Log<Written> {
    let path = Path::new(folder).join(format!("bare-{force}.log"));
    let _left_by_an_earlier_run = std::fs::remove_file(&path);
    Log::open(&path, Timestamp::now(), |_| {}).unwrap()
}

async fn door() -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("https://{}", listener.local_addr().unwrap());
    listener
}

fn site(folder: &str, force: &str, holder: &str) -> (Trust, CredentialStore) {
    let site = Path::new(folder).join(force);
    let trust = Trust::new(read_bundle(&site.join("federation.toml")).unwrap());
    let (certificate, key) = (site.join(format!("{holder}.pem")), site.join(format!("{holder}.key")));
    (trust, CredentialStore::new(read_credentials(&certificate, &key).unwrap()))
}

struct BareNode(Log<Written>);

#[tonic::async_trait]
impl Node for BareNode {
    async fn describe(&self, _: Request<v1::DescribeRequest>) -> Result<Response<v1::Description>, Status> {
        Ok(Response::new(v1::Description::default()))
    }

    async fn search(&self, _: Request<v1::SignedQuestion>) -> Result<Response<v1::SearchRelease>, Status> {
        write(&self.0).await?;
        let none = SearchReply {
            granularity: Granularity::Picture,
            hit: Some(false),
            matches: Vec::new(),
            referral: None,
            tags: None,
        };
        let id = QuestionId(uuid::Uuid::nil());
        Ok(Response::new(reply::search_to_wire(id, Timestamp::UNIX_EPOCH, &none)))
    }

    async fn search_batch(
        &self,
        _: Request<v1::SignedQuestion>,
    ) -> Result<Response<v1::SearchBatchRelease>, Status> {
        Ok(Response::new(v1::SearchBatchRelease::default()))
    }

    async fn tabulate(&self, _: Request<v1::SignedQuestion>) -> Result<Response<v1::TableRelease>, Status> {
        Ok(Response::new(v1::TableRelease::default()))
    }
}

pub(crate) async fn node(folder: &str, force: &str) {
    let (trust, credentials) = site(folder, force, "node");
    let acceptor = Acceptor::new(trust, credentials, &[Role::Coordinator]);
    let incoming = Listener::new(door().await, acceptor).into_stream();
    let service = NodeServer::new(BareNode(log(folder, force)));
    Server::builder().add_service(service).serve_with_incoming(incoming).await.unwrap();
}

pub(crate) async fn coordinator(folder: &str, nodes: &[String]) {
    let (trust, credentials) = site(folder, "rocta", "coordinator");
    let nodes = FORCES.map(str::to_owned).into_iter().zip(nodes.iter().cloned());
    centre::serve(door().await, trust, credentials, nodes, log(folder, "rocta")).await;
}
