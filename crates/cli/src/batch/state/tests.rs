//! What a run keeps: for its owner alone, on disk, and never taken for another run's.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use model::vocabulary::{LegalBasis, Urgency};
use model::{BatchAnswer, Granularity, Purpose};

use super::{Run, State};
use crate::output::samples;

fn run() -> Run {
    Run {
        list: "0123".to_owned(),
        purpose: Purpose::Investigation,
        operation: "Op Lantern".parse().unwrap(),
        legal_basis: None,
        urgency: None,
        granularity: Granularity::Referral,
        forces: ["mps".parse().unwrap()].into(),
    }
}

fn answer() -> BatchAnswer {
    let subject = samples::search();
    BatchAnswer {
        question: subject.question,
        coverage: subject.coverage.clone(),
        subjects: vec![subject.clone(), subject],
    }
}

/// A file of a run with two answers.
fn begun(path: &Path) {
    let mut state = State::begin(path, &run(), 2).unwrap();
    state.keep(0, &answer()).unwrap();
    state.keep(1, &answer()).unwrap();
}

fn failure(path: &Path, run: &Run) -> String {
    format!("{:?}", State::resume(path, run).err().unwrap())
}

#[test]
fn what_was_kept_is_there_again_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv.state");
    begun(&path);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    // The line that was being written when the run was killed.
    std::fs::write(&path, text.get(..text.len() - 30).unwrap()).unwrap();

    let (mut state, chunk, kept) = State::resume(&path, &run()).unwrap();
    assert_eq!((chunk, kept.len()), (2, 1));
    assert_eq!((kept[0].place, &kept[0].answer), (0, &answer()));
    assert!(failure(&path, &run()).contains("another run is using it"));
    state.keep(1, &answer()).unwrap();
    drop(state);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "the run went on as if it had not been killed");

    let (state, _, _) = State::resume(&path, &run()).unwrap();
    state.end().unwrap();
    assert!(!path.exists());
}

#[test]
fn a_run_is_not_taken_for_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv.state");
    assert!(failure(&path, &run()).contains("there is nothing to resume"));
    begun(&path);
    let again = format!("{:?}", State::begin(&path, &run(), 2).err().unwrap());
    assert!(again.contains("holds the answers of a run that did not end"), "{again}");
    type Change = fn(&mut Run);
    for (change, part) in [
        ((|run| run.list.clear()) as Change, "another list"),
        (|run| run.purpose = Purpose::Detection, "another --purpose"),
        (|run| run.operation = "Op Other".parse().unwrap(), "another --operation"),
        (|run| run.legal_basis = Some(LegalBasis::CommonLaw), "another --legal-basis"),
        (|run| run.urgency = Some(Urgency::Priority), "another --urgency"),
        (|run| run.granularity = Granularity::Hit, "another --granularity"),
        (|run| run.forces.clear(), "another --forces"),
    ] {
        let mut other = run();
        change(&mut other);
        let told = failure(&path, &other);
        assert!(told.contains(part), "{told}");
    }
    let text = std::fs::read_to_string(&path).unwrap();
    for (from, to, line) in [
        ("\"bluelamp_batch\":1", "\"bluelamp_batch\":2", "line 1"),
        ("\"place\":0", "\"plaice\":0", "line 2"),
        ("\"subjects\":2", "\"subjects\":3", "line 2"),
    ] {
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let told = failure(&path, &run());
        assert!(told.contains(line) && told.contains("damaged"), "{told}");
        assert!(path.exists(), "a damaged file is not taken away");
    }
}

#[test]
fn a_run_without_an_answer_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv.state");
    drop(State::begin(&path, &run(), 2).unwrap());
    assert!(!path.exists());
}
