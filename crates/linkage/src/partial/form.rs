//! What is known of each kind that may be looked for in part: how long its values are, what a character says, and
//! the least that a probe must say. Stated once, for the desk and for every node.

use model::IdentifierKind;

use crate::identifier::MARK_SHAPES;

/// A kind's lengths and information.
pub(super) struct Form {
    /// The shapes or lengths that values have.
    pub(super) shapes: Shapes,
    /// The least that a probe must say, in bits.
    pub(super) least_bits: f64,
    /// The same as a frequency, in words.
    pub(super) one_in: &'static str,
    /// How to say more.
    pub(super) mend: &'static str,
    /// The complaint about known characters that stand too far apart for the index to find them.
    pub(super) scattered: &'static str,
    near: usize,
    near_bits: f64,
    far_bits: f64,
}

/// The values that a kind has.
pub(super) enum Shapes {
    /// Marks: `A` a letter, `9` a digit. Characters say by their class.
    Marks(&'static [&'static str]),
    /// Letters and digits of these lengths. Characters say by their distance from the end.
    Lengths(&'static [std::ops::RangeInclusive<usize>]),
}

/// Foreign marks have no shape.
pub(super) const FOREIGN_MARKS: &[std::ops::RangeInclusive<usize>] = &[4..=9];

/// What a letter of a mark says, in bits. About 22 letters are in use, unevenly.
const LETTER_BITS: f64 = 4.3;
/// What a digit of a mark says. Ages of current marks leave out some.
const DIGIT_BITS: f64 = 3.0;
/// What a digit of a running number says: log2(10).
const SERIAL_BITS: f64 = 3.32;

const NUMBER: &str = "add the digits before them, with ? where one is not known";
const SCATTERED: &str = "has known characters too far apart or too far from the end: five in a row among the last nine are needed";

impl Form {
    /// The form of `kind`; `None` for kinds that must be given whole.
    pub(super) fn of(kind: IdentifierKind) -> Option<Self> {
        // Bits of the characters near the end, which run freely, and of those before them, which many values share:
        // dialling codes, makers and models, banks and branches.
        let number = |lengths: &'static [std::ops::RangeInclusive<usize>], near, near_bits, far_bits| Self {
            shapes: Shapes::Lengths(lengths),
            least_bits: 19.0,
            one_in: "500,000",
            mend: NUMBER,
            scattered: SCATTERED,
            near,
            near_bits,
            far_bits,
        };
        Some(match kind {
            IdentifierKind::Vrm => Self {
                shapes: Shapes::Marks(MARK_SHAPES),
                least_bits: 17.0,
                one_in: "130,000",
                mend: "add a character of the mark, the make or the colour",
                scattered: "has known characters too far apart: add one to the first three or to the last four",
                near: 0,
                near_bits: 0.0,
                far_bits: 0.0,
            },
            IdentifierKind::Vin => number(&[17..=17], 6, SERIAL_BITS, 1.5),
            IdentifierKind::Phone => number(&[8..=15], 6, SERIAL_BITS, 1.5),
            // Six digits of the handset and one that checks them; before them its model.
            IdentifierKind::Imei => number(&[15..=15], 7, SERIAL_BITS, 1.0),
            // Alone, or after its sort code. Banks allot account numbers in runs.
            IdentifierKind::UkAccount => number(&[8..=8, 14..=14], 8, 2.9, 1.5),
            IdentifierKind::Iban => number(&[15..=34], 8, 2.9, 1.0),
            IdentifierKind::Nino => number(&[9..=9], 7, 3.1, 3.0),
            IdentifierKind::Passport => number(&[6..=12], 7, 3.0, 2.5),
            // The surname, the birth date and initials: alike for namesakes.
            IdentifierKind::DrivingLicence => number(&[16..=16], 5, 3.0, 2.0),
            _ => return None,
        })
    }

    /// What the character `byte` says at `place` from the end.
    pub(super) fn bits(&self, byte: u8, from_end: usize) -> f64 {
        match self.shapes {
            Shapes::Marks(_) if byte.is_ascii_digit() => DIGIT_BITS,
            Shapes::Marks(_) => LETTER_BITS,
            Shapes::Lengths(_) if from_end < self.near => self.near_bits,
            Shapes::Lengths(_) => self.far_bits,
        }
    }

    /// Whether values are read by eye, so that a character may have been misread.
    pub(super) fn is_seen(&self) -> bool {
        matches!(self.shapes, Shapes::Marks(_))
    }
}

/// The letters and digits of a normal value, without what separates them.
pub(super) fn bare(value: &str) -> impl Iterator<Item = u8> + '_ {
    value.bytes().filter(u8::is_ascii_alphanumeric)
}
