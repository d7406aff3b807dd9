//! People of one household share a family name and a postcode, often a given name, and twins a birth date: two records that
//! agree so are of one person, of two strangers by chance, or of two of one family, and the last is likelier than chance.

/// How often a record of kin agrees in family name and postcode with the person looked for, over how often the person's own does.
/// Judged: one in six of those on record has kin of one name at one address on record, and two in five of a person's records
/// agree with a search in both. Of these both must be written so, of kin's records, which are counted as they are, the search alone:
/// with as many slips and moves on either side, 1/6 · √0.4 over 0.4.
const KIN: f64 = 0.26;

/// Bits that a given name says among kin at most: fathers and sons share one in one of sixteen. Those born on one day do
/// not: nobody gives twins one name.
const GIVEN_BITS: f64 = 4.0;
const TWINS_GIVEN_BITS: f64 = 12.0;

/// Bits that a birth date says among kin at most: one sibling in ninety is a twin.
const DOB_BITS: f64 = 6.5;

/// What is known of two records of one family name and one postcode, in bits.
pub(super) struct Agreed {
    /// Of given names.
    pub(super) given: f64,
    /// Of the birth date.
    pub(super) dob: f64,
    /// Of sex.
    pub(super) sex: f64,
    /// Of all but the postcode, the above included. Kin are mostly of one nationality, which tells strangers apart alone.
    pub(super) all: f64,
}

/// What the shared postcode adds, of the `usual` bits, among so many `records`: never less than its `district` would.
///
/// With s the weight against strangers and k that against kin, the chance of both is 2⁻ˢ + 2⁻ᵏ.
pub(super) fn postcode_bits(agreed: &Agreed, usual: f64, district: f64, records: u64) -> f64 {
    let strangers = agreed.all + usual;
    let given_most = if agreed.dob > DOB_BITS { TWINS_GIVEN_BITS } else { GIVEN_BITS };
    let names_and_birth = agreed.given.min(given_most) + agreed.dob.min(DOB_BITS);
    let kin = (records.max(1) as f64 / KIN).log2() + names_and_birth + agreed.sex;
    let chance = (-strangers).exp2() + (-kin).exp2();
    let usual = usual.max(0.0);
    (-chance.log2() - agreed.all).clamp(district.clamp(0.0, usual), usual)
}

#[cfg(test)]
mod tests {
    use super::{Agreed, postcode_bits};

    #[test]
    fn kin_are_told_from_one_person() {
        // A postcode of eleven bits among a million records, beside a family name of twelve.
        let added = |given: f64, dob: f64| {
            postcode_bits(&Agreed { given, dob, sex: 0.0, all: 12.0 + given + dob }, 11.0, 0.0, 1_000_000)
        };
        for (given, dob, least, most) in [
            // Nothing else known: nearly all of it.
            (0.0, 0.0, 9.0, 9.5),
            // Father and son, twins, brothers.
            (8.0, -6.4, 5.5, 6.5),
            (-4.6, 14.0, 2.0, 3.0),
            (-4.6, 0.0, 9.0, 9.5),
            // All of it agrees: what is left says enough without the postcode.
            (8.0, 14.0, 2.0, 2.5),
        ] {
            let bits = added(given, dob);
            assert!((least..=most).contains(&bits), "{given} {dob}: {bits}");
        }
    }
}
