//! A run over a list in progress: question by question, each asked of whoever has not been heard on it, and each answer
//! kept before the next question is asked.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::ops::Range;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use model::{BatchAnswer, Coverage, ForceId, Outcome, QuestionId, Refusal, Search, SearchAnswer};

use super::super::super::ask::conclude;
use crate::batch::answers::{renewed, unheard};
use crate::batch::state::{Kept, State};
use crate::desk::{Desk, Ground};
use crate::exit::{self, Failure};

/// What is said to whom a question holds more subjects than a force takes.
pub(super) const TOO_MANY: &str =
    "a force takes fewer subjects in one question; begin the list again with a smaller --chunk";

/// Whether a force refused for the number of subjects.
pub(super) fn takes_fewer(coverage: &Coverage) -> bool {
    coverage.forces.iter().any(|line| line.outcome == Outcome::Refused(Refusal::TooLarge))
}

/// What all questions of a run share.
pub(super) struct Asked<'a> {
    /// The desk that asks.
    pub(super) desk: &'a Desk,
    /// Why.
    pub(super) ground: &'a Ground,
    /// The forces to ask.
    pub(super) audience: &'a BTreeSet<ForceId>,
    /// How long to wait for the slowest of them.
    pub(super) deadline: Option<Duration>,
}

/// A run in progress.
pub(super) struct Asking<'a> {
    asked: Asked<'a>,
    state: State,
    /// The places of each question's subjects.
    cuts: Vec<Range<usize>>,
    /// Every question asked so far.
    questions: Vec<QuestionId>,
    /// The answer to each cut, where there is one.
    answers: Vec<Option<BatchAnswer>>,
}

impl<'a> Asking<'a> {
    /// A run whose subjects are cut at `cuts`, with the answers that were kept of it.
    pub(super) fn new(
        asked: Asked<'a>,
        state: State,
        cuts: Vec<Range<usize>>,
        kept: Vec<Kept>,
    ) -> Result<Self, Failure> {
        let answers = vec![None; cuts.len()];
        let mut asking = Self { asked, state, cuts, questions: Vec::new(), answers };
        for Kept { place, answer } in kept {
            let asked_about = asking.cuts.get(place).map(ExactSizeIterator::len);
            if asked_about != Some(answer.subjects.len()) {
                let path = asking.state.path().display();
                return Err(Failure::error(format!("{path}: holds an answer to another question"))
                    .help("remove the file to ask about the whole list again"));
            }
            asking.put(place, answer);
        }
        Ok(asking)
    }

    /// Asks, question by question, whoever has not been heard yet.
    pub(super) async fn ask_all(&mut self, subjects: &[Search]) -> Result<(), Failure> {
        let progress = Progress::new(subjects.len());
        for (place, cut) in self.cuts.clone().into_iter().enumerate() {
            let earlier = self.answers.get(place).and_then(Option::as_ref);
            let unheard = unheard(earlier, self.asked.audience);
            if !unheard.is_empty() {
                let about = subjects.get(cut.clone()).unwrap_or_default().to_vec();
                let Asked { desk, ground, deadline, .. } = self.asked;
                let answered = desk.search_batch(ground, &unheard, about, deadline).await;
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

    /// Whether a force has yet to be heard on some question.
    pub(super) fn is_open(&self) -> bool {
        self.answers.iter().any(|answer| !unheard(answer.as_ref(), self.asked.audience).is_empty())
    }

    /// The answer to each subject and the questions that brought them, with the file that they are kept in.
    pub(super) fn into_answers(self) -> (State, Vec<QuestionId>, Vec<SearchAnswer>) {
        let answers = self.answers.into_iter().flatten().flat_map(|answer| answer.subjects).collect();
        (self.state, self.questions, answers)
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
    match conclude(coverage) {
        Err(failure) if takes_fewer(coverage) => failure.help(TOO_MANY),
        Err(failure) => failure,
        Ok(_) => Failure::error("no force answered"),
    }
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
