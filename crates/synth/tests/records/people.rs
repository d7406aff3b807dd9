//! Who is who: truth agrees with the records, the overlap is as asked, planted people are there, probes have answers.
//! Some things are met by several forces.

use std::collections::{BTreeMap, BTreeSet};

use model::Dataset;
use synth::{Corruption, planted};

use crate::read::{Row, world};

#[test]
fn truth_names_every_person_record_and_the_overlap_is_as_asked() {
    let mut holders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut named = BTreeSet::new();
    let words: BTreeSet<&str> = Corruption::all().map(Corruption::as_str).collect();
    for row in &world().truth {
        let first = holders.entry(&row["true_person"]).or_default().insert(&row["force"]);
        assert!(first, "{} holds a person twice", row["force"]);
        assert!(named.insert((row["force"].as_str(), row["person_id"].as_str())));
        assert!(row["corruptions"].split(';').all(|word| word.is_empty() || words.contains(word)));
    }
    for force in world().forces() {
        let rows = world().rows(force, Dataset::Person);
        let records: BTreeSet<_> = rows.iter().map(|row| (force, row["person_id"].as_str())).collect();
        assert!(records.is_subset(&named));
        let held: Vec<_> =
            holders.iter().filter(|(key, by)| by.contains(force) && key.starts_with("T-")).collect();
        assert_eq!(held.len(), world().spec.persons as usize);
        let shared = held.iter().filter(|(_, by)| by.len() > 1).count() as f64 / held.len() as f64;
        assert!((shared - world().spec.overlap).abs() < 0.005, "{force}: {shared}");
    }
    let records: usize = world().forces().map(|force| world().rows(force, Dataset::Person).len()).sum();
    assert_eq!(records, world().truth.len());
    let people = holders.keys().filter(|key| key.starts_with("T-")).count();
    assert_eq!(people as u64, world().summary.true_persons);
    let in_all = holders.values().filter(|by| by.len() == 3).count();
    assert!(in_all > 10, "{in_all} people are held by all three forces");
}

#[test]
fn records_number_their_persons_in_no_telling_order() {
    let numbers = |force: &str| -> BTreeMap<&str, &str> {
        let own = world().truth.iter().filter(|row| row["force"] == force);
        own.map(|row| (row["true_person"].as_str(), row["person_id"].rsplit('-').next().unwrap())).collect()
    };
    let (mps, btp) = (numbers("mps"), numbers("btp"));
    let same = mps.iter().filter(|(person, number)| btp.get(*person) == Some(number)).count();
    assert!(same < 10, "{same} people have the same number in two forces");
}

#[test]
fn planted_people_are_held_as_stated_and_by_nobody_else() {
    for person in planted().persons {
        for force in world().forces() {
            let key = |row: &&Row| row["true_person"] == person.key && row["force"] == force;
            let told = world().truth.iter().find(key);
            let Some(holding) = person.held_by(force) else {
                assert!(told.is_none(), "{} at {force}", person.key);
                continue;
            };
            let id = &told.unwrap()["person_id"];
            let row =
                world().rows(force, Dataset::Person).iter().find(|row| row["person_id"] == *id).unwrap();
            assert_eq!(row["given_names"], holding.given_names);
            assert_eq!(row["family_name"], holding.family_name);
            assert_eq!(row.get("dob").cloned(), holding.dob.map(|dob| dob.to_string()));
            assert_eq!(row.get("postcode").map(String::as_str), holding.postcode);
            assert_eq!(row["disclosure_mark"], holding.mark.as_str());
            assert_eq!(row["subject_category"], person.subject.as_str());
            let reports = world()
                .rows(force, Dataset::Link)
                .iter()
                .filter(|link| link["from_id"] == *id && link["to_dataset"] == "report")
                .count();
            assert!(holding.mark.as_str() != "disclose" || reports >= 3, "{} at {force}", person.key);
        }
        let start = person.family_name.split_at(5).0;
        let bearers = world().truth.iter().filter(|row| row["true_person"] == person.key).count();
        let all = world().forces().flat_map(|force| world().rows(force, Dataset::Person));
        assert_eq!(all.filter(|row| row["family_name"].starts_with(start)).count(), bearers);
    }
}

#[test]
fn planted_and_pooled_things_are_held_by_several_forces() {
    for object in planted().objects {
        for force in world().forces() {
            let plain = |value: &str| value.replace(' ', "");
            let rows = world().rows(force, Dataset::Identifier);
            let holder = rows.iter().find(|row| plain(&row["value"]) == plain(object.value));
            let expected = object.holders.iter().find(|holder| holder.0 == force);
            assert_eq!(holder.is_some(), expected.is_some(), "{} at {force}", object.kind);
            if let (Some(holder), Some((_, _, role))) = (holder, expected) {
                let links = world().rows(force, Dataset::Link);
                assert!(
                    links.iter().any(|link| link["to_id"] == holder["holder_id"] && link["role"] == *role)
                );
            }
        }
    }
    let vrms = |force| -> BTreeSet<String> {
        let rows = world().rows(force, Dataset::Identifier).iter();
        rows.filter(|row| row["kind"] == "vrm").map(|row| row["value"].replace(' ', "")).collect()
    };
    let shared = vrms("mps").intersection(&vrms("btp")).count();
    assert!(shared >= 5, "{shared} vehicles are known to both");
}

#[test]
fn probes_have_known_answers() {
    let held: BTreeSet<&str> = world().truth.iter().map(|row| row["true_person"].as_str()).collect();
    let (found, strangers): (Vec<&Row>, Vec<&Row>) =
        world().probes.iter().partition(|row| held.contains(row["true_person"].as_str()));
    assert_eq!(world().probes.len() as u64, world().summary.probes);
    assert!(found.len() >= 800 && strangers.len() >= 200, "{} {}", found.len(), strangers.len());
    for probe in &world().probes {
        assert!(!probe["given_names"].is_empty() && !probe["family_name"].is_empty());
        assert_eq!(probe["dob"].is_empty(), probe["corruptions"].contains("dob_missing"));
        assert!(probe["dob"].is_empty() || probe["dob"].parse::<jiff::civil::Date>().is_ok());
    }
    let distinct: BTreeSet<_> = world().probes.iter().map(|row| &row["true_person"]).collect();
    assert_eq!(distinct.len(), world().probes.len());
}
