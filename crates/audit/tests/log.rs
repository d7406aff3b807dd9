//! The log keeps what it accepted, notices any change, and recovers from a crash in the middle of a write.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::path::Path;

use audit::{AuditError, Entry, Event, Head, Log, read, verify};
use jiff::Timestamp;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn noticed(records: u64) -> Entry {
    Entry { at: NOW, question: None, event: Event::Noticed { records } }
}

async fn write(path: &Path, numbers: std::ops::Range<u64>) -> Head {
    let log: Log = Log::open(path, NOW, |_| {}).unwrap();
    let mut head = Head::EMPTY;
    for number in numbers {
        head = log.append(vec![noticed(number)]).await.unwrap();
    }
    head
}

fn entries(path: &Path) -> Vec<Entry> {
    let mut entries = Vec::new();
    read(path, |entry: Entry| entries.push(entry)).unwrap();
    entries
}

#[tokio::test]
async fn what_was_appended_is_read_back_and_the_chain_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.log");
    write(&path, 0..3).await;
    let head = write(&path, 3..5).await;
    assert_eq!(entries(&path), (0..5).map(noticed).collect::<Vec<_>>());
    assert_eq!(verify(&path).unwrap().head, head);
}

#[tokio::test]
async fn appends_from_many_tasks_are_all_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.log");
    let log = std::sync::Arc::new(Log::<Entry>::open(&path, NOW, |_| {}).unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..50 {
        let log = log.clone();
        tasks.spawn(async move { log.append(vec![noticed(number)]).await.unwrap() });
    }
    tasks.join_all().await;
    drop(log);
    assert_eq!(verify(&path).unwrap().entries, 50);
}

#[tokio::test]
async fn any_changed_removed_or_swapped_line_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.log");
    write(&path, 0..4).await;
    let sound = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = sound.lines().collect();
    let altered = [
        (sound.replacen("\"records\":1", "\"records\":9", 1), 2),
        ([lines[0], lines[2], lines[3]].join("\n") + "\n", 2),
        ([lines[0], lines[2], lines[1], lines[3]].join("\n") + "\n", 2),
        (format!("{sound}garbage\n"), 5),
    ];
    for (text, at) in altered {
        std::fs::write(&path, text).unwrap();
        let error = verify(&path).unwrap_err();
        assert!(matches!(&error, AuditError::Broken { line, .. } if *line == at), "{error}");
        assert!(Log::<Entry>::open(&path, NOW, |_| {}).is_err(), "a broken log is never written on");
    }
}

#[tokio::test]
async fn an_unfinished_last_line_is_cut_and_the_cut_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.log");
    write(&path, 0..2).await;
    let sound = std::fs::read(&path).unwrap();
    let torn = [&sound[..], b"0123 {\"at\""].concat();
    std::fs::write(&path, torn).unwrap();
    write(&path, 2..3).await;
    let events: Vec<Event> = entries(&path).into_iter().map(|entry| entry.event).collect();
    assert_eq!(events[2], Event::Recovered { bytes: 10 });
    assert_eq!(events[3], Event::Noticed { records: 2 });
}

#[tokio::test]
async fn two_writers_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.log");
    let _first = Log::<Entry>::open(&path, NOW, |_| {}).unwrap();
    assert!(matches!(Log::<Entry>::open(&path, NOW, |_| {}), Err(AuditError::InUse { .. })));
}
