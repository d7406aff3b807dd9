//! How long a decision takes over 500 labels under 50 policies: cold, remembered, and right after another bundle; beside
//! it what it would take to ask Cedar about each label by itself, in the same run. And how long all takes that policy does
//! for a search: deciding again, and the release of what was found.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark prints and may stop"
)]

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression, Schema,
};
use jiff::{SignedDuration, Timestamp};
use model::probe::PersonProbe;
use model::vocabulary::{
    Assessment, Classification, DisclosureMark, EntityKind, GradingBand, HandlingCode, HandlingConditions,
    Provenance, Retention, SourceEvaluation, SubjectCategory, ThreatCategory,
};
use model::{
    Ask, Circumstances, Dataset, Granularity, Label, LabelId, LabelTable, Principal, Probability, Probe,
    Purpose, Question, QuestionId, Search,
};
use policy::{Bundle, BundleFiles, Facet, Findings, History, Linked, Match, Noise, Policy, Release, bundle};

const LABELS: usize = 500;
const POLICIES: usize = 50;
const ROUNDS: usize = 30;
/// What a search finds: matches, and what is linked to each.
const MATCHES: u32 = 10;
const FACETS: u32 = 8;

struct Still;

impl Noise for Still {
    fn bits(&mut self) -> u128 {
        1
    }
}

fn main() {
    let (text, labels) = (policies(), labels());
    let files = files(&text);
    let asked = question();
    let principal = Principal::named(asked.asker.clone());
    let now = asked.issued_at;
    let compile = || Policy::new(Bundle::compile(&files).unwrap(), "desk".to_owned());

    let fresh: Vec<Policy> = (0..ROUNDS).map(|_| compile()).collect();
    let cold = best(
        fresh.iter().map(|policy| timed(|| policy.authorise(&principal, &asked, &labels, now).unwrap())),
    );
    let known = &fresh[0];
    let cached =
        best((0..10_000).map(|_| timed(|| known.authorise(&principal, &asked, &labels, now).unwrap())));
    let after: Vec<Policy> = (0..ROUNDS).map(|_| compile()).collect();
    let warming = best(after.iter().map(|policy| timed(|| policy.warm(known, &labels))));
    let warm = best(
        after.iter().map(|policy| timed(|| policy.authorise(&principal, &asked, &labels, now).unwrap())),
    );
    let whole = best((0..1_000).map(|_| search(known, &principal, &asked, &labels)));
    let (policies, schema) = (text.parse().unwrap(), Schema::from_cedarschema_str(bundle::SCHEMA).unwrap().0);
    let naive = best((0..5).map(|_| timed(|| naive(&policies, &schema, &labels))));

    println!(
        "{LABELS} labels, {POLICIES} policies, a search for a person up to referral; the best of {ROUNDS} rounds"
    );
    line("decided cold", cold);
    line("decided again (remembered)", cached);
    line("another bundle decides what was asked before", warming);
    line("first question after that", warm);
    line(&format!("a whole search that finds {MATCHES}, decided again and released"), whole);
    line("baseline: Cedar asked about each label once, one rung", naive);
    println!("cold against the baseline: {:.1} times faster", naive.as_secs_f64() / cold.as_secs_f64());
}

/// All that policy does for a search that was asked before and finds some: what a node does besides is left out.
fn search(policy: &Policy, principal: &Principal, asked: &Question, labels: &LabelTable) -> Duration {
    let of = |number: u32| vec![LabelId(number * 37 % LABELS as u32)];
    let matches: Vec<Match> = (0..MATCHES)
        .map(|at| Match {
            entity: EntityKind::Person,
            record: format!("record {at}"),
            labels: of(at),
            confidence: Probability::clamped(0.9),
            facets: (0..FACETS)
                .map(|facet| Facet {
                    labels: of(at * FACETS + facet),
                    linked: Some(Linked { dataset: Dataset::Report, record: u64::from(at * FACETS + facet) }),
                    category: ThreatCategory::ALL[facet as usize % ThreatCategory::ALL.len()],
                    year: Some(2024),
                    grading: GradingBand::ALL[facet as usize % GradingBand::ALL.len()],
                })
                .collect(),
            features: vec![],
        })
        .collect();
    let began = Instant::now();
    let permit = policy.authorise(principal, asked, labels, asked.issued_at).unwrap();
    let mut findings = Findings::for_search(&permit);
    matches.into_iter().for_each(|found| findings.add_match(found));
    let release: Release =
        policy.release(permit, findings, &History::empty(), asked.issued_at, &mut Still).unwrap();
    let took = began.elapsed();
    assert!(release.summary().hit.is_some());
    took
}

fn line(what: &str, took: Duration) {
    println!("{what:<64}{:>12.1} µs", took.as_secs_f64() * 1e6);
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    std::hint::black_box(work());
    began.elapsed()
}

fn best(times: impl Iterator<Item = Duration>) -> Duration {
    times.min().unwrap()
}

/// Policies as custodians write them: by one or two attributes of the record, by purpose, by rung.
fn policies() -> String {
    let mut text = String::from("@id(\"ask\") permit (principal, action == Action::\"ask\", resource);\n");
    let attributes: [(&str, &[&str]); 8] = [
        ("provenance", Provenance::WORDS),
        ("threat_category", ThreatCategory::WORDS),
        ("handling_code", HandlingCode::WORDS),
        ("handling_conditions", HandlingConditions::WORDS),
        ("subject_category", &["suspect", "convicted", "associate", "other"]),
        ("disclosure_mark", &["disclose", "refer"]),
        ("classification", Classification::WORDS),
        ("retention", &["live", "review_due"]),
    ];
    let rungs = ["hit", "count", "picture", "referral"];
    for number in 1..POLICIES {
        let (one, words) = attributes[number % attributes.len()];
        let (two, others) = attributes[(number / 8 + number + 1) % attributes.len()];
        let (word, other) = (words[number % words.len()], others[(number / 3) % others.len()]);
        let effect = if number % 3 == 0 { "forbid" } else { "permit" };
        let condition = match number % 4 {
            0 => format!("resource.{one} == \"{word}\""),
            1 => format!("resource.{one} == \"{word}\" && context.granularity == \"{}\"", rungs[number % 4]),
            2 => format!("resource.{one} == \"{word}\" && resource.{two} == \"{other}\""),
            _ => format!(
                "resource.{one} == \"{word}\" && context.purpose == \"investigation\" && principal.force == \"rocta\""
            ),
        };
        text += &format!(
            "@id(\"p{number}\") {effect} (principal, action == Action::\"search\", resource) when {{ {condition} }};\n"
        );
    }
    text
}

/// 500 different labels, drawn by a multiplier rather than at random, so that every run has the same.
fn labels() -> LabelTable {
    let mut table = LabelTable::default();
    let mut state = 7_usize;
    let mut draw = |among: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % among
    };
    while table.len() < LABELS {
        table.intern(Label {
            dataset: Dataset::ALL[draw(Dataset::ALL.len())],
            controller: ["mps", "btp"][draw(2)].parse().unwrap(),
            handling_code: HandlingCode::ALL[draw(2)],
            handling_conditions: HandlingConditions::ALL[draw(6)],
            classification: Classification::ALL[draw(2)],
            provenance: Provenance::ALL[draw(4)],
            disclosure_mark: DisclosureMark::ALL[draw(2)],
            subject_category: SubjectCategory::ALL[draw(6)],
            threat_category: ThreatCategory::ALL[draw(11)],
            retention: Retention::ALL[draw(2)],
            source_evaluation: SourceEvaluation::ALL.get(draw(4)).copied(),
            assessment: Assessment::ALL.get(draw(6)).copied(),
        });
    }
    table
}

fn files(policies: &str) -> BundleFiles {
    [
        ("bundle.toml", "version = 1\nnote = \"benchmark\"\n"),
        ("schema.cedarschema", bundle::SCHEMA),
        (
            "disclosure.toml",
            "[profiles.standard]\nminimum_cell = 10\nrounding_base = 5\nsum_base = 100\n[limits]\ncells_max = 10000\n",
        ),
        ("policies/all.cedar", policies),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .collect()
}

fn question() -> Question {
    let now: Timestamp = "2024-05-01T12:00:00Z".parse().unwrap();
    let probe = Probe::Person(PersonProbe { family_name: "Marlow".to_owned(), ..PersonProbe::default() });
    Question {
        id: QuestionId(uuid::Uuid::from_u128(7)),
        asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
        purpose: Purpose::Investigation,
        operation: "Op Lantern".parse().unwrap(),
        circumstances: Circumstances::default(),
        audience: ["mps".parse().unwrap()].into(),
        issued_at: now,
        expires_at: now + SignedDuration::from_mins(1),
        ask: Ask::Search(Search { probe, granularity: Granularity::Referral }),
    }
}

/// One whole request to Cedar for each label, over all policies, on one rung only.
fn naive(policies: &PolicySet, schema: &Schema, labels: &LabelTable) -> usize {
    let texts = |pairs: &[(&str, String)]| -> HashMap<String, RestrictedExpression> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), RestrictedExpression::new_string(v.clone()))).collect()
    };
    let uid = |text: &str| -> EntityUid { text.parse().unwrap() };
    let asker = uid("Asker::\"spiffe://bluelamp/force/rocta/analyst/7\"");
    let person = Entity::new(
        asker.clone(),
        texts(&[("force", "rocta".into()), ("role", "analyst".into()), ("id", "7".into())]),
        HashSet::new(),
    )
    .unwrap();
    let decide = |label: &Label| {
        let target = uid("Label::\"label\"");
        let mut facts = texts(&[
            ("dataset", label.dataset.to_string()),
            ("controller", label.controller.to_string()),
            ("handling_code", label.handling_code.to_string()),
            ("handling_conditions", label.handling_conditions.to_string()),
            ("classification", label.classification.to_string()),
            ("provenance", label.provenance.to_string()),
            ("subject_category", label.subject_category.to_string()),
            ("disclosure_mark", label.disclosure_mark.to_string()),
            ("threat_category", label.threat_category.to_string()),
            ("retention", label.retention.to_string()),
        ]);
        let graded = label.assessment.map(|word| word.to_string());
        facts.extend(graded.map(|w| ("assessment".to_owned(), RestrictedExpression::new_string(w))));
        let thing = Entity::new(target.clone(), facts, HashSet::new()).unwrap();
        let entities = Entities::from_entities([person.clone(), thing], Some(schema)).unwrap();
        let mut context = texts(&[
            ("purpose", "investigation".into()),
            ("urgency", "routine".into()),
            ("operation", "Op Lantern".into()),
            ("mode", "search".into()),
            ("granularity", "hit".into()),
            ("requested", "referral".into()),
            ("dataset", "person".into()),
            ("entity", "person".into()),
            ("known", "whole".into()),
            ("weekday", "monday".into()),
        ]);
        context.insert("break_glass".to_owned(), RestrictedExpression::new_bool(false));
        context.insert("delegated".to_owned(), RestrictedExpression::new_bool(false));
        context.insert("hour".to_owned(), RestrictedExpression::new_long(12));
        let context = Context::from_pairs(context).unwrap();
        let request =
            Request::new(asker.clone(), uid("Action::\"search\""), target, context, Some(schema)).unwrap();
        Authorizer::new().is_authorized(&request, policies, &entities)
    };
    labels.iter().filter(|(_, label)| decide(label).decision() == cedar_policy::Decision::Allow).count()
}
