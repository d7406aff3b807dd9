//! A few numbers in few bytes: how far each lies from the one before, in as many bytes as that takes, with these lengths in front (Lemire,
//! Kurz and Rupp, *Stream VByte: faster byte-oriented integer compression*, 2018). Written without a branch for each number.
#![expect(clippy::indexing_slicing, reason = "room is made for all numbers, each at its longest")]

use super::FEW;

/// Bytes of the longest distance.
const LONGEST: usize = size_of::<u32>();
/// Lengths in a byte, and the bits that each takes.
const LENGTHS: usize = 4;
const BITS: usize = 2;

/// Writes rising numbers, each once, no more than [`FEW`]: how many they are, how long each distance is, and the distances. No bitmap begins
/// with so small a number.
pub(super) fn write(numbers: &[u32], bytes: &mut Vec<u8>) {
    bytes.extend((numbers.len() as u16).to_le_bytes());
    let lengths = bytes.len();
    let mut at = lengths + numbers.len().div_ceil(LENGTHS);
    bytes.resize(at + numbers.len() * LONGEST, 0);
    let mut before = 0;
    for (place, &number) in numbers.iter().enumerate() {
        let distance = number - before;
        before = number;
        let more = distance.checked_ilog2().unwrap_or(0) as usize / 8;
        bytes[lengths + place / LENGTHS] |= (more << (place % LENGTHS * BITS)) as u8;
        bytes[at..at + LONGEST].copy_from_slice(&distance.to_le_bytes());
        at += more + 1;
    }
    bytes.truncate(at);
}

/// Reads no more numbers than [`FEW`], with the bytes behind them; nothing where these bytes are something else.
pub(super) fn read(bytes: &[u8]) -> Option<(Vec<u32>, &[u8])> {
    let (count, bytes) = bytes.split_first_chunk()?;
    let count = usize::from(u16::from_le_bytes(*count));
    if count > FEW {
        return None;
    }
    let (lengths, mut bytes) = bytes.split_at_checked(count.div_ceil(LENGTHS))?;
    let (mut numbers, mut before) = (Vec::with_capacity(count), 0_u32);
    for place in 0..count {
        let more = lengths[place / LENGTHS] >> (place % LENGTHS * BITS) & (LENGTHS - 1) as u8;
        let (held, rest) = bytes.split_at_checked(usize::from(more) + 1)?;
        let mut distance = [0; LONGEST];
        distance[..held.len()].copy_from_slice(held);
        before = before.checked_add(u32::from_le_bytes(distance))?;
        numbers.push(before);
        bytes = rest;
    }
    numbers.is_sorted_by(|one, next| one < next).then_some((numbers, bytes))
}
