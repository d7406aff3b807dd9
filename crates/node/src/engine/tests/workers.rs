//! Tables that workers count, over real mutual TLS: the same as without them, whatever a table asks; and whatever goes wrong,
//! never another.
#![allow(clippy::disallowed_methods, reason = "tests: what is spawned ends with its runtime")]

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use identity::{Authority, Bundle as Members, CredentialStore, Credentials, Member, Trust};
use jiff::{SignedDuration, Timestamp};
use model::reply::TableReply;
use model::{Dataset, ForceId, Name, Reply, Role, Tabulation};
use policy::{Bundle, BundleFiles, Findings, History, Noise, Policy};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{
    DISCLOSURE, Engine, EngineLimits, NOW, POLICY, Records, asked, counted, made, permit, released, snapshot,
    tables,
};
use crate::catalogue::Snapshot;
use crate::workers::config::{WorkerConfig, WorkersConfig};
use crate::workers::{Workers, server};

mod trouble;
mod wire;

use wire::Wire;

const LIMITS: EngineLimits = EngineLimits { memory_bytes: 1 << 28, groups: 10_000, threads: 2 };

/// Milliseconds that no worker which is there takes to answer.
const PATIENT: u64 = 30_000;

/// Two forces, whose certificates everybody knows.
struct Forces {
    authorities: [Authority; 2],
    trust: Trust,
}

fn force(name: &str) -> ForceId {
    name.parse().unwrap()
}

impl Forces {
    fn new() -> Self {
        let mint =
            |name| Authority::mint(&force(name), Timestamp::now(), SignedDuration::from_hours(48)).unwrap();
        let authorities = ["mps", "colp"].map(mint);
        let member =
            |a: &Authority| Member::new(a.force().clone(), "A force", "a desk", a.certificate_pem()).unwrap();
        let trust = Trust::new(Members::new(authorities.iter().map(member).collect()).unwrap());
        Self { authorities, trust }
    }

    fn store(&self, of: &str, role: Role) -> CredentialStore {
        let authority = self.authorities.iter().find(|authority| *authority.force() == force(of)).unwrap();
        let name = Name::new(force(of), role, "1").unwrap();
        let issued = authority.issue(&name, Timestamp::now(), SignedDuration::from_hours(1)).unwrap();
        CredentialStore::new(Credentials::from_pem(&issued.certificate_pem, &issued.key_pem).unwrap())
    }

    /// A worker of mps over the snapshots in a node's data folder, with these limits.
    async fn worker(&self, data: &Path, limits: &str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let text = format!(
            "force = \"mps\"\nlisten = \"\"\nbundle = \"\"\ndata = {data:?}\ncredentials = {{ certificate = \"\", key = \"\" }}\n[limits]\n{limits}\n"
        );
        let config = WorkerConfig::read(&text, Path::new("worker.toml")).unwrap();
        let (trust, credentials) = (self.trust.clone(), self.store("mps", Role::Node));
        let start = server::Start { config, trust, credentials, clock: Arc::new(Timestamp::now) };
        tokio::spawn(server::run(start, listener, CancellationToken::new()));
        address
    }

    /// What a node of mps knows of workers there.
    fn workers(&self, addresses: &[SocketAddr], patience_ms: u64) -> Workers {
        let addresses = addresses.iter().map(|at| format!("https://{at}").parse().unwrap()).collect();
        let config = WorkersConfig { addresses, patience_ms, all_tables: false };
        Workers::new(config, self.trust.clone(), self.store("mps", Role::Node), Arc::new(Timestamp::now))
    }

    /// An engine that has workers.
    async fn engine(&self, snapshot: &Snapshot, addresses: &[SocketAddr]) -> Engine {
        let engine = Engine::open(snapshot, LIMITS).await.unwrap();
        engine.elsewhere(Some(Arc::new(self.workers(addresses, PATIENT))))
    }
}

/// Records of which reports too may have several rows.
fn several(seed: u64) -> Records {
    let mut records = made(seed, false);
    for (at, report) in records.get_mut(&Dataset::Report).unwrap().iter_mut().enumerate() {
        if at % 4 == 0 {
            report.insert("report_id", format!("R{}", at + 1));
        }
    }
    records
}

/// Those along links, and what is weighed and measured otherwise.
fn all_tables() -> Vec<Tabulation> {
    let more = [
        (&["area"][..], &["mean:risk_score", "variance:risk_score"][..], "", true),
        (&["area", "quarter"], &["sum:risk_score", "count"], "", true),
        (&["year"], &["distinct"], "risk_score >= 20", false),
        (&["risk_score:band50"], &["count"], "area in (North, East)", false),
        (&[], &["sum:risk_score", "distinct"], "", false),
    ];
    let more = more
        .into_iter()
        .map(|(by, measures, filter, totals)| asked(Dataset::Report, by, measures, filter, totals));
    tables().into_iter().chain(more).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_come_to_the_same_tables() {
    let forces = Forces::new();
    for (seed, many) in [(1, 1), (2, 3)] {
        let folder = tempfile::tempdir().unwrap();
        let full = snapshot(&several(seed), folder.path()).await;
        let alone = Engine::open(&full, LIMITS).await.unwrap();
        let (mut wires, mut addresses) = (Vec::new(), Vec::new());
        for _ in 0..many {
            let wire = Wire::to(forces.worker(&folder.path().join("state"), "").await).await;
            addresses.push(wire.address);
            wires.push(wire);
        }
        let engine = forces.engine(&full, &addresses).await;
        for asked in all_tables() {
            let expected = released(&full, &alone, &asked, true).await;
            let before: Vec<usize> = wires.iter().map(Wire::passed).collect();
            let found = released(&full, &engine, &asked, false).await;
            assert_eq!(found.rows, expected.rows, "{asked:?} over {many}");
            for (wire, before) in wires.iter().zip(before) {
                let passed = wire.passed() - before;
                assert!(passed > 500, "{asked:?}: {passed} bytes to a worker: it had no part in it");
            }
        }
    }
}

/// Bits that look random and are the same in every run.
struct Seeded(u64);

impl Noise for Seeded {
    fn bits(&mut self) -> u128 {
        let mut word = || {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed ^ (mixed >> 31)
        };
        u128::from(word()) << 64 | u128::from(word())
    }
}

/// The release of a table that carries noise, bounded entity by entity.
async fn noised(snapshot: &Snapshot, engine: &Engine, asked: &Tabulation) -> TableReply {
    let noise = "[noise.report]\ndistribution = \"laplace\"\nquestion_micro_rho = 5000\nbudget_micro_rho = 20000\nperiod_days = 30\n";
    let files = [
        ("bundle.toml", "version = 1\nnote = \"for tests\"\n".to_owned()),
        ("schema.cedarschema", policy::bundle::SCHEMA.to_owned()),
        ("disclosure.toml", format!("{DISCLOSURE}{noise}")),
        ("policies/all.cedar", POLICY.to_owned()),
    ];
    let files: BundleFiles = files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect();
    let policy = Policy::new(Bundle::compile(&files).unwrap(), "the desk".to_owned());
    let permit = permit(&policy, snapshot, asked);
    assert!(permit.charge().is_some());
    let mut findings = Findings::for_table(&permit);
    let lots: Vec<u64> = (0..10_000).map(|at: u64| at.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    engine.shares(&permit, asked, &lots, &mut findings).await.unwrap();
    let now = NOW.parse().unwrap();
    let release = policy.release(permit, findings, &History::empty(), now, &mut Seeded(7)).unwrap();
    match release.into_reply() {
        Reply::Table(table) => table,
        Reply::Search(_) => panic!("a table was asked for"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_come_to_the_same_shares_under_noise() {
    let (forces, folder) = (Forces::new(), tempfile::tempdir().unwrap());
    let full = snapshot(&several(4), folder.path()).await;
    let alone = Engine::open(&full, LIMITS).await.unwrap();
    let data = folder.path().join("state");
    let addresses = [forces.worker(&data, "").await, forces.worker(&data, "").await];
    let engine = forces.engine(&full, &addresses).await;
    for measures in [&["count"][..], &["sum:risk_score"]] {
        let asked = asked(Dataset::Report, &["threat_category"], measures, "", false);
        let expected = noised(&full, &alone, &asked).await;
        assert!(!expected.rows.is_empty());
        assert_eq!(noised(&full, &engine, &asked).await.rows, expected.rows, "{measures:?}");
    }
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// The seal of the epoch goes with each plan, so that two epochs are never mixed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_counts_over_the_nodes_own_epoch_or_not_at_all() {
    let (forces, folder) = (Forces::new(), tempfile::tempdir().unwrap());
    let table = asked(Dataset::Person, &["sex"], &["count", "distinct"], "", true);
    let (old_home, new_home, copied) =
        (folder.path().join("old"), folder.path().join("new"), folder.path().join("copied"));
    fs::create_dir_all(&old_home).unwrap();
    fs::create_dir_all(&new_home).unwrap();
    let (old, new) = (snapshot(&several(5), &old_home).await, snapshot(&several(6), &new_home).await);
    copy(&old_home.join("state"), &copied);
    let worker = forces.worker(&copied, "").await;
    let expected = async |snapshot: &Snapshot| {
        released(snapshot, &Engine::open(snapshot, LIMITS).await.unwrap(), &table, true).await.rows
    };
    let (of_old, of_new) = (expected(&old).await, expected(&new).await);
    assert_ne!(of_old, of_new);

    // The node has taken up another epoch; the worker's copy is of the one before, which questions under way still use.
    let (before, after) = (forces.engine(&old, &[worker]).await, forces.engine(&new, &[worker]).await);
    assert!(before.session().await.unwrap().is_elsewhere());
    assert_eq!(released(&old, &before, &table, false).await.rows, of_old);
    assert!(!after.session().await.unwrap().is_elsewhere(), "it has another epoch");
    assert_eq!(released(&new, &after, &table, false).await.rows, of_new);

    // Whoever sends a plan all the same gets nothing: between the look and the plan an epoch may be gone.
    let workers = forces.workers(&[worker], PATIENT);
    let present = vec![format!("https://{worker}").parse().unwrap()];
    let session =
        workers.over(present, new.seal(), datafusion::execution::SessionStateBuilder::new()).unwrap();
    let permit = permit(&super::policy(), &new, &table);
    let records = after.records(&permit, &table, &session).unwrap().unwrap();
    let plan = crate::engine::expression::shares(&permit, &table);
    let mut stream = session.stream(crate::engine::logical(records, plan)).await.unwrap();
    assert!(futures::StreamExt::next(&mut stream).await.unwrap().is_err());

    // The copy follows, beside the one before.
    copy(&new_home.join("state"), &copied);
    assert!(after.session().await.unwrap().is_elsewhere());
    assert_eq!(released(&new, &after, &table, false).await.rows, of_new);
    assert_eq!(released(&old, &before, &table, false).await.rows, of_old);
}
