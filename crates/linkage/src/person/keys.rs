//! Blocking keys: a record is a candidate for a probe when they share one. Chosen for recall first.
//!
//! Each key joins facts that survive an error in the others: the birth date survives anything in the names; a name with
//! the year, a wrong day; a name with day and month, a wrong year; both initials, a slip in each name and one in the
//! date; two names, anything in the date; one name and the other less one consonant, a slip besides; the postcode,
//! nearly everything else. Names enter by their sound, and keys do not say which is given and which is family, so
//! that exchanged names meet. What is uncertain is spelled out on the probe's side: nicknames, readings of one letter
//! in several languages, mistaken digits. A record carries few keys, and a probe asks under many.

mod dates;
mod key;
mod probe;

pub use probe::{CANDIDATES_MAX, PROBE_KEYS_MAX, ProbeKey, followed, probe_keys, ranked_keys};

use dates::Dates;
use key::initials;

use super::record::{NameForm, PersonRecord, PersonView};
use crate::keys::Keys;
use crate::name::Sounds;

/// The most keys that a record is indexed under. Without aliases it has about twenty-four.
pub const RECORD_KEYS_MAX: usize = 96;

/// The keys that a record is indexed under.
pub fn record_keys(record: &PersonRecord) -> Vec<u64> {
    let record: PersonView<'_> = record.view();
    let mut keys = Keys::with_room_for(RECORD_KEYS_MAX);
    let dates = Dates::of_record(record.dob, record.dob_precision);
    if let Some(day) = dates.day {
        keys.add(key::dob(day));
    }
    if let Some(postcode) = record.postcode.and_then(key::postcode) {
        keys.add(postcode);
    }
    for form in record.name_forms() {
        add_form(form, &dates, &mut keys);
    }
    keys.into_vec()
}

fn add_form(form: NameForm<'_>, dates: &Dates, keys: &mut Keys) {
    let (given, family) = (Sounds::of_given(form.given), Sounds::of_family(form.family));
    for (name, place) in given.iter().zip(1..) {
        given.iter().skip(place).chain(family.iter()).for_each(|other| keys.add(key::pair(name, other)));
    }
    for name in family.iter().chain(given.iter()) {
        keys.add(key::name(name));
        if let Some(day) = dates.day {
            keys.add(key::name_day(name, day));
        }
        if let Some(month) = dates.month {
            keys.add(key::name_month(name, month));
        }
        for year in dates.years.clone().into_iter().flatten() {
            keys.add(key::name_year(name, year));
            if dates.vague {
                keys.add(key::vague_year(name, year));
            }
        }
    }
    if let (Some(day), Some(initials)) = (dates.day, initials(form.given, form.family)) {
        keys.add(key::dob_initials(day, initials));
    }
    for f in family.iter() {
        for g in Sounds::fine_given(form.given).iter().take(1) {
            key::slips(g, f).for_each(|key| keys.add(key));
        }
        if let Some(initial) = form.given.bytes().next() {
            keys.add(key::initial(f, initial));
            if given.is_empty() {
                keys.add(key::only_initial(f, initial));
            }
        }
    }
    for g in given.iter().take(1) {
        for f in Sounds::fine_family(form.family).iter() {
            key::slips(f, g).for_each(|key| keys.add(key));
        }
    }
}
