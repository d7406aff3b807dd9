//! An index that took up what changed, epoch after epoch, answers as one built anew over the same records.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use linkage::Subject;
use linkage::person::Weights;
use model::probe::{IdentifierProbe, PersonProbe};
use model::{
    Ask, Dataset, Granularity, IdentifierKind, LabelTable, Principal, Probe, Purpose, Question, QuestionId,
    Search,
};
use policy::{Bundle, Permit, Policy};
use proptest::prelude::*;

use super::{BuildLimits, Index, update};
use crate::catalogue::{self, Snapshot, SourceConfig, Sources, ViewConfig};
use crate::policy_folder;

mod trouble;

const LIMITS: BuildLimits = BuildLimits { memory_bytes: 1 << 14, threads: 2 };
const GIVEN: [&str; 5] = ["Peter", "Mary Ann", "Agnieszka", "Oluwaseun", "Jo"];
const FAMILY: [&str; 5] = ["Pairman", "O'Brien", "Kowalczyk", "Featherstonehaugh", "Smith-Jones"];

/// What an edit makes of a record: its names, its year, its marks, and what hangs on it. None where it goes.
type Edit = (usize, Option<Made>);

/// Given and family name, year, silent, linked.
type Made = (usize, usize, i16, bool, bool);

/// Records by their number; each has an identifier, a car, a report and a link, made of the same numbers.
#[derive(Clone, Default)]
struct Records(Vec<Option<Made>>);

impl Records {
    fn edit(&mut self, edits: &[Edit]) {
        for &(at, record) in edits {
            if self.0.len() <= at {
                self.0.resize(at + 1, None);
            }
            self.0.iter_mut().skip(at).take(1).for_each(|slot| *slot = record);
        }
    }

    fn write(&self, folder: &Path) {
        let [mut persons, mut identifiers, mut objects, mut reports, mut links] =
            [(); 5].map(|()| String::new());
        for (at, record) in self.0.iter().enumerate() {
            let Some((given, family, year, silent, linked)) = record else { continue };
            let marks = format!(
                r#""handling_code":"p","handling_conditions":"none","classification":"official","provenance":"police","disclosure_mark":"{}","subject_category":"suspect","threat_category":"fraud","retention":"live""#,
                if *silent { "silent" } else { "disclose" }
            );
            writeln!(persons, r#"{{"person_id":"P{at}","given_names":"{}","family_name":"{}","dob":"{year}-03-07",{marks}}}"#, GIVEN[given % 5], FAMILY[family % 5]).unwrap();
            writeln!(objects, r#"{{"object_id":"O{at}","kind":"vehicle","make":"{}","recorded_on":"{year}-01-01",{marks}}}"#, if given % 2 == 0 { "Ford" } else { "Audi" }).unwrap();
            writeln!(identifiers, r#"{{"holder_dataset":"object","holder_id":"O{at}","kind":"vrm","value":"AB{:02} CDE",{marks}}}"#, at % 7 + 10).unwrap();
            writeln!(identifiers, r#"{{"holder_dataset":"person","holder_id":"P{}","kind":"phone","value":"07700 9001{:02}",{marks}}}"#, at / 2, given + 10).unwrap();
            writeln!(reports, r#"{{"report_id":"R{}","reported_on":"{year}-05-05",{marks}}}"#, at / 3)
                .unwrap();
            if *linked {
                writeln!(links, r#"{{"from_dataset":"report","from_id":"R{}","to_dataset":"person","to_id":"P{at}","role":"subject",{marks}}}"#, family * 2).unwrap();
                writeln!(links, r#"{{"from_dataset":"person","from_id":"P{at}","to_dataset":"object","to_id":"O{}","role":"keeper",{marks}}}"#, at / 2).unwrap();
            }
        }
        let parts = [
            (Dataset::Person, persons),
            (Dataset::Identifier, identifiers),
            (Dataset::Object, objects),
            (Dataset::Report, reports),
            (Dataset::Link, links),
        ];
        for (dataset, lines) in parts {
            let nothing = "{}\n".to_owned();
            fs::write(
                folder.join(format!("{dataset}.jsonl")),
                if lines.is_empty() { nothing } else { lines },
            )
            .unwrap();
        }
    }
}

fn sources(folder: &Path) -> Sources {
    let columns = |dataset: Dataset| match dataset {
        Dataset::Person => "person_id, given_names, family_name, dob",
        Dataset::Identifier => "holder_dataset, holder_id, kind, value",
        Dataset::Object => "object_id, kind, make, recorded_on",
        Dataset::Report => "report_id, reported_on",
        _ => "from_dataset, from_id, to_dataset, to_id, role",
    };
    let read = [Dataset::Person, Dataset::Identifier, Dataset::Object, Dataset::Report, Dataset::Link];
    let marks = "handling_code, handling_conditions, classification, provenance, disclosure_mark, subject_category, threat_category, retention";
    let mut sources = Sources {
        base: folder.to_owned(),
        database: [].into(),
        source: [].into(),
        view: Vec::new(),
        controller: "mps".parse().unwrap(),
    };
    for dataset in read {
        let config = SourceConfig::files(catalogue::Format::Json, &format!("{dataset}.jsonl"));
        sources.source.insert(format!("{dataset}s"), config);
        let own: Vec<&str> = marks.split(", ").filter(|mark| dataset.column(mark).is_ok()).collect();
        let sql = format!("select {}, {} from {dataset}s", columns(dataset), own.join(", "));
        sources.view.push(ViewConfig { dataset, sql });
    }
    sources
}

fn snapshot(sources: &Sources, data: &Path, hour: i64) -> Snapshot {
    let now = "2024-04-01T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(catalogue::prepare(sources, data, now, &mut |_| {})).unwrap().0
}

fn open(snapshot: &Snapshot) -> Index {
    Index::open(snapshot, None, LIMITS, &Weights::default(), &mut |_| {}).unwrap()
}

fn policy() -> Policy {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies/mps");
    Policy::new(Bundle::compile(&policy_folder::read(&deploy).unwrap()).unwrap(), "desk".to_owned())
}

/// Everything that the index tells of a probe, in words that mean the same in every epoch.
fn told(index: &Index, labels: &LabelTable, policy: &Policy, probe: &Probe) -> Vec<String> {
    let permit = permit(policy, labels, probe);
    let spelled = |ids: &[model::LabelId]| {
        let mut all: Vec<String> = ids.iter().map(|id| format!("{:?}", labels.get(*id))).collect();
        all.sort();
        all
    };
    let mut told: Vec<String> = index
        .matches(&Subject::try_from(probe).unwrap(), &permit)
        .into_iter()
        .map(|found| {
            let mut facets: Vec<String> = found
                .facets
                .iter()
                .map(|f| {
                    format!(
                        "{:?} {:?} {:?} {:?} {:?}",
                        f.linked.map(|l| l.dataset),
                        f.category,
                        f.year,
                        f.grading,
                        spelled(&f.labels)
                    )
                })
                .collect();
            facets.sort();
            format!(
                "{:?} {} {:?} {:.12} {facets:?} {:?}",
                found.entity,
                found.record,
                spelled(&found.labels),
                // Candidates are added up in another order, which may show in the last bits of a sum.
                found.confidence.value(),
                found.features
            )
        })
        .collect();
    told.sort();
    told
}

fn permit(policy: &Policy, labels: &LabelTable, probe: &Probe) -> Permit {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let question = Question {
        id: QuestionId(uuid::Uuid::from_u128(7)),
        asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
        purpose: Purpose::Investigation,
        operation: "Op Lantern".parse().unwrap(),
        circumstances: model::Circumstances::default(),
        audience: ["mps".parse().unwrap()].into_iter().collect(),
        issued_at: now,
        expires_at: now + SignedDuration::from_mins(2),
        ask: Ask::Search(Search { probe: probe.clone(), granularity: Granularity::Picture }),
    };
    let principal = Principal::named(question.asker.clone());
    policy.authorise(&principal, &question, labels, now).unwrap()
}

fn probes() -> Vec<Probe> {
    let mut probes = Vec::new();
    for (given, family) in GIVEN.iter().flat_map(|g| FAMILY.iter().map(move |f| (g, f))) {
        for dob in [None, Some("1980-03-07".parse().unwrap())] {
            let (given_names, family_name) = ((*given).to_owned(), (*family).to_owned());
            probes.push(Probe::Person(PersonProbe {
                given_names,
                family_name,
                dob,
                ..PersonProbe::default()
            }));
        }
    }
    let identifier = |kind, value| Probe::Identifier(IdentifierProbe { kind, value });
    probes.extend((10..17).map(|n| identifier(IdentifierKind::Vrm, format!("AB{n} CDE"))));
    probes.extend((10..16).map(|n| identifier(IdentifierKind::Phone, format!("07700 9001{n}"))));
    probes
}

/// Takes up epochs of edits in one data folder, and compares each with an index built anew in a folder of its own.
fn check(epochs: &[Vec<Edit>]) -> usize {
    let (desk, policy, probes) = (tempfile::tempdir().unwrap(), policy(), probes());
    let mut records = Records::default();
    let (mut taken_up, mut held) = (0, None::<(Snapshot, Index)>);
    for (epoch, edits) in (0_i64..).zip(epochs) {
        records.edit(edits);
        records.write(desk.path());
        let sources = sources(desk.path());
        let next = snapshot(&sources, &desk.path().join("kept"), epoch);
        let in_use = held.as_ref().map(|(_, index)| index);
        let index = Index::open(&next, in_use, LIMITS, &Weights::default(), &mut |_| {}).unwrap();
        taken_up += usize::from(update::segments(&next.index_dir()).unwrap() > 1);
        let anew = snapshot(&sources, &desk.path().join(format!("anew-{epoch}")), 0);
        let built = open(&anew);
        assert_eq!(index.len(), built.len(), "epoch {epoch}");
        assert_eq!(index.tally, built.tally, "epoch {epoch}");
        assert!(index.confidence.counts() == built.confidence.counts(), "epoch {epoch}");
        for probe in &probes {
            let (kept, new) =
                (told(&index, next.labels(), &policy, probe), told(&built, anew.labels(), &policy, probe));
            assert_eq!(kept, new, "epoch {epoch}, {probe:?}");
        }
        // The epoch before is let go: nothing of it may be missed.
        held.replace((next, index));
    }
    taken_up
}

fn many() -> Vec<Edit> {
    (0..60)
        .map(|at| (at, Some((at % 5, at / 5 % 5, 1980 + (at % 3) as i16, at % 11 == 0, at % 2 == 0))))
        .collect()
}

#[test]
fn few_changes_are_taken_up_and_many_build_anew() {
    let edits = vec![(3, None), (7, Some((1, 1, 1980, false, true))), (61, Some((2, 3, 1981, true, true)))];
    let later = vec![(3, Some((3, 0, 1980, false, true))), (61, None)];
    let all = (0..60).map(|at| (at, Some((at % 4, at % 3, 1980, false, true)))).collect();
    assert_eq!(check(&[many(), edits, later, Vec::new(), all]), 3);
}

#[test]
fn a_year_that_moved_weighs_alike() {
    check(&[many(), vec![(3, Some((1, 3, 1979, false, false)))]]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn an_updated_index_answers_as_one_built_anew(
        epochs in prop::collection::vec(
            prop::collection::vec(
                (0..64_usize, prop::option::of((0..5_usize, 0..5_usize, 1979..1983_i16, any::<bool>(), any::<bool>()))),
                0..5,
            ),
            1..4,
        ),
    ) {
        check(&[vec![many()], epochs].concat());
    }
}
