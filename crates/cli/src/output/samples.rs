//! Fixed answers that the tests of every format render.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, TimestampNanosecondArray};
use jiff::Timestamp;
use model::answer::{Coverage, ForceCoverage, MergedCell, MergedRow, Outcome, SearchAnswer, TableAnswer};
use model::reply::{CountBand, Figure, LinkedLine, MatchLine, Protection, Referral, SearchReply};
use model::vocabulary::{EntityKind, GradingBand, ThreatCategory};
use model::{
    Complaint, Dataset, Distribution, ForceId, Granularity, Margin, Measure, Mechanism, QuestionId, Refusal,
    Yardstick,
};
use uuid::Uuid;

use crate::batch::answers::{AnsweredRow, Answers};

pub(super) fn force(name: &str) -> ForceId {
    name.parse().unwrap()
}

fn question() -> QuestionId {
    QuestionId(Uuid::from_u128(0x0197_c0de_0000_7000_8000_0000_0000_0001))
}

pub(super) fn answered() -> Outcome<()> {
    Outcome::Answered { as_of: "2026-01-01T06:00:00Z".parse::<Timestamp>().unwrap(), reply: () }
}

pub(super) fn coverage(outcomes: &[(&str, Outcome<()>)]) -> Coverage {
    let line = |(name, outcome): &(&str, Outcome<()>)| ForceCoverage {
        force: force(name),
        outcome: outcome.clone(),
    };
    Coverage { forces: outcomes.iter().map(line).collect() }
}

/// A hit with its picture and a referral, a no hit on a lower rung, a refusal, an outage.
pub(crate) fn search() -> SearchAnswer {
    let line = |entity, confidence, count, categories: &[ThreatCategory], years, grading| MatchLine {
        entity,
        confidence,
        count,
        categories: categories.to_vec(),
        years,
        grading,
        linked: vec![],
    };
    let linked = |dataset, count, category, years| LinkedLine { dataset, count, category, years };
    let mps = SearchReply {
        granularity: Granularity::Referral,
        hit: Some(true),
        matches: vec![
            MatchLine {
                linked: vec![
                    linked(Dataset::Object, CountBand::TwoToFour, None, None),
                    linked(
                        Dataset::Report,
                        CountBand::One,
                        Some(ThreatCategory::Firearms),
                        Some((2023, 2023)),
                    ),
                ],
                ..line(
                    EntityKind::Person,
                    Yardstick::AlmostCertain,
                    CountBand::One,
                    &[ThreatCategory::Drugs, ThreatCategory::Firearms],
                    Some((2019, 2025)),
                    Some(GradingBand::Strong),
                )
            },
            line(
                EntityKind::Person,
                Yardstick::RealisticPossibility,
                CountBand::TwoToFour,
                &[],
                Some((2023, 2023)),
                Some(GradingBand::Weak),
            ),
        ],
        referral: Some(Referral {
            desk: "MPS Intelligence, \"020 7946 0000\"".to_owned(),
            reference: "4ZK0M8T1B6Q2XWVN3H5RDC7E9J".to_owned(),
        }),
        tags: None,
    };
    let colp = SearchReply {
        granularity: Granularity::Hit,
        hit: Some(false),
        matches: vec![],
        referral: None,
        tags: None,
    };
    SearchAnswer {
        question: question(),
        coverage: coverage(&[
            ("btp", Outcome::Unreachable),
            ("colp", answered()),
            ("mps", answered()),
            ("nca", Outcome::Refused(Refusal::NotPermitted)),
        ]),
        answers: vec![(force("colp"), colp), (force("mps"), mps)],
        same_person: vec![],
    }
}

/// A list with an answer, a row that was not asked about, and a subject that one force refused.
pub(super) fn batch() -> Answers {
    let row = |line, reference: Option<&str>, said| AnsweredRow {
        line,
        reference: reference.map(str::to_owned),
        said,
    };
    let whole = search();
    let mut refused = search();
    refused.coverage = coverage(&[
        ("btp", Outcome::Unreachable),
        ("colp", answered()),
        ("mps", Outcome::Refused(Refusal::Malformed)),
        ("nca", Outcome::Refused(Refusal::NotPermitted)),
    ]);
    refused.answers.retain(|(name, _)| name.as_str() == "colp");
    Answers {
        questions: vec![question()],
        coverage: Coverage::across([&whole.coverage, &refused.coverage]),
        rows: vec![
            row(2, Some("case 7"), Ok(whole)),
            row(3, Some("case 8"), Err(Complaint::new("dob", "is not a date that the calendar has"))),
            row(5, None, Ok(refused)),
        ],
    }
}

pub(super) fn measures() -> Vec<Measure> {
    let parse = |text: &&str| Measure::parse(Dataset::Report, text).unwrap();
    ["count", "sum:loss_gbp", "mean:risk_score"].iter().map(parse).collect()
}

fn cell(figure: Option<Figure>, suppressed_by: &[&str]) -> MergedCell {
    let suppressed_by = suppressed_by.iter().map(|name| force(name)).collect();
    let rounding = |rounding| Margin { rounding, noise: 0 };
    let (margin, over_margin) = match figure {
        None => (rounding(0), rounding(0)),
        Some(Figure::Count(_) | Figure::Estimate(_)) => (rounding(2), rounding(0)),
        Some(Figure::Sum(_)) => (rounding(50), rounding(0)),
        Some(Figure::Mean { .. } | Figure::EstimatedMean { .. } | Figure::Variance(_)) => {
            (rounding(50), rounding(2))
        }
    };
    MergedCell { figure, suppressed_by, margin, over_margin }
}

fn protection(base: u64, sum_base: u64) -> Protection {
    Protection { minimum_cell: 10, counts: Mechanism::rounded(base), sums: Mechanism::rounded(sum_base) }
}

/// Exact and rounded shares added up, a bound beside a suppressed share, cells that nobody may tell, an empty group.
pub(super) fn table() -> TableAnswer {
    let row = |keys: &[Option<&str>], cells: Vec<MergedCell>| MergedRow {
        keys: keys.iter().map(|key| key.map(str::to_owned)).collect(),
        cells,
    };
    let mean = Figure::Mean { sum: 5210, over: 120 };
    TableAnswer {
        question: question(),
        coverage: coverage(&[("btp", answered()), ("colp", Outcome::Late), ("mps", answered())]),
        columns: ["reported_on:month", "threat_category", "count", "sum:loss_gbp", "mean:risk_score"]
            .map(str::to_owned)
            .to_vec(),
        rows: vec![
            row(
                &[Some("2024-01"), Some("drugs")],
                vec![
                    cell(Some(Figure::Count(155)), &[]),
                    cell(Some(Figure::Sum(12_000)), &[]),
                    cell(Some(mean), &[]),
                ],
            ),
            row(
                &[Some("2024-01"), None],
                vec![
                    cell(Some(Figure::Count(120)), &["btp"]),
                    cell(Some(Figure::Sum(0)), &[]),
                    cell(None, &["btp"]),
                ],
            ),
            row(
                &[Some("2024-02"), Some("fraud")],
                vec![
                    cell(None, &["btp", "mps"]),
                    cell(None, &["btp", "mps"]),
                    cell(Some(Figure::Mean { sum: 0, over: 0 }), &[]),
                ],
            ),
        ],
        protections: vec![(force("btp"), protection(1, 1)), (force("mps"), protection(5, 100))],
    }
}

/// The answer to a statement: exact, rounded, a bound, suppressed, and no figure at all; a mean, a day, a truth.
pub(super) fn sql() -> sql::Answer {
    let mut table = table();
    table.coverage = coverage(&[("btp", answered()), ("colp", Outcome::Late), ("mps", answered())]);
    let column = |name: &str, values: ArrayRef, status: Option<[Option<&'static str>; 4]>| sql::Answered {
        name: name.to_owned(),
        values,
        status: status.map(|status| status.to_vec()),
    };
    let counts = Int64Array::from(vec![Some(155), Some(120), None, None]);
    let means = Float64Array::from(vec![Some(43.416_666), None, None, Some(0.012_345)]);
    let days = vec![Some(1_704_067_200_000_000_000), None, None, Some(1_706_745_600_000_000_000)];
    let days = TimestampNanosecondArray::from(days);
    sql::Answer {
        columns: vec![
            column("date_trunc('month', reported_on)", Arc::new(days), None),
            column(
                "n",
                Arc::new(counts),
                Some([Some("rounded"), Some("at least"), Some("suppressed"), None]),
            ),
            column(
                "avg(risk_score)",
                Arc::new(means),
                Some([Some("exact"), Some("suppressed"), Some("suppressed"), Some("exact")]),
            ),
            column(
                "n > 100",
                Arc::new(BooleanArray::from(vec![Some(true), Some(true), None, None])),
                Some([Some("rounded"), Some("rounded"), Some("suppressed"), None]),
            ),
        ],
        rows: 4,
        coverage: table.coverage,
        questions: vec![table.question],
        protections: vec![sql::Protected { measures: measures(), forces: table.protections }],
        notes: vec!["something to know".to_owned()],
    }
}

/// The same with a row for each force and equal protections.
pub(super) fn table_by_force() -> TableAnswer {
    let mut answer = table();
    answer.columns = ["force", "count", "sum:loss_gbp", "mean:risk_score"].map(str::to_owned).to_vec();
    answer.rows.truncate(2);
    for (row, name) in answer.rows.iter_mut().zip(["btp", "mps"]) {
        row.keys = vec![Some(name.to_owned())];
        if name == "btp" {
            // It rounds nothing.
            row.cells.iter_mut().for_each(|cell| {
                (cell.margin, cell.over_margin) = (Margin::default(), Margin::default());
            });
        }
    }
    answer
}

/// Noisy shares: some below zero, one beside a suppressed share, means whose number noise outweighs.
pub(super) fn noisy_table() -> TableAnswer {
    let mut answer = table();
    let noisy = |figure: Figure, suppressed_by: &[&str]| {
        let mut cell = cell(Some(figure), suppressed_by);
        cell.margin =
            Margin { rounding: 0, noise: if matches!(figure, Figure::Estimate(_)) { 20 } else { 2_000 } };
        if matches!(figure, Figure::EstimatedMean { .. }) {
            cell.over_margin = Margin { rounding: 0, noise: 20 };
        }
        cell
    };
    let rows = [
        (
            Figure::Estimate(155),
            Figure::Sum(12_000),
            Figure::EstimatedMean { sum: 5_210, over: 120 },
            &[][..],
        ),
        (Figure::Estimate(-4), Figure::Sum(-310), Figure::EstimatedMean { sum: 40, over: -3 }, &[]),
        (Figure::Estimate(70), Figure::Sum(9_000), Figure::EstimatedMean { sum: 900, over: 60 }, &["btp"]),
    ];
    for (row, (count, sum, mean, suppressed_by)) in answer.rows.iter_mut().zip(rows) {
        row.cells = vec![noisy(count, suppressed_by), noisy(sum, suppressed_by), noisy(mean, &[])];
        if !suppressed_by.is_empty() {
            row.cells[2] = cell(None, suppressed_by);
        }
    }
    let noise = |scale_milli| Mechanism::Noisy { distribution: Distribution::Gaussian, scale_milli };
    let protection =
        |minimum_cell| Protection { minimum_cell, counts: noise(10_000), sums: noise(1_000_000) };
    answer.protections = vec![(force("btp"), protection(67)), (force("mps"), protection(0))];
    answer
}
