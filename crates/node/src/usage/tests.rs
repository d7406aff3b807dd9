//! The log of what was asked is compacted while questions are counted, and a node that starts over it decides as before.

use std::path::Path;
use std::sync::Arc;

use audit::Journal;
use jiff::{SignedDuration, Timestamp};
use model::QuestionId;
use policy::usage::{Asked, Limits};

use super::{Counter, LOG, Line};

fn hour(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
}

fn open(folder: &Path) -> Arc<Counter> {
    let mut journal = Journal::open(&folder.join("journal")).unwrap();
    let counter = Counter::open(&mut journal, folder, hour(0), [1, 2]).unwrap();
    journal.start().unwrap();
    Arc::new(counter)
}

/// Asks one question, and says whether it was within the limits.
async fn ask(counter: &Counter, limits: &Limits, number: u128, at: Timestamp) -> bool {
    let asked = Asked {
        question: QuestionId(uuid::Uuid::from_u128(number)),
        asker: "spiffe://bluelamp/force/rocta/analyst/1".parse().unwrap(),
        operation: "Op Lantern".parse().unwrap(),
        subjects: Vec::new(),
        break_glass: false,
        under: None,
    };
    let admitted = counter.usage.lock().unwrap().admit(limits, asked, at);
    if let Ok(entry) = &admitted {
        counter.keep(entry.clone(), at).await.unwrap();
    }
    admitted.is_ok()
}

/// What was noted so far is in the log.
async fn settle(counter: &Counter) {
    counter.log.append(Vec::new()).await.unwrap();
}

fn lines(folder: &Path) -> Vec<Line> {
    let mut lines = Vec::new();
    audit::read(&folder.join(LOG), |line| lines.push(line)).unwrap();
    lines
}

#[tokio::test]
async fn what_no_longer_counts_is_left_behind_and_the_rest_decides_as_before() {
    let mut limits = Limits::default();
    limits.asker.questions_per_day = 3;
    let folder = tempfile::tempdir().unwrap();
    let counter = open(folder.path());
    for (number, at) in [(1, 0), (2, 1), (3, 24)] {
        assert!(ask(&counter, &limits, number, hour(at)).await);
    }
    settle(&counter).await;
    counter.clone().compact(limits).await.unwrap();
    assert!(!counter.has_doubled(), "so small a log is left as it is");
    // The log goes on behind what was kept, in this process and in the next.
    assert!(ask(&counter, &limits, 4, hour(24)).await);
    drop(counter);
    let held = lines(folder.path());
    let told: Vec<_> = held.iter().map(|line| (line.at, line.entry.is_some(), line.complete_from)).collect();
    let kept = |at| (hour(at), true, None);
    assert_eq!(told, [(hour(24), false, Some(hour(0))), kept(1), kept(24), kept(24)]);

    let counter = open(folder.path());
    assert!(!ask(&counter, &limits, 5, hour(24)).await, "three within a day");
    assert!(ask(&counter, &limits, 6, hour(25)).await, "the first of them is a day old");
    settle(&counter).await;
    let before = folder.path().join(LOG).metadata().unwrap().len();
    counter.clone().compact(limits).await.unwrap();
    counter.clone().compact(limits).await.unwrap();
    drop(counter);
    let held = lines(folder.path());
    assert_eq!(held.first().and_then(|line| line.complete_from), Some(hour(1)), "{held:?}");
    assert_eq!(held.len(), 4, "of four, one more is left behind: {held:?}");
    assert!(folder.path().join(LOG).metadata().unwrap().len() < before);
}

#[tokio::test]
async fn questions_are_counted_while_the_log_is_compacted() {
    let limits = Limits::default();
    let folder = tempfile::tempdir().unwrap();
    let counter = open(folder.path());
    for number in 0..20 {
        assert!(ask(&counter, &limits, number, hour(0)).await);
    }
    let asking = async {
        for number in 20..60 {
            assert!(ask(&counter, &limits, number, hour(30)).await);
            tokio::task::yield_now().await;
        }
    };
    let compacting = async {
        for _ in 0..4 {
            counter.clone().compact(limits).await.unwrap();
        }
    };
    tokio::join!(asking, compacting);
    settle(&counter).await;
    counter.clone().compact(limits).await.unwrap();
    drop(counter);
    let questions: Vec<u128> = lines(folder.path())
        .into_iter()
        .filter_map(|line| match line.entry? {
            policy::usage::Entry::Asked(asked) => Some(asked.question.0.as_u128()),
            _ => None,
        })
        .collect();
    assert_eq!(questions, (20..60).collect::<Vec<u128>>());
}
