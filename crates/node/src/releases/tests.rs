//! The store by itself: numbers that hold, answers that come back, nothing lost by a restart.

use jiff::Timestamp;
use model::{Dataset, QuestionId};
use policy::{Account, EntitySet, History, Kept, Past, Told};

use super::{Paid, Released, Releases, ReleasesError};

fn account(pool: &str) -> Account {
    Account { pool: pool.to_owned(), dataset: Dataset::Event, period: "1".to_owned() }
}

fn question() -> QuestionId {
    serde_json::from_str("\"0197c0de-0000-7000-8000-000000000001\"").unwrap()
}

/// A release without cells has no bytes to remember, which is enough to see what is kept under which name.
fn kept(answer: &str) -> Kept {
    Kept { answer: answer.as_bytes().to_vec(), told: Told::default().into(), memberships: 0, linked: None }
}

async fn keep(
    releases: &Releases,
    pool: &str,
    key: &str,
    epoch: &str,
    answer: &str,
) -> Result<(), ReleasesError> {
    let turn = releases.turn(&account(pool), None).await.unwrap();
    turn.keep(released(key, epoch, kept(answer), None)).await
}

fn released(key: &str, epoch: &str, kept: Kept, paid: Option<Paid>) -> Released {
    let (key, epoch) = (key.to_owned(), epoch.to_owned());
    Released { key, epoch, question: question(), at: Timestamp::UNIX_EPOCH, kept, paid }
}

async fn answer(releases: &Releases, pool: &str, key: &str, epoch: &str) -> Option<String> {
    let turn = releases.turn(&account(pool), None).await.unwrap();
    turn.answer(key, epoch).await.unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

#[tokio::test]
async fn an_answer_comes_back_for_the_same_pool_question_and_epoch_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("releases.sqlite");
    let releases = Releases::open(&path).unwrap();
    keep(&releases, "rocta", "q", "e", "told").await.unwrap();
    assert!(
        keep(&releases, "rocta", "q", "e", "told otherwise").await.is_err(),
        "answers are never replaced"
    );
    drop(releases);
    let releases = Releases::open(&path).unwrap();
    for (pool, key, epoch, expected) in [
        ("rocta", "q", "e", Some("told")),
        ("btp", "q", "e", None),
        ("rocta", "p", "e", None),
        ("rocta", "q", "f", None),
    ] {
        assert_eq!(answer(&releases, pool, key, epoch).await.as_deref(), expected, "{pool} {key} {epoch}");
    }
}

#[tokio::test]
async fn a_long_log_is_put_in_its_place_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("releases.sqlite");
    let releases = Releases::open(&path).unwrap();
    let long = "x".repeat(1 << 20);
    keep(&releases, "rocta", "q", "e", &long).await.unwrap();
    let size = || std::fs::metadata(&path).unwrap().len();
    let before = size();
    releases.store.tidy().unwrap();
    assert!(before < 1 << 20 && size() == before, "a short log stays");
    releases.store.logged(1 << 30);
    releases.store.tidy().unwrap();
    assert!(size() > 1 << 20, "a long one does not");
    drop(releases);
    let releases = Releases::open(&path).unwrap();
    assert_eq!(answer(&releases, "rocta", "q", "e").await, Some(long));
}

#[tokio::test]
async fn entities_keep_their_numbers_over_epochs_and_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("releases.sqlite");
    let releases = Releases::open(&path).unwrap();
    let check = async |releases: &Releases, dataset, hashes: &[u64], expected: &[u32]| {
        assert_eq!(*releases.number(dataset, hashes.to_vec()).await.unwrap(), *expected, "{hashes:?}");
    };
    check(&releases, Dataset::Event, &[70, 80, 90], &[0, 1, 2]).await;
    check(&releases, Dataset::Person, &[90], &[0]).await;
    drop(releases);
    let releases = Releases::open(&path).unwrap();
    check(&releases, Dataset::Event, &[90, 60, 70, 60], &[2, 3, 0, 3]).await;
    check(&releases, Dataset::Event, &[60, 50], &[3, 4]).await;
    check(&releases, Dataset::Event, &[70, 80, 90, 60, 50], &[0, 1, 2, 3, 4]).await;
    check(&releases, Dataset::Event, &[70, 90, 60, 40, 80], &[0, 2, 3, 5, 1]).await;
}

#[tokio::test]
async fn what_was_told_is_weighed_after_a_restart_and_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("releases.sqlite");
    let told = told_of([(0..40).collect(), (40..60).collect()]);
    for key in ["count", "mean"] {
        let releases = Releases::open(&path).unwrap();
        let turn = releases.turn(&account("rocta"), None).await.unwrap();
        let kept = Kept {
            answer: Vec::new(),
            memberships: told.memberships(),
            told: told.clone().into(),
            linked: None,
        };
        turn.keep(released(key, "e", kept, None)).await.unwrap();
        let turn = releases.turn(&account("rocta"), None).await.unwrap();
        assert!(turn.is_full(60) && !turn.is_full(61), "{key}");
    }
    let releases = Releases::open(&path).unwrap();
    let turn = releases.turn(&account("rocta"), None).await.unwrap();
    assert!(turn.is_full(60) && !turn.is_full(61));
    assert_eq!(format!("{:?}", turn.history()), format!("{:?}", History::of(Past::from_iter([told]))));
    assert!(!releases.turn(&account("btp"), None).await.unwrap().is_full(1));
}

/// A told table, by way of the bytes that a release leaves behind.
fn told_of(cells: [EntitySet; 2]) -> Told {
    Told::from(cells.to_vec())
}

#[tokio::test]
async fn a_file_that_is_no_store_stops_the_node() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("releases.sqlite");
    std::fs::write(&path, "not a database, but long enough that nobody takes it for an empty one").unwrap();
    let error = Releases::open(&path).unwrap_err().to_string();
    assert!(error.contains("restore it from a backup"), "{error}");
}

#[tokio::test]
async fn one_node_alone_has_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("releases.sqlite");
    let first = Releases::open(&path).unwrap();
    assert!(matches!(Releases::open(&path).unwrap_err(), ReleasesError::InUse { .. }));
    drop(first);
    assert!(Releases::open(&path).is_ok());
}
