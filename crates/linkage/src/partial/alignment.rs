//! A pattern laid onto values of one length: which characters are known at which place.
//! Stars make several of one pattern; what a pattern says counts all of them.

use super::form::{FOREIGN_MARKS, Form, Shapes};
use super::misread;
use super::reading::Read;

/// The most ways to lay one pattern.
const ALIGNMENTS_MAX: usize = 400;

/// One way to lay a pattern: a byte at each place that is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alignment(Vec<Option<u8>>);

/// All ways to lay a pattern onto values of its kind, or why there is none.
pub(super) fn alignments(form: &Form, read: &Read) -> Result<Vec<Alignment>, &'static str> {
    let lengths = match form.shapes {
        Shapes::Marks(_) if read.foreign => FOREIGN_MARKS,
        Shapes::Marks(_) => &[2..=7],
        Shapes::Lengths(lengths) => lengths,
    };
    let mut laid: Vec<Alignment> = Vec::new();
    for length in lengths.iter().cloned().flatten() {
        lay(&read.segments, length, &mut Vec::new(), &mut laid)?;
    }
    if let (Shapes::Marks(shapes), false) = (&form.shapes, read.foreign) {
        laid = in_shape(laid, shapes);
    }
    laid.sort_unstable();
    laid.dedup();
    if laid.is_empty() {
        return Err("fits no value of this kind: write ? for one unknown character, * for any number");
    }
    Ok(laid)
}

/// The alignments that fit a shape. Where none does, those that do but for one character: it was misread.
fn in_shape(laid: Vec<Alignment>, shapes: &[&str]) -> Vec<Alignment> {
    let misfits = |alignment: &Alignment| shapes.iter().filter_map(|shape| alignment.misfits(shape)).min();
    let least = laid.iter().filter_map(misfits).min().filter(|&least| least <= 1);
    laid.into_iter().filter(|alignment| least.is_some() && misfits(alignment) == least).collect()
}

/// Lays the first segment, then what is between it and the next, as long as that may be, then the rest.
fn lay(
    segments: &[Vec<Option<u8>>],
    room: usize,
    laid: &mut Vec<Option<u8>>,
    done: &mut Vec<Alignment>,
) -> Result<(), &'static str> {
    let Some((first, rest)) = segments.split_first() else { return Ok(()) };
    let needed: usize = segments.iter().map(Vec::len).sum();
    let Some(slack) = room.checked_sub(needed) else { return Ok(()) };
    let before = laid.len();
    laid.extend_from_slice(first);
    if rest.is_empty() {
        if slack == 0 {
            done.push(Alignment(laid.clone()));
        }
    } else {
        // The last star takes all that is left.
        let least = if rest.len() == 1 { slack } else { 0 };
        for gap in least..=slack {
            let at = laid.len();
            laid.resize(at + gap, None);
            lay(rest, room - first.len() - gap, laid, done)?;
            laid.truncate(at);
        }
    }
    laid.truncate(before);
    if done.len() > ALIGNMENTS_MAX {
        return Err("holds too many *: write ? for each unknown character where their number is known");
    }
    Ok(())
}

/// What a pattern says, in bits. A value has one length, so of the lengths the least telling counts; within it any of
/// the alignments may fit.
pub(super) fn information(form: &Form, alignments: &[Alignment]) -> f64 {
    let share = |length: usize| -> f64 {
        alignments.iter().filter(|a| a.len() == length).map(|a| (-a.bits(form)).exp2()).sum()
    };
    let most = alignments.iter().map(|a| share(a.len())).fold(f64::MIN_POSITIVE, f64::max);
    -most.min(1.0).log2()
}

impl Alignment {
    /// The length of the values that it is laid onto.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The known characters with their places.
    pub(super) fn known(&self) -> impl Iterator<Item = (usize, u8)> + Clone + '_ {
        self.0.iter().enumerate().filter_map(|(place, byte)| byte.map(|byte| (place, byte)))
    }

    /// The character at a place, where it is known.
    pub(super) fn at(&self, place: usize) -> Option<u8> {
        self.0.get(place).copied().flatten()
    }

    /// What its known characters say.
    fn bits(&self, form: &Form) -> f64 {
        self.known().map(|(place, byte)| form.bits(byte, self.len() - 1 - place)).sum()
    }

    /// How many known characters are of another class than `shape` has at their place.
    fn misfits(&self, shape: &str) -> Option<usize> {
        let fits = |class, byte: u8| match class {
            b'A' => byte.is_ascii_uppercase() || matches!(byte, b'0' | b'1'),
            _ => byte.is_ascii_digit(),
        };
        let known = shape.bytes().zip(&self.0).filter_map(|(class, byte)| byte.map(|byte| (class, byte)));
        (shape.len() == self.len()).then(|| known.filter(|&(class, byte)| !fits(class, byte)).count())
    }

    /// The bits that a value's differences cost; `None` when it does not fit. A mark may differ by one character, or
    /// by two neighbours in each other's place.
    pub(super) fn loss(&self, form: &Form, value: &[u8]) -> Option<f64> {
        if value.len() != self.len() {
            return None;
        }
        let mut differing = self.known().filter_map(|(place, seen)| {
            value.get(place).filter(|held| **held != seen).map(|held| (place, seen, *held))
        });
        let Some((place, seen, held)) = differing.next() else { return Some(0.0) };
        if !form.is_seen() {
            return None;
        }
        match (differing.next(), differing.next()) {
            (None, _) => Some(form.bits(seen, 0) - misread::bits(seen, held)),
            (Some((next, other_seen, other_held)), None)
                if next == place + 1 && seen == other_held && held == other_seen =>
            {
                Some(exchange_loss(form, seen, other_seen))
            }
            _ => None,
        }
    }
}

/// The bits that two neighbours in each other's place cost.
pub(super) fn exchange_loss(form: &Form, one: u8, other: u8) -> f64 {
    form.bits(one, 0) + form.bits(other, 0) - misread::EXCHANGED_BITS
}

/// The least bits that one misread character costs.
pub(super) fn misread_loss(form: &Form, seen: u8) -> f64 {
    form.bits(seen, 0) - misread::BEST_BITS
}
