//! So many simulated forces, Bluelamp's coordinator and a bare one over them, and an analyst of each.

use std::collections::BTreeMap;
use std::time::Duration;

use api::v1;
use api::v1::coordinator_client::CoordinatorClient;
use audit::Log;
use identity::{Connector, CredentialStore, Dialler, Trust};
use jiff::Timestamp;
use model::{Ask, Granularity, QuestionId, Role, Search, SearchAnswer};
use tempfile::TempDir;
use tests::analyst::person;
use tests::stub::{self, Conduct};
use tests::{Analyst, Authorities, TestClock};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};

use crate::centre;

pub(crate) struct Forces {
    analyst: Analyst,
    bare: CoordinatorClient<Channel>,
    /// All end with it.
    _tasks: JoinSet<()>,
    _folder: TempDir,
}

/// The force of this number.
pub(crate) fn name(number: usize) -> String {
    format!("f{number:03}")
}

impl Forces {
    /// Starts so many, of which one may hang.
    pub(crate) async fn start(width: usize, hung: Option<usize>) -> Self {
        let names: Vec<String> = (0..width).map(name).collect();
        let held: Vec<&str> = names.iter().map(String::as_str).collect();
        let authorities = Authorities::mint(&[held.as_slice(), &["rocta"]].concat());
        let (mut tasks, folder) = (JoinSet::new(), TempDir::new().unwrap());
        let (mut addresses, mut listeners) = (BTreeMap::new(), Vec::new());
        for force in &names {
            let (listener, address) = door().await;
            addresses.insert(force.clone(), address);
            listeners.push(listener);
        }
        let [(ours, address), (theirs, bare_address)] = [door().await, door().await];
        let bundle = authorities.bundle(&addresses, Some(&address));
        let trust = Trust::new(bundle);
        for (number, listener) in listeners.into_iter().enumerate() {
            let credentials = CredentialStore::new(authorities.credentials(&names[number], Role::Node, "1"));
            let conduct = if hung == Some(number) { Conduct::Hang } else { Conduct::Nothing };
            tasks.spawn(stub::serve(listener, trust.clone(), credentials, conduct));
        }

        let clock = TestClock::new();
        let credentials = CredentialStore::new(authorities.credentials("rocta", Role::Coordinator, "1"));
        let text = "force = \"rocta\"\nlisten = \"127.0.0.1:0\"\nbundle = \"federation.toml\"\naudit = \"audit.log\"\n\
                    [credentials]\ncertificate = \"coordinator.pem\"\nkey = \"coordinator.key\"\n";
        let file = folder.path().join("coordinator.toml");
        let start = coordinator::Start {
            config: coordinator::CoordinatorConfig::read(text, &file).unwrap(),
            trust: trust.clone(),
            credentials: credentials.clone(),
            clock: clock.reader(),
        };
        tasks.spawn(async move { coordinator::run(start, ours, CancellationToken::new()).await.unwrap() });
        let log = Log::open(&folder.path().join("bare.log"), Timestamp::now(), |_| {}).unwrap();
        tasks.spawn(centre::serve(theirs, trust.clone(), credentials, addresses, log));

        let credentials = authorities.credentials("rocta", Role::Analyst, "7");
        let analyst = Analyst::new(&trust, credentials, &address, &clock, &held);
        let store = CredentialStore::new(authorities.credentials("rocta", Role::Analyst, "7"));
        let dialler = Dialler::new(trust, store, "rocta".parse().unwrap(), Role::Coordinator);
        let endpoint = Endpoint::from_shared(bare_address).unwrap();
        let bare = CoordinatorClient::new(endpoint.connect_with_connector_lazy(Connector::new(dialler)));
        Self { analyst, bare, _tasks: tasks, _folder: folder }
    }

    /// A question signed and ready to be sent, once.
    pub(crate) fn ask(&self) -> (QuestionId, v1::SignedQuestion) {
        let search = Search { probe: person("Ann", "Marlow", "1980-02-03"), granularity: Granularity::Count };
        let question = self.analyst.question(Ask::Search(search));
        (question.id, self.analyst.sign(&question))
    }

    /// Through Bluelamp's coordinator; a deadline of nothing is the coordinator's own.
    pub(crate) async fn ours(
        &self,
        (id, question): (QuestionId, v1::SignedQuestion),
        deadline: Duration,
    ) -> SearchAnswer {
        let deadline_ms = u32::try_from(deadline.as_millis()).unwrap();
        let request = v1::SearchRequest { question: Some(question), deadline_ms };
        let answer = self.analyst.client.clone().search(request).await.unwrap().into_inner();
        api::answer::search_answer_from_wire(id, answer).unwrap()
    }

    /// Through the bare coordinator: how many forces answered.
    pub(crate) async fn bare(&self, (_, question): (QuestionId, v1::SignedQuestion)) -> usize {
        let request = v1::SearchRequest { question: Some(question), deadline_ms: 0 };
        self.bare.clone().search(request).await.unwrap().into_inner().answers.len()
    }
}

async fn door() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    (listener, address)
}
