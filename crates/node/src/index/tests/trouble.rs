//! A disk that fills up while an index is built leaves the epoch before as it was, and a damaged index is built anew, with a word.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use linkage::person::Weights;
use model::Dataset;
use tracing_subscriber::fmt::MakeWriter;

use super::{LIMITS, Records, many, open, policy, probes, snapshot, sources, told};
use crate::catalogue::Snapshot;
use crate::index::{Built, Index};

/// What is told of every fourth probe.
fn everything_told(index: &Index, snapshot: &Snapshot) -> Vec<Vec<String>> {
    let policy = policy();
    probes().iter().step_by(4).map(|probe| told(index, snapshot.labels(), &policy, probe)).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_the_epoch_before_and_says_so() {
    let desk = tempfile::tempdir().unwrap();
    let mut records = Records::default();
    let take = |records: &Records, hour| {
        records.write(desk.path());
        snapshot(&sources(desk.path()), &desk.path().join("kept"), hour)
    };
    records.edit(&many());
    let before = take(&records, 0);
    let held = open(&before);
    let answers = everything_told(&held, &before);

    records.edit(&(0..60).map(|at| (at, Some((at % 4, at % 3, 1980, false, true)))).collect::<Vec<_>>());
    let next = take(&records, 1);
    let building = next.index_dir().with_extension("building");
    // What the system says of every write to this device is that no space is left.
    let mut full = |built: Built| {
        if built.dataset == Dataset::Person {
            let file = building.join("segment-0/identifiers.entries");
            std::os::unix::fs::symlink("/dev/full", file).unwrap();
        }
    };
    let error =
        Index::open(&next, Some(&held), LIMITS, &Weights::default(), &mut full).unwrap_err().to_string();
    assert!(error.contains("identifiers.entries") && error.contains("No space left on device"), "{error}");
    assert!(!next.is_indexed() && !building.exists(), "nothing half built takes up the disk");
    assert_eq!(everything_told(&held, &before), answers);
    assert_eq!(everything_told(&open(&before), &before), answers);
    assert_ne!(everything_told(&open(&next), &next), answers, "with space again the next epoch is taken up");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

/// What this process logs from now on, whichever test it is of.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    })
}

impl Log {
    /// The lines about a folder.
    fn about(&self, folder: &Path) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let folder = folder.to_str().unwrap();
        text.lines().filter(|line| line.contains(folder)).map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn a_damaged_or_foreign_index_is_built_anew_with_a_word() {
    let desk = tempfile::tempdir().unwrap();
    let mut records = Records::default();
    records.edit(&many());
    records.write(desk.path());
    let snapshot = snapshot(&sources(desk.path()), &desk.path().join("kept"), 0);
    let answers = everything_told(&open(&snapshot), &snapshot);
    let whole = files(&snapshot.index_dir());
    assert!(whole.len() > 20, "{whole:?}");
    let mut words = 0;
    log();
    for (at, file) in whole.iter().step_by(5).enumerate() {
        let bytes = fs::read(file).unwrap();
        match at % 4 {
            0 => fs::write(file, &bytes[..bytes.len() - 1]).unwrap(),
            1 => fs::write(file, bytes.iter().map(|byte| byte ^ 1).collect::<Vec<_>>()).unwrap(),
            2 => fs::write(file, b"something that another program wrote, longer than a header is").unwrap(),
            _ => fs::remove_file(file).unwrap(),
        }
        let opened = open(&snapshot);
        let name = file.file_name().unwrap().to_str().unwrap();
        words += 1;
        let said = log().about(desk.path());
        let built_anew = |line: &&String| line.contains("the search index can't be used and is built anew");
        assert_eq!(said.iter().filter(built_anew).count(), words, "{name}: {said:?}");
        assert_eq!(everything_told(&opened, &snapshot), answers, "{name}");
        assert!(file.exists() && files(&snapshot.index_dir()) == whole, "{name}");
    }
    // A whole folder of something else.
    fs::remove_dir_all(snapshot.index_dir()).unwrap();
    fs::create_dir(snapshot.index_dir()).unwrap();
    fs::write(snapshot.index_dir().join("meta.json"), "{}").unwrap();
    assert_eq!(everything_told(&open(&snapshot), &snapshot), answers);
    assert_eq!(files(&snapshot.index_dir()), whole);
}
