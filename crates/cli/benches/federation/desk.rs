//! The analyst who asks in the benchmark: signs every question afresh, as the command line does.

use std::path::Path;
use std::sync::Arc;

use api::v1::coordinator_client::CoordinatorClient;
use api::{answer, batch, question, v1};
use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use identity::files::{read_bundle, read_credentials};
use identity::{Connector, CredentialStore, Credentials, Dialler, Trust};
use jiff::{SignedDuration, Timestamp};
use model::filter::{Filter, GridPoint};
use model::probe::{IdentifierProbe, PersonProbe};
use model::reply::Figure;
use model::{
    Ask, Circumstances, Dataset, Dimension, Granularity, Measure, Probe, Purpose, Question, QuestionId, Role,
    Search, TableAnswer, Tabulation,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tonic::transport::{Channel, Endpoint};

pub(crate) struct Desk {
    client: CoordinatorClient<Channel>,
    credentials: Arc<Credentials>,
}

impl Desk {
    pub(crate) async fn open(folder: &Path) -> Self {
        let trust = Trust::new(read_bundle(&folder.join("rocta/federation.toml")).unwrap());
        let bundle = trust.bundle();
        let rocta = "rocta".parse().unwrap();
        let address = bundle.member(&rocta).unwrap().coordinator().unwrap().clone();
        let (credentials, channel) = connect(folder, trust.clone(), address).await;
        Self { client: CoordinatorClient::new(channel), credentials }
    }

    fn question(&self, ask: Ask) -> Question {
        let now = Timestamp::now();
        Question {
            id: QuestionId(uuid::Uuid::now_v7()),
            asker: self.credentials.name().clone(),
            purpose: Purpose::Investigation,
            operation: "Op Lantern".parse().unwrap(),
            circumstances: Circumstances::default(),
            audience: ["btp", "colp", "mps"].iter().map(|force| force.parse().unwrap()).collect(),
            issued_at: now,
            expires_at: now + SignedDuration::from_mins(2),
            ask,
        }
    }

    fn sign(&self, question: &Question) -> v1::SignedQuestion {
        let signed = identity::sign_question(&question::encode(question), &self.credentials).unwrap();
        v1::SignedQuestion {
            question: signed.bytes,
            signature: signed.signature,
            chain: signed.chain,
            approval: None,
            delegation: None,
        }
    }

    pub(crate) async fn search(&self, probe: &Probe) {
        let search = Search { probe: probe.clone(), granularity: Granularity::Picture };
        let question = self.question(Ask::Search(search));
        let request = v1::SearchRequest { question: Some(self.sign(&question)), deadline_ms: 0 };
        let reply = self.client.clone().search(request).await.unwrap().into_inner();
        let answer = answer::search_answer_from_wire(question.id, reply).unwrap();
        assert!(answer.coverage.is_complete(), "{}", answer.coverage.sentence());
    }

    /// Asks about all of `probes` in one question.
    pub(crate) async fn batch(&self, probes: &[Probe]) {
        let search = |probe: &Probe| Search { probe: probe.clone(), granularity: Granularity::Picture };
        let question = self.question(Ask::Batch(probes.iter().map(search).collect()));
        let request = v1::SearchBatchRequest { question: Some(self.sign(&question)), deadline_ms: 0 };
        let mut client = self.client.clone().max_decoding_message_size(batch::ANSWER_BYTES_MAX);
        let reply = client.search_batch(request).await.unwrap().into_inner();
        let answer = batch::answer_from_wire(question.id, probes.len(), reply).unwrap();
        assert!(answer.coverage.is_complete(), "{}", answer.coverage.sentence());
    }

    /// Asks for a table; a deadline of 0 is the coordinator's own.
    pub(crate) async fn tabulate(&self, asked: &Tabulation, deadline_ms: u32) -> TableAnswer {
        let question = self.question(Ask::Tabulate(asked.clone()));
        let request =
            v1::TabulateRequest { question: Some(self.sign(&question)), deadline_ms, by_force: false };
        let reply = self.client.clone().tabulate(request).await.unwrap().into_inner();
        let answer = answer::table_answer_from_wire(question.id, reply).unwrap();
        assert!(answer.coverage.is_complete(), "{}", answer.coverage.sentence());
        answer
    }

    /// Asks for counts of reports and returns the sum of what was released. Each `round` asks by other words for the same
    /// records: a question that was answered before is given its answer again, and not counted.
    pub(crate) async fn table(&self, by: &[&str], round: usize) -> u64 {
        let by = by.iter().map(|text| Dimension::parse(Dataset::Report, text).unwrap()).collect();
        let filter = Filter::Or(vec![
            Filter::In { column: "reporting_unit".to_owned(), values: vec![unit(round)] },
            Filter::Range {
                column: "reported_on".to_owned(),
                from: Some(GridPoint::Month { year: 1900, month: 1 }),
                below: None,
            },
        ]);
        let asked = Tabulation::new(Dataset::Report, by, vec![Measure::Count], Some(filter)).unwrap();
        let answer = self.tabulate(&asked, 0).await;
        let counts = answer.rows.iter().map(|row| match row.cells[0].figure {
            Some(Figure::Count(count)) => count,
            _ => 0,
        });
        counts.sum()
    }
}

/// A unit that no force has.
pub(crate) fn unit(round: usize) -> String {
    format!("Unit {round}")
}

/// A channel to a coordinator at `address`, as the demo's analyst.
pub(crate) async fn connect(folder: &Path, trust: Trust, address: http::Uri) -> (Arc<Credentials>, Channel) {
    let site = folder.join("rocta");
    let credentials = read_credentials(&site.join("analyst.pem"), &site.join("analyst.key")).unwrap();
    let store = CredentialStore::new(credentials);
    let dialler = Dialler::new(trust, store.clone(), "rocta".parse().unwrap(), Role::Coordinator);
    let endpoint = Endpoint::from(address);
    (store.current(), endpoint.connect_with_connector(Connector::new(dialler)).await.unwrap())
}

/// Probes of the made-up population, some corrupted, some of people whom nobody holds.
pub(crate) fn people(folder: &Path, count: usize) -> Vec<Probe> {
    let mut reader = csv::Reader::from_path(folder.join("synthetic/probes.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (given, family, dob) = (place("given_names"), place("family_name"), place("dob"));
    let person = |record: csv::StringRecord| PersonProbe {
        given_names: record[given].to_owned(),
        family_name: record[family].to_owned(),
        dob: record[dob].parse().ok(),
        ..PersonProbe::default()
    };
    let people = reader.records().map(|record| person(record.unwrap()));
    people.filter(|person| !person.family_name.is_empty()).take(count).map(Probe::Person).collect()
}

/// Identifiers that the Metropolitan Police holds, a few of them held by others too.
pub(crate) fn identifiers(folder: &Path, count: usize) -> Vec<Probe> {
    let file = std::fs::File::open(folder.join("mps/records/identifier.parquet")).unwrap();
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let mut found = Vec::new();
    for batch in batches {
        let batch = batch.unwrap();
        let text = |name: &str| cast(batch.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
        let (kinds, values) = (text("kind"), text("value"));
        for (kind, value) in kinds.as_string::<i32>().iter().zip(values.as_string::<i32>()) {
            let (Some(kind), Some(value)) = (kind, value) else { continue };
            let probe = IdentifierProbe { kind: kind.parse().unwrap(), value: value.to_owned() };
            let probe = Probe::Identifier(probe);
            // A few made-up values are spoilt on purpose, and would be refused at the desk.
            if linkage::Subject::try_from(&probe).is_ok() {
                found.push(probe);
            }
            if found.len() == count {
                return found;
            }
        }
    }
    found
}
