//! Stable 64-bit keys: FNV-1a over tagged fields, finished with a mixing step.
//! Indexes store these keys, so neither the bytes fed in nor the arithmetic may ever change.

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Never part of UTF-8 text: keeps `ab, c` apart from `a, bc`.
const FIELD_END: u8 = 0xff;

/// Builds one key field by field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyHasher(u64);

impl KeyHasher {
    /// A key of the family `tag`.
    pub(crate) fn new(tag: u8) -> Self {
        Self(OFFSET).byte(tag)
    }

    fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ u64::from(byte)).wrapping_mul(PRIME))
    }

    /// Adds a text field.
    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.bytes())
    }

    /// Adds a field given byte by byte.
    pub(crate) fn bytes(self, bytes: impl IntoIterator<Item = u8>) -> Self {
        bytes.into_iter().fold(self, Self::byte).byte(FIELD_END)
    }

    /// Adds a number.
    pub(crate) fn number(self, number: i16) -> Self {
        self.bytes(number.to_le_bytes())
    }

    /// The key.
    pub(crate) fn finish(self) -> u64 {
        let mut key = self.0;
        key = (key ^ (key >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        key = (key ^ (key >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        key ^ (key >> 33)
    }
}

/// A quick hasher for tables of names that are known beforehand, so that nobody can choose them to collide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameHasher(u64);

impl Default for NameHasher {
    fn default() -> Self {
        Self(OFFSET)
    }
}

impl std::hash::Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::KeyHasher;

    #[test]
    fn keys_never_change_and_fields_do_not_run_together() {
        assert_eq!(KeyHasher::new(b'#').text("vrm").text("AB12CDE").finish(), GOLDEN);
        let (a, b) = (KeyHasher::new(b'x').text("ab").text("c"), KeyHasher::new(b'x').text("a").text("bc"));
        assert_ne!(a.finish(), b.finish());
    }

    const GOLDEN: u64 = 6_889_204_876_343_355_839;
}
