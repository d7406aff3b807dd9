//! A delegation: what an analyst signs beforehand, so that a door can ask tables in their name from tools that sign nothing.
//! It says which door, why, whom, until when and how many questions. Never a search.

use std::collections::BTreeSet;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::question::{CLOCK_SKEW_MAX, Operation};
use crate::vocabulary::{LegalBasis, Urgency};
use crate::{Ask, ForceId, Name, Purpose, Question};

/// Longest time between a delegation's issue and its end.
pub const LIFETIME_MAX: SignedDuration = SignedDuration::from_hours(24);
/// Most questions that one delegation may allow.
pub const QUESTIONS_MAX: u32 = 1_000;

/// Names one delegation in every party's log. A version 7 UUID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct DelegationId(pub Uuid);

impl fmt::Display for DelegationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for DelegationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A delegation as its asker signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Names it everywhere; every question asked under it says so.
    pub id: DelegationId,
    /// In whose name the door may ask. Proven by the signature.
    pub asker: Name,
    /// The coordinator that may ask: its own signature is on each question.
    pub door: Name,
    /// Why.
    pub purpose: Purpose,
    /// For which operation or case.
    pub operation: Operation,
    /// The legal basis relied on, where one is named.
    pub legal_basis: Option<LegalBasis>,
    /// The forces that may be asked.
    pub audience: BTreeSet<ForceId>,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// From when on nothing may be asked under it.
    pub expires_at: Timestamp,
    /// How many questions each force may be asked under it, 1 to [`QUESTIONS_MAX`].
    pub questions_max: u32,
}

/// Why a question is not covered by the delegation that it is asked under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Uncovered {
    /// The question names another delegation, or another asker.
    #[error(
        "the delegation was signed for another question's asker, or is another one than the question names"
    )]
    OtherAsker,
    /// Another door asks than the one that it was signed for.
    #[error("the delegation was signed for another door")]
    OtherDoor,
    /// A search, which is always signed by its asker.
    #[error("a delegation is for tables alone; a search is signed by whoever asks")]
    NotATable,
    /// The question states another purpose.
    #[error("the delegation was signed for another purpose")]
    OtherPurpose,
    /// The question states another operation.
    #[error("the delegation was signed for another operation")]
    OtherOperation,
    /// The question states another legal basis, or an urgency.
    #[error("the delegation was signed for another legal basis, or for routine questions alone")]
    OtherCircumstances,
    /// The question is addressed to more forces.
    #[error("the delegation does not name every force that is asked")]
    OtherAudience,
    /// Its time is over.
    #[error("the delegation has expired")]
    Expired,
    /// It is of the future, or longer than any may be.
    #[error("the delegation begins in the future, lives longer than a day, or ends before it begins")]
    NotInTime,
}

impl Delegation {
    /// Whether `question`, which `door` signed, is one that may be asked under it, whatever the time.
    pub fn covers(&self, question: &Question, door: &Name) -> Result<(), Uncovered> {
        let circumstances = &question.circumstances;
        if question.asker != self.asker || circumstances.delegation != Some(self.id) {
            return Err(Uncovered::OtherAsker);
        }
        if *door != self.door {
            return Err(Uncovered::OtherDoor);
        }
        if !matches!(question.ask, Ask::Tabulate(_)) {
            return Err(Uncovered::NotATable);
        }
        if question.purpose != self.purpose {
            return Err(Uncovered::OtherPurpose);
        }
        if question.operation != self.operation {
            return Err(Uncovered::OtherOperation);
        }
        if circumstances.legal_basis != self.legal_basis
            || circumstances.urgency.urgency() != Urgency::Routine
        {
            return Err(Uncovered::OtherCircumstances);
        }
        if !question.audience.is_subset(&self.audience) {
            return Err(Uncovered::OtherAudience);
        }
        Ok(())
    }

    /// Whether it holds at `now`, by the clock of whoever looks.
    pub fn holds_at(&self, now: Timestamp) -> Result<(), Uncovered> {
        let lifetime = self.expires_at.duration_since(self.issued_at);
        if now >= self.expires_at {
            return Err(Uncovered::Expired);
        }
        if lifetime <= SignedDuration::ZERO
            || lifetime > LIFETIME_MAX
            || self.issued_at.duration_since(now) > CLOCK_SKEW_MAX
        {
            return Err(Uncovered::NotInTime);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::LegalBasis;
    use crate::{
        Circumstances, Dataset, Granularity, Measure, Pressing, Probe, QuestionId, Search, Tabulation,
    };

    fn delegation() -> Delegation {
        Delegation {
            id: DelegationId(Uuid::from_u128(7)),
            asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
            door: "spiffe://bluelamp/force/rocta/coordinator/1".parse().unwrap(),
            purpose: Purpose::Prevention,
            operation: "Op Lantern".parse().unwrap(),
            legal_basis: Some(LegalBasis::CommonLaw),
            audience: ["mps".parse().unwrap(), "colp".parse().unwrap()].into(),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(8),
            questions_max: 200,
        }
    }

    fn question() -> Question {
        let Delegation { id, asker, purpose, operation, legal_basis, .. } = delegation();
        let table = Tabulation::new(Dataset::Event, Vec::new(), vec![Measure::Count], None).unwrap();
        Question {
            id: QuestionId(Uuid::nil()),
            asker,
            purpose,
            operation,
            circumstances: Circumstances { legal_basis, urgency: Pressing::Routine, delegation: Some(id) },
            audience: ["mps".parse().unwrap()].into(),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(1),
            ask: Ask::Tabulate(table),
        }
    }

    fn check(expected: Result<(), Uncovered>, change: impl FnOnce(&mut Question)) {
        let mut question = question();
        change(&mut question);
        assert_eq!(delegation().covers(&question, &delegation().door), expected);
    }

    #[test]
    fn only_what_was_signed_for_is_covered() {
        use Uncovered::*;
        check(Ok(()), |_| ());
        check(Err(OtherAsker), |q| q.asker = "spiffe://bluelamp/force/rocta/analyst/8".parse().unwrap());
        check(Err(OtherAsker), |q| q.circumstances.delegation = None);
        check(Err(OtherAsker), |q| q.circumstances.delegation = Some(DelegationId(Uuid::nil())));
        check(Err(OtherPurpose), |q| q.purpose = Purpose::Detection);
        check(Err(OtherOperation), |q| q.operation = "Op Other".parse().unwrap());
        check(Err(OtherCircumstances), |q| q.circumstances.legal_basis = None);
        check(Err(OtherCircumstances), |q| q.circumstances.urgency = Pressing::Priority);
        check(Err(OtherAudience), |q| {
            q.audience.insert("btp".parse().unwrap());
        });
        let search = Search { probe: Probe::Person(Default::default()), granularity: Granularity::Hit };
        check(Err(NotATable), |q| q.ask = Ask::Search(search.clone()));
        check(Err(NotATable), |q| q.ask = Ask::Batch(vec![search]));
        let other = "spiffe://bluelamp/force/rocta/coordinator/2".parse().unwrap();
        assert_eq!(delegation().covers(&question(), &other), Err(OtherDoor));
    }

    #[test]
    fn it_holds_from_its_issue_to_its_end_and_never_longer_than_a_day() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let hours = |hours: i64| hours * 3600;
        for (issued, expires, now, expected) in [
            (0, hours(8), 0, Ok(())),
            (0, hours(8), hours(8) - 1, Ok(())),
            (0, hours(8), hours(8), Err(Uncovered::Expired)),
            (20, hours(8), 0, Ok(())),
            (60, hours(8), 0, Err(Uncovered::NotInTime)),
            (0, hours(24), 0, Ok(())),
            (0, hours(24) + 1, 0, Err(Uncovered::NotInTime)),
            (20, 10, 0, Err(Uncovered::NotInTime)),
        ] {
            let given = Delegation { issued_at: at(issued), expires_at: at(expires), ..delegation() };
            assert_eq!(given.holds_at(at(now)), expected, "{issued} to {expires} at {now}");
        }
    }
}
