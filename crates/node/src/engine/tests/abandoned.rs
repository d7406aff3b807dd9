//! A count that nobody waits for any more ends between two blocks, and frees its thread.

use std::cell::Cell;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use model::{Dataset, Tabulation};
use policy::Findings;
use tokio::runtime::Builder;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::super::tally::{self, Admits, Stop, Tally};
use super::{Engine, EngineLimits, Known, Record, Records, asked, permit, policy, snapshot};
use crate::catalogue::Snapshot;

const LIMITS: EngineLimits = EngineLimits { memory_bytes: 1 << 28, groups: 10_000, threads: 1 };
/// Persons: more than two blocks of them, fewer than four.
const PERSONS: u32 = 20_000;

fn records() -> Records {
    let person = |at: u32| -> Record {
        let own = [
            ("person_id", format!("P{at}")),
            ("sex", ["male", "female"][at as usize % 2].to_owned()),
            ("provenance", "police".to_owned()),
            ("disclosure_mark", "disclose".to_owned()),
        ];
        own.into()
    };
    [(Dataset::Person, (0..PERSONS).map(person).collect())].into()
}

async fn opened(folder: &std::path::Path) -> (Snapshot, Engine, Tabulation) {
    let snapshot = snapshot(&records(), folder).await;
    let engine = Engine::open(&snapshot, LIMITS).await.unwrap();
    (snapshot, engine, asked(Dataset::Person, &["sex"], &["count"], "", false))
}

#[tokio::test]
async fn a_count_asks_between_blocks_whether_anybody_waits() {
    let folder = tempfile::tempdir().unwrap();
    let (snapshot, engine, asked) = opened(folder.path()).await;
    let admits = Admits::of(&permit(&policy(), &snapshot, &asked), &asked, &engine.records);
    let own: Arc<[u32]> = (0..PERSONS).collect();
    let known = Known { own: own.clone(), linked: own };
    let weighs = tally::Weighs { dominance: false, units: false, margins: false, limits: LIMITS };
    let tally = Tally::new(engine.prepared.as_ref().unwrap(), admits, asked, known, weighs).unwrap();
    let count = |patience: usize| {
        let asked = Cell::new(0);
        let outcome = tally.count(&|| asked.replace(asked.get() + 1) == patience);
        (outcome, asked.get())
    };
    for patience in 0..3 {
        let (outcome, asked) = count(patience);
        assert!(matches!(outcome, Err(Stop::Abandoned)), "after {patience} blocks");
        assert_eq!(asked, patience + 1, "a block is counted that nobody waits for");
    }
    let Ok(groups) = count(usize::MAX).0 else { panic!("whoever waits gets the count") };
    assert_eq!(groups.iter().map(|group| group.entities).sum::<u64>(), u64::from(PERSONS));
}

#[test]
fn whoever_stops_waiting_leaves_no_thread_counting() {
    // All work that blocks has one thread.
    let runtime = Builder::new_current_thread().enable_time().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let (snapshot, engine, asked) = opened(folder.path()).await;
        let permit = permit(&policy(), &snapshot, &asked);
        let mut findings = Findings::for_table(&permit);
        let own: Arc<[u32]> = (0..PERSONS).collect();
        let known = Known { own: own.clone(), linked: own.clone() };
        // The thread is busy, so that the count has not begun when its time is over.
        let (go, held) = mpsc::channel::<()>();
        let busy = spawn_blocking(move || held.recv());
        let counting = engine.tabulate(&permit, &asked, known, &mut findings);
        assert!(timeout(Duration::ZERO, counting).await.is_err(), "the deadline waits for the count");
        drop(go);
        assert!(busy.await.unwrap().is_err());
        // Its turn comes after the count's, which has let go of everything.
        spawn_blocking(|| ()).await.unwrap();
        assert_eq!(Arc::strong_count(&own), 1);
    });
}
