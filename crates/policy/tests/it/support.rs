//! Bundles, questions and labels for tests.

use std::path::Path;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use model::TableReply;
use model::probe::PersonProbe;
use model::reply::Reply;
use model::vocabulary::ThreatCategory;
use model::{
    Ask, Circumstances, Dataset, Dimension, Granularity, Label, LabelTable, Measure, Principal, Probe,
    Purpose, Question, QuestionId, Search, Tabulation,
};
use policy::{
    Bundle, BundleFiles, Counted, Denial, Findings, History, Noise, Permit, Policy, ReleaseSummary, bundle,
};

pub(crate) const DISCLOSURE: &str = "[profiles.standard]\nminimum_cell = 10\nrounding_base = 5\nsum_base = 100\n\
     [profiles.open]\nminimum_cell = 5\nrounding_base = 1\nsum_base = 1\n[limits]\ncells_max = 10000\n";

pub(crate) const EDITION: &str = "version = 1\nnote = \"for tests\"\n";

pub(crate) const PERMIT_ALL: &str = "@id(\"all\") permit (principal, action, resource);";

/// A bundle with these policies; `rest` replaces or adds files.
pub(crate) fn files(policies: &str, rest: &[(&str, &str)]) -> BundleFiles {
    let base = [
        ("bundle.toml", EDITION),
        ("schema.cedarschema", bundle::SCHEMA),
        ("disclosure.toml", DISCLOSURE),
        ("policies/all.cedar", policies),
    ];
    base.iter().chain(rest).map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

pub(crate) fn policy(policies: &str) -> Policy {
    Policy::new(Bundle::compile(&files(policies, &[])).unwrap(), "Test desk".to_owned())
}

/// The policy that permits everything, compiled once.
pub(crate) static LAX: LazyLock<Policy> = LazyLock::new(|| policy(PERMIT_ALL));

/// A bundle folder under `deploy/policies`.
pub(crate) fn sample(force: &str) -> BundleFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies").join(force);
    let mut files = BundleFiles::default();
    for folder in ["", "policies", "cases"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                files.files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

pub(crate) fn now() -> Timestamp {
    "2024-05-01T12:00:00Z".parse().unwrap()
}

/// A ROCTA analyst's question, just issued.
pub(crate) fn question(ask: Ask) -> Question {
    Question {
        id: QuestionId(uuid::Uuid::from_u128(7)),
        asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
        purpose: Purpose::Investigation,
        operation: "Op Lantern".parse().unwrap(),
        circumstances: Circumstances::default(),
        audience: [("mps").parse().unwrap()].into(),
        issued_at: now(),
        expires_at: now() + SignedDuration::from_mins(1),
        ask,
    }
}

pub(crate) fn person(granularity: Granularity) -> Ask {
    let probe = PersonProbe { family_name: "Marlow".to_owned(), ..PersonProbe::default() };
    Ask::Search(Search { probe: Probe::Person(probe), granularity })
}

pub(crate) fn tabulation(dataset: Dataset, by: &[&str], measures: &[&str]) -> Ask {
    let by = by.iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect();
    let measures = measures.iter().map(|text| Measure::parse(dataset, text).unwrap()).collect();
    Ask::Tabulate(Tabulation::new(dataset, by, measures, None).unwrap())
}

pub(crate) fn authorise(policy: &Policy, question: &Question, labels: &LabelTable) -> Result<Permit, Denial> {
    let principal = Principal::named(question.asker.clone());
    policy.authorise(&principal, question, labels, now())
}

/// An ordinary police record's label, about drugs.
pub(crate) fn ordinary(dataset: Dataset) -> Label {
    Label { threat_category: ThreatCategory::Drugs, ..Label::ordinary(dataset, "mps".parse().unwrap()) }
}

/// The same bits every time.
pub(crate) struct Still(pub(crate) u128);

impl Noise for Still {
    fn bits(&mut self) -> u128 {
        self.0
    }
}

/// Releases a table of ordinary records in which these groups were counted.
pub(crate) fn release_table(
    policy: &Policy,
    asked: Tabulation,
    groups: Vec<Counted>,
) -> Result<TableReply, Denial> {
    release_with_summary(policy, asked, groups).map(|(table, _)| table)
}

/// The same with its outline.
pub(crate) fn release_with_summary(
    policy: &Policy,
    asked: Tabulation,
    groups: Vec<Counted>,
) -> Result<(TableReply, ReleaseSummary), Denial> {
    let labels = LabelTable::from(vec![ordinary(asked.dataset())]);
    let permit = authorise(policy, &question(Ask::Tabulate(asked)), &labels).unwrap();
    let mut findings = Findings::for_table(&permit);
    groups.into_iter().for_each(|group| findings.add_counted(group));
    let release = policy.release(permit, findings, &History::empty(), now(), &mut Still(0))?;
    let summary = release.summary();
    match release.into_reply() {
        Reply::Table(table) => Ok((table, summary)),
        Reply::Search(_) => panic!("a table was answered with a search"),
    }
}
