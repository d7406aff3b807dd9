//! The same person at two forces is noticed, and nobody learns anything else of it: not how many a force found, not
//! from one question to the next, not without the key.

use std::collections::BTreeSet;

use api::v1;
use linkage::person::{PersonRecord, RawPerson, same_features};
use model::{Ask, Granularity, Outcome, Probe, SamePerson, Search};
use prost::Message;
use serde_json::json;
use sha2::{Digest, Sha256};
use tests::analyst::{batch, person};
use tests::stub::Conduct;
use tests::{Analyst, Federation, Plan, Records};

const COUNT: Granularity = Granularity::Count;

fn andrew() -> Probe {
    person("Andrew", "Featherstone", "1971-06-14")
}

fn colin() -> Probe {
    person("Colin", "Ottershaw", "1980-10-09")
}

/// Andrew is at all three forces under three spellings. Colin is at BTP, and another Colin at MPS, born a day earlier.
/// Sidney is open at MPS and silent at BTP.
fn three_forces() -> Plan {
    let silent = json!({ "disclosure_mark": "silent" });
    let mps = Records::new()
        .person("M1", "Andrew James", "Featherstone", "1971-06-14", json!({}))
        .person("M2", "Colin", "Ottershaw", "1980-10-08", json!({}))
        .person("M3", "Sidney", "Underhill", "1966-03-23", json!({}));
    let btp = Records::new()
        .person("B1", "Andy", "FEATHERSTONE", "1971-06-14", json!({}))
        .person("B2", "Colin", "Ottershaw", "1980-10-09", json!({}))
        .person("B3", "Sidney", "Underhill", "1966-03-23", silent);
    let colp = Records::new().person("C1", "Andrew", "Fetherston", "1971-06-14", json!({}));
    Plan::new().node("mps", mps).node("colp", colp).node("btp", btp)
}

fn tagging(keys: &[(&'static str, u8)]) -> Plan {
    keys.iter().fold(three_forces(), |plan, &(force, number)| plan.tag_key(force, number))
}

const ALL: &[(&str, u8)] = &[("mps", 1), ("colp", 1), ("btp", 1)];

fn lines(same: &[SamePerson]) -> Vec<String> {
    let line = |same: &SamePerson| {
        let forces: Vec<_> = same.forces.iter().map(ToString::to_string).collect();
        format!("{}: {}", forces.join(" "), same.confidence)
    };
    same.iter().map(line).collect()
}

#[tokio::test]
async fn the_same_person_is_noticed_and_another_who_fits_the_probe_is_not() {
    let federation = Federation::start(tagging(ALL)).await;
    let analyst = federation.analyst();
    let everywhere = ["btp mps: almost certain", "btp colp mps: highly likely"];
    for (probe, hits, expected) in [
        (andrew(), 3, &everywhere[..]),
        (colin(), 2, &[]),
        (person("Sidney", "Underhill", "1966-03-23"), 1, &[]),
        (person("Nora", "Nobody", "1955-05-05"), 0, &[]),
    ] {
        let answer = analyst.search(probe.clone(), COUNT).await.unwrap();
        let hit = answer.answers.iter().filter(|(_, reply)| reply.hit == Some(true)).count();
        assert_eq!(
            (hit, lines(&answer.same_person)),
            (hits, expected.iter().map(ToString::to_string).collect())
        );
        let below = analyst.search(probe, Granularity::Hit).await.unwrap();
        assert_eq!(below.same_person, []);
    }
    let listed = analyst.batch(vec![colin(), andrew()], COUNT).await.unwrap();
    let told: Vec<_> = listed.subjects.iter().map(|subject| lines(&subject.same_person)).collect();
    assert_eq!(told, [vec![], everywhere.map(str::to_owned).to_vec()]);
}

#[tokio::test]
async fn forces_without_the_same_key_can_not_be_compared() {
    for (keys, expected) in [
        (&[("mps", 1)][..], &[][..]),
        (&[("mps", 1), ("btp", 2)], &[]),
        (&[("mps", 2), ("btp", 2)], &["btp mps: almost certain"]),
    ] {
        let federation = Federation::start(tagging(keys)).await;
        let answer = federation.analyst().search(andrew(), COUNT).await.unwrap();
        assert_eq!(
            (answer.coverage.answered(), lines(&answer.same_person)),
            (3, expected.iter().map(ToString::to_string).collect())
        );
    }
}

/// What a node releases to its coordinator.
async fn released(
    federation: &Federation,
    analyst: &Analyst,
    force: &str,
    probe: Probe,
) -> v1::SearchRelease {
    let question = analyst.question(Ask::Search(Search { probe, granularity: COUNT }));
    let channel = federation.channel(force, &federation.addresses[force]);
    let mut client = v1::node_client::NodeClient::new(channel);
    client.search(analyst.sign(&question)).await.unwrap().into_inner()
}

fn numbers(release: &v1::SearchRelease) -> BTreeSet<u64> {
    let tags = release.tags.as_ref().unwrap();
    tags.name.iter().chain(&tags.sound).copied().collect()
}

#[tokio::test]
async fn tags_tell_neither_how_many_were_found_nor_who_in_the_next_question() {
    let federation = Federation::start(tagging(&[("mps", 1), ("btp", 1)])).await;
    let analyst = federation.analyst();
    let sidney = || person("Sidney", "Underhill", "1966-03-23");
    let mut seen: BTreeSet<u64> = BTreeSet::new();
    let mut bare = Vec::new();
    for probe in [andrew(), andrew(), colin(), sidney(), person("Nora", "Nobody", "1955-05-05")] {
        let mut release = released(&federation, &analyst, "btp", probe).await;
        let tags = numbers(&release);
        assert_eq!((tags.len(), release.tags.as_ref().unwrap().name.len()), (32, 16));
        assert!(seen.is_disjoint(&tags), "a tag came back in another question");
        seen.extend(tags);
        let whole = release.encoded_len();
        (release.tags, release.question_id) = (None, vec![]);
        bare.push((whole - release.encoded_len(), release.encode_to_vec()));
    }
    let [_, hit, .., silent, none] = &bare[..] else { panic!("five were asked") };
    assert_eq!(silent, none, "a silent record is as none, and its tags take as many bytes");
    assert!(hit.0 == none.0 && hit.1 != none.1, "the comparison can tell a hit");
    let open = released(&federation, &analyst, "mps", sidney()).await;
    assert_eq!(open.hit, Some(true));
    let keyless = released(&federation, &analyst, "colp", andrew()).await;
    assert_eq!((keyless.hit, keyless.tags), (Some(true), None), "a node without a key sends none");
}

#[tokio::test]
async fn no_tag_is_a_hash_that_anybody_can_make_and_none_reaches_the_analyst() {
    let federation = Federation::start(tagging(ALL)).await;
    let analyst = federation.analyst();
    let release = released(&federation, &analyst, "mps", andrew()).await;
    let record = PersonRecord::read(&RawPerson {
        given_names: "Andrew James",
        family_name: "Featherstone",
        dob: "1971-06-14".parse().ok(),
        ..RawPerson::default()
    });
    let features = same_features(record.view());
    assert!(features.len() >= 2);
    let question = release.question_id.clone();
    for (_, feature) in &features {
        for text in [
            feature.clone(),
            [&question, feature.as_slice()].concat(),
            [feature, question.as_slice()].concat(),
        ] {
            let hash = Sha256::digest(&text);
            for part in hash.chunks_exact(8) {
                let part: [u8; 8] = part.try_into().unwrap();
                for guess in [u64::from_be_bytes(part), u64::from_le_bytes(part)] {
                    assert!(!numbers(&release).contains(&guess));
                }
            }
        }
    }
    let asked = analyst.question(Ask::Search(Search { probe: andrew(), granularity: COUNT }));
    let request = v1::SearchRequest { question: Some(analyst.sign(&asked)), deadline_ms: 0 };
    let answer = analyst.client.clone().search(request).await.unwrap().into_inner();
    assert!(!answer.same_person.is_empty());
    assert!(answer.answers.iter().all(|force| force.release.as_ref().unwrap().tags.is_none()));
    let asked = analyst.question(batch(vec![andrew()], COUNT));
    let request = v1::SearchBatchRequest { question: Some(analyst.sign(&asked)), deadline_ms: 0 };
    let answer = analyst.client.clone().search_batch(request).await.unwrap().into_inner();
    assert!(!answer.subjects[0].same_person.is_empty());
    assert!(answer.subjects[0].answers.iter().all(|force| force.release.as_ref().unwrap().tags.is_none()));
}

#[tokio::test]
async fn a_force_that_floods_the_coordinator_with_tags_is_not_heard() {
    let mps = Records::new().person("M1", "Andrew", "Featherstone", "1971-06-14", json!({}));
    let plan = Plan::new().node("mps", mps).stub("btp", Conduct::Tags).tag_key("mps", 1);
    let federation = Federation::start(plan).await;
    let answer = federation.analyst().search(andrew(), COUNT).await.unwrap();
    assert_eq!(answer.coverage.forces[0].outcome, Outcome::Incompatible);
    assert_eq!((answer.coverage.answered(), answer.same_person), (1, vec![]));
}
