//! An address as looked for: checked, normalised, and found to say enough.
//! The least is 19 bits, about one address in 500,000: a search must not be a fishing net.

use std::fmt;

use model::Complaint;
use model::probe::AddressProbe;

use super::compare::{agreed_bits, word_bits};
use super::text::{Parts, read};
use crate::postcode::Postcode;
use crate::score::{Field, Level};
use crate::subject::{bounded, postcode};

/// The least that an address must say, in bits.
pub const ADDRESS_BITS_MIN: f64 = 19.0;

/// An address to look for. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct AddressSubject {
    pub(super) unit: Option<String>,
    pub(super) number: Option<String>,
    pub(super) words: Vec<String>,
    pub(super) postcode: Option<Postcode>,
}

impl TryFrom<&AddressProbe> for AddressSubject {
    type Error = Complaint;

    /// Reads what an asker wrote: a postcode, a house number or name, the address as one text, or several of them.
    /// What is given on its own counts before what stands in the text.
    fn try_from(probe: &AddressProbe) -> Result<Self, Complaint> {
        let number = probe.number.as_deref().unwrap_or_default();
        let text = probe.text.as_deref().unwrap_or_default();
        bounded("probe.number", number)?;
        bounded("probe.text", text)?;
        let given = postcode(probe.postcode.as_deref())?;
        let (house, rest): (Parts, Parts) = (read(number), read(text));
        if !number.trim().is_empty()
            && house.number.is_none()
            && house.unit.is_none()
            && house.words.is_empty()
        {
            return Err(Complaint::new("probe.number", "holds no house number or name, such as 12A"));
        }
        let mut words = house.words;
        for word in rest.words {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let subject = Self {
            unit: house.unit.or(rest.unit),
            number: house.number.or(rest.number),
            words,
            postcode: given.or(rest.postcode),
        };
        let bits = subject.bits();
        if bits < ADDRESS_BITS_MIN {
            let why = format!(
                "says {:.0} bits and {ADDRESS_BITS_MIN:.0} are the least, so that one address in 500,000 fits by chance: add the {}",
                bits.floor(),
                subject.lacks()
            );
            return Err(Complaint::new("probe.text", why));
        }
        Ok(subject)
    }
}

impl AddressSubject {
    /// What the probe says, in bits, when a record agrees with all of it.
    pub fn bits(&self) -> f64 {
        let postcode = self.postcode.as_ref().map_or(0.0, |postcode| {
            let level = if postcode.is_whole() { Level::Exact } else { Level::OutwardKnown };
            agreed_bits(Field::Postcode, level)
        });
        let number = self.number.as_ref().map_or(0.0, |_| agreed_bits(Field::Number, Level::Exact));
        let unit = self.unit.as_ref().map_or(0.0, |_| agreed_bits(Field::Unit, Level::Exact));
        postcode + number + unit + self.words.iter().map(|word| word_bits(word)).sum::<f64>()
    }

    fn lacks(&self) -> &'static str {
        match (&self.postcode, &self.number) {
            (Some(_), None) => "house number or the street",
            (None, None) => "house number, and the town or the postcode",
            (_, Some(_)) => "street, and the town or the postcode",
        }
    }
}

impl fmt::Debug for AddressSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressSubject(…)")
    }
}
