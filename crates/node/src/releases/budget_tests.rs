//! Charges in the store: never over the budget, whoever asks at once, whenever the node dies, whatever the clock says.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use model::{Dataset, QuestionId};
use policy::{Account, Charge, Kept, Told};

use super::charges::read;
use super::{Paid, Released, Releases, ReleasesError};

const COST: u64 = 30;
const BUDGET: u64 = 100;

fn charge(pool: &str) -> Charge {
    let pool = pool.to_owned();
    Charge { dataset: Dataset::Event, pool, micro_rho: COST, budget_micro_rho: BUDGET, period_days: 10 }
}

fn account(pool: &str, period: &str) -> Account {
    Account { pool: pool.to_owned(), dataset: Dataset::Event, period: period.to_owned() }
}

fn question(number: u128) -> QuestionId {
    QuestionId(uuid::Uuid::from_u128(number))
}

fn day(day: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day)
}

async fn pay(releases: &Releases, pool: &str, now: Timestamp) -> Option<Paid> {
    let turn = releases.turn(&account(pool, "1"), None).await.unwrap();
    turn.charge(charge(pool), question(1), now).await.unwrap().ok()
}

async fn keep(
    releases: &Releases,
    of: &Account,
    key: &str,
    epoch: &str,
    paid: Option<Paid>,
) -> Result<(), ReleasesError> {
    let kept = Kept { answer: b"told".to_vec(), told: Told::default().into(), memberships: 0, linked: None };
    let (key, epoch, at) = (key.to_owned(), epoch.to_owned(), Timestamp::UNIX_EPOCH);
    let release = Released { key, epoch, question: question(2), at, kept, paid };
    releases.turn(of, None).await.unwrap().keep(release).await
}

/// The disk as a node that dies now leaves it: every file copied as it stands.
fn crash(path: &Path, folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    for ending in ["sqlite", "sqlite-wal"] {
        let from = path.with_extension(ending);
        if from.exists() {
            std::fs::copy(&from, folder.join(from.file_name().unwrap())).unwrap();
        }
    }
    folder.join(path.file_name().unwrap())
}

#[tokio::test]
async fn what_is_charged_at_once_never_passes_the_budget_together() {
    let folder = tempfile::tempdir().unwrap();
    let releases = Releases::open(&folder.path().join("releases.sqlite")).unwrap();
    let mut tries = tokio::task::JoinSet::new();
    for at in 0..24 {
        let releases = releases.clone();
        // Another period is another account, whose tables do not wait for these: the budget is one all the same.
        let of = account("rocta", if at % 2 == 0 { "1" } else { "2" });
        tries.spawn(async move {
            let turn = releases.turn(&of, None).await.unwrap();
            turn.charge(charge("rocta"), question(at), day(1)).await.unwrap().is_ok()
        });
    }
    let paid = tries.join_all().await.into_iter().map(u64::from).sum::<u64>();
    assert_eq!(paid, BUDGET / COST);
    assert!(pay(&releases, "btp", day(1)).await.is_some(), "another force has a budget of its own");
    assert!(pay(&releases, "*", day(1)).await.is_none(), "all askers together include these");
}

#[tokio::test]
async fn a_charge_stands_wherever_the_node_dies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("releases.sqlite");
    let releases = Releases::open(&path).unwrap();
    let spent = |path: &Path| charge("rocta").spent(&read(path, Dataset::Event).unwrap().0, day(1));
    let dies = |name: &str| crash(&path, &folder.path().join(name));

    let before = dies("before it is charged");
    let paid = pay(&releases, "rocta", day(1)).await.unwrap();
    let charged = dies("after it is charged");
    keep(&releases, &account("rocta", "1"), "q", "e", Some(paid)).await.unwrap();
    let kept = dies("after it is kept");
    for (left, expected, answered) in [(before, 0, false), (charged, COST, false), (kept, COST, true)] {
        let revived = Releases::open(&left).unwrap();
        assert_eq!(spent(&left), expected, "{}", left.display());
        let turn = revived.turn(&account("rocta", "1"), None).await.unwrap();
        assert_eq!(turn.answer("q", "e").await.unwrap().is_some(), answered, "{}", left.display());
        drop(turn);
        // What was never told is charged again; a table dies in vain, and the sum never passes the budget.
        let mut more = 0;
        while pay(&revived, "rocta", day(1)).await.is_some() {
            more += COST;
            assert!(more <= BUDGET, "{}: no charge is on the disk", left.display());
        }
        assert_eq!(spent(&left), BUDGET / COST * COST);
    }
}

#[tokio::test]
async fn a_clock_set_back_brings_nothing_back_and_a_period_ends_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("releases.sqlite");
    let releases = Releases::open(&path).unwrap();
    for (now, paid) in
        [(20, true), (20, true), (20, true), (20, false), (5, false), (29, false), (30, true), (1, true)]
    {
        assert_eq!(pay(&releases, "rocta", day(now)).await.is_some(), paid, "day {now}");
    }
    drop(releases);
    let releases = Releases::open(&path).unwrap();
    assert!(pay(&releases, "rocta", day(1)).await.is_some(), "the third since day 30");
    for now in [1, 30, 39] {
        assert!(pay(&releases, "rocta", day(now)).await.is_none(), "day {now}");
    }
}

#[tokio::test]
async fn the_same_records_are_told_with_noise_or_without_never_both() {
    for (first, second) in [(true, false), (false, true)] {
        let folder = tempfile::tempdir().unwrap();
        let releases = Releases::open(&folder.path().join("releases.sqlite")).unwrap();
        let paid = async |noisy: bool| if noisy { pay(&releases, "rocta", day(1)).await } else { None };
        keep(&releases, &account("rocta", "1"), "q", "e", paid(first).await).await.unwrap();
        for (pool, period, epoch, refused) in [
            ("rocta", "1", "e", true),
            ("rocta", "1", "f", true),
            ("rocta", "2", "e", true),
            ("rocta", "2", "f", false),
            ("*", "2", "e", true),
            ("btp", "1", "e", false),
        ] {
            let of = account(pool, period);
            let turn = releases.turn(&of, None).await.unwrap();
            assert_eq!(
                turn.is_told_otherwise(epoch, second).await.unwrap(),
                refused,
                "{pool} {period} {epoch}"
            );
            assert!(!turn.is_told_otherwise(epoch, first).await.unwrap(), "{pool} {period} {epoch}");
            drop(turn);
            let kept = keep(&releases, &of, "other", epoch, paid(second).await).await;
            assert_eq!(matches!(kept, Err(ReleasesError::Mixed)), refused, "{pool} {period} {epoch}");
            if !refused {
                break;
            }
        }
    }
}

/// A file as the first version wrote it.
#[tokio::test]
async fn a_file_of_the_version_before_is_taken_up_and_one_of_a_later_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("releases.sqlite");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(super::schema::TABLES).unwrap();
    old.execute_batch(
        "INSERT INTO account (id, pool, dataset, period) VALUES (1, 'rocta', 'event', '1');
         INSERT INTO released (account, question_key, epoch, question, at_ms, answer, told)
         VALUES (1, 'q', 'e', 'x', 0, x'746f6c64', x'');
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(old);
    assert_eq!(read(&path, Dataset::Event).unwrap(), (vec![], None));
    let releases = Releases::open(&path).unwrap();
    let turn = releases.turn(&account("rocta", "1"), None).await.unwrap();
    assert_eq!(turn.answer("q", "e").await.unwrap().as_deref(), Some(&b"told"[..]));
    assert!(turn.is_told_otherwise("e", true).await.unwrap(), "what was told before was told without noise");
    drop((turn, releases));
    let is_now = |version: i64| {
        rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", version).unwrap();
    };
    is_now(2);
    drop(Releases::open(&path).unwrap());
    is_now(4);
    let error = Releases::open(&path).unwrap_err().to_string();
    assert!(error.contains("version 4, this build knows up to 3; run the build that wrote it"), "{error}");
    assert!(read(&path, Dataset::Event).is_err());
}
