//! What records of one person have in common at two forces: features made of name and birth date, equal where the
//! records are probably of one person. They hold the name as it is: only a tag made of one under a key may leave.

use jiff::civil::Date;
use model::SameBy;
use model::vocabulary::DobPrecision;

use super::dob::is_new_year;
use super::record::{NameForm, PersonView};
use crate::name::{GIVEN, Phones, Sound, is_particle};

/// The most features of a record, of each sort. A name without aliases or nicknames has one.
pub const SAME_FEATURES_MAX: usize = 8;

/// The features of a record, each once, those of its own name first. Without a birth date to the day there are none; the
/// first of January, which many systems write when only the year is known, is no such date. Initials and names that
/// stand alone make none.
pub fn same_features(record: PersonView<'_>) -> Vec<(SameBy, Vec<u8>)> {
    let mut features = Vec::new();
    let known = record.dob.filter(|&dob| record.dob_precision == DobPrecision::Day && !is_new_year(dob));
    let Some(dob) = known else { return features };
    for form in record.name_forms() {
        let Some((first, family)) = core(form) else { continue };
        for name in GIVEN.heads(first) {
            add(&mut features, SameBy::Name, feature([name.into(), family.as_bytes().into()], dob));
        }
        for name in [first].into_iter().chain(GIVEN.heads(first)) {
            add(&mut features, SameBy::Sound, feature([sound(name), sound(&family)], dob));
        }
    }
    features
}

fn add(features: &mut Vec<(SameBy, Vec<u8>)>, by: SameBy, feature: Vec<u8>) {
    let held = features.iter().filter(|(of, _)| *of == by).count();
    let feature = (by, feature);
    if held < SAME_FEATURES_MAX && !features.contains(&feature) {
        features.push(feature);
    }
}

/// The first given name, and the family name in one word without particles. An initial is no name.
fn core(form: NameForm<'_>) -> Option<(&str, String)> {
    let is_name = |name: &&str| name.len() > 1;
    let first = form.given.split(' ').find(is_name)?;
    let parts = || form.family.split(' ').filter(is_name);
    let only_particles = parts().all(is_particle);
    let family: String = parts().filter(|part| only_particles || !is_particle(part)).collect();
    (!family.is_empty()).then_some((first, family))
}

fn sound(name: &str) -> Vec<u8> {
    Sound::of(&Phones::of(name)).bytes().collect()
}

/// Two parts in either order, and the day. No part holds the byte that stands between them.
fn feature(mut parts: [Vec<u8>; 2], dob: Date) -> Vec<u8> {
    parts.sort_unstable();
    let mut feature = dob.to_string().into_bytes();
    for part in &parts {
        feature.push(b'|');
        feature.extend(part);
    }
    feature
}
