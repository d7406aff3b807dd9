//! Searches: who may ask, on which rung, and what each label adds to the answer.

use std::sync::LazyLock;

use jiff::SignedDuration;
use model::granularity::Rungs;
use model::reply::Referral;
use model::vocabulary::{DisclosureMark, EntityKind, GradingBand, Provenance, Retention, ThreatCategory};
use model::{
    Dataset, Granularity, Label, LabelId, LabelTable, Principal, Probability, Question, Refusal, Reply,
    SearchReply,
};
use policy::{Denial, Facet, Findings, History, HomeRecord, Linked, Match, Permit, Policy};
use proptest::prelude::{Strategy, any, prop, proptest};

use crate::support::{PERMIT_ALL, Still, authorise, now, ordinary, person, policy, question, tabulation};

const REFERRAL: Granularity = Granularity::Referral;

fn labels(labels: &[Label]) -> LabelTable {
    labels.to_vec().into()
}

fn marked(disclosure_mark: DisclosureMark) -> Label {
    Label { disclosure_mark, ..ordinary(Dataset::Person) }
}

fn found(record: &str, label: u32, confidence: f64, facets: Vec<Facet>) -> Match {
    Match {
        entity: EntityKind::Person,
        record: record.to_owned(),
        labels: vec![LabelId(label)],
        confidence: Probability::clamped(confidence),
        facets,
        features: vec![],
    }
}

fn facet(label: u32, category: ThreatCategory, year: i16, grading: GradingBand) -> Facet {
    Facet { labels: vec![LabelId(label)], linked: None, category, year: Some(year), grading }
}

fn release(policy: &Policy, permit: Permit, matches: Vec<Match>) -> (SearchReply, HomeRecord) {
    let mut findings = Findings::for_search(&permit);
    matches.into_iter().for_each(|m| findings.add_match(m));
    let release = policy.release(permit, findings, &History::empty(), now(), &mut Still(1)).unwrap();
    match release.split() {
        (Reply::Search(reply), home) => (reply, home),
        (Reply::Table(_), _) => panic!("a search was answered with a table"),
    }
}

/// The denial of a question that `change` made unfit.
fn denial(policies: &str, change: impl FnOnce(&mut Question)) -> Option<Denial> {
    let mut asked = question(person(REFERRAL));
    change(&mut asked);
    authorise(&policy(policies), &asked, &LabelTable::default()).err()
}

#[test]
fn a_question_outside_its_time_is_not_in_time() {
    for (issued, expires, fits) in [
        (0, 60, true),
        (-540, 60, true),
        (30, 60, true),
        (31, 60, false),
        (0, 600, true),
        (0, 601, false),
        (-60, 0, false),
        (-60, -1, false),
        (20, 10, false),
    ] {
        let denial = denial(PERMIT_ALL, |q| {
            q.issued_at = now() + SignedDuration::from_secs(issued);
            q.expires_at = now() + SignedDuration::from_secs(expires);
        });
        let code = (!fits).then_some(Refusal::NotInTime);
        assert_eq!(denial.map(|d| d.code), code, "issued {issued}, expires {expires}");
    }
}

#[test]
fn only_the_proven_analyst_asks() {
    let asked = question(person(REFERRAL));
    let other = Principal::named("spiffe://bluelamp/force/rocta/analyst/8".parse().unwrap());
    let denied = policy(PERMIT_ALL).authorise(&other, &asked, &LabelTable::default(), now()).unwrap_err();
    assert_eq!(denied.code, Refusal::NotAuthentic);
    for role in ["node", "coordinator"] {
        let name = format!("spiffe://bluelamp/force/rocta/{role}/1").parse().unwrap();
        assert_eq!(denial(PERMIT_ALL, |q| q.asker = name).unwrap().code, Refusal::NotPermitted);
    }
}

#[test]
fn a_denial_names_the_policies_that_decided() {
    let nothing = denial("@id(\"t\") permit (principal, action == Action::\"tabulate\", resource);", |_| ());
    assert_eq!(nothing.map(|d| (d.code, d.policies)), Some((Refusal::NotPermitted, vec![])));
    let forbidden = format!(
        "{PERMIT_ALL}\n@id(\"no-drill\") forbid (principal, action, resource) when {{ context.operation == \"Op Lantern\" }};"
    );
    let denied = denial(&forbidden, |_| ()).unwrap();
    assert_eq!(denied.policies, ["no-drill"]);
    assert!(denied.reason.contains("a forbid applies"), "{denied}");
}

/// Invariant 3: Cedar alone would skip the forbid that overflows and allow.
#[test]
fn an_error_in_any_policy_denies() {
    let overflow = |condition: &str| {
        format!(
            "{PERMIT_ALL}\n@id(\"broken\") forbid (principal, action, resource) when {{ {condition} && 9223372036854775807 + 1 == 0 }};"
        )
    };
    let denied = denial(&overflow("context.mode == \"search\""), |_| ()).unwrap();
    assert!(denied.reason.contains("could not be evaluated"), "{denied}");
    assert_eq!((denied.code, denied.policies), (Refusal::NotPermitted, vec!["broken".to_owned()]));

    let on_label = overflow("resource is Label && resource.provenance == \"partner\"");
    let partner = Label { provenance: Provenance::Partner, ..ordinary(Dataset::Person) };
    let table = labels(&[ordinary(Dataset::Person), partner]);
    let permit = authorise(&policy(&on_label), &question(person(REFERRAL)), &table).unwrap();
    assert!(permit.may_count(LabelId(0)) && !permit.may_count(LabelId(1)));
    assert_eq!(permit.faults(), ["broken"]);
}

#[test]
fn the_rung_is_the_highest_that_may_be_asked_for() {
    let upto = |rungs: &str| {
        format!(
            "@id(\"ask\") permit (principal, action == Action::\"ask\", resource) when {{ [{rungs}].contains(context.granularity) }};"
        )
    };
    use Granularity::{Acknowledged, Count, Hit, Picture};
    for (permitted, wanted, given) in [
        ("\"hit\", \"count\"", REFERRAL, Some(Count)),
        ("\"hit\", \"count\"", Hit, Some(Hit)),
        ("\"acknowledged\"", Picture, Some(Acknowledged)),
        ("\"referral\"", Picture, None),
        ("\"table\"", REFERRAL, None),
    ] {
        let permit = authorise(&policy(&upto(permitted)), &question(person(wanted)), &LabelTable::default());
        assert_eq!(permit.ok().and_then(|p| p.rung()), given, "{permitted} asked for {wanted}");
    }
}

#[test]
fn a_label_without_the_hit_adds_nothing() {
    let rungs = |rungs: &str| {
        let policies = format!(
            "@id(\"ask\") permit (principal, action == Action::\"ask\", resource);\n\
             @id(\"search\") permit (principal, action == Action::\"search\", resource) when {{ [{rungs}].contains(context.granularity) }};"
        );
        let table = labels(&[ordinary(Dataset::Person)]);
        let permit = authorise(&policy(&policies), &question(person(REFERRAL)), &table).unwrap();
        permit.rungs_of(LabelId(0))
    };
    assert_eq!(rungs("\"count\", \"referral\""), Rungs::NONE);
    let set: Rungs = [Granularity::Hit, REFERRAL].into_iter().collect();
    assert_eq!(rungs("\"hit\", \"picture\", \"referral\""), set);
}

/// What `refer` means: a hit and the desk, beside other records that are told in full.
/// Records marked refer give a hit and a desk, and no count.
pub(crate) const REFER: &str = "@id(\"all\") permit (principal, action, resource);\n\
    @id(\"refer\") forbid (principal, action == Action::\"search\", resource)\n\
    when { resource.disclosure_mark == \"refer\" && [\"count\", \"picture\"].contains(context.granularity) };";

#[test]
fn each_part_of_the_answer_comes_from_the_labels_that_allow_it() {
    let table = labels(&[
        marked(DisclosureMark::Disclose),
        marked(DisclosureMark::Refer),
        marked(DisclosureMark::Silent),
    ]);
    let policy = policy(REFER);
    let permit = |rung| authorise(&policy, &question(person(rung)), &table).unwrap();
    let matches = || {
        vec![
            found(
                "open-1",
                0,
                0.97,
                vec![
                    facet(0, ThreatCategory::Fraud, 2019, GradingBand::Weak),
                    facet(0, ThreatCategory::Drugs, 2023, GradingBand::Strong),
                    facet(1, ThreatCategory::Firearms, 2001, GradingBand::Strong),
                    facet(2, ThreatCategory::Cyber, 2002, GradingBand::Strong),
                ],
            ),
            found("open-2", 0, 0.96, vec![]),
            found("open-3", 0, 0.30, vec![]),
            found("refer-1", 1, 0.99, vec![facet(0, ThreatCategory::Cyber, 2000, GradingBand::Strong)]),
            found("silent-1", 2, 0.99, vec![]),
        ]
    };

    let (reply, home) = release(&policy, permit(REFERRAL), matches());
    assert_eq!((reply.granularity, reply.hit), (REFERRAL, Some(true)));
    let lines: Vec<String> = reply
        .matches
        .iter()
        .map(|l| {
            format!(
                "{} {} {} {:?} {:?} {:?}",
                l.entity, l.confidence, l.count, l.categories, l.years, l.grading
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "person unlikely 1 [] None None",
            "person almost certain 2-4 [Drugs, Fraud] Some((2019, 2023)) Some(Strong)"
        ]
    );
    let reference = "00000000000000000000000001".to_owned();
    assert_eq!(reply.referral, Some(Referral { desk: "Test desk".to_owned(), reference: reference.clone() }));
    let referral = home.referral.unwrap();
    assert_eq!(
        (referral.reference, referral.records.join(" ")),
        (reference, "open-1 open-2 open-3 refer-1".to_owned())
    );
    let notices: Vec<_> = home.notices.iter().map(|n| (n.record.as_str(), n.question, n.at)).collect();
    assert_eq!(notices, [("silent-1", question(person(REFERRAL)).id, now())]);

    for (rung, hit, lines) in [
        (Granularity::Acknowledged, None, 0),
        (Granularity::Hit, Some(true), 0),
        (Granularity::Count, Some(true), 2),
    ] {
        let (reply, home) = release(&policy, permit(rung), matches());
        assert_eq!((reply.granularity, reply.hit, reply.matches.len()), (rung, hit, lines));
        assert!(reply.referral.is_none() && home.referral.is_none());
        assert!(
            reply.matches.iter().all(|l| l.categories.is_empty() && l.years.is_none() && l.grading.is_none())
        );
        assert_eq!(home.notices.len(), 1, "the home unit hears of it on every rung");
    }

    let (reply, _) = release(&policy, permit(REFERRAL), vec![found("refer-1", 1, 0.99, vec![])]);
    assert_eq!((reply.hit, reply.matches.len(), reply.referral.is_some()), (Some(true), 0, true));
}

/// What is linked to a match is counted once for each record, under the labels of the record and of the link.
#[test]
fn linked_records_are_counted_as_their_labels_allow_and_never_named() {
    let table = labels(&[
        marked(DisclosureMark::Disclose),
        marked(DisclosureMark::Refer),
        marked(DisclosureMark::Silent),
    ]);
    // What may be counted and no more.
    let counted = "@id(\"all\") permit (principal, action, resource);\n\
        @id(\"refer\") @allows(\"refer\") permit (principal, action == Action::\"search\", resource)\n\
        when { resource.disclosure_mark == \"refer\" && context.granularity == \"count\" };";
    let policy = policy(counted);
    let linked = |labels: &[u32], dataset, record, year| Facet {
        labels: labels.iter().map(|&label| LabelId(label)).collect(),
        linked: Some(Linked { dataset, record }),
        category: ThreatCategory::Firearms,
        year: Some(year),
        grading: GradingBand::Weak,
    };
    let matches = || {
        let facets = vec![
            linked(&[0], Dataset::Report, 1, 2023),
            linked(&[0], Dataset::Report, 1, 2023),
            linked(&[0, 0], Dataset::Report, 2, 2021),
            linked(&[0, 1], Dataset::Report, 3, 1999),
            linked(&[0, 2], Dataset::Report, 4, 1998),
            linked(&[2], Dataset::Threat, 5, 1997),
            linked(&[], Dataset::Threat, 6, 1996),
            linked(&[0], Dataset::Object, 7, 1995),
        ];
        // A second match with the same report adds nothing to its count.
        let same = vec![linked(&[0], Dataset::Report, 1, 2023)];
        vec![found("a", 0, 0.97, facets), found("b", 0, 0.97, same), found("c", 2, 0.97, vec![])]
    };
    let told = |rung| {
        let permit = authorise(&policy, &question(person(rung)), &table).unwrap();
        let (reply, _) = release(&policy, permit, matches());
        let lines = reply.matches.iter().flat_map(|line| &line.linked);
        lines.map(|l| format!("{} {} {:?} {:?}", l.dataset, l.count, l.category, l.years)).collect::<Vec<_>>()
    };
    assert_eq!(told(Granularity::Hit), [""; 0]);
    assert_eq!(told(Granularity::Count), ["object 1 None None", "report 2-4 None None"]);
    assert_eq!(
        told(Granularity::Picture),
        [
            "object 1 Some(Firearms) Some((1995, 1995))",
            "report 1 None None",
            "report 2-4 Some(Firearms) Some((2021, 2023))"
        ]
    );
    let permit = authorise(&policy, &question(person(Granularity::Picture)), &table).unwrap();
    let years =
        release(&policy, permit, matches()).0.matches.iter().map(|line| line.years).collect::<Vec<_>>();
    assert_eq!(years, [Some((2021, 2023))], "objects do not speak in the picture of threats");
}

/// A phone found through its holder bears both labels: only what both allow is told.
#[test]
fn a_match_with_several_labels_tells_what_all_of_them_allow() {
    let table = labels(&[
        marked(DisclosureMark::Disclose),
        marked(DisclosureMark::Refer),
        marked(DisclosureMark::Silent),
    ]);
    let policy = policy(REFER);
    for (bearing, hit, lines, referral, notices) in [
        (&[0][..], true, 1, true, 0),
        (&[0, 0], true, 1, true, 0),
        (&[0, 1], true, 0, true, 0),
        (&[0, 2], false, 0, false, 1),
        (&[2, 1], false, 0, false, 1),
        (&[0, 99], false, 0, false, 0),
        (&[], false, 0, false, 0),
    ] {
        let permit = authorise(&policy, &question(person(REFERRAL)), &table).unwrap();
        let labels = bearing.iter().map(|&label| LabelId(label)).collect();
        let (reply, home) =
            release(&policy, permit, vec![Match { labels, ..found("phone-1", 0, 0.9, vec![]) }]);
        let told = (reply.hit, reply.matches.len(), reply.referral.is_some(), home.notices.len());
        assert_eq!(told, (Some(hit), lines, referral, notices), "{bearing:?}");
    }
}

#[test]
fn findings_of_another_question_or_sort_are_not_released() {
    let policy = policy(PERMIT_ALL);
    let table = labels(&[ordinary(Dataset::Person)]);
    let permit = |id| {
        let asked = Question { id, ..question(person(REFERRAL)) };
        authorise(&policy, &asked, &table).unwrap()
    };
    let (one, other) = (question(person(REFERRAL)).id, model::QuestionId(uuid::Uuid::from_u128(8)));
    let fails = |permit: Permit, findings: Findings| {
        let denied = policy.release(permit, findings, &History::empty(), now(), &mut Still(0)).unwrap_err();
        assert_eq!(denied.code, Refusal::Failed);
    };
    fails(permit(one), Findings::for_search(&permit(other)));
    fails(permit(one), Findings::for_table(&permit(one)));
    let mut muddled = Findings::for_search(&permit(one));
    muddled.add_group(vec![], 20, vec![]);
    fails(permit(one), muddled);
    let counted =
        authorise(&policy, &question(tabulation(Dataset::Person, &[], &["count"])), &table).unwrap();
    let search = Findings::for_search(&counted);
    fails(counted, search);
}

#[test]
fn debug_shows_no_values() {
    let policy = policy(PERMIT_ALL);
    let permit =
        authorise(&policy, &question(person(REFERRAL)), &labels(&[ordinary(Dataset::Person)])).unwrap();
    let mut findings = Findings::for_search(&permit);
    findings.add_match(found("secret-record", 0, 0.9, vec![]));
    let shown = format!("{permit:?} {findings:?} {policy:?}");
    let release = policy.release(permit, findings, &History::empty(), now(), &mut Still(1)).unwrap();
    let shown = format!("{shown} {release:?} {:?}", release.summary());
    assert!(!shown.contains("secret") && !shown.contains("Marlow"), "{shown}");
}

static NO_SENSITIVE: LazyLock<Policy> = LazyLock::new(|| {
    policy(
        "@id(\"all\") permit (principal, action, resource);\n\
         @id(\"no\") forbid (principal, action == Action::\"search\", resource)\n\
         when { resource.provenance == \"sensitive\" };",
    )
});

/// Labels that add nothing, each for its own reason: silent, denied, disposed.
fn unspoken() -> impl Strategy<Value = Label> {
    prop::sample::select(vec![
        marked(DisclosureMark::Silent),
        Label { provenance: Provenance::Sensitive, ..marked(DisclosureMark::Silent) },
        Label { provenance: Provenance::Sensitive, ..marked(DisclosureMark::Disclose) },
        Label { retention: Retention::Disposed, ..marked(DisclosureMark::Disclose) },
    ])
}

proptest! {
    /// The promise of a silent mark: same value, so same bytes, whatever is held.
    #[test]
    fn nothing_held_all_silent_and_all_denied_are_one_answer(
        table in prop::collection::vec(unspoken(), 1..4),
        matches in prop::collection::vec(
            (prop::collection::vec(0_u32..4, 0..3), 0.0..1.0, any::<bool>()),
            0..6,
        ),
        rung in prop::sample::select(Granularity::ALL),
    ) {
        let permit = |labels: &LabelTable| authorise(&NO_SENSITIVE, &question(person(rung)), labels).unwrap();
        let table = LabelTable::from(table);
        let matches: Vec<Match> = matches
            .into_iter()
            .enumerate()
            .map(|(at, (labels, confidence, rich))| {
                let facet = |&label: &u32| facet(label, ThreatCategory::Drugs, 2020, GradingBand::Strong);
                let facets = if rich { labels.iter().map(facet).collect() } else { vec![] };
                let labels = labels.into_iter().map(LabelId).collect();
                Match { labels, ..found(&at.to_string(), 0, confidence, facets) }
            })
            .collect();
        let watched = matches.iter().filter(|m| m.labels.iter().any(|&l| permit(&table).is_watched(l))).count();
        let (held, home) = release(&NO_SENSITIVE, permit(&table), matches);
        let (nothing, _) = release(&NO_SENSITIVE, permit(&LabelTable::default()), vec![]);
        assert_eq!(held, nothing);
        assert_eq!(home.notices.len(), watched);
        assert!(home.referral.is_none());
    }
}
