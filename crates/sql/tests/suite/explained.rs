//! What `--explain` prints: the typed questions as they would be typed, and what is finished here.

async fn check(statement: &str, expected: &str) {
    let all = ["btp", "colp", "mps"].map(|force| force.parse().unwrap()).into();
    let text = sql::prepare(statement).unwrap().explain(&all);
    assert_eq!(text.trim_end(), expected.trim(), "{statement}");
}

#[tokio::test]
async fn a_statement_shows_its_questions_and_the_rest() {
    check(
        "select category, count(*) from event group by category",
        "question 1 to btp, colp, mps:\n  table event --by category --measure count\n\
         finished here: nothing but the choice of columns",
    )
    .await;
    check(
        "select month(occurred_on), category, avg(loss_gbp) a from event \
         where category in ('Burglary', 'Bicycle theft') and occurred_on >= date '2024-01-01' and force in ('mps', 'btp') \
         group by 1, 2",
        "question 1 to btp, mps:\n  table event --by occurred_on:month,category --measure mean:loss_gbp \
         --where \"category in (Burglary, 'Bicycle theft') and occurred_on >= 2024-01\" --forces btp,mps\n\
         finished here: nothing but the choice of columns",
    )
    .await;
    check(
        "select kind, n * 100.0 / (select count(*) from event) p from \
         (select kind, count(*) n from event group by kind) t where n > 20 order by p desc limit 3",
        "question 1 to btp, colp, mps:\n  table event --by kind --measure count\n\
         question 2 to btp, colp, mps:\n  table event --measure count\n\
         finished here, over what the forces release:\n  keep rows where (t.n > 20)\n  order by p desc\n  limit 3",
    )
    .await;
}
