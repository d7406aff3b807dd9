//! Releases and answers survive the wire, and a peer's malformed release is refused.

use api::{answer, reply, v1};
use jiff::Timestamp;
use model::answer::{Coverage, ForceCoverage, MergedCell, MergedRow};
use model::reply::{Figure, LinkedLine, MatchLine, Protection, Referral, SearchReply, TableReply, TableRow};
use model::vocabulary::{EntityKind, GradingBand, ThreatCategory};
use model::{
    Cell, CountBand, Dataset, Granularity, Outcome, QuestionId, Refusal, SearchAnswer, TableAnswer, Yardstick,
};
use uuid::Uuid;

const ID: QuestionId = QuestionId(Uuid::from_u128(7));

fn as_of() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

fn search_reply() -> SearchReply {
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
    }
}

fn table_reply() -> TableReply {
    TableReply {
        columns: vec!["category".into(), "count".into(), "mean:risk_score".into()],
        rows: vec![
            TableRow {
                keys: vec![Some("fraud".into())],
                cells: vec![
                    Cell::Released(Figure::Count(15)),
                    Cell::Released(Figure::Mean { sum: -3, over: 15 }),
                ],
            },
            TableRow { keys: vec![None], cells: vec![Cell::Suppressed, Cell::Suppressed] },
        ],
        protection: Protection { minimum_cell: 10, rounding_base: 5, sum_base: 100 },
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
            line("btp", Outcome::Refused(Refusal::NotPermitted)),
            line("colp", Outcome::Late),
            line("mps", Outcome::Answered { as_of: as_of(), reply: () }),
        ],
    };
    let search = SearchAnswer {
        question: ID,
        coverage: coverage.clone(),
        answers: vec![("mps".parse().unwrap(), search_reply())],
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
            }],
        }],
        protections: vec![(
            "mps".parse().unwrap(),
            Protection { minimum_cell: 5, rounding_base: 1, sum_base: 1 },
        )],
    };
    let wire = answer::table_answer_to_wire(&table);
    assert_eq!(answer::table_answer_from_wire(ID, wire).unwrap(), table);
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
        (search(|w| w.matches[0].years = Some(v1::YearRange { first: 1, last: 99_999 })), "calendar"),
        (table(|w| w.rows[0].cells[0].cell = None), "does not know"),
        (table(|w| w.rows[0].cells[0].cell = Some(v1::cell::Cell::Count(u64::MAX))), "2^53"),
        (table(|w| w.rows[0].keys.clear()), "shape"),
        (table(|w| w.columns.clear()), "fewer"),
        (table(|w| w.protection = None), "protection"),
    ] {
        assert!(complaint.contains(part), "{complaint}");
    }
}
