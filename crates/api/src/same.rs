//! The same person across forces, between model and wire. Tags go from nodes to a coordinator and no further; which
//! forces hold the same person goes on to the analyst.

use model::{ForceId, PersonTags, SamePerson};

use crate::question::{Misunderstood, malformed, word};
use crate::v1;
use crate::words::Word;

/// Most tags of one sort that a release may hold.
pub const TAGS_MAX: usize = 64;

pub(crate) fn tags_to_wire(tags: &PersonTags) -> v1::PersonTags {
    v1::PersonTags { name: tags.name.clone(), sound: tags.sound.clone() }
}

/// Reads the tags of a release: few, ascending, each once.
pub(crate) fn tags_from_wire(tags: v1::PersonTags) -> Result<PersonTags, Misunderstood> {
    for sort in [&tags.name, &tags.sound] {
        if sort.len() > TAGS_MAX {
            return Err(malformed("tags", "are too many"));
        }
        if !sort.is_sorted_by(|one, next| one < next) {
            return Err(malformed("tags", "must ascend, and hold each tag once"));
        }
    }
    Ok(PersonTags { name: tags.name, sound: tags.sound })
}

pub(crate) fn to_wire(same: &[SamePerson]) -> Vec<v1::SamePerson> {
    let one = |same: &SamePerson| v1::SamePerson {
        forces: same.forces.iter().map(ToString::to_string).collect(),
        confidence: same.confidence.number(),
    };
    same.iter().map(one).collect()
}

/// Reads which of the forces that answered hold the same person.
pub(crate) fn from_wire<'a>(
    lines: Vec<v1::SamePerson>,
    answered: impl Iterator<Item = &'a ForceId> + Clone,
) -> Result<Vec<SamePerson>, Misunderstood> {
    let one = |line: v1::SamePerson| {
        let forces = line.forces.iter().map(|force| force.parse()).collect::<Result<Vec<ForceId>, _>>()?;
        if forces.len() < 2 || !forces.is_sorted_by(|one, next| one < next) {
            return Err(malformed("same_person", "must name two forces or more, in order and each once"));
        }
        if forces.iter().any(|force| answered.clone().all(|known| known != force)) {
            return Err(malformed("same_person", "names a force that did not answer"));
        }
        Ok(SamePerson { forces, confidence: word("same_person.confidence", line.confidence)? })
    };
    lines.into_iter().map(one).collect()
}
