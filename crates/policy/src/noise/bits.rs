//! Whole numbers drawn evenly from random bits that are handed in. Every number of a range is exactly as probable as every
//! other: what does not fit is drawn again.

use super::Noise;

/// Bits of a source, taken as they are needed.
pub(crate) struct Bits<'a> {
    source: &'a mut dyn Noise,
    held: u128,
    left: u32,
}

impl<'a> Bits<'a> {
    pub(crate) fn of(source: &'a mut dyn Noise) -> Self {
        Self { source, held: 0, left: 0 }
    }

    /// An even number out of `0..below`; 0 where `below` is.
    pub(crate) fn below(&mut self, below: u128) -> u128 {
        if below <= 1 {
            return 0;
        }
        let width = 128 - (below - 1).leading_zeros();
        loop {
            let drawn = self.take(width);
            if drawn < below {
                return drawn;
            }
        }
    }

    /// A fair coin.
    pub(crate) fn coin(&mut self) -> bool {
        self.take(1) == 1
    }

    /// So many bits, 1 to 128.
    fn take(&mut self, width: u32) -> u128 {
        if width > self.left {
            // What is left over is too little for this number and is dropped, never used twice.
            self.held = self.source.bits();
            self.left = 128;
        }
        let taken = if width == 128 { self.held } else { self.held & ((1 << width) - 1) };
        self.held = self.held.checked_shr(width).unwrap_or(0);
        self.left -= width;
        taken
    }
}
