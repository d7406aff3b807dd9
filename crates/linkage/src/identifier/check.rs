//! Check letters and digits, as plain arithmetic on digits and letters.
//! Readers compare with them; `generate` appends them.

/// The check letter of police numbers: a number modulo 23 picks it. No I, O or S.
const POLICE_LETTERS: &[u8; 23] = b"ZABCDEFGHJKLMNPQRTUVWXY";

/// The check letter of `number`, which is the two-digit year followed by the serial.
pub(super) fn police_letter(number: u64) -> char {
    let place = usize::try_from(number % 23).unwrap_or_default();
    POLICE_LETTERS.get(place).map_or('Z', |&letter| char::from(letter))
}

/// The Luhn digit that completes `payload`, a string of digits.
pub(super) fn luhn_digit(payload: &str) -> char {
    let sum: u32 = payload
        .bytes()
        .rev()
        .map(|b| u32::from(b.wrapping_sub(b'0') % 10))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) if digit > 4 => digit * 2 - 9,
            (0, digit) => digit * 2,
            (_, digit) => digit,
        })
        .sum();
    digit((10 - sum % 10) % 10)
}

/// The remainder modulo 97 of `text`, its letters read as 10 to 35 (ISO 7064). Expects upper-case letters and digits.
pub(super) fn mod_97(text: impl Iterator<Item = char>) -> u32 {
    text.filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    })
}

/// The check digit that belongs in the ninth place of a vehicle identification number.
pub(super) fn vin_digit(vin: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    if vin.len() != WEIGHTS.len() {
        return None;
    }
    let values = vin.bytes().map(vin_value).collect::<Option<Vec<u32>>>()?;
    let rest = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum::<u32>() % 11;
    Some(if rest == 10 { 'X' } else { digit(rest) })
}

fn vin_value(byte: u8) -> Option<u32> {
    let value = match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'H' => byte - b'A' + 1,
        b'J'..=b'N' => byte - b'J' + 1,
        b'P' => 7,
        b'R' => 9,
        b'S'..=b'Z' => byte - b'S' + 2,
        _ => return None,
    };
    Some(u32::from(value))
}

fn digit(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}
