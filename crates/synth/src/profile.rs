//! What a force sees and how it writes: threats, ground, areas, desks. Profiles for `mps`, `colp` and `btp`,
//! one for any other force.

mod words;

pub(crate) use words::{subcategories, trend};

use model::ForceId;
use model::vocabulary::ThreatCategory;
use model::vocabulary::ThreatCategory as T;

use crate::dice::salt;
use crate::places::{self, Area};

/// The ground a force polices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Greater London.
    London,
    /// The City.
    City,
    /// Railways.
    Rail,
    /// Somewhere else.
    County,
}

/// A force's ways.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// The force.
    pub(crate) force: ForceId,
    /// Tells its dice from those of other forces.
    pub(crate) salt: u64,
    /// Its ground.
    pub(crate) ground: Ground,
    /// How much it sees of each threat category.
    pub(crate) threats: &'static [(ThreatCategory, u32)],
    /// What its reports give as area.
    pub(crate) areas: &'static [&'static str],
    /// The desks that write reports.
    pub(crate) units: &'static [&'static str],
    prefix: String,
}

impl Profile {
    /// The profile of `force`.
    pub(crate) fn of(force: &ForceId) -> Self {
        let (ground, threats, areas, units) = match force.as_str() {
            "mps" => (Ground::London, MPS, words::BOROUGHS, words::MPS_UNITS),
            "colp" => (Ground::City, COLP, words::WARDS, words::COLP_UNITS),
            "btp" => (Ground::Rail, BTP, words::DIVISIONS, words::BTP_UNITS),
            _ => (Ground::County, MPS, words::QUARTERS, words::UNITS),
        };
        Self {
            salt: salt(force.as_str()),
            prefix: force.as_str().to_uppercase(),
            force: force.clone(),
            ground,
            threats,
            areas,
            units,
        }
    }

    /// A record's id: tells the force and the kind, and nothing else.
    pub(crate) fn id(&self, kind: char, number: u64) -> String {
        format!("{}-{kind}-{number:07}", self.prefix)
    }

    /// The postcode areas of its ground.
    pub(crate) fn places(&self) -> &'static [Area] {
        match self.ground {
            Ground::London | Ground::Rail => places::LONDON,
            Ground::City => places::CITY,
            Ground::County => places::ELSEWHERE,
        }
    }
}

const MPS: &[(ThreatCategory, u32)] = &[
    (T::ChildSexualAbuse, 9),
    (T::ModernSlavery, 7),
    (T::ImmigrationCrime, 5),
    (T::Drugs, 26),
    (T::Firearms, 9),
    (T::AcquisitiveCrime, 17),
    (T::Cyber, 5),
    (T::Fraud, 9),
    (T::MoneyLaundering, 6),
    (T::Corruption, 2),
    (T::Other, 5),
];

const COLP: &[(ThreatCategory, u32)] = &[
    (T::ChildSexualAbuse, 1),
    (T::ModernSlavery, 2),
    (T::ImmigrationCrime, 1),
    (T::Drugs, 5),
    (T::Firearms, 1),
    (T::AcquisitiveCrime, 10),
    (T::Cyber, 14),
    (T::Fraud, 38),
    (T::MoneyLaundering, 20),
    (T::Corruption, 6),
    (T::Other, 2),
];

/// British Transport Police seldom meets firearms.
const BTP: &[(ThreatCategory, u32)] = &[
    (T::ChildSexualAbuse, 4),
    (T::ModernSlavery, 4),
    (T::ImmigrationCrime, 5),
    (T::Drugs, 30),
    (T::Firearms, 1),
    (T::AcquisitiveCrime, 42),
    (T::Cyber, 1),
    (T::Fraud, 5),
    (T::MoneyLaundering, 2),
    (T::Corruption, 1),
    (T::Other, 5),
];
