//! The threat picture over real nodes: what its questions bring together, what a small, a missing and a rounding force
//! make of it, and that it is the same however and whenever its questions are asked.

use std::collections::BTreeSet;

use futures::future::join_all;
use model::TableAnswer;
use picture::{Amount, Asked, Cell, Frame, Head, Heard, Picture, Row, Status, Topic, Trend, questions};
use serde_json::json;
use tests::{Analyst, Federation, Plan, Records};

/// So many threats of a category, identified on a day.
fn threats(records: Records, name: &str, category: &str, identified_on: &str, count: usize) -> Records {
    (0..count).fold(records, |records, at| {
        records.with(
            "threat",
            json!({ "threat_id": format!("{name}{at}"), "kind": "ocg", "threat_category": category,
                    "harm_band": "high", "status": "active", "identified_on": identified_on,
                    "subject_category": "other" }),
        )
    })
}

fn reports(records: Records, name: &str, category: &str, reported_on: &str, count: usize) -> Records {
    (0..count).fold(records, |records, at| {
        records.with(
            "report",
            json!({ "report_id": format!("{name}{at}"), "threat_category": category, "reported_on": reported_on,
                    "source_evaluation": "2", "assessment": "C", "reporting_unit": format!("U{}", at % 5),
                    "subject_category": "other" }),
        )
    })
}

/// Drugs rise from 15 to 60 new threats and from 20 to 80 reports.
fn mps() -> Records {
    let records = threats(Records::new(), "A", "drugs", "2023-11-03", 15);
    let records = threats(records, "B", "drugs", "2024-02-03", 60);
    let records = reports(records, "C", "drugs", "2023-12-01", 20);
    let records = reports(records, "D", "drugs", "2024-01-15", 40);
    let records = reports(records, "E", "drugs", "2024-03-15", 40);
    (0..14).fold(records, |records, at| {
        records.with(
            "threat",
            json!({ "threat_id": format!("F{at}"), "kind": "ocg", "threat_category": "fraud", "harm_band": "low",
                    "status": "closed", "identified_on": "2022-01-01", "assessed_on": "2024-03-20",
                    "subject_category": "other" }),
        )
    })
}

/// Three new threats of corruption, which nobody elsewhere may hear of.
fn colp() -> Records {
    let records = threats(Records::new(), "A", "corruption", "2024-01-10", 3);
    reports(records, "B", "fraud", "2024-02-02", 30)
}

fn plan() -> Plan {
    Plan::new().node("mps", mps()).node("colp", colp()).down("btp")
}

fn frame(period: &str) -> Frame {
    Frame::new(period.parse().unwrap(), None).unwrap()
}

async fn ask(analyst: &Analyst, asked: &Asked) -> Heard {
    let answer: Result<TableAnswer, _> = analyst.tabulate(asked.table.clone(), true).await;
    answer.map_err(|status| status.to_string())
}

fn put_together(analyst: &Analyst, frame: Frame, heard: &[Heard]) -> Picture {
    let head = Head {
        frame,
        made_at: analyst.clock.now(),
        asker: analyst.credentials.name().to_string(),
        purpose: analyst.purpose.to_string(),
        operation: "Op Lantern".to_owned(),
        per_force: false,
    };
    Picture::of(head, heard).unwrap()
}

/// Asks round by round, as the desk does.
async fn picture(analyst: &Analyst, period: &str) -> Picture {
    let asked = questions(&frame(period)).unwrap();
    let mut heard = Vec::new();
    for round in asked.chunk_by(|one, other| one.round == other.round) {
        heard.extend(join_all(round.iter().map(|asked| ask(analyst, asked))).await);
    }
    put_together(analyst, frame(period), &heard)
}

fn row<'a>(picture: &'a Picture, topic: Topic, name: &str) -> &'a Row {
    let section = picture.sections.iter().find(|section| section.topic == topic).unwrap();
    section.blocks[0].rows.iter().find(|row| row.name == name).unwrap()
}

fn amounts(row: &Row) -> Vec<Amount> {
    row.cells.iter().filter_map(Cell::amount).cloned().collect()
}

fn trend(row: &Row) -> Trend {
    let trend = |cell: &Cell| if let Cell::Trend(trend) = cell { Some(*trend) } else { None };
    row.cells.iter().find_map(trend).unwrap()
}

#[tokio::test]
async fn a_picture_says_what_rose_and_keeps_back_what_forces_keep_back() {
    let federation = Federation::start(plan()).await;
    let picture = picture(&federation.analyst(), "2024-Q1").await;
    assert_eq!(picture.coverage(), "2 of 3 forces answered every question; btp answered none (unreachable)");
    assert!(!picture.is_complete());

    // 60 of mps are told as 60 ±2; colp holds too few to tell, which makes a bound of it.
    let drugs = row(&picture, Topic::NewThreats, "Drugs");
    assert_eq!(amounts(drugs)[0].status(), Status::AtLeast);
    assert_eq!(amounts(drugs)[0].figure(), Some(58));
    assert!(matches!(trend(drugs), Trend::Rose(change) if change.least >= 30), "{drugs:?}");
    let corruption = row(&picture, Topic::NewThreats, "Corruption");
    assert_eq!(amounts(corruption)[0].status(), Status::TooFew, "three are no number");
    assert_eq!(trend(corruption), Trend::Suppressed);

    let reports = row(&picture, Topic::Reports, "Drugs");
    assert_eq!(amounts(reports)[0].figure(), Some(80));
    assert!(matches!(trend(reports), Trend::Rose(_)));
    assert_eq!(amounts(row(&picture, Topic::ClosedThreats, "Fraud"))[0].status(), Status::AtLeast);
    let graded = amounts(row(&picture, Topic::Gradings, "All"));
    assert_eq!(graded.last().unwrap().figure(), Some(110), "{graded:?}");
    assert!(picture.summary.rose.iter().any(|line| line.starts_with("Reports, drugs: 80 ±2")));
}

/// Rounds hold questions that overlap in no record: forces that weigh them in another order tell the same.
#[tokio::test]
async fn a_picture_is_the_same_whether_its_rounds_are_asked_at_once_or_not() {
    let at_once = Federation::start(plan()).await;
    let at_once = picture(&at_once.analyst(), "2024-Q1").await;
    let federation = Federation::start(plan()).await;
    let analyst = federation.analyst();
    let asked = questions(&frame("2024-Q1")).unwrap();
    let mut heard = vec![Err(String::new()); asked.len()];
    let rounds: BTreeSet<u8> = asked.iter().map(|asked| asked.round).collect();
    for round in rounds {
        for (at, asked) in asked.iter().enumerate().rev().filter(|(_, asked)| asked.round == round) {
            heard[at] = ask(&analyst, asked).await;
        }
    }
    let one_by_one = put_together(&analyst, frame("2024-Q1"), &heard);
    assert_eq!(one_by_one.sections, at_once.sections);
}

/// The next quarter's picture sets itself beside what this one told, not beside something else.
#[tokio::test]
async fn the_next_picture_says_of_this_period_what_this_one_said() {
    let federation = Federation::start(plan()).await;
    let analyst = federation.analyst();
    let this = picture(&analyst, "2024-Q1").await;
    let next = picture(&analyst, "2024-Q2").await;
    for topic in [Topic::NewThreats, Topic::ClosedThreats, Topic::Reports] {
        for name in ["Drugs", "Fraud", "Corruption", "All"] {
            let (this, next) = (amounts(row(&this, topic, name)), amounts(row(&next, topic, name)));
            assert_eq!(this[0], next[1], "{topic:?} {name}");
        }
    }
}
