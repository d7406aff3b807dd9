//! Answers as one JSON object, in the shape that the design promises. A list's holds an object for each subject.

use model::reply::{Figure, LinkedLine, MatchLine, Protection, Referral};
use model::{ForceId, Mechanism, SamePerson, SearchAnswer, SearchReply};
use serde::Serialize;

use super::coverage::CoverageJson;
use super::table::{Margin, Table, Told, Value, estimated_mean, mean, variance};
use crate::batch::answers::{AnsweredRow, Answers};
use crate::exit::Failure;

#[derive(Serialize)]
struct SearchJson {
    query_id: String,
    coverage: CoverageJson,
    answers: Vec<AnswerJson>,
    same_person: Vec<SamePersonJson>,
}

#[derive(Serialize)]
struct SamePersonJson {
    forces: Vec<String>,
    confidence: &'static str,
}

#[derive(Serialize)]
struct BatchJson {
    query_ids: Vec<String>,
    coverage: CoverageJson,
    subjects: Vec<SubjectJson>,
}

#[derive(Serialize)]
struct SubjectJson {
    subject: u64,
    #[serde(rename = "ref")]
    reference: Option<String>,
    #[serde(flatten)]
    said: SaidJson,
}

/// The answer about a subject, or what is wrong with its row.
#[derive(Serialize)]
#[serde(untagged)]
enum SaidJson {
    Answer { coverage: CoverageJson, answers: Vec<AnswerJson>, same_person: Vec<SamePersonJson> },
    Error { error: String },
}

#[derive(Serialize)]
struct AnswerJson {
    force: String,
    granularity: &'static str,
    hit: Option<bool>,
    matches: Vec<MatchJson>,
    referral: Option<ReferralJson>,
}

#[derive(Serialize)]
struct MatchJson {
    entity: &'static str,
    confidence: &'static str,
    count: &'static str,
    categories: Vec<&'static str>,
    years: Option<(i16, i16)>,
    grading: Option<&'static str>,
    linked: Vec<LinkedJson>,
}

#[derive(Serialize)]
struct LinkedJson {
    dataset: &'static str,
    count: &'static str,
    category: Option<&'static str>,
    years: Option<(i16, i16)>,
}

#[derive(Serialize)]
struct ReferralJson {
    desk: String,
    reference: String,
}

#[derive(Serialize)]
struct TableJson {
    query_id: String,
    columns: Vec<String>,
    rows: Vec<Vec<CellJson>>,
    /// For each row and measure, how far the exact figure may lie to either side; none for bounds and suppressed cells.
    margins: Vec<Vec<Option<CellJson>>>,
    coverage: CoverageJson,
    protection: Vec<ProtectionJson>,
}

/// A cell: a group's value, a number, a bound, or the word `suppressed`, never a zero in its place.
#[derive(Serialize)]
#[serde(untagged)]
enum CellJson {
    Key(Option<String>),
    Count(u64),
    Sum(i64),
    Mean(f64),
    Bound {
        at_least: Box<CellJson>,
        /// How probable it is that it holds, where noise leaves that open.
        #[serde(skip_serializing_if = "Option::is_none")]
        confidence: Option<f64>,
        suppressed_by: Vec<String>,
    },
    Suppressed(&'static str),
}

#[derive(Serialize)]
pub(super) struct ProtectionJson {
    force: String,
    minimum_cell: u64,
    rounding_base: u64,
    sum_base: u64,
    counts: MechanismJson,
    sums: MechanismJson,
}

#[derive(Serialize)]
struct MechanismJson {
    mechanism: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distribution: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scale: Option<f64>,
}

impl ProtectionJson {
    pub(super) fn of(force: &ForceId, protection: &Protection) -> Self {
        Self {
            force: force.to_string(),
            minimum_cell: protection.minimum_cell,
            rounding_base: protection.counts.base(),
            sum_base: protection.sums.base(),
            counts: protection.counts.into(),
            sums: protection.sums.into(),
        }
    }
}

impl From<Mechanism> for MechanismJson {
    #[expect(clippy::cast_precision_loss, reason = "a scale is far below 2^53")]
    fn from(mechanism: Mechanism) -> Self {
        let plain = Self { mechanism: mechanism.word(), base: None, distribution: None, scale: None };
        match mechanism {
            Mechanism::Exact => plain,
            Mechanism::Rounded { base } | Mechanism::Controlled { base } => {
                Self { base: Some(base), ..plain }
            }
            Mechanism::Noisy { distribution, scale_milli } => Self {
                distribution: Some(distribution.as_str()),
                scale: Some(scale_milli as f64 / 1_000.0),
                ..plain
            },
        }
    }
}

/// A search answer as one line of JSON.
pub(crate) fn search(answer: &SearchAnswer) -> Result<Vec<u8>, Failure> {
    line(&SearchJson {
        query_id: answer.question.to_string(),
        coverage: CoverageJson::from(&answer.coverage),
        answers: force_answers(answer),
        same_person: same_person(answer),
    })
}

/// The answers to a list as one line of JSON.
pub(crate) fn batch(answers: &Answers) -> Result<Vec<u8>, Failure> {
    let subject = |row: &AnsweredRow| SubjectJson {
        subject: row.line,
        reference: row.reference.clone(),
        said: match &row.said {
            Ok(answer) => SaidJson::Answer {
                coverage: CoverageJson::from(&answer.coverage),
                answers: force_answers(answer),
                same_person: same_person(answer),
            },
            Err(complaint) => SaidJson::Error { error: complaint.to_string() },
        },
    };
    line(&BatchJson {
        query_ids: answers.questions.iter().map(ToString::to_string).collect(),
        coverage: CoverageJson::from(&answers.coverage),
        subjects: answers.rows.iter().map(subject).collect(),
    })
}

fn force_answers(answer: &SearchAnswer) -> Vec<AnswerJson> {
    answer.answers.iter().map(|(force, reply)| force_answer(force.to_string(), reply)).collect()
}

fn same_person(answer: &SearchAnswer) -> Vec<SamePersonJson> {
    let one = |same: &SamePerson| SamePersonJson {
        forces: same.forces.iter().map(ToString::to_string).collect(),
        confidence: same.confidence.as_str(),
    };
    answer.same_person.iter().map(one).collect()
}

fn force_answer(force: String, reply: &SearchReply) -> AnswerJson {
    let linked = |line: &LinkedLine| LinkedJson {
        dataset: line.dataset.as_str(),
        count: line.count.as_str(),
        category: line.category.map(|category| category.as_str()),
        years: line.years,
    };
    let one = |line: &MatchLine| MatchJson {
        entity: line.entity.as_str(),
        confidence: line.confidence.as_str(),
        count: line.count.as_str(),
        categories: line.categories.iter().map(|category| category.as_str()).collect(),
        years: line.years,
        grading: line.grading.map(|grading| grading.as_str()),
        linked: line.linked.iter().map(linked).collect(),
    };
    let referral = |referral: &Referral| ReferralJson {
        desk: referral.desk.clone(),
        reference: referral.reference.clone(),
    };
    AnswerJson {
        force,
        granularity: reply.granularity.as_str(),
        hit: reply.hit,
        matches: reply.matches.iter().map(one).collect(),
        referral: reply.referral.as_ref().map(referral),
    }
}

/// A table as one line of JSON.
pub(crate) fn table(table: &Table<'_>) -> Result<Vec<u8>, Failure> {
    let answer = table.answer();
    let rows = table.rows().map(|row| {
        let keys = row.keys.iter().cloned().map(CellJson::Key);
        keys.chain(row.values().map(|value| cell(&value))).collect()
    });
    let protection =
        answer.protections.iter().map(|(force, protection)| ProtectionJson::of(force, protection));
    line(&TableJson {
        query_id: answer.question.to_string(),
        columns: answer.columns.clone(),
        rows: rows.collect(),
        margins: table.rows().map(|row| row.values().map(|value| margin(&value)).collect()).collect(),
        coverage: CoverageJson::from(&answer.coverage),
        protection: protection.collect(),
    })
}

fn cell(value: &Value<'_>) -> CellJson {
    let figure = match value.figure {
        None => return CellJson::Suppressed(Told::Suppressed.word()),
        Some(Figure::Count(count)) => CellJson::Count(count),
        Some(Figure::Sum(sum)) => CellJson::Sum(sum),
        Some(Figure::Mean { sum, over }) => CellJson::Mean(mean(sum, over)),
        Some(Figure::Variance(spread)) => CellJson::Mean(variance(spread)),
        Some(Figure::Estimate(count)) => CellJson::Sum(count),
        Some(Figure::EstimatedMean { sum, over }) => CellJson::Mean(estimated_mean(sum, over)),
    };
    match value.told {
        Told::AtLeast | Told::ProbablyAtLeast => CellJson::Bound {
            at_least: Box::new(figure),
            confidence: (value.told == Told::ProbablyAtLeast).then_some(0.95),
            suppressed_by: value.suppressed_by.iter().map(ToString::to_string).collect(),
        },
        Told::Exact | Told::Rounded | Told::Noisy | Told::Suppressed => figure,
    }
}

fn margin(value: &Value<'_>) -> Option<CellJson> {
    match (value.told, value.margin) {
        (Told::AtLeast | Told::ProbablyAtLeast | Told::Suppressed, _) => None,
        (_, Margin::Whole(margin)) => Some(CellJson::Count(margin)),
        (_, Margin::Decimal(margin)) => Some(CellJson::Mean(margin)),
    }
}

pub(super) fn line(object: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut text = serde_json::to_vec(object)?;
    text.push(b'\n');
    Ok(text)
}
