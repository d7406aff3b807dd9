//! The keys that a probe asks under, the most telling first, and the walk along them.
//! How many records a key may bring up is judged from records of a million persons: a key that brings more is passed
//! over, as others say more for less.

use super::dates::{Dates, near, swapped};
use super::key::{self, initials};
use crate::name::Sounds;
use crate::person::subject::PersonSubject;

/// The most keys that a probe asks under. Most ask under sixty to a hundred.
pub const PROBE_KEYS_MAX: usize = 256;

/// The most records that all keys of a probe but the first bring up together, each counted as often as it is met.
pub const CANDIDATES_MAX: usize = 3_000;

/// A key that a probe asks under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbeKey {
    /// The key.
    pub key: u64,
    /// The most records for which it is worth following.
    pub rows_max: usize,
}

/// The places of those of `asked` that are worth following, when `counts` tells how many records each brings up.
pub fn followed(asked: &[ProbeKey], counts: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
    let mut met = 0_usize;
    asked.iter().zip(counts).zip(0..).filter_map(move |((asked, count), at)| {
        let room = CANDIDATES_MAX.saturating_sub(met);
        // What comes first is always followed: a probe that says little has nothing better.
        let is_followed = count <= asked.rows_max && (met == 0 || count <= room);
        met += if is_followed { count } else { 0 };
        is_followed.then_some(at)
    })
}

/// The keys that a probe asks under, the most telling first.
pub fn probe_keys(subject: &PersonSubject) -> Vec<u64> {
    ranked_keys(subject).into_iter().map(|asked| asked.key).collect()
}

/// As [`probe_keys`], each with the most records for which it is worth following.
pub fn ranked_keys(subject: &PersonSubject) -> Vec<ProbeKey> {
    let mut asked = Asked { keys: Vec::with_capacity(PROBE_KEYS_MAX) };
    let (given, family) = (subject.given.text(), subject.family.text());
    let (g, f) = (Sounds::asked_given(given), Sounds::asked_family(family));
    let fine_family = Sounds::fine_family(family);
    let own = || f.own().chain(g.own());
    let dates = Dates::of_probe(subject);
    let limits = Limits::of(subject, &dates);

    asked.add(1_000, dates.day.map(key::dob));
    asked.add(1_000, subject.postcode.as_ref().and_then(|postcode| key::postcode(postcode.as_str())));
    for name in own().chain(f.others()).chain(g.others()) {
        asked.add(300, dates.day.map(|day| key::name_day(name, day)));
        asked.add(300, dates.month.map(|month| key::name_month(name, month)));
    }
    for (name, place) in g.own().zip(1..) {
        asked.add(2_000, f.own().map(|other| key::pair(name, other)));
        asked.add(300, g.own().skip(place).map(|other| key::pair(name, other)));
    }
    if let (Some(day), Some(initials)) = (dates.day, initials(given, family)) {
        asked.add(100, near(day).map(|near| key::dob_initials(near, initials)));
    }
    asked.add(300, dates.day.and_then(swapped).map(key::dob));
    let initial = given.bytes().next();
    asked
        .add(300, initial.into_iter().flat_map(|letter| f.iter().map(move |f| key::only_initial(f, letter))));
    for year in dates.years.clone().into_iter().flatten() {
        asked.add(200, own().map(|name| key::vague_year(name, year)));
        asked.add(500, f.own().map(|f| key::name_year(f, year)));
    }
    for name in g.iter() {
        asked.add(2_000, f.iter().map(|other| key::pair(name, other)));
    }
    for other in g.own() {
        asked.add(limits.slip, fine_family.iter().flat_map(|f| key::slips(f, other)));
    }
    for name in Sounds::fine_given(given).iter().take(1) {
        asked.add(limits.slip, f.own().flat_map(|f| key::slips(name, f)));
    }
    for year in dates.years.clone().into_iter().flatten() {
        asked.add(500, f.others().map(|f| key::name_year(f, year)));
        asked.add(300, g.own().map(|g| key::name_year(g, year)));
    }
    for other in g.others() {
        asked.add(limits.slip, fine_family.iter().flat_map(|f| key::slips(f, other)));
    }
    asked.add(limits.name, own().map(key::name));
    asked.add(
        limits.initial,
        initial.into_iter().flat_map(|letter| f.own().map(move |f| key::initial(f, letter))),
    );
    asked.keys
}

/// Keys of a probe as they gather, without duplicates.
struct Asked {
    keys: Vec<ProbeKey>,
}

impl Asked {
    fn add(&mut self, rows_max: usize, keys: impl IntoIterator<Item = u64>) {
        for key in keys {
            if self.keys.len() < PROBE_KEYS_MAX && self.keys.iter().all(|asked| asked.key != key) {
                self.keys.push(ProbeKey { key, rows_max });
            }
        }
    }
}

/// The most records for keys that lean on names alone. Where no day of birth is known, names must do, and may cost more.
struct Limits {
    slip: usize,
    initial: usize,
    name: usize,
}

impl Limits {
    fn of(subject: &PersonSubject, dates: &Dates) -> Self {
        let dated = dates.day.is_some();
        let lone = subject.given.is_empty() || subject.family.is_empty();
        let only_initials = subject.given.tokens().iter().all(|token| token.text.len() == 1);
        Self {
            slip: if dated { 150 } else { 700 },
            initial: match (only_initials, dated) {
                (true, _) => 2_000,
                (false, true) => 300,
                (false, false) => 1_000,
            },
            name: match (lone, dated) {
                (true, _) => 20_000,
                (false, true) => 100,
                (false, false) => 300,
            },
        }
    }
}
