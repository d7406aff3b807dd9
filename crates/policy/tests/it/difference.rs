//! What a custodian is told of a change before it is served: which decisions change, and no more of them than do.

use policy::difference::{Difference, Direction, Subject};
use policy::{Bundle, BundleFiles, Policy};

use crate::support::{files, sample};

fn policy(files: &BundleFiles) -> Policy {
    Policy::new(Bundle::compile(files).unwrap(), String::new())
}

/// Each change as `direction subject: force | unit | rank | vetting | purpose | circumstances | question | records: before → after`.
fn lines(difference: &Difference) -> Vec<String> {
    let line = |c: &policy::difference::Change| {
        let subject = match c.subject {
            Subject::Question => "question",
            Subject::Records => "records",
            Subject::Notice => "notice",
        };
        let direction = match c.direction {
            Direction::Wider => "wider",
            Direction::Narrower => "narrower",
            Direction::Other => "other",
        };
        let respects =
            [&c.force, &c.unit, &c.rank, &c.vetting, &c.purpose, &c.circumstances, &c.question, &c.records];
        let respects = respects.map(String::as_str).join(" | ");
        format!("{direction} {subject}: {respects}: {} → {}", c.before, c.after)
    };
    difference.changes.iter().map(line).collect()
}

const ASK: &str = "@id(\"ask\") permit (principal, action == Action::\"ask\", resource)\nwhen { CONDITION };\n\
    @id(\"records\") permit (principal, action in [Action::\"search\", Action::\"tabulate\"], resource);";

/// Two bundles whose permit to ask has these conditions.
fn check(before: &str, after: &str, expected: &[&str]) {
    let of = |condition: &str| policy(&files(&ASK.replace("CONDITION", condition), &[]));
    let found = lines(&of(before).difference(&of(after)));
    assert_eq!(found, expected, "{before} → {after}");
}

#[test]
fn a_bundle_does_not_differ_from_itself() {
    let policy = policy(&sample("btp"));
    let difference = policy.difference(&policy);
    assert!(difference.is_empty() && difference.every_combination, "{difference:?}");
    assert!(difference.situations > 500, "{} situations", difference.situations);
}

#[test]
fn equal_changes_are_one_row() {
    let search = "context.mode == \"search\"";
    check(search, search, &[]);
    check(
        search,
        "context.mode == \"search\" && context.purpose != \"penalties\"",
        &[
            "narrower question: any other force | none | none | none | penalties | ordinary | any search | : up to referral → refused: not_permitted",
            "narrower records: any other force | none | none | none | penalties | ordinary | any search | any but disclosure_mark refer; subject_category victim; subject_category witness; a record about whose handling nothing is known: hit, count, picture, referral → nothing",
            "narrower records: any other force | none | none | none | penalties | ordinary | any search | disclosure_mark refer; a record about whose handling nothing is known: hit, referral → nothing",
        ],
    );
}

#[test]
fn what_either_policy_looks_at_is_varied() {
    let tabulate = |condition: &str| format!("context.mode == \"tabulate\" && {condition}");
    let of = |condition: &str| policy(&files(&ASK.replace("CONDITION", &tabulate(condition)), &[]));
    let questions = |before: &str, after: &str| -> Vec<String> {
        let difference = of(before).difference(&of(after));
        let of_question = lines(&difference).into_iter().filter(|line| line.contains(" question: "));
        of_question.map(|line| line.replace(" | any | any | ", " | … | ")).collect()
    };
    for (before, after, expected) in [
        (
            "true",
            "principal.force != \"kent\"",
            "narrower question: kent | none | none | none | any | ordinary | ",
        ),
        (
            "true",
            "(principal has vetting && principal.vetting == \"sc\")",
            "narrower question: any other force | none | none | none; another | any | ordinary | ",
        ),
        (
            "context.hour >= 8",
            "context.hour >= 6",
            "wider question: any other force | none | none | none | any | 6 h; 7 h | ",
        ),
        (
            "true",
            "context.weekday != \"sunday\"",
            "narrower question: any other force | none | none | none | any | sunday | ",
        ),
        (
            "true",
            "(context has legal_basis && context.legal_basis == \"cpia\")",
            "narrower question: any other force | none | none | none | any | ordinary; legal basis another | ",
        ),
        (
            "context.operation == \"Op Lantern\"",
            "true",
            "wider question: any other force | none | none | none | any | ordinary | ",
        ),
        (
            "!context.break_glass",
            "true",
            "wider question: any other force | none | none | none | any | threat to life | ",
        ),
        (
            "!context.delegated",
            "true",
            "wider question: any other force | none | none | none | any | asked by a door | any table | ",
        ),
    ] {
        let found = questions(before, after);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{before} → {after}: {found:?}");
    }
    let one = policy(&files(
        &ASK.replace("CONDITION", "principal == Asker::\"spiffe://bluelamp/force/mps/analyst/1\""),
        &[],
    ));
    let difference = one.difference(&of("true"));
    let named = "spiffe://bluelamp/force/mps/analyst/1 | none | none | none | any | ordinary | any search";
    assert!(lines(&difference).iter().any(|line| line.contains(named)), "{:#?}", lines(&difference));
}

#[test]
fn profiles_limits_and_notices_are_compared() {
    let mut draft = sample("mps");
    let change = |files: &mut BundleFiles, file: &str, from: &str, to: &str| {
        let text = files.files.get_mut(file).unwrap();
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
    };
    change(&mut draft, "disclosure.toml", "minimum_cell = 10", "minimum_cell = 20");
    change(&mut draft, "limits.toml", "questions_per_hour = 300", "questions_per_hour = 200");
    change(&mut draft, "limits.toml", "minutes = 60", "minutes = 90");
    change(&mut draft, "policies/ask.cedar", "MPS duty officer", "MPS control room");
    change(&mut draft, "policies/tabulate.cedar", "@profile(\"open\")\n", "");
    let difference = policy(&sample("mps")).difference(&policy(&draft));
    let settings: Vec<String> = difference
        .settings
        .iter()
        .map(|s| {
            format!(
                "{} {} {:?} {:?} {:?}",
                s.file,
                s.path,
                s.before.as_deref(),
                s.after.as_deref(),
                s.direction
            )
        })
        .collect();
    insta::assert_snapshot!("difference", [lines(&difference), settings].concat().join("\n"));
}
