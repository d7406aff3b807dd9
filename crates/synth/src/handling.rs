//! Handling columns, drawn so that they hang together: sensitive material has conditions, conditions have a
//! classification, silence has a reason. Few distinct labels on purpose: a force has hundreds, not millions.

use model::vocabulary::{
    Assessment, Classification, DisclosureMark, HandlingCode, HandlingConditions, Provenance, Retention,
    SourceEvaluation, SubjectCategory, ThreatCategory,
};

use crate::day::Day;
use crate::dice::Dice;

/// A 3x5x2 grading without its handling code.
pub(crate) type Grading = Option<(SourceEvaluation, Assessment)>;

/// The handling columns of a record, without its controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Handling {
    pub(crate) recorded_on: Day,
    pub(crate) updated_on: Day,
    pub(crate) code: HandlingCode,
    pub(crate) conditions: HandlingConditions,
    pub(crate) classification: Classification,
    pub(crate) provenance: Provenance,
    pub(crate) mark: DisclosureMark,
    pub(crate) subject: SubjectCategory,
    pub(crate) threat: ThreatCategory,
    pub(crate) retention: Retention,
}

/// How often the draws of one kind of record fall where, in parts of a thousand.
struct Odds {
    provenance: &'static [(Provenance, u32)],
    /// Code C for a partner's material, and for the police's own.
    conditional: (u64, u64),
    /// Silent and referred, for sensitive material.
    sensitive: (u64, u64),
    /// Silent and referred, for other material under code C.
    other: (u64, u64),
}

const REPORT: Odds = Odds {
    provenance: &[
        (Provenance::Police, 780),
        (Provenance::Partner, 120),
        (Provenance::Open, 60),
        (Provenance::Sensitive, 40),
    ],
    conditional: (300, 160),
    sensitive: (70, 450),
    other: (13, 200),
};
const PERSON: Odds = Odds {
    provenance: &[
        (Provenance::Police, 900),
        (Provenance::Partner, 60),
        (Provenance::Open, 25),
        (Provenance::Sensitive, 15),
    ],
    conditional: (150, 100),
    sensitive: (150, 500),
    other: (30, 430),
};
const THING: Odds = Odds {
    provenance: &[(Provenance::Police, 960), (Provenance::Partner, 30), (Provenance::Sensitive, 10)],
    conditional: (0, 30),
    sensitive: (100, 500),
    other: (60, 600),
};

impl Handling {
    /// Plain handling of something that may be disclosed as policy says.
    pub(crate) fn plain(recorded_on: Day, subject: SubjectCategory, threat: ThreatCategory) -> Self {
        Self {
            recorded_on,
            updated_on: recorded_on,
            code: HandlingCode::P,
            conditions: HandlingConditions::None,
            classification: Classification::Official,
            provenance: Provenance::Police,
            mark: DisclosureMark::Disclose,
            subject,
            threat,
            retention: Retention::Live,
        }
    }

    /// Handling of a person record.
    pub(crate) fn person(recorded_on: Day, as_of: Day, threat: ThreatCategory, dice: &mut Dice) -> Self {
        use SubjectCategory::{Associate, Convicted, Other, Suspect, Victim, Witness};
        let subjects =
            [(Suspect, 43), (Convicted, 28), (Associate, 15), (Victim, 6), (Witness, 3), (Other, 5)];
        let subject = dice.weighted(&subjects, Other);
        Self::plain(recorded_on, subject, threat).drawn(&PERSON, dice).aged(as_of, dice)
    }

    /// Handling of a report, with its grading.
    pub(crate) fn report(
        recorded_on: Day,
        as_of: Day,
        threat: ThreatCategory,
        dice: &mut Dice,
    ) -> (Self, Grading) {
        let handling =
            Self::plain(recorded_on, SubjectCategory::Other, threat).drawn(&REPORT, dice).aged(as_of, dice);
        (handling, grading(handling.provenance, dice))
    }

    /// Handling of anything else.
    pub(crate) fn thing(recorded_on: Day, as_of: Day, threat: ThreatCategory, dice: &mut Dice) -> Self {
        Self::plain(recorded_on, SubjectCategory::Other, threat).drawn(&THING, dice).aged(as_of, dice)
    }

    /// The same with a mark; silence means consulting the originator.
    pub(crate) fn marked(mut self, mark: DisclosureMark) -> Self {
        self.mark = mark;
        if mark == DisclosureMark::Silent {
            self.code = HandlingCode::C;
            self.conditions = HandlingConditions::ConsultOriginator;
            self.classification = Classification::OfficialSensitive;
        }
        self
    }

    /// Handling of an edge between two records, in a matter of `threat`: its code, classification and mark are those
    /// of the more delicate end, its subject is that of `self`. An edge is the force's own statement unless an end is
    /// sensitive, and a review is due of records, not of edges: this keeps its labels few.
    pub(crate) fn joined(self, other: Self, threat: ThreatCategory) -> Self {
        let stricter = if other.conditions > self.conditions { other } else { self };
        let sensitive = [self, other].iter().any(|end| end.provenance == Provenance::Sensitive);
        let disposed = [self, other].iter().any(|end| end.retention == Retention::Disposed);
        let recorded_on = self.recorded_on.max(other.recorded_on);
        Self {
            recorded_on,
            updated_on: recorded_on,
            code: self.code.max(other.code),
            conditions: match stricter.conditions {
                same @ (HandlingConditions::None | HandlingConditions::ConsultOriginator) => same,
                _ => usual_conditions(threat),
            },
            classification: self.classification.max(other.classification),
            provenance: if sensitive { Provenance::Sensitive } else { Provenance::Police },
            mark: self.mark.max(other.mark),
            subject: self.subject,
            threat,
            retention: if disposed { Retention::Disposed } else { Retention::Live },
        }
    }

    fn drawn(mut self, odds: &Odds, dice: &mut Dice) -> Self {
        self.provenance = dice.weighted(odds.provenance, Provenance::Police);
        let conditional = match self.provenance {
            Provenance::Sensitive => 1000,
            Provenance::Partner => odds.conditional.0,
            Provenance::Police => odds.conditional.1,
            Provenance::Open => 0,
        };
        if !dice.chance(conditional) {
            return self;
        }
        let sensitive = self.provenance == Provenance::Sensitive;
        self.code = HandlingCode::C;
        self.classification = Classification::OfficialSensitive;
        self.conditions =
            if sensitive { HandlingConditions::ConsultOriginator } else { usual_conditions(self.threat) };
        let (silent, refer) = if sensitive { odds.sensitive } else { odds.other };
        let fall = dice.below(1000);
        if fall < silent {
            self.marked(DisclosureMark::Silent)
        } else if fall < silent + refer {
            self.marked(DisclosureMark::Refer)
        } else {
            self
        }
    }

    fn aged(mut self, as_of: Day, dice: &mut Dice) -> Self {
        let age = as_of.saturating_sub(self.recorded_on).max(0);
        if dice.chance(400) {
            self.updated_on = self.recorded_on + i32::try_from(dice.between(0, age.into())).unwrap_or(0);
        }
        if dice.chance(10) {
            self.retention = Retention::Disposed;
        } else if self.code == HandlingCode::P && age > 700 && dice.chance(60) {
            self.retention = Retention::ReviewDue;
        }
        self
    }
}

/// The condition that code C mostly means for a category.
fn usual_conditions(threat: ThreatCategory) -> HandlingConditions {
    use ThreatCategory as T;
    match threat {
        T::ChildSexualAbuse | T::Other => HandlingConditions::SanitisationDelegated,
        T::ModernSlavery | T::ImmigrationCrime | T::MoneyLaundering => HandlingConditions::CovertDevelopment,
        T::Drugs | T::Firearms => HandlingConditions::CovertUse,
        T::AcquisitiveCrime | T::Cyber | T::Fraud => HandlingConditions::OvertUse,
        T::Corruption => HandlingConditions::ConsultOriginator,
    }
}

fn grading(provenance: Provenance, dice: &mut Dice) -> Grading {
    use Assessment::{A, B, C, D, E};
    use SourceEvaluation::{NotReliable, Reliable, Untested};
    let gradings: &[(Grading, u32)] = match provenance {
        Provenance::Police => &[
            (Some((Reliable, A)), 18),
            (Some((Reliable, B)), 24),
            (Some((Reliable, C)), 4),
            (Some((Untested, B)), 16),
            (Some((Untested, C)), 17),
            (Some((Untested, D)), 11),
            (Some((NotReliable, D)), 6),
            (Some((NotReliable, E)), 2),
            (None, 2),
        ],
        Provenance::Partner => &[
            (Some((Reliable, B)), 40),
            (Some((Reliable, C)), 20),
            (Some((Untested, B)), 20),
            (Some((Untested, C)), 20),
        ],
        Provenance::Open => {
            &[(Some((Untested, D)), 60), (Some((Untested, C)), 30), (Some((NotReliable, D)), 10)]
        }
        Provenance::Sensitive => {
            &[(Some((Reliable, B)), 45), (Some((Untested, B)), 30), (Some((Untested, C)), 25)]
        }
    };
    dice.weighted(gradings, None)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use model::vocabulary::{DisclosureMark, HandlingCode, HandlingConditions, Provenance, Retention};
    use model::vocabulary::{SubjectCategory, ThreatCategory};

    use super::Handling;
    use crate::dice::{Dice, Purpose};

    #[test]
    fn shares_are_as_in_a_force_and_labels_hang_together() {
        let mut dice = Dice::new(5, Purpose::Report, 0, 0);
        let drawn: Vec<Handling> = (0..40_000)
            .map(|at| {
                let threat = ThreatCategory::ALL[at % ThreatCategory::ALL.len()];
                Handling::report(19_000, 20_000, threat, &mut dice).0
            })
            .collect();
        let share =
            |test: &dyn Fn(&Handling) -> bool| drawn.iter().filter(|h| test(h)).count() as f64 / 40_000.0;
        for (what, share, low, high) in [
            ("code C", share(&|h| h.code == HandlingCode::C), 0.18, 0.23),
            ("sensitive", share(&|h| h.provenance == Provenance::Sensitive), 0.03, 0.05),
            ("silent", share(&|h| h.mark == DisclosureMark::Silent), 0.003, 0.007),
            ("refer", share(&|h| h.mark == DisclosureMark::Refer), 0.04, 0.06),
            ("disposed", share(&|h| h.retention == Retention::Disposed), 0.008, 0.012),
        ] {
            assert!((low..high).contains(&share), "{what}: {share}");
        }
        for h in &drawn {
            assert_eq!(h.code == HandlingCode::P, h.conditions == HandlingConditions::None);
            assert!(
                h.mark != DisclosureMark::Silent || h.conditions == HandlingConditions::ConsultOriginator
            );
        }
        let labels: HashSet<String> =
            drawn.iter().map(|h| format!("{:?}", Handling { recorded_on: 0, updated_on: 0, ..*h })).collect();
        assert!(labels.len() < 400, "{} labels", labels.len());
    }

    #[test]
    fn an_edge_is_as_delicate_as_its_more_delicate_end() {
        let plain = Handling::plain(1, SubjectCategory::Suspect, ThreatCategory::Drugs);
        let silent =
            Handling::plain(2, SubjectCategory::Other, ThreatCategory::Other).marked(DisclosureMark::Silent);
        for edge in [plain.joined(silent, plain.threat), silent.joined(plain, plain.threat)] {
            assert_eq!(
                (edge.mark, edge.code, edge.recorded_on),
                (DisclosureMark::Silent, HandlingCode::C, 2)
            );
        }
    }
}
