//! Linking addresses: unit, house number, words of street and town, postcode; whole, in part, or in free text.
//! A property number names its address for certain and is looked up as an identifier.

mod compare;
mod keys;
mod record;
mod subject;
mod text;

pub use compare::{compare, compare_view, probability};
pub use keys::{KEYS_MAX, probe_keys, record_keys};
pub use record::{AddressRecord, AddressView, RawAddress};
pub use subject::{ADDRESS_BITS_MIN, AddressSubject};
pub use text::address_words;
