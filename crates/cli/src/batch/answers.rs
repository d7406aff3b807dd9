//! The answers to a list as they come in: question by question, put together row by row. A force that did not answer a
//! question can be asked again, and what it then says takes its place.

use std::collections::BTreeSet;

use model::{BatchAnswer, Complaint, Coverage, ForceId, Outcome, QuestionId, Refusal, SearchAnswer};

use super::list::List;

/// A list with its answers.
pub(crate) struct Answers {
    /// Every question that brought them, in the order of asking.
    pub(crate) questions: Vec<QuestionId>,
    /// Which forces answered about every subject.
    pub(crate) coverage: Coverage,
    /// One for each row of the list.
    pub(crate) rows: Vec<AnsweredRow>,
}

/// A row of the list with its answer.
pub(crate) struct AnsweredRow {
    /// Its line in the file, from 1.
    pub(crate) line: u64,
    /// The asker's own reference.
    pub(crate) reference: Option<String>,
    /// The answer, or why the row was not asked about.
    pub(crate) said: Result<SearchAnswer, Complaint>,
}

impl Answers {
    /// Puts answers to the rows that were asked about, which come in the order of the list.
    pub(crate) fn new(list: List, questions: Vec<QuestionId>, answers: Vec<SearchAnswer>) -> Self {
        let coverage = Coverage::across(answers.iter().map(|answer| &answer.coverage));
        let mut answers = answers.into_iter();
        let missing = || Complaint::new("row", "was not asked about");
        let rows = list.rows.into_iter().map(|row| AnsweredRow {
            line: row.line,
            reference: row.reference,
            said: row.probe.and_then(|_| answers.next().ok_or_else(missing)),
        });
        Self { questions, coverage, rows: rows.collect() }
    }

    /// How many rows were not asked about.
    pub(crate) fn broken(&self) -> usize {
        self.rows.iter().filter(|row| row.said.is_err()).count()
    }
}

/// The forces of `audience` that have yet to say something of the question: a force that answered, or whose policy
/// refused, is not asked again.
pub(crate) fn unheard(answer: Option<&BatchAnswer>, audience: &BTreeSet<ForceId>) -> BTreeSet<ForceId> {
    let spoken = |force: &&ForceId| {
        let line = answer?.coverage.forces.iter().find(|line| line.force == **force)?;
        let done = matches!(line.outcome, Outcome::Answered { .. } | Outcome::Refused(Refusal::NotPermitted));
        done.then_some(())
    };
    audience.iter().filter(|force| spoken(force).is_none()).cloned().collect()
}

/// The earlier answer with what some of its forces said later. Both are about the same subjects.
pub(crate) fn renewed(mut earlier: BatchAnswer, later: BatchAnswer) -> BatchAnswer {
    renew(&mut earlier.coverage, &later.coverage);
    for (subject, again) in earlier.subjects.iter_mut().zip(later.subjects) {
        renew(&mut subject.coverage, &again.coverage);
        subject.answers.retain(|(force, _)| again.coverage.forces.iter().all(|line| line.force != *force));
        subject.answers.extend(again.answers);
        subject.answers.sort_by(|(one, _), (other, _)| one.cmp(other));
        // What forces said in two questions can't be compared: each question speaks of its own forces alone.
        subject.same_person.extend(again.same_person);
    }
    earlier
}

fn renew(earlier: &mut Coverage, later: &Coverage) {
    for line in &mut earlier.forces {
        if let Some(again) = later.forces.iter().find(|again| again.force == line.force) {
            line.outcome = again.outcome.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::answer::ForceCoverage;
    use model::{
        BatchAnswer, Coverage, ForceId, Granularity, Outcome, QuestionId, Refusal, SearchAnswer, SearchReply,
    };
    use uuid::Uuid;

    use super::{renewed, unheard};

    const QUESTION: QuestionId = QuestionId(Uuid::nil());

    fn force(name: &str) -> ForceId {
        name.parse().unwrap()
    }

    fn answered() -> Outcome<()> {
        Outcome::Answered { as_of: jiff::Timestamp::UNIX_EPOCH, reply: () }
    }

    /// An answer about one subject, in which every force that answered says `hit`.
    fn answer(outcomes: &[(&str, Outcome<()>)], hit: bool) -> BatchAnswer {
        let line = |(name, outcome): &(&str, Outcome<()>)| ForceCoverage {
            force: force(name),
            outcome: outcome.clone(),
        };
        let coverage = Coverage { forces: outcomes.iter().map(line).collect() };
        let reply = SearchReply {
            granularity: Granularity::Hit,
            hit: Some(hit),
            matches: vec![],
            referral: None,
            tags: None,
        };
        let answers = outcomes
            .iter()
            .filter(|(_, outcome)| *outcome == answered())
            .map(|(name, _)| (force(name), reply.clone()))
            .collect();
        let subject =
            SearchAnswer { question: QUESTION, coverage: coverage.clone(), answers, same_person: vec![] };
        BatchAnswer { question: QUESTION, coverage, subjects: vec![subject] }
    }

    #[test]
    fn whoever_did_not_answer_is_asked_again_and_nobody_else() {
        let audience: BTreeSet<ForceId> = ["btp", "colp", "mps"].map(force).into();
        let left = |answer: Option<&BatchAnswer>| {
            unheard(answer, &audience).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(left(None), "btp colp mps");
        for (btp, expected) in [
            (answered(), ""),
            (Outcome::Refused(Refusal::NotPermitted), ""),
            (Outcome::Refused(Refusal::Busy), "btp"),
            (Outcome::Refused(Refusal::Replayed), "btp"),
            (Outcome::Late, "btp"),
            (Outcome::Unreachable, "btp"),
            (Outcome::Incompatible, "btp"),
        ] {
            let answer = answer(&[("btp", btp), ("colp", answered()), ("mps", answered())], true);
            assert_eq!(left(Some(&answer)), expected);
        }
    }

    #[test]
    fn what_a_force_says_later_takes_the_place_of_its_silence() {
        let earlier = answer(&[("btp", Outcome::Late), ("colp", answered()), ("mps", Outcome::Late)], true);
        let later = answer(&[("btp", answered()), ("mps", Outcome::Unreachable)], false);
        let whole = renewed(earlier, later);
        let subject = &whole.subjects[0];
        for coverage in [&whole.coverage, &subject.coverage] {
            assert_eq!(coverage.sentence(), "2 of 3 forces answered; mps did not (unreachable)");
        }
        let told: Vec<_> =
            subject.answers.iter().map(|(force, reply)| (force.as_str(), reply.hit.unwrap())).collect();
        assert_eq!(told, [("btp", false), ("colp", true)]);
    }
}
