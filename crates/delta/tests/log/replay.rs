//! What the newest version is made of, whatever came before it.

use std::fs;

use delta::Table;

use crate::lake::{Lake, add, begin, remove};

fn check(what: &str, commits: &[Vec<String>], expected: &[&str]) {
    let mut commits = commits.to_vec();
    commits.insert(0, begin());
    let lake = Lake::new(&commits);
    assert_eq!(lake.files(), expected, "{what}");
    assert_eq!(lake.open().version(), commits.len() as u64 - 1, "{what}");
}

#[test]
fn the_newest_version_alone_counts() {
    let one = |path: &str| add(path, "\"B1\"");
    check("a table without rows", &[], &[]);
    check("rows are appended", &[vec![one("a")], vec![one("b")]], &["a beat=B1", "b beat=B1"]);
    check("a file is removed", &[vec![one("a"), one("b")], vec![remove("a")]], &["b beat=B1"]);
    check("all is overwritten", &[vec![one("a")], vec![remove("a"), one("b")]], &["b beat=B1"]);
    check("removed last in its commit", &[vec![one("a")], vec![one("b"), remove("a")]], &["b beat=B1"]);
    check("a file comes back", &[vec![one("a")], vec![remove("a")], vec![one("a")]], &["a beat=B1"]);
    check("one file is added twice", &[vec![one("a")], vec![one("a")]], &["a beat=B1"]);
    check("a file that was never there is removed", &[vec![remove("x"), one("a")]], &["a beat=B1"]);
    check(
        "actions that nobody knows",
        &[vec![r#"{"somethingNew":{"x":1}}"#.into(), one("a")]],
        &["a beat=B1"],
    );
}

#[test]
fn partitions_and_paths_are_as_the_log_spells_them() {
    let spelled = [
        add("beat=B%25202/a.parquet", "\"B 2\""),
        add("b", "null"),
        add("c", "\"\""),
        add("caf%C3%A9", "\"é\""),
    ];
    let told = ["b beat=-", "beat=B%202/a.parquet beat=B 2", "c beat=-", "café beat=é"];
    check("spelled", &[spelled.to_vec()], &told);
}

#[test]
fn a_version_stays_what_it_is_while_others_come() {
    let lake = Lake::new(&[begin(), vec![add("a", "null")]]);
    let before = lake.open();
    lake.commit(2, &[remove("a"), add("b", "null")]);
    assert_eq!(before.files().unwrap()[0].path.file_name().unwrap(), "a");
    let after = lake.open();
    assert_eq!((before.version(), after.version()), (1, 2));
    assert_ne!(before.state(), after.state());
    assert!(before.is_unchanged() && after.is_unchanged());
    lake.commit(2, &[remove("a"), add("b", "null"), add("c", "null")]);
    assert!(before.is_unchanged() && !after.is_unchanged());
    let after = lake.open();
    assert_eq!(after.state(), lake.open().state());
}

#[test]
fn a_folder_may_have_any_name() {
    let lake = Lake::copied("deletions");
    let odd = lake.path().join("räume #1 100%25?");
    fs::create_dir(&odd).unwrap();
    for entry in fs::read_dir(lake.path()).unwrap().map(Result::unwrap).filter(|entry| entry.path() != odd) {
        fs::rename(entry.path(), odd.join(entry.file_name())).unwrap();
    }
    let table = Table::open(&odd).unwrap();
    let files = table.files().unwrap();
    assert_eq!((files[0].path.is_file(), files[0].deleted.as_slice()), (true, &[0, 9][..]));
    assert!(table.is_unchanged());
}

#[test]
fn what_is_cleaned_up_behind_a_checkpoint_is_not_missed() {
    let lake = Lake::copied("reports");
    let (files, state) = (lake.files(), lake.open().state());
    for version in 0..3 {
        fs::remove_file(lake.log(&format!("{version:020}.json"))).unwrap();
    }
    fs::remove_file(lake.log("_last_checkpoint")).unwrap();
    assert_eq!((lake.files(), lake.open().state()), (files, state));
}
