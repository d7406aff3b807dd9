//! The sounds under which a name is looked up: on a record few, on a probe also what else the name may be called.
//! Kept in a small array: a record's keys are made a hundred thousand times a second.

use super::nickname::{FAMILY, GIVEN};
use super::{JOINED, Phones, Sound, is_particle};

/// Sounds of one name on a record.
const RECORD_SOUNDS: usize = 4;

/// Sounds of one name on a probe.
const PROBE_SOUNDS: usize = 16;

/// Two short given names are written as one word as often as two: `Mary Ann`, `Xiao Ming`.
const JOINED_LETTERS_MAX: usize = 8;

/// Distinct sounds in the order of their worth.
pub(crate) struct Sounds {
    sounds: Vec<Sound>,
    /// How many are of the name as it is written.
    own: usize,
    max: usize,
}

impl Sounds {
    /// Of given names on a record.
    pub(crate) fn of_given(given: &str) -> Self {
        let mut sounds = Self::with_room_for(RECORD_SOUNDS);
        each_given(given, |name| sounds.add(Sound::of(&Phones::of(name))));
        sounds
    }

    /// Of a family name on a record.
    pub(crate) fn of_family(family: &str) -> Self {
        let mut sounds = Self::with_room_for(RECORD_SOUNDS);
        each_family(family, |name| sounds.add(Sound::of(&Phones::of(name))));
        sounds
    }

    /// The names themselves, with every consonant told apart.
    pub(crate) fn fine_given(given: &str) -> Self {
        let mut sounds = Self::with_room_for(RECORD_SOUNDS);
        each_given(given, |name| sounds.add(Sound::fine(&Phones::of(name))));
        sounds
    }

    /// The names themselves, with every consonant told apart.
    pub(crate) fn fine_family(family: &str) -> Self {
        let mut sounds = Self::with_room_for(RECORD_SOUNDS);
        each_family(family, |name| sounds.add(Sound::fine(&Phones::of(name))));
        sounds
    }

    /// Of given names on a probe: with nicknames and other readings.
    pub(crate) fn asked_given(given: &str) -> Self {
        let mut sounds = Self::with_room_for(PROBE_SOUNDS);
        each_given(given, |name| sounds.add(Sound::of(&Phones::of(name))));
        sounds.own = sounds.sounds.len();
        each_given(given, |name| Sound::others(&Phones::of(name)).for_each(|other| sounds.add(other)));
        for token in given.split(' ') {
            GIVEN.kindred(token).for_each(|name| sounds.add(Sound::of(&Phones::of(name))));
        }
        sounds
    }

    /// Of a family name on a probe.
    pub(crate) fn asked_family(family: &str) -> Self {
        let mut sounds = Self::with_room_for(PROBE_SOUNDS);
        each_family(family, |name| sounds.add(Sound::of(&Phones::of(name))));
        sounds.own = sounds.sounds.len();
        each_family(family, |name| Sound::others(&Phones::of(name)).for_each(|other| sounds.add(other)));
        for token in family.split(' ') {
            FAMILY.kindred(token).for_each(|name| sounds.add(Sound::of(&Phones::of(name))));
        }
        sounds
    }

    /// All sounds.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Sound> + Clone {
        self.sounds.iter().copied()
    }

    /// Those of the name as it is written.
    pub(crate) fn own(&self) -> impl Iterator<Item = Sound> + Clone {
        self.iter().take(self.own)
    }

    /// Those of other names and readings.
    pub(crate) fn others(&self) -> impl Iterator<Item = Sound> + Clone {
        self.iter().skip(self.own)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sounds.is_empty()
    }

    fn with_room_for(max: usize) -> Self {
        Self { sounds: Vec::with_capacity(max), own: 0, max }
    }

    fn add(&mut self, sound: Sound) {
        if self.sounds.len() < self.max && sound.len() > 0 && !self.sounds.contains(&sound) {
            self.sounds.push(sound);
        }
    }
}

/// Each given name that is more than an initial, and all as one word where they are often written so: two short ones,
/// `Abdul Rahman`, and a family name such as `Mc Donald` in the wrong column.
fn each_given(given: &str, mut with: impl FnMut(&str)) {
    given.split(' ').filter(|name| name.len() > 1).take(3).for_each(&mut with);
    let Some((first, _)) = given.split_once(' ') else { return };
    if given.len() <= JOINED_LETTERS_MAX + 1 || first.starts_with("abd") || JOINED.contains(&first) {
        with(&given.replace(' ', ""));
    }
}

/// The whole name as one word, and each part that carries it.
fn each_family(family: &str, mut with: impl FnMut(&str)) {
    if family.contains(' ') {
        with(&family.replace(' ', ""));
        family.split(' ').filter(|name| name.len() > 1 && !is_particle(name)).for_each(with);
    } else if !family.is_empty() {
        with(family);
    }
}
