//! The same person at several forces: tags are compared between forces and dropped, and which forces hold the same
//! person is all that remains.

use std::collections::{BTreeMap, BTreeSet};

use model::{ForceId, SameBy, SamePerson, SearchReply};

/// Takes the tags out of the answers, which stand in the order of their forces, and says who holds the same person: the
/// surest first, and no forces again that a line as sure already names.
pub(super) fn take(answers: &mut [(ForceId, SearchReply)]) -> Vec<SamePerson> {
    let mut lines: Vec<SamePerson> = Vec::new();
    for by in SameBy::ALL {
        let mut together: Vec<Vec<ForceId>> = together(answers, by).into_iter().collect();
        together.sort_by_key(|forces| std::cmp::Reverse(forces.len()));
        for forces in together {
            let told = |line: &SamePerson| forces.iter().all(|force| line.forces.contains(force));
            if !lines.iter().any(told) {
                lines.push(SamePerson { forces, confidence: by.confidence() });
            }
        }
    }
    for (_, reply) in answers {
        reply.tags = None;
    }
    lines
}

/// The sets of two forces or more that have a tag in common.
fn together(answers: &[(ForceId, SearchReply)], by: SameBy) -> BTreeSet<Vec<ForceId>> {
    let mut holders: BTreeMap<u64, Vec<ForceId>> = BTreeMap::new();
    for (force, reply) in answers {
        for &tag in reply.tags.iter().flat_map(|tags| tags.of(by)) {
            holders.entry(tag).or_default().push(force.clone());
        }
    }
    holders.into_values().filter(|forces| forces.len() > 1).collect()
}
