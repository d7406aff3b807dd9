//! What policies know of who asks and why, what a missing fact does, what Bluelamp keeps back below every bundle, whom
//! the home force tells, and how a decision is explained.

use model::vocabulary::{DisclosureMark, LegalBasis, Rank, SubjectCategory, Vetting};
use model::{
    Circumstances, Dataset, Granularity, Label, LabelTable, Pressing, Principal, Question, Refusal, Standing,
};
use policy::explain::StepVerdict;
use policy::{Alert, Bundle, Denial, Permit, Policy};

use crate::support::{LAX, PERMIT_ALL, files, now, ordinary, person, policy, question, tabulation};

fn principal(change: impl FnOnce(&mut Principal)) -> Principal {
    let mut principal = Principal::named("spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap());
    change(&mut principal);
    principal
}

fn labels(change: impl FnOnce(&mut Label)) -> LabelTable {
    let mut label = ordinary(Dataset::Person);
    change(&mut label);
    vec![label].into()
}

fn ask(policy: &Policy, principal: &Principal, question: &Question) -> Result<Permit, Denial> {
    policy.authorise(principal, question, &labels(|_| ()), now())
}

fn threat() -> Question {
    let urgency = Pressing::ThreatToLife("somebody's life is in danger".parse().unwrap());
    Question {
        circumstances: Circumstances { urgency, ..Circumstances::default() },
        ..question(person(Granularity::Referral))
    }
}

#[test]
fn a_fact_that_is_not_attested_is_missing_and_denies_what_needs_it() {
    for (condition, said) in [
        (
            "principal has unit && principal.unit == \"economic-crime\"",
            Standing { unit: Some("economic-crime".parse().unwrap()), ..Standing::default() },
        ),
        (
            "principal has rank && [\"inspector\", \"superintendent\"].contains(principal.rank)",
            Standing { rank: Some(Rank::Inspector), ..Standing::default() },
        ),
        (
            "principal has vetting && principal.vetting == \"sc\"",
            Standing { vetting: Some(Vetting::SecurityCheck), ..Standing::default() },
        ),
    ] {
        let policy =
            policy(&format!("@id(\"a\") permit (principal, action, resource) when {{ {condition} }};"));
        let asked = question(person(Granularity::Hit));
        for _ in 0..2 {
            assert!(ask(&policy, &principal(|p| p.standing = said.clone()), &asked).is_ok(), "{condition}");
            assert!(ask(&policy, &principal(|_| ()), &asked).is_err(), "{condition}, not said");
        }
    }
    let policy = policy(
        "@id(\"a\") permit (principal, action, resource) when { context has legal_basis && context.legal_basis == \"court_order\" };",
    );
    for (legal_basis, allowed) in
        [(Some(LegalBasis::CourtOrder), true), (Some(LegalBasis::CommonLaw), false), (None, false)]
    {
        let circumstances = Circumstances { legal_basis, ..Circumstances::default() };
        let asked = Question { circumstances, ..question(person(Granularity::Hit)) };
        assert_eq!(ask(&policy, &principal(|_| ()), &asked).is_ok(), allowed);
    }
}

#[test]
fn a_policy_that_does_not_look_first_is_no_policy() {
    let text = "@id(\"a\") permit (principal, action, resource) when { principal.vetting == \"sc\" };";
    let complaint = Bundle::compile(&files(text, &[])).unwrap_err().to_string();
    assert!(complaint.contains("vetting"), "{complaint}");
}

#[test]
fn the_hour_is_that_of_the_force_and_is_not_remembered_into_the_next() {
    let text = "@id(\"a\") permit (principal, action, resource) when { context.hour >= 9 && context.hour < 17 && context.weekday != \"sunday\" };";
    let zone = jiff::tz::TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap();
    let policy = policy(text).in_zone(zone);
    // Wednesdays and a Sunday; 08:30 UTC is half past nine in summer.
    for (at, allowed) in [
        ("2024-05-01T08:30:00Z", true),
        ("2024-05-01T07:30:00Z", false),
        ("2024-01-03T08:30:00Z", false),
        ("2024-01-03T09:30:00Z", true),
        ("2024-05-01T16:30:00Z", false),
        ("2024-05-05T10:00:00Z", false),
    ] {
        let now: jiff::Timestamp = at.parse().unwrap();
        let asked = Question {
            issued_at: now,
            expires_at: now + jiff::SignedDuration::from_mins(1),
            ..question(person(Granularity::Hit))
        };
        let found = policy.authorise(&principal(|_| ()), &asked, &labels(|_| ()), now);
        assert_eq!(found.is_ok(), allowed, "{at}");
    }
}

#[test]
fn a_threat_to_life_needs_a_second_person_and_opens_what_a_permit_opens() {
    let text = "@id(\"hit\") permit (principal, action, resource) when { context.granularity == \"hit\" };\n\
        @id(\"life\") permit (principal, action, resource) when { context.break_glass };";
    let policy = policy(text);
    let rung = |principal: &Principal, question: &Question| {
        ask(&policy, principal, question).map(|permit| permit.rung().unwrap()).map_err(|denial| denial.code)
    };
    let approved = |by: &str| principal(|p| p.approved_by = Some(by.parse().unwrap()));
    for _ in 0..2 {
        assert_eq!(
            rung(&approved("spiffe://bluelamp/force/rocta/analyst/8"), &threat()),
            Ok(Granularity::Referral)
        );
        assert_eq!(rung(&principal(|_| ()), &threat()), Err(Refusal::NotApproved));
        assert_eq!(
            rung(&approved("spiffe://bluelamp/force/rocta/analyst/7"), &threat()),
            Err(Refusal::NotApproved)
        );
        assert_eq!(
            rung(&approved("spiffe://bluelamp/force/mps/analyst/8"), &threat()),
            Err(Refusal::NotApproved)
        );
        // An approval without a threat to life is of no effect.
        let plain = question(person(Granularity::Referral));
        assert_eq!(rung(&approved("spiffe://bluelamp/force/rocta/analyst/8"), &plain), Ok(Granularity::Hit));
    }
}

#[test]
fn victims_witnesses_and_what_is_marked_refer_are_kept_back_below_every_bundle() {
    let named = "@id(\"all\") permit (principal, action, resource);\n\
        @id(\"named\") @allows(\"victim\") permit (principal, action == Action::\"search\", resource)\n\
        when { resource.subject_category == \"victim\" && context.granularity == \"hit\" };";
    let counted = "@id(\"all\") permit (principal, action, resource);\n\
        @id(\"named\") @allows(\"witness, refer\") permit (principal, action == Action::\"tabulate\", resource)\n\
        when { resource.subject_category == \"witness\" || resource.disclosure_mark == \"refer\" };";
    let victim: fn(&mut Label) = |l| l.subject_category = SubjectCategory::Victim;
    let witness: fn(&mut Label) = |l| l.subject_category = SubjectCategory::Witness;
    let refer: fn(&mut Label) = |l| l.disclosure_mark = DisclosureMark::Refer;
    for (text, label, rungs, table) in [
        (PERMIT_ALL, victim, "", false),
        (PERMIT_ALL, witness, "", false),
        (PERMIT_ALL, refer, "hit referral", false),
        (named, victim, "hit", false),
        (named, witness, "", false),
        (counted, victim, "", false),
        (counted, witness, "", true),
        (counted, refer, "hit referral", true),
    ] {
        let policy = policy(text);
        let table_of = labels(label);
        let permit = policy
            .authorise(&principal(|_| ()), &question(person(Granularity::Referral)), &table_of, now())
            .unwrap();
        let found = permit.rungs_of(model::LabelId(0));
        let told: Vec<&str> =
            Granularity::ALL.iter().filter(|&&rung| found.contains(rung)).map(|rung| rung.as_str()).collect();
        assert_eq!(told.join(" "), rungs, "{text}");
        let counted = policy
            .authorise(
                &principal(|_| ()),
                &question(tabulation(Dataset::Person, &["sex"], &["count"])),
                &table_of,
                now(),
            )
            .unwrap();
        assert_eq!(counted.allowed_labels().count() == 1, table, "{text}");
    }
}

#[test]
fn a_bundle_says_whom_it_lets_through_or_is_refused() {
    for (text, part) in [
        (
            "@id(\"a\") permit (principal, action, resource) when { resource is Label && resource.subject_category == \"victim\" };",
            "names \"victim\", which Bluelamp keeps back unless the permit also says @allows(\"victim\")",
        ),
        (
            "@id(\"a\") @allows(\"witness\") permit (principal, action == Action::\"search\", resource);",
            "@allows(\"witness\") needs a condition that names \"witness\"",
        ),
        (
            "@id(\"a\") @allows(\"wittness\") permit (principal, action == Action::\"search\", resource) when { resource.subject_category == \"witness\" };",
            "\"wittness\" is nothing that is kept back; did you mean \"witness\"?",
        ),
        (
            "@id(\"a\") @allows(\"victim\") permit (principal, action == Action::\"search\", resource) when { !(resource.subject_category == \"victim\") };",
            "needs a condition",
        ),
        ("@id(\"a\") @allows(\"victim\") forbid (principal, action, resource);", "takes no @allows"),
        (
            "@id(\"a\") @withholds(\"same_person\") forbid (principal, action, resource);",
            "takes no @withholds",
        ),
        (
            "@id(\"a\") @withholds(\"same_persons\") permit (principal, action, resource);",
            "\"same_persons\" is nothing that can be withheld; did you mean \"same_person\"?",
        ),
        ("@id(\"a\") @notify(\" \") permit (principal, action, resource);", "@notify says nothing"),
        (
            "@id(\"a\") permit (principal, action, resource) when { context.weekday == \"fryday\" };",
            "did you mean \"friday\"?",
        ),
    ] {
        let complaint = Bundle::compile(&files(text, &[])).expect_err(text).to_string();
        assert!(complaint.contains(part), "{part:?} is not in:\n{complaint}");
    }
    for (limits, part) in [
        ("[asker]\nquestions_per_hour = 0\n", "limits.toml: [asker] questions_per_hour = 0 must be 1 to"),
        ("[asker]\nquestions_per_minute = 3\n", "questions_per_minute"),
    ] {
        let complaint =
            Bundle::compile(&files(PERMIT_ALL, &[("limits.toml", limits)])).unwrap_err().to_string();
        assert!(complaint.contains(part), "{complaint}");
    }
}

#[test]
fn policies_tell_the_home_unit_of_questions_and_of_refusals() {
    let text = "@id(\"ask\") @notify(\"intelligence desk\") permit (principal, action == Action::\"ask\", resource);\n\
        @id(\"search\") permit (principal, action == Action::\"search\", resource);\n\
        @id(\"never\") @notify(\"standards\") @reason(\"warrants go through the courts\")\n\
        forbid (principal, action == Action::\"ask\", resource) when { context.purpose == \"penalties\" };";
    let policy = policy(text);
    let explained = policy
        .explain(&principal(|_| ()), &question(person(Granularity::Hit)), &labels(|_| ()), now())
        .unwrap();
    let alert = |unit: &str, policy: &str| Alert { unit: unit.to_owned(), policy: policy.to_owned() };
    assert_eq!(explained.alerts, [alert("intelligence desk", "ask")]);
    let refused = Question { purpose: model::Purpose::Penalties, ..question(person(Granularity::Hit)) };
    let denial = ask(&policy, &principal(|_| ()), &refused).map(|_| ()).unwrap_err();
    assert_eq!(denial.alerts, [alert("standards", "never")]);
    assert!(denial.reason.contains("never: warrants go through the courts"), "{}", denial.reason);
    assert_eq!(denial.code, Refusal::NotPermitted, "the peer hears no more");
}

#[test]
fn a_decision_is_explained_step_by_step_and_label_by_label() {
    let text = "@id(\"all\") @reason(\"we work together\") permit (principal, action, resource);\n\
        @id(\"no-desk\") forbid (principal, action == Action::\"ask\", resource) when { context.granularity == \"referral\" };";
    let mut table = labels(|_| ());
    let mut victim = ordinary(Dataset::Person);
    victim.subject_category = SubjectCategory::Victim;
    table.intern(victim);
    let mut silent = ordinary(Dataset::Person);
    silent.disclosure_mark = DisclosureMark::Silent;
    table.intern(silent);
    let asked = question(person(Granularity::Referral));
    let explained = policy(text).explain(&principal(|_| ()), &asked, &table, now()).unwrap();
    let steps = explained.asked.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(steps, ["referral: forbidden; no-desk", "picture: permitted; all (we work together)"]);
    assert_eq!(explained.outcome.as_ref().unwrap(), &Some(Granularity::Picture));
    let of = |at: usize| &explained.labels[at];
    assert_eq!(of(0).steps.len(), 3, "hit, count, picture");
    assert_eq!(of(1).steps[0].verdict, StepVerdict::KeptBack("victim"));
    assert_eq!(of(2).before, Some(policy::explain::Before::Silent));
    assert!(explained.facts.contains(&("context.purpose".to_owned(), "investigation".to_owned())));
    // What is explained is what is decided.
    let permit = policy(text).authorise(&principal(|_| ()), &asked, &table, now()).unwrap();
    for class in &explained.labels {
        for &label in &class.labels {
            assert_eq!(permit.rungs_of(label), class.rungs);
        }
    }
}

#[test]
fn a_policy_that_follows_another_takes_over_what_was_asked_and_nothing_that_was_decided() {
    let before = policy(PERMIT_ALL);
    let asked = question(person(Granularity::Picture));
    assert!(ask(&before, &principal(|_| ()), &asked).is_ok());
    let after =
        policy("@id(\"hit\") permit (principal, action, resource) when { context.granularity == \"hit\" };");
    after.warm(&before, &labels(|_| ()));
    assert_eq!(ask(&after, &principal(|_| ()), &asked).unwrap().rung(), Some(Granularity::Hit));
    assert_eq!(ask(&LAX, &principal(|_| ()), &asked).unwrap().rung(), Some(Granularity::Picture));
}
