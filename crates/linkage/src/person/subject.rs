//! A person as looked for: checked, normalised, and made ready to be compared with many records.
//! The least a probe must say is a family name, or a given name with a birth date.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use model::Complaint;
use model::probe::{Born, PersonProbe};
use model::vocabulary::{DobPrecision, Sex};

use super::confidence::Bits;
use super::frequency::{Meant, Seen};
use super::nation::Nation;
use super::{Confidence, PersonView, born};
use crate::name::{self, Prepared};
use crate::nationality::Nationality;
use crate::postcode::Postcode;
use crate::score::{Field, LEVELS};
use crate::subject::{bounded, postcode};

/// A person to look for. `Debug` shows which fields are given, never what they hold.
#[derive(Clone)]
pub struct PersonSubject {
    pub(super) given: Prepared,
    pub(super) family: Prepared,
    pub(super) dob: Option<Date>,
    /// Where the day is not known.
    pub(super) born: Option<Born>,
    pub(super) postcode: Option<Postcode>,
    pub(super) sex: Option<Sex>,
    pub(super) nationality: Option<Nationality>,
    /// What the records to be searched make of it, with what follows from that for this subject.
    pub(super) confidence: Arc<Confidence>,
    pub(super) seen: Names,
    /// What may be meant by its names.
    pub(super) meant: MeantNames,
    /// How much more often the names stand together than drawn apart.
    pub(super) lift: f64,
    /// Bits that the given name has said already about when its bearer was born.
    pub(super) fashion_bits: f64,
    pub(super) dob_bits: Bits,
    pub(super) vague_dob_bits: f64,
    pub(super) postcode_bits: Bits,
    pub(super) nation: Option<Nation>,
}

impl PersonSubject {
    /// Weighed by what is known of the records to be searched, instead of the shipped confidence.
    #[must_use]
    pub fn under(mut self, confidence: &Arc<Confidence>) -> Self {
        let counts = confidence.counts();
        self.seen = Names { given: counts.seen(self.given.text()), family: counts.seen(self.family.text()) };
        self.lift = counts.lift(self.seen.given, self.seen.family);
        let first = self.given.tokens().first().map_or("", |first| first.text.as_str());
        let whole = self.family.whole().map_or("", |whole| whole.text.as_str());
        self.meant = MeantNames {
            given: confidence.meant(Field::Given, first),
            family: confidence.meant(Field::Family, whole),
        };
        let year = self.dob.map(|dob| dob.year()).or(self.born.and_then(born::year));
        self.fashion_bits = year.map_or(1.0, |year| counts.fashion(self.seen.given, year)).log2();
        self.dob_bits = match (self.dob, self.born) {
            (Some(dob), _) => confidence.dob(dob),
            (None, Some(born)) => confidence.born(born),
            (None, None) => NO_BITS,
        };
        self.vague_dob_bits = confidence.vague_dob_bits();
        self.postcode_bits =
            self.postcode.as_ref().map_or(NO_BITS, |postcode| confidence.postcode(postcode.as_str()));
        self.nation = self.nationality.map(|probe| Nation::of(probe, confidence, self.seen));
        self.confidence = Arc::clone(confidence);
        self
    }

    /// The person of a record, to be looked for under its own name; nothing where it has neither.
    pub(super) fn of_record(record: PersonView<'_>) -> Option<Self> {
        let form = record.name_forms().next()?;
        let postcode = record.postcode.and_then(|postcode| Postcode::parse(postcode).ok());
        let dob = record.dob.filter(|_| record.dob_precision == DobPrecision::Day);
        let (given, family) = (form.given.to_owned(), form.family.to_owned());
        Some(Self::ready(given, family, dob, postcode, record.sex, record.nationality))
    }

    /// The same person under other names, in their normal form.
    pub(super) fn named(&self, given: String, family: String) -> Self {
        let counts = self.confidence.counts();
        let seen = Names { given: counts.seen(&given), family: counts.seen(&family) };
        let lift = counts.lift(seen.given, seen.family);
        let (given, family) = (Prepared::new(given), Prepared::new(family));
        Self { given, family, seen, lift, meant: MeantNames::default(), ..self.clone() }
    }

    /// Names in their normal form, made ready under the shipped confidence.
    fn ready(
        given: String,
        family: String,
        dob: Option<Date>,
        postcode: Option<Postcode>,
        sex: Option<Sex>,
        nationality: Option<Nationality>,
    ) -> Self {
        let subject = Self {
            given: Prepared::new(given),
            family: Prepared::new(family),
            dob,
            born: None,
            postcode,
            sex,
            nationality,
            confidence: Confidence::shipped(),
            seen: Names::default(),
            meant: MeantNames::default(),
            lift: 1.0,
            fashion_bits: 0.0,
            dob_bits: NO_BITS,
            vague_dob_bits: 0.0,
            postcode_bits: NO_BITS,
            nation: None,
        };
        subject.under(&Confidence::shipped())
    }

    /// The confidence under which it is weighed.
    pub fn confidence(&self) -> &Arc<Confidence> {
        &self.confidence
    }
}

/// What may be meant by the names.
#[derive(Clone, Copy, Default)]
pub(super) struct MeantNames {
    pub(super) given: Meant,
    pub(super) family: Meant,
}

/// What was counted of the names.
#[derive(Clone, Copy, Default)]
pub(super) struct Names {
    pub(super) given: Seen,
    pub(super) family: Seen,
}

/// Reads a probe's nationality; empty text means none.
fn nationality(raw: Option<&str>) -> Result<Option<Nationality>, Complaint> {
    let Some(raw) = raw.filter(|raw| !raw.trim().is_empty()) else { return Ok(None) };
    bounded("probe.nationality", raw)?;
    let read = Nationality::parse(raw);
    read.map(Some).map_err(|why| Complaint::new("probe.nationality", why.to_string()))
}

const NO_BITS: Bits = [0.0; LEVELS];

impl TryFrom<&PersonProbe> for PersonSubject {
    type Error = Complaint;

    fn try_from(probe: &PersonProbe) -> Result<Self, Complaint> {
        bounded("probe.given_names", &probe.given_names)?;
        bounded("probe.family_name", &probe.family_name)?;
        let given = name::given_names(&probe.given_names);
        let family = name::family_name(&probe.family_name);
        for (field, raw, read) in [
            ("probe.given_names", &probe.given_names, &given),
            ("probe.family_name", &probe.family_name, &family),
        ] {
            if read.is_empty() && !raw.trim().is_empty() {
                return Err(Complaint::new(
                    field,
                    "holds no name: give at least one letter, or leave it empty",
                ));
            }
        }
        if let Some(dob) = probe.dob
            && !(1900..2100).contains(&dob.year())
        {
            return Err(Complaint::new("probe.dob", "must be a date from 1900 to 2099, such as 1984-02-29"));
        }
        if probe.dob.is_some() && probe.born.is_some() {
            return Err(Complaint::new("probe.born", "says less than the birth date: give one of the two"));
        }
        let born = probe.born.map(born::checked).transpose()?;
        // One day is a birth date.
        let day = born.filter(|born| born.from == born.to).map(|born| born.from);
        let dob = probe.dob.or(day);
        if family.is_empty() && (given.len() < 2 || dob.is_none()) {
            return Err(Complaint::new(
                "probe.family_name",
                "is needed, or else a given name of two letters or more with a birth date",
            ));
        }
        if given.is_empty() && dob.is_none() && family.len() < 2 {
            return Err(Complaint::new(
                "probe.family_name",
                "alone must have at least two letters: add a given name",
            ));
        }
        let postcode = postcode(probe.postcode.as_deref())?;
        let born = born.filter(|_| dob.is_none());
        let nationality = nationality(probe.nationality.as_deref())?;
        let subject = Self { born, ..Self::ready(given, family, dob, postcode, probe.sex, nationality) };
        Ok(subject.under(&Confidence::shipped()))
    }
}

impl fmt::Debug for PersonSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = [
            ("given names", !self.given.is_empty()),
            ("family name", !self.family.is_empty()),
            ("birth date", self.dob.is_some()),
            ("range of birth dates", self.born.is_some()),
            ("postcode", self.postcode.is_some()),
            ("sex", self.sex.is_some()),
            ("nationality", self.nationality.is_some()),
        ];
        f.debug_list().entries(given.iter().filter(|(_, given)| *given).map(|(field, _)| field)).finish()
    }
}
