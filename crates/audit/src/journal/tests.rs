//! After a crash at any moment each log holds what was told to be on the disk, in its order, and goes on from there.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use proptest::prelude::*;

use super::{Journal, Space};
use crate::{AuditError, Entry, Event, Log, read};

mod replacing;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const NAMES: [&str; 3] = ["audit", "ledger", "usage"];
/// Room for some ten lines in the first turn, and for fifty later.
const FILE_BYTES: (u64, u64) = (6 << 10, 12 << 10);

fn entry(number: u64) -> Entry {
    Entry { at: NOW, question: None, event: Event::Noticed { records: number } }
}

fn log_file(folder: &Path, log: usize) -> PathBuf {
    folder.join(format!("{}.log", NAMES[log]))
}

fn open(folder: &Path, visited: &mut [Vec<u64>; 3]) -> Result<[Log; 3], AuditError> {
    let mut journal = Journal::with_room(&folder.join("journal"), FILE_BYTES)?;
    let mut logs = Vec::new();
    for (log, visited) in visited.iter_mut().enumerate() {
        let visit = |entry: Entry| {
            if let Event::Noticed { records } = entry.event {
                visited.push(records);
            }
        };
        logs.push(journal.log(NAMES[log], &log_file(folder, log), NOW, visit)?);
    }
    journal.start()?;
    Ok(logs.try_into().unwrap())
}

fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.path().join(file.file_name())).unwrap();
    }
    to
}

/// Cuts each log somewhere behind what it had when the journal last began anew: nothing later need have reached the disk.
fn lose_tails(folder: &Path, shares: [f64; 3]) {
    let apart = copy(folder);
    let (_, left) = Space::open(&apart.path().join("journal"), FILE_BYTES).unwrap();
    for (log, share) in shares.into_iter().enumerate() {
        let unsure: usize = left[NAMES[log]].lines().iter().map(|line| line.len() + 1).sum();
        let file = log_file(folder, log);
        let held = fs::read(&file).unwrap();
        let lost = (unsure as f64 * share) as usize;
        fs::write(&file, &held[..held.len() - lost]).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn what_was_told_to_be_on_the_disk_outlasts_a_crash(
        steps in prop::collection::vec((0..3_usize, 0..3_u64, any::<bool>()), 1..60),
        shares in prop::array::uniform3(0.0..=1.0_f64),
        again in prop::array::uniform3(0.0..=1.0_f64),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut sure: [Vec<u64>; 3] = Default::default();
        let logs = open(folder.path(), &mut Default::default()).unwrap();
        runtime.block_on(async {
            for (number, (log, many, waits)) in (0..).zip(steps) {
                let numbers: Vec<u64> = (0..many).map(|n| 10 * number + n).collect();
                let entries = numbers.iter().map(|&number| entry(number)).collect();
                sure[log].extend(numbers);
                if waits {
                    logs[log].append(entries).await.unwrap();
                } else {
                    logs[log].note(entries).await.unwrap();
                }
            }
            // What was noted before, in any log, is on the disk then too; and nothing moves while the files are copied.
            logs[0].append(Vec::new()).await.unwrap();
        });
        let crashed = copy(folder.path());
        lose_tails(crashed.path(), shares);
        for lost in [again, again] {
            let mut held: [Vec<u64>; 3] = Default::default();
            let reopened = open(crashed.path(), &mut held).unwrap();
            for (log, sure) in sure.iter_mut().enumerate() {
                prop_assert!(held[log].starts_with(sure), "{:?} of {:?}", held[log], sure);
                runtime.block_on(reopened[log].append(vec![entry(1_000_000 + log as u64)])).unwrap();
                sure.clone_from(&held[log]);
                sure.push(1_000_000 + log as u64);
                let mut read_back = Vec::new();
                read(&log_file(crashed.path(), log), |entry: Entry| read_back.push(entry)).unwrap();
                prop_assert_eq!(read_back.len(), read_back.iter().filter(|e| matches!(e.event, Event::Noticed { .. })).count() + recovered(&read_back));
            }
            let next = copy(crashed.path());
            drop(reopened);
            lose_tails(next.path(), lost);
            for file in fs::read_dir(next.path()).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), crashed.path().join(file.file_name())).unwrap();
            }
        }
    }
}

fn recovered(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| matches!(entry.event, Event::Recovered { .. })).count()
}

/// A folder as a crash leaves it: three lines in the audit log, and two in the ledger.
fn crashed() -> tempfile::TempDir {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let logs = open(folder.path(), &mut Default::default()).unwrap();
    runtime.block_on(async {
        logs[1].note(vec![entry(4), entry(5)]).await.unwrap();
        logs[0].append(vec![entry(1), entry(2), entry(3)]).await.unwrap();
    });
    copy(folder.path())
}

#[test]
fn what_does_not_fit_together_is_said_and_nothing_is_written() {
    /// What happened, and how many entries each log holds then, or why none is opened.
    type Case = (&'static str, fn(&Path), Result<[usize; 3], &'static str>);
    let cases: [Case; 9] = [
        ("nothing", |_| (), Ok([3, 2, 0])),
        ("an unfinished line", |folder| cut(&log_file(folder, 0), 5), Ok([3, 2, 0])),
        ("lost logs", |folder| fs::write(log_file(folder, 0), "").unwrap(), Ok([3, 2, 0])),
        (
            "another log",
            |folder| {
                let other =
                    crate::chain::line(crate::Head::EMPTY, &serde_json::to_string(&entry(9)).unwrap()).0;
                fs::write(log_file(folder, 0), other).unwrap();
            },
            Err("do not follow from this log"),
        ),
        (
            "a changed line",
            |folder| replace(&log_file(folder, 0), "\"records\":1", "\"records\":7"),
            Err("audit.log, line 1"),
        ),
        (
            "a journal moved away",
            |folder| {
                for number in 0..2 {
                    fs::remove_file(folder.join(format!("journal.{number}"))).unwrap();
                }
            },
            Ok([3, 2, 0]),
        ),
        (
            "a header that was being written",
            |folder| overwrite(&folder.join("journal.0"), b"half of a header"),
            Ok([3, 2, 0]),
        ),
        (
            "a damaged header",
            |folder| overwrite(&folder.join("journal.1"), b"half of a header"),
            Err("a header can't be read"),
        ),
        (
            "no header",
            |folder| {
                overwrite(&folder.join("journal.0"), b"x");
                overwrite(&folder.join("journal.1"), b"x");
            },
            Err("neither of its files has a header"),
        ),
    ];
    for (what, harm, wanted) in cases {
        let folder = crashed();
        harm(folder.path());
        let mut held: [Vec<u64>; 3] = Default::default();
        match (open(folder.path(), &mut held), wanted) {
            (Ok(_), Ok(wanted)) => assert_eq!(held.map(|held| held.len()), wanted, "{what}"),
            (Err(error), Err(wanted)) => assert!(error.to_string().contains(wanted), "{what}: {error}"),
            (opened, _) => panic!("{what}: {:?}", opened.err()),
        }
    }
}

#[test]
fn a_log_that_is_left_out_keeps_its_lines() {
    let folder = crashed();
    let mut journal = Journal::with_room(&folder.path().join("journal"), FILE_BYTES).unwrap();
    let _audit: Log = journal.log(NAMES[0], &log_file(folder.path(), 0), NOW, |_| {}).unwrap();
    assert!(journal.start().unwrap_err().to_string().contains("was not opened"));
    cut(&log_file(folder.path(), 1), usize::MAX);
    let mut held: [Vec<u64>; 3] = Default::default();
    open(folder.path(), &mut held).unwrap();
    assert_eq!(held[1], [4, 5]);
}

#[test]
fn once_it_has_ended_the_logs_stand_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let logs = open(folder.path(), &mut Default::default()).unwrap();
    assert!(matches!(Journal::open(&folder.path().join("journal")), Err(AuditError::InUse { .. })));
    runtime.block_on(logs[2].note(vec![entry(1)])).unwrap();
    drop(logs);
    fs::remove_file(log_file(folder.path(), 2)).unwrap();
    let mut held: [Vec<u64>; 3] = Default::default();
    open(folder.path(), &mut held).unwrap();
    assert!(held[2].is_empty());
}

#[test]
fn notes_for_which_nobody_waits_reach_the_disk_too() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let logs = open(folder.path(), &mut Default::default()).unwrap();
    let noted = (0..1_500).map(|number| logs[2].note(vec![entry(number)]));
    runtime.block_on(async {
        for noted in noted {
            noted.await.unwrap();
        }
    });
    let mut read_back = 0;
    read(&log_file(folder.path(), 2), |_: Entry| read_back += 1).unwrap();
    assert!((1_024..1_500).contains(&read_back), "{read_back}");
}

fn cut(file: &Path, bytes: usize) {
    let held = fs::read(file).unwrap();
    fs::write(file, &held[..held.len().saturating_sub(bytes)]).unwrap();
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from));
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

fn overwrite(file: &Path, bytes: &[u8]) {
    let mut held = fs::read(file).unwrap();
    held[..bytes.len()].copy_from_slice(bytes);
    fs::write(file, held).unwrap();
}
