//! What is compared of a record besides its names, packed into twelve bytes, so that an index compares many records
//! without decoding any.

use jiff::civil::Date;
use model::vocabulary::{DobPrecision, Sex};

use super::dob::Written;
use super::record::PersonView;
use crate::nationality::Nationality;
use crate::postcode::Code;

/// Birth date with its precision, sex, postcode and nationality.
///
/// From the lowest bit: postcode 31, birth date 27, its precision 2, sex 2; nationality beside them. Zero stands for what
/// is not known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Facts(u64, u32);

const POSTCODE_BITS: u32 = 31;
const DOB_BITS: u32 = 27;
const PRECISION_AT: u32 = POSTCODE_BITS + DOB_BITS;
const SEX_AT: u32 = PRECISION_AT + 2;

impl Facts {
    /// The facts of a record.
    pub fn of(record: PersonView<'_>) -> Self {
        let postcode = Code::to_bits(record.postcode.and_then(Code::of));
        let dob = record.dob.map_or(0, |dob| Written::of(dob).packed());
        let sex = record.sex.map_or(0, |sex| sex as u64 + 1);
        let precision = record.dob_precision as u64;
        Self(
            u64::from(postcode) | u64::from(dob) << POSTCODE_BITS | precision << PRECISION_AT | sex << SEX_AT,
            Nationality::to_bits(record.nationality),
        )
    }

    /// The twelve bytes as an index stores them: eight, and those of the nationality.
    pub fn to_bits(self) -> (u64, u32) {
        (self.0, self.1)
    }

    /// What [`Self::to_bits`] gave. Any numbers will do: what they can't hold is taken as not known.
    pub fn from_bits((bits, nationality): (u64, u32)) -> Self {
        Self(bits, nationality)
    }

    /// The birth date.
    pub fn dob(self) -> Option<Date> {
        self.written().and_then(Written::date)
    }

    /// How exactly it is known.
    pub fn dob_precision(self) -> DobPrecision {
        let place = self.field(PRECISION_AT, 2);
        DobPrecision::ALL.get(place).copied().unwrap_or(DobPrecision::Estimated)
    }

    /// Sex.
    pub fn sex(self) -> Option<Sex> {
        self.field(SEX_AT, 2).checked_sub(1).and_then(|place| Sex::ALL.get(place)).copied()
    }

    /// Nationality.
    pub fn nationality(self) -> Option<Nationality> {
        Nationality::from_bits(self.1)
    }

    /// Postcode in normal form.
    pub fn postcode(self) -> Option<String> {
        self.code()?.text()
    }

    pub(super) fn code(self) -> Option<Code> {
        Code::from_bits(u32::try_from(self.field(0, POSTCODE_BITS)).unwrap_or(0))
    }

    pub(super) fn written(self) -> Option<Written> {
        let packed = u32::try_from(self.field(POSTCODE_BITS, DOB_BITS)).unwrap_or(0);
        (packed != 0).then(|| Written::unpacked(packed))
    }

    fn field(self, at: u32, bits: u32) -> usize {
        usize::try_from((self.0 >> at) & ((1 << bits) - 1)).unwrap_or(0)
    }
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Facts(…)")
    }
}

#[cfg(test)]
mod tests {
    use model::vocabulary::{DobPrecision, Sex};
    use proptest::prelude::*;

    use super::Facts;
    use crate::person::{PersonRecord, RawPerson};

    proptest! {
        #[test]
        fn facts_are_read_back(
            days in prop::option::of(0_i64..70_000),
            precision in prop::sample::select(DobPrecision::ALL),
            sex in prop::option::of(prop::sample::select(Sex::ALL)),
            postcode in prop::option::of("(M|SW|EC)[0-9][A-Z]?( [0-9][A-H][A-H])?|BFPO [1-9][0-9]{0,3}|GIR 0AA|TKCA 1ZZ"),
            nationality in prop::option::of("British|Eritrean/UK|Congolese, Irish"),
            bits: (u64, u32),
        ) {
            let start = jiff::civil::date(1890, 1, 1);
            let record = PersonRecord::read(&RawPerson {
                dob: days.map(|days| start.saturating_add(jiff::SignedDuration::from_hours(24 * days))),
                dob_precision: Some(precision),
                sex,
                nationality: nationality.as_deref(),
                postcode: postcode.as_deref(),
                ..RawPerson::default()
            });
            let facts = Facts::from_bits(Facts::of(record.view()).to_bits());
            prop_assert_eq!((facts.dob(), facts.dob_precision()), (record.dob, precision));
            prop_assert_eq!((facts.sex(), facts.postcode()), (sex, record.postcode));
            prop_assert_eq!(facts.nationality(), record.nationality);
            let any = Facts::from_bits(bits);
            let _ = (any.dob(), any.dob_precision(), any.sex(), any.nationality(), any.postcode());
        }
    }
}
