//! A log of a journal is replaced whole or not at all, wherever the process dies, and what is appended meanwhile stays.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use super::{FILE_BYTES, Journal, NAMES, NOW, Path, copy, entry, fs, log_file, lose_tails, open, overwrite};
use crate::files::Files;
use crate::replace::Replacement;
use crate::writer::{Pending, Texts, Work};
use crate::{AuditError, Entry, Event, Log, read};

/// The place of the log that is replaced.
const USAGE: usize = 2;

fn files(folder: &Path) -> Files {
    let mut journal = Journal::with_room(&folder.join("journal"), FILE_BYTES).unwrap();
    for (log, name) in NAMES.into_iter().enumerate() {
        journal.log(name, &log_file(folder, log), NOW, |_: Entry| {}).unwrap();
    }
    journal.begin().unwrap().0
}

fn append(files: &mut Files, log: usize, numbers: std::ops::Range<u64>) {
    let texts = numbers.map(|number| serde_json::to_string(&entry(number)).unwrap()).collect();
    let work = Work::Append(vec![Texts { log, texts }]);
    files.write(&[Pending { work, moment: None, done: None }]).unwrap();
    files.sync().unwrap();
}

fn numbers(entries: impl IntoIterator<Item = Entry>) -> Vec<u64> {
    let number = |entry: Entry| match entry.event {
        Event::Noticed { records } => Some(records),
        _ => None,
    };
    entries.into_iter().filter_map(number).collect()
}

/// The even ones of the entries so far, ready to take their place.
fn prepared(folder: &Path) -> Replacement {
    let path = log_file(folder, USAGE);
    let mut held: Vec<Entry> = Vec::new();
    let so_far = read(&path, |entry| held.push(entry)).unwrap();
    held.retain(|entry| matches!(entry.event, Event::Noticed { records } if records % 2 == 0));
    Replacement::write((USAGE, &path), so_far, &held).unwrap()
}

/// As if the process died while the journal began anew: of the file whose turn is next, half a header was written.
fn tear(folder: &Path, turn_of_the_first: bool) {
    let name = if turn_of_the_first { "journal.0" } else { "journal.1" };
    overwrite(&folder.join(name), b"half of a header");
}

#[test]
fn a_log_is_the_one_or_the_other_wherever_the_process_dies() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = files(folder.path());
    // The journal has begun once, with the second file; lines of all logs stand in it.
    append(&mut files, USAGE, 0..6);
    append(&mut files, 0, 100..102);
    let replacement = prepared(folder.path());
    append(&mut files, USAGE, 6..8);
    append(&mut files, 1, 200..202);
    let mut images = vec![("prepared", copy(folder.path()))];
    files.replace(replacement, |step| images.push((step, copy(folder.path())))).unwrap().unwrap();
    append(&mut files, USAGE, 8..9);
    append(&mut files, 0, 102..103);
    images.push(("written on", copy(folder.path())));

    let old = [0, 1, 2, 3, 4, 5, 6, 7].to_vec();
    let new = [0, 2, 4, 6, 7].to_vec();
    let next = |audit: u64, usage: &[u64]| [(100..audit).collect(), vec![200, 201], usage.to_vec()];
    // Which of the journal's files would be written next: it begins anew behind `caught up` and behind `name durable`.
    let expected = [
        ("prepared", true, next(102, &old)),
        ("caught up", true, next(102, &old)),
        ("journal emptied", false, next(102, &old)),
        ("renamed", false, next(102, &new)),
        ("name durable", false, next(102, &new)),
        ("journal begun", true, next(102, &new)),
        ("written on", true, next(103, &[new.clone(), vec![8]].concat())),
    ];
    let steps: Vec<&str> = images.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, expected.each_ref().map(|(step, ..)| *step));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for ((step, image), (_, first, wanted)) in images.iter().zip(&expected) {
        for (lost, torn) in [(0.0, false), (0.5, false), (1.0, false), (1.0, true)] {
            let crashed = copy(image.path());
            lose_tails(crashed.path(), [lost; 3]);
            if torn {
                tear(crashed.path(), *first);
            }
            let mut wanted = wanted.clone();
            for round in 0..2 {
                let mut held: [Vec<u64>; 3] = Default::default();
                let logs = open(crashed.path(), &mut held).unwrap();
                assert_eq!(held, wanted, "{step}, {lost} lost, torn: {torn}, round {round}");
                runtime.block_on(logs[USAGE].append(vec![entry(1000 + round)])).unwrap();
                wanted[USAGE].push(1000 + round);
            }
        }
    }
}

#[tokio::test]
async fn what_is_appended_meanwhile_is_lost_nowhere_and_doubled_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let logs = Arc::new(open(folder.path(), &mut Default::default()).unwrap());
    let mut appending = tokio::task::JoinSet::new();
    for log in 0..NAMES.len() {
        let logs = logs.clone();
        appending.spawn(async move {
            for number in 0..40 {
                logs[log].append(vec![entry(number)]).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
    }
    let mut replaced = 0;
    while !appending.is_empty() {
        // All are kept: what differs afterwards was lost or doubled.
        let mut held: Vec<Entry> = Vec::new();
        let so_far = logs[USAGE].so_far(|entry| held.push(entry)).unwrap();
        let prepared = logs[USAGE].prepare(so_far, &held).unwrap();
        tokio::task::yield_now().await;
        logs[USAGE].replace(prepared).await.unwrap();
        replaced += 1;
        while appending.try_join_next().transpose().unwrap().is_some() {}
    }
    assert!(replaced > 1);
    drop(logs);
    let mut held: [Vec<u64>; 3] = Default::default();
    open(folder.path(), &mut held).unwrap();
    assert_eq!(held, [(); 3].map(|()| (0..40).collect::<Vec<_>>()));
}

#[tokio::test]
async fn what_was_prepared_for_another_log_is_refused_and_the_log_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let logs = open(folder.path(), &mut Default::default()).unwrap();
    logs[USAGE].append(vec![entry(1), entry(2), entry(3)]).await.unwrap();
    let mut held: Vec<Entry> = Vec::new();
    let so_far = logs[USAGE].so_far(|entry| held.push(entry)).unwrap();
    let replace =
        async |keep: &[Entry], so_far| logs[USAGE].replace(logs[USAGE].prepare(so_far, keep).unwrap()).await;
    replace(&held[1..], so_far.clone()).await.unwrap();
    // It was read before it was replaced.
    let stale = replace(&held[2..], so_far).await;
    assert!(matches!(stale, Err(AuditError::Broken { .. })), "{stale:?}");
    logs[0].append(vec![entry(7)]).await.unwrap();
    let of_another = logs[0].so_far(|_| {}).unwrap();
    let refused = replace(&[], of_another).await;
    assert!(matches!(refused, Err(AuditError::Broken { .. })), "{refused:?}");
    logs[USAGE].append(vec![entry(4)]).await.unwrap();
    drop(logs);
    let mut left = Vec::new();
    read(&log_file(folder.path(), USAGE), |entry| left.push(entry)).unwrap();
    assert_eq!(numbers(left), [2, 3, 4]);
}

#[tokio::test]
async fn a_replaced_log_is_still_held_by_this_process_and_as_open_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usage.log");
    let log: Log = Log::open(&path, NOW, |_| {}).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let head = log.append(vec![entry(1)]).await.unwrap();
    let so_far = log.so_far(|_| {}).unwrap();
    assert_eq!(so_far.head, head);
    log.replace(log.prepare(so_far, &[entry(2)]).unwrap()).await.unwrap();
    assert!(matches!(Log::<Entry>::open(&path, NOW, |_| {}), Err(AuditError::InUse { .. })));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(!folder.path().join("usage.log.new").exists());
}
