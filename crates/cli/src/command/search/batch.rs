//! The command `bluelamp search batch`: a list of subjects, in as few signed questions as it takes. Answers are kept as
//! they come, so that an interrupted run goes on where it was.

mod asking;

use std::path::{Path, PathBuf};

use model::question::SUBJECTS_MAX;
use model::vocabulary::Urgency;
use model::{Coverage, Granularity, Search};

use super::super::ask::AskArguments;
use crate::batch::answers::Answers;
use crate::batch::cut::cut;
use crate::batch::list::{self, List};
use crate::batch::state::{Run, State};
use crate::exit::{self, Exit, Failure};
use crate::output::{self, Format};

use asking::{Asked, Asking, TOO_MANY, takes_fewer};

const EXAMPLES: &str = "\
Examples:
  bluelamp search batch subjects.csv --purpose investigation --operation \"Op Lantern\" --format csv -o answers.csv
  bluelamp search batch subjects.jsonl --chunk 100 --state run.state --purpose detection --operation CR/2024/0815
  bluelamp search batch subjects.csv --purpose investigation --operation \"Op Lantern\" --resume

The list: CSV with a heading, or one JSON object on each line. Columns, each of which may be left out:
  kind          person (when empty), organisation, address, or an identifier such as vrm, phone, pnc_id, email
  given_names, family_name, dob, postcode, sex    what is known of a person
  value         the identifier, with ? and * for what is not known of it; the organisation's name; the address
  make, colour  of the vehicle that carries the mark
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
    /// Most subjects in one question; as many as every force asked takes unless given. A force refuses more than it takes
    #[arg(long, value_name = "N", value_parser = chunk, conflicts_with = "resume")]
    chunk: Option<usize>,
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
        legal_basis: ground.circumstances.legal_basis,
        urgency: Some(ground.circumstances.urgency.urgency()).filter(|urgency| *urgency != Urgency::Routine),
        granularity: *granularity,
        forces: audience.clone(),
    };
    let path = arguments.state_file();
    let (state, chunk, kept) = if arguments.resume {
        State::resume(&path, &run)?
    } else {
        let chunk = match arguments.chunk {
            Some(chunk) => chunk,
            None => desk.subjects_max(&audience).await?,
        };
        (State::begin(&path, &run, chunk)?, chunk, Vec::new())
    };
    let asked = Asked { desk: &desk, ground: &ground, audience: &audience, deadline: ask.deadline() };
    let mut asking = Asking::new(asked, state, cut(&subjects, chunk), kept)?;
    asking.ask_all(&subjects).await?;
    let is_open = asking.is_open();
    let (state, questions, answers) = asking.into_answers();
    let answers = Answers::new(list, questions, answers);
    let written = match ask.output.format() {
        Format::Table => output::batch_text::render(&answers, *granularity).into_bytes(),
        Format::Json => output::json::batch(&answers)?,
        other => output::grid_bytes(other, &output::batch_grid::grid(&answers), &answers.coverage)?,
    };
    target.deliver(&written, &answers.coverage)?;
    finish(state, is_open, &answers.coverage)?;
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

/// Keeps the state of a run only while there is somebody to ask again.
fn finish(state: State, is_open: bool, coverage: &Coverage) -> Result<(), Failure> {
    if !is_open {
        return state.end();
    }
    let path = state.path().display();
    exit::note(&format!(
        "the answers are kept in {path}; --resume asks the forces that did not answer, alone"
    ));
    if takes_fewer(coverage) {
        exit::note(TOO_MANY);
    }
    Ok(())
}

/// How a run ends: complete only when every row was asked about and every force answered about every subject.
fn ended(answers: &Answers) -> Exit {
    if answers.broken() == 0 && answers.coverage.is_complete() { Exit::Ok } else { Exit::Partial }
}
