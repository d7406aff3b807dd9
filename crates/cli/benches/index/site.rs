//! One force's made-up records as a snapshot, and a permit of the sample policy to search it under.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use model::probe::PersonProbe;
use model::{
    Ask, Circumstances, Dataset, Granularity, Principal, Probe, Purpose, Question, QuestionId, Search,
};
use node::catalogue::{self, Snapshot};
use node::config::NodeConfig;
use node::policy_folder;
use policy::{Bundle, Permit, Policy};

use crate::change;

/// Probes drawn: a hundredth of them says what p99 is.
const PROBES: u64 = 5_000;

pub(crate) struct Site {
    folder: PathBuf,
    pub(crate) snapshot: Snapshot,
    now: Timestamp,
    policy: Policy,
}

impl Site {
    pub(crate) async fn prepare(persons: u32) -> Self {
        let name = format!("bench-index-{persons}-{PROBES}");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        if !folder.join("truth.csv").exists() {
            eprintln!("making up {persons} persons");
            let spec = synth::Spec {
                forces: vec!["mps".parse().unwrap()],
                persons,
                reports: persons / 10,
                events: 0,
                probes: PROBES,
                ..synth::Spec::default()
            };
            synth::write(&spec, &folder, &mut |_| {}).unwrap();
        }
        eprintln!("reading the records into a snapshot, unless that is done");
        let now = Timestamp::now();
        let snapshot = snapshot(&folder, "mps", now).await;
        let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies/mps");
        let policy =
            Policy::new(Bundle::compile(&policy_folder::read(&deploy).unwrap()).unwrap(), "desk".to_owned());
        Self { folder, snapshot, now, policy }
    }

    /// A snapshot of the same records, of which every hundredth changed.
    pub(crate) async fn changed(&self) -> Snapshot {
        eprintln!("changing one record in a hundred, unless that is done");
        change::every_hundredth(&self.folder.join("mps"), &self.folder.join("changed"));
        snapshot(&self.folder, "changed", self.now + SignedDuration::from_secs(1)).await
    }

    /// Removes the indexes of all snapshots.
    pub(crate) fn forget_indexes(&self) {
        let snapshots = self.snapshot.dir().parent().unwrap();
        for snapshot in std::fs::read_dir(snapshots).unwrap() {
            let index = snapshot.unwrap().path().join("index");
            if index.exists() {
                std::fs::remove_dir_all(index).unwrap();
            }
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn permit(&self) -> Permit {
        let probe = Probe::Person(PersonProbe { family_name: "Any".to_owned(), ..PersonProbe::default() });
        let now = Timestamp::now();
        let question = Question {
            id: QuestionId(uuid::Uuid::now_v7()),
            asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
            purpose: Purpose::Investigation,
            operation: "Op Lantern".parse().unwrap(),
            circumstances: Circumstances::default(),
            audience: ["mps".parse().unwrap()].into_iter().collect(),
            issued_at: now,
            expires_at: now + SignedDuration::from_mins(2),
            ask: Ask::Search(Search { probe, granularity: Granularity::Picture }),
        };
        let principal = Principal::named(question.asker.clone());
        self.policy.authorise(&principal, &question, self.snapshot.labels(), now).unwrap()
    }
}

/// A snapshot of the records in a folder inside `folder`.
async fn snapshot(folder: &Path, records: &str, now: Timestamp) -> Snapshot {
    let file = folder.join("node.toml");
    let config = NodeConfig::read(&config(folder, records), &file).unwrap();
    let sources = config.sources(&file);
    catalogue::prepare(&sources, &folder.join("data"), now, &mut |_| {}).await.unwrap().0
}

fn config(folder: &Path, records: &str) -> String {
    let mut text = "force = \"mps\"\nlisten = \"127.0.0.1:0\"\nbundle = \"b\"\npolicy = \"p\"\ndata = \"data\"\naudit = \"a\"\n\
                    [credentials]\ncertificate = \"c\"\nkey = \"k\"\n"
        .to_owned();
    for dataset in Dataset::ALL {
        if folder.join(format!("{records}/{dataset}.parquet")).exists() {
            text += &format!(
                "[source.{dataset}s]\nformat = \"parquet\"\npaths = [\"{records}/{dataset}.parquet\"]\n\
                 [[view]]\ndataset = \"{dataset}\"\nsql = \"select * from {dataset}s\"\n"
            );
        }
    }
    text
}
