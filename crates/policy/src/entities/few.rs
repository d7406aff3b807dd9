//! A few numbers in the bytes of a bitmap: the standard form of Roaring bitmaps, whose containers are arrays where they hold few.
//! Written and read here without a container in memory for each.

/// What bytes without runs begin with.
const COOKIE: u32 = 12_346;
/// A container's bytes in front of all numbers: its key, its size less one, and where its numbers begin.
const HEADER: usize = 8;
/// More numbers than this a container holds as bits.
const ARRAY: usize = 4_096;

/// Writes rising numbers, each once.
pub(super) fn write(numbers: &[u32], bytes: &mut Vec<u8>) {
    let containers = || numbers.chunk_by(|one, next| one >> 16 == next >> 16);
    let count = containers().count();
    bytes.extend(COOKIE.to_le_bytes());
    bytes.extend((count as u32).to_le_bytes());
    for of in containers() {
        let key = of.first().map_or(0, |number| number >> 16);
        bytes.extend((key as u16).to_le_bytes());
        bytes.extend((of.len().saturating_sub(1) as u16).to_le_bytes());
    }
    let mut begin = 8 + count * HEADER;
    for of in containers() {
        bytes.extend((begin as u32).to_le_bytes());
        begin += of.len() * 2;
    }
    let first = bytes.len();
    bytes.resize(first + numbers.len() * 2, 0);
    let places = bytes.get_mut(first..).map_or(&mut [][..], |places| places.as_chunks_mut().0);
    places.iter_mut().zip(numbers).for_each(|(place, number)| *place = (*number as u16).to_le_bytes());
}

/// Reads no more numbers than [`super::FEW`], with the bytes behind them; nothing where these bytes are something else.
pub(super) fn read(bytes: &[u8]) -> Option<(Vec<u32>, &[u8])> {
    let (cookie, bytes) = bytes.split_first_chunk()?;
    let (count, bytes) = bytes.split_first_chunk()?;
    let count = u32::from_le_bytes(*count) as usize;
    if u32::from_le_bytes(*cookie) != COOKIE || count > super::FEW {
        return None;
    }
    let (heads, bytes) = bytes.split_at_checked(count * 4)?;
    let (_begins, mut bytes) = bytes.split_at_checked(count * 4)?;
    let (heads, _) = heads.as_chunks::<4>();
    let mut numbers: Vec<u32> = Vec::new();
    for [key, also_key, size, also_size] in heads {
        let key = u32::from(u16::from_le_bytes([*key, *also_key])) << 16;
        let size = usize::from(u16::from_le_bytes([*size, *also_size])) + 1;
        if size > ARRAY || numbers.len() + size > super::FEW {
            return None;
        }
        let (held, rest) = bytes.split_at_checked(size * 2)?;
        numbers.extend(held.as_chunks::<2>().0.iter().map(|low| key | u32::from(u16::from_le_bytes(*low))));
        bytes = rest;
    }
    numbers.is_sorted_by(|one, next| one < next).then_some((numbers, bytes))
}
