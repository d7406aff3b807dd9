//! Characters that are taken for one another on a plate, by eye or by camera.
//! O and 0, I and 1 are one character in marks already.

/// Characters that look alike; a character may stand in several groups.
const ALIKE: &[&[u8]] = &[
    b"0DQ", b"1LT", b"1J", b"2Z", b"3B", b"4A", b"5S", b"6G", b"7T", b"7Y", b"8B", b"8S", b"CG", b"EF",
    b"FP", b"HN", b"HM", b"KX", b"MN", b"MW", b"PR", b"BR", b"UV", b"VY", b"VW", b"CD", b"JU", b"6B",
];

/// Bits for a record whose character looks like the one seen: one reading in 50 takes it for that one.
const ALIKE_BITS: f64 = -1.2;
/// Bits for a record whose character does not look like it: one character in 30 is misremembered, as any other.
const OTHER_BITS: f64 = -5.0;
/// Bits for two neighbours in each other's place, both together: one mark in 100 is remembered so.
pub(super) const EXCHANGED_BITS: f64 = 2.0;

/// Bits for a record that has `held` where `seen` was seen, and they differ.
pub(super) fn bits(seen: u8, held: u8) -> f64 {
    let alike = ALIKE.iter().any(|group| group.contains(&seen) && group.contains(&held));
    if alike { ALIKE_BITS } else { OTHER_BITS }
}

/// The most that a misreading can leave.
pub(super) const BEST_BITS: f64 = ALIKE_BITS;
