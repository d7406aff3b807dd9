//! A few numbers in the bytes of a bitmap: the standard form of Roaring bitmaps, whose containers are arrays where they hold few.
//! Written and read here without a container in memory for each.
#![expect(
    clippy::indexing_slicing,
    reason = "there are no more containers than numbers, and no more of these than fit"
)]

use super::FEW;

/// What bytes without runs begin with.
const COOKIE: u32 = 12_346;
/// A container's bytes in front of all numbers: its key, its size less one, and where its numbers begin.
const HEADER: usize = 8;
/// More numbers than this a container holds as bits.
const ARRAY: usize = 4_096;

/// Writes rising numbers, each once, no more than [`FEW`].
pub(super) fn write(numbers: &[u32], bytes: &mut Vec<u8>) {
    // Where containers begin. Without a branch: where the next one does can't be foreseen.
    let (mut begins, mut count) = ([0_u16; FEW], usize::from(!numbers.is_empty()));
    for (at, two) in (1_u16..).zip(numbers.array_windows::<2>()) {
        begins[count] = at;
        count += usize::from(two[0] >> 16 != two[1] >> 16);
    }
    let begins = &begins[..count];
    bytes.extend(COOKIE.to_le_bytes());
    bytes.extend((count as u32).to_le_bytes());
    let begins = || begins.iter().map(|begin| usize::from(*begin));
    let ends = begins().skip(1).chain([numbers.len()]);
    for (begin, end) in begins().zip(ends) {
        bytes.extend(((numbers[begin] >> 16) as u16).to_le_bytes());
        bytes.extend(((end - begin - 1) as u16).to_le_bytes());
    }
    begins().for_each(|begin| bytes.extend(((8 + count * HEADER + begin * 2) as u32).to_le_bytes()));
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
