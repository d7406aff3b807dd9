//! Every identifier that is made up is one that the linkage crate accepts.
//! The two are written apart: each checks the other.

use std::collections::BTreeMap;

use linkage::Identifier;
use model::{Dataset, IdentifierKind};
use synth::planted;

use crate::read::world;

#[test]
fn every_identifier_passes_the_check_of_its_kind() {
    let mut seen: BTreeMap<IdentifierKind, u32> = BTreeMap::new();
    let mut check = |kind: IdentifierKind, value: &str| {
        if let Err(complaint) = Identifier::parse(kind, value) {
            panic!("{value}: {complaint}");
        }
        *seen.entry(kind).or_default() += 1;
    };
    for force in world().forces() {
        for row in world().rows(force, Dataset::Identifier) {
            check(row["kind"].parse().unwrap(), &row["value"]);
        }
        for (dataset, kind) in [
            (Dataset::Person, IdentifierKind::Postcode),
            (Dataset::Organisation, IdentifierKind::Postcode),
            (Dataset::Organisation, IdentifierKind::CompanyNumber),
            (Dataset::Location, IdentifierKind::Postcode),
            (Dataset::Location, IdentifierKind::Uprn),
        ] {
            for value in world().rows(force, dataset).iter().filter_map(|row| row.get(kind.as_str())) {
                check(kind, value);
            }
        }
    }
    for object in planted().objects {
        check(object.identifier, object.value);
    }
    for &kind in IdentifierKind::ALL {
        assert!(seen.contains_key(&kind), "{kind} never occurs");
    }
}
