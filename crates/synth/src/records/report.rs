//! Intelligence reports over 36 months, graded, with the persons, places and threats they speak of.
//! The first reports of a force are about its planted people, so that a search for them has a picture.

use model::Dataset;
use model::vocabulary::{
    Assessment, DisclosureMark, Provenance, SourceEvaluation, SubjectCategory, ThreatCategory,
};

use super::Desk;
use crate::SynthError;
use crate::dice::{Dice, Purpose};
use crate::handling::{Grading, Handling};
use crate::profile::{subcategories, trend};
use crate::table::Value;

/// Reports about each planted person that a force holds openly.
const PER_PLANTED: u64 = 3;

impl Desk<'_> {
    pub(super) fn write_reports(&mut self) -> Result<(), SynthError> {
        let total = u64::from(self.world.spec.reports);
        let about: Vec<(u64, ThreatCategory)> = self
            .planted
            .iter()
            .filter(|(row, _)| self.handled_openly(*row))
            .map(|&(row, person)| (row, person.threat))
            .collect();
        for at in 0..total {
            let mut dice = self.dice(Purpose::Report, at);
            let planted = usize::try_from(at / PER_PLANTED).ok().and_then(|at| about.get(at)).copied();
            self.write_report(at, planted, &mut dice)?;
            self.tick(Dataset::Report, at + 1, total);
        }
        Ok(())
    }

    fn handled_openly(&self, row: u64) -> bool {
        let handling = usize::try_from(row).ok().and_then(|row| self.persons.get(row));
        handling.is_some_and(|handling| handling.mark == DisclosureMark::Disclose)
    }

    fn write_report(
        &mut self,
        at: u64,
        planted: Option<(u64, ThreatCategory)>,
        dice: &mut Dice,
    ) -> Result<(), SynthError> {
        let as_of = self.world.seasons.as_of();
        let threat = planted.map_or_else(|| self.some_threat(dice), |(_, threat)| threat);
        let (season, growth) = trend(threat, self.profile.ground);
        let reported_on = self.world.seasons.day(season, growth, dice);
        let recorded_on = (reported_on + i32::try_from(dice.below(4)).unwrap_or(0)).min(as_of);
        let (handling, grading) = match planted {
            Some(_) => (
                Handling::plain(recorded_on, SubjectCategory::Suspect, threat),
                Some((SourceEvaluation::Reliable, Assessment::B)),
            ),
            None => drawn_handling(recorded_on, as_of, threat, dice),
        };
        let subcategory = dice.weighted(subcategories(threat, self.profile.ground), "unclassified");
        let located = dice.chance(750).then(|| self.some_location(dice));
        let review_on = dice.chance(970).then(|| reported_on + 365 * review_years(threat));
        let id = self.profile.id('R', at + 1);
        let own = [
            ("report_id", (&id).into()),
            ("subcategory", subcategory.into()),
            ("reported_on", Value::Date(Some(reported_on))),
            ("source_evaluation", grading.map(|(source, _)| source.as_str()).into()),
            ("assessment", grading.map(|(_, assessment)| assessment.as_str()).into()),
            ("reporting_unit", dice.word(self.profile.units).into()),
            ("area", dice.chance(940).then(|| dice.word(self.profile.areas)).into()),
            ("location_id", located.as_deref().into()),
            ("risk_score", Value::Integer(risk_score(threat, dice))),
            ("loss_gbp", Value::Integer(loss_gbp(threat, dice))),
            ("review_on", Value::Date(review_on)),
        ];
        self.append(Dataset::Report, &own, &handling)?;
        if let Some((row, _)) = planted {
            self.link_person(row, (Dataset::Report, &id), &handling)?;
        } else {
            let how_many = [(0, 25), (1, 45), (2, 20), (3, 10)];
            self.link_persons(&how_many, (Dataset::Report, &id), &handling, dice)?;
        }
        if let Some(location) = located.filter(|_| dice.chance(500)) {
            let edge = handling.joined(handling, threat);
            self.link((Dataset::Report, &id), "place", (Dataset::Location, &location), &edge)?;
        }
        self.tie_to_threat(&id, &handling, dice)
    }

    /// One in eight reports is evidence of a threat of its category.
    fn tie_to_threat(
        &mut self,
        report: &str,
        handling: &Handling,
        dice: &mut Dice,
    ) -> Result<(), SynthError> {
        if !dice.chance(125) {
            return Ok(());
        }
        let start = usize::try_from(dice.below(self.threats.len() as u64)).unwrap_or(0);
        // The next threat of the category, from a random place on and around.
        let mut around = self.threats.iter().zip(1..).cycle().skip(start).take(self.threats.len());
        let same = around.find(|(threat, _)| threat.threat == handling.threat);
        let Some((&threat, number)) = same else { return Ok(()) };
        let id = self.profile.id('T', number);
        self.link(
            (Dataset::Threat, &id),
            "evidence",
            (Dataset::Report, report),
            &threat.joined(*handling, handling.threat),
        )
    }
}

/// Handling with its subject: mostly a suspect, nobody in open material, now and then a victim.
fn drawn_handling(
    recorded_on: i32,
    as_of: i32,
    threat: ThreatCategory,
    dice: &mut Dice,
) -> (Handling, Grading) {
    use ThreatCategory::{ChildSexualAbuse, Fraud, ModernSlavery};
    let (handling, grading) = Handling::report(recorded_on, as_of, threat, dice);
    let harms_people = matches!(threat, ChildSexualAbuse | ModernSlavery | Fraud);
    let plain = handling
        == Handling {
            updated_on: handling.updated_on,
            ..Handling::plain(recorded_on, handling.subject, threat)
        };
    let subject = if handling.provenance == Provenance::Open {
        SubjectCategory::Other
    } else if harms_people && plain && dice.chance(100) {
        SubjectCategory::Victim
    } else {
        SubjectCategory::Suspect
    };
    (Handling { subject, ..handling }, grading)
}

fn review_years(threat: ThreatCategory) -> i32 {
    use ThreatCategory as T;
    match threat {
        T::ChildSexualAbuse | T::ModernSlavery | T::Firearms => 6,
        T::Drugs | T::ImmigrationCrime | T::Corruption => 5,
        T::AcquisitiveCrime | T::Cyber | T::Fraud | T::MoneyLaundering | T::Other => 3,
    }
}

/// A score around what the category mostly scores; unknown for one in eight.
fn risk_score(threat: ThreatCategory, dice: &mut Dice) -> Option<i64> {
    use ThreatCategory as T;
    let centre = match threat {
        T::ChildSexualAbuse | T::Firearms => 68,
        T::ModernSlavery => 62,
        T::Drugs | T::ImmigrationCrime => 52,
        T::Cyber | T::MoneyLaundering | T::Corruption => 46,
        T::Fraud | T::AcquisitiveCrime => 40,
        T::Other => 28,
    };
    // The sum of three draws is near its middle most of the time.
    let spread = dice.between(-15, 15) + dice.between(-15, 15) + dice.between(-15, 15);
    dice.chance(880).then(|| (centre + spread).clamp(0, 100))
}

/// Money lost, where a category is about money and the sum is known: small sums often, large ones seldom.
pub(super) fn loss_gbp(threat: ThreatCategory, dice: &mut Dice) -> Option<i64> {
    use ThreatCategory as T;
    let weights: [u32; 5] = match threat {
        T::Fraud => [20, 40, 28, 10, 2],
        T::MoneyLaundering => [5, 20, 40, 28, 7],
        T::Cyber => [25, 35, 25, 12, 3],
        T::Corruption => [5, 25, 40, 25, 5],
        T::AcquisitiveCrime => [45, 42, 12, 1, 0],
        _ => return None,
    };
    let known = dice.chance(700);
    let [pocket, small, middling, large, huge] = weights;
    let sums = [
        ((50, 999), pocket),
        ((1_000, 9_999), small),
        ((10_000, 99_999), middling),
        ((100_000, 999_999), large),
        ((1_000_000, 4_999_999), huge),
    ];
    let (low, high) = dice.weighted(&sums, (50, 999));
    let sum = dice.between(low, high);
    known.then_some(sum)
}
