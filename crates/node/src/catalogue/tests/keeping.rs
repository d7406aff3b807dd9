//! Snapshots are reused, rebuilt when anything changed, survive killed builds, and are pruned when nobody holds them.

use std::fs;
use std::path::{Path, PathBuf};

use model::Dataset;

use super::super::manifest::FORMAT;
use super::super::{IngestError, Snapshot};
use super::{Desk, csv_view, stored, texts};

fn config() -> String {
    csv_view("event", "select id as event_id from rows")
}

fn desk() -> Desk {
    Desk::new(&[("a.csv", b"id\n1\n")])
}

fn folders(desk: &Desk) -> Vec<PathBuf> {
    let entries = fs::read_dir(desk.data_dir().join("snapshots")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

fn changed_at(dir: &Path) -> std::time::SystemTime {
    fs::metadata(dir.join("manifest.json")).unwrap().modified().unwrap()
}

#[tokio::test]
async fn an_unchanged_state_is_reused_and_a_changed_one_rebuilt() {
    let desk = desk();
    let (first, report) = desk.prepare(&config()).await.unwrap();
    assert_eq!(report.as_ref(), Some(&first.manifest().report));
    assert_eq!(first.as_of(), super::moment());
    let made = changed_at(first.dir());

    let (again, report) = desk.prepare(&config()).await.unwrap();
    assert!(report.is_none());
    assert_eq!(again.fingerprint(), first.fingerprint());
    assert_eq!(changed_at(again.dir()), made);
    assert_eq!(again.manifest(), first.manifest());

    desk.put("b.csv", "id\n2\n");
    let (more, report) = desk.prepare(&config()).await.unwrap();
    assert!(report.is_some());
    assert_eq!(texts(&stored(&more, Dataset::Event), "event_id"), ["1", "2"]);

    let (other, _) = desk.prepare(&config().replace("as event_id", "as category")).await.unwrap();
    assert_ne!(other.fingerprint(), more.fingerprint());
}

#[test]
fn preparing_can_run_on_any_thread() {
    fn sendable<T: Send>(_: T) {}
    let (desk, mut progress) = (desk(), |_| {});
    let (sources, data_dir) = (desk.sources(&config()), desk.data_dir());
    sendable(super::prepare(&sources, &data_dir, super::moment(), &mut progress));
    sendable(super::check(&sources));
}

#[tokio::test]
async fn old_snapshots_go_when_nobody_holds_them() {
    let desk = desk();
    let (held, _) = desk.prepare(&config()).await.unwrap();
    desk.put("a.csv", "id\n1\n2\n");
    let (second, _) = desk.prepare(&config()).await.unwrap();
    assert_eq!(folders(&desk).len(), 2, "the first is still held");
    assert_eq!(stored(&held, Dataset::Event).num_rows(), 1);
    drop((held, second));
    desk.put("a.csv", "id\n1\n2\n3\n");
    let (third, _) = desk.prepare(&config()).await.unwrap();
    assert_eq!(folders(&desk), [third.dir().to_owned()]);
}

#[tokio::test]
async fn a_failed_build_leaves_the_snapshot_before() {
    let desk = desk();
    let (first, _) = desk.prepare(&config()).await.unwrap();
    desk.put("a.csv", "id\n\"torn");
    let error = desk.prepare(&config()).await.unwrap_err();
    assert!(matches!(error, IngestError::File { line: Some(2), .. }), "{error}");
    assert_eq!(folders(&desk), [first.dir().to_owned()]);
    assert_eq!(Snapshot::open(first.dir()).unwrap().fingerprint(), first.fingerprint());
}

#[tokio::test]
async fn what_a_killed_build_left_is_swept_away() {
    let desk = desk();
    let (first, _) = desk.prepare(&config()).await.unwrap();
    let leftover = desk.data_dir().join("snapshots/.building-0123");
    fs::create_dir(&leftover).unwrap();
    fs::write(leftover.join("event.parquet"), "half").unwrap();
    assert!(Snapshot::open(first.dir()).is_ok());
    desk.put("a.csv", "id\n2\n");
    let (second, _) = desk.prepare(&config()).await.unwrap();
    assert!(!leftover.exists());
    assert_eq!(texts(&stored(&second, Dataset::Event), "event_id"), ["2"]);
}

#[tokio::test]
async fn unusable_snapshots_are_told_and_built_again() {
    type Spoil = fn(&Path);
    let cases: [(&str, Spoil); 6] = [
        ("manifest.json: ", |dir| fs::remove_file(dir.join("manifest.json")).unwrap()),
        ("manifest.json is damaged", |dir| fs::write(dir.join("manifest.json"), "{\"format\": 1").unwrap()),
        ("labels.json is damaged", |dir| fs::write(dir.join("labels.json"), "[{}]").unwrap()),
        ("labels.json is not the one", |dir| fs::write(dir.join("labels.json"), "[]").unwrap()),
        ("event.parquet: its size", |dir| fs::write(dir.join("event.parquet"), "PAR1").unwrap()),
        ("event.parquet: its end is damaged", |dir| {
            let path = dir.join("event.parquet");
            let size = fs::metadata(&path).unwrap().len();
            fs::write(&path, vec![0; usize::try_from(size).unwrap()]).unwrap();
        }),
    ];
    for (expected, spoil) in cases {
        let desk = desk();
        let (first, _) = desk.prepare(&config()).await.unwrap();
        let dir = first.dir().to_owned();
        drop(first);
        spoil(&dir);
        let why = Snapshot::open(&dir).unwrap_err().why;
        assert!(why.starts_with(expected), "wanted {expected}, got {why}");
        let (again, report) = desk.prepare(&config()).await.unwrap();
        assert!(report.is_some());
        assert_eq!(texts(&stored(&again, Dataset::Event), "event_id"), ["1"]);
    }
}

#[tokio::test]
async fn a_snapshot_is_only_opened_under_its_own_name_and_version() {
    let desk = desk();
    let (first, _) = desk.prepare(&config()).await.unwrap();
    let moved = desk.data_dir().join("elsewhere");
    fs::rename(first.dir(), &moved).unwrap();
    assert!(Snapshot::open(&moved).unwrap_err().why.contains("not the name of its folder"));
    let text = fs::read_to_string(moved.join("manifest.json")).unwrap();
    let format = format!("\"format\": {FORMAT}");
    assert!(text.contains(&format));
    fs::write(moved.join("manifest.json"), text.replace(&format, "\"format\": 0")).unwrap();
    assert_eq!(Snapshot::open(&moved).unwrap_err().why, "it was made by another version");
}

#[tokio::test]
async fn two_builders_do_not_share_a_folder() {
    let desk = desk();
    let root = desk.data_dir().join("snapshots");
    fs::create_dir_all(&root).unwrap();
    let lock = fs::File::create(root.join(".lock")).unwrap();
    lock.lock().unwrap();
    let error = desk.prepare(&config()).await.unwrap_err();
    assert!(matches!(error, IngestError::Busy(_)), "{error}");
    drop(lock);
    desk.prepare(&config()).await.unwrap();
}

#[tokio::test]
async fn files_that_change_under_the_reader_stop_the_build() {
    let desk = desk();
    let sources = desk.sources(&config());
    let path = desk.0.path().join("a.csv");
    let mut meddle = |_| fs::write(&path, "id\n1\n2\n").unwrap();
    let error = super::prepare(&sources, &desk.data_dir(), super::moment(), &mut meddle).await.unwrap_err();
    assert_eq!(error.to_string().split(':').next(), Some("a.csv"));
    assert_eq!(folders(&desk), Vec::<PathBuf>::new());
}
