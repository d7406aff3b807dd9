//! Statements as an analyst writes them, against one database over all records: where nothing is suppressed the answer is the same.

use crate::forces::{Forces, coverage};
use crate::oracle::{Rows, oracle, told};

/// The same rows, in any order.
pub fn same(ours: &Rows, theirs: &Rows) -> Result<(), String> {
    let plain = |rows: &Rows| {
        let cell = |cell: &Option<String>| cell.clone().unwrap_or_else(|| "null".to_owned());
        let mut rows: Vec<Vec<String>> = rows.0.iter().map(|row| row.iter().map(cell).collect()).collect();
        rows.sort();
        rows
    };
    let (ours, theirs) = (plain(ours), plain(theirs));
    if ours == theirs { Ok(()) } else { Err(format!("ours: {ours:#?}\ntheirs: {theirs:#?}")) }
}

async fn check(statement: &str) {
    let forces = Forces::of(7);
    let prepared = match sql::prepare(statement) {
        Ok(prepared) => prepared,
        Err(refused) => panic!("{statement}\n{refused}"),
    };
    let answer = prepared.run(&forces).await.unwrap();
    let theirs = oracle(&forces, statement).await.unwrap();
    same(&told(&answer), &theirs).unwrap_or_else(|why| panic!("{statement}\n{why}"));
    assert!(answer.coverage.is_complete());
    let exact = |status: &Option<&str>| status.is_none_or(|status| status == "exact");
    let statuses = answer.columns.iter().filter_map(|column| column.status.as_ref());
    assert!(statuses.flatten().all(exact), "{statement}");
    assert!(!theirs.0.is_empty(), "{statement}: shows nothing");
}

#[tokio::test]
async fn statements_come_to_what_one_database_says() {
    for statement in [
        "select count(*) from event",
        "select count(*), sum(loss_gbp), avg(loss_gbp), count(loss_gbp) from event",
        "select kind, count(*) as n from event group by kind order by n desc",
        "select category, count(distinct event_id) from event group by category",
        "select distinct category from event",
        "select force, category, count(*) from event group by force, category",
        "select category, count(*) from event where force in ('mps', 'btp') group by 1",
        "select date_trunc('month', occurred_on), count(*) from event group by 1",
        "select date_trunc('quarter', occurred_on) q, kind, count(*) from event group by q, kind",
        "select extract(year from occurred_on) y, extract(month from occurred_on) m, count(*) from event group by y, m",
        "select date_part('year', occurred_on) y, date_part('quarter', occurred_on) q, sum(loss_gbp) from event group by y, q",
        "select loss_gbp / 1000 * 1000 as band, count(*) from event group by 1",
        "select left(postcode, 2), count(*) from person group by 1",
        "select substr(postcode, 1, 3) p, sex, count(distinct person_id) from person group by p, sex",
        "select category, var_pop(loss_gbp), stddev(loss_gbp), stddev_pop(loss_gbp), var_samp(loss_gbp) from event group by category",
        "select category, sum(loss_gbp) * 1.0 / count(*) + 1 from event group by category",
        "select category, count(*) from event where occurred_on >= date '2024-02-01' and occurred_on < date '2024-05-01' group by category",
        "select category, count(*) from event where occurred_on between '2024-02-01' and '2024-04-30' group by category",
        "select kind, count(*) from event where not (loss_gbp < 2000) or category is null group by kind",
        "select kind, count(*) from event where loss_gbp between 1000 and 2999 group by kind",
        "select kind, count(*) from event where category in ('Burglary', 'Drugs') and kind <> 'crime' group by kind",
        "select kind, count(*) from event where category = 'Bicycle theft' or (category is not null and loss_gbp >= 3000) group by kind",
        "select kind, count(*) from event where extract(year from occurred_on) = 2024 group by kind",
        "select kind, count(*) from event where date_trunc('quarter', occurred_on) in (date '2024-01-01', date '2024-07-01') group by kind",
        "select sex, count(*) from person where postcode like 'SW%' or left(postcode, 1) = 'E' group by sex",
        "select sex, count(*) from person where starts_with(postcode, 'SW1') group by sex",
        "select category, count(*) from event group by category having count(*) > 60 and category is not null",
        "select category from event group by category having sum(loss_gbp) >= 10000 order by sum(loss_gbp)",
        "select c, n from (select category c, count(*) n from event group by category) t where n between 50 and 120",
        "with e as (select occurred_on d, category c from event where kind = 'crime') select c, count(*) from e group by c",
        "with a as (select category c, count(*) n from event group by 1), b as (select category c, sum(loss_gbp) s from event where kind = 'crime' group by 1) \
         select a.c, a.n, b.s from a join b on a.c = b.c",
        "with a as (select category c, count(*) n from event group by 1), b as (select category c, count(*) m from event where kind = 'crime' and category = 'Drugs' group by 1) \
         select a.c, n, m from a left join b using (c)",
        "select 'all' as what, count(*) from event union all select 'crimes', count(*) from event where kind = 'crime'",
        "select category, count(*) * 100.0 / (select count(*) from event) as percent from event group by category",
        "select sum(n), max(n), min(n), avg(n), count(*) from (select category, count(*) n from event group by category) t",
        "select kind, sum(n) from (select kind, category, count(*) n from event group by kind, category) t group by kind",
        "select m, n, sum(n) over (order by m), lag(n) over (order by m), n - lag(n, 1) over (order by m) \
         from (select date_trunc('month', occurred_on) m, count(*) n from event where occurred_on is not null group by 1) t",
        "select c, n, avg(n) over (), row_number() over (order by c) from (select category c, count(*) n from event where category is not null group by 1) t",
        "select kind, category, count(*), grouping(kind), grouping(category) from event group by rollup(kind, category)",
        "select kind, category, count(*) from event group by cube(kind, category)",
        "select kind, category, sum(loss_gbp) from event group by grouping sets ((kind), (category))",
        "select category, round(avg(loss_gbp), 1) from event group by category",
        "select c, n from (select category c, count(*) n from event group by 1) t where c in (select category from event where kind = 'crime' and category = 'Drugs' group by category)",
    ] {
        check(statement).await;
    }
}

#[tokio::test]
async fn a_statement_that_asks_nobody_speaks_for_nobody() {
    let answer = sql::prepare("select 1 as one").unwrap().run(&Forces::of(7)).await.unwrap();
    assert_eq!((answer.rows, answer.coverage.asked()), (1, 0));
}

/// A filter that fits a few is answered as one that fits nobody, so nobody is not zero.
#[tokio::test]
async fn nobody_behind_a_filter_is_not_zero() {
    for (statement, value, status) in [
        ("select count(*) from event where category = 'Piracy'", None, "suppressed"),
        ("select count(*) from threat", Some("0.000000".to_owned()), "exact"),
    ] {
        let answer = sql::prepare(statement).unwrap().run(&Forces::of(7)).await.unwrap();
        assert_eq!(told(&answer).0, [[value]], "{statement}");
        assert_eq!(answer.columns[0].status, Some(vec![Some(status)]), "{statement}");
    }
}

#[tokio::test]
async fn a_missing_force_stands_in_the_coverage_and_none_at_all_is_no_zero() {
    let mut forces = Forces::of(7);
    forces.late.insert("mps".parse().unwrap());
    let statement = "select count(*) from event";
    let answer = sql::prepare(statement).unwrap().run(&forces).await.unwrap();
    assert_eq!(answer.coverage, coverage(&["mps"]));
    assert_eq!(told(&answer).0, [[Some("400.000000".to_owned())]]);
    forces.late.extend(["btp", "colp"].map(|force| force.parse().unwrap()));
    let ended = sql::prepare(statement).unwrap().run(&forces).await;
    assert!(matches!(ended, Err(sql::RunError::Unanswered(_))));
}
