//! How sure a comparison makes: weights, how common names and dates are, and how many records there are.
//! One value for an index: subjects that are to be looked for in it are weighed under it.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use model::Probability;
use model::probe::Born;
use model::vocabulary::DobPrecision;

use super::frequency::{Meant, Place, Written};
use super::silence::Silence;
use super::weights::ROWS;
use super::{Field, Level, NameCounts, Weights, born, dob, posterior};
use crate::postcode;
use crate::score::LEVELS;

/// Weights in bits of one field, by level.
pub(super) type Bits = [f64; LEVELS];

/// What a force's records make of a comparison.
#[derive(Debug, Clone)]
pub struct Confidence {
    weights: Weights,
    counts: NameCounts,
    records: u64,
    bits: [Bits; FIELDS],
    silence: Option<Silence>,
}

const FIELDS: usize = Field::Organisation as usize;

/// The share of birth dates of which day and month can change places: the day is the number of another month. Only these can
/// be met so, and `swapped` is seen among all.
const SWAPPABLE: f64 = 132.0 / 365.25;

/// How much rarer or commoner than the average a postcode district may make agreement on a postcode, as a factor.
const DISTRICT_FACTOR_MAX: f64 = 16.0;

/// Among how many nicknames of a name, and spellings, one is chosen.
pub(super) const NICKNAMES: f64 = 5.0;

/// Bits that the letter of a further given name says at most: a rare one may be a slip.
const FURTHER_INITIAL_BITS_MAX: f64 = 5.0;

static SHIPPED: LazyLock<Arc<Confidence>> =
    LazyLock::new(|| Arc::new(Confidence::new(Weights::default(), NameCounts::default(), 1_000_000)));

impl Confidence {
    /// Confidence over `records` records, of which `counts` were counted. Without counts the average name is assumed.
    pub fn new(weights: Weights, counts: NameCounts, records: u64) -> Self {
        let mut bits = [[0.0; LEVELS]; FIELDS];
        for &(field, level) in ROWS {
            let slot = bits.get_mut(field as usize).and_then(|levels| levels.get_mut(level as usize));
            if let (Some(slot), Some(odds)) = (slot, weights.odds(field, level)) {
                *slot = odds.bits();
            }
        }
        let silence = counts.further().map(Silence::among);
        Self { weights, counts, records, bits, silence }
    }

    /// The shipped weights, for a million records with average names.
    pub fn shipped() -> Arc<Self> {
        Arc::clone(&SHIPPED)
    }

    /// The weights.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// How common names and dates are.
    pub fn counts(&self) -> &NameCounts {
        &self.counts
    }

    /// How many records are searched.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The probability that each candidate of one search is the person, in the order of `weights_bits`, which are the
    /// [`crate::Score::weight_bits`] of all candidates that blocking brought up. At most a few can be: what one gains
    /// the others lose.
    pub fn posteriors(&self, weights_bits: &[f64]) -> Vec<Probability> {
        posterior::posteriors(self.weights.prior, self.records, weights_bits)
    }

    /// As [`Self::posteriors`], of weights that fall, those of the candidates whose probability is `least` or more.
    pub fn likely(&self, falling_bits: &[f64], least: f64) -> Vec<Probability> {
        posterior::likely(self.weights.prior, self.records, falling_bits, least)
    }

    /// The weight in bits below which no candidate's probability is `least`, whatever the others weigh.
    pub(super) fn least_bits(&self, least: f64) -> f64 {
        posterior::least_bits(self.weights.prior, self.records, least)
    }

    /// Of candidates left out beside those of `weights_bits`, how much the sum of 2^w / records may be, so that the probability
    /// of none of `hopeful` bits or more departs by more than `differ`.
    pub(super) fn room(&self, weights_bits: &[f64], hopeful: f64, differ: f64) -> f64 {
        posterior::room(self.weights.prior, self.records, weights_bits, hopeful, differ)
    }

    /// The weight of `level` in `field` where nothing is known of how common the value is.
    pub(super) fn bits(&self, field: Field, level: Level) -> f64 {
        self.bits.get(field as usize).and_then(|levels| levels.get(level as usize)).copied().unwrap_or(0.0)
    }

    /// The weight of further given names that one side lacks, or both; nothing where records were not counted.
    pub(super) fn silence_bits(&self, level: Level, probe_has: bool) -> Option<f64> {
        self.silence.map(|silence| silence.bits(level, probe_has))
    }

    /// The weights of a field.
    pub(super) fn levels(&self, field: Field) -> Bits {
        self.bits.get(field as usize).copied().unwrap_or([0.0; LEVELS])
    }

    /// The weight of two names that agree at `level`, of which these shares of records bear one each.
    ///
    /// Names that are the same agree by chance as often as the name is borne. Names that are alike do when the
    /// commoner is borne, or when the rarer is, a name in its own right that few would write for the other:
    /// u = m · (common + rare / r), where r = m / choices is how often one name is written as a certain other of that
    /// level, which is one of so many choices. Where both may be slips or nicknames of a third name, which a share of `meant`
    /// bears, it is that name that two strangers share.
    pub(super) fn name_bits(
        &self,
        field: Field,
        level: Level,
        (a, b): (Option<f64>, Option<f64>),
        (choices, meant): (f64, f64),
    ) -> f64 {
        let bits = self.bits(field, level);
        let (Some(a), Some(b), Some(odds)) = (a, b, self.weights.odds(field, level)) else { return bits };
        match level {
            Level::Exact => (odds.m / a.max(b)).log2().max(0.0),
            Level::Nickname | Level::Typo | Level::Phonetic | Level::Close => {
                let written = odds.m / choices.max(1.0);
                let common = a.max(b).max(meant);
                let chance = common + a.min(b) / written;
                let found = -chance.log2();
                found.max(self.bits(field, Level::Differ)).min(self.exact_bits(field, common))
            }
            _ => bits,
        }
    }

    fn exact_bits(&self, field: Field, share: f64) -> f64 {
        self.weights.odds(field, Level::Exact).map_or(0.0, |odds| (odds.m / share).log2().max(0.0))
    }

    /// The weight of one part of several names that agrees, borne by this share of records.
    pub(super) fn part_bits(&self, field: Field, share: Option<f64>) -> f64 {
        let (part, exact) = (self.weights.odds(field, Level::Part), self.weights.odds(field, Level::Exact));
        match (share, part, exact) {
            (Some(share), Some(part), Some(exact)) => (part.m / part.u * exact.u / share).log2().max(0.0),
            _ => self.bits(field, Level::Part),
        }
    }

    /// The weight of an initial that this share of given names begins with.
    pub(super) fn initial_bits(&self, share: Option<f64>) -> f64 {
        match (share, self.weights.odds(Field::Given, Level::Initial)) {
            (Some(share), Some(odds)) => (odds.m / share).log2().max(0.0),
            _ => self.bits(Field::Given, Level::Initial),
        }
    }

    /// The weight of a further given name of which one side has only this letter: by how many first names begin with it, as further ones
    /// are drawn from the same names.
    pub(super) fn further_initial_bits(&self, letter: u8) -> f64 {
        match (self.counts.initial(letter), self.weights.odds(Field::Middle, Level::Initial)) {
            (Some(share), Some(odds)) => (odds.m / share).log2().clamp(0.0, FURTHER_INITIAL_BITS_MAX),
            _ => self.bits(Field::Middle, Level::Initial),
        }
    }

    /// What may be meant by a name of this text.
    pub(super) fn meant(&self, field: Field, name: &str) -> Meant {
        let place = if field == Field::Given { Place::Given } else { Place::Family };
        let m = |level| self.weights.odds(field, level).map_or(0.0, |odds| odds.m);
        let nickname = m(Level::Nickname) / NICKNAMES;
        self.counts.meant(name, place, Written { slip: m(Level::Typo), nickname })
    }

    /// The weight of a birth date that differs where one side knows no more than month or year: slips that would be near
    /// misses of a whole date count among it.
    pub(super) fn vague_dob_bits(&self) -> f64 {
        let known = self.weights.odds(Field::Dob, Level::MonthKnown);
        known.map_or(0.0, |known| ((1.0 - known.m) / (1.0 - known.u)).log2())
    }

    /// The weights of birth dates against one of which no more is known than that it lies between two days.
    pub(super) fn born(&self, probe: Born) -> Bits {
        let mut bits = self.levels(Field::Dob);
        if let Some(slot) = bits.get_mut(Level::Estimated as usize) {
            *slot = born::estimated_bits(probe, *slot);
        }
        let Some(births) = self.counts.births() else { return bits };
        let year = births.year(probe.from.year());
        for (level, u) in [(Level::MonthKnown, year / 12.0), (Level::YearKnown, year)] {
            if let (Some(slot), Some(odds)) =
                (bits.get_mut(level as usize), self.weights.odds(Field::Dob, level))
            {
                *slot = (odds.m / u).log2();
            }
        }
        bits
    }

    /// The weights of birth dates against `probe`: u of each level is the share of birth dates that agree with it so.
    pub(super) fn dob(&self, probe: Date) -> Bits {
        let mut bits = self.levels(Field::Dob);
        let Some(births) = self.counts.births() else { return bits };
        let (written, year) = (dob::Written::of(probe), births.year(probe.year()));
        let mut u = [0.0; LEVELS];
        let mut see = |level: Level, share: f64| {
            if let Some(sum) = u.get_mut(level as usize) {
                *sum += share;
            }
        };
        for record in neighbours(probe) {
            let level = dob::level(Some(written), Some(dob::Written::of(record)), DobPrecision::Day);
            if !matches!(level, Level::Differ | Level::YearKnown) {
                see(level, births.day(record));
            }
        }
        see(Level::MonthKnown, year / 12.0);
        see(Level::YearKnown, year);
        for near in probe.year() - dob::ESTIMATE_YEARS..=probe.year() + dob::ESTIMATE_YEARS {
            see(Level::Estimated, births.year(near));
        }
        for off in dob::ESTIMATE_YEARS + 1..=dob::NEAR_YEARS {
            for near in [probe.year() - off, probe.year() + off] {
                see(Level::NearEstimate, births.year(near));
            }
        }
        for ((slot, u), level) in bits.iter_mut().zip(u).zip(0_usize..) {
            let odds = ROWS.iter().find(|row| row.0 == Field::Dob && row.1 as usize == level);
            if let Some(odds) = odds.and_then(|&(field, level)| self.weights.odds(field, level))
                && u > 0.0
            {
                *slot = (odds.m / u).log2();
            }
        }
        let exact = bits.get(Level::Exact as usize).copied().unwrap_or(0.0);
        if let Some(swapped) = bits.get_mut(Level::Swapped as usize) {
            *swapped = (*swapped - SWAPPABLE.log2()).min(exact.max(*swapped));
        }
        bits
    }

    /// The weights of postcodes against `probe`, by how many records bear it, and how many its district has.
    pub(super) fn postcode(&self, probe: &str) -> Bits {
        let mut bits = self.levels(Field::Postcode);
        let (Some(share), Some(part)) =
            (self.counts.district(postcode::parts(probe).0), self.weights.odds(Field::Postcode, Level::Part))
        else {
            return bits;
        };
        let factor = (share / part.u).clamp(1.0 / DISTRICT_FACTOR_MAX, DISTRICT_FACTOR_MAX).log2();
        for level in [Level::Exact, Level::Typo, Level::Part, Level::OutwardKnown] {
            if let Some(slot) = bits.get_mut(level as usize) {
                *slot -= factor;
            }
        }
        let outward = bits.get(Level::OutwardKnown as usize).copied().unwrap_or(0.0);
        let exact = self.weights.odds(Field::Postcode, Level::Exact);
        let whole = postcode::parts(probe).1.and_then(|_| self.counts.postcode(probe));
        if let (Some(slot), Some(odds), Some(share)) = (bits.get_mut(Level::Exact as usize), exact, whole) {
            *slot = (odds.m / share).log2().max(outward);
        }
        let exact = bits.get(Level::Exact as usize).copied().unwrap_or(0.0);
        if let Some(slip) = bits.get_mut(Level::Typo as usize) {
            *slip = slip.min(exact);
        }
        bits
    }
}

/// Every date that may agree with `date` in some way: all days of its year, and its day in other years.
fn neighbours(date: Date) -> impl Iterator<Item = Date> {
    let own = (1..=12)
        .flat_map(move |month| (1..=31).filter_map(move |day| Date::new(date.year(), month, day).ok()));
    let years = (1900..2100).filter(move |&year| year != date.year());
    own.chain(years.filter_map(move |year| Date::new(year, date.month(), date.day()).ok()))
}
