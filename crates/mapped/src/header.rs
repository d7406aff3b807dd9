//! The first 32 bytes of a column file: what it is, in which byte order, how wide and how many its items are.
//! Items start at a multiple of 8 bytes, so that they can be read where they lie.

/// Bytes before the items.
pub(crate) const HEADER_BYTES: usize = 32;

const MAGIC: u32 = u32::from_le_bytes(*b"BLC1");

/// What a column may hold: plain numbers of up to eight bytes.
pub trait Item: bytemuck::Pod + Send + Sync {}

impl Item for u8 {}
impl Item for u16 {}
impl Item for u32 {}
impl Item for u64 {}

/// A file's header, in the machine's own byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// What the caller's items mean. Another version is not readable.
    pub(crate) version: u64,
    /// Bytes of an item.
    pub(crate) width: u32,
    /// Items in the file.
    pub(crate) count: u64,
    /// CRC-32 of all items' bytes.
    pub(crate) checksum: u32,
}

impl Header {
    pub(crate) fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let parts = [
            &MAGIC.to_ne_bytes()[..],
            &self.width.to_ne_bytes(),
            &self.version.to_ne_bytes(),
            &self.count.to_ne_bytes(),
            &self.checksum.to_ne_bytes(),
        ];
        let mut rest = bytes.iter_mut();
        for part in parts {
            rest.by_ref().zip(part).for_each(|(byte, from)| *byte = *from);
        }
        let sum = crc32fast::hash(bytes.split_at(HEADER_BYTES - 4).0);
        bytes.split_at_mut(HEADER_BYTES - 4).1.copy_from_slice(&sum.to_ne_bytes());
        bytes
    }

    /// Reads a header, or says why it is none.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, &'static str> {
        let (front, sum) = bytes.split_at_checked(HEADER_BYTES - 4).ok_or("the file is cut short")?;
        let number =
            |at: usize| front.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_ne_bytes);
        let wide = |at: usize| front.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_ne_bytes);
        let read = || {
            Some((
                number(0)?,
                Self { width: number(4)?, version: wide(8)?, count: wide(16)?, checksum: number(24)? },
            ))
        };
        let (magic, header) = read().ok_or("the file is cut short")?;
        if magic != MAGIC {
            return Err("it is not a column, or one of a machine with another byte order");
        }
        if sum.get(..4) != Some(&crc32fast::hash(front).to_ne_bytes()) {
            return Err("its header is damaged");
        }
        Ok(header)
    }
}
