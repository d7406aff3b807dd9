//! The picture as a value: sections of blocks, each a table with the chart that is drawn of it, and what is missing.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::reply::Protection;
use model::{Complaint, ForceId, Outcome, QuestionId};

use crate::answer::Shares;
use crate::question::{Asked, Heard, Topic, When, questions};
use crate::sections;
use crate::summary::{Summary, summary};
use crate::{Amount, Frame, Trend};

/// The marking of every picture: it says what several forces hold.
pub const MARKING: &str = "OFFICIAL-SENSITIVE";

/// What the sums of the picture mean.
pub const DOUBLE_COUNTING: &str = "Sums over forces count a threat or report once for each force that holds it; \
    forces whose grounds overlap often hold the same one.";

/// What a picture says besides its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The periods.
    pub frame: Frame,
    /// When it was made.
    pub made_at: Timestamp,
    /// Who asked.
    pub asker: String,
    /// Why.
    pub purpose: String,
    /// For which operation.
    pub operation: String,
    /// Whether each table has a column for each force.
    pub per_force: bool,
}

/// The threat picture of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// What it says of itself.
    pub head: Head,
    /// What rose, what fell, and what can't be told.
    pub summary: Summary,
    /// Its sections, in reading order.
    pub sections: Vec<Section>,
    /// What each force answered, in the order of their names.
    pub forces: Vec<ForceLine>,
    /// Every question, in the order in which they were asked.
    pub questions: Vec<QuestionLine>,
}

/// What is said about one matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The matter.
    pub topic: Topic,
    /// Its heading.
    pub title: String,
    /// What its figures are, in a sentence or two.
    pub lead: String,
    /// Tables with their charts; none where the question was not answered.
    pub blocks: Vec<Block>,
    /// What is missing in it.
    pub gaps: Vec<String>,
    /// What else a reader needs to know of its figures.
    pub notes: Vec<String>,
}

/// One table and what is drawn of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// What it shows.
    pub caption: String,
    /// How it is drawn.
    pub chart: Chart,
    /// Heading of the rows, then one for each cell.
    pub headings: Vec<String>,
    /// The rows; where the table has a total it is the last.
    pub rows: Vec<Row>,
}

/// How a table is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chart {
    /// A bar for each row and each of the first columns, so many.
    Bars {
        /// 1, or 2 where a period stands beside the one before.
        columns: usize,
    },
    /// A column for each row.
    Months {
        /// The rows that are of the period compared with.
        compared: Range<usize>,
        /// What the period is called, and the one compared with where it has rows.
        names: Vec<String>,
    },
    /// A square for each row and column, but for totals.
    Squares,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is of.
    pub name: String,
    /// Whether it is the total of the others.
    pub is_total: bool,
    /// One cell for each heading after the first.
    pub cells: Vec<Cell>,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A figure.
    Amount(Amount),
    /// How it changed.
    Trend(Trend),
    /// The force did not answer, which is no zero.
    NoAnswer,
}

impl Cell {
    /// The figure, where it is one.
    pub fn amount(&self) -> Option<&Amount> {
        match self {
            Self::Amount(amount) => Some(amount),
            Self::Trend(_) | Self::NoAnswer => None,
        }
    }
}

/// What one force answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ForceLine {
    /// The force.
    pub force: ForceId,
    /// What became of each question there, in the order of [`Picture::questions`]; none where nothing was heard.
    pub outcomes: Vec<Option<Outcome<()>>>,
    /// As of when its records speak: the earliest and the latest moment of its answers.
    pub as_of: Option<(Timestamp, Timestamp)>,
    /// How it protected its figures, where it did the same to all of them; the strictest first where it did not.
    pub protections: Vec<Protection>,
    /// Whether its records were read before the period had ended.
    pub is_early: bool,
}

impl ForceLine {
    /// How many questions it answered.
    pub fn answered(&self) -> usize {
        self.outcomes.iter().filter(|outcome| matches!(outcome, Some(Outcome::Answered { .. }))).count()
    }
}

/// One question and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionLine {
    /// The matter.
    pub topic: Topic,
    /// Which records.
    pub when: When,
    /// What it is called.
    pub title: String,
    /// Its name in every log, where it was answered.
    pub id: Option<QuestionId>,
    /// Which forces the answer speaks for, or why there is none.
    pub said: String,
    /// How many forces answered, and how many were asked.
    pub answered: (usize, usize),
}

/// The answers by what they are about.
pub(crate) type Answers = BTreeMap<(Topic, When), Shares>;

impl Picture {
    /// Puts together what was heard on each of the questions of `head`'s periods, in the order of [`questions`]. A
    /// question without an answer leaves a gap in its section and nothing else.
    ///
    /// Fails where the questions can't be had, as [`questions`] does.
    pub fn of(head: Head, heard: &[Heard]) -> Result<Self, Complaint> {
        let asked = questions(&head.frame)?;
        let unheard: Heard = Err("the question was not asked".to_owned());
        let pairs = || asked.iter().zip(heard.iter().chain(std::iter::repeat(&unheard)));
        let mut answers = Answers::new();
        let mut lines = Vec::new();
        for (asked, heard) in pairs() {
            let read = match heard {
                Ok(answer) if answer.coverage.answered() > 0 => Shares::read(&asked.table, answer),
                Ok(answer) => Err(answer.coverage.sentence()),
                Err(why) => Err(why.clone()),
            };
            lines.push(line(asked, heard, read.as_ref().err()));
            if let Ok(shares) = read {
                answers.insert((asked.topic, asked.when), shares);
            }
        }
        let forces = forces(&head, heard, asked.len());
        let sections = sections::all(&head, &answers, &lines);
        let summary = summary(&head, &sections, &forces, &lines);
        Ok(Self { head, summary, sections, forces, questions: lines })
    }

    /// Whether every force answered every question.
    pub fn is_complete(&self) -> bool {
        self.questions.iter().all(|line| line.id.is_some() && line.answered.0 == line.answered.1)
    }

    /// Which forces it speaks for, in one sentence.
    pub fn coverage(&self) -> String {
        let all = self.questions.len();
        let whole = self.forces.iter().filter(|force| force.answered() == all).count();
        let mut sentence = format!("{whole} of {} forces answered every question", self.forces.len());
        for force in self.forces.iter().filter(|force| force.answered() < all) {
            let answered = force.answered();
            let what = if answered == 0 { "none".to_owned() } else { format!("{answered} of {all}") };
            sentence.push_str(&format!("; {} answered {what} ({})", force.force, missing(force)));
        }
        sentence
    }
}

/// Why a force did not answer, each reason once.
fn missing(force: &ForceLine) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for outcome in &force.outcomes {
        let reason = match outcome {
            Some(Outcome::Answered { .. }) => continue,
            Some(Outcome::Refused(code)) => format!("refused: {code}"),
            Some(other) => other.word().to_owned(),
            None => "the question failed".to_owned(),
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons.join(", ")
}

fn line(asked: &Asked, heard: &Heard, failed: Option<&String>) -> QuestionLine {
    let answer = heard.as_ref().ok().filter(|_| failed.is_none());
    QuestionLine {
        topic: asked.topic,
        when: asked.when,
        title: asked.title.clone(),
        id: answer.map(|answer| answer.question),
        said: match (failed, answer) {
            (None, Some(answer)) => answer.coverage.sentence(),
            (failed, _) => failed.cloned().unwrap_or_default(),
        },
        answered: answer.map_or((0, 0), |answer| (answer.coverage.answered(), answer.coverage.asked())),
    }
}

fn forces(head: &Head, heard: &[Heard], questions: usize) -> Vec<ForceLine> {
    let mut forces: BTreeMap<ForceId, ForceLine> = BTreeMap::new();
    for (at, answer) in heard.iter().enumerate().filter_map(|(at, heard)| Some((at, heard.as_ref().ok()?))) {
        for told in &answer.coverage.forces {
            let line = forces.entry(told.force.clone()).or_insert_with(|| ForceLine {
                force: told.force.clone(),
                outcomes: vec![None; questions],
                as_of: None,
                protections: Vec::new(),
                is_early: false,
            });
            if let Some(outcome) = line.outcomes.get_mut(at) {
                *outcome = Some(told.outcome.clone());
            }
            if let Outcome::Answered { as_of, .. } = told.outcome {
                let (first, last) = line.as_of.unwrap_or((as_of, as_of));
                line.as_of = Some((first.min(as_of), last.max(as_of)));
                line.is_early |= as_of.to_zoned(TimeZone::UTC).date() <= head.frame.period().last_day();
            }
        }
        for (force, protection) in &answer.protections {
            if let Some(line) = forces.get_mut(force).filter(|line| !line.protections.contains(protection)) {
                line.protections.push(*protection);
                line.protections.sort_by_key(|protection| std::cmp::Reverse(protection.minimum_cell));
            }
        }
    }
    forces.into_values().collect()
}
