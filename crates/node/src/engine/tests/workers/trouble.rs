//! What goes wrong between a node and its workers: a wire that breaks, a worker that is down, strangers, too little memory, a
//! question that nobody waits for, a panic.

use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::SessionStateBuilder;
use identity::{Dialler, HandshakeError};
use jiff::Timestamp;
use model::{Dataset, Role, Tabulation};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::{Engine, Forces, LIMITS, Wire, asked, counted, force, released, several, snapshot};
use crate::engine::EngineError;
use crate::workers::{Workers, end_with_a_panic};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);
/// Questions that nobody waits for any more.
const ABANDONED: usize = 40;
/// Cuts in each direction.
const CUTS: usize = 24;

/// A table for which records travel between workers, with margins.
fn along() -> Tabulation {
    asked(Dataset::Person, &["sex", "report.area"], &["count", "distinct"], "", true)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wire_that_breaks_after_any_byte_never_gives_another_count() {
    let (forces, folder) = (Forces::new(), tempfile::tempdir().unwrap());
    let full = snapshot(&several(8), folder.path()).await;
    let alone = Engine::open(&full, LIMITS).await.unwrap();
    let expected = released(&full, &alone, &along(), true).await.rows;
    let data = folder.path().join("state");
    let (one, other) = (forces.worker(&data, "").await, forces.worker(&data, "").await);

    let whole = Wire::to(one).await;
    let engine = forces.engine(&full, &[whole.address, other]).await;
    assert_eq!(released(&full, &engine, &along(), false).await.rows, expected);
    let (mut answered, mut failed) = (0, 0);
    for (way, bytes) in whole.both().into_iter().enumerate() {
        for cut in 0..CUTS {
            let mut most = [usize::MAX; 2];
            most[way] = bytes * cut / CUTS;
            let wire = Wire::cut(one, most).await;
            let engine = forces.engine(&full, &[wire.address, other]).await;
            match timeout(LONG, counted(&full, &engine, &along(), false)).await.expect("it ends") {
                Ok(table) => {
                    answered += 1;
                    assert_eq!(table.rows, expected, "cut after {most:?} of {bytes}");
                }
                Err(why) => {
                    failed += 1;
                    assert_eq!(why, EngineError::Failed("counting"), "cut after {most:?} of {bytes}");
                }
            }
        }
    }
    assert!(answered > 0 && failed > CUTS / 2, "{answered} answered, {failed} failed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_down_is_left_out() {
    let (forces, folder) = (Forces::new(), tempfile::tempdir().unwrap());
    let full = snapshot(&several(9), folder.path()).await;
    let alone = Engine::open(&full, LIMITS).await.unwrap();
    let expected = released(&full, &alone, &along(), true).await.rows;
    let up = forces.worker(&folder.path().join("state"), "").await;
    // One that nobody listens at any more, and one that takes connections and says nothing.
    let down = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mute_at = mute.local_addr().unwrap();
    for (addresses, elsewhere) in [(vec![down, up, mute_at], true), (vec![down, mute_at], false)] {
        let workers = forces.workers(&addresses, 500);
        let engine = Engine::open(&full, LIMITS).await.unwrap().elsewhere(Some(Arc::new(workers)));
        assert_eq!(engine.session().await.unwrap().is_elsewhere(), elsewhere);
        assert_eq!(released(&full, &engine, &along(), false).await.rows, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_takes_plans_of_its_own_forces_node_alone() {
    let (forces, folder) = (Forces::new(), tempfile::tempdir().unwrap());
    let full = snapshot(&several(10), folder.path()).await;
    let worker = forces.worker(&folder.path().join("state"), "").await;
    let call = async |of: &str, role: Role| {
        let dialler = Dialler::new(forces.trust.clone(), forces.store(of, role), force("mps"), Role::Node);
        let stream = TcpStream::connect(worker).await.unwrap();
        dialler.connect("localhost".try_into().unwrap(), stream).await.map(|_| ())
    };
    call("mps", Role::Node).await.unwrap();
    for (of, role) in [
        ("colp", Role::Node),
        ("colp", Role::Coordinator),
        ("mps", Role::Coordinator),
        ("mps", Role::Analyst),
        ("mps", Role::Custodian),
    ] {
        let met = call(of, role).await;
        assert!(matches!(met, Err(HandshakeError::Rejected(_))), "{role} of {of}: {met:?}");
    }

    // A node whose certificate is revoked while its connection is open.
    let store = forces.store("mps", Role::Node);
    let addresses = vec![format!("https://{worker}").parse().unwrap()];
    let config = crate::workers::config::WorkersConfig { addresses, patience_ms: 5_000, all_tables: true };
    let elsewhere = identity::Trust::new(identity::Bundle::clone(&forces.trust.bundle()));
    let node = Workers::new(config, elsewhere, store.clone(), Arc::new(Timestamp::now));
    assert_eq!(node.present(full.seal()).await.len(), 1);
    let serial = store.current().serial().clone();
    let revoked =
        identity::Bundle::clone(&forces.trust.bundle()).with_revoked(&force("mps"), serial).unwrap();
    forces.trust.replace(revoked);
    assert_eq!(node.present(full.seal()).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_has_its_memory_on_a_worker_too() {
    let (forces, folder) = (Forces::new(), tempfile::tempdir().unwrap());
    let full = snapshot(&several(11), folder.path()).await;
    let worker = forces.worker(&folder.path().join("state"), "question_memory_mib = 0").await;
    let engine = forces.engine(&full, &[worker]).await;
    let found = counted(&full, &engine, &along(), false).await.map(|table| table.rows);
    assert_eq!(found, Err(EngineError::TooLarge));
}

/// Whoever stops waiting stops the workers: what they hold for a question is given back.
#[test]
fn a_question_that_nobody_waits_for_ends_at_the_workers() {
    let runtime = |threads| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap()
    };
    let (node, elsewhere) = (runtime(2), runtime(1));
    let (forces, folder) = (Forces::new(), tempfile::tempdir().unwrap());
    let full = node.block_on(snapshot(&several(12), folder.path()));
    let worker = elsewhere.block_on(forces.worker(&folder.path().join("state"), ""));
    let engine = node.block_on(forces.engine(&full, &[worker]));
    node.block_on(async {
        released(&full, &engine, &along(), false).await;
        let idle = settled(&elsewhere).await;
        for micros in [0, 200, 1_000, 5_000, 20_000].repeat(ABANDONED / 5) {
            let _ = timeout(Duration::from_micros(micros), counted(&full, &engine, &along(), false)).await;
        }
        // A connection may have been opened anew meanwhile; each question that did not end would be one more.
        let ended = async {
            while elsewhere.metrics().num_alive_tasks() > idle + ABANDONED / 4 {
                tokio::task::yield_now().await;
            }
        };
        timeout(LONG, ended).await.expect("the worker has let go of them");
        released(&full, &engine, &along(), false).await;
    });
    elsewhere.shutdown_background();
}

/// How many tasks a runtime has once none ends any more.
async fn settled(runtime: &tokio::runtime::Runtime) -> usize {
    let mut least = usize::MAX;
    for _ in 0..100_000 {
        least = least.min(runtime.metrics().num_alive_tasks());
        tokio::task::yield_now().await;
    }
    least
}

/// Runs one of the ignored tests below in a process of its own.
fn alone(test: &str) -> std::process::ExitStatus {
    let test = format!("engine::tests::workers::trouble::{test}");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([&test, "--exact", "--ignored", "--quiet"]).output().unwrap().status
}

#[test]
fn a_panic_ends_a_worker_at_once_and_a_count_at_its_node() {
    assert_eq!(alone("a_worker_that_panics").signal(), Some(6), "SIGABRT");
    assert!(alone("a_node_that_panics").success());
}

#[tokio::test]
#[ignore = "ends its process"]
async fn a_worker_that_panics() {
    end_with_a_panic();
    let _ = tokio::spawn(async { panic!("in a task that nobody asks about") }).await;
}

#[tokio::test]
#[ignore = "counts the panics of its process"]
async fn a_node_that_panics() {
    let workers = Forces::new().workers(&[], 0);
    let begin = || workers.over(Vec::new(), "seal", SessionStateBuilder::new()).unwrap();
    let (before, spoilt) = (begin(), begin());
    before.end().unwrap();
    let _ = tokio::spawn(async { panic!("in a task that nobody asks about") }).await;
    assert_eq!(spoilt.end(), Err(EngineError::Failed("counting")));
    begin().end().unwrap();
}
