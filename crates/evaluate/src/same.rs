//! How often two forces' records with an equal feature are of one person: what an answer may say of them, and how
//! much of the truth it says.

use std::collections::HashMap;
use std::path::Path;

use linkage::person::same_features;
use model::SameBy;

use crate::EvaluateError;
use crate::records::{forces, read_persons};
use crate::rows::each_row;

/// Pairs of records of two forces that share a feature, or that are of one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SamePairs {
    /// Pairs that share one.
    pub tied: u64,
    /// Those of them that are of one person.
    pub right: u64,
    /// All pairs of one person, whatever they share.
    pub held: u64,
}

#[derive(serde::Deserialize)]
struct TruthRow {
    force: String,
    person_id: String,
    true_person: String,
}

/// Reads every force's persons in `records` and the truth about each, and counts the pairs: those that share a name, and
/// those that share the sounds of one without sharing a name.
pub fn same_pairs(records: &Path, truth: &Path) -> Result<Vec<(SameBy, SamePairs)>, EvaluateError> {
    let mut people: HashMap<String, u32> = HashMap::new();
    let mut known: HashMap<(String, String), u32> = HashMap::new();
    each_row(truth, |_, row: TruthRow| {
        let next = u32::try_from(people.len()).unwrap_or(u32::MAX);
        let person = *people.entry(row.true_person).or_insert(next);
        known.insert((row.force, row.person_id), person);
        Ok(())
    })?;
    let mut holders = Holders::default();
    for ((force, file), at) in forces(records)?.into_iter().zip(0_u8..) {
        let persons = read_persons(&file, &mut |_, _| {})?;
        for (id, record) in persons.ids.into_iter().zip(&persons.records) {
            let Some(&person) = known.get(&(force.clone(), id)) else { continue };
            holders.add(at, person, same_features(record.view()));
        }
    }
    Ok(holders.count())
}

/// One record.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Held {
    force: u8,
    person: u32,
    record: u32,
}

#[derive(Default)]
struct Holders {
    records: u32,
    by_person: HashMap<u32, Vec<Held>>,
    by_feature: HashMap<(SameBy, Vec<u8>), Vec<Held>>,
}

impl Holders {
    fn add(&mut self, force: u8, person: u32, features: Vec<(SameBy, Vec<u8>)>) {
        let held = Held { force, person, record: self.records };
        self.records += 1;
        self.by_person.entry(person).or_default().push(held);
        for feature in features {
            self.by_feature.entry(feature).or_default().push(held);
        }
    }

    fn count(&self) -> Vec<(SameBy, SamePairs)> {
        let held = self.by_person.values().map(|of| pairs(of).count() as u64).sum();
        let mut tied: HashMap<(u32, u32), (SameBy, bool)> = HashMap::new();
        for ((by, _), of) in &self.by_feature {
            for (one, other) in pairs(of) {
                let pair =
                    tied.entry((one.record, other.record)).or_insert((*by, one.person == other.person));
                pair.0 = pair.0.min(*by);
            }
        }
        let counted = |by| {
            let of = || tied.values().filter(move |(stronger, _)| *stronger == by);
            let right = of().filter(|(_, right)| *right).count() as u64;
            (by, SamePairs { tied: of().count() as u64, right, held })
        };
        SameBy::ALL.map(counted).into()
    }
}

/// Pairs of two forces, each once.
fn pairs(of: &[Held]) -> impl Iterator<Item = (Held, Held)> {
    let from = |(at, &one): (usize, &Held)| of.iter().skip(at + 1).map(move |&other| (one, other));
    of.iter().enumerate().flat_map(from).filter(|(one, other)| one.force != other.force)
}
