//! Randomness, handed in by the shell that holds it, and what is drawn from it: references, and noise on figures.

pub(crate) mod bits;
pub(crate) mod sampler;

/// A source of random bits that nobody outside the process can foresee.
pub trait Noise {
    /// 128 bits: fresh ones, or for a reference such as come again when the same is asked again.
    fn bits(&mut self) -> u128;
}

/// Crockford's alphabet: no I, L, O or U, so that a reference survives being read out on the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An opaque reference of 26 letters and digits. Says nothing about what it refers to.
pub(crate) fn reference(bits: u128) -> String {
    (0..26)
        .rev()
        .filter_map(|place| {
            let digit = usize::try_from(bits >> (place * 5) & 31).ok()?;
            ALPHABET.get(digit).copied().map(char::from)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn a_reference_spells_out_all_bits() {
        assert_eq!(reference(0), "0".repeat(26));
        assert_eq!(reference(u128::MAX), format!("7{}", "Z".repeat(25)));
        assert_eq!(reference(32), format!("{}10", "0".repeat(24)));
    }
}
