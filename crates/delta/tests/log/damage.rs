//! Logs that are torn, or lack something: told with the file and what to do, never passed over.

use std::fs;

use delta::Table;

use crate::lake::{Lake, add, begin, remove};

fn check(what: &str, spoil: impl Fn(&Lake), expected: &str) {
    let lake = Lake::copied("reports");
    spoil(&lake);
    let why = lake.trouble();
    assert!(why.starts_with(expected), "{what}: wanted {expected}, got {why}");
    assert!(why.contains("copy"), "{what}: {why}");
}

fn cut(lake: &Lake, name: &str, keep: usize) {
    let whole = fs::read(lake.log(name)).unwrap();
    fs::write(lake.log(name), &whole[..keep.min(whole.len() - 1)]).unwrap();
}

#[test]
fn what_is_damaged_is_told_with_its_file() {
    let json = |version: u64| format!("{version:020}.json");
    let checkpoint = "00000000000000000003.checkpoint.parquet";
    check(
        "the newest commit is cut short",
        |lake| cut(lake, &json(7), 200),
        "LAKE/_delta_log/00000000000000000007.json: line 1 is not JSON",
    );
    check(
        "an older one is",
        |lake| cut(lake, &json(5), 1000),
        "LAKE/_delta_log/00000000000000000005.json: line 3 is not JSON",
    );
    check(
        "the newest is empty",
        |lake| cut(lake, &json(7), 0),
        "LAKE/_delta_log/00000000000000000007.json: there is no action in it",
    );
    check(
        "a commit is gone",
        |lake| fs::remove_file(lake.log(&json(6))).unwrap(),
        "LAKE: version 6 is missing from the log",
    );
    check(
        "the first one after the checkpoint is",
        |lake| fs::remove_file(lake.log(&json(4))).unwrap(),
        "LAKE: version 4 is missing",
    );
    check(
        "the checkpoint is cut short",
        |lake| cut(lake, checkpoint, 9000),
        "LAKE/_delta_log/00000000000000000003.checkpoint.parquet: not a whole Parquet file",
    );
    check(
        "it is something else",
        |lake| fs::write(lake.log(checkpoint), "{}").unwrap(),
        "LAKE/_delta_log/00000000000000000003.checkpoint.parquet: not a whole Parquet file",
    );
    check(
        "the checkpoint and older commits are gone",
        |lake| {
            fs::remove_file(lake.log(checkpoint)).unwrap();
            fs::remove_file(lake.log(&json(0))).unwrap();
        },
        "LAKE: ",
    );
    check(
        "an action is no action",
        |lake| fs::write(lake.log(&json(7)), "{\"add\":{\"path\":7}}").unwrap(),
        "LAKE/_delta_log/00000000000000000007.json: line 1 is not an action: add: path: not of type string",
    );
    check(
        "an action lacks what it needs",
        |lake| fs::write(lake.log(&json(7)), "{\"add\":{\"path\":\"x\"}}").unwrap(),
        "LAKE/_delta_log/00000000000000000007.json: line 1 is not an action: add: partitionValues is missing",
    );
}

#[test]
fn a_commit_or_checkpoint_is_not_cut_unnoticed_but_between_lines() {
    for name in ["00000000000000000007.json", "00000000000000000003.checkpoint.parquet"] {
        let lake = Lake::copied("reports");
        let whole = fs::read(lake.log(name)).unwrap();
        let lines: Vec<usize> =
            (1..whole.len()).filter(|&at| name.ends_with("json") && whole[at] == b'\n').collect();
        let beside = lines.iter().flat_map(|&at| [at - 1, at, at + 1, at + 2]);
        // A checkpoint without a byte counts as none, and what is before it is still there.
        for keep in (1..whole.len()).step_by(211).chain(beside).chain([whole.len() - 1]) {
            fs::write(lake.log(name), &whole[..keep]).unwrap();
            let read = Table::open(lake.path()).and_then(|table| table.files());
            let whole_lines = lines.contains(&keep) || lines.contains(&(keep - 1));
            assert_eq!(read.is_ok(), whole_lines, "{name} cut to {keep} of {}: {read:?}", whole.len());
        }
    }
}

#[test]
fn a_checkpoint_that_is_gone_is_made_up_for_by_all_commits() {
    let lake = Lake::copied("reports");
    let files = lake.files();
    fs::remove_file(lake.log("00000000000000000003.checkpoint.parquet")).unwrap();
    let why = lake.trouble();
    assert!(why.starts_with("LAKE: the table's log can't be followed: Had a _last_checkpoint hint"), "{why}");
    fs::remove_file(lake.log("_last_checkpoint")).unwrap();
    assert_eq!(lake.files(), files);
}

#[test]
fn what_a_log_lacks_at_its_beginning_is_told() {
    let lake = Lake::new(&[begin(), vec![add("a", "null")], vec![add("b", "null")]]);
    let again: Vec<String> = begin().into_iter().chain([add("c", "null")]).collect();
    lake.commit(3, &again);
    fs::remove_file(lake.log("00000000000000000000.json")).unwrap();
    let why = lake.trouble();
    assert!(why.starts_with("LAKE: version 0 is missing"), "{why}");
}

#[test]
fn a_folder_that_is_no_table_is_told() {
    let lake = Lake::new(&[]);
    assert!(
        lake.trouble().starts_with("LAKE: the table's log can't be followed: there is no version in it"),
        "{}",
        lake.trouble()
    );
    fs::remove_dir(lake.path().join("_delta_log")).unwrap();
    assert!(lake.trouble().starts_with("LAKE: not a Delta table"), "{}", lake.trouble());
}

#[test]
fn a_commit_that_is_cut_between_two_actions_differs_from_its_checksum() {
    let lake =
        Lake::new(&[begin(), vec![add("a", "null"), add("b", "null")], vec![remove("a"), add("c", "null")]]);
    let [protocol, metadata] = [0, 1].map(|at| begin()[at].clone());
    let inner = |action: &str| {
        action.split_once(':').map(|(_, rest)| rest.strip_suffix('}').unwrap().to_owned()).unwrap()
    };
    let told = format!(
        r#"{{"tableSizeBytes":20,"numFiles":2,"numMetadata":1,"numProtocol":1,"metadata":{},"protocol":{}}}"#,
        inner(&metadata),
        inner(&protocol)
    );
    fs::write(lake.log("00000000000000000002.crc"), told).unwrap();
    assert_eq!(lake.files(), ["b beat=-", "c beat=-"]);
    lake.commit(2, &[remove("a")]);
    assert!(
        lake.trouble()
            .contains("version 2 has 1 files by its commits and another number by its checksum beside them"),
        "{}",
        lake.trouble()
    );
}

#[test]
fn a_file_must_not_be_there_twice() {
    let lake = Lake::copied("deletions");
    let commit = fs::read_to_string(lake.log("00000000000000000001.json")).unwrap();
    let kept: Vec<String> =
        commit.lines().filter(|line| !line.contains("\"remove\"")).map(str::to_owned).collect();
    lake.commit(1, &kept);
    let why = lake.trouble();
    assert!(why.contains("version 1 has the file LAKE/part-00000") && why.contains("twice; copy"), "{why}");
}

#[test]
fn deletions_that_are_damaged_or_gone_are_told() {
    let name = "deletion_vector_61d16c75-6994-46b7-a15b-8b538852e50e.bin";
    let lake = Lake::copied("deletions");
    let mut bytes = fs::read(lake.path().join(name)).unwrap();
    let last = bytes.len() - 8;
    bytes[last] ^= 1;
    fs::write(lake.path().join(name), bytes).unwrap();
    assert!(lake.trouble().starts_with("LAKE: the table's log can't be followed: "), "{}", lake.trouble());
    fs::remove_file(lake.path().join(name)).unwrap();
    assert!(
        lake.trouble().starts_with(&format!("LAKE/{name}: the log names this file, and it is gone")),
        "{}",
        lake.trouble()
    );
}
