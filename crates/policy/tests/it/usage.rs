//! Limits on what is asked: what they count, what they never forget, and that time only runs forward.

use jiff::{SignedDuration, Timestamp};
use model::{Name, QuestionId};
use policy::usage::{Asked, Entry, Limits, SubjectKey, SubjectSecret, Usage};
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
