//! The counts as bytes, to be kept beside an index: numbers of seven bits a byte, hashes as steps, a check at the end.
//! Bytes that were damaged, cut short or written by another version are refused.

use super::tradition::{CLASSES, Spread, Traditions};
use super::{Births, NameCounts, Table, YEARS};
use crate::hash::KeyHasher;

/// The first bytes, with the version of the form.
const MARK: &[u8; 8] = b"blcount3";

/// Bytes of the check at the end.
const CHECK: usize = 8;

/// Why bytes are not the counts of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCounts {
    /// They begin otherwise.
    #[error("name counts begin with other bytes than this version writes: build the index anew")]
    Foreign,
    /// They were changed or cut short.
    #[error("name counts are damaged: build the index anew")]
    Damaged,
}

impl NameCounts {
    /// The counts as bytes, the same for the same counts.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer(MARK.to_vec());
        out.number(self.records.into());
        out.number(self.addressed.into());
        out.number(self.of_nations.into());
        out.number(self.further.into());
        for table in [&self.given, &self.family, &self.districts, &self.postcodes, &self.nations] {
            out.number(table.len() as u64);
            let mut before = 0;
            for &(hash, count) in table.iter() {
                out.number(hash.wrapping_sub(before));
                out.number(count.into());
                before = hash;
            }
        }
        let Traditions { given, family, shares } = &self.traditions;
        self.decades.iter().for_each(|spread| out.0.extend(spread));
        out.0.extend(self.decades_of_all);
        for spreads in [given, family, &self.nation_spreads] {
            out.number(spreads.len() as u64);
            spreads.iter().for_each(|spread| out.0.extend(spread));
        }
        out.0.extend(shares);
        self.initials.iter().for_each(|&count| out.number(count.into()));
        out.number(self.births.len() as u64);
        for &(all, new_year) in &self.births {
            out.number(all.into());
            out.number(new_year.into());
        }
        let check = check(&out.0);
        out.0.extend(check);
        out.0
    }

    /// Reads what [`NameCounts::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadCounts> {
        let rest = bytes.strip_prefix(MARK).ok_or(BadCounts::Foreign)?;
        let (rest, found) = rest.split_last_chunk::<CHECK>().ok_or(BadCounts::Damaged)?;
        let written =
            bytes.len().checked_sub(CHECK).and_then(|end| bytes.get(..end)).ok_or(BadCounts::Damaged)?;
        if check(written) != *found {
            return Err(BadCounts::Damaged);
        }
        let mut reader = Reader(rest);
        let counts = reader.counts().ok_or(BadCounts::Damaged)?;
        if reader.0.is_empty() { Ok(counts) } else { Err(BadCounts::Damaged) }
    }
}

fn check(bytes: &[u8]) -> [u8; CHECK] {
    KeyHasher::new(b'c').bytes(bytes.iter().copied()).finish().to_le_bytes()
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(low(number) | 0x80);
            number >>= 7;
        }
        self.0.push(low(number));
    }
}

/// The lowest seven bits.
fn low(number: u64) -> u8 {
    u8::try_from(number & 0x7f).unwrap_or(0)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn counts(&mut self) -> Option<NameCounts> {
        let records = self.count()?;
        let (addressed, of_nations, further) = (self.count()?, self.count()?, self.count()?);
        let (given, family, districts) = (self.table()?, self.table()?, self.table()?);
        let (postcodes, nations) = (self.table()?, self.table()?);
        let decades = (0..given.len()).map(|_| self.spread()).collect::<Option<_>>()?;
        let decades_of_all = self.spread()?;
        let (of_given, of_family, nation_spreads) = (self.spreads()?, self.spreads()?, self.spreads()?);
        Some(NameCounts {
            records,
            addressed,
            of_nations,
            postcodes,
            nations,
            nation_spreads,
            decades,
            decades_of_all,
            given,
            family,
            districts,
            traditions: Traditions { given: of_given, family: of_family, shares: self.spread()? },
            initials: self.initials()?,
            births: self.births()?,
            further,
        })
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            let shifted = bits << shift;
            if shifted >> shift != bits {
                return None;
            }
            number |= shifted;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn count(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    /// How many entries follow, each of `size` bytes at least: never more than the bytes that are left.
    fn length(&mut self, size: usize) -> Option<usize> {
        let length = usize::try_from(self.number()?).ok()?;
        (length <= self.0.len() / size).then_some(length)
    }

    fn table(&mut self) -> Option<Table> {
        let length = self.length(2)?;
        let mut table = Vec::with_capacity(length);
        let mut hash = 0_u64;
        for place in 0..length {
            let step = self.number()?;
            if place > 0 && step == 0 {
                return None;
            }
            hash = hash.checked_add(step)?;
            table.push((hash, self.count()?));
        }
        Some(table.into())
    }

    fn spreads(&mut self) -> Option<Vec<Spread>> {
        let length = self.length(CLASSES)?;
        (0..length).map(|_| self.spread()).collect()
    }

    fn spread<const PARTS: usize>(&mut self) -> Option<[u8; PARTS]> {
        let (spread, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*spread)
    }

    fn initials(&mut self) -> Option<[u32; 27]> {
        let mut initials = [0; 27];
        for count in &mut initials {
            *count = self.count()?;
        }
        Some(initials)
    }

    fn births(&mut self) -> Option<Vec<Births>> {
        let length = self.length(2)?;
        if length != 0 && length != YEARS.len() {
            return None;
        }
        (0..length).map(|_| Some((self.count()?, self.count()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BadCounts, check};
    use crate::person::{NameCounter, NameCounts, PersonRecord, RawPerson};

    fn counts(names: &[(String, String, u32)]) -> NameCounts {
        let mut counter = NameCounter::new();
        for (given, family, times) in names {
            let dob = jiff::civil::Date::new(1950 + i16::try_from(times % 60).unwrap_or(0), 1, 1).ok();
            let record = PersonRecord::read(&RawPerson {
                given_names: given,
                family_name: family,
                dob,
                postcode: Some("M1 1AE"),
                nationality: Some(if times % 2 == 0 { "British" } else { "Congolese" }),
                ..RawPerson::default()
            });
            (0..*times).for_each(|_| counter.add(record.view()));
        }
        counter.finish()
    }

    proptest! {
        #[test]
        fn counts_are_read_back_and_damage_is_refused(
            names in prop::collection::vec(("[A-F]?[a-c]{0,3}", "[A-F]?[a-c]{0,3}", 0_u32..9), 0..40),
            at in any::<prop::sample::Index>(),
            flip in 1_u8..,
            junk in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let counts = counts(&names);
            let bytes = counts.encode();
            prop_assert_eq!(NameCounts::decode(&bytes), Ok(counts));
            prop_assert!(NameCounts::decode(&bytes[..at.index(bytes.len())]).is_err());
            let mut damaged = bytes.clone();
            let place = at.index(damaged.len());
            damaged[place] ^= flip;
            prop_assert!(NameCounts::decode(&damaged).is_err());
            // Junk with a right mark and check still may not panic, nor reserve more than it could fill.
            let mut forged = [super::MARK.as_slice(), &junk].concat();
            forged.extend(check(&forged));
            let _ = NameCounts::decode(&forged);
        }
    }

    #[test]
    fn other_bytes_are_foreign() {
        assert_eq!(NameCounts::decode(b""), Err(BadCounts::Foreign));
        assert_eq!(NameCounts::decode(b"PAR1 and so on"), Err(BadCounts::Foreign));
        assert_eq!(NameCounts::decode(super::MARK), Err(BadCounts::Damaged));
    }
}
