//! The most that all but the names of a record weighs.

use super::ByNames;
use crate::person::compare::{Known, agrees, sex_level, weight};
use crate::person::facts::Facts;
use crate::person::{Field, Level};

/// Sums are rounded in another order than weights are.
const ROUNDING: f64 = 1e-9;

impl Known<'_> {
    /// Beside names that agree so.
    pub(in crate::person::compare) fn most(&self, facts: Facts) -> ByNames {
        let subject = self.subject;
        let (dob, dob_bits) = self.dob(facts);
        let postcode = match (self.postcode, facts.code()) {
            (Some(probe), Some(record)) => probe.level(record),
            _ => Level::Missing,
        };
        let sex = sex_level(subject.sex, facts.sex());
        let postcode_bits = weight(&subject.postcode_bits, postcode);
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
