//! Questions survive the wire; what is newer is `incompatible`; what is broken names its field.

use std::collections::BTreeSet;

use api::batch::{SUBJECTS_BYTES_MAX, subject_bytes};
use api::question::{decode, encode};
use api::v1;
use model::filter::GridPoint;
use model::probe::{AddressProbe, Born, IdentifierProbe, OrganisationProbe, PartialProbe, PersonProbe};
use model::question::SUBJECTS_MAX;
use model::vocabulary::{LegalBasis, Sex};
use model::{
    Ask, Circumstances, Dataset, Dimension, Filter, Granularity, IdentifierKind, Measure, Pressing, Probe,
    Purpose, Question, QuestionId, Refusal, Search, Tabulation,
};
use proptest::prelude::*;
use prost::Message;
use uuid::{Builder, Uuid};

pub(crate) fn question(ask: Ask) -> Question {
    Question {
        id: QuestionId(Builder::from_unix_timestamp_millis(1_700_000_000_000, &[7; 10]).into_uuid()),
        asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
        purpose: Purpose::Investigation,
        operation: "Op Lantern".parse().unwrap(),
        circumstances: Circumstances::default(),
        audience: BTreeSet::from(["btp".parse().unwrap(), "mps".parse().unwrap()]),
        issued_at: "2026-01-02T03:04:05Z".parse().unwrap(),
        expires_at: "2026-01-02T03:06:05Z".parse().unwrap(),
        ask,
    }
}

fn search(probe: Probe) -> Ask {
    Ask::Search(Search { probe, granularity: Granularity::Picture })
}

fn vehicle(vrm: &str) -> Search {
    let probe = Probe::Identifier(IdentifierProbe { kind: IdentifierKind::Vrm, value: vrm.into() });
    Search { probe, granularity: Granularity::Picture }
}

fn batch(vrms: &[&str]) -> Ask {
    Ask::Batch(vrms.iter().map(|vrm| vehicle(vrm)).collect())
}

fn table(by: &[&str], measures: &[&str], filter: Option<&str>) -> Ask {
    let dataset = Dataset::Report;
    Ask::Tabulate(
        Tabulation::new(
            dataset,
            by.iter().map(|t| Dimension::parse(dataset, t).unwrap()).collect(),
            measures.iter().map(|t| Measure::parse(dataset, t).unwrap()).collect(),
            filter.map(|t| Filter::parse(dataset, t).unwrap()),
        )
        .unwrap()
        .with_totals(by.len() == 2),
    )
}

/// A question of every kind.
pub(crate) fn asks() -> Vec<Ask> {
    let person = PersonProbe {
        given_names: "Ada Mae".into(),
        family_name: "Lantern".into(),
        dob: Some("1984-02-29".parse().unwrap()),
        postcode: Some("E1 6AN".into()),
        sex: Some(Sex::Female),
        nationality: Some("British/Irish".into()),
        ..PersonProbe::default()
    };
    vec![
        search(Probe::Person(person)),
        search(Probe::Person(PersonProbe {
            family_name: "Lantern".into(),
            born: Some(Born { from: jiff::civil::date(1984, 2, 1), to: jiff::civil::date(1984, 2, 29) }),
            ..PersonProbe::default()
        })),
        search(Probe::Person(PersonProbe { family_name: "Lantern".into(), ..PersonProbe::default() })),
        search(Probe::Identifier(IdentifierProbe { kind: IdentifierKind::Vrm, value: "AB12 CDE".into() })),
        search(Probe::Organisation(OrganisationProbe { name: "Lantern Ltd".into(), postcode: None })),
        batch(&["AB12 CDE", "XY34 ZZZ"]),
        search(Probe::Partial(PartialProbe {
            kind: IdentifierKind::Vrm,
            pattern: "AB1* C?E".into(),
            make: Some("ford".into()),
            colour: None,
        })),
        search(Probe::Address(AddressProbe {
            postcode: Some("E1 6AN".into()),
            number: Some("12".into()),
            text: None,
        })),
        table(&["month", "threat_category"], &["count", "mean:risk_score"], None),
        table(
            &["risk_score:band20"],
            &["distinct", "sum:loss_gbp"],
            Some("area = x or (risk_score >= 10 and month < 2024-03)"),
        ),
        table(&[], &["count"], Some("subcategory is not null and month between 2023-12 and 2024-12")),
    ]
}

#[test]
fn every_kind_of_question_survives_the_wire() {
    for ask in asks() {
        let question = question(ask);
        assert_eq!(decode(&encode(&question)).unwrap(), question);
    }
}

#[test]
fn the_circumstances_of_a_question_survive_the_wire_and_take_no_room_where_nothing_is_said() {
    let plain = question(search(Probe::Organisation(OrganisationProbe { name: "L".into(), postcode: None })));
    let reason = "a child is held at an address that he knows".parse().unwrap();
    for urgency in [Pressing::Routine, Pressing::Priority, Pressing::ThreatToLife(reason)] {
        for legal_basis in LegalBasis::ALL.iter().copied().map(Some).chain([None]) {
            let circumstances = Circumstances { legal_basis, urgency: urgency.clone(), delegation: None };
            let question = Question { circumstances, ..plain.clone() };
            assert_eq!(decode(&encode(&question)).unwrap(), question);
        }
    }
    let wire = v1::Question::decode(encode(&plain).as_slice()).unwrap();
    assert_eq!((wire.legal_basis, wire.urgency, wire.break_glass_reason.as_str()), (0, 0, ""));
}

/// A table along links is for nodes that follow them; one that does not says so, since it would know no such column.
#[test]
fn a_table_along_links_names_the_revision_that_may_answer_it() {
    for (by, revision) in [("category", 1), ("location.town", 2), ("person.sex", 2)] {
        let by = vec![model::Dimension::parse(model::Dataset::Event, by).unwrap()];
        let asked =
            model::Tabulation::new(model::Dataset::Event, by, vec![model::Measure::Count], None).unwrap();
        let asked = question(Ask::Tabulate(asked));
        assert_eq!(decode(&encode(&asked)).unwrap(), asked);
        assert_eq!(v1::Question::decode(encode(&asked).as_slice()).unwrap().revision, revision);
    }
}

/// Changes the encoded form of a sound question and returns the refusal that a node gives, with the complaint.
fn check(change: impl FnOnce(&mut v1::Question)) -> (Refusal, String) {
    let probe = Probe::Identifier(IdentifierProbe { kind: IdentifierKind::Vrm, value: "AB12CDE".into() });
    let mut wire = v1::Question::decode(encode(&question(search(probe))).as_slice()).unwrap();
    change(&mut wire);
    let error = decode(&wire.encode_to_vec()).unwrap_err();
    (error.refusal(), error.to_string())
}

fn search_of(wire: &mut v1::Question) -> &mut v1::Search {
    match &mut wire.ask {
        Some(v1::question::Ask::Search(search)) => search,
        _ => unreachable!("the sample is a search"),
    }
}

#[test]
fn what_a_newer_peer_says_is_incompatible_not_misread() {
    for (change, part) in [
        ((|w| w.revision = 99) as fn(&mut v1::Question), "revision"),
        (|w| w.purpose = 99, "purpose"),
        (|w| search_of(w).granularity = 99, "granularity"),
        (
            |w| {
                search_of(w).probe =
                    Some(v1::search::Probe::Identifier(v1::IdentifierProbe { kind: 99, value: "x".into() }))
            },
            "kind",
        ),
    ] {
        let (refusal, complaint) = check(change);
        assert_eq!(refusal, Refusal::Incompatible, "{complaint}");
        assert!(complaint.contains(part), "{complaint}");
    }
}

#[test]
fn a_field_that_this_build_does_not_know_is_incompatible() {
    let mut bytes = encode(&question(table(&[], &["count"], None)));
    // Field 99, varint 1: a condition that a newer asker added and this node would otherwise overlook.
    bytes.extend([0x98, 0x06, 0x01]);
    assert_eq!(decode(&bytes).unwrap_err().refusal(), Refusal::Incompatible);
}

#[test]
fn what_is_broken_names_its_field() {
    for (change, part) in [
        ((|w| w.id = vec![1, 2, 3]) as fn(&mut v1::Question), "id"),
        (|w| w.id = Uuid::from_u128(0).as_bytes().to_vec(), "version 7"),
        (|w| w.asker = "mallory".into(), "name"),
        (|w| w.purpose = 0, "purpose: must be given"),
        (|w| w.operation = String::new(), "operation"),
        (|w| w.break_glass_reason = "a reason, and no threat to life".into(), "break_glass_reason"),
        (|w| w.urgency = v1::Urgency::ThreatToLife.into(), "break_glass_reason"),
        (|w| w.audience.clear(), "audience"),
        (|w| w.audience = vec!["MPS!".into()], "force"),
        (|w| w.issued_at_ms = i64::MAX, "issued_at_ms"),
        (|w| w.ask = None, "ask"),
        (|w| search_of(w).probe = None, "probe"),
        (
            |w| {
                search_of(w).probe = Some(v1::search::Probe::Partial(v1::PartialProbe {
                    kind: v1::IdentifierKind::Vrm.into(),
                    pattern: "?".repeat(513),
                    ..Default::default()
                }));
            },
            "probe.pattern: is longer",
        ),
        (
            |w| {
                search_of(w).probe = Some(v1::search::Probe::Address(v1::AddressProbe {
                    text: Some("x".repeat(513)),
                    ..Default::default()
                }));
            },
            "probe.text: is longer",
        ),
        (
            |w| {
                search_of(w).probe = Some(v1::search::Probe::Person(v1::PersonProbe {
                    dob: Some("1984-02-30".into()),
                    ..Default::default()
                }));
            },
            "probe.dob: must be a date",
        ),
        (
            |w| {
                w.ask = Some(v1::question::Ask::Tabulation(v1::Tabulation {
                    dataset: v1::Dataset::Person.into(),
                    by: vec![v1::Dimension {
                        column: "family_name".into(),
                        grain: v1::Grain::Value.into(),
                        size: 0,
                    }],
                    measures: vec![v1::Measure {
                        kind: v1::MeasureKind::Count.into(),
                        column: String::new(),
                    }],
                    totals: false,
                    filter: None,
                }));
            },
            "stays with its force",
        ),
    ] {
        let (refusal, complaint) = check(change);
        assert_eq!(refusal, Refusal::Malformed, "{complaint}");
        assert!(complaint.contains(part), "{complaint}");
    }
    assert_eq!(decode(&[0xff; 40]).unwrap_err().refusal(), Refusal::Malformed);
}

#[test]
fn a_broken_subject_of_a_batch_is_named_by_its_place() {
    type Change = fn(&mut Vec<v1::Search>);
    for (change, expected, part) in [
        (
            (|s| s[17].granularity = 0) as Change,
            Refusal::Malformed,
            "subjects[17].granularity: must be given",
        ),
        (|s| s[3].granularity = 99, Refusal::Incompatible, "subjects[3].granularity"),
        (|s| s[0].probe = None, Refusal::Malformed, "subjects[0].probe"),
        (
            |s| {
                let dob = Some("1984-02-30".into());
                s[17].probe = Some(v1::search::Probe::Person(v1::PersonProbe { dob, ..Default::default() }));
            },
            Refusal::Malformed,
            "subjects[17].dob: must be a date",
        ),
        (|s| s.clear(), Refusal::Malformed, "subjects: must be between 1 and 1000"),
        (|s| s.resize(1_001, s[0].clone()), Refusal::Malformed, "subjects: must be between 1 and 1000"),
    ] {
        let (refusal, complaint) = check(|wire| {
            let sound = question(batch(&["AB12CDE"; 20]));
            let Some(v1::question::Ask::Batch(mut subjects)) =
                v1::Question::decode(encode(&sound).as_slice()).unwrap().ask
            else {
                unreachable!("the sample is a batch")
            };
            change(&mut subjects.subjects);
            wire.ask = Some(v1::question::Ask::Batch(subjects));
        });
        assert_eq!(refusal, expected, "{complaint}");
        assert!(complaint.contains(part), "{complaint}");
    }
}

#[test]
fn subjects_within_their_bound_make_a_question_within_its_own() {
    let largest = Search {
        probe: Probe::Person(PersonProbe {
            given_names: "é".repeat(200),
            family_name: "é".repeat(200),
            postcode: Some("x".repeat(200)),
            ..PersonProbe::default()
        }),
        granularity: Granularity::Referral,
    };
    for subject in [vehicle("AB12CDE"), largest] {
        let fits = (SUBJECTS_BYTES_MAX / subject_bytes(&subject)).min(SUBJECTS_MAX);
        let bytes = encode(&question(Ask::Batch(vec![subject.clone(); fits])));
        assert!(bytes.len() + 32 * 1024 < api::REQUEST_BYTES_MAX, "{} bytes", bytes.len());
        assert!(bytes.len() <= subject_bytes(&subject) * fits + 1024, "{} bytes", bytes.len());
    }
}

#[test]
fn a_filter_nested_past_the_bound_is_refused_before_it_recurses() {
    let leaf = v1::Filter {
        condition: Some(v1::filter::Condition::Null(v1::NullTest { column: "area".into(), is_null: true })),
    };
    let nested = (0..60).fold(leaf, |inner, _| v1::Filter {
        condition: Some(v1::filter::Condition::And(v1::FilterList { parts: vec![inner] })),
    });
    let (refusal, _) = check(|w| {
        w.ask = Some(v1::question::Ask::Tabulation(v1::Tabulation {
            dataset: v1::Dataset::Report.into(),
            by: vec![],
            measures: vec![v1::Measure { kind: v1::MeasureKind::Count.into(), column: String::new() }],
            totals: false,
            filter: Some(nested),
        }));
    });
    assert_eq!(refusal, Refusal::Malformed);
}

/// A flipped byte that chance found: the lowest revision asks other nodes the same.
#[test]
fn which_nodes_may_answer_is_no_part_of_what_is_asked() {
    let sound = question(table(&["month"], &["count"], Some("month between 2023-12 and 2024-12")));
    let sent = encode(&sound);
    for revision in 1..=api::PROTOCOL_REVISION {
        let wire = v1::Question { revision, ..v1::Question::decode(sent.as_slice()).unwrap() };
        assert_eq!(decode(&wire.encode_to_vec()).unwrap(), sound, "{revision}");
    }
}

fn lowest_revision(bytes: &[u8]) -> Option<u32> {
    v1::Question::decode(bytes).ok().map(|wire| wire.revision)
}

proptest! {
    #[test]
    fn no_bytes_make_decoding_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn a_flipped_byte_never_passes_for_the_same_question(at in 0usize..100, flip in 1u8..) {
        let sound = question(table(&["month"], &["count"], Some("month between 2023-12 and 2024-12")));
        let sent = encode(&sound);
        let mut bytes = sent.clone();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        // Which nodes may answer is no part of what is asked.
        let asks_other_nodes = lowest_revision(&bytes) != lowest_revision(&sent);
        prop_assert!(decode(&bytes).map_or(true, |other| other != sound || asks_other_nodes));
    }

    #[test]
    fn months_survive_the_wire(year in 1i16..=9999, month in 1i8..=12) {
        let from = GridPoint::Month { year, month };
        let filter = Filter::Range { column: "reported_on".into(), from: Some(from), below: None };
        let ask = Tabulation::new(Dataset::Report, vec![], vec![Measure::Count], Some(filter)).unwrap();
        let sound = question(Ask::Tabulate(ask));
        prop_assert_eq!(decode(&encode(&sound)).unwrap(), sound);
    }
}
