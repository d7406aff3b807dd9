//! The command `bluelamp search batch`: a list of subjects, in as few signed questions as it takes. Answers are kept as
//! they come, so that an interrupted run goes on where it was.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::ops::Range;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use model::question::SUBJECTS_MAX;
use model::{BatchAnswer, Coverage, ForceId, Granularity, Outcome, QuestionId, Refusal, Search};

use super::super::ask::{AskArguments, conclude};
use crate::batch::answers::{Answers, renewed, silent};
use crate::batch::cut::cut;
use crate::batch::list::{self, List};
use crate::batch::state::{Kept, Run, State};
use crate::desk::{Desk, Ground};
use crate::exit::{self, Exit, Failure};
use crate::output::{self, Format};

const EXAMPLES: &str = "\
Examples:
  bluelamp search batch subjects.csv --purpose investigation --operation \"Op Lantern\" --format csv -o answers.csv
  bluelamp search batch subjects.jsonl --chunk 100 --state run.state --purpose detection --operation CR/2024/0815
  bluelamp search batch subjects.csv --purpose investigation --operation \"Op Lantern\" --resume

The list: CSV with a heading, or one JSON object on each line. Columns, each of which may be left out:
  kind          person (when empty), organisation, or an identifier such as vrm, phone, pnc_id, email
  given_names, family_name, dob, postcode, sex    what is known of a person
  value         the identifier, or the organisation's name
  ref           your own reference, which comes back with the answer and is never sent

A row that can't be asked about is reported by its line, here and in the answer, and the rest are answered.
Answers are kept in FILE.state until every force has answered; --resume goes on after an interruption, and asks
again the forces that did not answer, and no others.";

/// Options of `bluelamp search batch`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Batch {
    /// The list of subjects: a .csv or .jsonl file
    #[arg(value_name = "FILE")]
    list: PathBuf,
    /// Most subjects in one question; forces set limits of their own, and refuse more as too_large
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = chunk, conflicts_with = "resume")]
    chunk: usize,
    /// Keep the answers so far in this file, readable by you alone; otherwise in FILE.state beside the list
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Go on with a run that was interrupted, or whose answers are not complete
    #[arg(long)]
    resume: bool,
    /// How much to ask for: acknowledged, hit, count, picture or referral
    #[arg(long, default_value = "picture", value_name = "RUNG", help_heading = "Asking")]
    granularity: Granularity,
    #[command(flatten)]
    ask: AskArguments,
}

fn chunk(text: &str) -> Result<usize, String> {
    let wrong = || format!("must be a number of subjects from 1 to {SUBJECTS_MAX}");
    text.parse().ok().filter(|most| (1..=SUBJECTS_MAX).contains(most)).ok_or_else(wrong)
}

/// Asks about every subject of the list and writes what the forces say.
pub(super) async fn run(arguments: Batch) -> Result<Exit, Failure> {
    let Batch { ask, granularity, .. } = &arguments;
    let ground = ask.ground()?;
    let list = list::read(&arguments.list)?;
    report_broken(&arguments.list, &list);
    let subjects = sound(&list, *granularity)?;
    let target = ask.output.open()?;
    let desk = ask.desk()?;
    let audience = desk.audience(ask.forces())?;
    let run = Run {
        list: list.digest.clone(),
        purpose: ground.purpose,
        operation: ground.operation.clone(),
        granularity: *granularity,
        forces: audience.clone(),
    };
    let path = arguments.state_file();
    let (state, chunk, kept) = if arguments.resume {
        State::resume(&path, &run)?
    } else {
        (State::begin(&path, &run, arguments.chunk)?, arguments.chunk, Vec::new())
    };
    let mut asking = Asking::new(&desk, &ground, &audience, state, cut(&subjects, chunk), kept)?;
    asking.ask_all(&subjects, ask.deadline()).await?;
    let open = asking.is_open();
    let Asking { state, questions, answers, .. } = asking;
    let answers = answers.into_iter().flatten().flat_map(|answer| answer.subjects).collect();
    let answers = Answers::new(list, questions, answers);
    let written = match ask.output.format() {
        Format::Table => output::batch_text::render(&answers, *granularity).into_bytes(),
        Format::Json => output::json::batch(&answers)?,
        other => output::grid_bytes(other, &output::batch_grid::grid(&answers), &answers.coverage)?,
    };
    target.deliver(&written, &answers.coverage)?;
    finish(state, open)?;
    Ok(ended(&answers))
}

impl Batch {
    fn state_file(&self) -> PathBuf {
        self.state.clone().unwrap_or_else(|| {
            let mut name = self.list.as_os_str().to_owned();
            name.push(".state");
            PathBuf::from(name)
        })
    }
}

fn report_broken(file: &Path, list: &List) {
    for row in &list.rows {
        if let Err(complaint) = &row.probe {
            exit::note(&format!("{}, line {}: {complaint}", file.display(), row.line));
        }
    }
}

/// The subjects that can be asked about, in the order of the list.
fn sound(list: &List, granularity: Granularity) -> Result<Vec<Search>, Failure> {
    let probes = list.rows.iter().filter_map(|row| row.probe.as_ref().ok());
    let subjects: Vec<Search> = probes.map(|probe| Search { probe: probe.clone(), granularity }).collect();
    if subjects.is_empty() {
        return Err(Failure::usage("no row of the list can be asked about")
            .help("nothing was sent; mend the rows and ask again"));
    }
    Ok(subjects)
}

/// A run in progress.
struct Asking<'a> {
    desk: &'a Desk,
    ground: &'a Ground,
    audience: &'a BTreeSet<ForceId>,
    state: State,
    cuts: Vec<Range<usize>>,
    questions: Vec<QuestionId>,
    /// The answer to each cut, where there is one.
    answers: Vec<Option<BatchAnswer>>,
}

impl<'a> Asking<'a> {
    fn new(
        desk: &'a Desk,
        ground: &'a Ground,
        audience: &'a BTreeSet<ForceId>,
        state: State,
        cuts: Vec<Range<usize>>,
        kept: Vec<Kept>,
    ) -> Result<Self, Failure> {
        let answers = vec![None; cuts.len()];
        let mut asking = Self { desk, ground, audience, state, cuts, questions: Vec::new(), answers };
        for Kept { place, answer } in kept {
            let asked = asking.cuts.get(place).map(ExactSizeIterator::len);
            if asked != Some(answer.subjects.len()) {
                let path = asking.state.path().display();
                return Err(Failure::error(format!("{path}: holds an answer to another question"))
                    .help("remove the file to ask about the whole list again"));
            }
            asking.put(place, answer);
        }
        Ok(asking)
    }

    fn put(&mut self, place: usize, answer: BatchAnswer) {
        self.questions.push(answer.question);
        if let Some(held) = self.answers.get_mut(place) {
            *held = Some(match held.take() {
                Some(earlier) => renewed(earlier, answer),
                None => answer,
            });
        }
    }

    /// Asks, question by question, whoever has not spoken yet.
    async fn ask_all(
        &mut self,
        subjects: &[Search],
        deadline: Option<std::time::Duration>,
    ) -> Result<(), Failure> {
        let progress = Progress::new(subjects.len());
        for (place, cut) in self.cuts.clone().into_iter().enumerate() {
            let earlier = self.answers.get(place).and_then(Option::as_ref);
            let silent = silent(earlier, self.audience);
            if !silent.is_empty() {
                let asked = subjects.get(cut.clone()).unwrap_or_default().to_vec();
                let answered = self.desk.search_batch(self.ground, &silent, asked, deadline).await;
                let answer = answered.inspect_err(|_| self.interrupted())?;
                if earlier.is_none() && answer.coverage.answered() == 0 {
                    // Nobody answers, or nobody may: the rest of the list would fare no better.
                    self.interrupted();
                    return Err(unanswered(&answer.coverage));
                }
                self.state.keep(place, &answer)?;
                self.put(place, answer);
            }
            progress.reached(cut.end);
        }
        Ok(())
    }

    /// Whether a force has yet to speak about some question.
    fn is_open(&self) -> bool {
        self.answers.iter().any(|answer| !silent(answer.as_ref(), self.audience).is_empty())
    }

    /// Says how to go on, where there is something to go on with.
    fn interrupted(&self) {
        if self.answers.iter().any(Option::is_some) {
            let path = self.state.path().display();
            exit::note(&format!("the answers so far are kept in {path}; go on with --resume"));
        }
    }
}

/// Why a list can't be asked about further: no force answered about its next subjects.
fn unanswered(coverage: &Coverage) -> Failure {
    let too_many = Outcome::Refused(Refusal::TooLarge);
    match conclude(coverage) {
        Err(failure) if coverage.forces.iter().any(|line| line.outcome == too_many) => {
            failure.help("the forces take fewer subjects in one question; name a smaller --chunk")
        }
        Err(failure) => failure,
        Ok(_) => Failure::error("no force answered"),
    }
}

/// Keeps the state of a run only while there is somebody to ask again.
fn finish(state: State, open: bool) -> Result<(), Failure> {
    if !open {
        return state.end();
    }
    let path = state.path().display();
    exit::note(&format!(
        "the answers are kept in {path}; --resume asks the forces that did not answer, alone"
    ));
    Ok(())
}

/// How a run ends: complete only when every row was asked about and every force answered about every subject.
fn ended(answers: &Answers) -> Exit {
    if answers.broken() == 0 && answers.coverage.is_complete() { Exit::Ok } else { Exit::Partial }
}

/// How far the run has come, on stderr: a bar on a terminal, a line for each question elsewhere.
struct Progress {
    bar: ProgressBar,
    is_shown: bool,
}

impl Progress {
    fn new(subjects: usize) -> Self {
        let bar = ProgressBar::new(subjects as u64);
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos} of {len} subjects {elapsed}") {
            bar.set_style(style);
        }
        Self { bar, is_shown: std::io::stderr().is_terminal() }
    }

    fn reached(&self, subjects: usize) {
        self.bar.set_position(subjects as u64);
        if !self.is_shown {
            let all = self.bar.length().unwrap_or_default();
            exit::note(&format!("{subjects} of {all} subjects asked about"));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
