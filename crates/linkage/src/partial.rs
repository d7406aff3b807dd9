//! Identifiers known in part: a mark half seen, the last digits of a number, an account without its sort code.
//! A pattern says enough, in bits, or is refused: a search must not be a fishing net.
//!
//! In a pattern `?` stands for one unknown character and `*` for any number of them. What a pattern says is counted
//! as Shannon's information: a character that one value in ten has says log2(10) bits. A record counts when what
//! agrees with it still reaches the least that its kind asks for, so misreadings are paid for by what else was seen.

mod alignment;
mod form;
mod keys;
mod misread;
mod reading;
mod vehicle;

use std::fmt;

use model::probe::PartialProbe;
use model::{Complaint, IdentifierKind, Probability};

use crate::identifier::Identifier;
use crate::score;
use crate::subject::bounded;
use alignment::Alignment;
use form::Form;
use vehicle::{Colour, Make};

pub use keys::record_keys;

/// The longest pattern that is read, in characters.
pub const PATTERN_CHARS_MAX: usize = 60;

/// Whether values of `kind` may be looked for in part.
pub fn may_be_partial(kind: IdentifierKind) -> bool {
    Form::of(kind).is_some()
}

/// An identifier known in part, checked and found to say enough. `Debug` shows its kind only.
#[derive(Clone)]
pub struct PartialSubject {
    kind: IdentifierKind,
    alignments: Vec<Alignment>,
    pattern_bits: f64,
    least_bits: f64,
    make: Option<Make>,
    colour: Option<Colour>,
}

/// What a record says of a thing that carries an identifier.
#[derive(Clone, Copy)]
pub struct PartialView<'a> {
    /// The kind of the identifier.
    pub kind: IdentifierKind,
    /// Its normal form.
    pub value: &'a str,
    /// The make of the thing, where it has one.
    pub make: Option<&'a str>,
    /// Its colour.
    pub colour: Option<&'a str>,
}

impl TryFrom<&PartialProbe> for PartialSubject {
    type Error = Complaint;

    /// Reads what an asker wrote. A complaint never repeats it. Refused are kinds that must be given whole, patterns
    /// that no value of the kind fits, and those that say less than the kind's least.
    fn try_from(probe: &PartialProbe) -> Result<Self, Complaint> {
        let PartialProbe { kind, pattern, make, colour } = probe;
        let kind = *kind;
        let refused = |why: String| Complaint::new(kind.as_str(), why);
        let form =
            Form::of(kind).ok_or_else(|| refused("can't be looked for in part: give it whole".to_owned()))?;
        if pattern.chars().nth(PATTERN_CHARS_MAX).is_some() {
            return Err(refused("is longer than 60 characters: write what is known once".to_owned()));
        }
        let (make, colour) =
            (described("probe.make", make.as_deref())?, described("probe.colour", colour.as_deref())?);
        if kind.entity() != model::vocabulary::EntityKind::Vehicle && (make.is_some() || colour.is_some()) {
            return Err(Complaint::new("probe.make", "and colour tell vehicles apart: leave them out"));
        }
        let make = make.map(Make::read).transpose()?;
        let colour = colour.map(Colour::read).transpose()?;
        let read = reading::read(kind, pattern).map_err(|why| refused(why.to_owned()))?;
        let alignments = alignment::alignments(&form, &read).map_err(|why| refused(why.to_owned()))?;
        let pattern_bits = alignment::information(&form, &alignments);
        let subject = Self { kind, alignments, pattern_bits, least_bits: form.least_bits, make, colour };
        if subject.bits() < form.least_bits {
            return Err(refused(subject.too_thin(&form)));
        }
        if subject.alignments.iter().any(|alignment| !keys::is_reached(kind, alignment)) {
            return Err(refused(form.scattered.to_owned()));
        }
        Ok(subject)
    }
}

impl PartialSubject {
    /// The kind of the identifier.
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// What the probe says, in bits: it fits one thing in two to this power by chance.
    pub fn bits(&self) -> f64 {
        self.pattern_bits
            + self.make.as_ref().map_or(0.0, Make::bits)
            + self.colour.as_ref().map_or(0.0, Colour::bits)
    }

    /// The keys to ask an index for: every record that [`Self::evidence`] counts is under one of them, but for some
    /// marks with two neighbouring characters exchanged.
    pub fn keys(&self) -> Vec<u64> {
        keys::probe_keys(self)
    }

    /// Bits for a record's being the one looked for; `None` when it does not fit, or what agrees is too little.
    pub fn evidence(&self, record: PartialView<'_>) -> Option<f64> {
        self.evidence_with(record, || (record.make, record.colour))
    }

    /// As [`Self::evidence`], with make and colour asked for only where the value fits and they matter.
    pub fn evidence_with<'a>(
        &self,
        record: PartialView<'_>,
        look: impl FnOnce() -> (Option<&'a str>, Option<&'a str>),
    ) -> Option<f64> {
        let implied;
        let value = if record.kind == self.kind {
            record.value
        } else {
            implied = Identifier::normal(record.kind, record.value).account_within()?;
            if implied.kind() != self.kind {
                return None;
            }
            implied.value()
        };
        let bare: Vec<u8> = form::bare(value).collect();
        let form = Form::of(self.kind)?;
        let lost =
            self.alignments.iter().filter_map(|a| a.loss(&form, &bare)).min_by(|a, b| a.total_cmp(b))?;
        let described = self.make.is_some() || self.colour.is_some();
        let (seen_make, seen_colour) = if described { look() } else { (None, None) };
        let make = self.make.as_ref().map_or(0.0, |make| make.weight(seen_make));
        let colour = self.colour.as_ref().map_or(0.0, |colour| colour.weight(seen_colour));
        let bits = self.pattern_bits - lost + make + colour;
        (bits >= self.least_bits).then_some(bits)
    }

    /// The probability that evidence of `bits` points to the thing looked for, among `held` of its kind.
    pub fn probability(bits: f64, held: usize) -> Probability {
        score::posterior(bits, 1.0 / held.max(2) as f64)
    }

    fn too_thin(&self, form: &Form) -> String {
        format!(
            "says {:.0} bits and {:.0} are the least, so that one in {} fits by chance: {}",
            self.bits().max(0.0).floor(),
            form.least_bits,
            form.one_in,
            form.mend
        )
    }
}

impl fmt::Debug for PartialSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartialSubject({}, …)", self.kind)
    }
}

/// A description as the asker wrote it; empty text means none.
fn described<'a>(field: &str, text: Option<&'a str>) -> Result<Option<&'a str>, Complaint> {
    text.map_or(Ok(()), |text| bounded(field, text))?;
    Ok(text.map(str::trim).filter(|text| !text.is_empty()))
}
