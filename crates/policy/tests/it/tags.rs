//! Tags: which matches give one, how many there are whatever was found, and what they are worth elsewhere.

use std::collections::BTreeSet;

use model::vocabulary::{DisclosureMark, EntityKind, Provenance};
use model::{
    Ask, Dataset, Granularity, Label, LabelId, LabelTable, PersonTags, Principal, Probability, Question,
    QuestionId, Reply, SameBy,
};
use policy::tag::TAGS;
use policy::{BadTagKey, Findings, History, Match, Permit, Policy, TagKey, Tagging};
use proptest::prelude::{prop, proptest};

use crate::search::REFER;
use crate::support::{PERMIT_ALL, Still, authorise, now, ordinary, person, policy, question};

fn key(seed: u8) -> TagKey {
    TagKey::new(std::array::from_fn(|at| seed.wrapping_mul(31).wrapping_add(at as u8)))
}

fn of(force: &str, seed: u8) -> Policy {
    policy(REFER).tagging(Tagging::new(key(seed), force.parse().unwrap()))
}

fn labels() -> LabelTable {
    let marked = |disclosure_mark| Label { disclosure_mark, ..ordinary(Dataset::Person) };
    vec![marked(DisclosureMark::Disclose), marked(DisclosureMark::Refer), marked(DisclosureMark::Silent)]
        .into()
}

/// A match with one feature of each sort.
fn found(feature: &str, labels: &[u32]) -> Match {
    Match {
        entity: EntityKind::Person,
        record: feature.to_owned(),
        labels: labels.iter().map(|&label| LabelId(label)).collect(),
        confidence: Probability::clamped(0.9),
        facets: vec![],
        features: SameBy::ALL.map(|by| (by, feature.as_bytes().to_vec())).into(),
    }
}

fn tags(policy: &Policy, permit: Permit, matches: Vec<Match>) -> Option<PersonTags> {
    let mut findings = Findings::for_search(&permit);
    matches.into_iter().for_each(|found| findings.add_match(found));
    match policy.release(permit, findings, &History::empty(), now(), &mut Still(1)).unwrap().into_reply() {
        Reply::Search(reply) => reply.tags,
        Reply::Table(_) => panic!("a search was answered with a table"),
    }
}

fn asked(policy: &Policy, question: &Question, matches: Vec<Match>) -> Option<PersonTags> {
    tags(policy, authorise(policy, question, &labels()).unwrap(), matches)
}

fn numbers(tags: &PersonTags) -> BTreeSet<u64> {
    SameBy::ALL.iter().flat_map(|by| tags.of(*by)).copied().collect()
}

/// How many tags two forces' releases have in common.
fn common(one: &Option<PersonTags>, other: &Option<PersonTags>) -> usize {
    let (Some(one), Some(other)) = (one, other) else { return 0 };
    numbers(one).intersection(&numbers(other)).count()
}

#[test]
fn two_forces_have_in_common_what_both_may_count() {
    let question = question(person(Granularity::Picture));
    let (mps, btp) = (of("mps", 1), of("btp", 1));
    for (at_mps, at_btp, expected) in [
        (vec![], vec![], 0),
        (vec![("ann", &[0][..])], vec![], 0),
        (vec![("ann", &[0])], vec![("ann", &[0][..])], 2),
        (vec![("ann", &[0])], vec![("bea", &[0])], 0),
        (vec![("ann", &[0]), ("bea", &[0])], vec![("bea", &[0]), ("ann", &[0])], 4),
        (vec![("ann", &[0]), ("ann", &[0])], vec![("ann", &[0])], 2),
        // Silent, refer-only and unlabelled records give no tag.
        (vec![("ann", &[2])], vec![("ann", &[0])], 0),
        (vec![("ann", &[1])], vec![("ann", &[0])], 0),
        (vec![("ann", &[0, 2])], vec![("ann", &[0])], 0),
        (vec![("ann", &[])], vec![("ann", &[0])], 0),
        (vec![("ann", &[99])], vec![("ann", &[0])], 0),
    ] {
        let told = |matches: &[(&str, &[u32])]| matches.iter().map(|(f, l)| found(f, l)).collect::<Vec<_>>();
        let (one, other) = (asked(&mps, &question, told(&at_mps)), asked(&btp, &question, told(&at_btp)));
        assert_eq!(common(&one, &other), expected, "{at_mps:?} {at_btp:?}");
    }
}

#[test]
fn a_policy_withholds_of_some_labels_that_others_hold_the_same_person() {
    let labels: LabelTable = vec![
        ordinary(Dataset::Person),
        Label { provenance: Provenance::Sensitive, ..ordinary(Dataset::Person) },
    ]
    .into();
    let all = r#"@id("all") permit (principal, action, resource);"#;
    let sensitive = r#"@id("sensitive") @withholds("same_person")
        permit (principal, action == Action::"search", resource) when { resource.provenance == "sensitive" };"#;
    let question = question(person(Granularity::Picture));
    let told = |force: &str, text: &str, labels_of: &[u32]| {
        let policy = policy(text).tagging(Tagging::new(key(1), force.parse().unwrap()));
        let permit = authorise(&policy, &question, &labels).unwrap();
        tags(&policy, permit, vec![found("ann", labels_of)])
    };
    let open = told("mps", all, &[0]);
    // Of several permits the strictest holds, and of several labels.
    let both = format!("{all}\n{sensitive}");
    for (text, labels_of, in_common) in
        [(all, &[1][..], 2), (&both, &[0], 2), (&both, &[1], 0), (&both, &[0, 1], 0)]
    {
        let tags = told("btp", text, labels_of);
        assert!(tags.is_some(), "there are always as many tags");
        assert_eq!(common(&open, &tags), in_common, "{text} {labels_of:?}");
    }
}

#[test]
fn tags_are_worth_nothing_under_another_question_subject_or_key() {
    let search = question(person(Granularity::Count));
    let later = Question { id: QuestionId(uuid::Uuid::from_u128(8)), ..search.clone() };
    let ann = || vec![found("ann", &[0])];
    let mps = of("mps", 1);
    let here = asked(&mps, &search, ann());
    assert_eq!(here, asked(&mps, &search, ann()), "the same question gives the same tags");
    assert_eq!(common(&here, &asked(&of("btp", 1), &search, ann())), 2);
    assert_eq!(common(&here, &asked(&mps, &later, ann())), 0, "another question");
    assert_eq!(common(&here, &asked(&of("btp", 2), &search, ann())), 0, "another key");
    let Ask::Search(one) = &search.ask else { unreachable!("a search") };
    let batch = Question { ask: Ask::Batch(vec![one.clone(), one.clone()]), ..search.clone() };
    let principal = Principal::named(batch.asker.clone());
    let permits = mps.authorise_batch(&principal, &batch, &labels(), now()).unwrap();
    let subjects: Vec<_> = permits.into_iter().map(|permit| tags(&mps, permit.unwrap(), ann())).collect();
    assert_eq!(common(&subjects[0], &subjects[1]), 0, "another subject");
    assert_eq!(common(&here, &subjects[0]), 0, "a subject of the same question's id");
}

#[test]
fn there_are_none_below_count_nor_without_a_key() {
    for &rung in Granularity::ALL {
        let question = question(person(rung));
        let told = asked(&of("mps", 1), &question, vec![found("ann", &[0])]);
        assert_eq!(told.is_some(), rung >= Granularity::Count, "{rung}");
        assert_eq!(asked(&policy(PERMIT_ALL), &question, vec![found("ann", &[0])]), None, "{rung}");
    }
}

proptest! {
    /// However many were found, there are as many tags, ascending and each once, and none of them stands in both lists.
    #[test]
    fn there_are_always_as_many(people in prop::collection::vec(("[a-e]", 0_u32..4), 0..40)) {
        let matches = people.iter().map(|(name, label)| found(name, &[*label])).collect();
        let tags = asked(&of("mps", 1), &question(person(Granularity::Count)), matches).unwrap();
        for by in SameBy::ALL {
            assert_eq!(tags.of(by).len(), TAGS);
            assert!(tags.of(by).is_sorted_by(|one, next| one < next));
        }
        assert_eq!(numbers(&tags).len(), 2 * TAGS);
    }
}

#[test]
fn more_persons_than_there_is_room_for_are_told_by_their_likelihood() {
    let question = question(person(Granularity::Count));
    let likely = Match { confidence: Probability::clamped(0.99), ..found("likely", &[0]) };
    let others = (0..100).map(|at| found(&at.to_string(), &[0]));
    let crowd = asked(&of("mps", 1), &question, others.chain([likely]).collect());
    assert_eq!(common(&crowd, &asked(&of("btp", 1), &question, vec![found("likely", &[0])])), 2);
}

#[test]
fn a_key_is_read_as_it_was_written_and_never_shown() {
    let text = key(5).to_text();
    assert_eq!(text.len(), 65);
    assert_eq!(TagKey::parse(&text).unwrap().to_text(), text);
    assert_eq!(TagKey::parse(&text.to_uppercase()).unwrap().to_text(), text);
    assert_eq!(format!("{:?}", key(5)), "TagKey(redacted)");
    let tagging = format!("{:?}", Tagging::new(key(5), "mps".parse().unwrap()));
    assert!(!tagging.contains(&text[..8]), "{tagging}");
    for wrong in ["", "00", &"0".repeat(64), &"g".repeat(64), &text[1..], &format!("{}00", text.trim())] {
        assert_eq!(TagKey::parse(wrong).err(), Some(BadTagKey), "{wrong:?}");
    }
}

/// The tags are what their description says: a second reading of it in other words.
#[test]
fn a_tag_is_a_keyed_hash_of_the_question_and_the_feature() {
    use hmac::{Hmac, KeyInit, Mac};
    let hmac = |key: &[u8], text: &[u8]| {
        let mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap().chain_update(text);
        mac.finalize().into_bytes().to_vec()
    };
    let question = question(person(Granularity::Count));
    let info = [b"bluelamp tag 1".as_slice(), question.id.0.as_bytes(), &[255; 8], &[1]].concat();
    let forces_key: [u8; 32] = std::array::from_fn(|at| 31_u8.wrapping_add(at as u8));
    let expected = hmac(&hmac(&forces_key, &info), b"name toldann");
    let expected = u64::from_be_bytes(expected[..8].try_into().unwrap());
    let tags = asked(&of("mps", 1), &question, vec![found("ann", &[0])]).unwrap();
    assert!(tags.name.contains(&expected) && !tags.sound.contains(&expected));
}
