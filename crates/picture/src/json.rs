//! The picture as one JSON object. A protected cell has a `status` and no `value`; a bound has `at_least` in its place.

use jiff::Timestamp;
use model::{ForceId, Outcome};
use serde::Serialize;

use crate::picture::{Block, Cell, DOUBLE_COUNTING, ForceLine, MARKING, Picture, QuestionLine, Row, Section};
use crate::summary::KeyFigure;
use crate::{Amount, Period, Trend, words};

#[derive(Serialize)]
struct PictureJson<'a> {
    marking: &'static str,
    period: PeriodJson,
    previous: PeriodJson,
    made_at: Timestamp,
    asker: &'a str,
    purpose: &'a str,
    operation: &'a str,
    summary: SummaryJson<'a>,
    sections: Vec<SectionJson<'a>>,
    coverage: CoverageJson,
    questions: Vec<QuestionJson<'a>>,
    sums: &'static str,
}

#[derive(Serialize)]
struct PeriodJson {
    name: String,
    first_day: String,
    last_day: String,
}

#[derive(Serialize)]
struct SummaryJson<'a> {
    figures: Vec<FigureJson<'a>>,
    rose: &'a [String],
    fell: &'a [String],
    unsaid: &'a [String],
}

#[derive(Serialize)]
struct FigureJson<'a> {
    title: &'a str,
    amount: Option<AmountJson<'a>>,
    trend: Option<TrendJson>,
}

#[derive(Serialize)]
struct SectionJson<'a> {
    title: &'a str,
    lead: &'a str,
    tables: Vec<TableJson<'a>>,
    gaps: &'a [String],
    notes: &'a [String],
}

#[derive(Serialize)]
struct TableJson<'a> {
    caption: &'a str,
    columns: &'a [String],
    rows: Vec<RowJson<'a>>,
}

#[derive(Serialize)]
struct RowJson<'a> {
    row: &'a str,
    is_total: bool,
    cells: Vec<CellJson<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum CellJson<'a> {
    Amount(AmountJson<'a>),
    Trend(TrendJson),
    NoAnswer { status: &'static str },
}

#[derive(Serialize)]
struct AmountJson<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    margin: Option<u64>,
    #[serde(skip_serializing_if = "<[ForceId]>::is_empty")]
    suppressed_by: &'a [ForceId],
    #[serde(skip_serializing_if = "<[ForceId]>::is_empty")]
    too_few_at: &'a [ForceId],
}

#[derive(Serialize)]
struct TrendJson {
    trend: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_at_least: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    margin: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u64>,
}

#[derive(Serialize)]
struct CoverageJson {
    sentence: String,
    complete: bool,
    forces: Vec<ForceJson>,
}

#[derive(Serialize)]
struct ForceJson {
    force: String,
    answered: usize,
    asked: usize,
    as_of: Option<Timestamp>,
    outcomes: Vec<String>,
    protection: Vec<String>,
}

#[derive(Serialize)]
struct QuestionJson<'a> {
    title: &'a str,
    query_id: Option<String>,
    answered: usize,
    asked: usize,
    said: &'a str,
}

/// The picture as one line of JSON.
pub fn render(picture: &Picture) -> Result<Vec<u8>, serde_json::Error> {
    let head = &picture.head;
    let summary = &picture.summary;
    let json = PictureJson {
        marking: MARKING,
        period: period(head.frame.period()),
        previous: period(head.frame.previous()),
        made_at: head.made_at,
        asker: &head.asker,
        purpose: &head.purpose,
        operation: &head.operation,
        summary: SummaryJson {
            figures: summary.figures.iter().map(figure).collect(),
            rose: &summary.rose,
            fell: &summary.fell,
            unsaid: &summary.unsaid,
        },
        sections: picture.sections.iter().map(section).collect(),
        coverage: CoverageJson {
            sentence: picture.coverage(),
            complete: picture.is_complete(),
            forces: picture.forces.iter().map(force).collect(),
        },
        questions: picture.questions.iter().map(question).collect(),
        sums: DOUBLE_COUNTING,
    };
    let mut text = serde_json::to_vec(&json)?;
    text.push(b'\n');
    Ok(text)
}

fn period(period: Period) -> PeriodJson {
    PeriodJson {
        name: period.to_string(),
        first_day: period.first_day().to_string(),
        last_day: period.last_day().to_string(),
    }
}

fn figure(figure: &KeyFigure) -> FigureJson<'_> {
    FigureJson {
        title: &figure.title,
        amount: figure.amount.as_ref().map(amount),
        trend: figure.trend.as_ref().map(trend),
    }
}

fn section(section: &Section) -> SectionJson<'_> {
    SectionJson {
        title: &section.title,
        lead: &section.lead,
        tables: section.blocks.iter().map(table).collect(),
        gaps: &section.gaps,
        notes: &section.notes,
    }
}

fn table(block: &Block) -> TableJson<'_> {
    TableJson {
        caption: &block.caption,
        columns: &block.headings,
        rows: block.rows.iter().map(row).collect(),
    }
}

fn row(row: &Row) -> RowJson<'_> {
    RowJson { row: &row.name, is_total: row.is_total, cells: row.cells.iter().map(cell).collect() }
}

fn cell(cell: &Cell) -> CellJson<'_> {
    match cell {
        Cell::Amount(of) => CellJson::Amount(amount(of)),
        Cell::Trend(of) => CellJson::Trend(trend(of)),
        Cell::NoAnswer => CellJson::NoAnswer { status: "no answer" },
    }
}

fn amount(amount: &Amount) -> AmountJson<'_> {
    let (value, at_least) = if amount.is_whole() { (amount.figure(), None) } else { (None, amount.figure()) };
    AmountJson {
        status: amount.status().word(),
        value,
        at_least,
        margin: amount.margin(),
        suppressed_by: amount.suppressed_by(),
        too_few_at: amount.too_few_at(),
    }
}

fn trend(trend: &Trend) -> TrendJson {
    let change = trend.change();
    TrendJson {
        trend: trend.word(),
        by_at_least: change.map(|change| change.least),
        difference: change.and_then(|change| change.told).map(|(difference, _)| difference),
        margin: change.and_then(|change| change.told).map(|(_, margin)| margin),
        percent: change.and_then(|change| change.percent),
    }
}

fn force(line: &ForceLine) -> ForceJson {
    let outcome = |outcome: &Option<Outcome<()>>| match outcome {
        Some(Outcome::Refused(code)) => format!("refused: {code}"),
        Some(other) => other.word().to_owned(),
        None => "the question failed".to_owned(),
    };
    ForceJson {
        force: line.force.to_string(),
        answered: line.answered(),
        asked: line.outcomes.len(),
        as_of: line.as_of.map(|(first, _)| first),
        outcomes: line.outcomes.iter().map(outcome).collect(),
        protection: line.protections.iter().map(words::protection).collect(),
    }
}

fn question(line: &QuestionLine) -> QuestionJson<'_> {
    QuestionJson {
        title: &line.title,
        query_id: line.id.map(|id| id.to_string()),
        answered: line.answered.0,
        asked: line.answered.1,
        said: &line.said,
    }
}
