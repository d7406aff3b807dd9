//! Made-up answers: suppressed, rounded, noisy, empty and missing parts.

use jiff::Timestamp;
use model::answer::{Coverage, ForceCoverage, MergedCell, MergedRow};
use model::reply::{Figure, Protection};
use model::{Distribution, ForceId, Margin, Mechanism, Outcome, QuestionId, TableAnswer, Tabulation};
use uuid::Uuid;

use crate::picture::Head;
use crate::question::{Asked, Heard, Topic, When, questions};
use crate::{Frame, Picture};

pub(crate) fn force(name: &str) -> ForceId {
    name.parse().unwrap()
}

pub(crate) fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn head() -> Head {
    Head {
        frame: Frame::new("2024-Q1".parse().unwrap(), None).unwrap(),
        made_at: moment("2024-04-08T09:30:00Z"),
        asker: "spiffe://bluelamp/force/rocta/analyst/7".to_owned(),
        purpose: "prevention".to_owned(),
        operation: "Op Lantern".to_owned(),
        per_force: false,
    }
}

/// What a force did to its counts: btp rounds, colp adds noise, mps tells them as they are.
pub(crate) fn protection(force: &str) -> Protection {
    let counts = match force {
        "btp" => Mechanism::rounded(5),
        "colp" => Mechanism::Noisy { distribution: Distribution::Laplace, scale_milli: 2_000 },
        _ => Mechanism::Exact,
    };
    // Where noise tells every group, none is too small.
    let minimum_cell = if force == "colp" { 0 } else { 10 };
    Protection { minimum_cell, counts, sums: Mechanism::Exact }
}

/// A row of a force's table; no count is a suppressed one, and `-` a key that records do not have.
pub(crate) fn row(of: &str, keys: &[&str], count: Option<u64>) -> MergedRow {
    let key = |key: &&str| (*key != "-").then(|| (*key).to_owned());
    let margin = count.map_or(Margin::default(), |_| protection(of).count_margin());
    let cell = MergedCell {
        figure: count.map(|count| match of {
            "colp" => Figure::Estimate(i64::try_from(count).unwrap()),
            _ => Figure::Count(count),
        }),
        suppressed_by: if count.is_none() { vec![force(of)] } else { vec![] },
        margin,
        over_margin: Margin::default(),
    };
    MergedRow { keys: std::iter::once(&of).chain(keys).map(key).collect(), cells: vec![cell] }
}

/// An answer of these forces with these rows.
pub(crate) fn answer(asked: &Tabulation, forces: &[&str], rows: Vec<MergedRow>) -> TableAnswer {
    let outcome = || Outcome::Answered { as_of: moment("2024-04-02T06:00:00Z"), reply: () };
    TableAnswer {
        question: QuestionId(Uuid::from_u128(0x018e_c0de_0000_7000_8000_0000_0000_0001)),
        coverage: coverage(&forces.iter().map(|name| (*name, outcome())).collect::<Vec<_>>()),
        columns: std::iter::once("force".to_owned()).chain(asked.headings()).collect(),
        rows,
        protections: forces.iter().map(|name| (force(name), protection(name))).collect(),
    }
}

pub(crate) fn coverage(outcomes: &[(&str, Outcome<()>)]) -> Coverage {
    let line = |(name, outcome): &(&str, Outcome<()>)| ForceCoverage {
        force: force(name),
        outcome: outcome.clone(),
    };
    Coverage { forces: outcomes.iter().map(line).collect() }
}

/// One force's table along one dimension or two, with its totals.
pub(crate) fn table(of: &str, groups: &[(&[&str], Option<u64>)]) -> Vec<MergedRow> {
    groups.iter().map(|(keys, count)| row(of, keys, *count)).collect()
}

/// Answers to all questions of the period, each force holding something of everything.
pub(crate) fn heard() -> Vec<(Asked, Heard)> {
    let asked = questions(&head().frame).unwrap();
    asked
        .into_iter()
        .zip(0_u128..)
        .map(|(asked, at)| {
            let mut answer = answer(&asked.table, &["btp", "colp", "mps"], rows(&asked));
            answer.question = QuestionId(Uuid::from_u128(0x018e_c0de_0000_7000_8000_0000_0000_0000 + at));
            (asked, Ok(answer))
        })
        .collect()
}

/// The picture of these answers.
pub(crate) fn picture(head: Head, heard: &[(Asked, Heard)]) -> Picture {
    let heard: Vec<Heard> = heard.iter().map(|(_, heard)| heard.clone()).collect();
    Picture::of(head, &heard).unwrap()
}

fn rows(asked: &Asked) -> Vec<MergedRow> {
    let t = "(total)";
    match (asked.topic, asked.when) {
        // colp holds too few in all: no rows.
        (Topic::NewThreats, When::Period) => [
            table("btp", &[(&[t], Some(60)), (&["drugs"], Some(45)), (&["fraud"], None), (&["-"], None)]),
            table("mps", &[(&[t], Some(131)), (&["drugs"], Some(90)), (&["fraud"], Some(41))]),
        ]
        .concat(),
        (Topic::NewThreats, _) => [
            table("btp", &[(&[t], Some(40)), (&["drugs"], Some(20)), (&["fraud"], Some(20))]),
            table("mps", &[(&[t], Some(120)), (&["drugs"], Some(60)), (&["fraud"], Some(60))]),
        ]
        .concat(),
        (Topic::Reports, When::Period) => [
            table(
                "btp",
                &[
                    (&[t, t], Some(415)),
                    (&[t, "acquisitive_crime"], Some(300)),
                    (&[t, "drugs"], Some(115)),
                    (&["2024-01", t], Some(140)),
                    (&["2024-02", t], Some(135)),
                    (&["2024-03", t], Some(140)),
                    (&["2024-01", "drugs"], None),
                ],
            ),
            table(
                "colp",
                &[
                    (&[t, t], Some(388)),
                    (&[t, "fraud"], Some(388)),
                    (&["2024-01", t], Some(131)),
                    (&["2024-02", t], Some(126)),
                    (&["2024-03", t], Some(133)),
                ],
            ),
            table(
                "mps",
                &[
                    (&[t, t], Some(402)),
                    (&[t, "drugs"], Some(310)),
                    (&[t, "fraud"], Some(92)),
                    (&[t, "cyber"], None),
                    (&["2024-01", t], Some(170)),
                    (&["2024-02", t], None),
                    (&["2024-03", t], None),
                ],
            ),
        ]
        .concat(),
        (Topic::Reports, _) => [
            table(
                "btp",
                &[
                    (&[t, t], Some(400)),
                    (&[t, "acquisitive_crime"], Some(290)),
                    (&[t, "drugs"], Some(110)),
                    (&["2023-10", t], Some(130)),
                    (&["2023-11", t], Some(135)),
                    (&["2023-12", t], Some(135)),
                ],
            ),
            table(
                "colp",
                &[
                    (&[t, t], Some(520)),
                    (&[t, "fraud"], Some(520)),
                    (&["2023-10", t], Some(170)),
                    (&["2023-11", t], Some(176)),
                    (&["2023-12", t], Some(174)),
                ],
            ),
            table(
                "mps",
                &[
                    (&[t, t], Some(300)),
                    (&[t, "drugs"], Some(208)),
                    (&[t, "fraud"], Some(92)),
                    (&["2023-10", t], Some(100)),
                    (&["2023-11", t], Some(100)),
                    (&["2023-12", t], Some(100)),
                ],
            ),
        ]
        .concat(),
        (Topic::Gradings, _) => [
            table(
                "btp",
                &[
                    (&[t, t], Some(415)),
                    (&["1", t], Some(200)),
                    (&["1", "A"], None),
                    (&["1", "B"], None),
                    (&[t, "B"], Some(190)),
                    (&["2", t], Some(180)),
                    (&["3", t], None),
                    (&["-", t], None),
                    (&["-", "-"], None),
                    (&[t, "-"], None),
                ],
            ),
            table(
                "colp",
                &[
                    (&[t, t], Some(388)),
                    (&["1", t], Some(388)),
                    (&["1", "B"], Some(388)),
                    (&[t, "B"], Some(388)),
                ],
            ),
            table(
                "mps",
                &[
                    (&[t, t], Some(402)),
                    (&["1", t], Some(202)),
                    (&["2", t], Some(200)),
                    (&["2", "C"], Some(200)),
                    (&["1", "B"], Some(202)),
                    (&[t, "B"], Some(202)),
                    (&[t, "C"], Some(200)),
                ],
            ),
        ]
        .concat(),
        (Topic::StandingThreats, _) => [
            table(
                "btp",
                &[
                    (&[t, t], Some(210)),
                    (&["drugs", t], Some(150)),
                    (&["drugs", "high"], Some(150)),
                    (&["fraud", t], Some(60)),
                    (&["fraud", "low"], Some(60)),
                    (&[t, "high"], Some(150)),
                    (&[t, "low"], Some(60)),
                ],
            ),
            table(
                "colp",
                &[
                    (&[t, t], Some(88)),
                    (&["fraud", t], Some(88)),
                    (&["fraud", "medium"], Some(88)),
                    (&[t, "medium"], Some(88)),
                ],
            ),
            table(
                "mps",
                &[
                    (&[t, t], Some(500)),
                    (&["drugs", t], Some(420)),
                    (&["drugs", "high"], None),
                    (&["drugs", "medium"], None),
                    (&["firearms", t], Some(80)),
                    (&["firearms", "very_high"], Some(80)),
                    (&[t, "very_high"], Some(80)),
                    (&[t, "high"], None),
                    (&[t, "medium"], None),
                ],
            ),
        ]
        .concat(),
        (Topic::ClosedThreats, When::Period) => table("mps", &[(&[t], Some(12)), (&["drugs"], Some(12))]),
        (Topic::ClosedThreats, _) => table("mps", &[(&[t], Some(31)), (&["drugs"], Some(31))]),
    }
}
