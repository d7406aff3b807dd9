//! The command `bluelamp picture`: the threat picture of a period, put together from as many signed table questions as it
//! takes. A question without an answer leaves a gap in the picture and nothing else.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::time::Duration;

use futures::future::join_all;
use indicatif::{ProgressBar, ProgressStyle};
use model::{Coverage, ForceId};
use picture::{Asked, Frame, Head, Heard, Period, Picture, questions};

use super::ask::{AskArguments, conclude};
use crate::clock;
use crate::desk::{Desk, Ground};
use crate::exit::{self, Exit, Failure};
use crate::output::target::stdout;
use crate::output::{Form, list};

const EXAMPLES: &str = "\
Examples:
  bluelamp picture --period 2024-Q1 --purpose prevention --operation \"Op Lantern\"
  bluelamp picture --period 2024-Q1 --purpose prevention --operation \"Op Lantern\" --format html -o picture.html
  bluelamp picture --period 2024-03 --previous 2023-03 --per-force --purpose prevention --operation \"Op Lantern\"
  bluelamp picture --period 2024-Q1 --explain

Shown are threats that are new, closed and standing, by category and harm band, reports by category and month, what rose
and what fell against the previous period, reports by grading, and which forces the picture speaks for.
Periods: a quarter 2024-Q1, a month 2024-03, a year 2024, whole months 2024-01..2024-05 or 2024-01-01..2024-05-31.
The page (html) stands by itself and prints well: open it in any browser.
Forces give the same answer to the same question, so a picture with gaps may be asked for again.";

/// Options of `bluelamp picture`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The period, such as 2024-Q1
    #[arg(long, value_name = "PERIOD")]
    period: Period,
    /// The period to compare with, as long; otherwise the one right before
    #[arg(long, value_name = "PERIOD")]
    previous: Option<Period>,
    /// Beside the figures of the region those of each force
    #[arg(long)]
    per_force: bool,
    /// Show the questions that would be asked, and send nothing
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    ask: AskArguments<Format>,
}

/// A form in which a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For reading; the coverage is in the last lines
    Table,
    /// One JSON object
    Json,
    /// Comma-separated values, a line for each figure; marking, coverage and gaps stand before them, `# …`
    Csv,
    /// A page with charts, to be read in a browser and printed
    Html,
}

impl Form for Format {
    fn is_for_reading(self) -> bool {
        self == Self::Table
    }

    fn is_binary(self) -> bool {
        false
    }
}

/// Asks the forces, round by round, and writes the picture.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let frame = Frame::new(arguments.period, arguments.previous)?;
    let asked = questions(&frame)?;
    if arguments.explain {
        stdout(picture::explain::render(&frame, &asked).as_bytes())?;
        return Ok(Exit::Ok);
    }
    let ask = &arguments.ask;
    let ground = ask.ground()?;
    let target = ask.output.open()?;
    let desk = ask.desk()?;
    let audience = desk.audience(ask.forces())?;
    let head = Head {
        frame,
        made_at: clock::now(),
        asker: desk.asker().to_string(),
        purpose: ground.purpose.to_string(),
        operation: ground.operation.to_string(),
        per_force: arguments.per_force,
    };
    let asking = Asking { desk: &desk, ground: &ground, audience: &audience, deadline: ask.deadline() };
    let heard = asking.all(&asked).await?;
    let picture = Picture::of(head, &heard)?;
    let written = match ask.output.format() {
        Format::Table => picture::text::render(&picture).into_bytes(),
        Format::Json => picture::json::render(&picture)?,
        Format::Csv => picture::csv::render(&picture)?,
        Format::Html => picture::html::render(&picture).into_bytes(),
    };
    target.deliver_with(&written, &picture.coverage())?;
    Ok(if picture.is_complete() { Exit::Ok } else { Exit::Partial })
}

/// What all questions of a picture share.
struct Asking<'a> {
    desk: &'a Desk,
    ground: &'a Ground,
    audience: &'a BTreeSet<ForceId>,
    deadline: Option<Duration>,
}

impl Asking<'_> {
    /// What is heard on each question, in their order. Those of one round, at most four, are asked at once.
    ///
    /// Fails where no force answered any of them: such a picture would read as zeros.
    async fn all(&self, asked: &[Asked]) -> Result<Vec<Heard>, Failure> {
        let progress = Progress::new(asked.len(), self.audience);
        let mut heard: Vec<Heard> = Vec::with_capacity(asked.len());
        let mut coverages = Vec::new();
        let mut failures = Vec::new();
        let nobody = |coverages: &[Coverage]| coverages.iter().all(|coverage| coverage.answered() == 0);
        for round in asked.chunk_by(|one, other| one.round == other.round) {
            for answer in join_all(round.iter().map(|question| self.one(question, &progress))).await {
                heard.push(answer.as_ref().map_err(|failure| failure.what().to_owned()).cloned());
                match answer {
                    Ok(answer) => coverages.push(answer.coverage),
                    Err(failure) => failures.push(failure),
                }
            }
            if nobody(&coverages) {
                // Nobody answers, or nobody may: the other questions would fare no better.
                break;
            }
        }
        if !nobody(&coverages) {
            return Ok(heard);
        }
        match (failures.into_iter().next(), coverages.is_empty()) {
            (Some(failure), true) => Err(failure),
            _ => conclude(&Coverage::across(&coverages)).map(|_| heard),
        }
    }

    async fn one(&self, question: &Asked, progress: &Progress) -> Result<model::TableAnswer, Failure> {
        let Self { desk, ground, audience, deadline } = *self;
        let answer = desk.tabulate(ground, audience, &question.table, true, deadline).await;
        progress.heard(&question.title, &answer);
        answer
    }
}

/// How far the questions have come, on stderr: a bar on a terminal, a line for each question elsewhere.
struct Progress {
    bar: ProgressBar,
    is_shown: bool,
}

impl Progress {
    fn new(questions: usize, audience: &BTreeSet<ForceId>) -> Self {
        let bar = ProgressBar::new(questions as u64).with_message(format!("asking {}", list(audience)));
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {pos} of {len} questions {elapsed}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, is_shown: std::io::stderr().is_terminal() }
    }

    /// Notes an answer. One that is missing or partial is told on a terminal as well, before the picture hides it.
    fn heard(&self, title: &str, answer: &Result<model::TableAnswer, Failure>) {
        self.bar.inc(1);
        let (whole, said) = match answer {
            Ok(answer) => (answer.coverage.is_complete(), answer.coverage.sentence()),
            Err(failure) => (false, failure.what().to_owned()),
        };
        if !self.is_shown || !whole {
            self.bar.suspend(|| exit::note(&format!("{title}: {said}")));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
