//! What a force says of an analyst in their certificate beside the name: unit, rank and vetting.
//! They travel as X.509 subject directory attributes (RFC 5280, 4.2.1.8), not critical, and are read as strictly.

use std::str::FromStr;

use model::Standing;

use crate::IdentityError;

/// Subject directory attributes, 2.5.29.9, as the parts that rcgen wants.
pub(crate) const EXTENSION: &[u64] = &[2, 5, 29, 9];
/// The same as DER holds it.
pub(crate) const EXTENSION_DER: &[u8] = &[0x55, 0x1d, 0x09];

/// X.520 organizationalUnitName: the unit.
const UNIT: &[u8] = &[0x55, 0x04, 0x0b];
/// X.520 title: the rank.
const RANK: &[u8] = &[0x55, 0x04, 0x0c];
/// X.520 description: the vetting, behind [`VETTING_PREFIX`]. X.509 knows no attribute of its own for it.
const VETTING: &[u8] = &[0x55, 0x04, 0x0d];
const VETTING_PREFIX: &str = "vetting ";

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT: u8 = 0x06;
const UTF8: u8 = 0x0c;

/// The extension's content in DER; none where nothing is said.
pub(crate) fn encode(standing: &Standing) -> Option<Vec<u8>> {
    let Standing { unit, rank, vetting } = standing;
    let said = [
        (UNIT, unit.as_ref().map(ToString::to_string)),
        (RANK, rank.map(|rank| rank.to_string())),
        (VETTING, vetting.map(|vetting| format!("{VETTING_PREFIX}{vetting}"))),
    ];
    let attributes: Vec<u8> = said
        .into_iter()
        .filter_map(|(kind, value)| {
            let value = tlv(SET, &tlv(UTF8, value?.as_bytes()));
            Some(tlv(SEQUENCE, &[tlv(OBJECT, kind), value].concat()))
        })
        .flatten()
        .collect();
    (!attributes.is_empty()).then(|| tlv(SEQUENCE, &attributes))
}

/// Reads the extension's content. Attributes of other kinds mean nothing here; ours must each stand once and hold a word
/// that this build knows: a fact that is misread would be worse than a certificate that is refused.
pub(crate) fn decode(content: &[u8]) -> Result<Standing, IdentityError> {
    let mut standing = Standing::default();
    let (mut rest, after) = expect(SEQUENCE, content)?;
    if !after.is_empty() {
        return Err(MISSHAPEN);
    }
    while !rest.is_empty() {
        let (attribute, others) = expect(SEQUENCE, rest)?;
        rest = others;
        let (kind, values) = expect(OBJECT, attribute)?;
        match kind {
            UNIT => put(&mut standing.unit, one_text(values)?)?,
            RANK => put(&mut standing.rank, one_text(values)?)?,
            VETTING => {
                put(&mut standing.vetting, one_text(values)?.strip_prefix(VETTING_PREFIX).ok_or(UNKNOWN)?)?
            }
            _ => {}
        }
    }
    Ok(standing)
}

const MISSHAPEN: IdentityError =
    IdentityError::Unreadable { why: "its subject directory attributes are not well-formed" };
const UNKNOWN: IdentityError = IdentityError::Unreadable {
    why: "its unit, rank or vetting is stated twice or in a word that this build does not know",
};

fn put<T: FromStr>(place: &mut Option<T>, text: &str) -> Result<(), IdentityError> {
    match place.replace(text.parse().map_err(|_| UNKNOWN)?) {
        None => Ok(()),
        Some(_) => Err(UNKNOWN),
    }
}

/// The single text in a set of values.
fn one_text(values: &[u8]) -> Result<&str, IdentityError> {
    let (set, after) = expect(SET, values)?;
    let (text, more) = expect(UTF8, set)?;
    if !after.is_empty() || !more.is_empty() {
        return Err(MISSHAPEN);
    }
    std::str::from_utf8(text).map_err(|_| MISSHAPEN)
}

/// Content of a value with this tag, and what follows it. Lengths in their shortest form, up to 65,535.
fn expect(tag: u8, bytes: &[u8]) -> Result<(&[u8], &[u8]), IdentityError> {
    let (length, rest) = match bytes {
        [first, length @ 0..=0x7f, rest @ ..] if *first == tag => (usize::from(*length), rest),
        [first, 0x81, length @ 0x80..=0xff, rest @ ..] if *first == tag => (usize::from(*length), rest),
        [first, 0x82, high @ 1..=0xff, low, rest @ ..] if *first == tag => {
            (usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        _ => return Err(MISSHAPEN),
    };
    rest.split_at_checked(length).ok_or(MISSHAPEN)
}

/// What is written here has well under 65,535 bytes; a longer length could not be read back and is refused then.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    match length.to_be_bytes() {
        [0, low @ 0..=0x7f] => bytes.push(low),
        [0, low] => bytes.extend([0x81, low]),
        [high, low] => bytes.extend([0x82, high, low]),
    }
    bytes.extend_from_slice(content);
    bytes
}

#[cfg(test)]
mod tests {
    use super::{RANK, SEQUENCE, UNIT, decode, encode, tlv};
    use model::Standing;
    use model::vocabulary::{Rank, Vetting};
    use proptest::prelude::*;

    fn any_standing() -> impl Strategy<Value = Standing> {
        (
            prop::option::of("[a-z0-9][a-z0-9-]{0,38}[a-z0-9]"),
            prop::option::of(prop::sample::select(Rank::ALL)),
            prop::option::of(prop::sample::select(Vetting::ALL)),
        )
            .prop_map(|(unit, rank, vetting)| Standing {
                unit: unit.map(|u| u.parse().unwrap()),
                rank,
                vetting,
            })
    }

    proptest! {
        #[test]
        fn what_is_said_is_read(standing in any_standing()) {
            match encode(&standing) {
                Some(content) => prop_assert_eq!(decode(&content).unwrap(), standing),
                None => prop_assert!(standing.is_empty()),
            }
        }

        #[test]
        fn no_bytes_are_misread(content in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = decode(&content);
        }

        #[test]
        fn what_is_cut_short_is_refused(standing in any_standing(), keep in any::<prop::sample::Index>()) {
            if let Some(content) = encode(&standing) {
                prop_assert!(decode(&content[..keep.index(content.len())]).is_err());
            }
        }
    }

    #[test]
    fn a_fact_stated_twice_or_in_an_unknown_word_is_refused() {
        let said = |kind: &[u8], text: &str| {
            tlv(SEQUENCE, &[tlv(0x06, kind), tlv(0x31, &tlv(0x0c, text.as_bytes()))].concat())
        };
        let all = |parts: &[Vec<u8>]| decode(&tlv(SEQUENCE, &parts.concat()));
        assert!(all(&[said(RANK, "inspector")]).is_ok());
        assert!(all(&[said(RANK, "inspector"), said(RANK, "sergeant")]).is_err());
        assert!(all(&[said(RANK, "grand_vizier")]).is_err());
        assert!(all(&[said(UNIT, "Not A Unit")]).is_err());
        assert!(all(&[said(&[0x55, 0x04, 0x0d], "sc")]).is_err(), "a description that is no vetting");
        assert!(
            all(&[said(&[0x55, 0x04, 0x2a], "Zebedee")]).unwrap().is_empty(),
            "another kind of attribute"
        );
    }
}
