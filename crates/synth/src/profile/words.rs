//! Closed lists that profiles draw from: areas, desks, subcategories, and how each threat moves over the years.
//! Areas are public divisions of the forces' ground; desks are invented where no public name was at hand.

use model::vocabulary::ThreatCategory;
use model::vocabulary::ThreatCategory as T;

use super::Ground;
use crate::seasons::Season;

pub(super) const BOROUGHS: &[&str] = &[
    "Barking and Dagenham",
    "Barnet",
    "Bexley",
    "Brent",
    "Bromley",
    "Camden",
    "Croydon",
    "Ealing",
    "Enfield",
    "Greenwich",
    "Hackney",
    "Hammersmith and Fulham",
    "Haringey",
    "Harrow",
    "Havering",
    "Hillingdon",
    "Hounslow",
    "Islington",
    "Kensington and Chelsea",
    "Kingston upon Thames",
    "Lambeth",
    "Lewisham",
    "Merton",
    "Newham",
    "Redbridge",
    "Richmond upon Thames",
    "Southwark",
    "Sutton",
    "Tower Hamlets",
    "Waltham Forest",
    "Wandsworth",
    "Westminster",
];
pub(super) const WARDS: &[&str] = &[
    "Aldersgate",
    "Aldgate",
    "Bassishaw",
    "Billingsgate",
    "Bishopsgate",
    "Bread Street",
    "Broad Street",
    "Castle Baynard",
    "Cheap",
    "Coleman Street",
    "Cornhill",
    "Cripplegate",
    "Farringdon",
    "Langbourn",
    "Lime Street",
    "Portsoken",
    "Tower",
    "Vintry",
];
pub(super) const DIVISIONS: &[&str] = &[
    "London North",
    "London South",
    "London Underground East",
    "London Underground West",
    "Docklands",
    "East",
    "South",
    "Midlands",
    "North East",
    "North West",
    "Wales",
    "West",
    "Scotland",
];
pub(super) const QUARTERS: &[&str] = &["North", "East", "South", "West", "Central"];

pub(super) const MPS_UNITS: &[&str] = &[
    "Force Intelligence Bureau",
    "Local Intelligence Team",
    "Specialist Crime",
    "Economic Crime",
    "Online Harm",
    "Roads and Transport",
    "Prisons Intelligence",
];
pub(super) const COLP_UNITS: &[&str] = &[
    "Force Intelligence Bureau",
    "National Fraud Desk",
    "Asset Recovery",
    "Cyber Desk",
    "Card Crime",
    "Insurance Fraud",
];
pub(super) const BTP_UNITS: &[&str] = &[
    "Force Intelligence Bureau",
    "County Lines Desk",
    "Metal Theft Desk",
    "Station Team",
    "Pickpocket Squad",
    "Freight Desk",
];
pub(super) const UNITS: &[&str] =
    &["Force Intelligence Bureau", "Local Intelligence Team", "Serious Crime Desk"];

/// Subcategories of a threat category on this ground, with weights.
pub(crate) fn subcategories(threat: ThreatCategory, ground: Ground) -> &'static [(&'static str, u32)] {
    match (threat, ground) {
        (T::Drugs, Ground::Rail) => {
            &[("county_lines", 70), ("class_a_supply", 15), ("cannabis", 12), ("courier", 3)]
        }
        (T::AcquisitiveCrime, Ground::Rail) => &[
            ("theft_from_person", 48),
            ("metal_theft", 17),
            ("luggage_theft", 20),
            ("cycle_theft", 10),
            ("robbery", 5),
        ],
        (T::AcquisitiveCrime, Ground::City) => &[
            ("theft_from_person", 40),
            ("shoplifting", 30),
            ("commercial_burglary", 20),
            ("phone_snatch", 10),
        ],
        (T::ChildSexualAbuse, _) => &[("online_grooming", 45), ("indecent_images", 35), ("exploitation", 20)],
        (T::ModernSlavery, _) => &[
            ("labour", 35),
            ("sexual_exploitation", 30),
            ("criminal_exploitation", 30),
            ("domestic_servitude", 5),
        ],
        (T::ImmigrationCrime, _) => {
            &[("facilitation", 50), ("document_supply", 30), ("clandestine_entry", 20)]
        }
        (T::Drugs, _) => &[
            ("class_a_supply", 40),
            ("county_lines", 28),
            ("cannabis", 18),
            ("cultivation", 9),
            ("importation", 5),
        ],
        (T::Firearms, _) => &[("possession", 50), ("supply", 25), ("conversion", 15), ("discharge", 10)],
        (T::AcquisitiveCrime, _) => {
            &[("vehicle_theft", 28), ("burglary", 28), ("robbery", 20), ("phone_snatch", 18), ("heritage", 6)]
        }
        (T::Cyber, _) => &[("account_takeover", 35), ("ransomware", 25), ("intrusion", 25), ("malware", 15)],
        (T::Fraud, _) => &[
            ("investment", 22),
            ("courier_fraud", 16),
            ("romance", 12),
            ("payment_diversion", 18),
            ("card", 18),
            ("insurance", 8),
            ("ticketing", 6),
        ],
        (T::MoneyLaundering, _) => {
            &[("mule_accounts", 38), ("cash_movement", 26), ("crypto_assets", 20), ("company_abuse", 16)]
        }
        (T::Corruption, _) => &[("bribery", 45), ("insider", 30), ("sanctions_evasion", 25)],
        (T::Other, _) => &[("unclassified", 100)],
    }
}

/// Season of a threat category, and how much of it there is at the end, in parts of a hundred of the start.
pub(crate) fn trend(threat: ThreatCategory, ground: Ground) -> (Season, u32) {
    match (threat, ground) {
        (T::Drugs, Ground::Rail) => (Season::Summer, 165),
        (T::AcquisitiveCrime, Ground::Rail | Ground::City) => (Season::Christmas, 135),
        (T::AcquisitiveCrime, _) => (Season::Winter, 88),
        (T::Fraud, Ground::City) => (Season::Flat, 150),
        (T::Fraud, _) => (Season::Flat, 130),
        (T::Cyber, _) => (Season::Flat, 160),
        (T::MoneyLaundering, _) => (Season::Flat, 120),
        (T::Drugs, _) => (Season::Summer, 110),
        (T::Firearms, _) => (Season::Summer, 82),
        (T::ImmigrationCrime, _) => (Season::Summer, 125),
        (T::ChildSexualAbuse, _) => (Season::Flat, 140),
        (T::ModernSlavery, _) => (Season::Flat, 105),
        (T::Corruption | T::Other, _) => (Season::Flat, 100),
    }
}
