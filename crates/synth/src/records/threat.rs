//! Threats: organised crime groups, priority individuals, vulnerabilities; the first of them with their members.
//! Reports of the same category are tied to them later.

use model::Dataset;
use model::vocabulary::{HarmBand, ThreatKind, ThreatStatus};

use super::Desk;
use crate::SynthError;
use crate::dice::{Dice, Purpose};
use crate::handling::Handling;
use crate::table::Value;

/// Most threats of a force whose members nobody knows yet: what it holds of them does not grow with its reports for ever.
const UNMAPPED_MAX: u64 = 1_000;

impl Desk<'_> {
    pub(super) fn write_threats(&mut self) -> Result<(), SynthError> {
        let mapped = u64::from(self.world.spec.reports / 250) + 8;
        let total = mapped + u64::from(self.world.spec.reports / 6).min(UNMAPPED_MAX);
        for at in 0..total {
            let mut dice = self.dice(Purpose::Threat, at);
            self.write_threat(at, at < mapped, &mut dice)?;
            self.tick(Dataset::Threat, at + 1, total);
        }
        Ok(())
    }

    fn write_threat(&mut self, at: u64, is_mapped: bool, dice: &mut Dice) -> Result<(), SynthError> {
        use HarmBand::{High, Low, Medium, VeryHigh};
        use ThreatKind::{Ocg, PriorityIndividual, Vulnerability};
        use ThreatStatus::{Active, Closed, Monitored};
        let as_of = self.world.seasons.as_of();
        let threat = self.some_threat(dice);
        let kind = dice.weighted(&[(Ocg, 62), (PriorityIndividual, 26), (Vulnerability, 12)], Ocg);
        let harm = dice.weighted(&[(Low, 22), (Medium, 42), (High, 27), (VeryHigh, 9)], Medium);
        let status = dice.weighted(&[(Active, 55), (Monitored, 30), (Closed, 15)], Active);
        let identified_on = as_of - i32::try_from(dice.between(30, 1_800)).unwrap_or(30);
        let age = i64::from(as_of - identified_on);
        let assessed_on =
            dice.chance(850).then(|| identified_on + i32::try_from(dice.between(0, age)).unwrap_or(0));
        let handling = Handling::thing(identified_on, as_of, threat, dice);
        let id = self.profile.id('T', at + 1);
        let own = [
            ("threat_id", (&id).into()),
            ("kind", kind.as_str().into()),
            ("harm_band", dice.chance(930).then_some(harm.as_str()).into()),
            ("status", status.as_str().into()),
            ("identified_on", Value::Date(Some(identified_on))),
            ("assessed_on", Value::Date(assessed_on)),
        ];
        self.append(Dataset::Threat, &own, &handling)?;
        self.threats.push(handling);
        if is_mapped { self.write_members(&id, kind, &handling, dice) } else { Ok(()) }
    }

    fn write_members(
        &mut self,
        id: &str,
        kind: ThreatKind,
        handling: &Handling,
        dice: &mut Dice,
    ) -> Result<(), SynthError> {
        let members = match kind {
            ThreatKind::Ocg => dice.between(3, 12),
            ThreatKind::PriorityIndividual => 1,
            ThreatKind::Vulnerability => 0,
        };
        let mut rows: Vec<u64> = (0..members).map(|_| dice.below(self.persons.len() as u64)).collect();
        rows.sort_unstable();
        rows.dedup();
        for row in rows {
            let Some(&person) = usize::try_from(row).ok().and_then(|row| self.persons.get(row)) else {
                continue;
            };
            let edge = person.joined(*handling, handling.threat);
            let member = self.person_id(row);
            self.link((Dataset::Person, &member), "member", (Dataset::Threat, id), &edge)?;
        }
        Ok(())
    }
}
