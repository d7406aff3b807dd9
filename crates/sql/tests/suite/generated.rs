//! Made-up statements over records, against one database: equal where nothing is suppressed, and otherwise equal, bounded or
//! suppressed cell by cell.

use proptest::prelude::*;

use crate::forces::Forces;
use crate::oracle::{oracle, told};
use crate::sound::{Seen, check};
use crate::statements::same;

fn condition() -> impl Strategy<Value = String> {
    let kinds = model::vocabulary::EventKind::WORDS;
    let leaf = prop_oneof![
        proptest::sample::subsequence(vec!["Burglary", "Drugs", "Robbery", "Theft", "Bicycle theft"], 1..4)
            .prop_map(|values| format!("category in ('{}')", values.join("', '"))),
        Just(format!("kind = '{}'", kinds[0])),
        Just(format!("kind <> '{}'", kinds[1])),
        Just(format!("kind not in ('{}')", kinds[0])),
        (1..12_i64, prop_oneof![Just("<"), Just(">=")])
            .prop_map(|(month, op)| format!("occurred_on {op} date '2024-{month:02}-01'")),
        (1..6_i64)
            .prop_map(|month| format!("occurred_on between date '2024-{month:02}-01' and date '2024-06-30'")),
        (1..5_i64, prop_oneof![Just("<"), Just(">="), Just("< 1 + ")]).prop_map(|(band, op)| {
            if op == "< 1 + " {
                format!("loss_gbp < {} + 1000", (band - 1) * 1000)
            } else {
                format!("loss_gbp {op} {}", band * 1000)
            }
        }),
        Just("loss_gbp > 1999".to_owned()),
        Just("loss_gbp <= 2999".to_owned()),
        Just("loss_gbp is null".to_owned()),
        Just("category is not null".to_owned()),
        (2024..2026_i64).prop_map(|year| format!("extract(year from occurred_on) = {year}")),
        Just("date_trunc('quarter', occurred_on) = date '2024-04-01'".to_owned()),
        Just("date_part('year', occurred_on) <= 2024".to_owned()),
        Just("loss_gbp / 2000 * 2000 = 2000".to_owned()),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), prop_oneof![Just("and"), Just("or")], inner.clone())
                .prop_map(|(one, op, other)| format!("({one} {op} {other})")),
            inner.prop_map(|one| format!("not ({one})")),
        ]
    })
}

fn statement() -> impl Strategy<Value = String> {
    let groups = proptest::sample::subsequence(
        vec![
            "category",
            "kind",
            "force",
            "date_trunc('month', occurred_on)",
            "date_trunc('quarter', occurred_on)",
            "date_part('year', occurred_on)",
            "loss_gbp / 1000 * 1000",
        ],
        0..3,
    )
    .prop_shuffle();
    let figures = proptest::sample::subsequence(
        vec![
            "count(*)",
            "count(distinct event_id)",
            "sum(loss_gbp)",
            "avg(loss_gbp)",
            "count(loss_gbp)",
            "var_pop(loss_gbp)",
            "stddev(loss_gbp)",
            "sum(loss_gbp) + count(*)",
            "1.0 * sum(loss_gbp) / count(*)",
        ],
        1..4,
    );
    (groups, figures, proptest::option::of(condition()), any::<bool>()).prop_map(
        |(groups, figures, filter, having)| {
            let columns: Vec<&str> = groups.iter().chain(&figures).copied().collect();
            let mut text = format!("select {} from event", columns.join(", "));
            if let Some(filter) = filter {
                text.push_str(&format!(" where {filter}"));
            }
            if !groups.is_empty() {
                text.push_str(&format!(" group by {}", groups.join(", ")));
                if having {
                    text.push_str(" having count(*) >= 4");
                }
            }
            text
        },
    )
}

#[test]
fn made_up_statements_come_to_what_one_database_says() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(150));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answered = std::cell::Cell::new(0);
    let ended = runner.run(&(statement(), 0..3_u64), |(text, seed)| {
        let forces = Forces::of(seed);
        let prepared = match sql::prepare(&text) {
            Ok(prepared) => prepared,
            Err(refused) => {
                // Negated free text, and filters that fit nobody at all.
                let known = ["say which values", "never holds", "too tangled"];
                prop_assert!(
                    known.iter().any(|known| refused.to_string().contains(known)),
                    "{text}\n{refused}"
                );
                return Ok(());
            }
        };
        let answer = runtime.block_on(prepared.run(&forces)).unwrap();
        let theirs = runtime.block_on(oracle(&forces, &text)).unwrap();
        let nobody = answer
            .columns
            .iter()
            .filter_map(|c| c.status.as_ref())
            .flatten()
            .any(|s| *s == Some("suppressed"));
        if nobody {
            // Nobody behind a filter is not told as zero.
            prop_assert_eq!(answer.rows, 1);
            return Ok(());
        }
        answered.set(answered.get() + 1);
        prop_assert!(
            same(&told(&answer), &theirs).is_ok(),
            "{}\n{}",
            text,
            same(&told(&answer), &theirs).unwrap_err()
        );
        Ok(())
    });
    ended.unwrap_or_else(|why| panic!("{why}"));
    assert!(answered.get() > 60, "{}", answered.get());
}

#[test]
fn with_suppression_every_cell_is_the_databases_a_bound_or_suppressed() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(150));
    let seen = std::cell::RefCell::new(Seen::default());
    let ended =
        runner.run(&(statement(), 0..3_u64), |(text, seed)| check(&text, seed, 1, &mut seen.borrow_mut()));
    ended.unwrap_or_else(|why| panic!("{why}"));
    let seen = seen.into_inner();
    assert!(seen.answered > 50 && seen.told > 40 && seen.bounds > 30 && seen.suppressed > 10, "{seen:?}");
}
