//! The merged reply of a federation, and the coverage that every answer carries.

use std::collections::btree_map::{BTreeMap, Entry};

use jiff::Timestamp;

use crate::reply::{Figure, Protection};
use crate::{ForceId, Margin, QuestionId, Refusal, SamePerson, SearchReply};

/// What became of a question at one force. Exactly one for every force asked (invariant 6: a missing force makes an
/// answer smaller, never wrong).
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<R> {
    /// The force released a reply.
    Answered {
        /// The moment as of which its records speak.
        as_of: Timestamp,
        /// The reply.
        reply: R,
    },
    /// The force refused, with a fixed code.
    Refused(Refusal),
    /// The force did not answer before the deadline.
    Late,
    /// The force could not be reached, or its connection broke.
    Unreachable,
    /// The force speaks another version of the protocol.
    Incompatible,
}

impl<R> Outcome<R> {
    /// The outcome in one word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Answered { .. } => "answered",
            Self::Refused(_) => "refused",
            Self::Late => "late",
            Self::Unreachable => "unreachable",
            Self::Incompatible => "incompatible",
        }
    }

    /// The same outcome with its reply taken out.
    pub fn without_reply(&self) -> Outcome<()> {
        match self {
            Self::Answered { as_of, .. } => Outcome::Answered { as_of: *as_of, reply: () },
            Self::Refused(code) => Outcome::Refused(*code),
            Self::Late => Outcome::Late,
            Self::Unreachable => Outcome::Unreachable,
            Self::Incompatible => Outcome::Incompatible,
        }
    }
}

/// Which forces an answer speaks for, in the order of their names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coverage {
    /// One line for each force asked.
    pub forces: Vec<ForceCoverage>,
}

/// One force's line of a coverage.
#[derive(Debug, Clone, PartialEq)]
pub struct ForceCoverage {
    /// The force.
    pub force: ForceId,
    /// What became of the question there.
    pub outcome: Outcome<()>,
}

impl Coverage {
    /// What several answers speak for together: a force answered them when it answered each of them, as of the
    /// earliest of its moments. Otherwise it stands with the first other outcome.
    pub fn across<'a>(coverages: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut outcomes: BTreeMap<&ForceId, Outcome<()>> = BTreeMap::new();
        for line in coverages.into_iter().flat_map(|coverage| &coverage.forces) {
            match outcomes.entry(&line.force) {
                Entry::Vacant(first) => {
                    first.insert(line.outcome.clone());
                }
                Entry::Occupied(mut so_far) => {
                    if let Outcome::Answered { as_of, .. } = so_far.get_mut() {
                        match &line.outcome {
                            Outcome::Answered { as_of: other, .. } => *as_of = *other.min(as_of),
                            missing => *so_far.get_mut() = missing.clone(),
                        }
                    }
                }
            }
        }
        let line = |(force, outcome): (&ForceId, _)| ForceCoverage { force: force.clone(), outcome };
        Self { forces: outcomes.into_iter().map(line).collect() }
    }

    /// How many forces were asked.
    pub fn asked(&self) -> usize {
        self.forces.len()
    }

    /// How many forces answered.
    pub fn answered(&self) -> usize {
        self.forces.iter().filter(|f| matches!(f.outcome, Outcome::Answered { .. })).count()
    }

    /// Whether every force answered.
    pub fn is_complete(&self) -> bool {
        self.answered() == self.asked()
    }

    /// Whether every force refused because its policy does not permit the question.
    pub fn is_denied(&self) -> bool {
        !self.forces.is_empty()
            && self.forces.iter().all(|f| f.outcome == Outcome::Refused(Refusal::NotPermitted))
    }

    /// The line that travels with every result: `2 of 3 forces answered; btp did not (unreachable)`.
    pub fn sentence(&self) -> String {
        let mut sentence = format!("{} of {} forces answered", self.answered(), self.asked());
        for force in &self.forces {
            match &force.outcome {
                Outcome::Answered { .. } => {}
                Outcome::Refused(code) => {
                    sentence.push_str(&format!("; {} did not (refused: {code})", force.force));
                }
                other => sentence.push_str(&format!("; {} did not ({})", force.force, other.word())),
            }
        }
        sentence
    }
}

/// A federation's answer to a search.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAnswer {
    /// The question.
    pub question: QuestionId,
    /// Which forces it speaks for.
    pub coverage: Coverage,
    /// Each answering force's reply.
    pub answers: Vec<(ForceId, SearchReply)>,
    /// Which of them probably hold the same person, as far as they let it be noticed.
    pub same_person: Vec<SamePerson>,
}

/// A federation's answer to a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchAnswer {
    /// The question.
    pub question: QuestionId,
    /// Which forces answered the batch. One of them may still have refused some of its subjects.
    pub coverage: Coverage,
    /// The answer to each subject with a coverage of its own, in the order of the question.
    pub subjects: Vec<SearchAnswer>,
}

/// A federation's answer to a tabulation.
#[derive(Debug, Clone, PartialEq)]
pub struct TableAnswer {
    /// The question.
    pub question: QuestionId,
    /// Which forces it speaks for.
    pub coverage: Coverage,
    /// Headings: dimensions, then measures.
    pub columns: Vec<String>,
    /// One row for each group that any answering force holds.
    pub rows: Vec<MergedRow>,
    /// How each answering force protected its share.
    pub protections: Vec<(ForceId, Protection)>,
}

/// One group of a merged table.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedRow {
    /// The group, one value for each dimension.
    pub keys: Vec<Option<String>>,
    /// One cell for each measure.
    pub cells: Vec<MergedCell>,
}

/// A cell merged from what each force released.
///
/// A figure beside a suppressed share is a bound, never a total: it says what the other forces released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedCell {
    /// What the forces that released their share add up to; none when none did.
    pub figure: Option<Figure>,
    /// The forces whose share may not be told.
    pub suppressed_by: Vec<ForceId>,
    /// How far from it the exact figure of these forces may lie; of a mean, the exact sum; of a variance, the exact sum of
    /// squared deviations.
    pub margin: Margin,
    /// Of a mean or a variance: how far the exact number of values may lie.
    pub over_margin: Margin,
}

#[cfg(test)]
mod tests {
    use super::{Coverage, ForceCoverage, Outcome};
    use crate::Refusal;

    #[test]
    fn the_sentence_names_every_force_that_is_missing() {
        let line = |force: &str, outcome| ForceCoverage { force: force.parse().unwrap(), outcome };
        let as_of = jiff::Timestamp::UNIX_EPOCH;
        let coverage = Coverage {
            forces: vec![
                line("btp", Outcome::Unreachable),
                line("colp", Outcome::Refused(Refusal::NotPermitted)),
                line("mps", Outcome::Answered { as_of, reply: () }),
            ],
        };
        assert_eq!(
            coverage.sentence(),
            "1 of 3 forces answered; btp did not (unreachable); colp did not (refused: not_permitted)"
        );
        assert!(!coverage.is_complete() && !coverage.is_denied());
    }

    #[test]
    fn several_answers_speak_for_the_forces_that_answered_each_of_them() {
        let at =
            |second| Outcome::Answered { as_of: jiff::Timestamp::from_second(second).unwrap(), reply: () };
        let coverage = |outcomes: [Outcome<()>; 3]| {
            let line = |(force, outcome): (&str, _)| ForceCoverage { force: force.parse().unwrap(), outcome };
            Coverage { forces: ["btp", "colp", "mps"].into_iter().zip(outcomes).map(line).collect() }
        };
        let together = Coverage::across(&[
            coverage([at(5), Outcome::Late, at(7)]),
            coverage([Outcome::Unreachable, at(5), at(6)]),
            coverage([Outcome::Late, at(5), at(8)]),
        ]);
        assert_eq!(together, coverage([Outcome::Unreachable, Outcome::Late, at(6)]));
        assert_eq!(Coverage::across([]), Coverage::default());
    }
}
