//! The most that all but the names of a record weighs.

use super::ByNames;
use crate::person::compare::{Known, agrees, sex_level};
use crate::person::facts::Facts;
use crate::person::{Field, Level, born, dob};
use crate::score::LEVELS;

/// Sums are rounded in another order than weights are.
const ROUNDING: f64 = 1e-9;

impl Known<'_> {
    /// Beside names that agree so.
    pub(in crate::person::compare) fn most(&self, facts: Facts) -> ByNames {
        let subject = self.subject;
        let dob = match subject.born {
            Some(born) => born::level(born, facts.dob(), facts.dob_precision()),
            None => dob::level(self.dob, facts.written(), facts.dob_precision()),
        };
        let weight = |bits: &[f64; LEVELS], level: Level| bits.get(level as usize).copied().unwrap_or(0.0);
        let postcode = match (self.postcode, facts.code()) {
            (Some(probe), Some(record)) => probe.level(record),
            _ => Level::Missing,
        };
        let sex = sex_level(subject.sex, facts.sex());
        let (dob_bits, postcode_bits) =
            (weight(&subject.dob_bits, dob), weight(&subject.postcode_bits, postcode));
        let sex_bits = subject.confidence.bits(Field::Sex, sex);
        let mut most = [dob_bits + postcode_bits + sex_bits + ROUNDING; 4];
        for (at, most) in most.iter_mut().enumerate() {
            let (given, family) = (at & 1 == 1, at & 2 == 2);
            if family && postcode == Level::Exact {
                // Kin take from it what it says, down to nothing.
                *most += (-postcode_bits).max(0.0);
            }
            if given {
                *most -= if sex == Level::Exact { sex_bits } else { 0.0 };
                *most += if agrees(dob) { (-subject.fashion_bits).max(0.0) } else { 0.0 };
            }
            if let Some(nation) = subject.nation {
                *most += nation.compare(facts.nationality(), given, family).1;
            }
        }
        most
    }
}
