//! Merging, as cases and as properties.

use jiff::Timestamp;
use model::reply::{Figure, Protection, SubjectReply};
use model::{
    Cell, Dataset, Dimension, Distribution, Granularity, Measure, Mechanism, Outcome, PersonTags, QuestionId,
    Refusal, SearchReply, TableReply, Tabulation,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Outcomes, TableRow, batch, search, table};

const ID: QuestionId = QuestionId(Uuid::nil());

fn asked(measure: &str) -> Tabulation {
    let dataset = Dataset::Report;
    let by = vec![Dimension::parse(dataset, "area").unwrap()];
    Tabulation::new(dataset, by, vec![Measure::parse(dataset, measure).unwrap()], None).unwrap()
}

fn reply(measure: &str, cells: &[(&str, Cell)]) -> Outcome<TableReply> {
    let row =
        |(key, cell): &(&str, Cell)| TableRow { keys: vec![Some((*key).to_owned())], cells: vec![*cell] };
    Outcome::Answered {
        as_of: Timestamp::UNIX_EPOCH,
        reply: TableReply {
            columns: vec!["area".into(), measure.into()],
            rows: cells.iter().map(row).collect(),
            protection: Protection { minimum_cell: 10, counts: Mechanism::Exact, sums: Mechanism::Exact },
        },
    }
}

fn count(n: u64) -> Cell {
    Cell::Released(Figure::Count(n))
}

fn mean(sum: i64, over: u64) -> Cell {
    Cell::Released(Figure::Mean { sum, over })
}

/// Merges and prints each row as `keys figure?suppressing-forces`.
fn check(measure: &str, by_force: bool, outcomes: Vec<(&str, Outcome<TableReply>)>) -> (Vec<String>, String) {
    let outcomes: Outcomes<_> = outcomes.into_iter().map(|(f, o)| (f.parse().unwrap(), o)).collect();
    let answer = table(ID, &asked(measure), by_force, outcomes);
    let rows = answer.rows.iter().map(|row| {
        let keys: Vec<_> = row.keys.iter().map(|k| k.as_deref().unwrap_or("null")).collect();
        let cell = &row.cells[0];
        let figure = match cell.figure {
            Some(Figure::Count(n)) => n.to_string(),
            Some(Figure::Sum(n)) => n.to_string(),
            Some(Figure::Mean { sum, over }) => format!("{sum}/{over}"),
            Some(Figure::Variance(spread)) => spread.variance().unwrap().to_string(),
            Some(Figure::Estimate(n)) => format!("~{n}"),
            Some(Figure::EstimatedMean { sum, over }) => format!("~{sum}/{over}"),
            None => "none".into(),
        };
        let by: Vec<_> = cell.suppressed_by.iter().map(ToString::to_string).collect();
        format!("{} {figure} [{}]", keys.join(","), by.join(","))
    });
    (rows.collect(), answer.coverage.sentence())
}

#[test]
fn released_shares_add_up_and_suppressed_shares_are_named() {
    let (rows, coverage) = check(
        "count",
        false,
        vec![
            ("mps", reply("count", &[("n", count(42)), ("s", Cell::Suppressed), ("w", Cell::Suppressed)])),
            ("colp", reply("count", &[("n", count(10)), ("s", count(20)), ("w", Cell::Suppressed)])),
            ("btp", Outcome::Unreachable),
        ],
    );
    assert_eq!(rows, ["n 52 []", "s 20 [mps]", "w none [colp,mps]"]);
    assert_eq!(coverage, "2 of 3 forces answered; btp did not (unreachable)");
}

#[test]
fn means_are_weighted_and_a_suppressed_share_silences_them() {
    let (rows, _) = check(
        "mean:risk_score",
        false,
        vec![
            ("mps", reply("mean:risk_score", &[("n", mean(100, 10)), ("s", Cell::Suppressed)])),
            ("colp", reply("mean:risk_score", &[("n", mean(50, 20)), ("s", mean(60, 20))])),
        ],
    );
    assert_eq!(rows, ["n 150/30 []", "s none [mps]"]);
}

#[test]
fn a_share_under_a_withheld_heading_makes_a_bound() {
    let told = |cells: &[(&str, Cell)]| reply("count", cells);
    for (why, mps, rows) in [
        (
            "mps holds few of s, if any",
            &[("(withheld)", Cell::Suppressed), ("n", count(42))][..],
            &["(withheld) none [mps]", "n 52 []", "s 20 [mps]"][..],
        ),
        ("mps withholds nothing", &[("n", count(42))], &["n 52 []", "s 20 []"]),
        (
            "mps keeps all headings back",
            &[("(withheld)", Cell::Suppressed)],
            &["(withheld) none [mps]", "n 10 [mps]", "s 20 [mps]"],
        ),
    ] {
        let colp = told(&[("n", count(10)), ("s", count(20))]);
        assert_eq!(check("count", false, vec![("colp", colp), ("mps", told(mps))]).0, rows, "{why}");
    }
    let colp = told(&[("s", count(20))]);
    let mps = told(&[("(withheld)", Cell::Suppressed)]);
    let (rows, _) = check("count", true, vec![("colp", colp), ("mps", mps)]);
    assert_eq!(rows, ["colp,s 20 []", "mps,(withheld) none [mps]"], "force by force nothing is added up");
}

#[test]
fn a_group_is_withheld_where_its_other_headings_are_told() {
    let dataset = Dataset::Report;
    let by = ["month", "area"].map(|text| Dimension::parse(dataset, text).unwrap());
    let asked = Tabulation::new(dataset, by.to_vec(), vec![Measure::Count], None).unwrap();
    let of = |rows: &[([&str; 2], Cell)]| {
        let row = |(keys, cell): &([&str; 2], Cell)| TableRow {
            keys: keys.map(|key| Some(key.to_owned())).to_vec(),
            cells: vec![*cell],
        };
        let Outcome::Answered { as_of, mut reply } = reply("count", &[]) else { unreachable!() };
        (reply.columns, reply.rows) = (asked.headings(), rows.iter().map(row).collect());
        Outcome::Answered { as_of, reply }
    };
    let mps = of(&[
        (["2024-01", "n"], count(20)),
        (["2024-01", "(withheld)"], Cell::Suppressed),
        (["2024-02", "n"], count(20)),
        (["(total)", "(withheld)"], Cell::Suppressed),
    ]);
    for (keys, expected) in [
        (["2024-01", "s"], true),
        // In February nobody stands under a withheld heading; of March it has no heading, withheld or not.
        (["2024-02", "s"], false),
        (["2024-03", "n"], false),
        (["(total)", "s"], true),
        (["2024-01", "n"], false),
    ] {
        let colp = of(&[(keys, count(10))]);
        let outcomes = [("colp", colp), ("mps", mps.clone())];
        let outcomes =
            outcomes.into_iter().map(|(force, outcome)| (force.parse().unwrap(), outcome)).collect();
        let answer = table(ID, &asked, false, outcomes);
        let keys = keys.map(|key| Some(key.to_owned())).to_vec();
        let row = answer.rows.iter().find(|row| row.keys == keys).unwrap();
        assert_eq!(!row.cells[0].suppressed_by.is_empty(), expected, "{keys:?}");
    }
}

#[test]
fn variances_add_up_as_if_all_values_stood_in_one_place() {
    // 2, 4 and 6 at one force, 8 and 10 at another: 6 in the mean, and deviations of 16, 4, 0, 4 and 16.
    let of = |sum, squares, over| Cell::Released(Figure::Variance(model::Spread { sum, squares, over }));
    let (rows, _) = check(
        "variance:risk_score",
        false,
        vec![
            ("mps", reply("variance:risk_score", &[("n", of(12, 56, 3)), ("s", Cell::Suppressed)])),
            ("colp", reply("variance:risk_score", &[("n", of(18, 164, 2)), ("s", of(60, 400, 20))])),
        ],
    );
    assert_eq!(rows, ["n 8 []", "s none [mps]"]);
}

/// A reply with noise of scale 10 on counts and 100 on sums, which leaves out groups from open lists below `from`.
fn noisy(measure: &str, from: u64, cells: &[(&str, Cell)]) -> Outcome<TableReply> {
    let Outcome::Answered { as_of, mut reply } = reply(measure, cells) else { unreachable!() };
    let noise = |scale_milli| Mechanism::Noisy { distribution: Distribution::Gaussian, scale_milli };
    reply.protection = Protection { minimum_cell: from, counts: noise(10_000), sums: noise(100_000) };
    Outcome::Answered { as_of, reply }
}

fn estimate(n: i64) -> Cell {
    Cell::Released(Figure::Estimate(n))
}

#[test]
fn noisy_shares_add_up_as_they_were_drawn_and_what_noise_leaves_out_is_no_zero() {
    let (rows, _) = check(
        "count",
        false,
        vec![
            ("btp", noisy("count", 0, &[("n", estimate(-7)), ("s", estimate(4)), ("w", estimate(1))])),
            ("colp", noisy("count", 60, &[("n", estimate(90))])),
            ("mps", reply("count", &[("n", count(20)), ("s", Cell::Suppressed)])),
        ],
    );
    // Of w, mps holds nothing: it would tell it as suppressed otherwise.
    assert_eq!(rows, ["n ~103 []", "s ~4 [colp,mps]", "w ~1 [colp]"]);
    let mean = |sum, over| Cell::Released(Figure::EstimatedMean { sum, over });
    let (rows, _) = check(
        "mean:risk_score",
        false,
        vec![
            ("btp", noisy("mean:risk_score", 0, &[("n", mean(-50, -3)), ("s", mean(900, 30))])),
            ("mps", reply("mean:risk_score", &[("n", self::mean(100, 10)), ("s", Cell::Suppressed)])),
        ],
    );
    assert_eq!(rows, ["n ~50/7 []", "s none [mps]"]);
}

#[test]
fn margins_of_noise_add_up_by_their_squares_and_those_of_rounding_plainly() {
    let rounded = |n| {
        let Outcome::Answered { as_of, mut reply } = reply("count", &[("n", count(n))]) else {
            unreachable!()
        };
        reply.protection.counts = Mechanism::rounded(5);
        Outcome::Answered { as_of, reply }
    };
    let share = |n| noisy("count", 0, &[("n", estimate(n))]);
    let outcomes: Outcomes<_> =
        [("btp", share(10)), ("colp", share(20)), ("gmp", rounded(30)), ("mps", rounded(40))]
            .map(|(force, outcome)| (force.parse().unwrap(), outcome))
            .into();
    let answer = table(ID, &asked("count"), false, outcomes);
    let cell = &answer.rows[0].cells[0];
    assert_eq!(cell.figure, Some(Figure::Estimate(100)));
    // 20 each in 95 of 100, together √800, and 2 each of rounding.
    assert_eq!((cell.margin.noise, cell.margin.rounding), (29, 4));
}

#[test]
fn by_force_nothing_is_added_up() {
    let (rows, _) = check(
        "count",
        true,
        vec![("mps", reply("count", &[("n", count(42))])), ("colp", reply("count", &[("n", count(10))]))],
    );
    assert_eq!(rows, ["colp,n 10 []", "mps,n 42 []"]);
}

#[test]
fn a_table_of_another_shape_is_incompatible_and_adds_nothing() {
    let twice = reply("count", &[("n", count(42)), ("n", count(42))]);
    for odd in [reply("distinct", &[("n", count(1))]), twice] {
        let sound = reply("count", &[("n", count(10))]);
        let (rows, coverage) = check("count", false, vec![("mps", odd), ("colp", sound)]);
        assert_eq!(rows, ["n 10 []"]);
        assert_eq!(coverage, "1 of 2 forces answered; mps did not (incompatible)");
    }
}

#[test]
fn refusals_are_coverage() {
    let (rows, coverage) = check("count", false, vec![("mps", Outcome::Refused(Refusal::NotPermitted))]);
    assert_eq!(
        (rows.len(), coverage.as_str()),
        (0, "0 of 1 forces answered; mps did not (refused: not_permitted)")
    );
}

fn hit(hit: bool) -> SubjectReply {
    Ok(SearchReply {
        granularity: Granularity::Hit,
        hit: Some(hit),
        matches: vec![],
        referral: None,
        tags: None,
    })
}

/// Merges a batch of two and prints each subject as `force=hit … | coverage`.
fn check_batch(outcomes: Vec<(&str, Outcome<Vec<SubjectReply>>)>) -> (Vec<String>, String) {
    let outcomes: Outcomes<_> = outcomes.into_iter().map(|(f, o)| (f.parse().unwrap(), o)).collect();
    let answer = batch(ID, 2, outcomes);
    let subjects = answer.subjects.iter().map(|subject| {
        let told = subject.answers.iter().map(|(force, reply)| format!("{force}={}", reply.hit.unwrap()));
        format!("{} | {}", told.collect::<Vec<_>>().join(" "), subject.coverage.sentence())
    });
    (subjects.collect(), answer.coverage.sentence())
}

#[test]
fn each_subject_of_a_batch_has_the_answers_and_the_coverage_of_its_own() {
    let answered = |replies| Outcome::Answered { as_of: Timestamp::UNIX_EPOCH, reply: replies };
    let (subjects, coverage) = check_batch(vec![
        ("btp", Outcome::Late),
        ("colp", answered(vec![hit(false), Err(Refusal::NotPermitted)])),
        ("mps", answered(vec![hit(true), hit(false)])),
    ]);
    assert_eq!(coverage, "2 of 3 forces answered; btp did not (late)");
    assert_eq!(
        subjects,
        [
            "colp=false mps=true | 2 of 3 forces answered; btp did not (late)",
            "mps=false | 1 of 3 forces answered; btp did not (late); colp did not (refused: not_permitted)",
        ]
    );
    for odd in [vec![], vec![hit(true)], vec![hit(true), hit(true), hit(true)]] {
        let (subjects, coverage) =
            check_batch(vec![("colp", answered(odd)), ("mps", answered(vec![hit(true), hit(false)]))]);
        assert_eq!(coverage, "1 of 2 forces answered; colp did not (incompatible)");
        let missing = "1 of 2 forces answered; colp did not (incompatible)";
        assert_eq!(subjects, [format!("mps=true | {missing}"), format!("mps=false | {missing}")]);
    }
}

/// A force, and its tags of names and of sounds.
type Sent<'a> = (&'a str, Option<(&'a [u64], &'a [u64])>);

/// Merges a search of which each force sends tags of names and of sounds, or none, and prints who holds the same person.
fn check_same(forces: &[Sent<'_>]) -> Vec<String> {
    let reply = |tags: &Option<(&[u64], &[u64])>| SearchReply {
        tags: tags.map(|(name, sound)| PersonTags { name: name.to_vec(), sound: sound.to_vec() }),
        ..hit(true).unwrap()
    };
    let answered = |tags| Outcome::Answered { as_of: Timestamp::UNIX_EPOCH, reply: reply(tags) };
    let answer = search(ID, forces.iter().map(|(f, tags)| (f.parse().unwrap(), answered(tags))).collect());
    assert!(answer.answers.iter().all(|(_, reply)| reply.tags.is_none()), "tags went on to the analyst");
    let line = |same: &model::SamePerson| {
        let forces: Vec<_> = same.forces.iter().map(ToString::to_string).collect();
        format!("{} {}", forces.join("+"), same.confidence)
    };
    answer.same_person.iter().map(line).collect()
}

#[test]
fn forces_with_a_tag_in_common_hold_the_same_person() {
    let none: &[u64] = &[];
    for (forces, expected) in [
        (
            vec![("btp", Some((&[1, 2][..], &[7][..]))), ("mps", Some((&[2, 3], &[8])))],
            vec!["btp+mps almost certain"],
        ),
        (vec![("btp", Some((&[1], &[7, 8]))), ("mps", Some((&[2], &[8])))], vec!["btp+mps highly likely"]),
        // A name of one force is no sound of another.
        (vec![("btp", Some((&[1], &[7]))), ("mps", Some((&[7], &[1])))], vec![]),
        (vec![("btp", Some((&[1], &[7]))), ("mps", None)], vec![]),
        (vec![("btp", None), ("mps", None)], vec![]),
        (vec![("btp", Some((none, none))), ("mps", Some((none, none)))], vec![]),
        (vec![("btp", Some((&[1], &[7]))), ("mps", Some((&[1], &[7])))], vec!["btp+mps almost certain"]),
        (
            vec![("btp", Some((&[1], &[7]))), ("colp", Some((&[3], &[7]))), ("mps", Some((&[1], &[7])))],
            vec!["btp+mps almost certain", "btp+colp+mps highly likely"],
        ),
        (
            vec![
                ("btp", Some((&[1, 2], none))),
                ("colp", Some((&[2], none))),
                ("mps", Some((&[1, 2], none))),
            ],
            vec!["btp+colp+mps almost certain"],
        ),
        (
            vec![("btp", Some((&[1], none))), ("colp", Some((&[1, 2], none))), ("mps", Some((&[2], none)))],
            vec!["btp+colp almost certain", "colp+mps almost certain"],
        ),
    ] {
        assert_eq!(check_same(&forces), expected, "{forces:?}");
    }
}

proptest! {
    /// What is said does not depend on whose tags come first, and names forces that have a tag in common.
    #[test]
    fn every_line_has_a_tag_behind_it(
        tags in prop::collection::vec(prop::collection::btree_set(0_u64..12, 0..5), 2..5)
    ) {
        let names = ["btp", "colp", "gmp", "mps"];
        let held: Vec<Vec<u64>> = tags.iter().map(|of| of.iter().copied().collect()).collect();
        let forces: Vec<Sent<'_>> =
            names.into_iter().zip(&held).map(|(name, of)| (name, Some((of.as_slice(), &[][..])))).collect();
        let lines = check_same(&forces);
        for line in &lines {
            let named: Vec<_> = names.into_iter().zip(&tags).filter(|(name, _)| line.contains(name)).collect();
            prop_assert!((0..12).any(|tag| named.iter().all(|(_, of)| of.contains(&tag))));
        }
        let pair = |a: &&std::collections::BTreeSet<u64>, b: &std::collections::BTreeSet<u64>| a.intersection(b).next().is_some();
        let common = tags.iter().enumerate().any(|(at, a)| tags[at + 1..].iter().any(|b| pair(&a, b)));
        prop_assert_eq!(common, !lines.is_empty());
    }

    /// Whatever each force releases, a merged count equals the plain sum of released shares, and a cell is clean
    /// only when no force suppressed its share.
    #[test]
    fn merged_counts_are_the_sums_of_released_shares(
        shares in prop::collection::vec(prop::collection::btree_map("[a-c]", prop::option::of(10u64..1000), 0..3), 1..5)
    ) {
        let outcomes: Outcomes<_> = shares.iter().enumerate().map(|(at, share)| {
            let cells: Vec<(&str, Cell)> = share.iter().map(|(k, n)| (k.as_str(), n.map_or(Cell::Suppressed, count))).collect();
            (format!("f{at}").parse().unwrap(), reply("count", &cells))
        }).collect();
        for row in table(ID, &asked("count"), false, outcomes).rows {
            let key = row.keys[0].clone().unwrap();
            let told: Vec<&Option<u64>> = shares.iter().filter_map(|s| s.get(&key)).collect();
            let sum: u64 = told.iter().filter_map(|n| **n).sum();
            let suppressed = told.iter().filter(|n| n.is_none()).count();
            prop_assert_eq!(row.cells[0].suppressed_by.len(), suppressed);
            let figure = row.cells[0].figure;
            prop_assert_eq!(figure, (suppressed < told.len()).then_some(Figure::Count(sum)));
        }
    }
}
