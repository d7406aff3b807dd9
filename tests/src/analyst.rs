//! An analyst who asks: builds, signs and sends questions over mutual TLS, and can be made to cheat.

use std::collections::BTreeSet;
use std::sync::Arc;

use api::v1::coordinator_client::CoordinatorClient;
use api::{answer, question, v1};
use identity::{Connector, CredentialStore, Credentials, Dialler, SignedBytes, Trust, sign_question};
use jiff::SignedDuration;
use model::probe::{IdentifierProbe, PersonProbe};
use model::{
    Ask, BatchAnswer, Circumstances, Dataset, Dimension, Filter, ForceId, Granularity, IdentifierKind,
    Measure, Probe, Purpose, Question, QuestionId, Role, Search, SearchAnswer, TableAnswer, Tabulation,
};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::TestClock;

pub struct Analyst {
    pub client: CoordinatorClient<Channel>,
    pub credentials: Arc<Credentials>,
    pub clock: TestClock,
    pub audience: BTreeSet<ForceId>,
    pub purpose: Purpose,
    pub deadline_ms: u32,
}

impl Analyst {
    pub fn new(
        trust: &Trust,
        credentials: Credentials,
        coordinator: &str,
        clock: &TestClock,
        forces: &[&str],
    ) -> Self {
        let store = CredentialStore::new(credentials);
        let rocta = "rocta".parse().unwrap();
        let dialler = Dialler::new(trust.clone(), store.clone(), rocta, Role::Coordinator);
        let endpoint = Endpoint::from_shared(coordinator.to_owned()).unwrap();
        let channel = endpoint.connect_with_connector_lazy(Connector::new(dialler));
        Self {
            client: CoordinatorClient::new(channel),
            credentials: store.current(),
            clock: clock.clone(),
            audience: forces.iter().map(|force| force.parse().unwrap()).collect(),
            purpose: Purpose::Investigation,
            deadline_ms: 0,
        }
    }

    /// A sound question of this analyst.
    pub fn question(&self, ask: Ask) -> Question {
        let now = self.clock.now();
        Question {
            id: QuestionId(Uuid::now_v7()),
            asker: self.credentials.name().clone(),
            purpose: self.purpose,
            operation: "Op Lantern".parse().unwrap(),
            circumstances: Circumstances::default(),
            audience: self.audience.clone(),
            issued_at: now,
            expires_at: now + SignedDuration::from_mins(2),
            ask,
        }
    }

    pub fn sign(&self, question: &Question) -> v1::SignedQuestion {
        signed(sign_question(&question::encode(question), &self.credentials).unwrap())
    }

    pub async fn search(&self, probe: Probe, granularity: Granularity) -> Result<SearchAnswer, Status> {
        let question = self.question(Ask::Search(Search { probe, granularity }));
        self.send_search(question.id, self.sign(&question)).await
    }

    pub async fn send_search(
        &self,
        id: QuestionId,
        signed: v1::SignedQuestion,
    ) -> Result<SearchAnswer, Status> {
        let request = v1::SearchRequest { question: Some(signed), deadline_ms: self.deadline_ms };
        let reply = self.client.clone().search(request).await?.into_inner();
        answer::search_answer_from_wire(id, reply).map_err(|e| Status::new(Code::DataLoss, e.to_string()))
    }

    pub async fn batch(&self, probes: Vec<Probe>, granularity: Granularity) -> Result<BatchAnswer, Status> {
        let question = self.question(batch(probes, granularity));
        self.send_batch(&question, self.sign(&question)).await
    }

    pub async fn send_batch(
        &self,
        question: &Question,
        signed: v1::SignedQuestion,
    ) -> Result<BatchAnswer, Status> {
        let Ask::Batch(subjects) = &question.ask else { panic!("no batch") };
        let request = v1::SearchBatchRequest { question: Some(signed), deadline_ms: self.deadline_ms };
        let reply = self.client.clone().search_batch(request).await?.into_inner();
        api::batch::answer_from_wire(question.id, subjects.len(), reply)
            .map_err(|e| Status::new(Code::DataLoss, e.to_string()))
    }

    pub async fn table(
        &self,
        dataset: Dataset,
        by: &[&str],
        measures: &[&str],
        filter: Option<&str>,
        by_force: bool,
    ) -> Result<TableAnswer, Status> {
        self.tabulate(tabulation(dataset, by, measures, filter), by_force).await
    }

    pub async fn tabulate(&self, asked: Tabulation, by_force: bool) -> Result<TableAnswer, Status> {
        let question = self.question(Ask::Tabulate(asked));
        let request = v1::TabulateRequest {
            question: Some(self.sign(&question)),
            deadline_ms: self.deadline_ms,
            by_force,
        };
        let reply = self.client.clone().tabulate(request).await?.into_inner();
        answer::table_answer_from_wire(question.id, reply)
            .map_err(|e| Status::new(Code::DataLoss, e.to_string()))
    }
}

pub fn signed(signed: SignedBytes) -> v1::SignedQuestion {
    let SignedBytes { bytes, signature, chain, approval, delegation } = signed;
    let approval = approval.map(|a| v1::Approval { signature: a.signature, chain: a.chain });
    let delegation = delegation.map(|d| v1::SignedDelegation {
        delegation: d.bytes,
        signature: d.signature,
        chain: d.chain,
    });
    v1::SignedQuestion { question: bytes, signature, chain, approval, delegation }
}

pub fn batch(probes: Vec<Probe>, granularity: Granularity) -> Ask {
    Ask::Batch(probes.into_iter().map(|probe| Search { probe, granularity }).collect())
}

pub fn tabulation(dataset: Dataset, by: &[&str], measures: &[&str], filter: Option<&str>) -> Tabulation {
    Tabulation::new(
        dataset,
        by.iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect(),
        measures.iter().map(|text| Measure::parse(dataset, text).unwrap()).collect(),
        filter.map(|text| Filter::parse(dataset, text).unwrap()),
    )
    .unwrap()
}

pub fn person(given: &str, family: &str, dob: &str) -> Probe {
    Probe::Person(PersonProbe {
        given_names: given.to_owned(),
        family_name: family.to_owned(),
        dob: Some(dob.parse().unwrap()),
        ..PersonProbe::default()
    })
}

pub fn identifier(kind: IdentifierKind, value: &str) -> Probe {
    Probe::Identifier(IdentifierProbe { kind, value: value.to_owned() })
}
