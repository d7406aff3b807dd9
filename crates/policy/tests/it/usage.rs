//! Limits on what is asked: what they count, what they never forget, and that time only runs forward.

use jiff::{SignedDuration, Timestamp};
use model::{DelegationId, Name, QuestionId};
use policy::usage::{Asked, Counting, Entry, Limits, SubjectKey, SubjectSecret, Under, Usage};
use proptest::prelude::*;

use crate::support::now;

fn subject(number: u8) -> SubjectKey {
    SubjectSecret::new([7; 32]).key("person", &[&number.to_string()])
}

fn asker(number: u8) -> Name {
    format!("spiffe://bluelamp/force/rocta/analyst/{number}").parse().unwrap()
}

fn asked(question: u128, asker_number: u8, operation: &str, subjects: &[u8]) -> Asked {
    Asked {
        question: QuestionId(uuid::Uuid::from_u128(question)),
        asker: asker(asker_number),
        operation: operation.parse().unwrap(),
        subjects: subjects.iter().map(|&number| subject(number)).collect(),
        break_glass: false,
        under: None,
    }
}

/// Limits that a short test reaches.
fn tight() -> Limits {
    let mut limits = Limits::default();
    (limits.asker.questions_per_hour, limits.asker.questions_per_day) = (3, 5);
    (limits.asker.subjects_per_hour, limits.asker.subjects_per_day) = (4, 6);
    (limits.operation.questions_per_day, limits.operation.subjects_per_day) = (8, 7);
    limits
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// Asks one after another, each so many minutes after the start, and says how each ended.
fn check(limits: &Limits, steps: &[(i64, u8, &str, &[u8])], expected: &[&str]) {
    let mut usage = Usage::default();
    let ended: Vec<String> = steps
        .iter()
        .enumerate()
        .map(|(at, (minute, by, operation, subjects))| {
            let asked = asked(at as u128, *by, operation, subjects);
            match usage.admit(limits, asked, now() + minutes(*minute)) {
                Ok(_) => "ok".to_owned(),
                Err(limited) => limited.reason.split(" = ").next().unwrap().to_owned(),
            }
        })
        .collect();
    assert_eq!(ended, expected, "{steps:?}");
}

#[test]
fn questions_and_subjects_are_counted_in_windows_that_slide() {
    let limits = tight();
    check(
        &limits,
        &[
            (0, 1, "Op A", &[1]),
            (10, 1, "Op A", &[1]),
            (20, 1, "Op B", &[]),
            (59, 1, "Op C", &[]),
            (60, 1, "Op C", &[]),
        ],
        &["ok", "ok", "ok", "[asker] questions_per_hour", "ok"],
    );
    check(
        &limits,
        &[(0, 1, "Op A", &[1, 2, 3]), (1, 1, "Op A", &[3, 4]), (2, 1, "Op A", &[5]), (2, 1, "Op A", &[1, 4])],
        &["ok", "ok", "[asker] subjects_per_hour", "ok"],
    );
    check(
        &limits,
        &[
            (0, 1, "Op A", &[1, 2, 3]),
            (0, 2, "Op A", &[4, 5, 6]),
            (0, 3, "Op A", &[7, 8]),
            (0, 3, "Op B", &[7, 8]),
        ],
        &["ok", "ok", "[operation] subjects_per_day", "ok"],
    );
    check(&limits, &[(0, 1, "Op A", &[1, 1, 1, 1, 1, 1]), (1, 1, "Op A", &[1])], &["ok", "ok"]);
}

#[test]
fn who_asks_about_one_subject_too_often_is_locked_out_for_a_while() {
    let mut limits = Limits::default();
    (limits.lockout.repeats_per_day, limits.lockout.minutes) = (2, 30);
    let mut usage = Usage::default();
    let mut entries = Vec::new();
    for (minute, number) in [(0, 1), (1, 1), (2, 1)] {
        match usage.admit(&limits, asked(minute as u128, 1, "Op A", &[number]), now() + minutes(minute)) {
            Ok(entry) => entries.push(entry),
            Err(limited) => entries.extend(limited.entry.map(|entry| *entry)),
        }
    }
    assert!(matches!(entries.last(), Some(Entry::LockedOut { .. })), "{entries:?}");
    let mut recalled = Usage::default();
    for (at, entry) in entries.into_iter().enumerate() {
        recalled.recall(entry, now() + minutes(at as i64));
    }
    for usage in [&mut usage, &mut recalled] {
        assert!(usage.check_lockout(&limits, &asker(1), now() + minutes(31)).is_err());
        assert!(usage.check_lockout(&limits, &asker(2), now() + minutes(31)).is_ok(), "nobody else");
        assert!(usage.check_lockout(&limits, &asker(1), now() + minutes(33)).is_ok());
    }
}

#[test]
fn refusals_lock_out_each_question_counted_once() {
    let mut limits = Limits::default();
    (limits.lockout.refusals_per_hour, limits.lockout.minutes) = (3, 10);
    let mut usage = Usage::default();
    let refuse = |usage: &mut Usage, question: u128, minute: i64| {
        usage
            .refused(&asker(1), QuestionId(uuid::Uuid::from_u128(question)), now() + minutes(minute))
            .is_some()
    };
    assert!(refuse(&mut usage, 1, 0) && !refuse(&mut usage, 1, 0) && refuse(&mut usage, 2, 1));
    assert!(usage.check_lockout(&limits, &asker(1), now() + minutes(2)).is_ok());
    assert!(refuse(&mut usage, 3, 50));
    assert!(usage.check_lockout(&limits, &asker(1), now() + minutes(51)).is_err());
    assert!(usage.check_lockout(&limits, &asker(1), now() + minutes(61)).is_ok());
}

#[test]
fn an_operation_breaks_the_glass_for_so_long_and_so_often() {
    let mut limits = Limits::default();
    (limits.break_glass.minutes, limits.break_glass.questions_per_day) = (30, 3);
    let mut usage = Usage::default();
    let mut broken = |question: u128, by: u8, operation: &str, minute: i64| {
        let asked = Asked { break_glass: true, ..asked(question, by, operation, &[]) };
        usage.admit(&limits, asked, now() + minutes(minute)).is_ok()
    };
    assert!(broken(1, 1, "Op A", 0) && broken(2, 2, "Op A", 29));
    assert!(!broken(3, 1, "Op A", 30), "the half hour is over");
    assert!(broken(4, 1, "Op B", 30), "another operation");
    assert!(!broken(5, 1, "Op A", 24 * 60 - 1));
    assert!(broken(6, 1, "Op A", 24 * 60 + 30), "a day later");
}

#[test]
fn a_list_breaks_the_glass_once_for_each_of_its_subjects() {
    let mut limits = Limits::default();
    limits.break_glass.questions_per_day = 3;
    let mut usage = Usage::default();
    let mut broken = |question: u128, subjects: &[u8]| {
        let asked = Asked { break_glass: true, ..asked(question, 1, "Op A", subjects) };
        usage.admit(&limits, asked, now()).is_ok()
    };
    assert!(broken(1, &[1, 2]));
    assert!(!broken(2, &[3, 4]), "two and two are four");
    assert!(broken(3, &[]), "a table is one");
    assert!(!broken(4, &[5]));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    /// Whatever is asked when, with restarts and clocks set forward and back in between: no window ever holds more than its
    /// limit, counted from the latest that the clock has shown.
    #[test]
    fn no_limit_is_passed_whatever_the_clock_says(
        steps in prop::collection::vec((0_u8..3, 0_i64..40, -90_i64..90, prop::collection::vec(0_u8..12, 0..4), prop::bool::weighted(0.1)), 1..60),
    ) {
        let limits = tight();
        let mut usage = Usage::default();
        let mut kept: Vec<(Timestamp, Entry)> = Vec::new();
        // What was admitted, at the time that counts: the latest that the node's clock has shown.
        let mut admitted: Vec<(Timestamp, u8, Vec<u8>)> = Vec::new();
        let (mut clock, mut latest) = (now(), Timestamp::MIN);
        for (number, (by, forward, skew, subjects, restart)) in steps.into_iter().enumerate() {
            clock += minutes(forward);
            let told = clock + minutes(skew);
            if restart {
                usage = Usage::default();
                latest = Timestamp::MIN;
                for ((at, entry), counted) in kept.iter().cloned().zip(&mut admitted) {
                    latest = latest.max(at);
                    counted.0 = latest;
                    usage.recall(entry, at);
                }
            }
            latest = latest.max(told);
            if let Ok(entry) = usage.admit(&limits, asked(number as u128, by, "Op A", &subjects), told) {
                kept.push((told, entry));
                admitted.push((latest, by, subjects));
                let within = |span: i64| admitted.iter().filter(move |(at, of, _)| *of == by && latest.duration_since(*at) < minutes(span));
                let distinct = |span| within(span).flat_map(|(_, _, subjects)| subjects).collect::<std::collections::BTreeSet<_>>().len() as u64;
                prop_assert!(within(60).count() as u64 <= limits.asker.questions_per_hour);
                prop_assert!(within(24 * 60).count() as u64 <= limits.asker.questions_per_day);
                prop_assert!(distinct(60) <= limits.asker.subjects_per_hour);
                prop_assert!(distinct(24 * 60) <= limits.asker.subjects_per_day);
            }
        }
    }
}

/// One question: when it is asked after the one before, by what the clock is wrong, by whom, about whom, under which
/// delegation, whether under a threat to life, whether policy refuses it.
type Step = (i64, i64, u8, Vec<u8>, Option<u8>, bool, bool);

fn step() -> impl Strategy<Value = Step> {
    let forward = prop_oneof![3 => 0_i64..90, 1 => 0_i64..2_000];
    let subjects = prop::collection::vec(0_u8..6, 0..3);
    let under = prop::option::weighted(0.3, 0_u8..2);
    let rare = || prop::bool::weighted(0.2);
    (forward, -90_i64..90, 0_u8..2, subjects, under, rare(), rare())
}

/// Puts one question as a node does, and says how it ended with what was written down because of it.
fn put(
    usage: &mut Usage,
    limits: &Limits,
    number: u128,
    step: &Step,
    at: Timestamp,
) -> (String, Option<Entry>) {
    let (_, _, by, subjects, under, break_glass, is_refused) = step;
    let question = QuestionId(uuid::Uuid::from_u128(number));
    if let Err(limited) = usage.check_lockout(limits, &asker(*by), at) {
        return (limited.reason, None);
    }
    if *is_refused {
        let entry = usage.refused(&asker(*by), question, at);
        return (format!("refused, counted: {}", entry.is_some()), entry);
    }
    // Two delegations: one that ends while others are still counted, one that outlasts them.
    let under = under.map(|number| Under {
        delegation: DelegationId(uuid::Uuid::from_u128(number.into())),
        questions_max: 2,
        expires_at: now() + minutes(if number == 0 { 300 } else { 3_000 }),
    });
    let asked = Asked { break_glass: *break_glass, under, ..asked(number, *by, "Op A", subjects) };
    match usage.admit(limits, asked, at) {
        Ok(entry) => ("admitted".to_owned(), Some(entry)),
        Err(limited) => (limited.reason, limited.entry.map(|entry| *entry)),
    }
}

fn recalled(kept: &[(Timestamp, Entry)]) -> Usage {
    let mut usage = Usage::default();
    kept.iter().cloned().for_each(|(at, entry)| usage.recall(entry, at));
    usage
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() })]

    /// Whatever was asked, and whatever the clock said: after what no longer counts was left behind, everything that is asked is
    /// decided as it would have been, and leaving behind again changes nothing.
    #[test]
    fn what_is_left_behind_changes_no_decision(
        before in prop::collection::vec(step(), 1..40),
        after in prop::collection::vec(step(), 1..20),
        lockout in prop_oneof![Just(30_u64), Just(3_000)],
    ) {
        let mut limits = tight();
        (limits.lockout.repeats_per_day, limits.lockout.refusals_per_hour) = (3, 3);
        limits.lockout.minutes = lockout;
        (limits.break_glass.minutes, limits.break_glass.questions_per_day) = (200, 2);
        let (mut usage, mut kept, mut clock) = (Usage::default(), Vec::new(), now());
        for (number, step) in (0..).zip(&before) {
            clock += minutes(step.0);
            let at = clock + minutes(step.1);
            kept.extend(put(&mut usage, &limits, number, step, at).1.map(|entry| (at, entry)));
        }
        let leave_behind = |kept: &[(Timestamp, Entry)]| {
            let mut counting = Counting::under(&limits);
            kept.iter().cloned().for_each(|(at, entry)| counting.enter(entry, at));
            counting.into_entries()
        };
        let left = leave_behind(&kept);
        prop_assert_eq!(left.is_empty(), kept.is_empty());
        prop_assert_eq!(&leave_behind(&left), &left);
        let (mut whole, mut short) = (recalled(&kept), recalled(&left));
        for (number, step) in (1_000..).zip(&after) {
            clock += minutes(step.0);
            let at = clock + minutes(step.1);
            let decided = |usage: &mut Usage| put(usage, &limits, number, step, at);
            prop_assert_eq!(decided(&mut whole), decided(&mut short));
        }
    }
}

/// What counts still of entries so many minutes old, under these limits, by their place.
fn left_of(limits: &Limits, entries: &[(i64, Entry)]) -> Vec<usize> {
    let mut counting = Counting::under(limits);
    entries.iter().for_each(|(minute, entry)| counting.enter(entry.clone(), now() + minutes(*minute)));
    let left = counting.into_entries();
    let place = |(at, entry): &(Timestamp, Entry)| {
        entries.iter().position(|(minute, of)| of == entry && now() + minutes(*minute) == *at).unwrap()
    };
    left.iter().map(place).collect()
}

#[test]
fn what_no_limit_asks_for_any_more_is_left_behind() {
    let day = 24 * 60;
    let question = |number: u128| Entry::Asked(asked(number, 1, "Op A", &[1]));
    let refused = |number: u128| Entry::Refused {
        asker: asker(1),
        question: QuestionId(uuid::Uuid::from_u128(number)),
    };
    let locked = |until: i64| Entry::LockedOut { asker: asker(1), until: now() + minutes(until) };
    let delegated = |number: u128, expires: i64| {
        let expires_at = now() + minutes(expires);
        let under =
            Under { delegation: DelegationId(uuid::Uuid::from_u128(1)), questions_max: 9, expires_at };
        Entry::Asked(Asked { under: Some(under), ..asked(number, 1, "Op A", &[]) })
    };
    let mut limits = Limits::default();
    let cases = [
        ("a question, a day old", question(1), day, false),
        ("a minute less", question(1), day - 1, true),
        ("under a delegation that has ended", delegated(1, day), day, false),
        ("under one that goes on", delegated(1, day + 1), day, true),
        ("a refusal, a day old", refused(1), day, false),
        ("a minute less", refused(1), day - 1, true),
        ("a lockout that has ended", locked(30), 30, false),
        ("one that goes on", locked(31), 30, true),
    ];
    for (what, entry, later, stays) in cases {
        let expected = if stays { vec![0, 1] } else { vec![1] };
        assert_eq!(left_of(&limits, &[(0, entry), (later, question(9))]), expected, "{what}");
    }
    limits.lockout.minutes = 2 * 24 * 60;
    assert_eq!(left_of(&limits, &[(0, refused(1)), (day, question(9))]), [0, 1], "a lockout of two days");

    // More than are looked at together: memory holds those that count, and no others.
    let mut counting = Counting::under(&Limits::default());
    for number in 0..10_000 {
        counting.enter(question(number), now() + minutes(number as i64));
    }
    assert_eq!(counting.complete_from(), now() + minutes(9_999 - day));
    assert_eq!(counting.into_entries().len(), 24 * 60);
}

#[test]
fn a_subject_is_known_again_under_one_secret_and_under_no_other() {
    let (one, other) = (SubjectSecret::new([1; 32]), SubjectSecret::new([2; 32]));
    assert_eq!(one.key("person", &["ada", "lantern"]), one.key("person", &["ada", "lantern"]));
    assert_ne!(one.key("person", &["ada", "lantern"]), other.key("person", &["ada", "lantern"]));
    assert_ne!(
        one.key("person", &["ada", "lantern"]),
        one.key("person", &["adal", "antern"]),
        "no running together"
    );
    assert_ne!(one.key("person", &["ada"]), one.key("phone", &["ada"]));
    let key = subject(1);
    let text = serde_json::to_string(&key).unwrap();
    assert_eq!(serde_json::from_str::<SubjectKey>(&text).unwrap(), key);
    for bad in ["\"\"", "\"zz\"", "\"+1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""] {
        assert!(serde_json::from_str::<SubjectKey>(bad).is_err(), "{bad}");
    }
}
