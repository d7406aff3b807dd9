//! No statement turns what was suppressed into a number. Statements are made up over tables with suppressed cells; whatever
//! they answer is set against one database in which nothing is: a figure that is told as exact is that one, a bound lies
//! below it, and what is suppressed is null. Where forces round, a condition holds of rounded figures and picks other rows
//! than it would of exact ones, so what is told there is set against the same forces suppressing nothing.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::forces::Forces;
use crate::oracle::{Rows, oracle, told};

/// Rows that this force keeps back: about one in three, and never the same ones at two forces.
fn some(force: &str, keys: &[Option<String>]) -> bool {
    let text = format!("{force}{keys:?}");
    let sum = text.bytes().fold(17_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    sum >> 7 & 3 == 0
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// How much of what was made up had an answer, and how much of it was told, bounded and suppressed.
#[derive(Debug, Default)]
pub struct Seen {
    pub answered: usize,
    pub told: usize,
    pub bounds: usize,
    pub suppressed: usize,
}

/// Checks one statement; `base` rounds every count and sum.
pub fn check(statement: &str, seed: u64, base: u64, seen: &mut Seen) -> Result<(), TestCaseError> {
    let mut forces = Forces::of(seed);
    forces.hides = some;
    forces.base = base;
    let Ok(prepared) = sql::prepare(statement) else { return Ok(()) };
    let answer = match runtime().block_on(prepared.run(&forces)) {
        Ok(answer) => answer,
        Err(sql::RunError::Finishing(why)) if why.contains("ivide") || why.contains("verflow") => {
            return Ok(());
        }
        Err(error) => return Err(TestCaseError::fail(format!("{statement}\n{error}"))),
    };
    let Rows(ours) = told(&answer);
    let theirs = if base > 1 {
        let again = sql::prepare(statement).map_err(|why| TestCaseError::fail(why.to_string()))?;
        forces.hides = |_, _| false;
        runtime().block_on(again.run(&forces)).map(|open| told(&open)).map_err(|why| why.to_string())
    } else {
        runtime().block_on(oracle(&forces, statement)).map_err(|why| why.to_string())
    };
    let Rows(theirs) = theirs.map_err(|why| TestCaseError::fail(format!("{statement}\n{why}")))?;
    seen.answered += 1;
    let clear: Vec<usize> =
        (0..answer.columns.len()).filter(|&at| answer.columns[at].status.is_none()).collect();
    let keys = |row: &Vec<Option<String>>| clear.iter().map(|&at| row[at].clone()).collect::<Vec<_>>();
    let mut known: BTreeMap<_, Vec<&Vec<Option<String>>>> = BTreeMap::new();
    theirs.iter().for_each(|row| known.entry(keys(row)).or_default().push(row));
    for (at, row) in ours.iter().enumerate() {
        let beside = known.get(&keys(row));
        prop_assert!(beside.is_some(), "{statement}\n{row:?} is nowhere among\n{theirs:#?}");
        for (place, column) in answer.columns.iter().enumerate() {
            let Some(status) = &column.status else { continue };
            let value = &row[place];
            let number =
                |text: &Option<String>| text.as_deref().map(|text| text.parse::<f64>().unwrap_or(f64::NAN));
            let all: Vec<Option<f64>> = beside.unwrap().iter().map(|row| number(&row[place])).collect();
            let fits = match status[at] {
                None => value.is_none(),
                Some("suppressed") => {
                    seen.suppressed += 1;
                    value.is_none()
                }
                Some("at least") => {
                    seen.bounds += 1;
                    let least = number(value).unwrap_or(f64::NAN);
                    all.iter().flatten().any(|exact| *exact >= least - 1e-6)
                }
                Some("exact") => {
                    seen.told += 1;
                    beside.unwrap().iter().any(|row| row[place] == *value)
                }
                // A rounded one, or a truth that is known whatever was suppressed.
                Some(_) => beside.unwrap().iter().any(|row| row[place] == *value),
            };
            prop_assert!(
                fits,
                "{statement}\nrow {row:?}, column {}: {:?} is {:?}\nthe oracle says {all:?}",
                column.name,
                status[at],
                value
            );
        }
    }
    Ok(())
}

fn number() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("n".to_owned()),
        Just("s".to_owned()),
        Just("a".to_owned()),
        (0..200_i64).prop_map(|number| number.to_string()),
        Just("0.5".to_owned()),
        Just("(select count(*) from event)".to_owned()),
        Just("(select sum(loss_gbp) from event where kind = 'crime')".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            6 => (inner.clone(), prop_oneof![Just("+"), Just("-"), Just("*")], inner.clone())
                .prop_map(|(one, op, other)| format!("({one} {op} {other})")),
            3 => inner.clone().prop_map(|one| format!("({one} / 4)")),
            2 => (inner.clone(), inner.clone())
                .prop_map(|(one, other)| format!("({one} / ({other} + 100000.5))")),
            2 => inner.clone().prop_map(|one| format!("(- {one})")),
            2 => (prop_oneof![Just("abs"), Just("floor"), Just("ceil"), Just("round")], inner.clone())
                .prop_map(|(name, one)| format!("{name}({one})")),
            1 => inner.clone().prop_map(|one| format!("cast({one} as double)")),
            1 => inner.clone().prop_map(|one| format!("coalesce({one}, 0)")),
            1 => (inner.clone(), inner)
                .prop_map(|(one, other)| format!("case when {one} > 3 then {other} else 0 end")),
        ]
    })
}

fn truth() -> impl Strategy<Value = String> {
    let comparison = (
        number(),
        prop_oneof![Just("<"), Just("<="), Just(">"), Just(">="), Just("="), Just("<>")],
        number(),
    )
        .prop_map(|(one, op, other)| format!("({one} {op} {other})"));
    let leaf = prop_oneof![
        comparison,
        Just("c > 'C'".to_owned()),
        (number(), 0..50_i64, 50..90_i64)
            .prop_map(|(one, low, high)| format!("({one} between {low} and {high})")),
        number().prop_map(|one| format!("({one} not in (1, 50, 51))")),
        number().prop_map(|one| format!("(({one}) % 7 = 3)")),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), prop_oneof![Just("and"), Just("or")], inner.clone())
                .prop_map(|(one, op, other)| format!("({one} {op} {other})")),
            inner.prop_map(|one| format!("(not {one})")),
        ]
    })
}

fn table() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("(select category c, count(*) n, sum(loss_gbp) s, avg(loss_gbp) a from event group by 1)".to_owned()),
        Just("(select kind || '' c, count(*) n, sum(loss_gbp) s, stddev(loss_gbp) a from event group by kind)".to_owned()),
        Just("(select kind c, count(*) n, sum(loss_gbp) s, var_pop(loss_gbp) a from event where loss_gbp >= 2000 group by 1)".to_owned()),
        Just(
            "(select x.c, x.n, y.s, x.n * 2 a from (select category c, count(*) n from event group by 1) x \
             left join (select category c, sum(loss_gbp) s from event where kind = 'stop' group by 1) y on x.c = y.c)"
                .to_owned()
        ),
        Just(
            "(select category c, count(*) n, sum(loss_gbp) s, avg(loss_gbp) a from event group by 1 \
             union all select sex, count(*), 5, 1.5 from person group by 1)"
                .to_owned()
        ),
        Just(
            "(select force c, sum(n) n, max(s) s, min(a) a from (select force, kind, count(*) n, sum(loss_gbp) s, avg(loss_gbp) a \
             from event group by 1, 2) x group by force)"
                .to_owned()
        ),
        Just(
            "(select c, n, sum(n) over (order by c) s, lag(n) over (order by c) a from \
             (select category c, count(*) n from event where category is not null group by 1) x)"
                .to_owned()
        ),
    ]
}

fn statement() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (table(), number()).prop_map(|(table, number)| format!("select c, {number} x, n from {table} t")),
        3 => (table(), truth(), number()).prop_map(|(table, truth, number)| format!("select c, {number} x from {table} t where {truth}")),
        2 => (table(), truth()).prop_map(|(table, truth)| format!("select c, {truth} x from {table} t")),
        3 => (table(), prop_oneof![Just("sum"), Just("max"), Just("min"), Just("avg"), Just("median"), Just("count")], number())
            .prop_map(|(table, name, number)| format!("select {name}({number}) x from {table} t")),
        2 => (table(), number(), truth()).prop_map(|(table, number, truth)| {
            format!("select c, sum({number}) x from {table} t group by c having {truth}").replace("(n ", "(sum(n) ").replace(" n)", " sum(n))")
        }),
        2 => (table(), prop_oneof![Just("sum"), Just("max"), Just("min"), Just("avg"), Just("lag"), Just("first_value")], number())
            .prop_map(|(table, name, number)| format!("select c, {name}({number}) over (order by c) x from {table} t where c is not null")),
    ]
}

#[test]
fn no_statement_turns_a_suppressed_figure_into_a_number() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(200));
    let seen = std::cell::RefCell::new(Seen::default());
    let ended = runner
        .run(&(statement(), 0..4_u64, prop_oneof![3 => Just(1_u64), 1 => Just(5)]), |(text, seed, base)| {
            check(&text, seed, base, &mut seen.borrow_mut())
        });
    ended.unwrap_or_else(|why| panic!("{why}"));
    let seen = seen.into_inner();
    assert!(seen.answered > 50 && seen.told > 40 && seen.bounds > 10 && seen.suppressed > 10, "{seen:?}");
}

/// Cases that a person would think of, told apart by what is suppressed in them.
#[test]
fn figures_beside_suppressed_ones_are_bounds_and_nothing_else() {
    let mut seen = Seen::default();
    for statement in [
        "select category, count(*), sum(loss_gbp), avg(loss_gbp) from event group by category",
        "select sum(n), max(n), min(n), avg(n) from (select category c, count(*) n from event group by 1) t",
        "select c, n from (select category c, count(*) n from event group by 1) t where n > 30",
        "select c, n from (select category c, count(*) n from event group by 1) t where n < 300",
        "select c, n * 2 + 1, n - 5, 5 - n, n / 2, -n from (select category c, count(*) n from event group by 1) t",
        "select c, n, sum(n) over (order by c) from (select category c, count(*) n from event where category is not null group by 1) t",
        "select kind, category, count(*) from event group by rollup(kind, category)",
        "select force, count(*) from event group by force",
        // Beside the first row stands no figure, so the letter alone decides it.
        "select c, lag(n) over (order by c) > 3 and c > 'C' from (select category c, count(*) n from event where category is not null group by 1) t",
    ] {
        for (seed, base) in [(7, 1), (8, 1), (9, 5)] {
            check(statement, seed, base, &mut seen).unwrap_or_else(|why| panic!("{why}"));
        }
    }
    assert_eq!(seen.answered, 27);
    assert!(seen.told > 20 && seen.bounds > 20 && seen.suppressed > 10, "{seen:?}");
}

/// How far a figure may be relied on is no secret, and can be asked for and filtered by.
#[test]
fn the_status_of_a_figure_is_a_column_that_may_be_used() {
    let mut forces = Forces::of(7);
    forces.hides = |force, keys| force == "mps" && keys.iter().flatten().any(|key| key == "Drugs");
    let inner = "(select category c, count(*) n from event where category is not null group by 1) t";
    for (statement, expected) in [
        (
            format!("select c, status(n + 1) from {inner} where status(n) <> 'exact'"),
            vec![vec!["Drugs", "at least"]],
        ),
        (format!("select count(*) from {inner} where status(n) = 'exact'"), vec![vec!["4.000000"]]),
        (format!("select status(avg(n)), status(count(*)) from {inner}"), vec![vec!["suppressed", "exact"]]),
        ("select status(count(*)) from event".to_owned(), vec![vec!["exact"]]),
    ] {
        let answer = runtime().block_on(sql::prepare(&statement).unwrap().run(&forces)).unwrap();
        let Rows(rows) = told(&answer);
        let rows: Vec<Vec<String>> =
            rows.into_iter().map(|row| row.into_iter().flatten().collect()).collect();
        assert_eq!(rows, expected, "{statement}");
        assert!(answer.columns.iter().all(|column| column.status.is_none()), "{statement}");
    }
}
