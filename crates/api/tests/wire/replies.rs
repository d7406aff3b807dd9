//! Releases and answers survive the wire, and a peer's malformed release is refused.

use api::{answer, reply, v1};
use jiff::Timestamp;
use model::answer::{Coverage, ForceCoverage, MergedCell, MergedRow};
use model::reply::{Figure, LinkedLine, MatchLine, Protection, Referral, SearchReply, TableReply, TableRow};
use model::vocabulary::{EntityKind, GradingBand, ThreatCategory};
use model::{
    Cell, CountBand, Dataset, Distribution, Granularity, Margin, Mechanism, Outcome, PersonTags, QuestionId,
    Refusal, SamePerson, SearchAnswer, Spread, TableAnswer, Yardstick,
};
use uuid::Uuid;

pub(crate) const ID: QuestionId = QuestionId(Uuid::from_u128(7));

pub(crate) fn as_of() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

pub(crate) fn search_reply() -> SearchReply {
    SearchReply {
        granularity: Granularity::Referral,
        hit: Some(true),
        matches: vec![MatchLine {
            entity: EntityKind::Person,
            confidence: Yardstick::HighlyLikely,
            count: CountBand::TwoToFour,
            categories: vec![ThreatCategory::Firearms],
            years: Some((2021, 2024)),
            grading: Some(GradingBand::Strong),
            linked: vec![
                LinkedLine {
                    dataset: Dataset::Report,
                    count: CountBand::One,
                    category: Some(ThreatCategory::Firearms),
                    years: Some((2023, 2024)),
                },
                LinkedLine {
                    dataset: Dataset::Object,
                    count: CountBand::TenOrMore,
                    category: None,
                    years: None,
                },
            ],
        }],
        referral: Some(Referral { desk: "Intelligence desk".into(), reference: "R".into() }),
        tags: Some(PersonTags { name: vec![1, u64::MAX], sound: vec![] }),
    }
}

pub(crate) fn table_reply() -> TableReply {
    TableReply {
        columns: ["category", "count", "mean:risk_score", "variance:loss_gbp"].map(Into::into).to_vec(),
        rows: vec![
            TableRow {
                keys: vec![Some("fraud".into())],
                cells: vec![
                    Cell::Released(Figure::Count(15)),
                    Cell::Released(Figure::Mean { sum: -3, over: 15 }),
                    Cell::Released(Figure::Variance(Spread { sum: 40, squares: (5 << 64) + 7, over: 15 })),
                ],
            },
            TableRow { keys: vec![None], cells: vec![Cell::Suppressed; 3] },
            TableRow {
                keys: vec![Some("noisy".into())],
                cells: vec![
                    Cell::Released(Figure::Estimate(-3)),
                    Cell::Released(Figure::EstimatedMean { sum: -40, over: -1 }),
                    Cell::Suppressed,
                ],
            },
        ],
        protection: Protection {
            minimum_cell: 10,
            counts: Mechanism::Controlled { base: 5 },
            sums: Mechanism::Noisy { distribution: Distribution::Gaussian, scale_milli: 12_500 },
        },
    }
}

#[test]
fn releases_survive_the_wire() {
    let wire = reply::search_to_wire(ID, as_of(), &search_reply());
    assert_eq!(reply::search_from_wire(ID, wire).unwrap(), (as_of(), search_reply()));
    let wire = reply::table_to_wire(ID, as_of(), &table_reply());
    assert_eq!(reply::table_from_wire(ID, 1, wire).unwrap(), (as_of(), table_reply()));
}

#[test]
fn answers_survive_the_wire() {
    let line = |force: &str, outcome| ForceCoverage { force: force.parse().unwrap(), outcome };
    let coverage = Coverage {
        forces: vec![
            line("btp", Outcome::Answered { as_of: as_of(), reply: () }),
            line("colp", Outcome::Late),
            line("gmp", Outcome::Refused(Refusal::NotPermitted)),
            line("mps", Outcome::Answered { as_of: as_of(), reply: () }),
        ],
    };
    let search = SearchAnswer {
        question: ID,
        coverage: coverage.clone(),
        answers: vec![("btp".parse().unwrap(), search_reply()), ("mps".parse().unwrap(), search_reply())],
        same_person: vec![SamePerson {
            forces: vec!["btp".parse().unwrap(), "mps".parse().unwrap()],
            confidence: Yardstick::HighlyLikely,
        }],
    };
    let wire = answer::search_answer_to_wire(&search);
    assert_eq!(answer::search_answer_from_wire(ID, wire).unwrap(), search);
    let table = TableAnswer {
        question: ID,
        coverage,
        columns: vec!["category".into(), "count".into()],
        rows: vec![MergedRow {
            keys: vec![None],
            cells: vec![MergedCell {
                figure: Some(Figure::Count(15)),
                suppressed_by: vec!["btp".parse().unwrap()],
                margin: Margin { rounding: 2, noise: 7 },
                over_margin: Margin::default(),
            }],
        }],
        protections: vec![(
            "mps".parse().unwrap(),
            Protection { minimum_cell: 5, counts: Mechanism::Rounded { base: 5 }, sums: Mechanism::Exact },
        )],
    };
    let wire = answer::table_answer_to_wire(table.clone());
    assert_eq!(answer::table_answer_from_wire(ID, wire).unwrap(), table);
}

#[test]
fn who_holds_the_same_person_is_read_with_suspicion() {
    let line = |force: &str| ForceCoverage {
        force: force.parse().unwrap(),
        outcome: Outcome::Answered { as_of: as_of(), reply: () },
    };
    let answer = SearchAnswer {
        question: ID,
        coverage: Coverage { forces: vec![line("btp"), line("mps")] },
        answers: ["btp", "mps"].map(|force| (force.parse().unwrap(), search_reply())).into(),
        same_person: vec![],
    };
    for (forces, confidence, part) in [
        (&["btp"][..], 6, "two forces or more"),
        (&["mps", "btp"], 6, "in order"),
        (&["btp", "btp"], 6, "each once"),
        (&["btp", "colp"], 6, "did not answer"),
        (&["btp", "mps"], 77, "does not know"),
        (&["btp", "no force!"], 6, "force"),
    ] {
        let mut wire = answer::search_answer_to_wire(&answer);
        let forces = forces.iter().map(ToString::to_string).collect();
        wire.same_person.push(v1::SamePerson { forces, confidence });
        let complaint = answer::search_answer_from_wire(ID, wire).unwrap_err().to_string();
        assert!(complaint.contains(part), "{complaint}");
    }
}

fn tags(release: &mut v1::SearchRelease) -> &mut v1::PersonTags {
    release.tags.as_mut().unwrap()
}

/// A release on a lower rung that tells nothing but its tags.
fn bare_on(release: &mut v1::SearchRelease, rung: v1::Granularity) {
    (release.matches, release.referral, release.granularity) = (vec![], None, rung.into());
}

#[test]
fn a_malformed_release_is_refused() {
    fn search(change: fn(&mut v1::SearchRelease)) -> String {
        let mut wire = reply::search_to_wire(ID, as_of(), &search_reply());
        change(&mut wire);
        reply::search_from_wire(ID, wire).unwrap_err().to_string()
    }
    fn table(change: fn(&mut v1::TableRelease)) -> String {
        let mut wire = reply::table_to_wire(ID, as_of(), &table_reply());
        change(&mut wire);
        reply::table_from_wire(ID, 1, wire).unwrap_err().to_string()
    }
    for (complaint, part) in [
        (search(|w| w.question_id = vec![0; 16]), "another question"),
        (search(|w| w.granularity = v1::Granularity::Hit.into()), "more than its rung"),
        (search(|w| w.granularity = 77), "does not know"),
        (search(|w| tags(w).name = (0..65).collect()), "tags: are too many"),
        (search(|w| tags(w).sound = vec![0; 100_000]), "tags: are too many"),
        (search(|w| tags(w).name = vec![2, 1]), "tags: must ascend"),
        (search(|w| tags(w).sound = vec![2, 2]), "tags: must ascend"),
        (search(|w| bare_on(w, v1::Granularity::Hit)), "more than its rung"),
        (search(|w| w.matches[0].years = Some(v1::YearRange { first: 1, last: 99_999 })), "calendar"),
        (table(|w| w.rows[0].cells[0].cell = None), "does not know"),
        (table(|w| w.rows[0].cells[0].cell = Some(v1::cell::Cell::Estimate(i64::MIN))), "2^53"),
        (table(|w| w.rows[0].cells[0].cell = Some(v1::cell::Cell::Count(u64::MAX))), "2^53"),
        (table(|w| w.rows[0].keys.clear()), "shape"),
        (table(|w| w.columns.clear()), "fewer"),
        (table(|w| w.protection = None), "protection"),
    ] {
        assert!(complaint.contains(part), "{complaint}");
    }
}
