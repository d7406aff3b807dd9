//! Places: postcode areas of the UK with rough centres, boroughs, wards and railway stations.
//! Areas are real, the units and points inside them are made up.

use crate::dice::Dice;

/// A postcode area: outward codes `letters` followed by `first..=last`, or by one of `suffixes` where there are any.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    letters: &'static str,
    first: i64,
    last: i64,
    suffixes: &'static [&'static str],
    /// The post town.
    pub(crate) town: &'static str,
    easting: i64,
    northing: i64,
}

const fn area(letters: &'static str, last: i64, town: &'static str, easting: i64, northing: i64) -> Area {
    Area { letters, first: 1, last, suffixes: &[], town, easting, northing }
}

const EC: &[&str] = &[
    "1A", "1M", "1N", "1R", "1V", "1Y", "2A", "2M", "2N", "2R", "2V", "2Y", "3A", "3M", "3N", "3R", "3V",
    "4A", "4M", "4N", "4R", "4V", "4Y",
];
const WC: &[&str] = &["1A", "1B", "1E", "1H", "1N", "1R", "1V", "1X", "2A", "2B", "2E", "2H", "2N", "2R"];

/// The City.
pub(crate) const CITY: &[Area] = &[Area { suffixes: EC, ..area("EC", 4, "London", 532_500, 181_300) }];

/// London, inner areas first.
pub(crate) const LONDON: &[Area] = &[
    area("E", 18, "London", 537_500, 184_500),
    Area { first: 2, ..area("N", 22, "London", 531_000, 189_500) },
    Area { first: 2, ..area("NW", 11, "London", 525_500, 185_500) },
    Area { first: 2, ..area("SE", 28, "London", 536_000, 175_500) },
    Area { first: 2, ..area("SW", 20, "London", 526_500, 175_000) },
    Area { first: 2, ..area("W", 14, "London", 523_500, 180_500) },
    Area { suffixes: WC, ..area("WC", 2, "London", 530_300, 181_600) },
    Area { suffixes: EC, ..area("EC", 4, "London", 532_500, 181_800) },
    area("BR", 8, "Bromley", 541_000, 168_500),
    area("CR", 8, "Croydon", 532_500, 165_000),
    area("EN", 5, "Enfield", 533_000, 197_000),
    area("HA", 9, "Harrow", 515_500, 188_500),
    area("IG", 11, "Ilford", 544_500, 188_500),
    area("KT", 9, "Kingston upon Thames", 518_500, 167_500),
    area("RM", 15, "Romford", 551_000, 188_500),
    area("SM", 7, "Sutton", 525_500, 164_500),
    area("TW", 14, "Twickenham", 515_500, 173_500),
    area("UB", 10, "Southall", 510_000, 181_500),
    area("DA", 8, "Dartford", 549_500, 174_500),
];

/// The rest of the country.
pub(crate) const ELSEWHERE: &[Area] = &[
    area("B", 38, "Birmingham", 407_000, 286_500),
    area("BD", 15, "Bradford", 416_500, 433_000),
    area("BN", 18, "Brighton", 531_000, 104_500),
    area("BS", 16, "Bristol", 359_000, 173_500),
    area("CB", 11, "Cambridge", 545_500, 258_500),
    area("CF", 15, "Cardiff", 318_500, 176_500),
    area("CM", 9, "Chelmsford", 570_500, 206_500),
    area("CO", 10, "Colchester", 599_500, 225_500),
    area("CT", 16, "Canterbury", 615_000, 157_500),
    area("CV", 8, "Coventry", 433_500, 279_000),
    area("DE", 15, "Derby", 435_500, 336_000),
    area("EH", 16, "Edinburgh", 325_500, 673_500),
    area("G", 5, "Glasgow", 259_000, 665_500),
    area("GU", 9, "Guildford", 499_500, 149_500),
    area("HD", 9, "Huddersfield", 414_500, 416_500),
    area("HU", 17, "Hull", 509_500, 428_500),
    area("IP", 8, "Ipswich", 616_500, 244_500),
    area("L", 25, "Liverpool", 335_000, 390_500),
    area("LE", 9, "Leicester", 458_500, 304_500),
    area("LS", 19, "Leeds", 430_000, 433_500),
    area("LU", 7, "Luton", 509_000, 221_500),
    area("M", 9, "Manchester", 384_000, 398_000),
    area("ME", 10, "Rochester", 574_500, 168_500),
    area("MK", 15, "Milton Keynes", 485_500, 239_000),
    area("NE", 13, "Newcastle upon Tyne", 425_000, 564_500),
    area("NG", 11, "Nottingham", 457_500, 340_000),
    area("NR", 8, "Norwich", 623_000, 308_500),
    area("OX", 4, "Oxford", 451_500, 206_500),
    area("PE", 4, "Peterborough", 519_000, 298_500),
    area("PL", 7, "Plymouth", 247_500, 54_500),
    area("PO", 9, "Portsmouth", 464_500, 100_500),
    area("RG", 8, "Reading", 471_500, 173_500),
    area("S", 14, "Sheffield", 435_500, 387_500),
    area("SL", 6, "Slough", 497_500, 180_000),
    area("SO", 19, "Southampton", 442_000, 112_500),
    area("SS", 9, "Southend-on-Sea", 588_000, 186_000),
    area("ST", 6, "Stoke-on-Trent", 388_000, 345_500),
    area("SN", 6, "Swindon", 415_000, 184_500),
];

/// Letters of an inward code: those that are easily mistaken are left out.
const INWARD: &str = "ABDEFGHJLNPQRSTUWXYZ";

impl Area {
    /// A made-up postcode in this area.
    pub(crate) fn postcode(&self, dice: &mut Dice) -> String {
        let letters = self.letters;
        let inward = format!("{}{}", dice.below(10), dice.letters(INWARD, 2));
        match dice.pick(self.suffixes) {
            Some(suffix) => format!("{letters}{suffix} {inward}"),
            None => format!("{letters}{} {inward}", dice.between(self.first, self.last)),
        }
    }

    /// A made-up point near the centre: easting and northing in metres.
    pub(crate) fn point(&self, dice: &mut Dice) -> (i64, i64) {
        let spread = if self.letters == "EC" || self.letters == "WC" { 900 } else { 4_500 };
        (self.easting + dice.between(-spread, spread), self.northing + dice.between(-spread, spread))
    }
}

/// A made-up home postcode: three of four in London.
pub(crate) fn home(dice: &mut Dice) -> String {
    let areas = if dice.chance(750) { LONDON } else { ELSEWHERE };
    dice.pick(areas).map(|area| area.postcode(dice)).unwrap_or_default()
}

/// Names of streets, the commonest first.
const STREETS: &[&str] = &[
    "High",
    "Station",
    "Church",
    "Victoria",
    "Mill",
    "Park",
    "Albert",
    "Queens",
    "School",
    "London",
    "Acacia",
    "Alder",
    "Beechwood",
    "Bramble",
    "Cedar",
    "Chestnut",
    "Cranmer",
    "Dunstan",
    "Elm",
    "Fairfax",
    "Foxglove",
    "Garrick",
    "Hawthorn",
    "Holly",
    "Ingleby",
    "Jasmine",
    "Kestrel",
    "Laburnum",
    "Lansdowne",
    "Larch",
    "Maple",
    "Marlborough",
    "Nelson",
    "Oakfield",
    "Orchard",
    "Poplar",
    "Rowan",
    "Sandringham",
    "Sycamore",
    "Thornton",
    "Walpole",
    "Willow",
];
const STREET_TYPES: &[&str] =
    &["Road", "Street", "Avenue", "Lane", "Close", "Drive", "Rd", "St", "Gardens", "Terrace"];

/// A made-up address in a street, as some clerk writes it: `Flat 3, 12 Acacia Rd`.
pub(crate) fn street_address(dice: &mut Dice) -> String {
    let flat = if dice.chance(150) { format!("Flat {}, ", dice.between(1, 24)) } else { String::new() };
    let limit = 1 + dice.below(200);
    let letter = if dice.chance(40) { dice.word(&["A", "B"]) } else { "" };
    let number = 1 + dice.below(limit);
    format!("{flat}{number}{letter} {} {}", dice.word(STREETS), dice.word(STREET_TYPES))
}

/// A railway or Underground station: name, outward code, town, easting, northing.
pub(crate) type Station = (&'static str, &'static str, &'static str, i64, i64);

/// Stations, the busiest first.
pub(crate) const STATIONS: &[Station] = &[
    ("St Pancras International", "N1C", "London", 530_000, 182_900),
    ("King's Cross", "N1", "London", 530_300, 183_000),
    ("Euston", "NW1", "London", 529_500, 182_600),
    ("Stratford", "E15", "London", 538_500, 184_400),
    ("Waterloo", "SE1", "London", 531_100, 179_900),
    ("London Victoria", "SW1V", "London", 528_900, 179_000),
    ("London Bridge", "SE1", "London", 532_900, 180_200),
    ("Liverpool Street", "EC2M", "London", 533_200, 181_500),
    ("Paddington", "W2", "London", 526_600, 181_300),
    ("Oxford Circus", "W1B", "London", 529_000, 181_200),
    ("Finsbury Park", "N4", "London", 531_400, 186_700),
    ("Clapham Junction", "SW11", "London", 527_200, 175_500),
    ("Birmingham New Street", "B2", "Birmingham", 407_000, 286_600),
    ("Manchester Piccadilly", "M1", "Manchester", 384_900, 397_800),
    ("Leeds", "LS1", "Leeds", 429_900, 433_100),
    ("Liverpool Lime Street", "L1", "Liverpool", 335_100, 390_500),
    ("Glasgow Central", "G1", "Glasgow", 258_700, 665_200),
    ("Edinburgh Waverley", "EH1", "Edinburgh", 325_800, 673_800),
    ("East Croydon", "CR0", "Croydon", 532_900, 165_700),
    ("Brixton", "SW9", "London", 531_100, 175_500),
    ("Leicester Square", "WC2H", "London", 530_000, 180_900),
    ("Tottenham Court Road", "W1D", "London", 529_800, 181_400),
    ("Green Park", "W1J", "London", 529_000, 180_300),
    ("Canary Wharf", "E14", "London", 537_600, 180_300),
    ("Newcastle", "NE1", "Newcastle upon Tyne", 424_600, 563_800),
    ("York", "YO24", "York", 459_600, 451_700),
    ("Sheffield", "S1", "Sheffield", 435_900, 386_900),
    ("Bristol Temple Meads", "BS1", "Bristol", 359_700, 172_500),
    ("Cardiff Central", "CF10", "Cardiff", 318_200, 175_900),
    ("Reading", "RG1", "Reading", 471_400, 173_800),
    ("Brighton", "BN1", "Brighton", 531_000, 104_900),
    ("Peterborough", "PE1", "Peterborough", 518_600, 298_900),
    ("Norwich", "NR1", "Norwich", 623_900, 308_400),
    ("Ipswich", "IP2", "Ipswich", 615_700, 243_800),
    ("Milton Keynes Central", "MK9", "Milton Keynes", 484_200, 238_000),
    ("Luton", "LU2", "Luton", 509_300, 221_600),
];

/// A made-up postcode at a station.
pub(crate) fn station_postcode(station: &Station, dice: &mut Dice) -> String {
    format!("{} {}{}", station.1, dice.below(10), dice.letters(INWARD, 2))
}
