//! Planted people and things: the same whatever the seed, so that a demonstration has a known outcome.
//! Their names are invented and occur nowhere else in the made-up records.

use jiff::civil::{Date, date};
use model::IdentifierKind;
use model::probe::PersonProbe;
use model::vocabulary::{DisclosureMark, EntityKind, Sex, SubjectCategory, ThreatCategory};

use crate::Corruption;

/// Everybody and everything that is planted.
#[derive(Debug, Clone, Copy)]
pub struct Planted {
    /// Persons: held by three forces, by two, by one in silence, as a victim, by nobody.
    pub persons: &'static [PlantedPerson],
    /// Things, each held by two forces.
    pub objects: &'static [PlantedObject],
}

/// A planted person as they truly are, which is how an analyst would ask for them.
#[derive(Debug, Clone, Copy)]
pub struct PlantedPerson {
    /// Their name in `truth.csv`, such as `planted-three`.
    pub key: &'static str,
    /// Given names.
    pub given_names: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Birth date.
    pub dob: Date,
    /// Sex.
    pub sex: Sex,
    /// Home postcode.
    pub postcode: &'static str,
    /// How records see them.
    pub subject: SubjectCategory,
    /// Threat category of the records and reports about them.
    pub threat: ThreatCategory,
    /// Who holds them, and how each wrote them down. No force holds them beside these.
    pub holdings: &'static [Holding],
}

/// One force's record of a planted person.
#[derive(Debug, Clone, Copy)]
pub struct Holding {
    /// The force; the record is made when the specification names it.
    pub force: &'static str,
    /// Given names as recorded.
    pub given_names: &'static str,
    /// Family name as recorded.
    pub family_name: &'static str,
    /// Birth date as recorded.
    pub dob: Option<Date>,
    /// Postcode as recorded.
    pub postcode: Option<&'static str>,
    /// What the force says about disclosing the record and what hangs on it.
    pub mark: DisclosureMark,
    /// How the record departs from the truth.
    pub corruptions: &'static [Corruption],
}

/// A planted thing.
#[derive(Debug, Clone, Copy)]
pub struct PlantedObject {
    /// What it is.
    pub kind: EntityKind,
    /// What identifies it.
    pub identifier: IdentifierKind,
    /// Its value, in the form an analyst would type.
    pub value: &'static str,
    /// Make, where it has one.
    pub make: Option<&'static str>,
    /// Colour, where it has one.
    pub colour: Option<&'static str>,
    /// Each holding force, the planted person linked to it there, and the role of the link.
    pub holders: &'static [(&'static str, &'static str, &'static str)],
}

impl PlantedPerson {
    /// The search that should find them.
    pub fn probe(&self) -> PersonProbe {
        PersonProbe {
            given_names: self.given_names.to_owned(),
            family_name: self.family_name.to_owned(),
            dob: Some(self.dob),
            postcode: Some(self.postcode.to_owned()),
            sex: Some(self.sex),
            ..PersonProbe::default()
        }
    }

    /// The record that `force` holds of them.
    pub fn held_by(&self, force: &str) -> Option<&'static Holding> {
        self.holdings.iter().find(|holding| holding.force == force)
    }
}

/// Who and what is planted, whatever the seed.
pub fn planted() -> Planted {
    Planted { persons: PERSONS, objects: OBJECTS }
}

const PERSONS: &[PlantedPerson] = &[
    PlantedPerson {
        key: "planted-three",
        given_names: "Zebedee",
        family_name: "Thistlewick",
        dob: date(1985, 3, 7),
        sex: Sex::Male,
        postcode: "E8 3QX",
        subject: SubjectCategory::Suspect,
        threat: ThreatCategory::Drugs,
        holdings: &[
            Holding {
                force: "mps",
                given_names: "Zebedee",
                family_name: "Thistlewick",
                dob: Some(date(1985, 3, 7)),
                postcode: Some("E8 3QX"),
                mark: DisclosureMark::Disclose,
                corruptions: &[],
            },
            Holding {
                force: "colp",
                given_names: "Zebedee",
                family_name: "Thistelwick",
                dob: Some(date(1985, 3, 7)),
                postcode: Some("EC2A 4ZH"),
                mark: DisclosureMark::Disclose,
                corruptions: &[Corruption::FamilyTypo, Corruption::Moved],
            },
            Holding {
                force: "btp",
                given_names: "Zebadee",
                family_name: "Thistlewick",
                dob: Some(date(1985, 7, 3)),
                postcode: Some("E8 3QX"),
                mark: DisclosureMark::Disclose,
                corruptions: &[Corruption::GivenTypo, Corruption::DobSwapped],
            },
        ],
    },
    PlantedPerson {
        key: "planted-two",
        given_names: "Ottoline",
        family_name: "Marrowgate",
        dob: date(1979, 11, 22),
        sex: Sex::Female,
        postcode: "SE15 4QW",
        subject: SubjectCategory::Convicted,
        threat: ThreatCategory::Fraud,
        holdings: &[
            Holding {
                force: "mps",
                given_names: "Ottoline",
                family_name: "Marrowgate",
                dob: Some(date(1979, 11, 22)),
                postcode: Some("SE15 4QW"),
                mark: DisclosureMark::Disclose,
                corruptions: &[],
            },
            Holding {
                force: "btp",
                given_names: "Otoline",
                family_name: "Marrowgate",
                dob: Some(date(1979, 11, 22)),
                postcode: None,
                mark: DisclosureMark::Disclose,
                corruptions: &[Corruption::GivenTypo, Corruption::PostcodeMissing],
            },
        ],
    },
    PlantedPerson {
        key: "planted-silent",
        given_names: "Peregrine",
        family_name: "Quillfeather",
        dob: date(1991, 6, 30),
        sex: Sex::Male,
        postcode: "NW6 2RJ",
        subject: SubjectCategory::Suspect,
        threat: ThreatCategory::Firearms,
        holdings: &[Holding {
            force: "mps",
            given_names: "Peregrine",
            family_name: "Quillfeather",
            dob: Some(date(1991, 6, 30)),
            postcode: Some("NW6 2RJ"),
            mark: DisclosureMark::Silent,
            corruptions: &[],
        }],
    },
    PlantedPerson {
        key: "planted-victim",
        given_names: "Tamsin",
        family_name: "Brackenfold",
        dob: date(1968, 2, 14),
        sex: Sex::Female,
        postcode: "N16 8ZB",
        subject: SubjectCategory::Victim,
        threat: ThreatCategory::Fraud,
        holdings: &[Holding {
            force: "colp",
            given_names: "Tamsin",
            family_name: "Brackenfold",
            dob: Some(date(1968, 2, 14)),
            postcode: Some("N16 8ZB"),
            mark: DisclosureMark::Disclose,
            corruptions: &[],
        }],
    },
    PlantedPerson {
        key: "planted-nobody",
        given_names: "Leopold",
        family_name: "Snapdragon",
        dob: date(1974, 9, 5),
        sex: Sex::Male,
        postcode: "W5 2XD",
        subject: SubjectCategory::Other,
        threat: ThreatCategory::Other,
        holdings: &[],
    },
];

/// The registration has an age identifier that is not issued before 2049, the number is in the range that Ofcom keeps
/// for drama: neither leads to anybody.
const OBJECTS: &[PlantedObject] = &[
    PlantedObject {
        kind: EntityKind::Vehicle,
        identifier: IdentifierKind::Vrm,
        value: "BL49 AMP",
        make: Some("Ford"),
        colour: Some("Blue"),
        holders: &[("mps", "planted-three", "keeper"), ("btp", "planted-two", "user")],
    },
    PlantedObject {
        kind: EntityKind::Phone,
        identifier: IdentifierKind::Phone,
        value: "020 7946 0461",
        make: None,
        colour: None,
        holders: &[("mps", "planted-three", "user"), ("colp", "planted-three", "user")],
    },
];

#[cfg(test)]
mod tests {
    use super::planted;

    #[test]
    fn each_story_is_told() {
        let planted = planted();
        let held: Vec<usize> = planted.persons.iter().map(|p| p.holdings.len()).collect();
        assert_eq!(held, [3, 2, 1, 1, 0]);
        for object in planted.objects {
            assert_eq!(object.holders.len(), 2);
            for (force, key, _) in object.holders {
                let person = planted.persons.iter().find(|p| p.key == *key).unwrap();
                assert!(person.held_by(force).is_some(), "{key} at {force}");
            }
        }
        for person in planted.persons {
            assert_eq!(person.probe().family_name, person.family_name);
            for holding in person.holdings {
                let same = (holding.given_names, holding.family_name, holding.dob, holding.postcode)
                    == (person.given_names, person.family_name, Some(person.dob), Some(person.postcode));
                assert_eq!(same, holding.corruptions.is_empty(), "{} at {}", person.key, holding.force);
            }
        }
    }
}
