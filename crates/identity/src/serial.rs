//! A certificate's serial number, in one spelling: lower-case hexadecimal, whole bytes, no leading zeros.
//! Other tools write `0A:1B`; two spellings of one serial must not let a revoked certificate pass.

use std::fmt;
use std::str::FromStr;

use model::Complaint;

/// The serial number of a certificate.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);

/// Hexadecimal digits in the longest serial that certificates may carry (20 bytes).
const DIGITS_MAX: usize = 40;

impl Serial {
    /// The serial as lower-case hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From the bytes in a certificate, most significant first.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(canonical(&hex::encode(bytes)))
    }
}

fn canonical(digits: &str) -> String {
    let digits = digits.trim_start_matches('0');
    match digits.len() {
        0 => "00".to_owned(),
        odd if odd % 2 == 1 => format!("0{digits}"),
        _ => digits.to_owned(),
    }
}

impl FromStr for Serial {
    type Err = Complaint;

    fn from_str(text: &str) -> Result<Self, Complaint> {
        let digits: String = text.chars().filter(|&c| c != ':').map(|c| c.to_ascii_lowercase()).collect();
        if digits.is_empty() || digits.len() > DIGITS_MAX || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Complaint::new(
                "serial",
                "must be 1 to 40 hexadecimal digits as `bluelamp pki show` prints them",
            ));
        }
        Ok(Self(canonical(&digits)))
    }
}

impl TryFrom<String> for Serial {
    type Error = Complaint;

    fn try_from(text: String) -> Result<Self, Complaint> {
        text.parse()
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> Self {
        serial.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Serial;

    #[test]
    fn one_serial_has_one_spelling() {
        for (written, canonical) in
            [("0A:1B", "0a1b"), ("a1b", "0a1b"), ("000a1b", "0a1b"), ("0", "00"), ("FF", "ff")]
        {
            assert_eq!(written.parse::<Serial>().unwrap().as_str(), canonical);
        }
        for bad in ["", ":", "0x1f", "g1", "12 34", &"1".repeat(41)] {
            assert!(bad.parse::<Serial>().is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn bytes_and_every_spelling_of_them_are_equal(bytes in proptest::collection::vec(any::<u8>(), 1..=20)) {
            let serial = Serial::from_bytes(&bytes);
            let colons: Vec<String> = bytes.iter().map(|b| format!("{b:02X}")).collect();
            prop_assert_eq!(colons.join(":").parse::<Serial>().unwrap(), serial.clone());
            prop_assert_eq!(serial.as_str().parse::<Serial>().unwrap(), serial);
        }
    }
}
